"""Words nobody uses, typed into every field, and where they were found again."""

import itertools
import json
import logging
import re

from django.forms import BaseForm, CharField, EmailField, HiddenInput
from phonenumber_field.formfields import PhoneNumberField

from common import logs

OURS = (
    "accounts", "clinics", "common", "config", "desk", "matching", "mentorship", "messaging", "referrals", "training",
    "django.request", "django.security", "celery",
)  # fmt: skip
_pairs = itertools.product("bcdfghklmnprstvz", repeat=2)
_numbers = itertools.count(1001)


class Words:
    """Gives out sentinels and remembers what each was typed as."""

    def __init__(self):
        self.given: dict[str, str] = {}

    def word(self, what: str) -> str:
        """Return a word of its own, without figures: those of a number in a note are asked about."""
        found = "Quy" + "o".join(next(_pairs)) + "ojup"
        self.given[found] = what
        return found

    def mail(self, what: str) -> str:
        return f"{self.word(what).lower()}@example.org"

    def phone(self, what: str) -> str:
        found = f"47800{next(_numbers)}"
        self.given[found] = what
        return f"+32{found}"

    def of(self, name: str, field) -> str | None:
        """Return what to type into a field; None for one that is no free text and nothing personal."""
        if isinstance(field.widget, HiddenInput):
            return None
        if isinstance(field, PhoneNumberField):
            return self.phone(name)
        if isinstance(field, EmailField):
            return self.mail(name)
        return self.word(name) if type(field) is CharField else None

    def found_in(self, text: str) -> set[str]:
        """Return the sentinels in a text; numbers also where they are written with spaces."""
        flat = re.sub(r"[\s().-]", "", text).lower()
        return {sentinel for sentinel in self.given if sentinel.lower() in flat}


class Visitor:
    """Somebody with a browser: fills in whole forms, and keeps every address they came by."""

    def __init__(self, client, words: Words, user=None):
        self.client, self.words, self.addresses = client, words, []
        if user:
            client.force_login(user)

    def get(self, address: str):
        return self._kept(address, self.client.get(address, follow=True))

    def post(self, address: str, data: dict):
        answer = self._kept(address, self.client.post(address, data, follow=True))
        assert answer.status_code == 200, (address, answer.status_code)
        refused = {name: errors for form in forms_of(answer) for name, errors in form.errors.items()}
        assert not refused, (address, refused)
        return answer

    def fill(self, page, which, to: str = "", **chosen):
        """Fill in one form of a page, of this class, and send it; `chosen` is what is no free text."""
        form = next(form for form in forms_of(page) if type(form).__name__ == which)
        data = {name: value for name, value in chosen.items() if name not in form.fields}
        for name, field in form.fields.items():
            value = chosen.get(name, self.words.of(f"{which}.{name}", field))
            value = form[name].value() if value is None else value
            if value not in (None, ""):
                data[form.add_prefix(name)] = value
        return self.post(to or page.request["PATH_INFO"], data)

    def _kept(self, address, answer):
        self.addresses += [address, *(url for url, _status in answer.redirect_chain)]
        return answer


def forms_of(page) -> list[BaseForm]:
    """Return the forms of a page, those in lists and in dicts too."""
    found = []

    def look(thing, depth):
        if isinstance(thing, BaseForm):
            found.append(thing)
        elif isinstance(thing, dict) and depth:
            [look(each, depth - 1) for each in thing.values()]
        elif isinstance(thing, (list, tuple)) and depth:
            [look(each, depth - 1) for each in thing]

    for context in page.context or []:
        look(context if isinstance(context, dict) else context.flatten(), 3)
    return list({id(form): form for form in found}.values())


class Lines(logging.Handler):
    """Keeps what our logs write, as JSON and plain."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.addFilter(logs.Redact())
        self.formatters, self.written = [logs.JsonFormatter(), logs.Formatter()], []

    def emit(self, record):
        if record.name.startswith(OURS):
            self.written += [formatter.format(record) for formatter in self.formatters]


def as_text(rows) -> str:
    """Return every stored field of some rows."""
    return json.dumps([{f.attname: str(getattr(row, f.attname)) for f in row._meta.fields} for row in rows])
