"""Scenarios of other products' test suites, played through the services; see docs/scenarios.md."""

import os
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios import accounting, budgets, buying, importing, lots, moving, receiving, rising, sharing, taking  # noqa: F401  # they teach the words
from tests.scenarios.cases import EVERY, FILE, OWN_FILE, Scenario, read
from tests.scenarios.listed import ELSEWHERE, NOT_OURS, OTHER_READINGS
from tests.scenarios.page import BEGIN, END, generated
from tests.scenarios.stage import Stage
from tests.scenarios.vocabulary import NotSpoken

LISTS = {"not ours": NOT_OURS, "read otherwise": OTHER_READINGS, "elsewhere": ELSEWHERE}
LISTED = {of for some in LISTS.values() for of in some}
ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs/scenarios.md"
FIGURE = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def named(ids: set[str] | dict) -> list:
    return [pytest.param(scenario, id=scenario["id"]) for scenario in EVERY if scenario["id"] in ids]


def as_read_here(scenario: Scenario) -> Scenario:
    return scenario | {"then": list(OTHER_READINGS[scenario["id"]].then)}


def spoiled(value: Any) -> Any:
    """Return other figures in the same form: an expectation that accepts these as well would prove nothing."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str():
            return f"{Decimal(value) + 1}" if FIGURE.fullmatch(value) else f"{value}?"
        case dict():
            return {name: of if isinstance(of, str) and not FIGURE.fullmatch(of) else spoiled(of) for name, of in value.items()}
        case _:
            return [spoiled(of) for of in value]


@pytest.mark.django_db
@pytest.mark.parametrize("scenario", named({scenario["id"] for scenario in EVERY} - LISTED))
def test_it_comes_out_as_the_source_says(scenario: Scenario) -> None:
    stage = Stage(scenario)

    stage.play()

    for expected in scenario["then"]:
        for word, value in expected.items():
            with pytest.raises((AssertionError, NotSpoken, LookupError, ValueError)):
                stage.expect([{word: spoiled(value)}])


@pytest.mark.django_db
@pytest.mark.parametrize("scenario", named(LISTED))
def test_nothing_listed_would_pass(scenario: Scenario) -> None:
    """`-rs` prints the lists."""
    with pytest.raises((NotSpoken, AssertionError)):
        Stage(scenario).play()
    pytest.skip(next(f"{name}: {some[scenario['id']]}" for name, some in LISTS.items() if scenario["id"] in some))


@pytest.mark.django_db
@pytest.mark.parametrize("scenario", named(OTHER_READINGS))
def test_what_is_read_otherwise_comes_out_as_the_page_says(scenario: Scenario) -> None:
    with pytest.raises(AssertionError):
        Stage(scenario).play()
    Stage(as_read_here(scenario)).play()


def test_every_scenario_is_played_or_listed_once() -> None:
    ids = [scenario["id"] for scenario in EVERY]
    lists = Counter(of for some in LISTS.values() for of in some)

    assert len(set(ids)) == len(ids)
    assert max(lists.values()) == 1
    if FILE == OWN_FILE:
        assert set(lists) <= set(ids), "a list names a scenario that is gone"


def test_every_scenario_names_its_source() -> None:
    assert [scenario["id"] for scenario in EVERY if not scenario.get("source")] == []


def test_what_runs_elsewhere_is_there() -> None:
    for path, _how in ELSEWHERE.values():
        assert (ROOT / path).is_file()


def test_the_page_says_what_is_played() -> None:
    """`UPDATE_SCENARIOS=1` writes it anew."""
    text = PAGE.read_text()
    before, _, rest = text.partition(BEGIN)
    fresh = before + generated(read(OWN_FILE)) + rest.partition(END)[2]
    if os.environ.get("UPDATE_SCENARIOS"):
        PAGE.write_text(fresh)

    assert PAGE.read_text() == fresh, "run again with UPDATE_SCENARIOS=1"
