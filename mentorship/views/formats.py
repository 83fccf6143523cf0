"""Ways to meet: what there is, one in words and as a picture, a copy of one's own, changed and retired."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinics.models import Clinic
from clinics.roles import Perm, clinic_for
from common.errors import Refused, Stale
from common.policy import needs
from mentorship.actions import formats as actions
from mentorship.formats import choice, picture, words
from mentorship.forms.formats import Draft, FormatForms
from mentorship.models import Format


@needs(Perm.COORDINATE)
@require_safe
def formats(request: HttpRequest) -> HttpResponse:
    """Show every format the clinic may follow, and its own that it retired."""
    clinic = clinic_for(request, Perm.COORDINATE)
    rows = list(Format.objects.visible_to(request.user).of_clinic(clinic).newest())
    for row in rows:
        row.sentence = words.sentence(row.body)
    context = {
        "own": [row for row in rows if row.clinic_id and not row.retired_at],
        "given": [row for row in rows if not row.clinic_id and not row.retired_at],
        "retired": [row for row in rows if row.retired_at],
        "chosen": choice.programme_of(clinic).pair_format_id,
    }
    return render(request, "mentorship/formats/list.html", context)


@needs(Perm.COORDINATE)
@require_safe
def format(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one version of a format in words, with its calendar."""
    row = _format(request, ref)
    return _show(request, row)


def _format(request: HttpRequest, ref: str) -> Format:
    rows = Format.objects.visible_to(request.user).select_related("clinic", "based_on", "created_by")
    return get_object_or_404(rows, ref=ref)


def _show(request: HttpRequest, row: Format, problem: str = "", status: int = 200) -> HttpResponse:
    clinic = row.clinic or clinic_for(request, Perm.COORDINATE)
    versions = (
        Format.objects.visible_to(request.user).filter(clinic=row.clinic, key=row.key).select_related("created_by")
    )
    versions = list(versions.order_by("-number"))
    parts = [
        {
            "title": words.part_title(part),
            "facts": words.part_facts(part),
            "rules": map(words.rule_words, part["rules"]),
        }
        for part in row.body["components"]
    ]
    context = {
        "format": row, "sentence": words.sentence(row.body), "facts": words.facts(row.body), "parts": parts,
        "follows": list(map(words.followup_words, row.body["followups"])), "picture": picture.picture(row.body),
        "rows": picture.rows(row.body), "versions": versions, "newest": versions[0], "problem": problem,
        "followers": choice.followers(row, clinic),
        "chosen": choice.programme_of(clinic).pair_format_id == row.pk,
    }  # fmt: skip
    return render(request, "mentorship/formats/format.html", context, status=status)


@needs(Perm.COORDINATE)
@require_POST
def copy(request: HttpRequest, ref: str) -> HttpResponse:
    """Make a copy of the clinic's own, and go on to change it."""
    row = _format(request, ref)
    made = actions.copy(format=row, clinic=_clinic_of(request, row), by=request.user)
    messages.success(request, _("This is your own copy. Nobody follows it yet."))
    return redirect("mentorship:format-edit", made.ref)


def _clinic_of(request: HttpRequest, row: Format) -> Clinic:
    """Return for which clinic a copy is made: the one whose it is, else the one somebody works in."""
    return row.clinic or clinic_for(request, Perm.COORDINATE)


@needs(Perm.COORDINATE)
@require_POST
def retire(request: HttpRequest, ref: str) -> HttpResponse:
    """Let nobody new follow it."""
    row = _format(request, ref)
    try:
        actions.retire(format=row, by=request.user)
    except Refused as refusal:
        return _show(request, row, str(refusal), refusal.status)
    messages.success(request, _("Nobody new will follow this. Who follows it goes on."))
    return redirect("mentorship:formats")


@needs(Perm.COORDINATE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, ref: str) -> HttpResponse:
    """Change a format of one's own: parts and rules come and go by buttons, the calendar is drawn as it is typed."""
    row = _format(request, ref)
    if row.clinic_id is None:
        raise Http404  # what came with the product is copied, never changed
    if request.method != "POST":
        return _form(request, row, FormatForms(Draft.of(row.name, row.body), check=False), row.body)
    draft = Draft.sent(request.POST)
    asked = request.POST.get("do", "")
    if draft.step(asked):
        forms = FormatForms(draft, check=False)
        return _form(request, row, forms, FormatForms(draft, check=True, before=row.body).body)
    forms = FormatForms(draft, check=True, before=row.body)
    if request.htmx:
        return render(request, "mentorship/formats/_calendar.html", _calendar(forms.body))
    if asked == "save" and forms.body:
        return _save(request, row, forms)
    return _form(request, row, forms, forms.body)


def _save(request: HttpRequest, row: Format, forms: FormatForms) -> HttpResponse:
    """Store the next version; on a refusal keep all that was typed, with the reason, over the version there is now."""
    name = forms.head.cleaned_data["name"]
    try:
        saved = actions.change(format=row, by=request.user, name=name, body=forms.body)
    except Refused as refusal:
        forms.head.add_error(None, str(refusal))
        newest = Format.objects.visible_to(request.user).filter(clinic=row.clinic, key=row.key).order_by("-number")[0]
        return _form(request, newest if isinstance(refusal, Stale) else row, forms, forms.body, refusal.status)
    messages.success(
        request, _("Saved as version %(n)d.") % {"n": saved.number} if saved != row else _("Nothing was changed.")
    )
    return redirect("mentorship:format", saved.ref)


def _form(request: HttpRequest, row: Format, forms: FormatForms, body: dict | None, status: int = 200) -> HttpResponse:
    mistakes = [form for form in forms.every if forms.checked and form.errors]
    context = {
        "format": row, "forms": forms, "form": forms.head, "shape": forms.draft.shape, "mistakes": mistakes,
        "mistake": mistakes[0] if mistakes else None,  # the title says that there is one
        "followers": choice.followers(row, row.clinic), **_calendar(body),
    }  # fmt: skip
    return render(request, "mentorship/formats/edit.html", context, status=status)


def _calendar(body: dict | None) -> dict:
    """Return what the calendar needs; nothing while something typed is not right yet."""
    if body is None:
        return {"picture": None, "rows": [], "facts": []}
    return {"picture": picture.picture(body), "rows": picture.rows(body), "facts": words.facts(body)}
