"""What is delivered: locks, pages, migrations, the register of hazards."""

import ast
import re
from functools import cache

import pytest
import yaml
from django.core.management import call_command

from tests.architecture.house import FLOORS, ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PAGES = [
    path.relative_to(ROOT)
    for folder in ["templates", "static", *FLOORS]
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in {".html", ".css", ".js", ".svg", ".txt", ".webmanifest"} and path.is_file()
]
# Names of vocabularies look like addresses, and nothing is ever fetched from them.
NAMESPACES = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml", "http://www.w3.org/1999/xlink")
OUTSIDE = re.compile(r"""(?:https?:)?//[\w.-]+\.[a-z]{2,}[^\s"')]*""", re.IGNORECASE)
INLINE = re.compile(
    r"""<style|\sstyle=|\son[a-z]+=["']|javascript:|<script(?![^>]*\bsrc=)[^>]*>|["'(]data:""", re.IGNORECASE
)
COMMENT = re.compile(r"\{#.*?#\}|\{% comment.*?endcomment %\}", re.DOTALL)
HAZARDS = yaml.safe_load((ROOT / "docs" / "hazards.yaml").read_text(encoding="utf-8"))


def requirements(lock: str) -> list[str]:
    """Return the requirements of a lock, each with its hashes on one line."""
    joined = lock.replace("\\\n", " ")
    return [line for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")]


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_requirement_is_pinned_and_hashed(path):
    lines = requirements(path.read_text())
    assert lines
    assert not [line for line in lines if "==" not in line or "--hash=sha256:" not in line]


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_a_lock_names_no_index(path):
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links|file:", path.read_text())


def test_tests_run_on_what_is_delivered():
    def pins(name):
        lines = requirements((ROOT / "requirements" / name).read_text())
        return {line.split("--hash")[0].strip() for line in lines}

    assert pins("base.txt") <= pins("dev.txt")


def test_a_page_asks_nothing_of_another_host():
    found = {str(path): OUTSIDE.findall((ROOT / path).read_text(encoding="utf-8")) for path in PAGES}
    assert not [(path, it) for path, addresses in found.items() for it in addresses if not it.startswith(NAMESPACES)]


def test_a_page_carries_no_script_or_style_of_its_own():
    found = {}
    for path in PAGES:
        if path.suffix in {".html", ".svg"}:
            found[str(path)] = INLINE.findall(COMMENT.sub("", (ROOT / path).read_text(encoding="utf-8")))
    assert not {path: code for path, code in found.items() if code}


@pytest.mark.parametrize("text", ['<p style="x">', "<a onclick='x'>", "<script>x</script>", "<style>", 'src="data:x"'])
def test_the_search_for_inline_code_finds_it(text):
    assert INLINE.search(text)


@pytest.mark.parametrize("text", ['<script src="/a.js" defer></script>', '<p data-style="x">', "<option value='on'>"])
def test_the_search_for_inline_code_leaves_the_rest(text):
    assert not INLINE.search(text)


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@cache
def names_of_tests(path: str) -> set[str]:
    """Return the names of the tests a file defines."""
    module = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(module) if isinstance(node, ast.FunctionDef)}


def missing_proofs(hazard: dict) -> list[str]:
    """Return the proofs of a hazard that name no test, and open ones that do not say why."""
    proofs = hazard["proof"] if isinstance(hazard["proof"], list) else [hazard["proof"]]
    return [proof for proof in proofs if not is_proof(proof)]


def is_proof(proof: str) -> bool:
    """Tell whether a proof names a test that exists, or says why there is none."""
    if proof.startswith("open: "):
        return len(proof) > 15
    path, _sep, name = proof.partition("::")
    return (ROOT / path).exists() and name.split("[")[0] in names_of_tests(path)


def test_every_hazard_names_tests_that_exist_or_says_why_it_is_open():
    assert not {hazard["id"]: missing_proofs(hazard) for hazard in HAZARDS if missing_proofs(hazard)}


def test_every_hazard_says_all_of_it():
    keys = {"id", "hazard", "cause", "control", "proof", "residual", "owner"}
    assert not [hazard["id"] for hazard in HAZARDS if set(hazard) != keys or not all(hazard.values())]


def test_the_register_holds_every_hazard_once():
    assert [hazard["id"] for hazard in HAZARDS] == list(range(1, len(HAZARDS) + 1))
    assert len(HAZARDS) >= 40
