"""Claims for expenses that wait for an answer longer than a week: volunteers should not lend the clinic money."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from desk.today.rows import Action, Desk, Group, Row, first_of, group, named
from training.models import Claim
from training.pages.costs import WAITED_LONG, amount_words
from training.workflow import ClaimStatus


def claims(desk: Desk) -> Group:
    """Return the claims this user may answer that wait too long, oldest first; one query."""
    late = Claim.objects.visible_to(desk.user).of_clinic(desk.clinic).exclude(mentor__person__user=desk.user)
    rows = (
        late.filter(status=ClaimStatus.SENT, sent_at__lt=desk.now - WAITED_LONG)
        .select_related("mentor__person")
        .only("ref", "kind", "km", "cents", "sent_at", "mentor__ref", *named("mentor__person"))
        .order_by("sent_at", "pk")
    )
    found, total = first_of(rows)
    return group(
        "costs", _("Costs that wait for an answer"), [claim_row(claim) for claim in found], total=total,
        text=_("Sent more than a week ago."), all_url=reverse("training:costs"),
    )  # fmt: skip


def claim_row(claim: Claim) -> Row:
    """Say who waits for an answer about what."""
    person, url = claim.mentor.person, reverse("training:cost", args=[claim.ref])
    text = f"{claim.get_kind_display()}: {amount_words(claim)}."
    about = _("about the costs of %(name)s") % {"name": person.first_name}
    return Row(str(person), url, text, Action(_("Answer"), url, about=about), since=claim.sent_at, people=(person,))
