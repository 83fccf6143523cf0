"""Who learns and waits for somebody: the last try was not enough, words to read, the training done."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from desk.today.rows import MOST, SHOWN, Action, Desk, Group, Row, call, group, named
from training.learning import FOLLOWING
from training.models import Certificate, ModuleProgress
from training.workflow import Status

OF_PARTS = (
    "ref", "written_at", "touched_at", "passed_at", "module__title", "learning__mentor__ref",
    *named("learning__mentor__person"),
)  # fmt: skip


def learning(desk: Desk) -> Group:
    """Return the parts somebody is stuck in, what was written and waits for a reader, and who is done. One query."""
    here = ModuleProgress.objects.order_by().filter(learning__mentor__person__clinic=desk.clinic)
    few = waiting(here).values("pk").union(done(here).values("pk"))  # found first, then looked at
    rows = ModuleProgress.objects.visible_to(desk.user).filter(pk__in=few)
    rows = rows.exclude(learning__mentor__person__user=desk.user)  # nobody decides about themselves
    rows = rows.select_related("module", "learning__mentor__person").only(*OF_PARTS)
    found = list(rows.order_by("touched_at", "pk")[:MOST])
    return group(
        "training", _("In training"), [row(part) for part in found[:SHOWN]], total=len(found),
        text=_("They wait for somebody."), all_url=reverse("training:mentors"),
    )  # fmt: skip


def waiting(parts: QuerySet) -> QuerySet:
    """Return the parts that wait for a reader, or for a call after the last try."""
    parts = parts.filter(passed_at=None, learning__mentor__status__in=FOLLOWING)
    # A part nobody tried cannot wait: without this the counting would run over every part of everybody.
    begun = parts.filter(Q(written_at__isnull=False) | Q(tries__isnull=False) | Q(observations__isnull=False))
    counted = ModuleProgress.objects.order_by().filter(pk__in=begun.values("pk")).with_tries()
    return counted.filter(Q(written_at__isnull=False) | Q(used__gte=F("module__attempts")))


def done(parts: QuerySet) -> QuerySet:
    """Return the last part of everybody in training who passed them all and has no certificate."""
    same = ModuleProgress.objects.filter(learning=OuterRef("learning"))
    later = Q(passed_at__gt=OuterRef("passed_at")) | Q(passed_at=OuterRef("passed_at"), pk__gt=OuterRef("pk"))
    certified = Certificate.objects.filter(mentor=OuterRef("learning__mentor"), revoked_at=None)
    parts = parts.filter(
        passed_at__isnull=False, learning__mentor__status=Status.IN_TRAINING, learning__is_refresher=False
    )
    return parts.filter(~Exists(same.filter(Q(passed_at=None) | later)), ~Exists(certified))


def row(part: ModuleProgress) -> Row:
    """Say what somebody waits for, and the one step."""
    if part.passed_at:
        return done_row(part)
    return to_read_row(part) if part.written_at else stuck_row(part)


def to_read_row(part: ModuleProgress) -> Row:
    """Say that something written waits for a reader."""
    person, url = part.learning.mentor.person, reverse("training:read", args=[part.ref])
    text = _("Handed in what they wrote for “%(part)s”.") % {"part": part.module.title}
    step = Action(_("Read it"), url, about=_("by %(name)s") % {"name": person.first_name})
    return Row(str(person), url, text, step, since=part.written_at, people=(person,))


def stuck_row(part: ModuleProgress) -> Row:
    """Say that somebody is to be rung after their last try."""
    mentor, person = part.learning.mentor, part.learning.mentor.person
    url = reverse("training:learning", args=[mentor.ref]) + f"#{part.ref}"
    text = _("Every try at “%(part)s” is used. Go through it together, then give another round.")
    step = call(person.first_name, person.phone, url, _("about “%(part)s”") % {"part": part.module.title})
    return Row(str(person), url, text % {"part": part.module.title}, step, since=part.touched_at, people=(person,))


def done_row(part: ModuleProgress) -> Row:
    """Say that the training is done: the certificate is a person's step."""
    mentor, person = part.learning.mentor, part.learning.mentor.person
    url, text = reverse("training:mentor", args=[mentor.ref]), _("Every part of the training is done.")
    step = Action(_("Look at the certificate"), url, about=_("for %(name)s") % {"name": person.first_name})
    return Row(str(person), url, text, step, since=part.passed_at, people=(person,))
