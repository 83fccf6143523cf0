"""How much of the server each list costs on a large programme. Run by `make bench-lists`.

    python bench/lists.py [--keep FOLDER]

Makes the large programme in SQLite databases of their own, under a temporary folder (or FOLDER, which is used
again when the databases are there), signs in as each role and asks for every list and the pages behind it:
twice to warm up, then five times. Prints the median processor time of the server and the number of queries. The
programme has 20,000 referrals, 3,000 mentors and 200,000 talks; the second one has a clinic with 10,000 mentors.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

RUNS, GOAL_MS, GOAL_QUERIES, GOAL_TODAY = 5, 150, 12, 25
PROGRAMMES = {
    "large": ("20,000 referrals, 3,000 mentors, 200,000 talks", []),
    "mentors": ("a clinic with 10,000 mentors", ["--referrals=2000", "--mentors=14286", "--contacts=10000"]),
}
TRANSACTIONS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")  # no question to the database
BIG = "Leieland Rheumatology Clinic"


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of a server of its own, whatever this machine is set to."""
    own = {
        "ENV_FILE": os.devnull, "DATA_DIR": str(folder), "DATABASE_URL": "", "REDIS_URL": "", "DEBUG": "0", "DEMO": "0",
        "HTTPS": "0", "LOCAL_MAIL": "1", "NUDGES": "0", "ALLOWED_HOSTS": "testserver",
        "SECRET_KEY": "only-for-measuring-0123456789-abcdefghijklmnopqrstuvwxyz", "DJANGO_SETTINGS_MODULE": "config.settings",
    }  # fmt: skip
    return os.environ | own


def make(folder: Path, arguments: list[str]) -> None:
    """Make a programme; one that is there only gets the newest tables."""
    is_there = (folder / "demo-accounts.json").exists()
    folder.mkdir(parents=True, exist_ok=True)
    seed = [] if is_there else [["seed_demo", "--size=large", *arguments]]
    for command in (["migrate"], ["createcachetable"], *seed):
        whole = [sys.executable, str(ROOT / "manage.py"), *command, "--verbosity=0"]
        subprocess.run(whole, env=environment(folder), check=True)


def main() -> None:
    """Make each programme and measure it in a process of its own."""
    keep = sys.argv[sys.argv.index("--keep") + 1] if "--keep" in sys.argv else None
    folder = Path(keep or tempfile.mkdtemp(prefix="halfword-lists-"))
    try:
        for name, (words, arguments) in PROGRAMMES.items():
            began = time.perf_counter()
            make(folder / name, arguments)
            print(f"\n{name}: {words} (made or found in {time.perf_counter() - began:.0f} s)", flush=True)
            whole = [sys.executable, __file__, "--measure", name]
            subprocess.run(whole, env=environment(folder / name), check=True)
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


# Measuring, inside a server's process --------------------------------------------------------


def measure(name: str) -> None:
    """Print a line for each page of each role."""
    import django
    from django.conf import settings

    django.setup()
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # nothing was collected here
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    pages = large_pages() if name == "large" else pages_of_mentors()
    print(f"{'role':12} {'page':44} {'processor':>10} {'queries':>8} {'size':>8}")
    for role, asked in pages.items():
        client = signed_in(role)
        for page in asked:
            print(line(role, page, *of_page(client, page)), flush=True)


def signed_in(role: str):
    """Return a client signed in as the one whose sign-in the demo prints for a role."""
    import json

    from django.test import Client

    from accounts.models import User

    rows = json.loads((Path(os.environ["DATA_DIR"]) / "demo-accounts.json").read_text())
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(email=next(row["email"] for row in rows if row["role"] == role)))
    return client


def of_page(client, page: str) -> tuple[float, int, int, int]:
    """Return the answer's code, milliseconds of processor time (the median), queries and bytes of a page."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(page)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(page)
    queries = sum(not row["sql"].startswith(TRANSACTIONS) for row in captured.captured_queries)
    times = []
    for _turn in range(RUNS):
        began = time.process_time()
        client.get(page)
        times.append((time.process_time() - began) * 1000)
    return answer.status_code, statistics.median(times), queries, len(answer.content)


def line(role: str, page: str, code: int, ms: float, queries: int, size: int) -> str:
    """Return a line of the table, with a mark where a goal is missed or the page did not open."""
    most = GOAL_TODAY if page.startswith("/today") else GOAL_QUERIES
    found = {"slow": ms > GOAL_MS, "queries": queries > most, f"answered {code}": code != 200}
    marks = ", ".join(word for word, is_so in found.items() if is_so)
    return f"{role:12} {named(page):44} {ms:7.0f} ms {queries:8} {size // 1024:5} kB  {marks}".rstrip()


def named(page: str) -> str:
    """Return an address with its public reference left out."""
    return "/".join("..." if len(part) == 16 and part.isalnum() else part for part in page.split("/"))


def of_clinic(model, **more):
    """Return the first row of the large clinic by public ref, which is any."""
    return model._base_manager.filter(**more).order_by("ref").first().ref


def waiting_one() -> str:
    """Return somebody who waits at the large clinic."""
    from matching import facts
    from referrals.models import Referral

    return facts.waiting(Referral.objects.filter(clinic__name=BIG)).order_by("ref").first().ref


def large_pages() -> dict[str, list[str]]:
    """Return the pages of each role."""
    from matching.models import Match
    from mentorship.models import Question, RedFlag
    from referrals.models import Referral
    from training.models import Mentor

    pair = of_clinic(Match, referral__clinic__name=BIG, status="introduced")
    mentor = of_clinic(Mentor, person__clinic__name=BIG, status="active")
    referral = of_clinic(Referral, clinic__name=BIG, status="closed")
    flag, question = of_clinic(RedFlag, clinic__name=BIG), of_clinic(Question, referral__clinic__name=BIG)
    return {
        "nurse": [
            "/referrals/", "/referrals/?show=finished", "/referrals/?whose=team", "/referrals/?whose=team&show=all",
            "/referrals/?whose=team&show=all&page=100", "/search/?q=ma", f"/referrals/{referral}/",
        ],
        "coordinator": [
            "/today/", "/waiting/", f"/waiting/{waiting_one()}/", "/pairs/", "/pairs/?show=paused", "/pairs/?show=ended",
            "/pairs/?show=ended&page=100", f"/pairs/{pair}/", f"/matches/{pair}/", "/mentors/", "/mentors/?state=ready",
            "/mentors/?state=missing", "/mentors/?page=40", f"/mentors/{mentor}/", "/flags/", f"/flags/{flag}/",
            "/questions/", f"/questions/{question}/", "/aftercare/", "/outbox/undelivered/", "/search/?q=ma",
        ],
        "mentor": ["/me/", "/log/", "/ask/", "/worry/"],
        "clinician": ["/flags/", "/questions/", "/mentors/", "/aftercare/"],
        "admin": [
            "/escalations/", "/escalations/?page=5", "/people/", "/people/?q=ma", "/access-log/", "/access-log/?whom=ma",
            "/access-log/?page_number=500", "/outbox/", "/outbox/?page=500", "/outbox/mail/", "/settings/",
        ],
    }  # fmt: skip


def pages_of_mentors() -> dict[str, list[str]]:
    """Return the pages that look at every mentor of a clinic."""
    return {
        "coordinator": [f"/waiting/{waiting_one()}/", "/waiting/", "/mentors/", "/mentors/?state=missing", "/today/"]
    }


if __name__ == "__main__":
    if "--measure" in sys.argv:
        measure(sys.argv[sys.argv.index("--measure") + 1])
    else:
        main()
