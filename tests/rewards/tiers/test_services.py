"""Counting what members spend, and writing down what they reach."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from loyalty.kit.ids import uuid7
from loyalty.kit.rows import RuleBroken
from rewards.tiers.domain import KeepsThrough
from rewards.tiers.models import MemberYear, TierStanding
from rewards.tiers.queries import days_reached, history, progress, standing, standings
from rewards.tiers.services import TiersDoNotRise, TierTerms, open_ladder, record_spend
from tests.accounts.factories import MemberFactory, ProgrammeFactory
from tests.rewards.factories import LadderFactory, bought, brought_back
from tests.rewards.witness import refused

pytestmark = pytest.mark.django_db

JAN, MAR, MAY, DEC = dt.date(2026, 1, 5), dt.date(2026, 3, 5), dt.date(2026, 5, 5), dt.date(2026, 12, 30)


@pytest.fixture
def member():
    return MemberFactory.create(programme=LadderFactory.create().programme)


def rows(member):
    found = TierStanding.objects.filter(member=member).order_by("id")
    return [(row.tier.code, row.reason, row.year, row.from_on, row.to_on) for row in found]


def test_it_counts_spend_and_reaches_tiers(member):
    first = record_spend(spends=[bought(member, 99_999, JAN)])
    receipt = uuid7()
    second = record_spend(spends=[bought(member, 1, MAR, evidence=receipt)])

    assert [step.code for step in first[member.pk].reached] == ["bronze"]
    assert [step.code for step in second[member.pk].reached] == ["silver"]
    year = MemberYear.objects.get(member=member)
    assert (year.year, year.spend_minor, year.purchases, year.last_on) == (2026, 100_000, 2, MAR)
    through = dt.date(2027, 12, 31)
    assert rows(member) == [("bronze", "reached", 2026, JAN, through), ("silver", "reached", 2026, MAR, through)]
    assert TierStanding.objects.get(tier__code="silver").evidence == receipt


def test_a_purchase_that_changes_no_tier_costs_one_statement(member, django_assert_num_queries):
    record_spend(spends=[bought(member, 500, JAN)])

    with django_assert_num_queries(1):
        change = record_spend(spends=[bought(member, 500, MAR)])

    assert change == {member.pk: None}


def test_a_batch_costs_one_statement_and_one_more_for_what_is_reached(member, django_assert_num_queries):
    others = [MemberFactory.create(programme=member.programme) for _ in range(3)]
    record_spend(spends=[bought(member, 500, JAN)])

    with django_assert_num_queries(2):
        changes = record_spend(spends=[bought(one, 500, MAR) for one in (*others, member)])

    assert [changes[one.pk] is not None for one in (*others, member)] == [True, True, True, False]


def test_spends_of_one_member_in_one_call_count_in_order(member):
    spends = [bought(member, 60_000, JAN), bought(member, 60_000, MAR), brought_back(member, 60_000, MAY), bought(member, 50_000, DEC)]

    change = record_spend(spends=spends)[member.pk]

    assert [step.code for step in change.reached] == ["bronze", "silver", "silver"]
    assert [step.code for step in change.lost] == ["silver"]
    assert [(code, reason, on) for code, reason, _year, on, _to in rows(member)] == [
        ("bronze", "reached", JAN),
        ("silver", "reached", MAR),
        ("silver", "returned", MAY),
        ("silver", "reached", DEC),
    ]


def test_a_return_takes_tiers_back_and_a_whole_one_all_of_them(member):
    record_spend(spends=[bought(member, 120_000, JAN)])

    part = record_spend(spends=[brought_back(member, 20_001, MAR)])[member.pk]
    whole = record_spend(spends=[brought_back(member, 99_999, MAY, whole=True)])[member.pk]

    assert [step.code for step in part.lost] == ["silver"]
    assert [step.code for step in whole.lost] == ["bronze"]
    assert standing(member, dt.date(2026, 3, 4)).tier.code == "silver"
    assert standing(member, MAR).tier.code == "bronze"
    assert standing(member, MAY) is None


def test_a_return_of_last_years_purchase_counts_in_last_year(member):
    record_spend(spends=[bought(member, 100_000, DEC)])
    next_january = dt.date(2027, 1, 10)

    record_spend(spends=[brought_back(member, 1, next_january, year=2026)])

    assert MemberYear.objects.get(member=member).last_on == dt.date(2026, 12, 31)
    assert standing(member, dt.date(2027, 1, 9)).tier.code == "silver"
    assert standing(member, next_january).tier.code == "bronze"


def test_the_calendar_year_begins_anew_and_the_tier_is_kept_through_it(member):
    record_spend(spends=[bought(member, 150_000, DEC)])

    record_spend(spends=[bought(member, 100, dt.date(2027, 1, 2))])

    assert standing(member, dt.date(2027, 12, 31)).tier.code == "silver"
    assert standing(member, dt.date(2028, 1, 1)).tier.code == "bronze"
    assert standing(member, dt.date(2029, 1, 1)) is None


def test_a_ladder_may_keep_tiers_only_to_the_end_of_the_year():
    ladder = LadderFactory.create(keeps_through=KeepsThrough.END_OF_YEAR)
    member = MemberFactory.create(programme=ladder.programme)

    record_spend(spends=[bought(member, 150_000, MAR)])

    assert standing(member, dt.date(2026, 12, 31)).through_on == dt.date(2026, 12, 31)
    assert standing(member, dt.date(2027, 1, 1)) is None


def test_a_late_purchase_reaches_on_the_day_up_to_which_the_year_is_known(member):
    record_spend(spends=[bought(member, 60_000, MAY)])

    record_spend(spends=[bought(member, 60_000, JAN)])

    assert days_reached([member.pk], 2026) == {member.pk: {"bronze": MAY, "silver": MAY}}


def test_a_late_purchase_dates_tiers_exactly_when_the_days_are_known(member):
    record_spend(spends=[bought(member, 60_000, MAR), bought(member, 60_000, MAY)])
    days = {(member.pk, 2026): [(JAN, 50_000), (MAR, 60_000), (MAY, 60_000)]}

    record_spend(spends=[bought(member, 50_000, JAN)], daily_spend=lambda late: {key: days[key] for key in late})

    assert days_reached([member.pk], 2026) == {member.pk: {"bronze": JAN, "silver": MAR}}
    assert standing(member, MAR).tier.code == "silver"


def test_a_member_of_a_programme_without_ladder_is_counted_and_reaches_when_there_is_one():
    member = MemberFactory.create()
    record_spend(spends=[bought(member, 120_000, JAN)])
    open_ladder(programme=member.programme, name="Late", tiers=[TierTerms(code="silver", name="Silver", threshold_minor=100_000)])

    change = record_spend(spends=[bought(member, 1, MAR)])[member.pk]

    assert [step.code for step in change.reached] == ["silver"]


def test_nobody_can_bring_back_more_than_they_bought(member):
    record_spend(spends=[bought(member, 100, JAN)])

    with pytest.raises(IntegrityError, match="member_year_spend_is_not_negative"), transaction.atomic():
        record_spend(spends=[brought_back(member, 101, MAR)])


def test_what_was_reached_is_never_edited(member):
    record_spend(spends=[bought(member, 100, JAN)])

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        TierStanding.objects.update(from_on=MAR)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        TierStanding.objects.all().delete()


def test_thresholds_must_rise():
    programme = ProgrammeFactory.create()
    tiers = [TierTerms(code="a", name="A", threshold_minor=5), TierTerms(code="b", name="B", threshold_minor=5)]

    with refused(TiersDoNotRise):
        open_ladder(programme=programme, name="Flat", tiers=tiers)


def test_a_programme_has_one_ladder(member):
    with refused(RuleBroken):
        LadderFactory.create(programme=member.programme)


def test_progress_says_what_is_missing(member):
    record_spend(spends=[bought(member, 100_050, JAN)])

    now, next_year = progress(member, MAR), progress(member, dt.date(2027, 1, 1))

    assert (now.current.tier.code, now.spend_minor, now.next_tier.code, now.missing_minor) == ("silver", 100_050, "gold", 199_950)
    assert now.keep_missing_minor == 0
    assert (next_year.current.tier.code, next_year.missing_minor, next_year.keep_missing_minor) == ("silver", 300_000, 100_000)


def test_progress_of_somebody_new_points_at_the_first_tier(member):
    found = progress(member, JAN)

    assert (found.current, found.next_tier.code, found.missing_minor) == (None, "bronze", 0)


def test_progress_at_the_top_has_nothing_next(member):
    record_spend(spends=[bought(member, 300_000, JAN)])

    assert progress(member, JAN).next_tier is None


def test_standings_of_many_are_one_query(member, django_assert_num_queries):
    other = MemberFactory.create(programme=member.programme)
    record_spend(spends=[bought(member, 100, JAN), bought(other, 100_000, JAN)])

    with django_assert_num_queries(1):
        found = standings([member.pk, other.pk, uuid7()], MAR)

    assert {key: one.tier.code for key, one in found.items()} == {member.pk: "bronze", other.pk: "silver"}


def test_history_ends_with_the_last_tier(member):
    record_spend(spends=[bought(member, 100_000, JAN)])

    chapters = history(member)

    assert [(chapter.tier and chapter.tier.code, chapter.from_on, chapter.to_on) for chapter in chapters] == [
        ("silver", JAN, dt.date(2027, 12, 31)),
        (None, dt.date(2028, 1, 1), None),
    ]
