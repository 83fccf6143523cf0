"""Bring access-log rows back from the local file after the database was away."""

from django.core.management.base import BaseCommand

from clinics import access_log


class Command(BaseCommand):
    help = "Import the access-log rows that waited in a local file while the database could not take them."

    def handle(self, *args, **options):
        came, left = access_log.import_file()
        self.stdout.write(f"{came} rows imported, {left} lines left in the file.")
