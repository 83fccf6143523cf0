"""A page comes in one language: no half of Django's words in another."""

import pytest

from common import languages


@pytest.fixture
def catalogue(settings, tmp_path):
    """Make it look as if somebody translated everything into French."""
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.mo").touch()
    settings.LOCALE_PATHS = [tmp_path]
    languages._has_words.cache_clear()
    yield
    languages._has_words.cache_clear()


@pytest.fixture
def no_catalogue(settings, tmp_path):
    settings.LOCALE_PATHS = [tmp_path]
    languages._has_words.cache_clear()
    yield
    languages._has_words.cache_clear()


def test_a_language_without_words_of_ours_is_not_spoken(no_catalogue):
    assert languages.written() == ["en"]
    assert [languages.spoken(code) for code in ("nl", "fr", "tlh", "")] == ["en"] * 4


def test_a_language_with_a_catalogue_is_spoken(catalogue):
    assert languages.written() == ["en", "fr"]
    assert [languages.spoken(code) for code in ("nl", "fr")] == ["en", "fr"]


def test_a_page_does_not_claim_a_language_it_is_not_in(client, no_catalogue, db):
    client.cookies["django_language"] = "nl"
    page = client.get("/accounts/login/", headers={"Accept-Language": "fr"}).content.decode()
    assert '<html lang="en"' in page
    assert "Nederlands" not in page


def test_a_page_offers_the_languages_there_are(client, catalogue, db):
    page = client.get("/accounts/login/").content.decode()
    assert "Français" in page
    assert "Nederlands" not in page
