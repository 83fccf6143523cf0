"""Is this container healthy? Asked by the container engine: `python -m config.health web|tick|sweeper`."""

import os
import sys
import urllib.error
import urllib.request
from urllib.parse import urlsplit

WAIT = 4  # seconds


def web() -> bool:
    """Tell whether the web process here answers /ready, asked by the name it is known by outside."""
    port = os.environ.get("BIND", ":8000").rpartition(":")[2]
    host = urlsplit(os.environ.get("SITE_URL", "")).netloc or "localhost"
    request = urllib.request.Request(f"http://127.0.0.1:{port}/ready", headers={"Host": host})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=WAIT) as answer:
            return answer.status == 200
    except (OSError, urllib.error.URLError):
        return False


def beating(part: str) -> bool:
    """Tell whether a part of the machinery has left its heartbeat in time."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from common import clock
    from messaging import health

    return health.report(clock.now())["parts"].get(part) == "ok"


def main(part: str) -> int:
    """Return 0 when healthy, else 1, as engines expect it."""
    return 0 if (web() if part == "web" else beating(part)) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "web"))
