"""How a password is checked."""

from allauth.account.auth_backends import AuthenticationBackend


class EmailBackend(AuthenticationBackend):
    """allauth's e-mail sign-in; an account that is off is refused at once, in every request."""

    @classmethod
    def _stash_user(cls, user):
        """Forget an account that is off, so that its right password gets the same words as a wrong one."""
        return super()._stash_user(None)
