"""What every form shares: plain sentences, calm look, and answers to the odd things people send.

    class TalkForm(PlainForm, forms.ModelForm):
        layout = [FormPart(_("1. Who is it?"), PairFields("first_name", "last_name"), "channels")]
        submit = _("Save")

    {% crispy form %}    the whole form; or {% field form.first_name %} for one field

Groups of answers (RadioSelect, CheckboxSelectMultiple) are chips. Another look by the widget classes below.
"""

from __future__ import annotations

import itertools

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Layout, LayoutObject
from crispy_forms.utils import render_field
from django import forms
from django.core.validators import MaxLengthValidator, MaxValueValidator
from django.db.models.fields import BLANK_CHOICE_DASH
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

MAX_WORDS = 2000  # characters in a free text, unless the field says otherwise
MAX_NUMBER = 2**31 - 1  # more does not fit a database column

NEEDED, CHOOSE, CHOOSE_ANY = _("This still needs an answer"), _("Choose an answer"), _("Choose at least one")
NOT_LISTED, NOT_ANY_LISTED = _("Choose one of the answers below"), _("Choose from the answers below")
# Sentences that do not say which field they are about.
GENERAL = [NEEDED, CHOOSE, CHOOSE_ANY, NOT_LISTED, NOT_ANY_LISTED]

MESSAGES: dict[type[forms.Field], dict] = {
    forms.EmailField: {"invalid": _("Write the whole e-mail address, for example an@example.org")},
    forms.IntegerField: {"invalid": _("Write a number, with figures only")},
    forms.DateField: {"invalid": _("Write the date as day, month and year, for example 26/11/2026")},
    forms.TimeField: {"invalid": _("Write the time, for example 14:30")},
    forms.ChoiceField: {"required": CHOOSE, "invalid_choice": NOT_LISTED},
    forms.MultipleChoiceField: {
        "required": CHOOSE_ANY, "invalid_choice": NOT_ANY_LISTED, "invalid_list": NOT_ANY_LISTED,
    },
    forms.ModelChoiceField: {"required": CHOOSE, "invalid_choice": NOT_LISTED},
    PhoneNumberField: {"invalid": _("Write the whole number, for example 0470 12 34 56 or +32 470 12 34 56")},
}  # fmt: skip


# Looks of a group of answers --------------------------------------------------------------


