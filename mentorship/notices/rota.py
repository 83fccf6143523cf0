"""The messages of the rota: when, and the page behind sign-in. Nobody's name, no clinic."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common import clock, words
from mentorship.actions.rota import PLANNED, SOON
from mentorship.actions.rota import REMOVED as GONE
from mentorship.models import Shift
from mentorship.notices.readers import address
from mentorship.notices.readers import reader as recipient
from mentorship.workflow import ShiftStatus
from messaging import kinds
from messaging.kinds import Kind, Recipient, Rendered
from messaging.models import Message


def shift_of(message: Message) -> Shift | None:
    """Return the shift a message is about, as it is now."""
    rows = Shift.objects.select_related("user", "offered_to")
    return rows.filter(ref=message.subject, status=ShiftStatus.PLANNED, ends_at__gt=clock.now()).first()


def still_asked(message: Message) -> bool:
    """Whether the colleague is still asked."""
    shift = shift_of(message)
    asked = shift.offered_to if shift else None
    return bool(asked and asked.is_active and message.recipient == f"user:{asked.ref}")


def still_to_come(message: Message) -> bool:
    """Whether the shift is still to come or runs."""
    return shift_of(message) is not None


def page(message: Message) -> str:
    """Return the address of the shift, behind sign-in."""
    return reverse("mentorship:shift", args=[message.subject])


def shifts_of(message: Message) -> list[Shift]:
    """Return those shifts somebody was told of that are still theirs and to come, in order."""
    rows = Shift.objects.planned().filter(ref__in=message.data["shifts"], ends_at__gt=clock.now())
    return [shift for shift in rows.select_related("user") if message.recipient == f"user:{shift.user.ref}"]


def still_theirs(message: Message) -> bool:
    """Whether any of the shifts is still theirs and to come."""
    return bool(shifts_of(message))


def still_off(message: Message) -> bool:
    """Whether they are not on call for that time in another way by now."""
    was = Shift.objects.select_related("user").get(ref=message.subject)
    again = Shift.objects.planned().filter(clinic=was.clinic_id, user=was.user_id, ends_at__gt=clock.now())
    return not again.filter(starts_at__lte=was.starts_at, ends_at__gte=was.ends_at).exists()


def telling(subject, sentence):
    """Return a render function: greeting, one sentence with the hours, the link behind sign-in."""

    def render(message: Message, to: Recipient) -> Rendered:
        shift = Shift.objects.get(ref=message.subject)
        return letter(to, str(subject), str(sentence) % hours_of(shift, to), shift)

    return render


def hours_of(shift: Shift, to: Recipient) -> dict[str, str]:
    """Return when a shift begins and ends, in the reader's words and by their clocks."""
    moments = {"start": shift.starts_at, "end": shift.ends_at}
    return {name: words.when(moment, to.time_zone, now=clock.now()) for name, moment in moments.items()}


def letter(to: Recipient, subject: str, sentence: str, shift: Shift) -> Rendered:
    """Return the greeting, the sentence and the link."""
    link = _("Sign in and look here:") + "\n" + address("mentorship:shift", shift.ref)
    return Rendered(subject, "\n\n".join([_("Hello %(name)s,") % {"name": to.first_name}, sentence, link]))


def planned(message: Message, to: Recipient) -> Rendered:
    """Write when somebody is on call now: the first time, and how many times more."""
    first, *more = shifts_of(message)
    sentence = _("You are on call from %(start)s until %(end)s.") % hours_of(first, to)
    if more:
        form = ngettext("After that once more.", "After that %(n)d times more.", len(more))
        sentence += " " + form % {"n": len(more)}
    return letter(to, _("You are on call"), sentence, first)


def removed(message: Message, to: Recipient) -> Rendered:
    """Write that somebody is not on call then, or not any more."""
    shift = Shift.objects.get(ref=message.subject)
    if shift.status == ShiftStatus.REMOVED:
        sentence = _("You were to be on call from %(start)s. That is taken off: you are not on call then.")
    else:  # it ran already
        sentence = _("You were on call from %(start)s. That ended on %(end)s: you are not on call any more.")
    return letter(to, _("You are not on call"), sentence % hours_of(shift, to), shift)


ASKED = telling(
    gettext_lazy("Can you take a shift on call?"),
    gettext_lazy(
        "A colleague asks whether you can be on call from %(start)s until %(end)s. Until you say yes, they stay on call."
    ),
)
TAKEN = telling(
    gettext_lazy("Your shift has been taken over"),
    gettext_lazy("A colleague is on call in your place from %(start)s until %(end)s."),
)
DECLINED = telling(
    gettext_lazy("Your shift stays with you"),
    gettext_lazy("The colleague you asked cannot: you stay on call from %(start)s until %(end)s. You can ask another."),
)
kinds.register(
    Kind("oncall.asked", recipient, still_asked, ASKED, label=gettext_lazy("On call: a colleague is asked"), link=page)
)
kinds.register(
    Kind("oncall.taken", recipient, still_to_come, TAKEN, label=gettext_lazy("On call: taken over"), link=page)
)
kinds.register(
    Kind("oncall.declined", recipient, still_to_come, DECLINED, label=gettext_lazy("On call: stays"), link=page)
)
for suffix in ("", SOON):  # what begins within a day does not wait until the night is over
    late = {"waits_for_morning": not suffix, "link": page}
    put_on, taken_off = gettext_lazy("On call: put on"), gettext_lazy("On call: taken off")
    kinds.register(Kind(PLANNED + suffix, recipient, still_theirs, planned, label=put_on, **late))
    kinds.register(Kind(GONE + suffix, recipient, still_off, removed, label=taken_off, **late))
