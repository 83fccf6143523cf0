"""Template tags of the components. They are built in: a template needs no {% load %} for them."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

from django import forms, template
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from common import clock, languages, words
from common.forms import GENERAL

register = template.Library()


# Pictures and files -----------------------------------------------------------------------


@lru_cache(maxsize=1)
def _drawings() -> ZipFile:
    """Return the package's drawings, opened once: reading the list of all of them takes longer than a page."""
    return ZipFile(BytesIO((resources.files("lucide") / "lucide.zip").read_bytes()))


@lru_cache(maxsize=256)
def _drawing(name: str) -> str:
    svg = ElementTree.fromstring(_drawings().read(f"{name}.svg"))
    inner = "".join(ElementTree.tostring(node, encoding="unicode") for node in svg)
    inner = re.sub(r' ?xmlns:ns0="[^"]*"', "", inner).replace("ns0:", "").replace(" />", "/>")
    return f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{inner}</svg>'


@register.simple_tag
def icon(name: str) -> str:
    """Draw a lucide icon; it says nothing to a screen reader, so words stand beside it."""
    return mark_safe(_drawing(str(name)))


@register.simple_tag
def asset(path: str) -> str:
    """Return the address of a static file, even on a page that must show when everything else fails."""
    try:
        return static(path)
    except ValueError:
        return f"/static/{path}"


@register.simple_tag
def meter(value, maximum, widest=None) -> str:
    """Draw a bar filled up to `value` of `maximum`; the numbers stand in words beside it.

    Bars to be compared share the `widest` maximum: one that can hold less is shorter.
    """
    most = max(float(maximum), 0.001)
    fill = min(max(float(value), 0), most)
    scale = max(float(widest or 0), most)
    return format_html(
        '<svg class="meter" viewBox="0 0 {s} 1" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="track" width="{m}" height="1"/><rect class="fill" width="{f}" height="1"/></svg>',
        s=f"{scale:g}", m=f"{most:g}", f=f"{fill:g}",
    )  # fmt: skip


# Time and people in words -----------------------------------------------------------------


def tz_of(context) -> str:
    """Return the time zone to think in: the clinic's of the page, else the reader's own."""
    clinic = context.get("clinic") or getattr(context.get("request"), "clinic", None)
    if clinic is not None and getattr(clinic, "time_zone", ""):
        return clinic.time_zone
    user = getattr(context.get("request"), "user", None)
    return getattr(user, "time_zone", None) or words.DEFAULT_TZ


@register.simple_tag(takes_context=True)
def when(context, moment, about=False, short=False) -> str:
    """Write a moment out: "Thursday 26 November, 19:00"; about=True for an agreed talk; short=True "Today, 12:13"."""
    if not moment:
        return ""
    now = clock.now()
    if short:
        return words.recently(moment, tz_of(context), now=now)
    return words.when(moment, tz_of(context), now=now, about=about)


@register.simple_tag(takes_context=True)
def day(context, date, weekday=True) -> str:
    """Write a date (or the date of a moment) out: "Thursday 26 November"; weekday=False leaves the first word out."""
    if not date:
        return ""
    tz = tz_of(context)
    date = words.local(date, tz).date() if hasattr(date, "hour") else date
    return words.day(date, today=clock.today(tz), weekday=weekday)


@register.simple_tag(takes_context=True)
def hour(context, moment) -> str:
    """Write the time of a moment: "12:52"."""
    return f"{words.local(moment, tz_of(context)):%H:%M}" if moment else ""


@register.simple_tag(takes_context=True)
def ago(context, moment) -> str:
    """Write how long ago: "6 days, since Wednesday"."""
    return ", ".join(words.ago(moment, tz_of(context), now=clock.now())) if moment else ""


@register.simple_tag(takes_context=True)
def ago_cell(context, moment) -> str:
    """Write the first cell of a row: how long in strong, since when below it."""
    length, since = words.ago(moment, tz_of(context), now=clock.now())
    return format_html('<p class="when"><strong>{}</strong> <span>{}</span></p>', length, since)


def _timer(moment, tag: str = "span") -> str:
    return format_html(
        '<{tag} role="timer" data-deadline="{}" data-words="{}" data-soon="{}">{}</{tag}>',
        moment.isoformat(), words.countdown_words(), _("15 minutes left to answer."),
        words.left(moment, now=clock.now()), tag=tag,
    )  # fmt: skip


@register.simple_tag
def left(moment) -> str:
    """Count down to a deadline: "38 minutes left", "12 minutes late". The page counts on by itself."""
    return _timer(moment) if moment else ""


@register.simple_tag(takes_context=True)
def until(context, moment) -> str:
    """Write a deadline out inside a sentence: "12:52", "tomorrow, 10:30"."""
    return words.until(moment, tz_of(context), now=clock.now()) if moment else ""


@register.simple_tag(takes_context=True)
def left_cell(context, moment) -> str:
    """Write the first cell of a row with a deadline that runs: what is left, until when."""
    time = words.until(moment, tz_of(context), now=clock.now())
    return format_html(
        '<p class="when is-urgent">{} <span>{}</span></p>',
        _timer(moment, "strong"), _("until %(time)s") % {"time": time},
    )  # fmt: skip


@register.simple_tag
def face(name: str) -> str:
    """Draw somebody's initials in a circle, where there is no picture."""
    return format_html('<span class="face" aria-hidden="true">{}</span>', words.initials(str(name)))


@register.filter
def listed(items) -> str:
    """Join words as people say them: "a, b and c"."""
    return words.listed(items)


@register.filter
def tel(number) -> str:
    """Return what stands behind tel: for a phone number or a short number such as 112."""
    return getattr(number, "as_e164", None) or "".join(c for c in str(number) if c in "+0123456789")


