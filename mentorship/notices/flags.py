"""The messages of a red flag: a time, a link and a number to call. No person, worry or clinic."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common import clock, words
from mentorship.models import RedFlag
from mentorship.notices.readers import reader as recipient
from mentorship.undelivered import is_settled
from mentorship.workflow import UNANSWERED, UNRESOLVED, FlagStatus
from messaging import kinds
from messaging.kinds import Kind, Recipient, Rendered
from messaging.models import Message
from referrals.models import Consent, Person, Scope


def identity(message: Message) -> User | Person | None:
    """Return who a message is for."""
    kind, _sep, ref = message.recipient.partition(":")
    model = {"user": User, "person": Person}[kind]
    return model._base_manager.filter(ref=ref).first()


def page(message: Message) -> str:
    """Return the address of the flag, behind sign-in."""
    return reverse("mentorship:flag", args=[message.subject])


def always(message: Message) -> bool:
    """An escalation is never taken back: not for withdrawn consent, nor for an address that fails."""
    return True


def deadline_words(message: Message, reader: Recipient) -> str:
    """Write until when to answer, on the reader's clock: "12:52", with the day unless it is today."""
    moment, now = dt.datetime.fromisoformat(message.data["by"]), clock.now()
    there, today = words.local(moment, reader.time_zone), words.local(now, reader.time_zone).date()
    time = f"{there:%H:%M}"
    if there.date() == today:
        return time
    return _("%(date)s, %(time)s") % {"date": words.day(there.date(), today=today), "time": time}


def settled(message: Message) -> RedFlag | None:
    """Return the flag that somebody took up while this message was on its way; None while it still asks."""
    flag = RedFlag.objects.select_related("handed_to").filter(ref=message.subject).first()
    return flag if flag is not None and is_settled(message, flag) else None


def subject(message: Message, reader: Recipient) -> str:
    """Write "Urgent: answer before 12:52", or "Urgent: answer now" once that has passed."""
    if dt.datetime.fromisoformat(message.data["by"]) <= clock.now():
        return _("Urgent: answer now")
    return _("Urgent: answer before %(time)s") % {"time": deadline_words(message, reader)}


def number_to_call(message: Message) -> str:
    """Return the number the clinic gives for worries, else the programme's; empty for none."""
    phone = message.clinic.flag_phone or message.clinic.phone
    return phone.as_international if phone else ""


def escalation(sentence):
    """Return a render function: greeting, one sentence, the link behind sign-in, the number to call.

    One that was held up until somebody had answered goes out too, and says so.
    """

    def render(message: Message, to: Recipient) -> Rendered:
        flag = settled(message)
        if flag is not None:
            return render_over(message, to, flag)
        lines = [_("Hello %(name)s,") % {"name": to.first_name}, f"{subject(message, to)}. {sentence}"]
        lines.append(_("Sign in and answer here:") + f"\n{settings.SITE_URL}{page(message)}")
        number = number_to_call(message)
        if number:
            lines.append(_("Or call %(number)s.") % {"number": number})
        lines.append(_("Halfword is no emergency service. In danger, call 112."))
        return Rendered(subject(message, to), "\n\n".join(str(line) for line in lines))

    return render


def render_over(message: Message, to: Recipient, flag: RedFlag) -> Rendered:
    """Say that this one comes late and what became of it meanwhile; to whoever has the flag, that it is theirs.

    The link stands there for those who still see the flag.
    """
    user = identity(message)
    subject, *sentences = _meanwhile(flag, user)
    body = [_("Hello %(name)s,") % {"name": to.first_name}, *sentences]
    if user is not None and RedFlag.objects.visible_to(user).filter(pk=flag.pk).exists():
        body.append(_("You can look here:") + f"\n{settings.SITE_URL}{page(message)}")
    return Rendered(subject, "\n\n".join(str(line) for line in body))


def _meanwhile(flag: RedFlag, user: User | None) -> tuple[str, ...]:
    """Return the subject, and in sentences what happened while a message to this user was held up."""
    nothing = _("You need not do anything.")
    if flag.status == FlagStatus.RESOLVED:
        sentence = _("We asked you to answer, but this message was held up. It is settled meanwhile.")
        return _("Settled meanwhile: you need not do anything"), sentence, nothing
    if flag.status != FlagStatus.ACKNOWLEDGED:  # a colleague asked, and it was opened again since
        sentence = _("A colleague asked you to take something over. That question no longer stands.")
        return _("No longer asked: you need not do anything"), sentence, nothing
    if user is not None and user.pk == flag.acknowledged_by_id:
        sentence = _("This message was held up. You have this one; nothing more to do about this message.")
        return _("You have this one: nothing more to do about this message"), sentence
    sentence = _("We asked you to answer, but this message was held up. A colleague has answered meanwhile.")
    return _("Answered meanwhile: you need not do anything"), sentence, nothing


def still_to_tell(message: Message) -> bool:
    """Whether somebody has it still whom this message is about, and its raiser may be told.

    One that was held up until the flag was opened and taken up again is overtaken by the message of that.
    """
    flag = RedFlag.objects.filter(ref=message.subject).first()
    has = flag is not None and flag.acknowledged_at is not None and flag.acknowledged_at <= message.created_at
    return has and may_be_told(message, flag)


