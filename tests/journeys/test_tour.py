"""A tour of every page each role can reach in the demo: nothing broken, nothing too small, nothing unreadable."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve

from common import clock
from desk.demo import story
from desk.today import today
from matching.models import Match
from matching.workflow import Status as MatchStatus
from referrals.models import Referral
from referrals.workflow import Status as ReferralStatus
from tests.browser import axe_clean, no_data_images, no_sideways_scroll, sign_in_as, targets_44
from tests.journeys.people import is_trouble

pytestmark = pytest.mark.browser

# A page is looked at by axe on a desk in light and on a phone in dark; where a colleague or another object brings
# something new to it, once more, as the next of these.
LOOKS = ((1280, "light"), (390, "dark"), (390, "light"), (1280, "dark"))
# Of these more than one is opened, as they look different in each state.
SEVERAL = {
    "referrals:detail": 3,
    "matching:match": 3,
    "mentorship:flag": 3,
    "mentorship:question": 2,
    "matching:find": 2,
}
FILES = (
    "training:certificate", "training:file", "training:export", "training:hours-file", "training:session-calendar",
    "training:apply-code", "mentorship:talk-file", "referrals:ask-code",
)  # fmt: skip
NOT_PAGES = ("account_logout", "accounts:language", *FILES)
ROLES = ("nurse", "coordinator", "mentor", "clinician", "admin", "trainer")
LINKS = "links => links.map(a => a.href)"
# What a page is made of: elements with their classes and attributes, with words or without.
MADE_OF = """() => [...new Set([...document.querySelectorAll('body *')].map((el) =>
  [el.tagName, ...el.classList, ...el.getAttributeNames().sort(), el.textContent.trim() ? 'words' : ''].join(' ')))]"""


@pytest.fixture
def demo(transactional_db):
    """The demo programme as it is now."""
    return story.live(now=clock.now())


def is_alive(demo) -> None:
    """Fail unless the demo's present day has everything: every state, and work in every corner of Today."""
    assert set(Referral.objects.values_list("status", flat=True)) == set(ReferralStatus)
    missing = set(MatchStatus) - set(Match.objects.values_list("status", flat=True))
    assert missing <= {MatchStatus.PROPOSED, MatchStatus.REJECTED, MatchStatus.CANCELLED}
    page = today(demo[0].coordinator, demo[0].clinic)
    assert page.flags.total and page.undelivered
    assert len(page.groups) >= 13, [group.title for group in page.groups]


class Tour:
    """One role's way over the pages: from home along every link, one page of each kind."""

    def __init__(self, page, base: str, known: dict[str, Known]):
        self.page, self.base, self.known = page, base, known
        self.wrong: list[str] = []
        self.count: dict[str, int] = {}
        page.on("console", lambda m: self.wrong.append(f"{page.url}: {m.text}") if is_trouble(m) else None)
        page.on("pageerror", lambda error: self.wrong.append(f"{page.url}: {error}"))

    def walk(self, start: str) -> None:
        """Look at a page and at every new kind of page it leads to."""
        ahead, seen = [self.base + start], set()
        while ahead:
            url = ahead.pop(0).split("#")[0]
            if url in seen or not self.wants(url):
                continue
            seen.add(url)
            self.look(url)
            ahead += self.page.eval_on_selector_all("a[href]", LINKS)

    def wants(self, url: str) -> bool:
        """Tell whether this kind of page was not seen often enough, and count it."""
        if not url.startswith(self.base) or urlsplit(url).path.startswith("/static/"):
            return False
        try:
            name = resolve(urlsplit(url).path).view_name
        except Resolver404:
            self.wrong.append(f"a link leads nowhere: {url}")
            return False
        self.count[name] = self.count.get(name, 0) + 1
        return name not in NOT_PAGES and self.count[name] <= SEVERAL.get(name, 1)

    def look(self, url: str) -> None:
        """Open a page and look at it on a desk and on a phone; with axe where it has something axe has not seen."""
        self.page.set_viewport_size({"width": 1280, "height": 900})
        response = self.page.goto(url)
        if response.status >= 400:
            self.wrong.append(f"{url}: {response.status}")
            return
        known = self.known.setdefault(resolve(urlsplit(url).path).view_name, Known())
        looks = known.next_looks(self.page.evaluate(MADE_OF))
        for width in (1280, 390):
            self.page.set_viewport_size({"width": width, "height": 900})
            self.check(no_sideways_scroll, targets_44, no_data_images)
            for theme in (theme for wide, theme in looks if wide == width):
                self.page.emulate_media(color_scheme=theme)
                self.check(axe_clean)

    def check(self, *checks) -> None:
        """Note what is wrong, and go on."""
        for check in checks:
            try:
                check(self.page)
            except AssertionError as error:
                self.wrong.append(str(error))


class Known:
    """What axe has seen of one kind of page, and how often."""

    def __init__(self) -> None:
        self.parts: set[str] = set()
        self.looks = 0

    def next_looks(self, parts: list[str]) -> list[tuple[int, str]]:
        """Return how axe should look at a page made of these: both ways at first, then one, or not at all."""
        if self.parts.issuperset(parts):
            return []
        self.parts.update(parts)
        began, self.looks = self.looks, self.looks + (1 if self.looks else 2)
        return [LOOKS[number % len(LOOKS)] for number in range(began, self.looks)]


def test_every_page_a_role_can_reach_is_in_order(demo, browser, live_server, settings):
    settings.LOCAL_MAIL = True
    is_alive(demo)
    people = {row["role"]: row["email"] for row in story.accounts(demo)}
    users = {user.email: user for user in story.User.objects.all()}
    wrong: list[str] = []
    seen: set[str] = set()
    known: dict[str, Known] = {}
    for role in (None, *ROLES):
        context = browser.new_context(locale="en-GB", timezone_id="Europe/Brussels")
        page = context.new_page()
        if role:
            sign_in_as(page, live_server.url, users[people[role]])
        tour = Tour(page, live_server.url, known)
        tour.walk("/" if role else "/accounts/login/")
        wrong += [f"{role}: {sentence}" for sentence in tour.wrong]
        seen |= set(tour.count)
        context.close()
    print(sum(kind.looks for kind in known.values()), "looks with axe at", len(known), "kinds of page")
    assert not wrong, f"{len(wrong)} things:\n" + "\n".join(wrong)
    assert len(seen) > 45, sorted(seen)
