"""Model fields the floors share."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class CodesField(models.JSONField):
    """Several codes out of one list of choices, kept as a JSON array without doubles."""

    def __init__(self, *args, codes=(), **kwargs):
        self.codes = codes
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs  # the choices live in code: changing them needs no migration

    def validate(self, value, model_instance):
        super().validate(value, model_instance)
        allowed = {code for code, _label in self.pairs}
        if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
            raise ValidationError(_("Choose from the list."))
        if len(set(value)) != len(value) or not set(value) <= allowed:
            raise ValidationError(_("Choose from the list."))

    @property
    def pairs(self):
        """Return the (code, label) pairs of the list."""
        return getattr(self.codes, "choices", self.codes)

    def formfield(self, **kwargs):
        field = forms.MultipleChoiceField(
            choices=self.pairs,
            required=not self.blank,
            label=kwargs.get("label", self.verbose_name),
            help_text=kwargs.get("help_text", self.help_text),
            widget=forms.CheckboxSelectMultiple,
        )
        return field
