from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "messaging"

    def ready(self):
        from clinics import access_log
        from messaging import people, rounds

        # clinics stands below and cannot register by itself: looks kept in the file while the database was away
        rounds.register("access-log", lambda now: access_log.import_file(), 60)
        people.connect()
