from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReferralsConfig(AppConfig):
    name = "referrals"

    def ready(self):
        from clinics import sections
        from referrals import notices, notices_asking, tasks  # noqa: F401

        sections.register(
            "consent",
            _("Consent words"),
            _("What people agree to, in each language. Older versions are kept."),
            "referrals:consent-texts",
        )
        notices_asking.connect()
        sections.register(
            "self-referral", _("Asking for a mentor oneself"), _("The public page, open or closed, and its words"),
            "referrals:ask-settings", icon="hand-heart",
        )  # fmt: skip
