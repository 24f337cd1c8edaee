"""Days that members choose, and what purchases on them earn."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from accounts.members.models import Member
from loyalty.kit.money import Money
from rewards.chosen_days.domain import Span
from rewards.chosen_days.models import DayChoice
from rewards.chosen_days.queries import NoSuchChosenDay, choosings_of
from rewards.chosen_days.services import DayChosenBefore, DayNotToChoose, choose_day
from rewards.earning.queries import explanations
from rewards.events.services import MemberNotActive
from rewards.purchases.domain import PurchaseFacts, whole_line
from rewards.purchases.services import ReturnFacts, preview_purchase, record_purchase, record_return
from rewards.setups.domain import SetupKind
from rewards.setups.services import UnknownReference
from tests.accounts.factories import MemberFactory
from tests.rewards.chosen_days.stage import choosing_club, noon
from tests.rewards.factories import wallet
from tests.rewards.setups.stage import rule_for, set_up

pytestmark = pytest.mark.django_db
JAN_31 = dt.date(2026, 1, 31)


@pytest.fixture
def member():
    return MemberFactory.create(programme=choosing_club())


def bought(member, at, number="R1", *, recorded_at=None, act=record_purchase):
    lines = (whole_line(Money(10_00, "EUR")),)
    facts = PurchaseFacts("till", number, at, "EUR", "store", lines, member=member.pk)
    return act(programme=member.programme, facts=facts, at=recorded_at or at).purchase


def refused(problem, member, day, at, code="double"):
    before = DayChoice.objects.count()
    with pytest.raises(problem) as raised:
        choose_day(member=member, code=code, day=day, at=at)
    assert DayChoice.objects.count() == before
    return raised.value


def test_the_chosen_day_counts_twice_and_comes_back_twice(member):
    choose_day(member=member, code="double", day=JAN_31, at=noon(1, 15))

    before, on_it = bought(member, noon(1, 30)), bought(member, noon(1, 31), "R2")

    assert (before.units, on_it.units, wallet(member)) == (10, 20, (30, 0))
    assert (before.facts["facts"], on_it.facts["facts"]) == ({"chosen_day.double": "2026-01-31"}, {"chosen_day.double": "today"})
    choose_day(member=member, code="double", day=dt.date(2026, 2, 3), at=noon(1, 31))
    record_return(purchase=on_it, facts=ReturnFacts("till", "B1", noon(2, 3), None, None), at=noon(2, 3))
    assert wallet(member) == (10, 0)


def test_a_late_purchase_is_judged_by_the_choice_of_its_day(member):
    choose_day(member=member, code="double", day=JAN_31, at=noon(1, 15))
    choose_day(member=member, code="double", day=dt.date(2026, 2, 10), at=noon(2, 2))

    assert bought(member, noon(1, 31), recorded_at=noon(2, 5)).units == 20


def test_why_tells_the_day_that_was_chosen_and_where_to_choose_one(member):
    def why(at):
        story = explanations(bought(member, at, act=preview_purchase).evaluation, currency="EUR", locale="en")
        return next(one.why for one in story if one.name == "Twice")

    assert why(noon(1, 30)) == "No day was chosen for this period. A day is chosen ahead of time under Your days."
    choose_day(member=member, code="double", day=JAN_31, at=noon(1, 15))

    assert why(noon(1, 30)) == "It counts on the chosen day: Saturday 31 January 2026."


def test_a_day_is_not_chosen_for_today_the_past_or_far_ahead(member):
    for day in (dt.date(2026, 1, 14), dt.date(2026, 1, 15), dt.date(2026, 3, 1), dt.date(9999, 12, 31), dt.date(1, 1, 1)):
        refused(DayNotToChoose, member, day, noon(1, 15))


def test_the_choice_of_a_period_that_has_begun_stands_and_the_next_may_change(member):
    choose_day(member=member, code="double", day=JAN_31, at=noon(1, 15))

    told = refused(DayChosenBefore, member, dt.date(2026, 1, 20), noon(1, 16))
    choose_day(member=member, code="double", day=dt.date(2026, 2, 10), at=noon(1, 16))
    choose_day(member=member, code="double", day=dt.date(2026, 2, 20), at=noon(1, 17))

    assert told.extra == {"from_on": "2026-02-01"}
    [one] = choosings_of(member, dt.date(2026, 1, 18))
    assert (one.chosen_now, one.chosen_next) == (JAN_31, dt.date(2026, 2, 20))
    refused(DayChosenBefore, member, dt.date(2026, 2, 25), noon(2, 1))
    assert [bought(member, noon(2, day), f"R{day}").units for day in (10, 20, 25)] == [10, 20, 10]


def test_no_day_is_chosen_twice_when_the_periods_become_longer(member):
    """15 January is a Thursday: its week goes from the 12th to the 18th."""
    programme, day = member.programme, lambda number: dt.date(2026, 1, number)
    set_up(programme, SetupKind.CHOSEN_DAY, "double", {"every": "week"}, valid_from=day(5))
    choose_day(member=member, code="double", day=day(14), at=noon(1, 12))
    set_up(programme, SetupKind.CHOSEN_DAY, "double", {"every": "month"}, valid_from=day(15))

    told = refused(DayChosenBefore, member, day(17), noon(1, 15))
    later = choose_day(member=member, code="double", day=day(30), at=noon(1, 15)).choice

    assert told.extra == {"from_on": "2026-01-19"}
    assert (later.first_on, later.through_on) == (day(19), JAN_31)
    [one] = choosings_of(member, day(15))
    assert (one.now, one.chosen_now, one.next, one.chosen_next) == (Span(day(12), day(18)), day(14), Span(day(19), JAN_31), day(30))
    assert [bought(member, noon(1, number), f"R{number}").units for number in (14, 17, 30)] == [20, 10, 20]


def test_no_day_is_chosen_twice_when_the_periods_become_shorter(member):
    choose_day(member=member, code="double", day=dt.date(2026, 1, 14), at=noon(1, 10))
    set_up(member.programme, SetupKind.CHOSEN_DAY, "double", {"every": "week"}, valid_from=dt.date(2026, 1, 15))

    refused(DayChosenBefore, member, dt.date(2026, 1, 20), noon(1, 15))
    refused(DayNotToChoose, member, dt.date(2026, 2, 2), noon(1, 15))
    first = choose_day(member=member, code="double", day=dt.date(2026, 2, 1), at=noon(1, 15)).choice

    assert (first.first_on, first.through_on) == (dt.date(2026, 2, 1), dt.date(2026, 2, 1))


def test_the_database_holds_spans_apart(member):
    choice = choose_day(member=member, code="double", day=JAN_31, at=noon(1, 15)).choice
    values = {"setup": choice.setup, "member": member, "number": 1, "chosen_at": noon(1, 15), "chosen_on": dt.date(2026, 1, 15)}
    spans = [(dt.date(2026, 1, 26), dt.date(2026, 2, 1)), (dt.date(2026, 1, 1), dt.date(2026, 1, 25))]

    for first, through in spans:
        with pytest.raises(DatabaseError), transaction.atomic():
            DayChoice.objects.create(first_on=first, through_on=through, day=through, **values | {"number": 2})
        with pytest.raises(DatabaseError), transaction.atomic():
            DayChoice.objects.create(first_on=first, through_on=through, day=through, **values)
    assert DayChoice.objects.count() == 1


def test_the_same_day_once_more_changes_nothing(member):
    first = choose_day(member=member, code="double", day=JAN_31, at=noon(1, 15))

    again = choose_day(member=member, code="double", day=JAN_31, at=noon(1, 31))

    assert (again.choice, again.replayed, DayChoice.objects.count()) == (first.choice, True, 1)


def test_who_is_not_active_and_what_is_not_there_is_refused(member):
    refused(NoSuchChosenDay, member, JAN_31, noon(1, 15), "triple")
    Member.objects.filter(pk=member.pk).update(status="blocked")
    member.refresh_from_db()

    refused(MemberNotActive, member, JAN_31, noon(1, 15))


def test_choices_are_only_added(member):
    row = choose_day(member=member, code="double", day=JAN_31, at=noon(1, 15)).choice

    for act in (lambda: DayChoice.objects.update(day=dt.date(2026, 1, 20)), lambda: DayChoice.objects.filter(pk=row.pk).delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_another_member_and_another_programme_have_their_own_days(member):
    choose_day(member=member, code="double", day=JAN_31, at=noon(1, 15))
    friend, stranger = MemberFactory.create(programme=member.programme), MemberFactory.create(programme=choosing_club())

    assert [bought(one, noon(1, 31), f"F{one.pk}").units for one in (friend, stranger)] == [10, 10]


def test_a_rule_asks_only_for_what_is_set_up(member):
    with pytest.raises(UnknownReference):
        rule_for(member.programme, "odd", kind="multiplier", factor="2", when={"field": "chosen_day.odd", "op": "eq", "value": "today"})
