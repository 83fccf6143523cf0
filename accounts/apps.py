from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self):
        from accounts import actions, links

        for kind in actions.PASSWORD_KINDS:
            links.register_kind(kind, "accounts:choose-password")
