"""How allauth behaves here."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts import actions


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by invitation only; mails go by the outbox; pages say what happened, briefly."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail and the password do not fit together. Look at both, then try again"),
        "too_many_login_attempts": _("Too many tries. Wait five minutes, then try again"),
        "enter_current_password": _("This is not the password you have now"),
    }

    def is_open_for_signup(self, request) -> bool:
        return False

    def add_message(self, *args, **kwargs) -> None:
        """Say nothing of ours by itself: the next page shows that it worked."""

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Send nothing past the outbox."""

    def get_reset_password_from_key_url(self, key: str) -> str:
        return ""  # the link of the mail is made when the mail is sent

    def send_password_reset_mail(self, user, email: str, context: dict) -> None:
        actions.ask_reset(user=user)

    def post_login(self, request, user, **kwargs):
        """Go on in the language of the account."""
        response = super().post_login(request, user, **kwargs)
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax", secure=settings.HTTPS)
        return response
