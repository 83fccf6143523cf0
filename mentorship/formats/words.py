"""A format in words: in one sentence, part by part, rule by rule. What is not stated is said as such, never as zero."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.words import listed
from mentorship.formats import calendar, terms

WEEK, MONTH = 7, 30.4
LONGEST_IN_WEEKS = 182
HOUR = 60
Body = Mapping[str, Any]


def sentence(body: Body) -> str:
    """Say a format in one sentence: "One to one, for patients: 6 talks in 12 months." """
    words = {"mode": terms.MODES[body["mode"]], "who": who(body), "amount": amount(body)}
    return _("%(mode)s, for %(who)s: %(amount)s.") % words


def who(body: Body) -> str:
    """Say whom it is for."""
    return listed(terms.MENTEES[code] for code in body["mentee"])


def amount(body: Body) -> str:
    """Say how many contacts it gives, in how long: what everybody has, then what is optional."""
    pairs, groups, extra = (counted(body, of) for of in (_is_needed_pair, _is_needed_group, _is_extra))
    found = []
    if pairs:
        found.append(ngettext("%(n)d talk", "%(n)d talks", pairs) % {"n": pairs})
    if groups:
        found.append(ngettext("%(n)d meeting of a group", "%(n)d meetings of a group", groups) % {"n": groups})
    if extra:
        found.append(ngettext("%(n)d more if they like", "%(n)d more if they like", extra) % {"n": extra})
    if not found:
        return _on_demand(body)
    if body["duration_days"] is None:
        return listed(found)
    return _("%(what)s in %(length)s") % {"what": listed(found), "length": length(body["duration_days"])}


def _on_demand(body: Body) -> str:
    if body["duration_days"] is None:
        return _("whenever they like, how often is not stated")
    length_words = length(body["duration_days"])
    return _("for %(length)s, whenever they like, how often is not stated") % {"length": length_words}


def counted(body: Body, belongs) -> int:
    """Return how many dated contacts the parts give that `belongs` says yes to."""
    return sum(
        calendar.how_many(rule, body["duration_days"])
        for part in body["components"]
        if belongs(part)
        for rule in part["rules"]
    )


def has_pair(body: Body) -> bool:
    """Tell whether two people talk with each other in some part."""
    return any(part["kind"] in calendar.PAIR_KINDS for part in body["components"])


def has_group(body: Body) -> bool:
    """Tell whether some part is a group, a course or a meeting for many."""
    return any(part["kind"] not in calendar.PAIR_KINDS for part in body["components"])


def _is_needed_pair(part: Body) -> bool:
    return part["kind"] in calendar.PAIR_KINDS and not part["optional"]


def _is_needed_group(part: Body) -> bool:
    return part["kind"] not in calendar.PAIR_KINDS and not part["optional"]


def _is_extra(part: Body) -> bool:
    return bool(part["optional"])


def length(days: int) -> str:
    """Write a length in the unit that fits: "7 weeks", "12 months", "10 days"."""
    if days and days % WEEK == 0 and days <= LONGEST_IN_WEEKS:
        return ngettext("%(n)d week", "%(n)d weeks", days // WEEK) % {"n": days // WEEK}
    months = round(days / MONTH)
    if months >= 2 and abs(days - months * MONTH) <= 2:
        return ngettext("%(n)d month", "%(n)d months", months) % {"n": months}
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


# Part by part -----------------------------------------------------------------------------


def part_title(part: Body) -> str:
    """Name a part: "A course, led by two peers, if they like"."""
    words = str(terms.KINDS[part["kind"]])
    if part["kind"] == "one_to_one" and part["leader"] not in (None, "none"):
        words = _("%(kind)s, with %(leader)s") % {"kind": words, "leader": terms.LEADERS[part["leader"]]}
    elif part["kind"] != "dyad" and part["leader"]:
        words = _("%(kind)s, led by %(leader)s") % {"kind": words, "leader": terms.LEADERS[part["leader"]]}
    return _("%(part)s, if they like") % {"part": words} if part["optional"] else words


def channels(part: Body) -> str:
    """Say how a part is held."""
    names = [str(terms.CHANNELS[code]) for code in part["channels"]]
    return (
        names[0] if len(names) == 1 else _("%(some)s or %(last)s") % {"some": ", ".join(names[:-1]), "last": names[-1]}
    )


def part_facts(part: Body) -> list[tuple[str, str | None]]:
    """Return what is known of a part, each with its label; None for what is not stated."""
    facts: list[tuple[str, str | None]] = [
        (_("How"), channels(part)),
        (_("Who leads"), named(terms.LEADERS, part["leader"])),
    ]
    facts.append((_("What the one who leads does"), named(terms.ROLES, part["role"])))
    if part["kind"] not in calendar.PAIR_KINDS:
        size = part["size"] and _("%(least)d to %(most)d") % {"least": part["size"][0], "most": part["size"][1]}
        facts.append((_("Places"), size))
        facts.append((_("Moderated by"), named(terms.MODERATORS, part["moderator"])))
    facts.append((_("A place is for"), named(terms.UNITS, part["unit"])))
    facts.append(
        (_("By a manual"), None if part["manualised"] is None else _("Yes") if part["manualised"] else _("No"))
    )
    return facts


def named(known: Mapping[str, Any], code: str | None) -> str | None:
    """Return the words of a code, None for what is not stated."""
    return None if code is None else str(known[code])


# Rule by rule -----------------------------------------------------------------------------


def rule_words(rule: Body) -> str:
    """Say a rule: "On day 21 after the day they meet, 30 minutes, in person"."""
    if rule["type"] == "on_demand":
        words = _("When they like; how often is not stated")
        return f"{words}: {rule['note']}" if rule["note"] else words
    parts = [_on_one_day(rule) if rule["type"] == "fixed" else _again(rule), _how_long(rule["minutes"])]
    if rule["channel"]:
        parts.append(str(terms.CHANNELS[rule["channel"]]))
    if rule["location"]:
        parts.append(_("place: %(place)s") % {"place": rule["location"]})
    return ", ".join(parts)


def on_day(day: int, anchor: str) -> str:
    """Say a day as it counts from its anchor: "day 21", "1 day before going home from hospital"."""
    if anchor == calendar.INTRODUCTION:
        return _("day %(n)d") % {"n": day}
    event = terms.ANCHORS[anchor]
    if day == 0:
        return _("the day of %(event)s") % {"event": event}
    words = (
        ngettext("%(n)d day before %(event)s", "%(n)d days before %(event)s", -day)
        if day < 0
        else ngettext("%(n)d day after %(event)s", "%(n)d days after %(event)s", day)
    )
    return words % {"n": abs(day), "event": event}


def _on_one_day(rule: Body) -> str:
    words = on_day(rule["day"], rule["anchor"])
    if rule["anchor"] == calendar.INTRODUCTION or rule["day"] == 0:
        return _("On %(day)s") % {"day": words}
    return words


def _again(rule: Body) -> str:
    """Say how often, from when, until when."""
    often = _often(rule["every_days"], rule["times"])
    return _("%(often)s, from %(start)s, %(end)s") % {
        "often": often[:1].upper() + often[1:], "start": on_day(rule["start"], rule["anchor"]),
        "end": _end(rule),
    }  # fmt: skip


def _often(every: list[int], times: int) -> str:
    least, most = every
    step = ngettext("each day", "every %(n)d days", least) % {"n": least}
    if most > least:
        step = _("every %(least)d to %(most)d days") % {"least": least, "most": most}
    elif least == WEEK:
        step = _("each week")
    if times == 1:
        return step
    return ngettext("%(n)d time %(step)s", "%(n)d times %(step)s", times) % {"n": times, "step": step}


def _end(rule: Body) -> str:
    parts = []
    if rule["count"] is not None:
        parts.append(ngettext("%(n)d time in all", "%(n)d times in all", rule["count"]) % {"n": rule["count"]})
    if rule["until_day"] is not None:
        parts.append(_("until %(day)s") % {"day": on_day(rule["until_day"], rule["anchor"])})
    return listed(parts)


def _how_long(minutes: int | list[int] | None) -> str:
    if minutes is None:
        return _("how long is not stated")
    if isinstance(minutes, list):
        return _("%(least)d to %(most)d minutes") % {"least": minutes[0], "most": minutes[1]}
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}


def followup_words(row: Body) -> str:
    """Say a follow-up: "Day 7 to 14, the coordinator: check match happened"."""
    first, last = row["day"]
    days = _("Day %(n)d") % {"n": first}
    if last > first:
        days = _("Day %(first)d to %(last)d") % {"first": first, "last": last}
    return _("%(days)s, %(actor)s: %(action)s") % {
        "days": days, "actor": terms.ACTORS[row["actor"]], "action": row["action"],
    }  # fmt: skip


def transition_words(body: Body) -> str | None:
    """Say what moves somebody on from part to part; None for nothing stated."""
    if body["transition"] is None:
        return None
    return _("After part %(n)s the mentee chooses a mentor") % {
        "n": body["transition"].removeprefix(terms.CHOOSE_AFTER)
    }


# In all -----------------------------------------------------------------------------------


def totals(body: Body) -> tuple[int, int, int]:
    """Return the minutes that are stated at the least and at the most, and how many contacts have no length."""
    least = most = unstated = 0
    for part in body["components"]:
        for rule in part["rules"]:
            number, minutes = calendar.how_many(rule, body["duration_days"]), rule.get("minutes")
            if minutes is None:
                unstated += number
                continue
            low, high = minutes if isinstance(minutes, list) else (minutes, minutes)
            least, most = least + number * low, most + number * high
    return least, most, unstated


def time_in_all(body: Body) -> str | None:
    """Say how much time it takes in all, None where nothing is stated."""
    least, most, unstated = totals(body)
    if not most:
        return None
    words = hours(least) if least == most else _("%(least)s to %(most)s") % {"least": hours(least), "most": hours(most)}
    if not unstated:
        return words
    more = ngettext("%(n)d contact of a length not stated", "%(n)d contacts of a length not stated", unstated)
    return _("%(time)s, and %(more)s") % {"time": words, "more": more % {"n": unstated}}


def hours(minutes: int) -> str:
    """Write minutes as people say them: "17 hours 30 minutes"."""
    full, rest = divmod(minutes, HOUR)
    words = [ngettext("%(n)d hour", "%(n)d hours", full) % {"n": full}] if full else []
    if rest or not full:
        words.append(ngettext("%(n)d minute", "%(n)d minutes", rest) % {"n": rest})
    return " ".join(words)


def facts(body: Body) -> list[tuple[str, str | None]]:
    """Return a whole format as label and words; None for what is not stated."""
    days = body["duration_days"]
    rows: list[tuple[str, str | None]] = [
        (_("For"), who(body).capitalize()), (_("How"), str(terms.MODES[body["mode"]])),
        (_("Lasts"), None if days is None else length(days)), (_("Contacts"), number_in_all(body)),
        (_("Time in all"), time_in_all(body)), (_("Matched by"), named(terms.MATCHING, body["matching"])),
    ]  # fmt: skip
    moves = transition_words(body)
    return [*rows, (_("Then"), moves)] if moves else rows


def number_in_all(body: Body) -> str | None:
    """Say how many dated contacts there are, and how many of them are optional; None where all is on demand."""
    needed = counted(body, lambda part: not part["optional"])
    extra = counted(body, _is_extra)
    if not extra:
        return str(needed) if needed else None
    return _("%(needed)d, and %(extra)d if they like") % {"needed": needed, "extra": extra}
