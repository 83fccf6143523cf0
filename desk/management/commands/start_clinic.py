"""Start a clinic for real use."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from common.vocabulary import Language
from desk.setup import first_admin, start_clinic


class Command(BaseCommand):
    help = "Start a clinic with the starter settings, and invite its first admin by mail."

    def add_arguments(self, parser):
        parser.add_argument("name", help="The clinic's name, as people will read it.")
        parser.add_argument("--admin-email", required=True)
        parser.add_argument("--admin-first-name", required=True)
        parser.add_argument("--admin-last-name", required=True)
        parser.add_argument("--time-zone", default="Europe/Brussels")
        parser.add_argument("--languages", default="nl,fr,en", help="Codes with commas, the first one first.")

    @transaction.atomic
    def handle(self, *args, name, admin_email, admin_first_name, admin_last_name, time_zone, languages, **options):
        codes = [code.strip() for code in languages.split(",")]
        unknown = sorted(set(codes) - set(Language.values))
        if unknown:
            raise CommandError(f"Unknown language: {', '.join(unknown)}. Choose from {', '.join(Language.values)}.")
        try:
            validate_email(admin_email)
            clinic = start_clinic(name, languages=codes, time_zone=time_zone)
        except (ValueError, ValidationError) as error:
            raise CommandError(" ".join(getattr(error, "messages", [str(error)]))) from error
        first_admin(clinic, email=admin_email, first_name=admin_first_name, last_name=admin_last_name)
        self.stdout.write(
            f"{clinic} is there. {admin_first_name} gets a mail with a link to choose a password, "
            "then invites the others under People and roles."
        )
