"""Somebody with a browser: what people do on the pages, in their words."""

from __future__ import annotations

import re

from django.urls import reverse

from messaging.models import LocalMail
from tests.factories import PASSWORD
from tests.faults.stand import until

LINK = re.compile(r"https?://\S+")
OFFLINE = "ERR_INTERNET_DISCONNECTED"
# On a slow machine the browser may look at Bootstrap's rules for a moment before ours have come, and the policy refuses
# its images, as it should. That no page keeps one is looked at in tests/browser.py.
REFUSED = "Loading the image 'data:image/svg+xml"


class Visitor:
    """One person in front of one browser. Names are those people see."""

    def __init__(self, page, base: str, trouble: list[str]):
        self.page, self.base = page, base
        page.set_default_timeout(15_000)
        page.on("console", lambda m: trouble.append(f"{page.url}: {m.text}") if is_trouble(m) else None)
        page.on("pageerror", lambda error: trouble.append(f"{page.url}: {error}"))

    def open(self, name: str, *args) -> None:
        """Go to an address by its name."""
        self.go(reverse(name, args=args))

    def go(self, url: str) -> None:
        """Go to an address of this site, or a whole one out of a mail."""
        self.page.goto(url if url.startswith("http") else self.base + url)

    def sign_in(self, user) -> None:
        """Sign in on the sign-in page."""
        self.open("account_login")
        self.write(login=user.email, password=PASSWORD)
        self.press("Sign in")
        self.page.wait_for_url(lambda url: "/accounts/login" not in url)

    def write(self, **fields: str) -> None:
        """Fill in fields by name."""
        for name, value in fields.items():
            self.page.fill(f'[name="{name}"]:visible', value)

    def choose(self, **fields: str | list[str]) -> None:
        """Choose answers of questions by name: rings, boxes or a list, as somebody taps them."""
        for name, values in fields.items():
            for value in [values] if isinstance(values, str) else values:
                self._choose(name, value)

    def _choose(self, name: str, value: str) -> None:
        box = self.page.locator(f'input[name="{name}"][value="{value}"]').first
        if box.count():
            box.check()
        else:
            self.page.select_option(f'select[name="{name}"]', value)

    def tick(self, *names: str) -> None:
        """Tick single boxes."""
        for name in names:
            self.page.locator(f'input[type="checkbox"][name="{name}"]').first.check()

    def press(self, words: str, exact: bool = True) -> None:
        """Press a button by its words, and wait for the page that follows."""
        with self._another_page():
            self.page.get_by_role("button", name=words, exact=exact).first.click()

    def _another_page(self):
        """Wait for a page to have come; a draft that gets its address while it is saved is no other page."""
        return self.page.expect_event("load")

    def follow(self, words: str, exact: bool = True) -> None:
        """Follow a link by its words."""
        with self._another_page():
            self.page.get_by_role("link", name=words, exact=exact).first.click()

    def sees(self, *words: str) -> None:
        """Fail unless the page says each of these."""
        text = self.text()
        for each in words:
            assert each in text, f"{each!r} is not on {self.page.url}:\n{text[:1500]}"

    def sees_not(self, *words: str) -> None:
        """Fail if the page says one of these."""
        text = self.text()
        for each in words:
            assert each not in text, f"{each!r} is on {self.page.url}"

    def text(self) -> str:
        """Return what the page says, with single spaces."""
        return " ".join(self.page.inner_text("body").split())


def is_trouble(message) -> bool:
    """Tell whether a line on the browser's console is an error of ours. A phone without a line is none."""
    return message.type == "error" and not message.text.startswith(REFUSED) and OFFLINE not in message.text


def mail_to(address: str, after: int = 0) -> LocalMail:
    """Wait for the newest mail to somebody that came after `after` (a pk), as the real processes bring it."""
    rows = LocalMail.objects.filter(to=address, pk__gt=after).order_by("-pk")
    return until(rows.first, 30)


def link_in(mail: LocalMail) -> str:
    """Return the address in a mail."""
    return LINK.search(mail.body).group(0).rstrip(".")
