"""Ladders in a file: each fault has its line, what the form writes is exported as people write it, and examples see every ladder."""

import re

import pytest

from rewards.programme_files.examples.running import run_examples
from rewards.programme_files.files import MalformedFile, read_programme_file
from rewards.programme_files.services import difference, export_programme
from rewards.tiers.models import TierLadderVersion
from rewards.tiers.services import approve_ladder, write_ladder_version
from tests.accounts.factories import UserFactory
from tests.rewards.programme_files.stage import AT, FIRST_DAY, LATER, approved, example, faults_of, live_programme, read, read_example, told


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("kind: rolling, months: 12", "kind: rolling, month: 12", "ladders.main.window.month: month is not known"),
        ("kind: rolling, months: 12", "kind: rolling", "ladders.main.window.days: Write either days or months."),
        ("kind: months, months: 6", "kind: end_of_month", "ladders.main.keeps.kind: Choose one of end_of_year, end_of_next_year, months."),
        ("grace_days: 14", "grace_days: 400", "ladders.main.downgrade.grace_days: Write a whole number from 1 to 366."),
        ("base: joining", "base: joined", "ladders.main.base: Choose one of first_purchase, joining."),
        ("visits: {kind: visits}", "visits: {kind: vists}", "ladders.main.metrics.visits.kind: Choose one of spend, units, visits, elements."),
        ("where: category != gift-cards", "where: categry != gift-cards", "metrics.spend.where: Column 1: There is no field categry."),
        ("{spend: 200.00, visits: 6}", "{spend: 200.00, stays: 6}", "tiers[1].keep.any.stays: There is no metric with this name."),
        ("{spend: 200.00, visits: 6}", "{spend: 400.00, visits: 6}", "tiers[1].keep: Keeping a tier never asks for more than reaching it."),
        ("{spend: 300.00, visits: 8}", "{spend: 300.005, visits: 8}", "tiers[1].reach.any.spend: Write the amount as digits"),
        ("{spend: 300.00, visits: 8}", "[300.00]", "tiers[1].reach.any: Write how much of each metric is needed."),
        ("keep: {all: {nights: 12.5}}", "keep: {all: {nights: 12.1234}}", "keep.all.nights: Write a number from 0 on with at most 3 decimals."),
        ("{code: towels, text: Towels", "{code: Towels, text: Towels", "tiers[1].benefits[0].code: Use at most forty small letters"),
        ("{code: towels, text: Towels", "{code: towels, txt: Towels", "tiers[1].benefits[0].txt: txt is not known"),
        ("  nights:\n    name", "  nights-club:\n    name", "ladders.nights-club: Write a code of small letters, digits and underscores"),
        ("member.tiers.nights = captain", "member.tiers.nights = captian", "rules.captains.when: The file has no tier of nights captian. Did you mean captain?"),
        ("member.tiers.nights = captain", "member.tiers.night = captain", "rules.captains.when: The file has no ladder night. Did you mean nights?"),
        ("member.tiers.nights = captain", "member.tier in (gold, platin)", "rules.captains.when: The file has no tier platin."),
        ("tiers: {gold: {kind: none}}", "tiers: {golden: {kind: none}}", "terms.expiry.tiers.golden: The file has no tier golden. Did you mean gold?"),
        ("min_tier: silver", "min_tier: sailor", "rewards.ferry.min_tier: sailor is not known here."),
        ("{nights: none, main: silver}", "{nights: none, mian: silver}", "expect.tier.mian: mian is not known. Did you mean main?"),
        ("{nights: none, main: silver}", "{nights: gold, main: silver}", "expect.tier.nights: gold is not known here."),
    ],
)  # fmt: skip
def test_each_fault_of_a_ladder_or_of_what_names_one_has_its_line(old, new, said):
    lines = faults_of(example((old, new)))

    line = example()[: example().index(old)].count("\n") + 1
    assert any(said in one for one in lines), lines
    assert all(one.startswith(f"f.yaml:{line}:") for one in lines if said in one), lines


