"""What every form shares: plain sentences, all input kept, odd input refused in words."""

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from django.test import override_settings

from common.errors import Invalid, NotReady
from common.forms import Chips, FormPart, PlainForm, form_helper
from common.gallery import ExampleForm


class Small(PlainForm, forms.Form):
    submit = "Save"
    name = forms.CharField(label="Name", widget=forms.TextInput({"placeholder": "An"}))
    nick = forms.CharField(label="Nickname", required=False, max_length=10)
    year = forms.IntegerField(label="Year", required=False)
    way = forms.ChoiceField(label="How", choices=[("a", "A"), ("b", "B")], widget=Chips)


def wrong(**data):
    form = Small({"name": "An", "way": "a"} | data)
    assert not form.is_valid()
    return form


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        ({"name": ""}, "name", "This still needs an answer"),
        ({"name": "A\x00n"}, "name", "There is a character in this that cannot be stored. Type it again"),
        ({"name": "a" * 10_000}, "name", "Make this shorter: at most 2000 characters, now 10000"),
        ({"nick": "a" * 11}, "nick", "Make this shorter: at most 10 characters, now 11"),
        ({"year": "last yr"}, "year", "Write a number, with figures only"),
        ({"year": "9" * 5000}, "year", "Write a number, with figures only"),
        ({"year": "99999999999"}, "year", "Ensure this value is less than or equal to 2147483647."),
        ({"way": "forged\x00"}, "way", "Choose one of the answers below"),
        ({"way": ""}, "way", "Choose an answer"),
    ],
)
def test_odd_input_gets_a_sentence_at_its_field(data, field, sentence):
    assert wrong(**data).errors[field] == [sentence]


@pytest.mark.parametrize("text", ["🙂 emoji", "<script>alert(1)</script>", "naïve  spaces"])
def test_emoji_and_markup_are_only_words(text):
    form = Small({"name": text, "way": "a"})
    assert form.is_valid()
    assert "<script>alert" not in render_crispy_form(form)


def test_there_is_no_placeholder_and_no_silent_cut():
    html = render_crispy_form(Small())
    assert "placeholder" not in html
    assert "maxlength" not in html
    assert "novalidate" in html


def test_only_what_is_optional_is_marked():
    html = render_crispy_form(Small())
    assert html.count("(optional)") == 2


def test_mistakes_stand_on_top_and_at_the_field_and_answers_stay():
    html = render_crispy_form(wrong(name="", nick="Annie"))
    assert 'role="alert"' in html
    assert 'href="#id_name"' in html
    assert "Name: This still needs an answer" in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_error"' in html
    assert 'value="Annie"' in html


def test_the_error_of_a_group_stands_above_its_answers():
    html = render_crispy_form(wrong(way=""))
    assert html.index('id="id_way_error"') < html.index('<ul class="chips">')
    assert 'href="#id_way_0"' in html


def test_a_refusal_is_shown_at_its_field_or_on_top():
    form = Small({"name": "An", "way": "a"})
    form.refuse(Invalid("Not that one.", field="name"))
    form.refuse(NotReady(["Consent is missing.", "No certificate."]))
    assert form.errors["name"] == ["Not that one."]
    assert form.non_field_errors() == ["Consent is missing.", "No certificate."]


def test_parts_that_follow_each_other_share_a_sheet():
    helper = form_helper(FormPart("1", "name"), FormPart("2", "nick"), submit="Save")
    assert [type(item).__name__ for item in helper.layout] == ["Div", "Buttons"]


def test_an_author_keeps_own_sentences():
    class Own(PlainForm, forms.Form):
        born = forms.IntegerField(error_messages={"invalid": "Write the year, for example 2026"})

    form = Own({"born": "x"})
    assert form.errors["born"] == ["Write the year, for example 2026"]


def test_every_kind_of_field_renders_empty_and_wrong():
    assert render_crispy_form(ExampleForm())
    assert "has-error" in render_crispy_form(ExampleForm({}))


@override_settings(DEBUG=True)
def test_the_gallery_shows_every_component(client, db):
    page = client.get("/_gallery/")
    assert page.status_code == 200
    assert page.content.decode().count("<h1") == 1


def test_the_gallery_is_only_for_those_who_build(client, db):
    assert client.get("/_gallery/").status_code == 404
