"""Messages, rounds, doors and panels of looking after mentors."""

from training import doors, panels
from training.actions import caring, caring_wellbeing
from training.notices import caring as notices
from training.pages import caring as pages


def connect() -> None:
    """Register them."""
    from messaging import rounds

    notices.connect()
    rounds.register("wellbeing", caring_wellbeing.ask_due, 3600)
    rounds.register("supervision late", caring.watch_supervision, 3600)
    doors.register_own(10, pages.own_door)
    doors.register_staff(10, pages.staff_door)
    panels.register(pages.panel)
    panels.register(pages.answers_panel)
