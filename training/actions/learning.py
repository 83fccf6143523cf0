"""Beginning the training, and passing its parts."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock, words
from common.errors import NotReady, WrongState
from training import learning, rules_learning
from training.models import Curriculum, Learning, Mentor, ModuleProgress
from training.starter_curriculum import start_clinic


@transaction.atomic
def begin(*, mentor: int, by: User, refresher: bool = False) -> Learning:
    """Let somebody begin the training, or the refreshers before a new certificate, in the published version.

    A clinic that has no training of its own begins with the starter one. Again returns what was begun.
    Raises Denied, WrongState (not accepted, no longer a mentor, or refreshers before their day), NotReady.
    """
    m = Mentor.objects.lock(mentor)
    rules_learning.begin.require(by, m)
    if m.status not in learning.FOLLOWING:
        raise WrongState(_("The training is for somebody who was accepted as a mentor."))
    known = _refreshing(m) if refresher else learning.current(m)
    if known is not None:
        return known
    curriculum = learning.published(m.person.clinic) or start_clinic(m.person.clinic, User.objects.system())
    return _begin(m, curriculum, by, refresher)


def _begin(mentor: Mentor, curriculum: Curriculum, by: User, refresher: bool) -> Learning:
    modules = list(curriculum.modules.filter(is_refresher=refresher))
    if not modules:
        raise NotReady([_("There are no parts to learn in the clinic's training yet.")])
    made = Learning.objects.create(mentor=mentor, curriculum=curriculum, is_refresher=refresher, begun_by=by)
    ModuleProgress.objects.bulk_create(ModuleProgress(learning=made, module=module) for module in modules)
    return made


def _refreshing(mentor: Mentor) -> Learning | None:
    """Return the refreshers begun for the certificate that ends now; refuse before their day."""
    opens = learning.refreshers_open_on(mentor)
    if opens is None:
        raise WrongState(_("Refreshers are for who had a certificate before."))
    today = mentor.person.clinic.today
    if today < opens:
        day = words.day(opens, today=today, weekday=False)
        raise WrongState(_("The refreshers open on %(day)s, three months before the certificate ends.") % {"day": day})
    start = clock.at_local(opens, dt.time.min, mentor.person.clinic.time_zone)
    return mentor.learnings.filter(is_refresher=True, begun_at__gte=start).first()


@transaction.atomic
def pass_module(*, progress: int, how: str, by: User) -> ModuleProgress:
    """Write down that somebody passed a part: `how` is one of ModuleProgress.How. Again changes nothing.

    Raises Denied: somebody else who teaches them says so. What the questions decide is decided by handing them in.
    """
    row = locked(progress)
    rules_learning.teach.require(by, row.learning.mentor)
    return passed(row, how, by)


def locked(progress: int) -> ModuleProgress:
    """Return how far somebody is in one part, locked behind their record until the transaction ends."""
    row = ModuleProgress.objects.select_related("learning", "module").get(pk=progress)
    mentor = Mentor.objects.lock(row.learning.mentor_id)
    row = ModuleProgress.objects.select_for_update(of=("self",)).select_related("learning", "module").get(pk=progress)
    row.learning.mentor = mentor
    return row


def passed(row: ModuleProgress, how: str, by: User) -> ModuleProgress:
    """Store the pass of a locked part, unless it has one."""
    if row.passed_at is None:
        row.passed_at = row.touched_at = clock.now()
        row.passed_how, row.passed_by = ModuleProgress.How(how), by
        row.save(update_fields=["passed_at", "passed_how", "passed_by", "touched_at"])
    return row
