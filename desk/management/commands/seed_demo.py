"""Fill an empty database with the demo programme."""

import argparse

from django.core.management.base import BaseCommand, CommandError

from clinics.models import Clinic
from common import clock
from desk.demo import story
from desk.demo.large import programme

SMALL, LARGE = "small", "large"


def many(text: str) -> int:
    """Read how many; raises ArgumentTypeError for anything but a whole number from 1 to a million."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1_000_000:
        raise argparse.ArgumentTypeError("Write a whole number from 1 to 1000000.")
    return int(text)


class Command(BaseCommand):
    help = (
        "Make the demo programme. Small: two clinics that lived through the last six months. "
        "Large: three clinics with years of referrals, for measuring. Needs an empty database."
    )

    def add_arguments(self, parser):
        parser.add_argument("--seed", type=int, default=1, help="The same number tells the same story (default 1).")
        parser.add_argument("--size", choices=[SMALL, LARGE], default=SMALL)
        usual = programme.Size()
        for name in ("referrals", "mentors", "contacts"):
            text = f"How many {name} in the large programme (default {getattr(usual, name)})."
            parser.add_argument(f"--{name}", type=many, help=text)

    def handle(self, *args, seed: int, size: str, verbosity: int, **options):
        wanted = {name: options[name] for name in ("referrals", "mentors", "contacts") if options.get(name)}
        if wanted and size != LARGE:
            raise CommandError(f"Only the large programme takes --{next(iter(wanted))}: add --size large.")
        if Clinic.objects.exists():
            raise CommandError(
                "This database has a clinic already, and the demo would mix with it. "
                "Start the demo with another DATA_DIR, or throw the demo away with: make demo-reset"
            )
        if size == LARGE:
            casts = programme.live(now=clock.now(), seed=seed, size=programme.Size(**wanted))
        else:
            casts = story.live(now=clock.now(), seed=seed)
        path = story.write_accounts(casts)
        if verbosity:
            self.stdout.write(f"The demo programme is ready. Sign-ins: {path}")
            self.say_accounts(casts)

    def say_accounts(self, casts) -> None:
        for row in story.accounts(casts):
            self.stdout.write(f"  {row['role']}: {row['email']} / {row['password']}")
