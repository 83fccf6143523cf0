"""manage.py backup: the whole database in one file."""

from django.core.management.base import BaseCommand, CommandError

from common import clock
from desk.backup import archive
from desk.backup.servers import BackupFailed
from messaging import rounds


class Command(BaseCommand):
    help = "Write the whole database, as it is in one moment, into one file in BACKUP_DIR; the newest few are kept."

    def handle(self, *args, **options):
        now = clock.now()
        try:
            file, manifest = archive.make(now)
        except BackupFailed as reason:
            raise CommandError(str(reason)) from None
        except OSError as error:
            raise CommandError(f"The backup could not be written: {error.strerror or type(error).__name__}.") from None
        rounds.beat("backup", now)
        tables = manifest["tables"]
        rows = sum(table["rows"] for table in tables.values())
        self.stdout.write(f"{file}: {len(tables)} tables, {rows} rows, {file.stat().st_size} bytes")