@pytest.mark.django_db
def test_what_the_form_writes_in_full_is_exported_without_what_is_usual_and_changes_nothing():
    programme = live_programme()
    definition = {
        "metrics": {"spend": {"kind": "spend", "basis": "gross"}, "days": {"kind": "visits", "of": "days"}},
        "window": {"kind": "rolling", "days": 90},
        "keeps": {"kind": "end_of_next_year"},
        "downgrade": {"kind": "full"},
        "base": "first_purchase",
        "tiers": [
            {
                "code": "silver",
                "name": " Silver ",
                "reach": {"any": {"spend": 35_000, "days": "8"}},
                "keep": {"any": {"days": 8, "spend": 35_000}},
            },
            {"code": "friend", "name": "Friend", "reach": None, "other_names": {}, "benefits": []},
        ],
    }
    facts = {"name": "Status", "other_names": {}, "is_main": False}
    version = write_ladder_version(
        programme=programme, code="status", definition=definition, valid_from=LATER, author=UserFactory.create(), **facts
    )
    approve_ladder(version=version, approver=UserFactory.create(), at=AT)

    again = read_programme_file(export_programme(programme=programme, on=LATER))

    assert again.sections["ladders"]["status"] == {
        "name": "Status",
        "metrics": {"spend": {"kind": "spend"}, "days": {"kind": "visits"}},
        "window": {"kind": "rolling", "days": 90},
        "tiers": [
            {"code": "silver", "name": "Silver", "reach": {"any": {"spend": "350.00", "days": 8}}},
            {"code": "friend", "name": "Friend"},
        ],
    }
    assert difference(file=again, programme=programme, on=LATER) == []


@pytest.mark.django_db
def test_a_ladder_that_changes_is_told_in_words_and_becomes_a_version_by_two_people():
    programme = live_programme(read_example())
    file = read_example(
        ("keep: {any: {spend: 200.00, visits: 6}}", "keep: {any: {spend: 250.00, visits: 6}}"), ("grace_days: 14", "grace_days: 30")
    )

    said = approved(programme, file)

    assert said == [
        "Ladder of tiers main changes",
        "downgrade.grace_days: 14 becomes 30",
        "tiers[1].keep.any.spend: 200.00 becomes 250.00",
    ]
    version = TierLadderVersion.objects.get(ladder__code="main", version=2)
    assert version.definition["tiers"][1]["keep"] == {"any": {"spend": 25_000, "visits": 6}}
    assert (version.valid_from, version.author == version.approver) == (LATER, False)
    assert difference(file=file, programme=programme, on=LATER) == []


@pytest.mark.django_db
def test_tiers_that_change_places_are_refused_with_their_line():
    programme = live_programme()
    swapped = read(
        (
            "{code: silver, name: Silver, reach: {all: {spend: 350.00}}, other_names: {tr: Gümüş}}",
            "{code: gold, name: Gold, reach: {all: {spend: 350.00}}}",
        ),
        ("{code: gold, name: Gold, reach: {all: {spend: 1000.00}}}", "{code: silver, name: Silver, reach: {all: {spend: 1000.00}}}"),
    )

    with pytest.raises(MalformedFile) as refused:
        difference(file=swapped, programme=programme, on=LATER)

    assert refused.value.lines[0].startswith("plain.yaml:29:7: ladders.main.tiers: Tiers keep their order")


@pytest.mark.django_db
def test_a_file_whose_ladders_are_none_of_them_the_main_one_is_exported_so():
    file = read(
        ("    name: Spend of the year\n", "    name: Spend of the year\n    main: false\n"), ("    when: member.tier in (silver, gold)\n", ""),
        ("tier: none, reasons", "reasons"), ("tier: silver, tier_until: 2027-12-31, ", ""), (", tier: none}", "}"),
    )  # fmt: skip
    programme = live_programme(file)

    assert read_programme_file(export_programme(programme=programme, on=FIRST_DAY)).sections == file.sections
    assert "main: false" in export_programme(programme=programme, on=FIRST_DAY)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{tier: {nights: sailor}}", "{tier: {nights: captain}}", "expect.tier: expected nights: captain, found nights: sailor"),
        (
            "{wait: 2027-09-15, expect: {tier: silver}}",
            "{wait: 2027-09-15, expect: {tier: gold}}",
            "expect.tier: expected gold, found silver",
        ),
    ],
)
def test_a_planted_tier_fails(old, new, said):
    file = read_example((old, new))

    found = [line for result in run_examples(file, at=AT) for line in result.lines(file)]

    assert len(found) == 1 and said in found[0], found


@pytest.mark.django_db
def test_a_ladder_of_its_own_comes_with_a_file():
    text = example()
    start = text.index("  nights:\n")
    end = re.compile(r"^[a-z_]+:", re.MULTILINE).search(text, start).start()
    without = (
        text[:start] + "\n" + text[end:].replace("when: member.tiers.nights = captain", "when: member.tier = gold").split("examples:")[0]
    )
    programme = live_programme(read_programme_file(without))

    changes = difference(file=read_example(), programme=programme, on=LATER)
    approved(programme, read_example())

    assert "Ladder of tiers nights is added" in told(changes)
    assert difference(file=read_example(), programme=programme, on=LATER) == []
