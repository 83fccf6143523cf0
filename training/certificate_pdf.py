"""The certificate on paper: one calm page, made when it is asked for, kept nowhere."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import fontpkg_atkinson_hyperlegible
import segno
from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import clock, words
from training.models import Certificate

if TYPE_CHECKING:
    from fpdf import FPDF

FAMILY = "Atkinson"
INK, QUIET, BRAND, WARM, RULE = (27, 42, 45), (75, 88, 90), (11, 90, 96), (208, 104, 60), (224, 218, 208)
MARGIN, WIDTH = 24, 210  # millimetres, A4
QR = 34


def address_of(certificate: Certificate) -> str:
    """Return where anybody can look whether a certificate counts."""
    return settings.SITE_URL + reverse("training:verify", args=[certificate.number])


def render(certificate: Certificate, *, today: dt.date) -> bytes:
    """Return the certificate as a PDF, in the reader's language. It names the mentor: it is their own paper."""
    person = certificate.mentor.person
    pdf = _blank(certificate)
    _line(pdf, person.clinic.name, 13, QUIET, gap=22)
    _line(pdf, _("Certificate of a mentor"), 30, BRAND, bold=True, gap=20)
    _line(pdf, _("This says that"), 13, QUIET, gap=7)
    _line(pdf, person.full_name, 25, INK, bold=True, gap=9)
    _line(
        pdf, _("has followed the training for mentors of this programme, has passed every part of it, and may talk with people who live with the same illness, as a trained volunteer."),
        13, INK, gap=14,
    )  # fmt: skip
    for label, value in _facts(certificate, today):
        _fact(pdf, label, value)
    _verify(pdf, certificate)
    return bytes(pdf.output())


def _facts(certificate: Certificate, today: dt.date) -> list[tuple[str, str]]:
    days = [
        words.day(day, today=dt.date.min, weekday=False) for day in (certificate.valid_from, certificate.valid_until)
    ]
    return [
        (_("Counts from"), days[0]), (_("Counts until"), days[1]), (_("Number"), certificate.number),
        (_("Given by"), certificate.issued_by.full_name),
    ]  # fmt: skip


def _blank(certificate: Certificate) -> FPDF:
    from fpdf import FPDF  # half a second, which every process would wait for at its start

    pdf = FPDF(format="A4")
    folder = fontpkg_atkinson_hyperlegible.ROOT / "files"
    pdf.add_font(FAMILY, "", folder / "AtkinsonHyperlegible-Regular.ttf")
    pdf.add_font(FAMILY, "B", folder / "AtkinsonHyperlegible-Bold.ttf")
    pdf.set_title(_("Certificate %(number)s") % {"number": certificate.number})
    pdf.set_author(certificate.mentor.person.clinic.name)
    pdf.set_lang(get_language() or "en")
    pdf.set_creation_date(clock.now())
    pdf.set_margin(MARGIN)
    pdf.set_auto_page_break(False)
    pdf.add_page()
    pdf.set_fill_color(*WARM)
    pdf.rect(0, 0, WIDTH / 2, 3, style="F")
    pdf.set_fill_color(*BRAND)
    pdf.rect(WIDTH / 2, 0, WIDTH / 2, 3, style="F")
    pdf.set_y(MARGIN + 6)
    return pdf


def _line(pdf: FPDF, text: str, size: int, colour: tuple, *, gap: float, bold: bool = False) -> None:
    pdf.set_font(FAMILY, "B" if bold else "", size)
    pdf.set_text_color(*colour)
    pdf.multi_cell(0, size * 0.5, text, align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(gap - size * 0.1 if gap > size * 0.1 else gap)


def _fact(pdf: FPDF, label: str, value: str) -> None:
    pdf.set_font(FAMILY, "", 12)
    pdf.set_text_color(*QUIET)
    pdf.cell(38, 9, label)
    pdf.set_text_color(*INK)
    pdf.set_font(FAMILY, "B", 12)
    pdf.cell(0, 9, value, new_x="LMARGIN", new_y="NEXT")


def _verify(pdf: FPDF, certificate: Certificate) -> None:
    """Draw the square to scan and the address to type, at the foot of the page."""
    top = 297 - MARGIN - QR
    pdf.set_draw_color(*RULE)
    pdf.line(MARGIN, top - 8, WIDTH - MARGIN, top - 8)
    _square(pdf, address_of(certificate), MARGIN, top)
    pdf.set_left_margin(MARGIN + QR + 8)
    pdf.set_xy(MARGIN + QR + 8, top + 2)
    _line(pdf, _("Does it still count?"), 13, INK, bold=True, gap=4)
    _line(pdf, _("Scan the square, or go to this address. It tells whether this certificate counts today, and the first letters of your name only."), 11, QUIET, gap=4)  # fmt: skip
    _line(pdf, address_of(certificate), 10, BRAND, gap=2)


def _square(pdf: FPDF, text: str, left: float, top: float) -> None:
    """Draw a QR code as plain rectangles: sharp at every size."""
    rows = [list(row) for row in segno.make(text, error="m").matrix_iter(border=0)]
    side = QR / len(rows)
    pdf.set_fill_color(*INK)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                pdf.rect(left + x * side, top + y * side, side * 1.02, side * 1.02, style="F")
