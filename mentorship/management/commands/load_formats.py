"""Take formats from a file, all of them or none."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError

from accounts.models import User
from clinics.models import Clinic
from common.errors import Refused
from mentorship.actions import formats as actions
from mentorship.formats import reading
from mentorship.management.typed import plain


class Command(BaseCommand):
    help = (
        "Load formats from a JSON file with the keys and shape of the format library: all of them, or none when one is "
        "wrong. The same content again adds nothing; other content becomes the next version."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE.json")
        parser.add_argument(
            "--clinic", metavar="REF", help="Load them for one clinic. Without it, every clinic has them."
        )

    def handle(self, *args, file: str, clinic: str | None, **options):
        plain(file)  # its name is kept as the source
        owner = Clinic.objects.filter(ref=plain(clinic)).first() if clinic is not None else None
        if clinic is not None and owner is None:
            raise CommandError("There is no clinic with this reference.")
        source = f"Loaded from {Path(file).name}"[:300]
        try:
            bodies = reading.read(contents(file))
            loaded = actions.load(bodies=bodies, by=User.objects.system(), clinic=owner, source=source)
        except reading.Unreadable as error:
            raise CommandError(f"Nothing was loaded.\n{error}") from error
        except IntegrityError as error:
            raise CommandError("Nothing was loaded: somebody loaded formats at the same moment. Try again.") from error
        except Refused as refusal:
            raise CommandError(f"Nothing was loaded. {refusal}") from refusal
        for key in loaded.new:
            self.stdout.write(f"{key}: new")
        for key in loaded.changed:
            self.stdout.write(f"{key}: a new version")
        self.stdout.write(f"{len(loaded.new)} new, {len(loaded.changed)} changed, {len(loaded.same)} as they were.")


def contents(file: str) -> bytes:
    """Return what stands in a file, a byte more than is taken at most. Raises CommandError."""
    try:
        with open(file, "rb") as stream:
            return stream.read(reading.LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CommandError(f"The file {file} cannot be read: {reason}.") from error