# Frames -----------------------------------------------------------------------------------


class Wrap(template.Node):
    child_nodelists = ("nodelist",)

    def __init__(self, nodelist, before, after):
        self.nodelist, self.before, self.after = nodelist, before, after

    def render(self, context):
        inside = self.nodelist.render(context)
        return f"{self.before}{inside.strip()}{self.after}" if inside.strip() else ""


@register.tag
def wrap(parser, token):
    """{% wrap "p" "over" %}…{% endwrap %}: the element with that class, only when something is inside."""
    _name, tag, *css = (part.strip("\"'") for part in token.split_contents())
    nodelist = parser.parse(("endwrap",))
    parser.delete_first_token()
    opening = f'<{tag} class="{" ".join(css)}">' if css else f"<{tag}>"
    return Wrap(nodelist, opening, f"</{tag}>")


class Beside(template.Node):
    child_nodelists = ("main", "side")

    def __init__(self, main, side):
        self.main, self.side = main, side

    def render(self, context):
        main, side = self.main.render(context), self.side.render(context)
        if not side.strip():
            return main
        return f'<div class="with-side">{main}<aside class="side stack">{side}</aside></div>'


@register.tag
def beside(parser, token):
    """{% beside %}main{% aside %}side{% endbeside %}: two columns when there is something for the second."""
    main = parser.parse(("aside",))
    parser.delete_first_token()
    side = parser.parse(("endbeside",))
    parser.delete_first_token()
    return Beside(main, side)


@register.simple_tag(takes_context=True)
def error_prefix(context) -> str:
    """Return "Error: " for the title of a page on which some form was sent with mistakes."""
    for value in context.flatten().values():
        if isinstance(value, forms.BaseForm) and getattr(value, "_errors", None):
            return _("Error: ")
        if isinstance(value, forms.BaseFormSet) and value.is_bound and any(getattr(value, "_errors", None) or []):
            return _("Error: ")
    return ""


# Forms ------------------------------------------------------------------------------------


@register.simple_tag
def control(field, **attrs) -> str:
    """Render only the control of a bound field, with the classes and aria the design wants."""
    widget = field.field.widget
    css = [widget.attrs.get("class", ""), attrs.pop("class", "")]
    if isinstance(widget, forms.CheckboxInput):
        css.append("form-check-input")
    elif isinstance(widget, (forms.Select, forms.SelectMultiple)):
        css.append("form-select")
    else:
        css.append("form-control")
    if field.errors:
        css.append("is-invalid")
    return field.as_widget(attrs={**attrs, "class": " ".join(filter(None, css))})


@register.inclusion_tag("bootstrap5/field.html")
def field(bound, hide_label=False):
    """Render one bound field as {% crispy %} would: label, hint, error, control. See common/forms.py for variants."""
    return {"field": bound, "hide_label": hide_label}


@register.filter
def is_group(field) -> bool:
    """Tell whether a field is answered by several boxes or rings under one legend."""
    return isinstance(field.field.widget, (forms.RadioSelect, forms.CheckboxSelectMultiple))


@register.filter
def is_tickbox(field) -> bool:
    """Tell whether a field is one single box to tick."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def is_many_controls(field) -> bool:
    """Tell whether a field that is no group still has several controls, such as a date in three parts."""
    return field.use_fieldset and not is_group(field)


@register.filter
def look(field) -> str:
    """Return how a group of answers looks: "chips", "chips even", "chips list", "tiles" or "choice"."""
    return getattr(field.field.widget, "look", "chips")


@register.simple_tag
def option_icon(field, value) -> str:
    """Draw the icon the widget has for one answer, if any."""
    name = getattr(field.field.widget, "icons", {}).get(str(value))
    return icon(name) if name else ""


@register.simple_tag
def option_more(field, value) -> str:
    """Return the explaining sentence the widget has for one answer, if any."""
    return getattr(field.field.widget, "more", {}).get(str(value), "")


@register.simple_tag
def summary_errors(form) -> list[tuple[str, str]]:
    """Return (id of the control, sentence) of every mistake in a form, in the order of its fields.

    A sentence that fits any field gets the field's name in front.
    """
    general = {str(sentence) for sentence in GENERAL}
    found = [("", error) for error in form.non_field_errors()]
    for bound in form:
        first = f"{bound.auto_id}_0" if is_group(bound) else bound.id_for_label or bound.auto_id
        found += [(first, f"{bound.label}: {error}" if error in general else error) for error in bound.errors]
    return found


# Addresses --------------------------------------------------------------------------------


@register.simple_tag
def address(name: str, *args) -> str:
    """Return the address of a page, or nothing where it does not exist (yet)."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def with_query(context, **changes) -> str:
    """Return the present query with some values changed: for the links between pages of a list."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query[name] = value
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def page_query(context, number, name="page") -> str:
    """Return the present query for another page of a list."""
    return with_query(context, **{name: number})


@register.simple_tag
def written_languages() -> list[str]:
    """Return the languages a page can come in."""
    return languages.written()


@register.filter
def own_name(code: str) -> str:
    """Return the name of a language in that language: "nl" is "Nederlands"."""
    return get_language_info(code)["name_local"].capitalize()


@register.filter
def phone(number) -> str:
    """Write a phone number as people here read it; a short number such as 112 as it is."""
    return getattr(number, "as_national", None) or str(number)


@register.simple_tag
def time_meter(started, deadline) -> str:
    """Draw how much of the time until a deadline has passed."""
    whole = (deadline - started).total_seconds()
    return meter((clock.now() - started).total_seconds(), whole)
