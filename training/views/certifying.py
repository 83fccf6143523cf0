"""Papers: words to sign, certificates, and whether one counts. Fetch, bind, call one action, respond."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinics.roles import Perm
from common.errors import Denied, Refused, Stale
from common.policy import needs, public, signed_in
from training import actions, agreements, certificate_pdf, limits_certifying, rules_certifying
from training.forms import certifying as forms
from training.models import AgreementText, Certificate, Mentor
from training.pages import certifying as pages


def _own(request: HttpRequest) -> Mentor:
    row = pages.own(request)
    if row is None:
        raise Http404
    return row


# Settings ---------------------------------------------------------------------------------


@require_safe
@needs(Perm.SETTINGS)
def agreement_texts(request: HttpRequest) -> HttpResponse:
    """Show the words mentors sign, with every version."""
    clinic = pages.settings_clinic(request)
    context = {"key": "agreements", "kinds": pages.kinds_of(clinic), "clinic": clinic}
    return render(request, "training/certifying/agreements.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.SETTINGS)
def agreement(request: HttpRequest, kind: str) -> HttpResponse:
    """Write new words: first what they would ask of whom, then publish exactly what was seen."""
    if kind not in AgreementText.Kind.values:
        raise Http404
    clinic = pages.settings_clinic(request)
    last = pages.newest(clinic, kind)
    form = forms.AgreementForm(
        request.POST if request.method == "POST" else None, initial=pages.usual_text(clinic, last)
    )
    valid, stale = form.is_bound and form.is_valid(), False
    if valid and request.POST.get("save") == form.digest:
        try:
            made = actions.publish_agreement(
                clinic=clinic,
                by=request.user,
                kind=kind,
                **form.cleaned_data | {"version": form.cleaned_data["version"] or 0},
            )
        except Stale:
            stale, last = True, pages.newest(clinic, kind)
            form.follow(last.version if last else 0)
        except Denied:
            raise
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Published as version %(n)d.") % {"n": made.version})
            return redirect("training:agreements")
    context = {"key": "agreements", "form": form, "kind": AgreementText.Kind(kind), "last": last, "stale": stale}
    return render(
        request, "training/certifying/agreement.html", context | _seen(clinic, form), status=409 if stale else 200
    )


def _seen(clinic, form) -> dict:
    """Return what publishing would ask, once the answers make sense."""
    if not form.is_bound or form.errors:
        return {"seen": []}
    days = form.cleaned_data["in_force_from"], form.cleaned_data["sign_by"]
    return {
        "seen": pages.preview_words(agreements.preview(clinic), *days, clinic.today),
        "digest": form.digest, "parts": pages.blocks(form.cleaned_data["body"]),
    }  # fmt: skip


# The mentor -------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.MENTOR)
def sign(request: HttpRequest) -> HttpResponse:
    """Let a mentor read the words and sign them with a tick each."""
    row = _own(request)
    wanted = agreements.to_sign(row, row.person.clinic.today)
    form = forms.SignForm(request.POST if request.method == "POST" else None, texts=wanted) if wanted else None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            actions.sign(mentor=row.pk, by=request.user, texts=[agreements.key_of(text) for text in wanted])
        except Denied:
            raise
        except Refused as refusal:  # other words count by now: the page shows them
            messages.warning(request, str(refusal))
            return redirect("training:sign")
        messages.success(request, _("Thank you. It is signed, with today’s date."))
        return redirect("training:my-papers")
    return render(request, "training/certifying/sign.html", pages.sign_context(row, form))


@require_safe
@needs(Perm.MENTOR)
def my_papers(request: HttpRequest) -> HttpResponse:
    """Show a mentor what is in order and what is missing, each with a step."""
    return render(request, "training/certifying/my_papers.html", pages.my_papers(_own(request)))


@require_safe
@signed_in
def certificate(request: HttpRequest, ref: str) -> HttpResponse:
    """Make the certificate on paper for the mentor, or for who keeps the records."""
    rows = Certificate.objects.visible_to(request.user).standing()
    row = get_object_or_404(rows.select_related("mentor__person__clinic", "issued_by"), ref=ref)
    rules_certifying.take_certificate.require(request.user, row.mentor)
    content = certificate_pdf.render(row, today=row.mentor.person.clinic.today)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{row.number}.pdf"'
    return response


# Anybody ----------------------------------------------------------------------------------


@require_safe
@public
def verify_form(request: HttpRequest) -> HttpResponse:
    """Ask for the number of a certificate."""
    form = forms.NumberForm(request.GET if "number" in request.GET else None)
    if form.is_bound and form.is_valid():
        number = pages.normal(form.cleaned_data["number"])
        if number:
            return redirect("training:verify", number=number)
        form.add_error("number", _("Write the whole number: HW and three groups of four letters and figures"))
    return _unlisted(render(request, "training/certifying/verify.html", {"form": form, "found": None, "asked": ""}))


@require_safe
@public
def verify(request: HttpRequest, number: str) -> HttpResponse:
    """Tell anybody whether a certificate counts today, and no name. Who tries many numbers has to wait."""
    if limits_certifying.is_over(request):
        return _unlisted(render(request, "429.html", status=429))
    found = pages.verified(pages.normal(number))
    if found is None:
        limits_certifying.count_wrong(request)
    context = {"form": forms.NumberForm(), "found": found, "asked": number[:40]}
    return _unlisted(render(request, "training/certifying/verify.html", context, status=200 if found else 404))


def _unlisted(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
