from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "desk"

    def ready(self):
        from desk import doors, looks, notices

        looks.connect()
        doors.connect()
        notices.connect()
