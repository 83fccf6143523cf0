from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClinicsConfig(AppConfig):
    name = "clinics"

    def ready(self):
        from clinics import sections

        sections.register(
            "switch-on", _("Switched on"), _("Whether mentors can be asked, and what is missing before they can."),
            "clinics:switch-on", "power",
            5,
        )  # fmt: skip
        sections.register(
            "basics", _("The clinic"), _("Name, languages, phones, and who answers when nobody is named."),
            "clinics:basics", "building-2",
            10,
        )  # fmt: skip
        sections.register(
            "hours", _("Hours and public holidays"), _("When the clinic works. Deadlines in working time follow it."),
            "clinics:hours", "clock",
            20,
        )  # fmt: skip
        sections.register(
            "closing-days", _("Closing days"), _("Days on which the clinic is closed, beside the public holidays."),
            "clinics:closing-days", "calendar-x",
            25,
        )  # fmt: skip
        sections.register(
            "numbers", _("Emergency numbers"), _("Shown on every page about a worry, in this order."),
            "clinics:numbers", "phone",
            30,
        )  # fmt: skip
