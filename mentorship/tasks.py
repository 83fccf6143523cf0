"""What Celery may be asked to do here: thin, with numbers only. The tick calls the same functions by rounds."""

from celery import shared_task

from clinics.models import Clinic
from common import clock
from mentorship.actions import checks


@shared_task(name="mentorship.tasks.send_due")
def send_due(clinic: int) -> int:
    """Store what one clinic's morning asks for."""
    return checks.send_due_for(Clinic.objects.get(pk=clinic), clock.now())
