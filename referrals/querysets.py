"""Named questions about people, offers and referrals."""

from django.db import models
from django.db.models import Exists, ExpressionWrapper, OuterRef, Q, Subquery
from django.db.models.fields.json import KT

from clinics.roles import Perm, clinics_where


class PersonQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the people of the clinics in which the user refers or coordinates."""
        return self.filter(clinic__in=clinics_where(user, Perm.REFER) | clinics_where(user, Perm.COORDINATE))

    def named_like(self, parts):
        """Return those with a name that begins with each of these words."""
        rows = self
        for part in parts:
            rows = rows.filter(Q(first_name__istartswith=part) | Q(last_name__istartswith=part))
        return rows


class OfferQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(clinic__in=clinics_where(user, Perm.REFER) | clinics_where(user, Perm.COORDINATE))


class ReferralQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return what nurses and coordinators see of their clinic, and clinicians of those that name them.

        A draft is seen by its writer only.
        """
        working = clinics_where(user, Perm.REFER) | clinics_where(user, Perm.COORDINATE)
        named = clinics_where(user, Perm.ANSWER_QUESTIONS)
        return self.filter(
            Q(status="draft", created_by=user, clinic__in=clinics_where(user, Perm.REFER))
            | (~Q(status="draft") & (Q(clinic__in=working) | Q(clinician=user, clinic__in=named)))
        )

    def sent(self):
        return self.exclude(status="draft")

    def with_live_consent(self):
        """Return those whose two needed consents are given and not withdrawn."""
        from referrals.models import NEEDED_SCOPES, Consent

        rows = self
        for scope in NEEDED_SCOPES:
            rows = rows.filter(
                Exists(Consent.objects.filter(referral=OuterRef("pk"), scope=scope, given=True, withdrawn_at=None))
            )
        return rows

    def with_consent_known(self):
        """Add `consented`: whether both needed consents are given and not withdrawn."""
        from referrals.models import NEEDED_SCOPES, Consent

        live = Consent.objects.filter(referral=OuterRef("pk"), given=True, withdrawn_at=None)
        both = [Exists(live.filter(scope=scope)) for scope in NEEDED_SCOPES]
        return self.annotate(consented=ExpressionWrapper(Q(*both), output_field=models.BooleanField()))

    def with_last_question(self):
        """Add `question` and `asker`: the last triage note and who wrote it."""
        from referrals.models import TriageNote

        last = TriageNote.objects.filter(referral=OuterRef("pk")).order_by("-at", "-pk")
        words, name = Subquery(last.values("text")[:1]), Subquery(last.values("by__first_name")[:1])
        return self.annotate(question=words, asker=name)

    def with_known_person(self):
        """Add `known_ref`, `known_first` and `known_last`: the person of the clinic whom a draft carries along."""
        from referrals.models import Person

        person = Person.objects.filter(clinic=OuterRef("clinic"), ref=OuterRef("chosen"))
        names = {"known_ref": "ref", "known_first": "first_name", "known_last": "last_name"}
        return self.annotate(chosen=KT("draft__typed__person__0")).annotate(
            **{name: Subquery(person.values(field)[:1]) for name, field in names.items()}
        )

    def lock(self, pk: int):
        """Return the referral, locked until the transaction ends."""
        return self.select_for_update().get(pk=pk)


class SelfReferralQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return what came in at the clinics in which the user refers or coordinates."""
        return self.filter(clinic__in=clinics_where(user, Perm.REFER) | clinics_where(user, Perm.COORDINATE))

    def waiting(self):
        """Return what nobody has confirmed or declined yet."""
        return self.filter(status="asked")

    def lock(self, pk: int):
        """Return the row with its clinic, locked until the transaction ends."""
        return self.select_for_update(of=("self",)).select_related("clinic").get(pk=pk)
