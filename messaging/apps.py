from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "messaging"

    def ready(self):
        from accounts import tidying
        from clinics import access_log
        from messaging import people, phone_codes, rounds, webhooks

        # accounts and clinics stand below and cannot register by themselves
        rounds.register("tidying", tidying.clear_away, 24 * 60 * 60)
        # looks kept in the file while the database was away
        rounds.register("access-log", lambda now: access_log.import_file(), 60)
        people.connect()
        phone_codes.connect()
        webhooks.connect()
