"""The tests' own safety net holds."""

import socket
import tempfile
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.template import Context, Origin, engines
from django.template.base import Template


def render(source: str, name: str, **context) -> str:
    """Render source as if it stood in a file of this name."""
    engine = engines["django"].engine
    template = Template(source, origin=Origin(name), engine=engine)
    return template.render(Context(context))


def test_data_stays_in_a_temporary_folder(settings):
    assert Path(settings.DATA_DIR).is_relative_to(tempfile.gettempdir())
    assert not settings.NUDGES


@pytest.mark.parametrize("source", ["{{ missing }}", "{{ there.missing }}", "{% with a=missing %}{% endwith %}"])
def test_a_missing_variable_in_our_template_fails(settings, source):
    with pytest.raises(pytest.fail.Exception, match="missing"):
        render(source, str(settings.BASE_DIR / "templates" / "page.html"), there={})


@pytest.mark.parametrize(
    ("source", "shown"), [("{{ missing|default:'-' }}", "-"), ("{% if missing %}yes{% else %}no{% endif %}", "no")]
)
def test_a_template_may_say_what_stands_for_a_missing_variable(settings, source, shown):
    assert render(source, str(settings.BASE_DIR / "templates" / "page.html")) == shown


def test_a_missing_variable_in_a_package_is_its_own_business():
    assert render("a{{ missing }}b", "/site-packages/x/templates/x.html") == "ab"


def test_the_network_is_out_of_reach():
    with socket.socket() as outside, pytest.raises(AssertionError, match="192.0.2.1"):
        outside.connect(("192.0.2.1", 80))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_the_cache_is_clean_after_a_test_that_commits(turn):
    assert cache.get("turn") is None
    cache.set("turn", turn)


@pytest.mark.django_db
def test_sqlite_is_set_up_for_several_processes():
    if connection.vendor != "sqlite":
        pytest.skip("another database")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone()[0] == "wal"
