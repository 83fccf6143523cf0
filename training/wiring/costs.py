"""Messages, doors, settings and files of costs and hours."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinics import sections
from clinics.roles import Perm, can
from training import doors, files, hours
from training.doors import Door
from training.models import Claim
from training.notices import costs as notices
from training.workflow import ClaimStatus


def connect() -> None:
    """Register them."""
    notices.connect()
    hours.connect()
    files.register_sight(may_see_receipt)
    doors.register_own(70, own_door)
    doors.register_staff(70, costs_door)
    doors.register_staff(72, hours_door)
    sections.register(
        "cost-years", gettext_lazy("Costs of mentors"), gettext_lazy("The flat rate, kilometres and receipts of each year."),
        "training:cost-years", "receipt-euro", 70,
    )  # fmt: skip


def may_see_receipt(user, upload) -> bool:
    """Tell whether a file is the receipt of a claim this user sees."""
    return Claim.objects.visible_to(user).filter(receipt=upload).exists()


def own_door(mentor) -> Door:
    """Lead a mentor to their costs and hours."""
    return Door(
        reverse("training:my-costs"),
        "receipt-euro",
        _("My costs and hours"),
        _("Kilometres, tickets, phone; hours you gave."),
    )


def costs_door(user, clinic) -> Door | None:
    """Lead who decides to the claims, with how many wait."""
    if not can(user, Perm.MANAGE_MENTORS, clinic):
        return None
    n = Claim.objects.of_clinic(clinic).filter(status=ClaimStatus.SENT).count()
    return Door(reverse("training:costs"), "receipt-euro", _("Costs"), _("%(n)d waiting for an answer") % {"n": n})


def hours_door(user, clinic) -> Door | None:
    """Lead who keeps the records to the hours."""
    if not can(user, Perm.MANAGE_MENTORS, clinic):
        return None
    return Door(reverse("training:hours"), "hourglass", _("Hours"), _("What mentors gave, by month and by mentor"))
