"""A format as a form: its head, its parts with their rules, and what is asked on the way.

A `Draft` is what was typed, in any number of parts: it is moved about (add, leave out) before anything is checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from common.forms import Chips, ChipsMany, PlainForm
from mentorship.actions.formats import LONGEST_NAME
from mentorship.formats import calendar, spec, terms

Values = dict[str, Any]
MANY = ("mentee", "channels")
NOT_STATED = ("", _("Not stated"))
STEP = re.compile(r"(add|drop)-(part|rule|follow)(?:-(\d{1,2}))?(?:-(\d{1,2}))?", re.ASCII)
NUMBER = re.compile(r"\d{1,2}", re.ASCII)
SHAPE = re.compile(r"\d{1,2}(,\d{1,2}){0,39}", re.ASCII)


def answers(known: dict, *, stated: bool = False) -> list[tuple[str, Any]]:
    """Return the choices of a field; "not stated" comes first unless it must be stated."""
    return [*([] if stated else [NOT_STATED]), *known.items()]


def number(label, *, least: int = 0, most: int = spec.FARTHEST, **more) -> forms.IntegerField:
    """Return a field for a whole number that may be left empty."""
    return forms.IntegerField(
        label=label, required=False, min_value=least, max_value=most,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "w-year"}),
        error_messages={
            "min_value": _("Write %(limit_value)s or more"), "max_value": _("Write %(limit_value)s or less"),
        }, **more,
    )  # fmt: skip


def choice(label, known: dict, *, stated: bool = False, **more) -> forms.ChoiceField:
    """Return a field for one of the words of the library."""
    made = forms.ChoiceField(label=label, choices=answers(known, stated=stated), required=stated, **more)
    made.unmarked = True
    return made


class HeadForm(PlainForm, forms.Form):
    """What holds for the whole: name, for whom, how long, who matches."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)
    mentee = forms.MultipleChoiceField(
        label=_("For whom"), choices=answers(terms.MENTEES, stated=True), widget=ChipsMany
    )
    duration = number(_("Lasts, in days"), help_text=_("Leave it empty when it is not stated. 84 is twelve weeks."))
    matching = choice(_("Who matches"), terms.MATCHING)
    transition = forms.ChoiceField(label=_("Then"), required=False)
    transition.unmarked = duration.unmarked = True

    def __init__(self, *args, parts: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["transition"].choices = [NOT_STATED] + [
            (f"{terms.CHOOSE_AFTER}{n}", _now("After part %(n)d the mentee chooses a mentor") % {"n": n})
            for n in range(1, parts + 1)
        ]


class PartForm(PlainForm, forms.Form):
    """One part: what it is, how it is held, who leads."""

    kind = choice(_("What it is"), terms.KINDS, stated=True)
    channels = forms.MultipleChoiceField(label=_("How"), choices=answers(terms.CHANNELS, stated=True), widget=ChipsMany)
    leader = choice(_("Who leads"), terms.LEADERS)
    optional = forms.BooleanField(label=_("Only who likes: nobody is expected here"), required=False)
    size_least = number(_("People in the group, at least"), least=1, most=spec.MOST_PEOPLE)
    size_most = number(_("At most"), least=1, most=spec.MOST_PEOPLE)
    moderator = choice(_("Moderated by"), terms.MODERATORS)
    unit = choice(_("A place is for"), terms.UNITS)
    role = choice(_("What the one who leads does"), terms.ROLES)
    manualised = choice(_("By a manual"), {"yes": _("Yes"), "no": _("No")})
    size_least.unmarked = size_most.unmarked = True
    more = ("unit", "role", "manualised")

    def clean(self) -> Values:
        both_or_none(self, "size_least", "size_most")
        return self.cleaned_data

    def body(self, rules: list[Values]) -> Values:
        """Return the part as the library writes it."""
        data = self.cleaned_data
        size = None if data["size_least"] is None else [data["size_least"], data["size_most"]]
        return {
            "role": data["role"] or None, "kind": data["kind"], "channels": data["channels"],
            "leader": data["leader"] or None, "size": size, "unit": data["unit"] or None,
            "moderator": data["moderator"] or None, "optional": data["optional"],
            "manualised": {"": None, "yes": True, "no": False}[data["manualised"]], "rules": rules,
        }  # fmt: skip

    @staticmethod
    def typed(part: Values) -> Values:
        """Return what stands in the form for a part of a format."""
        least, most = part["size"] or ("", "")
        manual = {None: "", True: "yes", False: "no"}[part["manualised"]]
        names = ("kind", "channels", "leader", "moderator", "unit", "role")
        return {name: part[name] or "" for name in names} | {
            "optional": "on" if part["optional"] else "", "size_least": least, "size_most": most, "manualised": manual,
        }  # fmt: skip


class RuleForm(PlainForm, forms.Form):
    """When: on one day, again and again, or when they like. What does not belong to the answer is not looked at."""

    type = forms.ChoiceField(label=_("When"), choices=answers(terms.RULES, stated=True), widget=Chips)
    anchor = choice(_("Days count from"), terms.ANCHORS, stated=True)
    day = number(_("On day"), least=-spec.FARTHEST, help_text=_("0 is the day itself. For again and again, the first."))
    every = number(_("Each so many days"), least=1)
    every_most = number(_("Or up to"), least=1, help_text=_("Leave it empty when it is always the same."))
    times = number(_("Times in such a step"), least=1)
    count = number(_("How often in all"), least=1)
    until = number(_("Until day"), least=-spec.FARTHEST, help_text=_("This day counts too."))
    minutes = number(
        _("Minutes, at least"), most=spec.LONGEST_TALK, help_text=_("Leave it empty when it is not stated.")
    )
    minutes_most = number(_("Minutes, at most"), most=spec.LONGEST_TALK)
    channel = choice(_("How, this time"), terms.CHANNELS)
    location = forms.CharField(label=_("Where"), required=False, max_length=spec.LONGEST_WORDS)
    note = forms.CharField(label=_("Note"), required=False, max_length=spec.LONGEST_WORDS)
    for made in (day, every, every_most, times, count, until, minutes, minutes_most, location, note):
        made.unmarked = True
    again = ("every", "every_most", "times", "count", "until")
    dated = ("anchor", "day", "minutes", "minutes_most", "channel", "location")
    keys = {"start": "day", "every_days": "every", "until_day": "until"}  # of the library -> of the form

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_bound:  # what an answer hides is not looked at, and still kept as it was typed
            kind = self.data.get(self.add_prefix("type"))
            kept = {"fixed": self.dated, "recurring": self.dated + self.again, "on_demand": ("note",)}.get(kind, ())
            for name in {*self.dated, *self.again, "note"} - {*kept}:
                self.fields[name] = Unread(self.fields[name])

    def clean(self) -> Values:
        data = self.cleaned_data
        if data.get("type") in ("fixed", "recurring"):
            needed(self, "day")
            if data.get("minutes_most") is not None:
                needed(self, "minutes")
        if data.get("type") == "recurring":
            needed(self, "every")
        return data

    def body(self) -> Values:
        """Return the rule as the library writes it."""
        data = self.cleaned_data
        if data["type"] == "on_demand":
            return {"type": "on_demand", "note": data["note"] or None}
        minutes, most = data["minutes"], data["minutes_most"]
        shared = {
            "type": data["type"], "anchor": data["anchor"], "channel": data["channel"] or None,
            "location": data["location"] or None, "minutes": minutes if most in (None, minutes) else [minutes, most],
        }  # fmt: skip
        if data["type"] == "fixed":
            return shared | {"day": data["day"]}
        every = data["every"]
        return shared | {
            "start": data["day"], "every_days": [every, data["every_most"] or every], "times": data["times"] or 1,
            "count": data["count"], "until_day": data["until"],
        }  # fmt: skip

    @staticmethod
    def typed(rule: Values) -> Values:
        """Return what stands in the form for a rule of a format."""
        if rule["type"] == "on_demand":
            return {"type": "on_demand", "anchor": calendar.INTRODUCTION, "note": rule["note"] or ""}
        found = {name: rule[name] or "" for name in ("type", "anchor", "channel", "location")}
        minutes = rule["minutes"]
        least, most = minutes if isinstance(minutes, list) else (minutes, None)
        found |= {"minutes": blank(least), "minutes_most": blank(most)}
        if rule["type"] == "fixed":
            return found | {"day": rule["day"]}
        every, up_to = rule["every_days"]
        return found | {
            "day": rule["start"], "every": every, "every_most": up_to if up_to > every else "", "times": rule["times"],
            "count": blank(rule["count"]), "until": blank(rule["until_day"]),
        }  # fmt: skip


class FollowForm(PlainForm, forms.Form):
    """Something that is looked at or asked on the way."""

    first = number(_("From day"))
    last = number(_("Until day"), help_text=_("Leave it empty when it is one day."))
    actor = choice(_("Who"), terms.ACTORS, stated=True)
    action = forms.CharField(label=_("Does what"), max_length=spec.LONGEST_WORDS)
    first.unmarked = last.unmarked = True
    keys = {"day": "first"}

    def clean(self) -> Values:
        needed(self, "first")
        return self.cleaned_data

    def body(self) -> Values:
        """Return it as the library writes it."""
        data = self.cleaned_data
        last = data["first"] if data["last"] is None else data["last"]
        return {"day": [data["first"], last], "actor": data["actor"], "action": data["action"]}

    @staticmethod
    def typed(row: Values) -> Values:
        """Return what stands in the form for a follow-up of a format."""
        first, last = row["day"]
        last = last if last > first else ""
        return {"first": first, "last": last, "actor": row["actor"], "action": row["action"]}


class Unread(forms.CharField):
    """A field that belongs to another answer: shown as it was typed, and not checked."""

    def __init__(self, field: forms.Field):
        super().__init__(label=field.label, required=False, widget=field.widget, help_text=field.help_text)
        self.unmarked = True

    def clean(self, value: Any) -> None:
        return None


def needed(form: forms.Form, name: str) -> None:
    """Say at the field that an answer is missing."""
    if form.cleaned_data.get(name) is None and name not in form.errors:
        form.add_error(name, _now("Write a number, with figures only"))


def both_or_none(form: forms.Form, *names: str) -> None:
    """Say at the field that one of two numbers is missing."""
    given = [name for name in names if form.cleaned_data.get(name) is not None]
    if given and not any(name in form.errors for name in names):
        for name in names:
            needed(form, name)


def blank(value: Any) -> Any:
    """Return what stands in a field: 0 is a value, None leaves it empty."""
    return "" if value is None else value


# What was typed ---------------------------------------------------------------------------


@dataclass
class Draft:
    """What was typed, by part: each value is a text, or a list where several answers are possible."""

    head: Values
    parts: list[tuple[Values, list[Values]]] = field(default_factory=list)
    follows: list[Values] = field(default_factory=list)

    @classmethod
    def of(cls, name: str, body: Values) -> Draft:
        """Return what stands in the form for a format."""
        head = {
            "name": name, "mentee": body["mentee"], "duration": blank(body["duration_days"]),
            "matching": body["matching"] or "", "transition": body["transition"] or "",
        }  # fmt: skip
        parts = [
            (PartForm.typed(part), [RuleForm.typed(rule) for rule in part["rules"]]) for part in body["components"]
        ]
        return cls(head, parts, [FollowForm.typed(row) for row in body["followups"]])

    @classmethod
    def sent(cls, post: QueryDict) -> Draft:
        """Return what somebody sent, never more than a format can have.

        Raises BadRequest when how many parts there are was tampered with: guessing would lose some of them.
        """
        shape, follows = post.get("shape", ""), post.get("follows", "")
        if not SHAPE.fullmatch(shape) or not NUMBER.fullmatch(follows):
            raise BadRequest("not a form of a format")
        rules, number_of_follows = [int(n) for n in shape.split(",")], int(follows)
        return cls(
            typed_in(post, HeadForm, "head"),
            [
                (typed_in(post, PartForm, f"p{p}"), [
                    typed_in(post, RuleForm, f"p{p}r{r}") for r in range(min(max(n, 1), spec.MOST_RULES))
                ])
                for p, n in enumerate(rules[: spec.MOST_PARTS])
            ],
            [typed_in(post, FollowForm, f"f{n}") for n in range(min(number_of_follows, spec.MOST_FOLLOWUPS))],
        )  # fmt: skip

    def step(self, asked: str) -> bool:
        """Add or leave out a part, a rule or a follow-up, counted from 0; tell whether that was asked."""
        found = STEP.fullmatch(asked)
        if not found:
            return False
        verb, what, first, second = found.groups()
        rows, at = self._rows(what, first, second)
        if rows is None:
            return True
        if verb == "add" and len(rows) < MOST[what]:
            rows.append(BLANK[what]())
        elif verb == "drop" and at is not None and at < len(rows) and len(rows) > LEAST[what]:
            del rows[at]
        return True

    def _rows(self, what: str, first: str | None, second: str | None) -> tuple[list | None, int | None]:
        places = [int(place) for place in (first, second) if place is not None]
        if what != "rule":
            return (self.parts if what == "part" else self.follows), places[0] if places else None
        if not places or places[0] >= len(self.parts):
            return None, None
        return self.parts[places[0]][1], places[1] if len(places) > 1 else None

    @property
    def shape(self) -> str:
        return ",".join(str(len(rules)) for _part, rules in self.parts)

    def every(self) -> Iterator[tuple[str, Values]]:
        """Yield the values of each form with its prefix."""
        yield "head", self.head
        for p, (part, rules) in enumerate(self.parts):
            yield f"p{p}", part
            yield from ((f"p{p}r{r}", rule) for r, rule in enumerate(rules))
        yield from ((f"f{n}", row) for n, row in enumerate(self.follows))

    def data(self) -> QueryDict:
        """Return everything as a browser would send it."""
        found = QueryDict(mutable=True)
        for prefix, values in self.every():
            for name, value in values.items():
                found.setlist(f"{prefix}-{name}", value if isinstance(value, list) else [str(value)])
        return found


def typed_in(post: QueryDict, form: type[forms.Form], prefix: str) -> Values:
    """Return what was sent for one form; what was not sent is left out."""
    names = [(name, f"{prefix}-{name}") for name in form.base_fields]
    return {name: post.getlist(key) if name in MANY else post[key] for name, key in names if key in post}


def new_rule() -> Values:
    """Return what a new rule begins with: nothing of it is a choice made for the clinic."""
    return {"type": "fixed", "anchor": calendar.INTRODUCTION, "times": 1}


MOST = {"part": spec.MOST_PARTS, "rule": spec.MOST_RULES, "follow": spec.MOST_FOLLOWUPS}
LEAST = {"part": 1, "rule": 1, "follow": 0}
BLANK = {
    "part": lambda: ({"kind": "one_to_one", "channels": []}, [new_rule()]), "rule": new_rule, "follow": dict,
}  # fmt: skip


class FormatForms:
    """Every form of a draft: `head`, `parts` as (form, rule forms), `follows`; checked together."""

    def __init__(self, draft: Draft, *, check: bool, before: Values | None = None):
        self.draft, self.checked, self.before = draft, check, before
        data = draft.data() if check else None
        self.head = HeadForm(data, initial=draft.head, prefix="head", parts=len(draft.parts))
        self.parts = [
            (PartForm(data, initial=part, prefix=f"p{p}"), [
                RuleForm(data, initial=rule, prefix=f"p{p}r{r}") for r, rule in enumerate(rules)
            ])
            for p, (part, rules) in enumerate(draft.parts)
        ]  # fmt: skip
        self.follows = [FollowForm(data, initial=row, prefix=f"f{n}") for n, row in enumerate(draft.follows)]
        self.body = self._checked_body() if check else None

    @property
    def every(self) -> list[forms.Form]:
        rules = [form for part, rows in self.parts for form in (part, *rows)]
        return [self.head, *rules, *self.follows]

    def _checked_body(self) -> Values | None:
        """Return the format that was typed, None when something in it is not right yet, said at its field."""
        if not all(form.is_valid() for form in self.every):
            return None
        body = self._body()
        wrong = spec.problems(body)
        for problem in wrong:
            self._say(problem)
        return None if wrong else body

    def _body(self) -> Values:
        data = self.head.cleaned_data
        components = [part.body([rule.body() for rule in rules]) for part, rules in self.parts]
        return {
            "mode": mode_of(components, self.before), "mentee": data["mentee"], "duration_days": data["duration"],
            "matching": data["matching"] or None, "components": components, "transition": data["transition"] or None,
            "followups": [form.body() for form in self.follows],
        }  # fmt: skip

    def _say(self, problem: spec.Problem) -> None:
        """Put what the whole has against it at the field it is about, in words for a form."""
        path = problem.path
        form: forms.Form = self.head
        if path[0] == "components" and len(path) > 1:
            part, rules = self.parts[path[1]]
            form = rules[path[3]] if len(path) > 3 else part
        elif path[0] == "followups" and len(path) > 1:
            form = self.follows[path[1]]
        name = getattr(form, "keys", {}).get(path[-1], path[-1])
        name = "size_least" if name == "size" else name
        words = ENDLESS if path[-1] == "count" and problem.words.startswith(_now("this goes on without end")) else None
        sentence = words or problem.words[:1].upper() + problem.words[1:]
        form.add_error(name if name in form.fields else None, sentence)


ENDLESS = _("It must end: write how often in all, or until which day")


def mode_of(components: list[Values], before: Values | None) -> str:
    """Return how a format runs as a whole: as it was while its parts are of the same kinds, else as these say."""

    def kinds_of(parts: list[Values]) -> set[str]:
        return {part["kind"] for part in parts if not part["optional"]} or {part["kind"] for part in parts}

    kinds = kinds_of(components)
    if before and kinds == kinds_of(before["components"]):
        return before["mode"]
    if kinds <= {*spec.GROUPS}:
        return "group"
    return {("one_to_one",): "one_to_one", ("dyad",): "dyad_bidirectional"}.get(tuple(kinds), "mixed")
