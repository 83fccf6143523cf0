"""The words of the letters about a decision, to be read and changed before they go, in the applicant's language."""

from __future__ import annotations

import datetime as dt

from django.utils import translation
from django.utils.translation import gettext as _

from common import languages, words
from training.data import Decision
from training.models import Mentor


def letter(mentor: Mentor, decision: str, until: dt.date | None = None, by: str = "") -> str:
    """Return a kind letter for a decision, in the applicant's language where there are words in it."""
    clinic = mentor.person.clinic
    with translation.override(languages.spoken(mentor.person.language)):
        day = words.day(until, today=clinic.today, weekday=False) if until else ""
        dear = _("Dear %(name)s,") % {"name": mentor.person.first_name}
        return "\n\n".join([dear, *_body(decision, day), _("With kind regards,"), f"{by}\n{clinic.name}".strip()])


def _body(decision: str, day: str) -> list[str]:
    return {
        Decision.ACCEPT.value: [
            _("Thank you for applying as a mentor, and for what you told us. We are glad to say yes: we would like you to begin the training."),
            _("You get a message with which you can sign in. The training is at your own pace. You may stop whenever you like, and need not say why."),
        ],
        Decision.LATER.value: [
            _("Thank you for applying as a mentor, and for what you told us. We think that this is not the right moment to begin."),
            _("We would like to ask you again around %(day)s. You need do nothing until then.") % {"day": day},
            _("This says nothing about how you are looked after. Ring us when you would like to talk about it."),
        ],
        Decision.REDIRECT.value: [
            _("Thank you for applying as a mentor, and for what you told us. We think that another role would suit you better, and would like to tell you about it."),
            _("We ring you in the coming days. Whether you would like it is up to you, and both answers are fine."),
        ],
        Decision.DECLINE.value: [
            _("Thank you for applying as a mentor. It takes courage to tell your own story, and we read and heard it with care."),
            _("We have decided not to go on together. This says nothing about who you are or how you live with your illness, and changes nothing in your care."),
            _("If you would like to know why, or to talk about it, ring us."),
        ],
    }[decision]  # fmt: skip
