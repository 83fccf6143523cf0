"""Every table of transitions is whole: no status forgotten, none out of reach, each step remembered."""

import importlib

import pytest
from django.apps import apps
from django.db import models

from common.models import StatusChange
from common.workflow import Workflow
from tests.architecture.house import FLOORS, ROOT


def tables() -> list[tuple[str, Workflow]]:
    """Return every workflow of the product with where it stands."""
    found = []
    for floor in FLOORS[1:]:
        if (ROOT / floor / "workflow.py").exists():
            module = importlib.import_module(f"{floor}.workflow")
            found += [(f"{floor}.{name}", value) for name, value in vars(module).items() if isinstance(value, Workflow)]
    return found


TABLES = tables()
HISTORIES = [model for model in apps.get_models() if issubclass(model, StatusChange)]


def statuses(workflow: Workflow) -> type[models.TextChoices]:
    """Return the enum a table speaks of."""
    return type(next(iter(workflow.table)))


def owner(workflow: Workflow) -> type[models.Model]:
    """Return the model whose status the table moves."""
    choices = statuses(workflow).choices
    [model] = [m for m in apps.get_models() if any(f.name == "status" and f.choices == choices for f in m._meta.fields)]
    return model


@pytest.fixture(params=TABLES, ids=[name for name, _table in TABLES])
def workflow(request) -> Workflow:
    """Each table in turn."""
    return request.param[1]


def test_there_are_tables():
    assert len(TABLES) >= 7


def test_a_table_speaks_of_one_enum_only(workflow):
    named = {*workflow.table, *(to for targets in workflow.table.values() for to in targets)}
    assert {type(status) for status in named} == {statuses(workflow)}


def test_every_status_can_be_reached(workflow):
    reached = {owner(workflow)._meta.get_field("status").default}
    while more := {to for status in reached for to in workflow.table.get(status, ())} - reached:
        reached |= more
    assert reached == set(statuses(workflow))


def test_no_status_leads_to_itself(workflow):
    assert not [status for status, targets in workflow.table.items() if status in targets]


def test_every_step_is_remembered(workflow):
    history = owner(workflow)._meta.get_field("history")
    assert issubclass(history.related_model, StatusChange)


def test_a_status_fits_its_columns(workflow):
    longest = max(len(status) for status in statuses(workflow))
    assert longest <= owner(workflow)._meta.get_field("status").max_length
    assert longest <= StatusChange._meta.get_field("to_status").max_length


@pytest.mark.parametrize("model", HISTORIES, ids=lambda model: model._meta.label)
def test_a_step_that_was_written_is_never_written_again(model):
    with pytest.raises(TypeError, match="append-only"):
        model(pk=1).save()
