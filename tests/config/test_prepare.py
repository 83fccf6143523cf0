"""Preparing does what is needed once, and nothing the second time."""

import socket

import pytest
from django.core.management import get_commands

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
