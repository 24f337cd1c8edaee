"""The blueprints: complete, described honestly, and proven by their own examples."""

import re
from decimal import Decimal

import pytest

from accounts.programmes.models import CurrencyTerms
from rewards.earning.queries import setting_of
from rewards.programme_files.examples.running import run_examples
from rewards.programme_files.files import read_programme_file
from rewards.programme_files.opening import open_from_file
from rewards.programme_files.services import difference, export_programme, live_sections
from rewards.programme_files.sources import blueprint_codes, blueprint_text
from tests.rewards.programme_files.stage import AT, FIRST_DAY, live_programme

CODES = blueprint_codes()


def blueprint(code):
    return read_programme_file(blueprint_text(code), name=code)


@pytest.mark.django_db
@pytest.mark.parametrize("code", CODES)
def test_every_example_of_a_blueprint_holds(code):
    file = blueprint(code)

    failing = [line for result in run_examples(file, at=AT) for line in result.lines(file)]

    assert failing == []


@pytest.mark.django_db
@pytest.mark.parametrize("code", CODES)
def test_a_blueprint_is_exported_as_it_is(code):
    file = blueprint(code)
    programme = open_from_file(file=file, slug=file.slug, first_day=FIRST_DAY, at=AT, author=None)

    again = read_programme_file(export_programme(programme=programme, on=FIRST_DAY))

    assert again.sections == file.sections
    assert difference(file=again, programme=programme, on=FIRST_DAY) == []


@pytest.mark.parametrize("code", CODES)
def test_a_blueprint_says_on_whose_rules_it_is_modelled_and_in_which_year(code):
    about = blueprint(code).about

    assert about.title.keys() == about.summary.keys() == {"en", "tr"}
    assert about.modelled_on.startswith("the published rules of ")
    assert about.year is not None and 2000 <= about.year <= 2026
    assert about.source


@pytest.mark.parametrize("code", CODES)
def test_a_blueprint_brings_six_examples_and_both_languages(code):
    file = blueprint(code)

    assert len(file.examples) >= 6
    assert file.programme["terms"].keys() == {"en", "tr"}
    named = [spec for section in ("rules", "quests", "ladders", "conversions") for spec in file.sections.get(section, {}).values()]
    assert [spec["name"] for spec in named if "tr" not in spec.get("other_names", {})] == []


@pytest.mark.django_db
@pytest.mark.parametrize("code", CODES)
def test_a_planted_wrong_figure_fails(code):
    """The first number that an example of the blueprint expects of a balance or of what was earned is made wrong."""
    text = blueprint_text(code)
    found = re.search(r"(?<=expect: \{)[^\n]*?\b(?:balance|earned): (?:\{\w+: )?([0-9][0-9.]*)", text)
    assert found is not None
    wrong = text[: found.start(1)] + str(int(float(found[1])) + 7) + text[found.end(1) :]

    file = read_programme_file(wrong, name=code)

    assert not all(result.holds for result in run_examples(file, at=AT))


@pytest.mark.django_db
def test_the_value_of_a_star_is_that_of_all_its_thousandths():
    programme = live_programme(blueprint("coffee-stars"))
    setting = setting_of(programme)
    [terms] = CurrencyTerms.objects.filter(currency__programme=programme)

    minor_of_a_unit, _estimate = setting.ssp_on("stars", FIRST_DAY)

    assert terms.point_value_minor == Decimal("0.003")
    assert 1_000 * minor_of_a_unit == 3
    assert live_sections(programme, FIRST_DAY)["currencies"]["stars"]["terms"]["point_value"] == "0.03"
