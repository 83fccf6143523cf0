"""Ways to reach somebody are found in what people type; dates, hours and doses are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.boundaries import Kind, find, take_out

PHONES = [
    "+32 470 12 34 56", "+32470123456", "0032 470 12 34 56", "+32 (0)470 12 34 56", "0470 12 34 56", "0470/12.34.56",
    "0470/12 34 56", "0470-12-34-56", "0470.12.34.56", "0470123456", "0 4 7 0 1 2 3 4 5 6", "02 513 45 67", "02/513.45.67",
    "03/123.45.67", "016 32 11 11", "+31 6 12345678", "06 12 34 56 78", "06-12345678", "020 123 4567", "+33 6 12 34 56 78",
    "01 42 34 56 78", "01.42.34.56.78", "zero four seven zero one two three four five six",
    "nul vier zeven nul een twee drie vier vijf zes", "nul 470 twaalf 34 56", "zéro quatre sept zéro douze 34 56",
]  # fmt: skip
ADDRESSES = [
    "Kerkstraat 12", "kerkstraat 12", "Leuvensesteenweg 140 bus 3", "Grote Markt 3", "Molenweg 7", "Albertlaan 22b",
    "rue de la Loi 16", "rue de la loi 16", "16, rue de la Loi", "avenue Louise 54", "chaussée de Waterloo 1200",
    "1000 Brussel", "B-9000 Gent", "2000 Antwerpen", "9000 gent", "1012 AB", "12 Church Street",
]  # fmt: skip
QUIET = [
    "20 mg", "2 x 500 mg, 3 times a day", "12/03/2026", "2026-03-12", "03.12.2026 14.30", "12-03-2026 om 10:30", "10.30",
    "between 09.30 10.30 11.30", "01/02/2026, 08/02/2026, 15/02/2026", "03-02-26 14h30", "112", "1733", "Call 112 or 1733",
    "1000 IU", "1000 mg", "blood pressure 120/80", "she is 64 and has 3 children", "in 2026 September", "In 2020 She stopped",
    "onderweg 3 keer gestopt", "Onderweg 2 keer", "de straat 12 mensen", "dans la rue pendant 20 minutes",
    "sur place 2 fois", "We walked for 45 min", "16 20 30 40 50", "CRP 3.2, ESR 12", "one two three", "goed.Volgende keer",
    "nul twee drie", "0,5 mg", "38.5", "about 1000 steps", "week 12/13", "Tuesday 1 December 2026 at 19.00",
    "",
]  # fmt: skip


@pytest.mark.parametrize("number", PHONES)
def test_a_phone_number_is_found_as_it_was_typed(number):
    assert [(p.kind, p.text) for p in find(f"Ring me on {number}, in the evening")] == [(Kind.PHONE, number)]


@pytest.mark.parametrize("address", ADDRESSES)
def test_where_somebody_lives_is_found(address):
    assert [(p.kind, p.text) for p in find(f"She lives at {address}, near the park")] == [(Kind.ADDRESS, address)]


@pytest.mark.parametrize(
    "text", ["mia@example.org", "mia.peeters+x@mail.example.be", "mia (at) example.org", "Mia@Example.ORG"]
)
def test_an_e_mail_address_is_found(text):
    assert [(p.kind, p.text) for p in find(f"Write to {text}!")] == [(Kind.EMAIL, text)]


@pytest.mark.parametrize("text", ["https://example.org/a?b=1", "www.example.be", "example.be", "facebook.com/mia"])
def test_a_web_address_is_found(text):
    assert [(p.kind, p.text) for p in find(f"Look at {text}.")] == [(Kind.LINK, text)]


@pytest.mark.parametrize("text", QUIET)
def test_dates_hours_doses_and_emergency_numbers_are_left_alone(text):
    assert find(text) == []


def test_several_pieces_come_in_order_and_none_twice():
    found = find("Mia, Kerkstraat 12, 9000 Gent, 0470 12 34 56 or mia@example.org")
    assert [p.kind for p in found] == [Kind.ADDRESS, Kind.ADDRESS, Kind.PHONE, Kind.EMAIL]


def test_what_is_taken_out_leaves_the_rest_as_it_was():
    assert take_out("Ring 0470 12 34 56, she likes 20 mg jokes") == "Ring …, she likes 20 mg jokes"


@given(st.text(max_size=200))
def test_any_text_can_be_looked_at_and_pieces_lie_in_it(text):
    end = 0
    for piece in find(text):
        assert piece.start >= end
        assert text[piece.start : piece.end].strip() == piece.text
        end = piece.end
