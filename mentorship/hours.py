"""Hours of talks, for what a programme tells its funder."""

from __future__ import annotations

from django.db.models import QuerySet, Sum
from django.db.models.functions import ExtractMonth
from django.utils.translation import gettext_lazy

from mentorship.models import Contact
from mentorship.workflow import ContactStatus
from training import hours
from training.hours import Given, Span


def talks(mentors: QuerySet, span: Span) -> Given:
    """Return the minutes of talks that took place, for whichever clinic; a talk without a length counts as nothing."""
    begins, ends = span.moments
    rows = Contact.objects.order_by().filter(
        match__mentor__in=mentors, status=ContactStatus.TALKED, minutes__isnull=False,
        happened_at__gte=begins, happened_at__lt=ends,
    )  # fmt: skip
    return list(
        rows.values_list("match__mentor", ExtractMonth("happened_at", tzinfo=span.zone)).annotate(Sum("minutes"))
    )


def connect() -> None:
    """Register talks as hours given."""
    hours.register("talks", gettext_lazy("Talks"), talks)
