"""People with a browser who raise flags by real POSTs, and send again with the same key until they are answered."""

from __future__ import annotations

import contextlib
import http.client
import threading
import time
import uuid
from dataclasses import dataclass, field
from urllib.parse import urlencode

FORM = "application/x-www-form-urlencoded"
PATIENCE = 180.0  # seconds somebody goes on trying


@dataclass
class Log:
    """What the people saw: the flag each answer led to and when, failures in words, and the longest answers."""

    committed: dict[str, float] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    posts: list[float] = field(default_factory=list)
    gets: list[float] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)
    unanswered: int = 0
    given_up: int = 0
    strange: list[str] = field(default_factory=list)


class Person:
    """One mentor at one site."""

    def __init__(self, port: int, facts: dict):
        self.port, self.session = port, facts["session"]
        self.address, self.category = facts["address"], facts["category"]
        self.csrf = ""

    def ask(self, method: str, path: str, body: str | None = None, timeout: float = 45):
        """Return status, headers and text of one request. Raises OSError or HTTPException when no answer comes."""
        cookies = f"sessionid={self.session}; csrftoken={self.csrf}"
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            line.request(method, path, body, {"Cookie": cookies, "Content-Type": FORM})
            answer = line.getresponse()
            return answer.status, answer.headers, answer.read().decode(errors="replace")
        finally:
            line.close()

    def open(self) -> int:
        """Open the page of worries, as somebody does before they choose; return its status."""
        status, headers, _text = self.ask("GET", self.address)
        for cookie in headers.get_all("Set-Cookie") or []:
            if cookie.startswith("csrftoken="):
                self.csrf = cookie.split(";")[0].split("=", 1)[1]
        return status

    def post(self, key: str):
        """Choose a worry; return status, address it leads to, and text."""
        fields = {"category": self.category, "key": key, "csrfmiddlewaretoken": self.csrf}
        status, headers, text = self.ask("POST", self.address, urlencode(fields))
        return status, headers.get("Location", ""), text

    def raise_flag(self, log: Log, patience: float = PATIENCE) -> None:
        """Raise one flag, again with the same key until the answer says that it is stored."""
        key, end = str(uuid.uuid4()), time.monotonic() + patience
        while time.monotonic() < end:
            began = time.monotonic()
            try:
                status, to, text = self.post(key)
            except (OSError, http.client.HTTPException):
                log.unanswered += 1
            else:
                log.posts.append(time.monotonic() - began)
                if status == 302 and "/worry/sent/" in to:
                    ref = to.rstrip("/").rsplit("/", 1)[1]
                    if ref in log.committed:
                        log.strange.append(f"two keys led to flag {ref}")
                    log.committed[ref], log.keys[key] = time.monotonic(), ref
                    return
                if status < 500:
                    log.strange.append(f"answer {status} {to}")
                log.errors.append((status, text))
            time.sleep(0.3)
        log.given_up += 1


def read_meanwhile(person: Person, log: Log, stop: threading.Event) -> None:
    """Open a page again and again, which asks nobody but the database: how fast the machine is just then."""
    while not stop.wait(0.2):
        began = time.monotonic()
        with contextlib.suppress(OSError, http.client.HTTPException):
            person.ask("GET", person.address)
            log.gets.append(time.monotonic() - began)


def crowd(people: list[Person], log: Log, each: int, pause: float) -> list[threading.Thread]:
    """Let all people raise so many flags at the same time; return the threads."""

    def go(person):
        for _number in range(each):
            person.raise_flag(log)
            time.sleep(pause)

    threads = [threading.Thread(target=go, args=(person,), daemon=True) for person in people]
    for thread in threads:
        thread.start()
    return threads
