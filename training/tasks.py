"""What Celery may be asked to do here: thin, with numbers only. The tick calls the same functions by rounds."""

from celery import shared_task

from clinics.models import Clinic
from common import clock
from training.actions.certifying_due import send_papers_due_for


@shared_task(name="training.tasks.send_papers_due")
def send_papers_due(clinic: int) -> int:
    """Store what one clinic's morning asks about papers."""
    return send_papers_due_for(Clinic.objects.get(pk=clinic), clock.now())
