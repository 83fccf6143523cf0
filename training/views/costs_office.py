"""Costs and hours for who keeps the mentors' records, and the clinic's amounts for the admin."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from clinics.models import Clinic
from clinics.roles import Perm, clinic_for, clinics_where
from common.errors import Refused, Stale
from common.policy import needs
from common.vocabulary import Language
from training import rules_costs
from training.actions import costs as actions
from training.actions.costs_export import export_claims
from training.actions.costs_settings import Amounts, set_cost_year
from training.forms import costs as forms
from training.models import Claim, CostYear, Export, Mentor
from training.pages import costs as pages
from training.pages import hours as hours_pages
from training.workflow import ClaimStatus

PER_PAGE = 50
CSV = "text/csv; charset=utf-8"


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.MANAGE_MENTORS)
def costs(request: HttpRequest) -> HttpResponse:
    """List claims, oldest first; approve those ticked, or one."""
    clinic = clinic_for(request, Perm.MANAGE_MENTORS)
    rows = Claim.objects.visible_to(request.user).of_clinic(clinic).select_related("mentor__person", "receipt")
    if request.method == "POST":
        _approve(request, rows)
        return redirect(f"{reverse('training:costs')}?{request.GET.urlencode()}".rstrip("?"))
    form = forms.CostsFilter(request.GET or None)
    page = Paginator(pages.filtered(rows.defer("receipt__content"), form), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form, "page_obj": page, "rows": pages.list_rows(page.object_list, request.user),
        "lede": pages.lede(Claim.objects.visible_to(request.user).of_clinic(clinic)), "chosen": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "training/costs/costs.html", context)


def _approve(request: HttpRequest, rows) -> None:
    refs = [request.POST["one"]] if request.POST.get("one") else request.POST.getlist("claim")
    ticked = list(rows.filter(ref__in=refs[: actions.MOST_AT_ONCE + 1]).values_list("pk", flat=True))
    try:
        done, refused = actions.approve_claims(claims=ticked, by=request.user)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return
    if done:
        n = len(done)
        messages.success(request, ngettext("%(n)d claim is approved.", "%(n)d claims are approved.", n) % {"n": n})
    for row, why in refused:
        messages.warning(request, _("Not approved, %(who)s: %(why)s") % {"who": row.mentor.person, "why": why})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.MANAGE_MENTORS)
def cost(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one claim with its receipt; approve it, or refuse it with a reason."""
    rows = Claim.objects.visible_to(request.user).select_related("mentor__person__clinic", "receipt")
    office = rows.filter(mentor__person__clinic__in=clinics_where(request.user, Perm.MANAGE_MENTORS))
    row = get_object_or_404(office.defer("receipt__content").prefetch_related("history__by"), ref=ref)
    refusing = request.method == "POST" and "refuse" in request.POST
    form = forms.RefuseForm(request.POST if refusing else None)
    if request.method == "POST" and _decide(request, row, form, refusing):
        return redirect("training:costs")
    today = row.mentor.person.clinic.today
    context = {
        "claim": row, "form": form, "facts": pages.claim_facts(row, today), "history": pages.claim_history(row),
        "may": rules_costs.decide.allows(request.user, row), "reason": rules_costs.decide.reason,
        "can_approve": row.status == ClaimStatus.SENT,
        "can_refuse": row.status in (ClaimStatus.SENT, ClaimStatus.APPROVED),
    }  # fmt: skip
    return render(request, "training/costs/cost.html", context)


