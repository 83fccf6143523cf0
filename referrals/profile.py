"""What is compared between a mentee and a mentor: the same fields on both sides."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.fields import CodesField
from common.vocabulary import MENTEE_TOPICS, Area, Channel, Interest, Language, LifeStage, Slot, Value, Work


class Profile(models.Model):
    """Abstract. Both a referral and a mentor have one; birth year and gender stand on the Person."""

    languages = CodesField(_("languages"), codes=Language)
    channels = CodesField(_("how to talk"), codes=Channel)
    topics = CodesField(_("topics"), codes=MENTEE_TOPICS)
    life_stage = models.CharField(_("life stage"), max_length=20, choices=LifeStage, blank=True)
    work = models.CharField(_("work or study"), max_length=20, choices=Work, blank=True)
    interests = CodesField(_("interests"), codes=Interest)
    values = CodesField(_("what counts in life"), codes=Value)
    area = models.CharField(_("area"), max_length=20, choices=Area, blank=True)
    availability = CodesField(_("when"), codes=Slot)

    class Meta:
        abstract = True
