"""What is delivered for real use: settings that pass Django's own deployment check, containers, variables."""

import json
import os
import re
import subprocess
import sys

import jsonschema
import pytest
import yaml
from django.conf import settings as django_settings

ROOT = django_settings.BASE_DIR
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
OURS = {"migrate", "web", "worker", "beat", "sweeper"}
# Read by programs and not by the settings: the supervisor, gunicorn, the health check, the compose file.
OTHERS = {"POSTGRES_PASSWORD", "PUBLISH", "WEB_CONCURRENCY", "BIND"}


def run(*command: str, **environment: str) -> subprocess.CompletedProcess:
    """Run a command of the product with a clean environment."""
    env = {
        "PATH": os.environ["PATH"],
        "ENV_FILE": os.devnull,
        "DJANGO_SETTINGS_MODULE": "config.settings",
    } | environment
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_the_deployment_check_finds_nothing(tmp_path):
    key = "".join(chr(ord("a") + number % 26) for number in range(60))
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", DATA_DIR=str(tmp_path), SECRET_KEY=key)
    assert done.returncode == 0, done.stderr


def test_a_plain_start_is_safe(tmp_path):
    facts = "import json; from config import settings as s; print(json.dumps([s.DEBUG, s.HTTPS, s.DEMO, s.SECRET_KEY]))"
    first, second = (json.loads(run("-c", facts, DATA_DIR=str(tmp_path)).stdout) for _ in range(2))
    assert first[:3] == [False, True, False]
    assert len(first[3]) > 50
    assert first == second, "the kept secret stays"
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_a_scanner_that_asks_by_another_name_fills_no_log(tmp_path):
    code = """
import django; django.setup()
from django.test import Client
print(Client().get("/accounts/login/", headers={"host": "evil.example"}, secure=True).status_code)
"""
    done = run("-W", "ignore", "-c", code, DATA_DIR=str(tmp_path))
    assert done.stdout.strip() == "400", done.stderr
    assert "evil.example" not in done.stderr


def test_processes_that_start_together_share_one_secret(tmp_path):
    code = "from config import settings as s; print(s.SECRET_KEY)"
    env = os.environ | {"ENV_FILE": os.devnull, "DATA_DIR": str(tmp_path), "SECRET_KEY": ""}
    crowd = [
        subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    secrets = {process.communicate()[0].strip() for process in crowd}
    assert len(secrets) == 1
    assert len(secrets.pop()) > 50


def test_every_variable_is_documented():
    source = (ROOT / "config" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r"""\benv(?:\.\w+)?\(\s*"([A-Z_]+)\"""", source)) | OTHERS
    documented = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    assert documented == read


def test_no_secret_is_delivered():
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    assert {"SECRET_KEY=", "POSTGRES_PASSWORD="} <= set(lines)
    assert "POSTGRES_PASSWORD:?" in (ROOT / "docker-compose.yml").read_text(encoding="utf-8")


def test_compose_runs_every_part():
    assert set(COMPOSE["services"]) == OURS | {"postgres", "redis"}


@pytest.mark.parametrize("name", sorted(OURS - {"migrate"}))
def test_a_container_of_ours_is_watched_and_comes_back(name):
    service = COMPOSE["services"][name]
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][:4] == ["CMD", "python", "-m", "config.health"]
    assert service["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_container_of_ours_can_do_no_more_than_it_needs(name):
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "privileged" not in service


def test_the_sweeper_needs_no_broker():
    assert "redis" not in COMPOSE["services"]["sweeper"]["depends_on"]
    assert "redis" not in COMPOSE["services"]["migrate"]["depends_on"]


def test_what_must_last_lies_in_volumes():
    assert set(COMPOSE["volumes"]) == {"postgres", "data"}
    assert COMPOSE["services"]["postgres"]["volumes"] == ["postgres:/var/lib/postgresql/data"]


def test_only_the_web_container_can_be_reached_and_only_from_this_machine():
    published = {name: service["ports"] for name, service in COMPOSE["services"].items() if "ports" in service}
    assert published == {"web": ["${PUBLISH:-127.0.0.1:8000}:8000"]}


def test_the_compose_file_follows_the_specification():
    schema = os.environ.get("COMPOSE_SCHEMA")
    if not schema:
        pytest.skip("COMPOSE_SCHEMA names no copy of the specification; .ci/run fetches one")
    with open(schema, encoding="utf-8") as file:
        errors = [error.message for error in jsonschema.Draft7Validator(json.load(file)).iter_errors(COMPOSE)]
    assert not errors


def test_the_image_is_built_from_hashes_and_not_run_by_root():
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    last = text[text.rindex("\nFROM ") :]
    assert "pip install --require-hashes" in text
    assert re.search(r"^USER halfword$", last, re.MULTILINE)
    assert "HEALTHCHECK" in last
    assert "pip install" not in last


def test_the_image_can_back_up_the_server_that_is_delivered():
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    last = text[text.rindex("\nFROM ") :]
    debian = re.search(r"^FROM python:[\d.]+-slim-(\w+)$", last, re.MULTILINE)[1]
    server = int(COMPOSE["services"]["postgres"]["image"].removeprefix("postgres:"))
    assert "postgresql-client" in last and {"bookworm": 15, "trixie": 17}[debian] >= server


def test_what_is_private_stays_out_of_the_image():
    ignored = set((ROOT / ".dockerignore").read_text(encoding="utf-8").split())
    assert {".env", "var", ".git"} <= ignored


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/adr/README.md"])
def test_every_file_a_page_points_to_is_there(name):
    page = ROOT / name
    linked = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [there for there in linked if not (page.parent / there).is_file()] == []
