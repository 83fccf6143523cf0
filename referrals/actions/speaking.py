"""In which language somebody is written to."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import Invalid
from common.vocabulary import Language
from referrals import rules
from referrals.models import Person


@transaction.atomic
def set_language(*, person: int, by: User, language: str) -> Person:
    """Store the language of letters and messages; the same again changes nothing. Raises Denied, Invalid (language)."""
    row = Person.objects.select_for_update().get(pk=person)
    rules.look_after.require(by, row)
    if language not in Language.values:
        raise Invalid(_("Choose one of the languages"), field="language")
    if row.language != language:
        row.language, row.version = language, row.version + 1
        row.save(update_fields=["language", "version"])
    return row