class Looks:
    """A group of answers with its own look: `look` is the list's class, `icons` and `more` go by value."""

    def __init__(self, *args, look: str | None = None, icons=None, more=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.look = look or self.look
        self.icons = icons or {}
        self.more = more or {}

    look = "chips"


class Chips(Looks, forms.RadioSelect):
    """One of up to twelve short answers."""


class ChipsMany(Looks, forms.CheckboxSelectMultiple):
    """Several of up to twelve short answers."""


class EvenChips(Chips):
    """Equal short answers, side by side."""

    look = "chips even"


class ListChips(Chips):
    """One of several answers that are sentences."""

    look = "chips list"


class Tiles(Chips):
    """The first big question on a phone: two to four answers, with icons."""

    look = "tiles"


class Choices(Chips):
    """Answers that each need explaining: `more` has the sentence of each."""

    look = "choice"


class DayInput(forms.DateInput):
    """A date, with the browser's own calendar. Give its date in words under it."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class HourInput(forms.TimeInput):
    """A time of the day."""

    input_type = "time"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%H:%M")


class YearInput(forms.NumberInput):
    """A year; written, not chosen with arrows."""

    input_type = "text"

    def __init__(self, attrs=None):
        super().__init__({"inputmode": "numeric", "class": "w-year", "autocomplete": "off", **(attrs or {})})


# Layout -----------------------------------------------------------------------------------


class PairFields(Div):
    """Fields side by side on a wide screen: only what is read together."""

    css_class = "pair-fields"


class FormPart(LayoutObject):
    """A titled part of a form, with a quiet sentence under the title. Parts stand in one sheet."""

    def __init__(self, title, *fields, lede="", css_id=""):
        self.title, self.fields, self.lede, self.css_id = title, list(fields), lede, css_id

    def render(self, form, context, template_pack="bootstrap5", **kwargs):
        inside = self.get_rendered_fields(form, context, template_pack, **kwargs)
        values = {"title": self.title, "lede": self.lede, "inside": inside, "part_id": self.css_id}
        return render_to_string("components/form_part.html", values)


class More(LayoutObject):
    """Fields behind a line that opens: rarely needed. Open when one of them was answered or is wrong."""

    def __init__(self, title, *fields):
        self.title, self.fields = title, list(fields)

    def render(self, form, context, template_pack="bootstrap5", **kwargs):
        names = [pointer.name for pointer in self.get_field_names()]
        is_open = any(form[name].errors or form[name].value() for name in names)
        inside = "".join(render_field(f, form, context, template_pack=template_pack) for f in self.fields)
        values = {"title": self.title, "inside": mark_safe(inside), "is_open": is_open}
        return render_to_string("components/form_more.html", values)


class Buttons(LayoutObject):
    """The main step, and lesser ones as (name, value, label): never more than one main step a page."""

    def __init__(self, label=None, *others, cancel=None):
        self.label, self.others, self.cancel = label or _("Save"), others, cancel
        self.fields = []

    def render(self, form, context, template_pack="bootstrap5", **kwargs):
        values = {"label": self.label, "others": self.others, "cancel": self.cancel}
        return render_to_string("components/form_buttons.html", values)


def form_helper(*layout, submit=None, form_id="", action="", tag=True) -> FormHelper:
    """Return a crispy helper: our sentences instead of the browser's, a form tag unless told otherwise."""
    helper = FormHelper()
    helper.form_tag = tag
    helper.disable_csrf = not tag
    helper.attrs = {"novalidate": True}
    helper.form_class = "stack"
    helper.form_id = form_id
    helper.form_action = action
    helper.form_error_title = ""
    helper.html5_required = False
    items = _in_sheets(layout)
    if submit:
        items.append(Buttons(submit))
    if items:
        helper.layout = Layout(*items)
    return helper


def _in_sheets(layout) -> list:
    """Put parts that follow each other on one white sheet."""
    items = []
    for is_part, group in itertools.groupby(layout, key=lambda item: isinstance(item, FormPart)):
        found = list(group)
        items += [Div(*found, css_class="sheet")] if is_part else found
    return items


# The form itself --------------------------------------------------------------------------


class PlainForm:
    """Mixin, first in line: plain words for every mistake, no placeholders, no endless or unprintable text.

    Class attributes: `layout` (crispy objects), `submit` (label of the main step), `form_tag`.
    `self.helper` is set, so {% crispy form %} works at once.
    """

    layout: list = []
    submit = None
    form_tag = True
    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            make_plain(field)
        self.helper = self.make_helper()

    def make_helper(self) -> FormHelper:
        """Return the crispy helper; override to add what depends on the instance."""
        layout = self.layout or ([Sheet(*self.fields)] if self.submit else [])
        return form_helper(*layout, submit=self.submit, tag=self.form_tag)

    def refuse(self, refusal) -> None:
        """Show why an action refused: at its field if it names one, else on top. All answers stay."""
        field = getattr(refusal, "field", None)
        for sentence in getattr(refusal, "missing", None) or [str(refusal)]:
            self.add_error(field if field in self.fields else None, sentence)


class Sheet(FormPart):
    """Fields on one white sheet, without a title."""

    def __init__(self, *fields):
        super().__init__("", *fields)


def make_plain(field: forms.Field) -> None:
    """Give a field our sentences, a longest length, and no placeholder."""
    field.widget.attrs.pop("placeholder", None)
    for kind in type(field).__mro__:
        if kind in MESSAGES:
            field.error_messages.update(_unless_own(field, MESSAGES[kind]))
            break
    if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
        field.error_messages["required"] = NEEDED
    if isinstance(field, forms.CharField):
        _bound_text(field)
    if type(field) is forms.IntegerField and field.max_value is None:
        field.max_value = MAX_NUMBER
        field.validators.append(MaxValueValidator(MAX_NUMBER))
    if isinstance(field, forms.ChoiceField):
        _name_blank(field)


def _unless_own(field: forms.Field, messages: dict) -> dict:
    """Leave out what the form's author worded for this field."""
    stock = {}
    for kind in reversed(type(field).__mro__):
        stock.update(getattr(kind, "default_error_messages", {}))
    return {key: text for key, text in messages.items() if field.error_messages.get(key) == stock.get(key)}


def _bound_text(field: forms.CharField) -> None:
    if field.max_length is None and not isinstance(field, PhoneNumberField):
        field.max_length = MAX_WORDS
        field.validators.append(MaxLengthValidator(MAX_WORDS))
    for validator in field.validators:
        if getattr(validator, "code", "") == "max_length":
            validator.message = _("Make this shorter: at most %(limit_value)d characters, now %(show_value)d")
        if getattr(validator, "code", "") == "null_characters_not_allowed":
            validator.message = _("There is a character in this that cannot be stored. Type it again")
    # the browser must not cut somebody's words without a word
    field.widget.attrs.pop("maxlength", None)


def _name_blank(field: forms.ChoiceField) -> None:
    """Say in words what an empty choice means; a ring that must be answered has none."""
    dash = BLANK_CHOICE_DASH[0]
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label == dash[1]:
            field.empty_label = _("Choose") if field.required else _("Not said")
        return
    named = [] if isinstance(field.widget, forms.RadioSelect) and field.required else [("", _blank_words(field))]
    choices = list(field.choices)
    if dash in choices:
        field.choices = [pair for choice in choices for pair in (named if choice == dash else [choice])]


def _blank_words(field: forms.ChoiceField):
    return _("Choose") if field.required else _("Not said")


__all__ = [
    "HTML", "Buttons", "Chips", "ChipsMany", "Choices", "DayInput", "EvenChips", "FormPart", "HourInput", "ListChips",
    "More", "PairFields", "PlainForm", "Sheet", "Tiles", "YearInput", "form_helper",
]  # fmt: skip
