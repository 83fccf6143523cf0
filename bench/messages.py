"""How many mails a second one worker hands to a mail server on this machine.

    python -m bench.messages [how many]        SQLite, and PostgreSQL in a cluster of its own when it is installed

Messages are stored and nudged first, then one worker starts as docker-compose starts it, with two processes; the clock runs from the first mail
the server accepts to the last.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time

from tests.chaos.cluster import Cluster, binaries
from tests.chaos.lab import PRODUCT, Lab, open_cluster
from tests.faults.stand import until

WORKER = """
import sys
from celery.__main__ import main
sys.argv = ["celery", "-A", "config", "worker", "--concurrency", "2", "--loglevel", "WARNING"]
main()
"""


def measure(name: str, many: int, cluster: Cluster | None = None) -> None:
    """Print the rate on one database."""
    lab = Lab(PRODUCT, cluster, mentors=1)
    try:
        lab.start("broker")
        began = time.monotonic()
        lab.inside("notes", str(many))
        posted = time.monotonic() - began
        lab.stand.run("worker", WORKER)
        until(lambda: len(lab.mail.times) >= many, 300)
        spent = lab.mail.times[-1] - lab.mail.times[0]
        load = os.getloadavg()[0]
        print(
            f"{name}: {many} delivered in {spent:.1f} s, {many / spent:.0f} a second "
            f"(stored in {posted:.1f} s with the start of a process; load {load:.1f} on {os.cpu_count()} cores)",
            flush=True,
        )
    finally:
        lab.close()


def main(many: int) -> None:
    """Measure on every database that is here."""
    measure("SQLite", many)
    programs = binaries()
    if programs is None:
        print("PostgreSQL: its programs are not here")
        return
    with contextlib.ExitStack() as stack:
        measure("PostgreSQL", many, open_cluster(stack, programs))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
