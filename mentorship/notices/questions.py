"""The messages of a question: to the clinician it is put to, to the mentee, and to the mentor that it was answered."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import links
from matching.models import Match
from mentorship.models import Question
from mentorship.notices.flags import identity
from mentorship.notices.readers import reader as recipient
from mentorship.workflow import QuestionStatus
from messaging import kinds
from messaging.kinds import Kind, Recipient, Rendered
from messaging.models import Message

LINK = "question.answer"
links.register_kind(LINK, "mentorship:answer-link")


def question_of(message: Message) -> Question | None:
    """Return the question a message is about."""
    return Question.objects.filter(ref=message.subject).select_related("referral", "match").first()


def page(message: Message) -> str:
    """Return the address of the question, behind sign-in."""
    return reverse("mentorship:question", args=[message.subject])


def _text(to: Recipient, subject: str, *lines: str) -> Rendered:
    return Rendered(subject, "\n\n".join([_("Hello %(name)s,") % {"name": to.first_name}, *lines]))


def still_waiting(message: Message) -> bool:
    """Whether the question still waits for this reader."""
    row, to = question_of(message), identity(message)
    return bool(row and to and to.is_active and row.status == QuestionStatus.ASKED and row.routed_to_id == to.pk)


def wants_call(message: Message) -> bool:
    """Whether the mentee still waits to be rung."""
    row = question_of(message)
    return bool(row and row.status == QuestionStatus.ANSWERED and row.how == Question.How.CALL)


def may_hear(message: Message) -> bool:
    """Whether the mentee may still be written to and has not heard the answer otherwise."""
    from mentorship.actions.questions import can_be_written_to

    row = question_of(message)
    waits = row and row.status == QuestionStatus.ANSWERED and row.how == Question.How.LINK
    return bool(waits and can_be_written_to(row.referral))


def may_know(message: Message) -> bool:
    """Whether the mentor still sees the pair."""
    row, to = question_of(message), identity(message)
    return bool(row and to and row.match_id and Match.objects.of_mentor(to).filter(pk=row.match_id).exists())


def render_asked(message: Message, to: Recipient) -> Rendered:
    """Tell a clinician that a question waits."""
    return _text(
        to, _("A question waits for you"), _("Somebody put a question to you. Sign in to read and answer it:"),
        f"{settings.SITE_URL}{page(message)}",
    )  # fmt: skip


def render_call(message: Message, to: Recipient) -> Rendered:
    """Tell a clinician that a written answer was not enough."""
    return _text(
        to, _("Please ring about an answer"),
        _("Somebody read your answer and would like to be rung. Sign in to see who:"),
        f"{settings.SITE_URL}{page(message)}",
    )  # fmt: skip


def render_answer(message: Message, to: Recipient) -> Rendered:
    """Bring the mentee to the answer by a one-time link."""
    _link, address = links.make(LINK, message.subject)
    return _text(
        to, _("Your question is answered"), _("The care team has answered your question. Read it here:"), address,
        _("The link is for you alone. In danger, call 112."),
    )  # fmt: skip


def render_answered(message: Message, to: Recipient) -> Rendered:
    """Tell the mentor that it was answered, never what."""
    return _text(
        to, _("The team has answered"),
        _("The care team has answered the question you passed on. They tell it themselves."),
        _("You need not do anything. Thank you for passing it on."),
    )  # fmt: skip


kinds.register(
    Kind("question.asked", recipient, still_waiting, render_asked, label=gettext_lazy("Question asked"), link=page)
)
kinds.register(
    Kind("question.call", recipient, wants_call, render_call, label=gettext_lazy("Question: please ring"), link=page)
)
kinds.register(
    Kind("question.answer", recipient, may_hear, render_answer, label=gettext_lazy("Question: the answer"), link=page)
)
kinds.register(
    Kind("question.answered", recipient, may_know, render_answered, label=gettext_lazy("Question: answered"))
)
