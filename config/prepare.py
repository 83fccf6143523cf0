"""What has to be in place before Halfword can start: tables, static files, words, and for the demo a programme.

python -m config.prepare                     everything, as the demo does
python -m config.prepare database static     these steps only
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

# Half of Bootstrap's files are for uses we have not: leaving them out makes collecting four times faster.
UNUSED = ["*.rtl*", "*.esm*", "bootstrap-grid*", "bootstrap-utilities*", "bootstrap-reboot*"]
UNUSED += ["bootstrap.css*", "bootstrap.js*", "bootstrap.bundle.js*"]


def say(sentence: str) -> None:
    """Tell the person who is waiting what takes the time."""
    print(sentence, flush=True)


def prepare_database() -> None:
    """Create or update the tables."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Preparing the database ...")
        if connection.vendor == "sqlite" and not connection.introspection.table_names():
            make_tables()
        else:
            call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)


def make_tables() -> None:
    """Make the tables of an empty SQLite database as the models say, and count every migration as done.

    Step by step it takes twenty times as long, and a demo is waited for. All or nothing, should somebody stop it.
    """
    steps = settings.MIGRATION_MODULES
    with connection.constraint_checks_disabled(), transaction.atomic():
        settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
        try:
            call_command("migrate", run_syncdb=True, verbosity=0)
        finally:
            settings.MIGRATION_MODULES = steps
        call_command("migrate", fake=True, verbosity=0)


def fingerprint(files: list[Path]) -> str:
    """Return a value that changes when one of the files does."""
    facts = [f"{path}:{path.stat().st_size}:{path.stat().st_mtime_ns}" for path in sorted(files)]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def static_sources() -> list[Path]:
    """Return our static files, and the locks for those of packages."""
    ours = [path for path in (settings.BASE_DIR / "static").rglob("*") if path.is_file()]
    return [*ours, *(settings.BASE_DIR / "requirements").glob("*.txt")]


def prepare_static() -> None:
    """Collect the static files when they have changed."""
    stamp = settings.STATIC_ROOT / ".collected"
    now = fingerprint(static_sources())
    if stamp.exists() and stamp.read_text() == now:
        return
    say("Collecting static files ...")
    call_command("collectstatic", interactive=False, verbosity=0, clear=True, ignore_patterns=UNUSED)
    stamp.write_text(now)


def prepare_words() -> None:
    """Compile the translations that are older than their source."""
    folders = [folder for folder in map(Path, settings.LOCALE_PATHS) if folder.is_dir()]
    stale = [source for folder in folders for source in folder.rglob("*.po") if is_stale(source)]
    if not stale:
        return
    if not shutil.which("msgfmt"):
        say("gettext is not installed: the pages will be in English.")
        return
    say("Compiling translations ...")
    for source in stale:
        subprocess.run(["msgfmt", "--output-file", source.with_suffix(".mo"), source], check=True)


def is_stale(source: Path) -> bool:
    """Tell whether a translation is newer than what was compiled from it."""
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime


def prepare_programme() -> None:
    """Fill an empty database with the demo programme."""
    if apps.get_model("clinics", "Clinic").objects.exists():
        return
    say("Living through six months of a demo programme ...")
    call_command("seed_demo", verbosity=0)


STEPS = {
    "database": prepare_database,
    "static": prepare_static,
    "words": prepare_words,
    "programme": prepare_programme,
}


def main(names: list[str]) -> None:
    """Take the named steps, or all of them, each only when needed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    try:
        for name in names or STEPS:
            STEPS[name]()
    except OSError as error:
        sys.exit(f"Could not prepare: {error}")


if __name__ == "__main__":
    main(sys.argv[1:])
