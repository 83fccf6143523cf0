"""What pairs make known to the lower floors when the process starts."""

from django.utils.translation import gettext_lazy as _


def connect() -> None:
    """Register message kinds, the morning's round, the guard of planned endings, the settings section."""
    from clinics import sections
    from matching import guards
    from mentorship import care, lent, mentee_cards, said
    from mentorship.actions import checks, pairs
    from mentorship.notices import pairs as notices  # noqa: F401
    from mentorship.views import own_details
    from messaging import rounds
    from training import panels

    mentee_cards.register(25, own_details.card)
    mentee_cards.register(15, said.card)
    panels.register(lent.people_elsewhere)
    panels.register_holding(lent.holding)
    rounds.register("follow-up", checks.send_due, 60, always=True)
    rounds.register("talks and care", care.look, 6 * 3600)
    guards.register(pairs.closing_missing)
    sections.register(
        "checks", _("Follow-up days"), _("On which days after the introduction we ask whether all is well"),
        "mentorship:check-days", icon="calendar-check",
    )  # fmt: skip
