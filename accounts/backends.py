"""How a password is checked."""

from allauth.account.auth_backends import AuthenticationBackend


class EmailBackend(AuthenticationBackend):
    """allauth's e-mail sign-in; an account that is off is refused at once, in every request."""
