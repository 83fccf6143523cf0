"""Words about medicines, doses and results are found in three languages, and everyday words are left alone."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.vocabulary import TEAM_TOPICS
from mentorship.medical_words import LONGEST, find, topic_of


@pytest.mark.parametrize(
    ("text", "word", "topic"),
    [
        ("She asked whether methotrexate makes you tired", "methotrexate", "medicines"),
        ("Can I take two painkillers?", "painkillers", "medicines"),
        ("Her Humira pen hurts", "Humira", "medicines"),
        ("May the dose go down", "dose", "dose"),
        ("He takes 7,5 mg of it", "7,5 mg", "dose"),
        ("15MG on Monday", "15MG", "dose"),
        ("What does my CRP mean", "CRP", "results"),
        ("the blood  tests came back", "blood  tests", "results"),
        ("Ze heeft vragen over haar medicatie", "medicatie", "medicines"),
        ("de bijwerkingen vallen mee", "bijwerkingen", "medicines"),
        ("twee pillen in plaats van een", "pillen", "medicines"),
        ("Mag de dosering omlaag", "dosering", "dose"),
        ("Wanneer komt de bloeduitslag", "bloeduitslag", "results"),
        ("foto's van de röntgenafdeling", "röntgenafdeling", "results"),
        ("un autre médicament", "médicament", "medicines"),
        ("MÉDICAMENTS", "MÉDICAMENTS", "medicines"),
        ("les effets secondaires", "effets secondaires", "medicines"),
        ("la posologie", "posologie", "dose"),
        ("ma prise de sang", "prise de sang", "results"),
    ],
)
def test_a_word_for_the_team_is_found_as_it_was_typed(text, word, topic):
    found = find(text)
    assert [(row.word, row.topic) for row in found] == [(word, topic)]
    assert topic in TEAM_TOPICS


@pytest.mark.parametrize(
    "text",
    [
        "", None, "We talked about work and the garden.", "She walks with a stick; the hill was hard labour.",
        "We laughed about the medicine ball in the gym.", "Hij vertelde over zijn pilaar en zijn spuitbus.",
        "Elle est fatiguée, mais le jardin va bien.", "A good dosing", "We looked at the tablet computer together",
        "De mgr. was er ook.", "It was a pillow talk.",
    ],
)  # fmt: skip
def test_everyday_words_are_left_alone(text):
    assert find(text) == []


def test_each_word_comes_once_in_its_order_and_the_topic_is_the_most_pressing():
    found = find("Methotrexate, then a blood test, then methotrexate, 10 mg.")
    assert [row.word for row in found] == ["Methotrexate", "blood test", "10 mg"]
    assert topic_of(found) == "dose"
    assert topic_of(find("crp and medicines")) == "results"
    assert topic_of([]) == ""


def test_a_text_without_end_costs_little():
    started = time.process_time()
    assert find("a" * LONGEST * 5) == []
    find("blood " * 5000)
    assert time.process_time() - started < 2


@given(st.text(max_size=200))
def test_any_text_is_read_and_what_is_found_was_typed(text):
    for row in find(text):
        assert row.word in text
        assert row.topic in TEAM_TOPICS
