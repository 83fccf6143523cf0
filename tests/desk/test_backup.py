"""A backup is whole or not there, and a damaged one is found."""

import json
import shutil
import sqlite3
import tarfile

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from common import clock
from desk.backup import archive, drill, servers
from messaging import rounds
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(settings, tmp_path, db):
    """Have backups go to a folder of the test, from a database file that others can open."""
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("a database in memory cannot be opened twice")
    settings.BACKUP_DIR = tmp_path / "backups"
    return settings.BACKUP_DIR


@pytest.fixture
def backup(folder):
    """Make a backup of a database with an account in it."""
    factories.make_user()
    return archive.make(clock.now())[0]


def test_a_backup_is_one_file_for_its_owner_only(backup, folder):
    assert list(folder.iterdir()) == [backup]
    assert backup.stat().st_mode & 0o777 == 0o600


def test_a_good_backup_is_restored_and_signed_in_to(backup):
    report = drill.run(backup)
    assert report.faults == [] and report.kept == report.found
    assert report.kept["accounts_user"]["rows"] >= 1
    assert any("Signing in works" in sentence for sentence in report.good)


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_a_flipped_byte_is_found(backup, place):
    content = bytearray(backup.read_bytes())
    content[int(len(content) * place)] ^= 0xFF
    backup.write_bytes(content)
    with pytest.raises(servers.BackupFailed, match="damaged"):
        drill.run(backup)


@pytest.mark.parametrize("part", [0, 0.5, 0.999])
def test_a_truncated_backup_is_found(backup, part):
    backup.write_bytes(backup.read_bytes()[: int(backup.stat().st_size * part)])
    with pytest.raises(servers.BackupFailed, match="damaged"):
        drill.run(backup)


def test_a_changed_row_is_found_though_the_dump_is_whole(backup, tmp_path):
    if connection.vendor != "sqlite":
        pytest.skip("a row inside a dump of PostgreSQL cannot be changed by hand")
    inside = tmp_path / "inside"
    inside.mkdir()
    manifest = archive.unpack(backup, inside)
    with sqlite3.connect(inside / archive.DUMP) as changed:
        changed.execute("UPDATE accounts_user SET first_name = first_name || 'x'")
    changed.close()
    manifest["sha256"] = archive._sha256(inside / archive.DUMP)
    (inside / archive.MANIFEST).write_text(json.dumps(manifest))
    with tarfile.open(backup, "w:gz") as tar:
        for name in (archive.MANIFEST, archive.DUMP):
            tar.add(inside / name, arcname=name)
    shutil.rmtree(inside)
    assert drill.run(backup).faults == ["The table accounts_user is not as it was."]
    with pytest.raises(CommandError, match="accounts_user"):
        call_command("restore_drill", str(backup))


def test_a_backup_that_fails_leaves_nothing_and_the_older_one_stays(backup, folder, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "_pack", full)
    with pytest.raises(CommandError, match="No space left"):
        call_command("backup")
    assert list(folder.iterdir()) == [backup]
    assert rounds.last("backup") is None


def test_only_the_newest_are_kept_and_the_last_one_is_noted(folder, settings):
    settings.BACKUP_KEEP = 2
    for _each in range(3):
        call_command("backup")
    assert len(list(folder.iterdir())) == 2
    assert rounds.last("backup") is not None
