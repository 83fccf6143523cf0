"""State changes as data: one table per model, one function that moves."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from common import clock
from common.errors import WrongState


@dataclass(frozen=True)
class Workflow:
    """The allowed transitions of one model: from a status, to which ones."""

    table: Mapping[str, Set[str]]

    def allows(self, status: str, to: str) -> bool:
        """Tell whether the table has the transition."""
        return to in self.table.get(status, frozenset())

    def begin(self, obj: models.Model, *, by, note: str = "") -> None:
        """Write the first history row of an object that was just stored."""
        obj.history.create(from_status="", to_status=obj.status, by=by, note=note)

    def move(self, obj: models.Model, to: str, *, by, note: str = "", **changes: Any) -> None:
        """Change the status with the fields that go with it, and write the history row, or neither.

        `changes` are field values stored in the same statement. Raises WrongState when the table does
        not have the transition or somebody moved the object first.
        """
        came_from = obj.status
        if not self.allows(came_from, to):
            raise WrongState()
        values = {"status": to, "version": models.F("version") + 1, **changes}
        with transaction.atomic():
            rows = type(obj)._base_manager.filter(pk=obj.pk, status=came_from)
            if not rows.update(**values):
                raise WrongState()
            obj.history.create(from_status=came_from, to_status=to, by=by, note=note, at=clock.now())
        obj.refresh_from_db(fields=["status", "version", *changes])
