"""Conventions that a reader relies on, held by reading the source."""

import ast
import re

import pytest

from tests.architecture.house import FLOORS, ROOT, product_files

FILES = list(product_files())
TESTS = [path.relative_to(ROOT) for path in sorted((ROOT / "tests").rglob("*.py"))]
VIEWS = [path for path in FILES if path.name == "views.py" or {"views", "templatetags"} & set(path.parts)]
# Moments come from common/clock.py, so that tests and jobs can say what time it is. Each exception has its reason.
CLOCKS = {
    "common/clock.py": "the one clock",
    "messaging/delivery.py": "a lease runs in real time, even inside a simulated past",
}
NOW = re.compile(r"^(timezone\.(now|localtime|localdate)|(\w+\.)*(date\.today|datetime\.(now|utcnow|today)))$")
MANAGERS = {"objects", "_base_manager", "_default_manager"}
SCOPES = {"visible_to", "none", "system"}  # the last is one row: the user that signs what jobs do


def tree(path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))


def dotted(node: ast.AST) -> str:
    """Return `a.b.c` for a chain of attributes, else an empty text."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = dotted(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    return ""


def unscoped(module: ast.Module) -> list[int]:
    """Return the lines where a manager is used without `.visible_to(` directly after it."""
    scoped = {
        id(node.func.value)
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SCOPES
    }
    return [
        node.lineno
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS and id(node) not in scoped
    ]


@pytest.mark.parametrize("path", VIEWS, ids=str)
def test_views_ask_only_for_what_the_reader_may_see(path):
    assert not unscoped(tree(path)), "start from X.objects.visible_to(user)"


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("Match.objects.visible_to(user).filter(pk=1)", []),
        ("Match.objects.filter(pk=1)", [1]),
        ("get_object_or_404(Match, pk=1)", []),
        ("rows = Match.objects", [1]),
        ("Match._base_manager.all()", [1]),
    ],
)
def test_the_search_for_unscoped_queries_finds_them(source, lines):
    assert unscoped(ast.parse(source)) == lines


def loose_lookups(module: ast.Module) -> list[int]:
    """Return the lines where get_object_or_404 or get_list_or_404 is given a model instead of a queryset."""
    return [
        node.lineno
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and dotted(node.func).split(".")[-1] in {"get_object_or_404", "get_list_or_404"}
        and node.args
        and isinstance(node.args[0], ast.Name)
        and node.args[0].id[:1].isupper()
    ]


@pytest.mark.parametrize("path", VIEWS, ids=str)
def test_views_give_404_a_queryset_and_not_a_model(path):
    assert not loose_lookups(tree(path))


@pytest.mark.parametrize("path", FILES, ids=str)
def test_the_present_moment_comes_from_the_clock(path):
    if str(path) in CLOCKS:
        return
    found = [
        node.lineno for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute) and NOW.match(dotted(node))
    ]
    assert not found, "use common.clock"


@pytest.mark.parametrize(
    "source", ["timezone.now()", "dt.date.today()", "datetime.datetime.now(dt.UTC)", "datetime.now()"]
)
def test_the_search_for_other_clocks_finds_them(source):
    assert any(NOW.match(dotted(node)) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute))


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_file_can_be_read_in_one_sitting(path):
    assert len((ROOT / path).read_text(encoding="utf-8").splitlines()) <= 500


@pytest.mark.parametrize("path", TESTS, ids=str)
def test_a_test_file_can_be_read_in_one_sitting(path):
    assert len((ROOT / path).read_text(encoding="utf-8").splitlines()) <= 800


@pytest.mark.parametrize("path", [p for p in FILES if p.name == "__init__.py" and len(p.parts) == 2], ids=str)
def test_an_app_starts_empty_so_that_importing_it_costs_nothing(path):
    if path.parts[0] in FLOORS:
        assert not [node for node in tree(path).body if not isinstance(node, ast.Expr)]


@pytest.mark.parametrize(
    "path", [p for p in FILES if p.name in {"views.py", "forms.py", "admin.py"} or "views" in p.parts], ids=str
)
def test_pages_never_set_a_status_themselves(path):
    set_here = [
        node.lineno
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute) and target.attr == "status" and dotted(target) not in {"response.status"}
    ]
    assert not set_here, "call an action"
