"""What formats make known to the lower floors when the process starts."""

from django.utils.translation import gettext_lazy as _


def connect() -> None:
    """Register the settings section."""
    from clinics import sections
    from mentorship.actions.programme import SECTION

    sections.register(
        SECTION, _("Programme"), _("What new pairs follow, what a group needs, when the daily overview goes out"),
        "mentorship:programme-settings", icon="route",
    )  # fmt: skip
