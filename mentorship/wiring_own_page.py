"""What a mentee's own page makes known to the lower floors when the process starts."""


def connect() -> None:
    """Register its link, the way to a new one, its messages, and its part of the coordinator's pages."""
    from accounts import links
    from mentorship import link_aside
    from mentorship.actions import own_page
    from mentorship.mentee_session import KIND
    from mentorship.notices import own_page as notices  # noqa: F401
    from referrals import asides

    links.register_kind(KIND, "mentorship:own-page", to_open=True)
    links.register_renewal(KIND, own_page.send_again)
    asides.register(link_aside.aside)
