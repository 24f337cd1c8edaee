"""Allowances are given once a month and lapse; what is given away arrives, once; refusals change nothing."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from accounts.members.models import Member
from accounts.outbox.models import OutboxEvent
from accounts.programmes.queries import currency_of
from ledger.points.models import Movement, PointUnit
from ledger.points.queries import verify
from ledger.points.services import expire_due
from loyalty.kit.problems import Problem
from rewards.recognition.models import Allowance, Recognition
from rewards.recognition.queries import left_to_give, offered_on
from rewards.recognition.services import give_allowances
from rewards.setups.services import UnknownReference
from tests.rewards.recognition.stage import TERMS, colleague_in, company, gave, held, noon
from tests.rewards.setups.stage import set_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    return company()


@pytest.fixture
def ada(programme):
    return colleague_in(programme, attributes={"direct_reports": "3"})


@pytest.fixture
def grace(programme):
    return colleague_in(programme, "Grace")


def lapse(programme, on):
    for unit in PointUnit.objects.filter(programme=programme.pk):
        expire_due(unit=unit.pk, through_on=on.date(), at=on)


def test_45_of_100_go_to_a_colleague_and_55_lapse_on_the_first(programme, grace):
    mary = colleague_in(programme, "Mary")
    give_allowances(programme=programme, at=noon(3, 1))

    gave(mary, grace, 45, noon(3, 10))

    assert (held(mary, noon(3, 31)), held(grace, noon(3, 31))) == ({"allowance": 55, "points": 0}, {"allowance": 100, "points": 45})
    lapse(programme, noon(4, 1))
    assert (held(mary, noon(4, 1)), held(grace, noon(4, 1))) == ({"allowance": 0, "points": 0}, {"allowance": 0, "points": 45})
    give_allowances(programme=programme, at=noon(4, 1))
    assert held(mary, noon(4, 1)) == {"allowance": 100, "points": 0}
    assert verify() == []


def test_an_allowance_is_given_once_a_member_and_month(programme, ada, grace):
    given_at = [give_allowances(programme=programme, at=noon(*day)) for day in ((3, 1), (3, 1), (3, 20), (4, 1))]

    assert given_at == [2, 0, 0, 2]
    assert sorted(Allowance.objects.values_list("month", "units")) == [
        (dt.date(2025, 3, 1), 100),
        (dt.date(2025, 3, 1), 130),
        (dt.date(2025, 4, 1), 100),
        (dt.date(2025, 4, 1), 130),
    ]


def test_months_that_nobody_worked_in_are_not_made_up_for(programme, ada):
    give_allowances(programme=programme, at=noon(3, 1))
    give_allowances(programme=programme, at=noon(7, 9))

    assert list(Allowance.objects.order_by("month").values_list("month", flat=True)) == [dt.date(2025, 3, 1), dt.date(2025, 7, 1)]
    assert held(ada, noon(7, 9))["allowance"] == 130


def test_who_gives_before_the_work_of_the_month_has_the_allowance_at_once_and_not_twice(programme, ada, grace):
    offered = offered_on(programme, dt.date(2025, 3, 1))
    assert left_to_give(ada, offered, dt.date(2025, 3, 1)) == 130

    gave(ada, grace, 45, noon(3, 1))
    give_allowances(programme=programme, at=noon(3, 1))

    assert (held(ada, noon(3, 1))["allowance"], left_to_give(ada, offered, dt.date(2025, 3, 1))) == (85, 85)


def test_frozen_members_get_none_until_they_are_active_again(programme, ada):
    Member.objects.filter(pk=ada.pk).update(status="frozen")
    assert give_allowances(programme=programme, at=noon(3, 1)) == 0

    Member.objects.filter(pk=ada.pk).update(status="active")
    assert give_allowances(programme=programme, at=noon(3, 2)) == 1


def test_who_joins_late_gets_a_part_and_of_nothing_there_is_a_row_without_points():
    programme = company(monthly_units=1, prorate=True, extra={"attribute": "direct_reports", "each_units": 1, "most_units": 1})
    colleague_in(programme, "Mary")

    give_allowances(programme=programme, at=noon(1, 20))

    [row] = Allowance.objects.all()
    assert (row.units, row.movement) == (1, row.movement)
    late = colleague_in(programme, "Joan")
    Member.objects.filter(pk=late.pk).update(joined_at=noon(3, 31))
    assert give_allowances(programme=programme, at=noon(3, 31)) == 2
    assert Allowance.objects.get(member=late).units == 0


def test_the_same_number_gives_once_and_other_facts_are_refused(programme, ada, grace):
    first, again = (gave(ada, grace, 45, noon(3, 10)) for _again in range(2))

    assert (first.pk, held(grace, noon(3, 10))["points"]) == (again.pk, 45)
    with pytest.raises(Problem) as refused:
        gave(ada, grace, 46, noon(3, 10))
    assert refused.value.code == "external_id_conflict"


@pytest.mark.parametrize(
    ("change", "code", "reason"),
    [
        ({"units": 131}, "may_not_recognise", "not_enough_allowance"),
        ({"value": "luck"}, "may_not_recognise", "unknown_value"),
        ({"value": ""}, "may_not_recognise", "unknown_value"),
        ({"to": "self"}, "own_recognition", None),
        ({"to": "frozen"}, "receiver_not_found", None),
        ({"to": "elsewhere"}, "receiver_not_found", None),
        ({"giver": "frozen"}, "may_not_recognise", "member_not_active"),
    ],
)
def test_a_refusal_says_what_to_do_and_changes_nothing(programme, ada, grace, change, code, reason):
    frozen = colleague_in(programme, "Joan")
    Member.objects.filter(pk=frozen.pk).update(status="frozen")
    people = {"self": ada, "frozen": frozen, "elsewhere": None}
    if change.get("to") == "elsewhere":
        people["elsewhere"] = colleague_in(company(), "Mary")
    movements, events = Movement.objects.count(), OutboxEvent.objects.count()
    giver = people[change["giver"]] if "giver" in change else ada
    more = {"value": change["value"]} if "value" in change else {}

    with pytest.raises(Problem) as refused:
        gave(giver, people[change["to"]] if "to" in change else grace, change.get("units", 10), noon(3, 10), **more)

    assert (refused.value.code, refused.value.extra.get("reason")) == (code, reason)
    assert refused.value.detail.endswith(".")
    assert (Movement.objects.count(), OutboxEvent.objects.count(), Recognition.objects.count(), Allowance.objects.count()) == (
        movements,
        events,
        0,
        0,
    )


def test_nobody_recognises_too_often_in_a_day(programme, ada, grace):
    for number in range(5):
        gave(ada, grace, 1, noon(3, 10), f"G{number}")

    with pytest.raises(Problem) as refused:
        gave(ada, grace, 1, noon(3, 10), "G9")
    assert refused.value.extra["reason"] == "recognised_too_often"
    gave(ada, grace, 1, noon(3, 11), "G9")


def test_what_was_received_cannot_be_given_on(programme, ada, grace):
    gave(ada, grace, 130, noon(3, 10))
    gave(grace, ada, 100, noon(3, 10), "G2")

    with pytest.raises(Problem) as refused:
        gave(grace, ada, 1, noon(3, 10), "G3")

    assert refused.value.extra == {"reason": "not_enough_allowance", "left": 0}
    assert held(grace, noon(3, 10)) == {"allowance": 0, "points": 130}


def test_without_recognition_nobody_gives(ada, grace, programme):
    with pytest.raises(Problem) as refused:
        gave(ada, grace, 1, noon(12, 31, 2024))

    assert refused.value.code == "recognition_not_offered"


def test_people_hear_of_it(programme, ada, grace):
    row = gave(ada, grace, 45, noon(3, 10))

    events = OutboxEvent.objects.filter(topic__startswith="recognition.").order_by("topic")
    assert [(event.topic, event.member_id, event.payload["recognition"]) for event in events] == [
        ("recognition.given", ada.pk, str(row.pk)),
        ("recognition.received", grace.pk, str(row.pk)),
    ]


def test_rows_are_only_added_but_a_message_can_be_forgotten(programme, ada, grace):
    row = gave(ada, grace, 45, noon(3, 10))

    for change in ({"units": 46}, {"message": "Other"}, {"message": "", "value": ""}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Recognition.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Allowance.objects.update(units=1)
    assert Recognition.objects.filter(pk=row.pk).update(message="") == 1


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.lists(some.tuples(some.booleans(), some.integers(1, 80)), max_size=6))
def test_no_point_is_lost_or_doubled(programme, grace, gifts):
    with transaction.atomic():
        mary = colleague_in(programme, "Mary")
        sums = {mary.pk: [100, 0], grace.pk: [100, 0]}
        give_allowances(programme=programme, at=noon(3, 1))
        for place, (is_marys, units) in enumerate(gifts):
            giver, receiver = (mary, grace) if is_marys else (grace, mary)
            try:
                gave(giver, receiver, units, noon(3, 2 + place), f"H{place}")
            except Problem:
                assert units > sums[giver.pk][0]
            else:
                sums[giver.pk][0] -= units
                sums[receiver.pk][1] += units
        for member in (mary, grace):
            assert held(member, noon(3, 20)) == dict(zip(("allowance", "points"), sums[member.pk], strict=True))
        assert verify() == []
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("more", "pointer"),
    [({"allowance": "points"}, "/allowance"), ({"earned": "allowance"}, "/earned"), ({"allowance": "gold"}, "/allowance")],
)
def test_currencies_must_fit(programme, more, pointer):
    both = {"allowance": "allowance", "earned": currency_of(programme).code}

    with pytest.raises(UnknownReference) as refused:
        set_up(programme, "recognition", "recognition", both | TERMS | more)

    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_what_arrives_is_valued_where_the_book_accrues_it(programme, ada, grace):
    row = gave(ada, grace, 45, noon(3, 10))
    assert Movement.objects.get(pk=row.received_movement).ssp_point == Decimal(1)
    assert Movement.objects.get(pk=row.given_movement).occurred_at == noon(3, 10).astimezone(timezone.get_current_timezone())

    book = programme.legal_entity.book
    book.accrues_employee_points = False
    book.save()
    row = gave(ada, grace, 5, noon(3, 10), "G2")
    assert Movement.objects.get(pk=row.received_movement).ssp_point is None
