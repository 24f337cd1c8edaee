"""Every page and e-mail speaks Turkish: nothing is forgotten, nothing is stale, and Django finds it."""

import datetime as dt
import gettext
import re
from collections import Counter

import pytest
from django.utils import translation
from django.utils.formats import date_format

from loyalty.kit.figures import money_text, points_text
from loyalty.kit.money import Money
from tests.catalogues import CATALOGUES, ROOT, Entry, compiled_form, computed_messages, entries, messages_in_use

PLACEHOLDER = re.compile(r"%\((\w+)\)s")
HOW_TO = "see Translations in CONTRIBUTING.md"

all_catalogues = pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.relative_to(ROOT).parts[0])


def every_entry() -> list[Entry]:
    return [entry for catalogue in CATALOGUES for entry in entries(catalogue)]


def test_every_message_in_use_has_turkish_words():
    known = {entry.message.key for entry in every_entry() if all(entry.translations) and not entry.is_fuzzy}

    forgotten = [f"{path}: {message.text}" for message, path in messages_in_use().items() if message.key not in known]

    assert forgotten == [], HOW_TO


def test_messages_are_written_out_so_that_they_can_be_translated():
    assert computed_messages() == []


def test_one_message_has_one_translation():
    words: dict[tuple[str, str], set[str]] = {}
    for entry in every_entry():
        words.setdefault(entry.message.key, set()).update(entry.translations[:1])

    assert {key: found for key, found in words.items() if len(found) > 1} == {}


def test_translations_name_the_same_values():
    def values(text: str) -> Counter[str]:
        return Counter(set(PLACEHOLDER.findall(text)))

    wrong = [
        entry.message.text
        for entry in every_entry()
        for words in filter(None, entry.translations)
        if values(words) != values(entry.message.plural or entry.message.text)
    ]

    assert wrong == []


@all_catalogues
def test_compiled_catalogue_is_up_to_date(catalogue):
    with catalogue.with_suffix(".mo").open("rb") as file:
        compiled = dict(gettext.GNUTranslations(file)._catalog)

    compiled.pop("")

    assert compiled == compiled_form([entry for entry in entries(catalogue) if all(entry.translations)]), HOW_TO


@all_catalogues
def test_django_finds_the_catalogue(catalogue):
    """Django's and allauth's words come first where they have some, so only English is a miss."""
    words = {entry.message.text: entry.translations[0] for entry in entries(catalogue) if not entry.message.plural}

    with translation.override("tr"):
        missed = [text for text, turkish in words.items() if turkish not in {"", text} and translation.gettext(text) == text]

    assert words
    assert missed == []


def test_turkish_figures_and_days_are_written_as_people_write_them():
    with translation.override("tr"):
        written = [money_text(Money(1_234_560, "TRY")), points_text(12_345), date_format(dt.date(2026, 11, 21), "j F Y")]

    assert written == ["₺12.345,60", "12.345", "21 Kasım 2026"]
