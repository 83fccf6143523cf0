"""Who looked at whom."""

from __future__ import annotations

import datetime as dt

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from clinics import access_names
from clinics.forms import LogFilter
from clinics.models import AccessLog, Clinic
from clinics.roles import Perm, clinic_for
from common import clock
from common.policy import needs

PER_PAGE = 50
FEW = 3  # people named in a row; more are counted
MOST_FOUND = 50


@needs(Perm.ACCESS_LOG)
@require_safe
def access_log(request: HttpRequest) -> HttpResponse:
    """List the looks at people of the clinic, newest first, by who, whom, page and dates."""
    clinic = clinic_for(request, Perm.ACCESS_LOG)
    looks = AccessLog.objects.visible_to(request.user).filter(clinic=clinic)
    pages = looks.order_by("page").values_list("page", flat=True).distinct()
    form = LogFilter(
        request.GET or None, pages=[(page, access_names.page_label(page)) for page in pages], auto_id="log_%s"
    )
    if form.is_bound:
        looks = _narrowed(looks, clinic, form.cleaned_data) if form.is_valid() else looks.none()
    page = Paginator(looks.select_related("by"), PER_PAGE).get_page(request.GET.get("page_number"))
    week = AccessLog.objects.visible_to(request.user).filter(clinic=clinic, at__gte=clock.now() - dt.timedelta(days=7))
    context = {"clinic": clinic, "form": form, "page_obj": page, "rows": _rows(clinic, page), "week": week.count()}
    return render(request, "clinics/access_log.html", context)


def _narrowed(looks, clinic: Clinic, chosen: dict):
    if chosen["who"]:
        for word in chosen["who"].split()[:5]:
            names = Q(by__first_name__icontains=word) | Q(by__last_name__icontains=word) | Q(by__email__icontains=word)
            looks = looks.filter(names)
    if chosen["whom"]:
        looks = looks.about_any(access_names.find(clinic.pk, chosen["whom"])[:MOST_FOUND])
    if chosen["page"]:
        looks = looks.filter(page=chosen["page"])
    midnight = dt.time()
    if chosen["since"]:
        looks = looks.filter(at__gte=clock.at_local(chosen["since"], midnight, clinic.time_zone))
    if chosen["until"] and chosen["until"] < dt.date.max:
        looks = looks.filter(at__lt=clock.at_local(chosen["until"] + dt.timedelta(days=1), midnight, clinic.time_zone))
    return looks


def _rows(clinic: Clinic, page) -> list[dict]:
    names = access_names.names(clinic.pk, {ref for look in page for ref in look.people.split()[:FEW]})
    return [{"look": look, "whom": _whom(look, names), "page": access_names.page_label(look.page)} for look in page]


def _whom(look: AccessLog, names: dict[str, str]) -> str:
    refs = look.people.split()
    if len(refs) > FEW:
        return ngettext("%(n)d person", "%(n)d people", len(refs)) % {"n": len(refs)}
    return ", ".join(names.get(ref) or _("somebody who was erased") for ref in refs)
