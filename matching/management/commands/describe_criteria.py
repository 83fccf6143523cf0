from django.core.management.base import BaseCommand

from matching.describing import page


class Command(BaseCommand):
    help = "Write what is compared between mentee and mentor, as Markdown."

    def handle(self, *args, **options):
        self.stdout.write(page(), ending="")