def _decide(request: HttpRequest, row: Claim, form, refusing: bool) -> bool:
    """Approve or refuse; tell whether it was done."""
    if refusing and not form.is_valid():
        rules_costs.decide.require(request.user, row)
        return False
    try:
        if refusing:
            actions.refuse_claim(claim=row.pk, by=request.user, why=form.cleaned_data["why"])
            messages.success(request, _("It is not approved. The mentor hears why."))
        else:
            actions.approve_claim(claim=row.pk, by=request.user)
            messages.success(request, _("The claim is approved."))
    except Refused as refusal:
        if refusal.status == 403:
            raise
        if not refusing:
            messages.warning(request, str(refusal))
            return True
        form.refuse(refusal)
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.MANAGE_MENTORS, Perm.SETTINGS)
def exports(request: HttpRequest) -> HttpResponse:
    """Make a file of what is approved, and give each earlier one again."""
    clinic = _office_clinic(request)
    rules_costs.export.require(request.user, clinic)
    if request.method == "POST":
        try:
            made = export_claims(clinic=clinic, by=request.user)
            n = made.claims.count()
            text = ngettext("The file is made, with %(n)d claim.", "The file is made, with %(n)d claims.", n)
            messages.success(request, text % {"n": n})
        except Refused as refusal:
            messages.warning(request, str(refusal))
        return redirect("training:exports")
    rows = Export.objects.visible_to(request.user).filter(clinic=clinic).defer("content").select_related("by")
    page = Paginator(rows.with_sums().order_by("-at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    approved = pages.approved(clinic)
    context = {
        "page_obj": page,
        "rows": pages.export_rows(page.object_list),
        "approved": approved,
        "is_office": _is_office(request),
    }
    return render(request, "training/costs/exports.html", context)


def _is_office(request: HttpRequest) -> bool:
    return Perm.MANAGE_MENTORS in request.permissions


def _office_clinic(request: HttpRequest) -> Clinic:
    """Return the clinic whose costs are shown: one where this user may make files."""
    if rules_costs.export.allows(request.user, request.clinic):
        return request.clinic
    return clinic_for(request, Perm.MANAGE_MENTORS) or clinic_for(request, Perm.SETTINGS)


@require_safe
@needs(Perm.MANAGE_MENTORS, Perm.SETTINGS)
def export(request: HttpRequest, ref: str) -> HttpResponse:
    """Give a file again: the same bytes as when it was made."""
    row = get_object_or_404(Export.objects.visible_to(request.user), ref=ref)
    return _file(bytes(row.content), f"costs-{row.at:%Y-%m-%d}-{row.ref[:4]}.csv")


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=CSV)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@needs(Perm.MANAGE_MENTORS)
def hours(request: HttpRequest) -> HttpResponse:
    """Show the hours mentors gave in a year, by month and by mentor."""
    clinic = clinic_for(request, Perm.MANAGE_MENTORS)
    form, year = _year(request, clinic)
    mentors = Mentor.objects.visible_to(request.user).of_clinic(clinic)
    return render(request, "training/costs/hours.html", {"form": form, **hours_pages.programme(mentors, clinic, year)})


@require_safe
@needs(Perm.MANAGE_MENTORS)
def hours_file(request: HttpRequest) -> HttpResponse:
    """Give the hours of a year as a table for the funder (VdE21 #85)."""
    clinic = clinic_for(request, Perm.MANAGE_MENTORS)
    _form, year = _year(request, clinic)
    mentors = Mentor.objects.visible_to(request.user).of_clinic(clinic)
    language = next(iter(clinic.languages), Language.EN)
    return _file(hours_pages.table(mentors, clinic, year, language), f"hours-{year}.csv")


def _year(request: HttpRequest, clinic: Clinic) -> tuple[forms.YearForm, int]:
    """Return the form that asks for a year, and the year; this one when the answer makes no sense."""
    this = clinic.today.year
    form = forms.YearForm(request.GET if "year" in request.GET else None, initial={"year": this})
    asked = form.cleaned_data.get("year") if form.is_bound and form.is_valid() else None
    return form, asked or this


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.SETTINGS)
def cost_years(request: HttpRequest) -> HttpResponse:
    """Show and set the amounts of a year."""
    clinic = clinic_for(request, Perm.SETTINGS)
    years = list(CostYear.objects.visible_to(request.user).filter(clinic=clinic))
    sent = request.method == "POST"
    form = forms.CostYearForm(request.POST if sent else None, initial=_initial(request, clinic, years))
    stale = False
    if sent and form.is_valid():
        answers = dict(form.cleaned_data)
        year, version = answers.pop("year"), answers.pop("version") or 0
        try:
            set_cost_year(clinic=clinic, by=request.user, year=year, amounts=Amounts(**answers), version=version)
        except Stale:
            stale = True
            form.data = form.data.copy()
            form.data["version"] = next((row.version for row in years if row.year == year), 0)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved. It counts from now on."))
            return redirect("training:cost-years")
    theirs = [row for row in years if stale and row.year == form.cleaned_data["year"]]
    context = {"form": form, "rows": pages.year_rows(years), "key": "cost-years", "theirs": pages.year_rows(theirs)}
    return render(request, "training/costs/years.html", context, status=409 if stale else 200)


def _initial(request: HttpRequest, clinic: Clinic, years: list[CostYear]) -> dict:
    """Return the amounts of the year asked for; for a year without any, those of the last one, to be looked at."""
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else clinic.today.year
    known = next((row for row in years if row.year == year), None)
    like = known or (years[0] if years else None)
    values = {name: getattr(like, name) for name in Amounts.__dataclass_fields__} if like else {}
    return {**values, "year": year, "version": known.version if known else 0}
