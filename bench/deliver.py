"""How many messages one process delivers per second, and how long one claim takes.

    DATA_DIR=$(mktemp -d) LOCAL_MAIL=1 NUDGES=0 python -m bench.deliver [how many]

Uses the database of the environment, which must be empty or a throw-away one: it writes messages into it.
"""

import os
import statistics
import sys
import time

import django


def main(many: int) -> None:
    """Post and deliver so many messages and print what it took."""
    from django.conf import settings
    from django.db import connection, transaction

    from accounts.models import User
    from clinics.models import Clinic
    from common import clock
    from messaging import delivery, kinds, outbox
    from messaging.models import Message

    def recipient(message):
        user = User.objects.get(ref=message.recipient.removeprefix("user:"))
        return kinds.Recipient(user.first_name, user.email)

    kinds.register(
        kinds.Kind("bench", recipient, lambda message: True, lambda message, to: kinds.Rendered("Hello", to.first_name))
    )
    clinic = Clinic.objects.create(name="Bench", languages=["en"])
    user = User.objects.create_user(f"bench{time.time_ns()}@example.org", first_name="Bench")
    began, cpu = time.perf_counter(), time.process_time()
    with transaction.atomic():
        for n in range(many):
            outbox.post("bench", f"{time.time_ns()}{n}", clinic=clinic, to=user)
    posted = time.perf_counter() - began
    now, times = clock.now(), []
    for pk in Message.objects.due(now).filter(kind="bench").values_list("pk", flat=True):
        start = time.perf_counter()
        delivery.deliver(pk, now)
        times.append(time.perf_counter() - start)
    spent = sum(times)
    cpu = time.process_time() - cpu
    kept = "kept on this machine" if settings.LOCAL_MAIL else settings.EMAIL_BACKEND
    print(f"{connection.vendor}, mail {kept}")
    print(f"posted    {many} in {posted:.2f} s, {many / posted:.0f} a second")
    print(f"delivered {len(times)} in {spent:.2f} s, {len(times) / spent:.0f} a second")
    print(f"one delivery: median {1000 * statistics.median(times):.1f} ms, slowest {1000 * max(times):.1f} ms")
    print(f"processor: {1000 * cpu / len(times):.1f} ms for one message, posted and delivered")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
