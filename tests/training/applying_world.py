"""Builders for people who would like to be a mentor."""

from __future__ import annotations

from typing import Any

from accounts import links
from training.actions import applying as actions
from training.actions import applying_staff as staff
from training.data_applying import ApplicationData, Nomination
from training.models import Application

WORDS = "You may keep this."
ANSWERS: dict[str, Any] = {
    "first_name": "Els", "last_name": "Maes", "birth_year": 1970, "birth_date": None, "email": "els@example.org",
    "phone": "+32470112233", "language": "nl", "role_types": ["patient"], "diagnoses": ["ra"], "diagnosed_year": 2010,
    "languages": ["nl", "fr"], "channels": ["phone"], "availability": ["weekend-day"],
    "why": "I had nobody to ask, and I would like to be there for somebody.",
}  # fmt: skip


def told(*, consent: bool = True, **answers) -> ApplicationData:
    """Return what somebody says about themselves."""
    return ApplicationData(ANSWERS | answers, consent, WORDS)


def typed(**answers) -> dict[str, Any]:
    """Return the same as a browser sends it."""
    values = {name: value for name, value in (ANSWERS | answers).items() if value is not None}
    return {"consent": "on", "do": "send", "website": "", **values}


def sent(team, **answers) -> Application:
    """Store an application that was sent."""
    return actions.send_application(clinic=team.clinic, data=told(**answers))


def nominated(team, by=None, **fields) -> Application:
    """Store somebody put forward by the nurse."""
    values = {"first_name": "Els", "last_name": "Maes", "email": "els@example.org", "language": "nl", "agreed": True}
    data = Nomination(**(values | {"why": "She listens well."} | fields))
    return staff.nominate(clinic=team.clinic, by=by or team.nurse, data=data)


def arrive(client, kind: str, row: Application) -> None:
    """Come by a one-time link, as from a message."""
    _link, address = links.make(kind, row.ref)
    client.get(address[address.index("/l/") :])
