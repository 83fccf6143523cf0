"""Conventions that a reader relies on, held by reading the source."""

import ast
import re
from pathlib import Path

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


def found_in(paths, search) -> dict[str, list[int]]:
    """Return what a search finds, by file."""
    found = {str(path): search(tree(path)) for path in paths}
    return {path: lines for path, lines in found.items() if lines}


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


def test_views_ask_only_for_what_the_reader_may_see():
    assert found_in(VIEWS, unscoped) == {}, "start from X.objects.visible_to(user)"


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


def test_views_give_404_a_queryset_and_not_a_model():
    assert found_in(VIEWS, loose_lookups) == {}


def other_clocks(module: ast.Module) -> list[int]:
    """Return the lines that ask another clock than common/clock.py."""
    return [node.lineno for node in ast.walk(module) if isinstance(node, ast.Attribute) and NOW.match(dotted(node))]


def test_the_present_moment_comes_from_the_clock():
    assert found_in([path for path in FILES if str(path) not in CLOCKS], other_clocks) == {}, "use common.clock"


@pytest.mark.parametrize(
    "source", ["timezone.now()", "dt.date.today()", "datetime.datetime.now(dt.UTC)", "datetime.now()"]
)
def test_the_search_for_other_clocks_finds_them(source):
    assert other_clocks(ast.parse(source)) == [1]


def longer_than(limit: int, paths) -> dict[str, int]:
    """Return the files with more lines than that."""
    lengths = {str(path): len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in paths}
    return {path: length for path, length in lengths.items() if length > limit}


def test_a_file_can_be_read_in_one_sitting():
    assert longer_than(500, FILES) == {}
    assert longer_than(800, TESTS) == {}


def test_an_app_starts_empty_so_that_importing_it_costs_nothing():
    roots = [Path(floor) / "__init__.py" for floor in FLOORS]
    assert found_in(roots, lambda module: [n.lineno for n in module.body if not isinstance(n, ast.Expr)]) == {}


def statuses_set(module: ast.Module) -> list[int]:
    """Return the lines that assign to the status of something."""
    return [
        node.lineno
        for node in ast.walk(module)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute) and target.attr == "status" and dotted(target) != "response.status"
    ]


def test_pages_never_set_a_status_themselves():
    assert found_in([path for path in FILES if {"views", "forms"} & {*path.parts, path.stem}], statuses_set) == {}
