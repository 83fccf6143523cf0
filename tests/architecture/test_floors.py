"""Imports and relations go down the house, never up and never in a circle."""

import os

import pytest
from django.apps import apps
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.architecture.house import FLOORS, ROOT

OURS = [model for model in apps.get_models() if model._meta.app_label in FLOORS]


def test_imports_go_down(monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT)]))
    assert lint_imports(no_cache=True) == EXIT_STATUS_SUCCESS


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_relations_go_down(model):
    here = FLOORS.index(model._meta.app_label)
    for field in model._meta.get_fields():
        if not field.is_relation or field.auto_created or field.related_model is None:
            continue
        label = field.related_model._meta.app_label
        if label in FLOORS:
            assert FLOORS.index(label) <= here, f"{model._meta.label}.{field.name} reaches up to {label}"


def test_every_floor_is_an_app():
    assert all(apps.is_installed(floor) for floor in FLOORS)
