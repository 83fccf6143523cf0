"""Preparing does what is needed once, and nothing the second time."""

import contextlib
import os
import re
import socket
import sqlite3
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import get_commands
from django.db import connection

from config import health, prepare


@pytest.fixture
def heard(monkeypatch):
    """What the person who waits is told."""
    lines = []
    monkeypatch.setattr(prepare, "say", lines.append)
    return lines


def test_static_files_are_collected_once(heard, settings, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(prepare, "call_command", lambda *args, **options: asked.append(args[0]))
    settings.STATIC_ROOT = tmp_path
    prepare.prepare_static()
    prepare.prepare_static()
    assert asked == ["collectstatic"]
    assert heard == ["Collecting static files ..."]


def test_a_changed_static_file_is_collected_again(heard, settings, tmp_path, monkeypatch):
    source = tmp_path / "app.css"
    source.write_text("a {}")
    settings.STATIC_ROOT = tmp_path
    monkeypatch.setattr(prepare, "static_sources", lambda: [source])
    monkeypatch.setattr(prepare, "call_command", lambda *args, **options: None)
    prepare.prepare_static()
    source.write_text("a {color: red}")
    prepare.prepare_static()
    assert len(heard) == 2


@pytest.mark.django_db
def test_a_ready_database_is_left_alone(heard):
    prepare.prepare_database()
    assert heard == []


@pytest.mark.django_db
def test_a_database_with_a_clinic_keeps_its_programme(heard, team, monkeypatch):
    monkeypatch.setattr(prepare, "call_command", lambda *args, **options: pytest.fail("seeded again"))
    prepare.prepare_programme()
    assert heard == []


def test_translations_are_compiled_when_stale(heard, settings, tmp_path):
    source = tmp_path / "nl" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Today"\nmsgstr "Vandaag"\n'
    )
    settings.LOCALE_PATHS = [tmp_path]
    prepare.prepare_words()
    prepare.prepare_words()
    assert len(heard) == 1
    assert prepare.shutil.which("msgfmt") is None or b"Vandaag" in source.with_suffix(".mo").read_bytes()


def test_there_is_a_demo_programme_to_load():
    assert "seed_demo" in get_commands()


def test_a_silent_web_process_is_not_healthy(monkeypatch):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        monkeypatch.setenv("BIND", f"0.0.0.0:{probe.getsockname()[1]}")
        assert health.main("web") == 1


def test_the_health_check_asks_by_the_name_known_outside(live_server, monkeypatch, settings):
    settings.ALLOWED_HOSTS = ["halfword.example.org"]
    monkeypatch.setenv("BIND", live_server.url.removeprefix("http://"))
    monkeypatch.setenv("SITE_URL", "https://halfword.example.org")
    assert health.main("web") == 0
    monkeypatch.setenv("SITE_URL", "https://other.example.org")
    assert health.main("web") == 1


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["tick", "sweeper"])
def test_a_part_that_never_ran_is_not_healthy(part):
    assert health.main(part) == 1


def alone(folder) -> dict[str, str]:
    """Return the surroundings of a process with a data folder of its own."""
    plain = {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": "", "ENV_FILE": os.devnull}
    return os.environ | plain | {"DATA_DIR": str(folder), "SECRET_KEY": "only-for-this-test-" * 4}


def shape(database) -> dict[str, tuple]:
    """Return what each table of an SQLite database is made of, in no order."""
    names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()]
    found = {}
    for name in names:
        columns = {row[1:6] for row in database.execute(f'PRAGMA table_info("{name}")').fetchall()}
        keys = {row[2:5] for row in database.execute(f'PRAGMA foreign_key_list("{name}")').fetchall()}
        rows = database.execute("SELECT type, sql FROM sqlite_master WHERE tbl_name = ?", [name]).fetchall()
        table = next(sql for kind, sql in rows if kind == "table")
        limits = sorted(re.findall(r'CONSTRAINT "\w+" (?:CHECK|UNIQUE)', table))
        found[name] = columns, keys, sorted(sql for kind, sql in rows if kind == "index" and sql), limits
    return found


@pytest.mark.django_db
def test_a_new_demo_has_the_very_tables_the_migrations_make(tmp_path):
    if connection.vendor != "sqlite":
        pytest.skip("only an SQLite database is made at once")
    env = alone(tmp_path)
    subprocess.run([sys.executable, "-m", "config.prepare", "database"], cwd=settings.BASE_DIR, env=env, check=True)
    with contextlib.closing(sqlite3.connect(tmp_path / "halfword.sqlite3")) as made, connection.cursor() as migrated:
        done = "SELECT app, name FROM django_migrations ORDER BY app, name"
        assert made.execute(done).fetchall() == migrated.execute(done).fetchall()
        at_once, step_by_step = shape(made), shape(migrated)
    assert at_once.pop("cache_table")  # which no migration makes
    assert at_once == {name: table for name, table in step_by_step.items() if name != "cache_table"}


def test_tables_half_made_are_no_tables(tmp_path, monkeypatch):
    """Somebody stops it between the tables and the count of migrations."""
    env = alone(tmp_path)
    broken = """
import config.prepare as prepare
call = prepare.call_command
def stops(name, **options):
    if options.get("fake"): raise KeyboardInterrupt
    return call(name, **options)
prepare.call_command = stops
prepare.main(["database"])
"""
    stopped = subprocess.run(
        [sys.executable, "-c", broken], cwd=settings.BASE_DIR, env=env, capture_output=True, check=False
    )
    assert stopped.returncode
    subprocess.run([sys.executable, "-m", "config.prepare", "database"], cwd=settings.BASE_DIR, env=env, check=True)
