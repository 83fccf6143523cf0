"""What the agenda of supervision and the drawing of pairs make known when the process starts."""


def connect() -> None:
    """Register the agenda's parts, the round that draws, and the door above the list of mentors."""
    from mentorship import agenda, reviewing
    from mentorship.actions import reviews
    from messaging import rounds
    from training import doors

    agenda.connect()
    rounds.register("pair-reviews", reviews.draw_all, 6 * 3600)
    doors.register_staff(60, reviewing.staff_door)
