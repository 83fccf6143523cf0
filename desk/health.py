"""Is everything running? The parts of the machinery in words, with what to do about each that does not work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinics.roles import Perm
from common import words
from messaging import dead_man, health, rounds, sms
from messaging.models import Delivery, Heartbeat, Message
from messaging.workflow import Status

OK, SOON, URGENT, OFF = "ok", "soon", "urgent", "off"
BROKEN = (URGENT, SOON)
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
CALLS_LATE = 5 * MINUTE
BACKUP_OLD = 2 * DAY  # one a day, and a day of grace
DRILL_OLD = 92 * DAY  # once a quarter


@dataclass(frozen=True)
class Part:
    """One line of the page: a part, its state in words, and one sentence about it."""

    kind: str  # OK, SOON, URGENT or OFF
    name: str
    state: str
    text: str
    url: str = ""
    action: str = ""


class Look:
    """What the page is made of, read in three queries whatever there is."""

    def __init__(self, user, tz: str, now: dt.datetime):
        self.now, self.tz = now, tz
        self.beats = dict(Heartbeat.objects.values_list("name", "at"))
        self.queued = {row["delivery"]: row for row in _queued(now)}
        self.lost = {row["status"]: row for row in _lost(user)}

    def since(self, moment: dt.datetime) -> str:
        """Write a moment as it stands inside a sentence."""
        return words.until(moment, self.tz, now=self.now)

    def late(self, name: str, after: dt.timedelta) -> bool:
        """Tell whether something has not run for that long, or never."""
        return health.ran_late(self.beats.get(name), after, self.now)

    def last(self, name: str) -> str:
        """Write when something last ran."""
        at = self.beats.get(name)
        return words.recently(at, self.tz, now=self.now) if at else _("never")


def _queued(now: dt.datetime):
    """Tell by kind of delivery since when the longest overdue message waits, and how many are tried again."""
    again = Count("pk", filter=Q(status=Status.QUEUED, attempts__gt=0))
    return Message.objects.overdue(now).order_by().values("delivery").annotate(oldest=Min("wanted_at"), again=again)


def _lost(user):
    """Count what did not or may not have arrived in the clinics whose outbox somebody looks after."""
    found = Message.objects.visible_to(user, [Perm.OUTBOX]).undelivered().order_by().values("status")
    return found.annotate(n=Count("pk"), escalations=Count("pk", filter=Q(delivery=Delivery.AT_LEAST_ONCE)))


def parts(user, tz: str, now: dt.datetime) -> list[Part]:
    """Return every part, those that stand still first."""
    look = Look(user, tz, now)
    found = [part(look) for part in PARTS]
    order = (URGENT, SOON, OK, OFF)
    return sorted(found, key=lambda part: order.index(part.kind))


def lede(found: list[Part]) -> str:
    """Say the whole page in one sentence."""
    stopped = sum(part.kind == URGENT for part in found)
    others = sum(part.kind == SOON for part in found)
    if stopped:
        return ngettext(
            "One thing cannot wait: it stands first.", "%(n)d things cannot wait: they stand first.", stopped
        ) % {"n": stopped}
    if others:
        return ngettext(
            "Messages go out. One thing needs somebody.", "Messages go out. %(n)d things need somebody.", others
        ) % {"n": others}
    return _("Everything is running.")


# The parts -------------------------------------------------------------------------------------


def sweeper(look: Look) -> Part:
    """Tell whether the process runs that sends what nobody else sent."""
    name = _("Sending of messages")
    if not look.late("sweeper", health.SWEEPER_LATE):
        return Part(OK, name, _("runs"), _("The sweeper finished a round within the last minute."))
    at = look.beats.get("sweeper")
    state = _("has stood still since %(time)s") % {"time": look.since(at)} if at else _("never ran")
    return Part(
        URGENT, name, state,
        _("Phone what cannot wait. Ask whoever looks after the server to start the part called sweeper and to read its log."),
    )  # fmt: skip


def escalations(look: Look) -> Part:
    """Tell whether something that cannot wait waits past its time."""
    name = _("Messages that cannot wait")
    since = _overdue(look, Delivery.AT_LEAST_ONCE)
    if not since:
        return Part(OK, name, _("go out in time"), _("None of them waits past its time."))
    text = _(
        "Red flags have not been told by message since %(time)s; they are still shown on screen and have to be phoned."
    )
    return Part(URGENT, name, _("are late"), text % {"time": since})


def reminders(look: Look) -> Part:
    """Tell whether something else waits past its time."""
    name = _("Reminders and other messages")
    since = _overdue(look, Delivery.AT_MOST_ONCE)
    if not since:
        return Part(OK, name, _("go out in time"), _("None of them waits past its time."))
    text = _(
        "They have not gone out since %(time)s. Red flags are still shown on screen. See whether sending stands still."
    )
    return Part(URGENT, name, _("are late"), text % {"time": since})


def _overdue(look: Look, delivery: Delivery) -> str:
    oldest = look.queued.get(delivery, {}).get("oldest")
    return look.since(oldest) if oldest and look.now - oldest > health.WAITS[delivery] else ""


def tried_again(look: Look) -> Part:
    """Tell how many messages failed at first: a mail server that is away shows here before anything is late."""
    n = sum(row["again"] for row in look.queued.values())
    if not n:
        return Part(OK, _("Failed attempts to send"), _("none"), _("Nothing waits for another attempt."))
    state = ngettext("one message is tried again", "%(n)d messages are tried again", n) % {"n": n}
    text = _(
        "If the number grows, the mail server or the provider of text messages does not answer: ask who looks after the server."
    )
    return Part(SOON, _("Failed attempts to send"), state, text)


def dead(look: Look) -> Part:
    """Tell how many messages of the clinic could not be sent and wait for somebody."""
    return _undelivered(look, Status.DEAD, _("Messages that could not be sent"))


def unknown(look: Look) -> Part:
    """Tell how many messages of the clinic may not have arrived and wait for somebody."""
    return _undelivered(look, Status.UNKNOWN, _("Messages of which nobody knows whether they arrived"))


def _undelivered(look: Look, status: str, name: str) -> Part:
    row = look.lost.get(status, {"n": 0, "escalations": 0})
    if not row["n"]:
        return Part(OK, name, _("none"), _("Nothing of your clinic waits for somebody here."))
    text = ngettext("Somebody has to deal with it.", "Somebody has to deal with them.", row["n"])
    if row["escalations"]:
        text = _("What cannot wait is among them: phone the people it was meant for.")
    kind = URGENT if row["escalations"] else SOON
    return Part(kind, name, str(row["n"]), text, reverse("messaging:undelivered"), _("Deal with it"))


def failed_rounds(look: Look) -> Part:
    """Tell which rounds failed when they ran last."""
    name = _("Regular work")
    failing = [entry for entry in rounds.names() if _fails(look.beats, entry)]
    if not failing:
        return Part(OK, name, _("done"), _("What is done every so often, such as reminders, went well the last time."))
    state = ngettext("one piece failed the last time", "%(n)d pieces failed the last time", len(failing))
    text = _(
        "It is tried again by itself. If it stays so, tell who looks after the server these names, as its log has them: %(names)s."
    )
    return Part(SOON, name, state % {"n": len(failing)}, text % {"names": ", ".join(failing)})


def _fails(beats: dict[str, dt.datetime], name: str) -> bool:
    failed, ran = beats.get(rounds.FAILED + name), beats.get(f"round:{name}")
    return failed is not None and (ran is None or failed > ran)


def tick(look: Look) -> Part:
    """Tell whether Celery ticks."""
    name = _("The clock of the faster way (Celery)")
    if not settings.NUDGES:
        return Part(OFF, name, _("not used here"), _("The sweeper does its work."))
    if not look.late("tick", health.TICK_LATE):
        return Part(OK, name, _("runs"), _("It ticked within the last three minutes."))
    at = look.beats.get("tick")
    state = _("has stood still since %(time)s") % {"time": look.since(at)} if at else _("never ran")
    text = _(
        "Messages go out some minutes later. Ask who looks after the server to start the parts called worker and beat."
    )
    return Part(SOON, name, state, text)


def broker(look: Look) -> Part:
    """Tell whether the broker answers; takes a second at most."""
    name = _("The faster way's messenger (Redis)")
    if not settings.NUDGES:
        return Part(OFF, name, _("not used here"), _("The sweeper finds by itself what is due."))
    if health.broker_answers():
        return Part(OK, name, _("answers"), _("Messages are on their way within a second."))
    text = _("Nothing is lost and messages go out some minutes later. Ask who looks after the server to start Redis.")
    return Part(SOON, name, _("does not answer"), text)


def mail(look: Look) -> Part:
    """Tell which way mail goes, by name of a provider only."""
    name = _("Mail")
    if settings.LOCAL_MAIL:
        return Part(
            OFF, name, _("stays on this machine"), _("It is not sent, but kept for admins to read, as in the demo.")
        )
    if settings.ANYMAIL_PROVIDER:
        provider = settings.MAIL_PROVIDERS[settings.ANYMAIL_PROVIDER]
        return Part(OK, name, _("set up"), _("It is sent through %(name)s.") % {"name": provider})
    if not settings.EMAIL_BACKEND.endswith(".smtp.EmailBackend"):
        text = _("It is not sent to anybody. Ask who looks after the server to set EMAIL_URL.")
        return Part(URGENT, name, _("not set up"), text)
    if settings.EMAIL_HOST in ("127.0.0.1", "localhost") and not settings.EMAIL_HOST_USER:
        text = _("It is given to a mail server on this same machine. If there is none, EMAIL_URL has to be set.")
        return Part(OK, name, _("set up"), text)
    return Part(OK, name, _("set up"), _("It is sent through a mail server."))


def texts(look: Look) -> Part:
    """Tell whether text messages can be sent."""
    name = _("Text messages")
    if sms.is_set_up():
        return Part(OK, name, _("set up"), _("What cannot wait goes by text message too."))
    return Part(OFF, name, _("not set up"), _("What cannot wait goes by mail only. Setting SMS_PROVIDER changes that."))


def backup(look: Look) -> Part:
    """Tell when the last backup was written."""
    name = _("Last backup")
    if look.late("backup", BACKUP_OLD):
        text = _("Make one each day: who looks after the server runs “make backup”.")
        return Part(SOON, name, look.last("backup"), text)
    return Part(OK, name, look.last("backup"), _("It is less than two days old."))


def drill(look: Look) -> Part:
    """Tell when a backup was last restored to see whether it can be."""
    name = _("Last time a backup was tried out")
    if look.late("restore-drill", DRILL_OLD):
        text = _(
            "Only a backup that was restored is one. Once a quarter, who looks after the server runs “make restore-drill”."
        )
        return Part(SOON, name, look.last("restore-drill"), text)
    return Part(OK, name, look.last("restore-drill"), _("It could be restored whole."))


def outside(look: Look) -> Part:
    """Tell whether somebody outside hears from the sweeper."""
    name = _("Watch from outside")
    if not settings.DEAD_MAN_URL:
        text = _("If everything here stops, nobody is told. Setting DEAD_MAN_URL changes that.")
        return Part(OFF, name, _("not set up"), text)
    if not look.late(dead_man.NAME, CALLS_LATE):
        return Part(OK, name, _("answers"), _("Somebody outside is told each minute that messages go out."))
    at = look.beats.get(dead_man.NAME)
    state = _("has not answered since %(time)s") % {"time": look.since(at)} if at else _("never answered")
    text = _(
        "They may raise the alarm. If sending runs, ask who looks after the server whether DEAD_MAN_URL is still right."
    )
    return Part(SOON, name, state, text)


PARTS: list[Callable[[Look], Part]] = [
    sweeper, escalations, reminders, dead, unknown, tried_again, failed_rounds, tick, broker, mail, texts, backup, drill,
    outside,
]  # fmt: skip
