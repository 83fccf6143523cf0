"""Fill an empty database with the demo programme."""

from django.core.management.base import BaseCommand, CommandError

from clinics.models import Clinic
from common import clock
from desk.demo import story


class Command(BaseCommand):
    help = "Make the demo programme: two clinics that lived through the last six months. Needs an empty database."

    def add_arguments(self, parser):
        parser.add_argument("--seed", type=int, default=1, help="The same number tells the same story (default 1).")

    def handle(self, *args, seed: int, verbosity: int, **options):
        if Clinic.objects.exists():
            raise CommandError(
                "This database has a clinic already, and the demo would mix with it. "
                "Start the demo with another DATA_DIR, or throw the demo away with: make demo-reset"
            )
        casts = story.live(now=clock.now(), seed=seed)
        path = story.write_accounts(casts)
        if verbosity:
            self.stdout.write(f"The demo programme is ready. Sign-ins: {path}")
