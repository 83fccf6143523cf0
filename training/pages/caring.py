"""What the pages about looking after mentors show. It only reads."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common import clock, words
from training import care
from training import rules_caring as rules
from training.actions.caring_wellbeing import LATER, newest
from training.doors import Door
from training.models import CareTask, Mentor, WellbeingCheck
from training.panels import Panel

MOST = 50  # tasks on one page; more than that wait behind them
ANSWERS = 3  # the last answers a supervisor reads on a mentor's page
T = CareTask.Trigger
# Said in a wellbeing question: only the supervisor reads what exactly.
PRIVATE = (T.DRAINED, T.SLEEP, T.MEMORIES)
SAYS = {
    T.FLARE: gettext_lazy("A flare or a hospital stay of their own. Ask what they need, and what may wait."),
    T.DRAINED: gettext_lazy("Felt drained after talks, twice in a row. Ask what it takes, and what would help."),
    T.URGENT_FLAG: gettext_lazy("Raised an urgent flag. A short talk is due within a day."),
    T.DEATH: gettext_lazy("Somebody they talked with died. Look after them; nothing is sent by itself."),
    T.MISSED: gettext_lazy("Two talks in a row did not happen. That is nobody's fault: see how they are."),
    T.DECLINED: gettext_lazy("Said no to two requests in a row, which is fine. Ask whether they would like a rest."),
    T.CASELOAD: gettext_lazy("Talks with more people than agreed. See together what can wait."),
    T.OFTEN: gettext_lazy("Talks more than twice as often as planned. Ask how that is for them."),
    T.LATE: gettext_lazy("Talks late in the evening or at night. Ask whether that suits them."),
    T.GIFTS: gettext_lazy(
        "Something about gifts or money came up. Talk it over together; it is good that they say so."
    ),
    T.SLEEP: gettext_lazy("Sleeps worse since the talks. Ask what stays with them."),
    T.MEMORIES: gettext_lazy("Hard memories of their own came back. Listen, and see who else can help."),
    T.NO_SUPERVISION: gettext_lazy("No supervision talk for too long. Agree on a day."),
}
QUIETLY = gettext_lazy("Could use a word from their supervisor.")


def reason(task: CareTask, user) -> str:
    """Return why, in words; what was said in confidence only to the supervisor, or to who stands in for one."""
    mentor = task.mentor
    if task.trigger in PRIVATE and mentor.supervisor_id and not rules.supervises(user, mentor):
        return str(QUIETLY)
    return str(SAYS[T(task.trigger)])


def tasks_of(user) -> QuerySet:
    """Return the open tasks a user may do something about, the most urgent first."""
    rows = CareTask.objects.visible_to(user).open()
    return rows.select_related("mentor__person__clinic", "mentor__supervisor").order_by("due_at", "pk")


def entry(task: CareTask, user, form) -> dict:
    """Return what the page says of one task: who, why, by when, how to ring them, the form of what was done."""
    zone = task.mentor.person.clinic.time_zone
    return {
        "task": task, "person": task.mentor.person, "reason": reason(task, user), "form": form,
        "late": task.due_at < clock.now(), "until": words.until(task.due_at, zone, now=clock.now()),
    }  # fmt: skip


def lede(count: int) -> str:
    """Say it all in one sentence."""
    if not count:
        return _("Nobody waits for you.")
    return ngettext("%(n)d mentor could use a word.", "%(n)d words with mentors wait.", count) % {"n": count}


# On other pages ---------------------------------------------------------------------------


def own_door(mentor: Mentor) -> Door | None:
    """Return the way to how a mentor is; a question that waits asks for an answer."""
    if mentor.status not in care.AT_WORK:
        return None
    row = newest(mentor)
    waits = row is not None and row.answered_at is None
    text = _("One tap is enough. Not answering is fine.") if waits else _("Tell your supervisor, whenever you like.")
    return Door(reverse("training:wellbeing"), "heart-handshake", _("How are you?"), text, soon=waits)


def staff_door(user, clinic) -> Door | None:
    """Return the way to the mentors who could use a word, when there are any."""
    waiting = CareTask.objects.visible_to(user).open().of_clinic(clinic).count()
    if not waiting:
        return None
    return Door(
        reverse("training:care-tasks"),
        "message-circle-question-mark",
        _("Mentors who could use a word"),
        lede(waiting),
        soon=True,
    )


def panel(mentor: Mentor, user) -> Panel | None:
    """Return what waits for somebody about this mentor, for those who may do something about it."""
    found = CareTask.objects.visible_to(user).open().filter(mentor=mentor)
    rows = [_task_row(task, user) for task in found.select_related("mentor__person__clinic").order_by("due_at", "pk")]
    return Panel(_("To look after"), rows) if rows else None


def _task_row(task: CareTask, user) -> dict:
    url = reverse("training:care-tasks")
    return {
        "since": task.raised_at, "title": _("A word with them"), "url": "", "text": reason(task, user), "action": _("Open"),
        "action_url": url, "action_about": task.mentor.person.first_name,
    }  # fmt: skip


def answers_panel(mentor: Mentor, user) -> Panel | None:
    """Return what a mentor said last of how they are, for their supervisor only."""
    if not rules.supervises(user, mentor):
        return None
    found = mentor.wellbeing.answered().order_by("-answered_at", "-pk")[:ANSWERS]
    rows = [_answer_row(row) for row in found]
    return Panel(_("How they say they are"), rows, empty=_("Nothing said yet, and that is fine."))


def _answer_row(row: WellbeingCheck) -> dict:
    said = in_words(row)
    return {"since": row.answered_at, "title": said[0][1] if said else _("Said"), "url": "", "text": _lines(said[1:])}


def _lines(said: list[tuple[str, str]]) -> str:
    return " ".join(f"{label}: {value.rstrip('.')}." for label, value in said)


def in_words(row: WellbeingCheck) -> list[tuple[str, str]]:
    """Return each answer given, as question and answer."""
    names = {
        "drain": _("After a talk"), "sleep": _("Sleep"), "memories": _("Old memories"), "illness": _("Own illness"),
        "worth": _("Worth it"),
    }  # fmt: skip
    said = [(names[name], str(row._get_FIELD_display(row._meta.get_field(name)))) for name in ("drain", *LATER)
            if getattr(row, name)]  # fmt: skip
    return [*said, *([(_("In their words"), row.words)] if row.words else [])]
