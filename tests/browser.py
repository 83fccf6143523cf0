"""A real browser for tests: how it is started, and what every page must show it.

Ask for the fixture `page` (pytest-playwright), with `pytestmark = pytest.mark.browser` and
nothing else: the fixtures come with tests/conftest.py. Plain functions to import from here: looks_right(page, url),
axe_clean(page), targets_44(page), no_sideways_scroll(page), sign_in_as(page, live_server.url, user).
"""

from __future__ import annotations

import os
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

# The ORM is used beside the browser's event loop, in one thread, on purpose.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
expect.set_options(timeout=15_000)  # a page on a busy machine may take longer than the five seconds it is given

# The shell is the same engine without windows around its pages: opening one takes a third of the work.
FOUND = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium"))), "/usr/bin/chromium")
CHROMIUM = os.environ.get("CHROMIUM", FOUND)
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = {"phone": 390, "desk": 1280}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = Axe()
# What passed is not asked for: listing it takes axe longer than looking.
LOOK = """(tags) => axe.run({runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']}).then((found) =>
  found.violations.map((v) => `${v.id} (${v.impact}): ${v.help}\\n    `
    + v.nodes.slice(0, 4).map((node) => node.html.slice(0, 200)).join('\\n    ')))"""

# Controls smaller than a thumb, with where they are. A link inside a sentence and a hidden control do not count;
# a box under a larger label counts with its label. What is folded away is looked at unfolded, as a thumb meets it.
SMALL_TARGETS = """() => {
  const small = [];
  const folded = [...document.querySelectorAll('details:not([open])')];
  folded.forEach((el) => el.open = true);
  const controls = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]';
  for (const el of document.querySelectorAll(controls)) {
    if (el.closest('.visually-hidden, .skip') || el.matches('.skip')) continue;
    const style = getComputedStyle(el);
    if (style.display === 'none' || style.visibility === 'hidden') continue;
    let box = el.getBoundingClientRect();
    if (!box.width && !box.height) continue;
    const label = el.labels && el.labels[0];
    if (label && el.matches('[type=checkbox], [type=radio]')) {
      const l = label.getBoundingClientRect();
      box = {
        width: Math.max(box.right, l.right) - Math.min(box.left, l.left),
        height: Math.max(box.bottom, l.bottom) - Math.min(box.top, l.top),
      };
    }
    if (box.width >= 43.5 && box.height >= 43.5) continue;
    const around = el.parentElement.textContent.trim().length - el.textContent.trim().length;
    if (el.matches('a') && style.display === 'inline' && around > 8) continue;
    small.push(`${el.outerHTML.slice(0, 120)} is ${Math.round(box.width)} x ${Math.round(box.height)}`);
  }
  folded.forEach((el) => el.open = false);
  return small;
}"""

DATA_IMAGES = """() => [...document.querySelectorAll('body *')]
  .filter((el) => ['backgroundImage', 'maskImage', 'listStyleImage'].some((name) => getComputedStyle(el)[name].includes('data:')))
  .map((el) => el.outerHTML.slice(0, 120))"""

# Colours that still change, as after another theme was chosen, are what they will be; a browser begins with the next frame.
SETTLE = """async () => {
  for (let moving = [0]; moving.length;) {
    await new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)));
    moving = document.getAnimations().filter((one) =>
      one.playState === 'running' && one.effect.getComputedTiming().endTime < Infinity);
    moving.forEach((one) => one.finish());
  }
}"""


@pytest.fixture(scope="session")
def browser_type_launch_args():
    """Start the machine's own chromium, quietly."""
    return {"executable_path": CHROMIUM, "args": ARGS, "headless": True}


@pytest.fixture(autouse=True, scope="session")
def nobodys_permissions(pytestconfig):
    """Django's own permissions, which nothing here asks for, are not made anew after each walk."""
    if pytestconfig.option.markexpr == "browser":
        from django.db.models.signals import post_migrate

        post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")


@pytest.fixture(scope="session")
def browser_context_args():
    return {"viewport": {"width": WIDTHS["desk"], "height": 900}, "locale": "en-GB", "timezone_id": "Europe/Brussels"}


def grow(page) -> None:
    """Make the window as tall as the page: a bar at the bottom over a link reads as a small target."""
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": page.viewport_size["width"], "height": max(int(height) + 20, 600)})


def axe_clean(page) -> None:
    """Fail with every problem axe sees (WCAG 2.2 A and AA, best practice)."""
    grow(page)
    page.evaluate(SETTLE)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.axe_script)  # half a megabyte: once for each document
    words = page.evaluate(LOOK, TAGS)
    assert not words, f"{page.url} at {page.viewport_size['width']}:\n" + "\n".join(words)


def targets_44(page) -> None:
    """Fail with every control smaller than 44 by 44 pixels, links in a sentence apart."""
    small = page.evaluate(SMALL_TARGETS)
    assert not small, f"{page.url} at {page.viewport_size['width']}:\n" + "\n".join(small)


def no_sideways_scroll(page) -> None:
    """Fail when the page is wider than the window."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} scrolls {wide} px sideways at {page.viewport_size['width']}"


def no_data_images(page) -> None:
    """Fail with every element that is drawn with a data: image: the policy refuses them."""
    found = page.evaluate(DATA_IMAGES)
    assert not found, f"{page.url}:\n" + "\n".join(found)


def looks_right(page, url: str, *, phone: str = "light") -> None:
    """Open a page on a phone in one theme and look at it; then on a desk in the other. The window is as before then.

    Axe is silent, targets are large, nothing scrolls sideways and no image is one the policy refuses.
    """
    before = page.viewport_size
    themes = {"phone": phone, "desk": "light" if phone == "dark" else "dark"}
    for place, theme in themes.items():
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": WIDTHS[place], "height": 900})
        if place == "phone":
            page.goto(url)
        axe_clean(page)
        targets_44(page)
        no_sideways_scroll(page)
        no_data_images(page)
    page.set_viewport_size(before)


def sign_in_as(page, base: str, user) -> None:
    """Sign in by session cookie, as client.force_login does; `base` is the live server's address."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": base}])
