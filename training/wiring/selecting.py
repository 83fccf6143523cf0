"""Messages, rounds, doors, panels and settings of choosing mentors."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinics import sections
from clinics.roles import Perm, can
from training import doors, files, panels, selection
from training.doors import Door
from training.models import Mentor, Paper
from training.panels import Panel
from training.workflow import Status


def connect() -> None:
    """Register them."""
    from training.notices import selecting as notices

    notices.connect()
    files.register_sight(_own_paper)
    panels.register(chosen_panel)
    doors.register_staff(15, asked_door)
    doors.register_staff(80, rules_door)
    sections.register(
        "admission", gettext_lazy("How mentors are chosen"),
        gettext_lazy("What is asked before a yes, who may do it, and in which version"), "training:admission", "user-check", 60,
    )  # fmt: skip


def _own_paper(user, upload) -> bool:
    return Paper.objects.visible_to(user).filter(upload=upload).exists()


def asked_door(user, clinic) -> Door | None:
    """Return the way to what is asked of somebody, when something is."""
    from training.pages.selecting import count_asked

    n = count_asked(user)
    if not n:
        return None
    text = ngettext("One person waits for your word.", "%(n)d people wait for your word.", n) % {"n": n}
    return Door(reverse("training:asked"), "message-circle-question-mark", _("Asked of you"), text, soon=True)


def rules_door(user, clinic) -> Door | None:
    """Return the way to the clinic's rules for who keeps the mentors' records."""
    if not can(user, Perm.MANAGE_MENTORS, clinic):
        return None
    return Door(
        reverse("training:admission"), "user-check", _("How mentors are chosen"), _("What is asked before a yes.")
    )


def chosen_panel(mentor: Mentor, user) -> Panel | None:
    """Return how somebody is or was chosen, for who keeps the records; nobody reads this about themselves."""
    if mentor.person.user_id == user.pk or not can(user, Perm.MANAGE_MENTORS, mentor.person.clinic_id):
        return None
    address = reverse("training:selection", args=[mentor.ref])
    row = {"when": mentor.get_status_display(), "url": address, "title": _("Talk, ratings, papers")}
    if mentor.status in selection.CHOOSING:
        lacking = selection.missing(selection.Facts(mentor))
        row["text"] = " ".join(lacking) or _("Everything the rules ask is here.")
        row |= {"action": _("Go on"), "action_url": address}
    elif mentor.status == Status.LATER:
        row["text"] = _("To be asked again.")
    elif mentor.policy_id:
        row["text"] = _("Accepted under version %(n)d of the rules.") % {"n": mentor.policy.version}
    return Panel(_("How they are chosen"), [row])
