"""Letters about a certificate taken back, to begin from: plain and kind, in the reader's language. People change them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from common import words
from training.models import Appeal, Decertification, Mentor

APPEAL_DAYS = 30  # to ask somebody else to look again [D]


def language_of(mentor: Mentor) -> str:
    """Return the language a mentor gets letters in, of those Halfword speaks."""
    user = mentor.person.user
    wanted = user.language if user else mentor.person.language
    return wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def decertified(mentor: Mentor, reasons: Collection[str], today: dt.date) -> str:
    """Write the letter that goes with a certificate taken back: what, why, what now, and whom to ask."""
    clinic = mentor.person.clinic
    with translation.override(language_of(mentor)):
        labels = [str(Decertification.Reason(code).label) for code in reasons if code in Decertification.Reason.values]
        last = words.day(today + dt.timedelta(days=APPEAL_DAYS), today=today, weekday=False)
        parts = [
            _("Dear %(name)s,") % {"name": mentor.person.first_name},
            _("We have to tell you that you cannot be a mentor from today on. Your certificate is taken back."),
            _("Why:") + "\n" + "\n".join(f"- {label}" for label in labels) if labels else "",
            _("The people you talked with hear from us. Please do not get in touch with them yourself. What they told you stays between you, also now."),
            _("If you do not agree, you can ask somebody else to look at this again, until %(day)s. You find how on your own page in Halfword. You need not wait for that to ring us: %(phone)s.") % {"day": last, "phone": clinic.phone},
            _("This does not undo what you did for others. Thank you for that."),
            clinic.name,
        ]  # fmt: skip
        return "\n\n".join(part for part in parts if part)


def answered(appeal: Appeal, outcome: str) -> str:
    """Write the letter that answers an appeal; empty for no outcome yet."""
    clinic, mentor = appeal.mentor.person.clinic, appeal.mentor
    with translation.override(language_of(mentor)):
        said = {
            Appeal.Outcome.UPHELD: [
                _("You asked us to look again at why your certificate was taken back. Somebody else than the one who decided has done so, and has read everything you wrote."),
                _("The decision stays as it is. You can come back by following the training again; ring us when you would like that: %(phone)s.") % {"phone": clinic.phone},
            ],
            Appeal.Outcome.OVERTURNED: [
                _("You asked us to look again at why your certificate was taken back. Somebody else than the one who decided has done so, and has read everything you wrote."),
                _("The decision is taken back. It should not have been taken, and we are sorry. What happens next, also with the people you talked with, we go through together: %(phone)s.") % {"phone": clinic.phone},
            ],
        }.get(outcome)  # fmt: skip
        if said is None:
            return ""
        return "\n\n".join([_("Dear %(name)s,") % {"name": mentor.person.first_name}, *said, clinic.name])
