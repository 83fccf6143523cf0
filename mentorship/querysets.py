"""Named questions about contacts, checks, questions and red flags."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Concat

from clinics.roles import Perm, clinics_where


class ContactQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return contacts of matches the user sees: their clinic's, or their own pairs'."""
        from matching.models import Match

        return self.filter(match__in=Match.objects.visible_to(user).values("pk"))

    def planned(self):
        return self.filter(status="planned")

    def outcomes(self):
        """Return contacts that were tried: talked or missed. A cancelled one says nothing about either side."""
        return self.exclude(status__in=["planned", "cancelled"])

    def two_misses(self):
        """Return the last contact of each present pair whose last two tries were both missed (Emb13: it feels like rejection)."""
        from mentorship.workflow import MISSED

        tries = self.model.objects.outcomes().filter(match=OuterRef("match")).order_by("-happened_at", "-pk")
        return (
            self.filter(
                match__status="introduced",
                pk=Subquery(tries.values("pk")[:1]),
                status__in=MISSED,
            )
            .alias(before=Subquery(tries.values("status")[1:2]))
            .filter(before__in=MISSED)
        )

    def lock(self, pk: int):
        """Return the contact, locked until the transaction ends. Lock its match first."""
        return self.select_for_update().get(pk=pk)


class AftercareQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return tasks of the clinics the user coordinates, those put to them by name, and mentors of theirs to look after."""
        mine = clinics_where(user, Perm.COORDINATE)
        own_mentor = Q(kind="look-after", match__mentor__person__clinic__in=mine)
        return self.filter(Q(match__referral__clinic__in=mine) | Q(user=user) | own_mentor)

    def open(self):
        return self.filter(done_at=None)

    def of_clinic(self, clinic):
        """Return what a clinic has to do: ring its own people, look after its own mentors, also those it lends."""
        return self.filter(
            Q(kind="ring", match__referral__clinic=clinic) | Q(kind="look-after", match__mentor__person__clinic=clinic)
        )

    def put_to(self, user):
        """Return tasks put to the user by name, and lent mentors of a clinic they coordinate who have no supervisor."""
        homes = clinics_where(user, Perm.COORDINATE)
        lent = Q(user=None, kind="look-after", match__mentor__person__clinic__in=homes)
        return self.filter(Q(user=user) | (lent & ~Q(match__referral__clinic=F("match__mentor__person__clinic"))))


class CheckQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return checks of the clinics the user coordinates, and those put to them as a mentor."""
        from matching.models import Match

        return self.filter(
            Q(match__referral__clinic__in=clinics_where(user, Perm.COORDINATE))
            | Q(to="mentor", match__in=Match.objects.of_mentor(user).values("pk"))
        )

    def open(self):
        """Return checks that wait for an answer."""
        return self.filter(answered_at=None, cancelled_at=None, handled_at=None)

    def worrying(self):
        """Return answers that ask for somebody of the team and that nobody has dealt with."""
        rows = self.model.objects.order_by()
        both = rows.answered_with_worry().values("pk").union(rows.told_worry_further().values("pk"))
        return self.filter(pk__in=both)

    def answered_with_worry(self):
        """Return those whose tap asks for somebody and that nobody has dealt with."""
        from mentorship.checks import CALL_FOR_SOMEBODY

        return self.filter(answer__in=CALL_FOR_SOMEBODY, cancelled_at=None, handled_at=None)

    def told_worry_further(self):
        """Return those where the answer to a further question asks for somebody and that nobody has dealt with."""
        from mentorship.checks import MORE_THAT_CALLS, spans_with_more

        further, spans = Q(pk__in=[]), Q(pk__in=[])
        for question, answer in MORE_THAT_CALLS:
            further |= Q(**{f"more__{question}": answer})
        for to, first, after in spans_with_more():  # so that few answers are opened to look inside
            spans |= Q(to=to, day__gte=first, day__lt=after)
        return self.filter(spans, ~Q(more={}), further, cancelled_at=None, handled_at=None)

    def once_worrying(self):
        """Return answers that asked for somebody first and were changed since, as long as nobody has dealt with them."""
        changed = _changed_from_worrying().order_by().values("follow_up")
        return self.filter(pk__in=changed, cancelled_at=None, handled_at=None)

    def with_what_was(self):
        """Add `was`: the last worrying answer that was changed, as "question:code"; None where there was none."""
        changed = _changed_from_worrying().filter(follow_up=OuterRef("pk")).order_by("-at", "-pk")
        both = Concat("question", Value(":"), "from_answer", output_field=models.TextField())
        return self.annotate(was=Subquery(changed.annotate(both=both).values("both")[:1]))

    def unanswered(self, now):
        """Return checks of present pairs without an answer for five days or more [D], not dealt with."""
        from mentorship.checks import SILENCE

        return self.open().filter(asked_at__lte=now - SILENCE, match__status="introduced").exclude(to="team")

    def of_formats(self):
        """Return what the formats of present pairs ask of the team and nobody has looked after."""
        return self.open().filter(to="team", match__status="introduced")

    def lock(self, pk: int):
        """Return the check, locked until the transaction ends."""
        return self.select_for_update().get(pk=pk)


class QuestionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return questions routed to the user while they answer questions there, and their clinic's for coordinators."""
        return self.filter(
            Q(routed_to=user, referral__clinic__in=clinics_where(user, Perm.ANSWER_QUESTIONS))
            | Q(referral__clinic__in=clinics_where(user, Perm.COORDINATE))
        )

    def waiting(self):
        """Return what the clinician still has to answer."""
        return self.filter(status="asked")

    def to_tell(self):
        """Return answers that somebody still has to tell by phone."""
        return self.filter(status="answered", how="call")

    def lock(self, pk: int):
        """Return the question, locked until the transaction ends."""
        return self.select_for_update().get(pk=pk)


class FlagQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return flags on whose ladder the user stands, or which they are asked to take over, while they answer flags
        there, and those of the clinics they run or review.

        Nobody ever sees a conduct flag about themselves. Whoever is here only because of the ladder, or a question,
        keeps sight after a consent was withdrawn until the flag is resolved, not longer.
        """
        from mentorship.models import Rung

        if not user.is_active:
            return self.none()
        mine = Q(pk__in=Rung.objects.filter(user=user).values("flag")) | Q(handed_to=user)
        kept = ~Q(status="resolved") | ~Exists(_withdrawn_consents())
        seen = (
            (mine & Q(clinic__in=clinics_where(user, Perm.ANSWER_FLAGS)) & kept)
            | Q(clinic__in=clinics_where(user, Perm.REVIEW_FLAGS))
            | Q(clinic__in=clinics_where(user, Perm.COORDINATE))
        )
        return self.filter(seen).exclude(about_user=user)

    def kept_from(self, user):
        """Return flags about a user's own conduct, of which they learn nothing, whatever they run."""
        return self.filter(about_user=user)

    def seen_from_home(self, user):
        """Return worries about the conduct of mentors whose own clinic the user runs or reviews, raised at another clinic.

        Pages show of them the mentor, the worry, when and who handles it; never the mentee. Whoever sees a flag in
        full is not here, and nobody ever sees one about themselves.
        """
        homes = clinics_where(user, Perm.COORDINATE) | clinics_where(user, Perm.REVIEW_FLAGS)
        lent = self.filter(
            route="conduct", match__mentor__person__clinic__in=homes, about_user=F("match__mentor__person__user")
        ).exclude(clinic=F("match__mentor__person__clinic"))
        full = self.model.objects.visible_to(user).values("pk")
        return lent.exclude(about_user=user).exclude(pk__in=full) if user.is_active else self.none()

    def raised_by_account(self, user):
        """Return what somebody raised with their own account: for the page that thanks and guides them."""
        return self.filter(raised_by=user, raised_by_person=None).exclude(about_user=user)

    def unresolved(self):
        return self.exclude(status="resolved")

    def unanswered(self):
        return self.filter(status__in=["raised", "reopened"])

    def lock(self, pk: int):
        """Return the flag, locked until the transaction ends."""
        return self.select_for_update().get(pk=pk)


def _changed_from_worrying():
    """Return the steps in the history of answers that led away from one which asks for somebody."""
    from mentorship.checks import CALL_FOR_SOMEBODY, MORE_THAT_CALLS
    from mentorship.models import CheckAnswer

    left = Q(question="", from_answer__in=CALL_FOR_SOMEBODY)
    for question, answer in MORE_THAT_CALLS:
        left |= Q(question=question, from_answer=answer)
    return CheckAnswer.objects.filter(left)


def _withdrawn_consents():
    """Return the withdrawn answers to the needed scopes of a flag's referral that nobody has given again since."""
    from referrals.models import NEEDED_SCOPES, Consent

    given = Consent.objects.filter(
        referral=OuterRef("referral"), scope=OuterRef("scope"), given=True, withdrawn_at=None
    )
    return Consent.objects.filter(
        ~Exists(given), referral=OuterRef("referral"), scope__in=NEEDED_SCOPES, withdrawn_at__isnull=False
    )
