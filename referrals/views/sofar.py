"""What stands in the form so far, in words: the quiet column beside it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import words
from referrals.models import Scope

SHOWN = {
    "offer": gettext_lazy("Offer"),
    "relation": gettext_lazy("They are"),
    "phase": gettext_lazy("Now"),
    "diagnosis": gettext_lazy("Diagnosis"),
    "topics": gettext_lazy("Topics"),
    "languages": gettext_lazy("Language"),
    "channels": gettext_lazy("Channel"),
    "matters_most": gettext_lazy("Most of all"),
}
OPTIONAL = {"topics", "matters_most"}


@dataclass(frozen=True)
class Line:
    """One label and its words; without words, `anchor` is where the answer is still missing."""

    label: str
    words: str
    anchor: str = ""


def so_far(form) -> list[Line]:
    """Return one line per main question of a referral form, bound or not."""
    lines = [_who(form)]
    lines += [_line(form, name, label) for name, label in SHOWN.items()]
    agreed = [form[f"consent_{scope.value}"].value() for scope in Scope]
    told = _("%(n)d of %(all)d answered") % {"n": sum(map(bool, agreed)), "all": len(agreed)}
    return [line for line in lines if line] + [Line(_("Consent"), told)]


def _who(form) -> Line:
    if form.known:
        return Line(_("Who"), f"{form.known.full_name}, {form.known.birth_year}")
    typed = [str(form[name].value() or "").strip() for name in ("first_name", "last_name", "birth_year")]
    name = " ".join(part for part in typed[:2] if part)
    told = ", ".join(part for part in (name, typed[2]) if part)
    return Line(_("Who"), told[:100], "" if told else form["first_name"].id_for_label)


def _line(form, name: str, label) -> Line | None:
    bound = form[name]
    value = bound.value()
    chosen = {str(v) for v in value} if isinstance(value, (list, tuple)) else {str(value or "")} - {""}
    told = words.listed(text for code, text in form.fields[name].choices if str(code) in chosen and code)
    if told or name not in OPTIONAL:
        return Line(label, told, "" if told else bound.id_for_label or f"{bound.auto_id}_0")
    return None
