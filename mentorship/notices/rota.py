"""The messages of the rota: when, and the page behind sign-in. Nobody's name, no clinic."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import clock, words
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


def telling(subject, sentence):
    """Return a render function: greeting, one sentence with the hours, the link behind sign-in."""

    def render(message: Message, to: Recipient) -> Rendered:
        shift = Shift.objects.get(ref=message.subject)
        hours = {
            "start": words.when(shift.starts_at, to.time_zone, now=clock.now()),
            "end": words.when(shift.ends_at, to.time_zone, now=clock.now()),
        }
        body = [
            _("Hello %(name)s,") % {"name": to.first_name},
            str(sentence) % hours,
            _("Sign in and look here:") + "\n" + address("mentorship:shift", message.subject),
        ]
        return Rendered(str(subject), "\n\n".join(body))

    return render


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
