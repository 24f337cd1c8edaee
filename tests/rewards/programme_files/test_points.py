"""Points stand in a file as people write them, whatever the decimals of their currency; the database has units."""

import pytest

from accounts.programmes.models import CurrencyTerms
from rewards.earning.models import EarningRuleVersion
from rewards.programme_files.files import read_programme_file
from rewards.programme_files.services import export_programme
from rewards.setups.models import SetupVersion
from tests.rewards.programme_files.stage import FIRST_DAY, LATER, approved, example, faults_of, live_programme, read_example


@pytest.mark.django_db
def test_points_of_a_file_are_units_in_the_database_and_points_again_when_exported():
    programme = live_programme(read_example())

    terms = CurrencyTerms.objects.get(currency__code="shells")
    conversion = SetupVersion.objects.get(setup__code="drops-to-shells").definition
    assert (terms.tender_step_units, terms.send_least_units, terms.send_most_units, terms.send_most_units_30_days) == (
        1_250,
        50,
        25_000,
        50_000,
    )
    assert terms.currency.unit.arrears_limit == 5_050
    assert (conversion["step_units"], conversion["gives_units"]) == (25, 500)
    assert SetupVersion.objects.get(setup__code="walks").definition["reward"] == {"points": 750}
    assert SetupVersion.objects.get(setup__code="spender").definition["steps"][0]["target"] == 15_000
    assert EarningRuleVersion.objects.get(rule__code="every-euro").definition["caps"] == [{"units": 5_000, "per": "month"}]
    text = export_programme(programme=programme, on=FIRST_DAY)
    assert read_programme_file(text).sections == read_example().sections
    for said in (
        "tender_step: 12.5\n",
        "least: 0.5\n",
        "arrears_limit: 50.5\n",
        "step: 2.5\n",
        "gives: 5\n",
        "points: 7.5\n",
        "target: 150.00\n",
    ):
        assert said in text


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("tender_step: 12.5", "tender_step: 12.505", "terms.tender_step: Write a number of points from 0.01 to 10000000 with at most 2 decimals."),
        ("tender_step: 12.5", "tender_step: 0", "terms.tender_step: Write a number of points"),
        ("tender_step: 12.5", "tender_step: many", "terms.tender_step: Write a number of points"),
        ("tender_step: 12.5", "tender_step_units: 1250", "terms.tender_step_units: tender_step_units is not known. Did you mean tender_step?"),
        ("least: 0.5", "least: 0.501", "terms.sending.least: Write a number of points"),
        ("most: 250", "most: 0.4", "terms.sending.most: Write a whole number from"),
        ("most_30_days", "most_units_30_days", "terms.sending.most_units_30_days: most_units_30_days is not known. Did you mean most_30_days?"),
        ("arrears_limit: 50.5", "arrears_limit: 50.555", "shells.arrears_limit: Write a number of points from 0 to"),
        ("step: 2.5\n", "step: 2.55\n", "conversions.drops-to-shells.step: Write a number of points from 0.1 to 100000000 with at most 1 decimals."),
        ("gives: 5\n", "gives: 5.001\n", "conversions.drops-to-shells.gives: Write a number of points"),
        ("gives: 5\n", "gives_units: 500\n", "conversions.drops-to-shells.gives_units: gives_units is not known. Did you mean gives?"),
        ("reward: {points: 7.5}", "reward: {points: 7.555}", "quests.walks.reward.points: Write a number of points"),
        ("target: 150.00", "target: 150.005", "quests.spender.steps[0].target: Write the amount as digits"),
        ("caps: [{points: 5000", "caps: [{units: 5000", "rules.every-euro.caps[0].units: units is not known."),
        ("price_points: 99.5", "price_points: 99.555", "rewards.ferry.price_points: Write a number of points from 0.01 to 20000000 with at most 2 decimals."),
    ],
)  # fmt: skip
def test_what_is_no_whole_number_of_units_is_refused_with_its_line(old, new, said):
    lines = faults_of(example((old, new)))

    line = example()[: example().index(old)].count("\n") + 1
    assert any(said in one and one.startswith(f"f.yaml:{line}:") for one in lines), lines


@pytest.mark.django_db
def test_a_limit_changes_in_points():
    programme = live_programme(read_example())

    said = approved(programme, read_example(("most: 250,", "most: 250.25,")))

    assert said == ["Points shells changes", "terms.sending.most: 250 becomes 250.25"]
    assert CurrencyTerms.objects.filter(valid_from=LATER).get().send_most_units == 25_025