def may_be_told(message: Message, flag: RedFlag) -> bool:
    """Whether the person who raised a flag may be written to about it."""
    to = identity(message)
    if to is None:
        return False
    if isinstance(to, User):
        return to.is_active and flag.about_user_id != to.pk
    agreed = Consent.objects.filter(referral=flag.referral, scope=Scope.CONTACT, given=True, withdrawn_at=None)
    return agreed.exists()


def still(*states: FlagStatus):
    """Return a test: whether a flag stands like this still, and its raiser may be told."""

    def test(message: Message) -> bool:
        flag = RedFlag.objects.filter(ref=message.subject, status__in=states).first()
        return flag is not None and may_be_told(message, flag)

    return test


def step(subject, *sentences):
    """Return a render function for whoever raised it: greeting, some sentences, the number for danger."""

    def render(message: Message, to: Recipient) -> Rendered:
        body = [_("Hello %(name)s,") % {"name": to.first_name}, *sentences, _("In danger, call 112.")]
        return Rendered(str(subject), "\n\n".join(str(line) for line in body))

    return render


def render_settled(message: Message, to: Recipient) -> Rendered:
    """Tell that it is settled, never what came of it; a mentor hears more from who supervises them."""
    body = [_("Hello %(name)s,") % {"name": to.first_name}, _("What you told us about is settled. Thank you.")]
    if message.recipient.startswith("person:"):
        body.append(_("Do you have a question about it? Ring the clinic."))
    else:
        body.append(_("We write nothing more about it here. Whoever looks after you can talk it over with you."))
    body.append(_("Does something worry you again? Tell us again. In danger, call 112."))
    return Rendered(_("It is settled"), "\n\n".join(str(line) for line in body))


def render_answered(message: Message, to: Recipient) -> Rendered:
    """Tell only that somebody has it."""
    body = [
        _("Hello %(name)s,") % {"name": to.first_name},
        _("Somebody of the team has it. Thank you for telling us: it was the right thing to do."),
        _("You need not do anything more. In danger, call 112."),
    ]
    return Rendered(_("Somebody of the team has it"), "\n\n".join(body))


def render_home(message: Message, to: Recipient) -> Rendered:
    """Tell those who run a lent mentor's own clinic that something is raised elsewhere; what, and about whom, stands on the page."""
    body = [
        _("Hello %(name)s,") % {"name": to.first_name},
        _(
            "Something was raised elsewhere about somebody you look after. Colleagues there answer it. See whether you must act:"
        ),
        f"{settings.SITE_URL}{page(message)}",
        _("Halfword is not read day and night. In danger? Call 112."),
    ]
    return Rendered(_("Urgent: please look today"), "\n\n".join(body))


ESCALATIONS = {
    "flag.raised": (gettext_lazy("Somebody is waiting for you."), gettext_lazy("Flag: first told")),
    "flag.half": (
        gettext_lazy("Half of the time has passed and nobody has answered yet."), gettext_lazy("Flag: told again"),
    ),
    "flag.climb": (gettext_lazy("Nobody settled it in time, so now we ask you."), gettext_lazy("Flag: climbed")),
    "flag.handed": (
        gettext_lazy("A colleague asks you to take this over. Until you do, they have it."),
        gettext_lazy("Flag: handed over"),
    ),
    "flag.told": (
        gettext_lazy("A colleague was asked first. See to it that somebody answers."),
        gettext_lazy("Flag: told at once"),
    ),
}  # fmt: skip

for name, (sentence, label) in ESCALATIONS.items():
    kinds.register(Kind(name, recipient, always, escalation(sentence), at_least_once=True, label=label, link=page))
kinds.register(
    Kind(
        "flag.home", recipient, always, render_home, at_least_once=True,
        label=gettext_lazy("Flag: the mentor's own clinic"), link=page,
    )
)  # fmt: skip
kinds.register(
    Kind("flag.answered", recipient, still_to_tell, render_answered, label=gettext_lazy("Flag: somebody has it"))
)
kinds.register(
    Kind(
        "flag.next", recipient, still(*UNANSWERED),
        step(
            gettext_lazy("We are asking the next person"),
            gettext_lazy("Nobody has answered yet, so we are asking the next person of the team. We go on until somebody does."),
            gettext_lazy("Does it get worse? Do not wait for us."),
        ),
        label=gettext_lazy("Flag: the next one is asked"),
    )
)  # fmt: skip
kinds.register(
    Kind(
        "flag.settled", recipient, still(FlagStatus.RESOLVED), render_settled, label=gettext_lazy("Flag: settled")
    )
)  # fmt: skip
kinds.register(
    Kind(
        "flag.again", recipient, still(*UNRESOLVED),
        step(
            gettext_lazy("The team is looking at it again"),
            gettext_lazy("What you told us about was settled, and the team now looks at it once more."),
            gettext_lazy("You need not do anything."),
        ),
        label=gettext_lazy("Flag: looked at again"),
    )
)  # fmt: skip
