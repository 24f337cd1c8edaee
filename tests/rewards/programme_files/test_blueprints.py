"""The blueprints: complete, described honestly, and proven by their own examples."""

import datetime as dt
import re
from decimal import Decimal

import pytest

from accounts.programmes.models import CurrencyTerms
from accounts.programmes.notice import PointsWouldBuyLess
from ledger.points.queries import holdings
from rewards.conversions.services import run_conversions
from rewards.earning.queries import setting_of
from rewards.programme_files.examples.running import run_examples
from rewards.programme_files.files import read_programme_file
from rewards.programme_files.opening import open_from_file
from rewards.programme_files.services import approve_draft, difference, draft_file, export_programme, live_sections
from rewards.programme_files.sources import blueprint_codes, blueprint_text
from rewards.purchases.services import record_purchase
from tests.accounts.factories import MemberFactory, UserFactory
from tests.rewards.programme_files.stage import AT, FIRST_DAY, first_failing, live_programme
from tests.rewards.purchases.conftest import purchase_of

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
    named = [
        spec for section in ("rules", "quests", "ladders", "conversions", "causes") for spec in file.sections.get(section, {}).values()
    ]
    assert [spec["name"] for spec in named if "tr" not in spec.get("other_names", {})] == []


@pytest.mark.django_db
@pytest.mark.parametrize("code", CODES)
def test_a_planted_wrong_figure_fails(code):
    """The first number that an example of the blueprint expects of a balance, of what was earned, given or goes back is made wrong."""
    text = blueprint_text(code)
    found = re.search(r"(?<=expect: \{)[^\n]*?\b(?:balance|earned|refund|given): (?:\{\w+: )?([0-9][0-9.]*)", text)
    assert found is not None
    wrong = text[: found.start(1)] + str(int(float(found[1])) + 7) + text[found.end(1) :]

    file = read_programme_file(wrong, name=code)

    assert first_failing(file) != []


@pytest.mark.django_db
def test_the_value_of_a_star_is_that_of_all_its_thousandths():
    programme = live_programme(blueprint("coffee-stars"))
    setting = setting_of(programme)
    [terms] = CurrencyTerms.objects.filter(currency__programme=programme)

    minor_of_a_unit, _estimate = setting.ssp_on("stars", FIRST_DAY)

    assert terms.point_value_minor == Decimal("0.003")
    assert 1_000 * minor_of_a_unit == 3
    assert live_sections(programme, FIRST_DAY)["currencies"]["stars"]["terms"]["point_value"] == "0.03"


def test_vouchers_ask_for_more_points_only_with_notice_and_those_that_were_made_stay(db):
    former = read_programme_file(blueprint_text("membership-year").replace("step: 150", "step: 100"), name="former")
    programme = live_programme(former)
    member = MemberFactory.create(programme=programme, at=AT)

    def buy(minor, at, receipt):
        facts = purchase_of(member, minor, occurred_at=at, external_id=receipt, currency="GBP")
        record_purchase(programme=programme, facts=facts, at=at)
        run_conversions(programme=programme, at=at + dt.timedelta(days=1))
        rows = holdings(points_account=member.points_account_id, today=(at + dt.timedelta(days=1)).date())
        return {setting_of(programme).codes[row.unit]: row.available for row in rows}

    def change_from(day):
        draft = draft_file(file=blueprint("membership-year"), programme=programme, effective_on=day, author=UserFactory.create(), at=AT)
        approve_draft(draft=draft, approver=UserFactory.create(), at=AT)

    assert buy(16_499, AT, "R1") == {"vouchers": 300, "points": 64}
    with pytest.raises(PointsWouldBuyLess):
        change_from(AT.date() + dt.timedelta(days=29))
    change_from(AT.date() + dt.timedelta(days=30))

    assert buy(3_600, AT + dt.timedelta(days=2), "R2") == {"vouchers": 600, "points": 0}
    assert buy(16_499, AT + dt.timedelta(days=31), "R3") == {"vouchers": 900, "points": 14}
