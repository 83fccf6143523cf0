"""manage.py restore_drill: can the newest backup be restored?"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from common import clock
from desk.backup import archive, drill
from desk.backup.servers import BackupFailed
from messaging import rounds


class Command(BaseCommand):
    help = "Restore a backup into a fresh database, compare every table with the manifest, sign in, throw it away."

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", type=Path, help="The backup; without, the newest in BACKUP_DIR.")

    def handle(self, *args, file: Path | None, **options):
        try:
            file = file or archive.newest()
            self.stdout.write(f"Trying {file}")
            report = drill.run(file)
        except BackupFailed as reason:
            raise CommandError(str(reason)) from None
        self.table(report)
        for sentence in report.good:
            self.stdout.write(sentence)
        if report.faults:
            raise CommandError("\n".join(report.faults))
        rounds.beat("restore-drill", clock.now())
        self.stdout.write(f"The backup can be restored: all {len(report.kept)} tables are as they were.")

    def table(self, report: drill.Report) -> None:
        """Write a line for each table: rows then, rows now, and whether they are the same rows."""
        width = max((len(name) for name in report.kept | report.found), default=5)
        self.stdout.write(f"{'table':{width}}  {'kept':>9}  {'restored':>9}")
        for name in sorted(report.kept | report.found):
            kept, found = report.kept.get(name), report.found.get(name)
            counts = (str(side["rows"]) if side else "missing" for side in (kept, found))
            same = "same" if kept == found else "DIFFERENT"
            self.stdout.write("  ".join([f"{name:{width}}", *(f"{count:>9}" for count in counts), same]))
