"""Rules that ask for more than amounts: the facts come from where the purchase happens, and a return is judged by the same facts."""

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from accounts.programmes.queries import currency_of
from accounts.programmes.services import change_programme_state
from ledger.points.queries import holdings, verify
from loyalty.kit.money import Money
from rewards.earning.models import RuleUse
from rewards.earning.services import write_first_rule
from rewards.purchases.domain import LineFacts, whole_line
from rewards.purchases.models import Purchase
from rewards.purchases.services import ReturnFacts, record_purchase, record_purchases, record_return
from rewards.purchases.surroundings import categories_fact
from rewards.referrals.models import Referral
from tests.accounts.factories import AT, MemberFactory, ProgrammeFactory
from tests.rewards.factories import LadderFactory
from tests.rewards.purchases.conftest import FIRST_DAY, purchase_of

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def open_with(*definitions: dict[str, Any], **more: Any):
    programme = ProgrammeFactory.create(state="draft", **more)
    for place, definition in enumerate(definitions):
        write_first_rule(
            programme=programme,
            code=f"r{place}",
            name=f"Rule {place}",
            currency=currency_of(programme),
            definition=definition,
            valid_from=FIRST_DAY,
            at=AT,
        )
    return change_programme_state(programme=programme, state="live")


def buy(member, *prices: int, at: dt.datetime = AT, receipt: str = "R1", **facts: Any) -> Purchase:
    whole = purchase_of(member, *prices, occurred_at=at, external_id=receipt, **facts)
    return record_purchase(programme=member.programme, facts=whole, at=at).purchase


def bring_back(purchase: Purchase, *lines: str, at: dt.datetime, receipt: str = "B1") -> int:
    facts = ReturnFacts("till", receipt, at, tuple((line, Decimal(1)) for line in lines) or None)
    return record_return(purchase=purchase, facts=facts, at=at).returned.reversed_units


def has(member, at: dt.datetime = AT) -> int:
    return sum(of.available for of in holdings(points_account=member.points_account_id, today=at.date()))


def fixed(points: int = 10, **more: Any) -> dict[str, Any]:
    return {"kind": "fixed", "points": points} | more


def when(field: str, op: str, value: Any) -> dict[str, Any]:
    return {"when": {"field": field, "op": op, "value": value}}


@pytest.mark.parametrize(
    ("condition", "facts"),
    [
        (when("order.codes", "has", "PROMO10"), {"codes": ("PROMO10",)}),
        (when("order.tenders", "has", "store_card"), {"tender_kinds": ("card", "store_card")}),
        (when("order.channel", "eq", "web"), {"channel": "web"}),
        (when("time.weekday", "eq", "sat"), {"occurred_at": AT + DAY * ((5 - AT.weekday()) % 7) - DAY * 7}),
    ],
)
def test_a_rule_counts_where_its_condition_holds(condition, facts) -> None:
    programme = open_with(fixed(**condition))
    member = MemberFactory.create(programme=programme)

    counted = record_purchase(programme=programme, facts=purchase_of(member, 100, **facts), at=AT).purchase
    plain = record_purchase(
        programme=programme, facts=purchase_of(member, 100, external_id="R2", occurred_at=AT - DAY * ((AT.weekday() - 6) % 7)), at=AT
    ).purchase

    assert (counted.units, plain.units) == (10, 0)
    assert plain.evaluation[0]["reason"] == "condition_not_met"


def test_flags_of_lines_choose_what_counts() -> None:
    programme = open_with({"points": 1, "step_minor": 100, "where": {"field": "flags", "op": "has", "value": "full_price"}})
    member = MemberFactory.create(programme=programme)
    facts = purchase_of(member, 500)
    marked = LineFacts("2", "B", "", "", Decimal(1), 700, flags=("full_price",))

    purchase = record_purchase(programme=programme, facts=dataclasses.replace(facts, lines=(*facts.lines, marked)), at=AT).purchase

    assert purchase.units == 7


def test_the_first_purchase_is_the_first_one_that_was_kept() -> None:
    programme = open_with(fixed(**when("order.nth", "eq", 1)))
    member = MemberFactory.create(programme=programme)

    first, second = buy(member, 100), buy(member, 100, receipt="R2")
    bring_back(first, at=AT + DAY)
    bring_back(second, at=AT + DAY, receipt="B2")
    third = buy(member, 100, receipt="R3", at=AT + DAY)

    assert (first.units, second.units, third.units) == (10, 0, 10)
    assert has(member, AT + DAY) == 10


def test_a_batch_counts_like_one_purchase_after_the_other() -> None:
    programme = open_with(fixed(**when("order.nth", "le", 2)))
    member, other = MemberFactory.create_batch(2, programme=programme)
    facts = [purchase_of(who, 100, external_id=f"{who.pk}-{n}") for n in range(3) for who in (member, other)]

    records = record_purchases(programme=programme, purchases=facts, at=AT)

    assert [record.purchase.units for record in records] == [10, 10, 10, 10, 0, 0]


def test_what_was_bought_before_counts_in_its_window() -> None:
    programme = open_with(fixed(**when("history.spend.30d", "ge", 10_000)))
    member = MemberFactory.create(programme=programme)
    start = AT - DAY * 40

    early = buy(member, 6_000, at=start, receipt="R1")
    buy(member, 5_000, at=start + DAY * 5, receipt="R2")
    within, without = buy(member, 100, at=start + DAY * 29, receipt="R3"), buy(member, 100, at=start + DAY * 30, receipt="R4")

    assert (early.units, within.units, without.units) == (0, 10, 0)
    assert within.facts == {"facts": {"history.spend.30d": 11_000}}
    assert without.evaluation[0]["miss"] == {
        "wanted": {"field": "history.spend.30d", "op": "ge", "value": 10_000},
        "found": 5_100,
        "missing": 4_900,
    }


def test_categories_bought_before_count_until_their_lines_come_back() -> None:
    programme = open_with(fixed(**when("history.categories.30d", "lacks", "food")))
    member, start = MemberFactory.create(programme=programme), AT - DAY * 40

    first = buy(member, 100, 200, at=start)
    again = buy(member, 100, at=start + DAY * 29, receipt="R2")
    bring_back(again, at=start + DAY * 29)
    partly = bring_back(first, "1", at=start + DAY * 29, receipt="B2")
    known = buy(member, 100, at=start + DAY * 29, receipt="R3")
    bring_back(known, at=start + DAY * 29, receipt="B3")
    later = buy(member, 100, at=start + DAY * 30, receipt="R4")

    assert (first.units, again.units, partly, known.units, later.units) == (10, 0, 0, 0, 10)
    assert known.facts == {"facts": {"history.categories.30d": ["food"]}} and first.facts == {"facts": {"history.categories.30d": []}}


def test_a_category_stands_for_those_above_it() -> None:
    day = AT.date()
    bought = [(day, "food/bread/rye"), (day - DAY, "toys"), (day - DAY * 9, "books")]

    assert categories_fact("history.categories.7d", bought, day) == {"food", "food/bread", "food/bread/rye", "toys"}


@pytest.mark.parametrize("state", ["waiting", "refused"])
def test_a_friend_is_known_since_the_code_was_named(state) -> None:
    programme = open_with(fixed(**when("member.referred_days", "le", 3)))
    advocate, friend = MemberFactory.create_batch(2, programme=programme)
    reason = "not_new" if state == "refused" else ""
    Referral.objects.create(
        programme=programme, advocate=advocate, friend=friend, state=state, reason=reason, claimed_at=AT, claimed_on=AT.date()
    )
    given = 10 if state == "waiting" else 0

    bought = [buy(friend, 100, at=AT + DAY * number, receipt=f"R{number}").units for number in (-1, 0, 3, 4)]

    assert bought == [0, given, given, 0] and buy(advocate, 100).units == 0


def test_the_tier_before_the_purchase_counts() -> None:
    programme = open_with({"points": 1, "step_minor": 100}, {"kind": "multiplier", "factor": 2, **when("member.tier", "eq", "silver")})
    LadderFactory.create(programme=programme)
    member = MemberFactory.create(programme=programme)

    first, second = buy(member, 100_000), buy(member, 5_000, receipt="R2", at=AT + DAY)

    assert (first.units, second.units) == (1_000, 100)
    assert bring_back(second, at=AT + DAY * 2) == 100


def test_a_birthday_is_a_day_of_the_member() -> None:
    programme = open_with(fixed(**when("member.birthday_ago", "le", 6)))
    born = (AT - DAY * 3).date().replace(year=1990)
    member, other = MemberFactory.create(programme=programme, birth_date=born), MemberFactory.create(programme=programme, birth_date=None)

    assert (buy(member, 100).units, buy(other, 100, receipt="R2").units) == (10, 0)


def test_a_cap_counts_over_purchases_and_gets_its_room_back_by_a_return() -> None:
    programme = open_with({"points": 1, "step_minor": 100, "caps": [{"units": 50, "per": "day"}]})
    member = MemberFactory.create(programme=programme)

    first, second = buy(member, 3_000), buy(member, 3_000, receipt="R2")
    assert (first.units, second.units, second.evaluation[0]["before_cap"]) == (30, 20, 30)
    assert bring_back(first, at=AT) == 30
    third, tomorrow = buy(member, 4_000, receipt="R3"), buy(member, 4_000, receipt="R4", at=AT + DAY)

    assert (third.units, tomorrow.units) == (30, 40)
    assert sum(RuleUse.objects.filter(business_on=third.business_on).values_list("units", flat=True)) == 50
    assert verify() == []


def test_a_return_under_a_ceiling_leaves_what_the_rest_would_have_earned() -> None:
    programme = open_with({"points": 15, "step_minor": 100}, {"kind": "ceiling", "rate": 10})
    member = MemberFactory.create(programme=programme)

    purchase = buy(member, 3_000, 1_050)

    assert (purchase.units, [of["reason"] for of in purchase.evaluation]) == (405, ["capped", "ceiling_reached"])
    assert bring_back(purchase, "1", at=AT) == 300
    assert bring_back(purchase, at=AT, receipt="B2") == 105
    assert (has(member), verify()) == (0, [])


def test_of_a_daily_group_the_first_offer_of_the_day_counts_until_its_purchase_comes_back() -> None:
    offers = {"group": {"name": "offers", "mode": "best", "per": "day"}}
    programme = open_with(fixed(20, **offers, **when("order.codes", "has", "A")), fixed(50, **offers, **when("order.codes", "has", "B")))
    member, other = MemberFactory.create(programme=programme), MemberFactory.create(programme=programme)

    first, second = buy(member, 100, codes=("A",)), buy(member, 100, codes=("A", "B"), receipt="R2")
    assert (first.units, second.units) == (20, 20)
    assert [of["reason"] for of in second.evaluation] == ["matched", "another_rule_counted"]
    assert buy(other, 100, codes=("B",), receipt="R3").units == 50
    assert buy(member, 100, codes=("B",), receipt="R4", at=AT + DAY).units == 50

    assert bring_back(first, at=AT) + bring_back(second, at=AT, receipt="B2") == 40
    assert buy(member, 100, codes=("B",), receipt="R5").units == 50
    assert verify() == []


def test_purchases_of_one_batch_share_the_day_of_a_daily_group() -> None:
    offers = {"group": {"name": "offers", "mode": "first", "per": "day"}}
    programme = open_with(fixed(20, **offers, **when("order.codes", "has", "A")), fixed(50, **offers, **when("order.codes", "has", "B")))
    member = MemberFactory.create(programme=programme)
    facts = [purchase_of(member, 100, occurred_at=AT, external_id=f"R{place}", codes=(code,)) for place, code in enumerate(("B", "A", "B"))]

    records = record_purchases(programme=programme, purchases=facts, at=AT)

    assert [record.purchase.units for record in records] == [50, 0, 50]


def test_a_limit_of_uses_forgets_a_purchase_that_came_back() -> None:
    programme = open_with(fixed(caps=[{"uses": 1, "per": "lifetime"}]))
    member = MemberFactory.create(programme=programme)

    first, refused = buy(member, 100), buy(member, 100, receipt="R2")
    bring_back(first, at=AT)
    again = buy(member, 100, receipt="R3")

    assert [one.units for one in (first, refused, again)] == [10, 0, 10]
    assert refused.evaluation[0]["reason"] == "cap_reached"


def test_a_cap_holds_in_a_batch() -> None:
    programme = open_with(fixed(caps=[{"uses": 2, "per": "lifetime"}]))
    member = MemberFactory.create(programme=programme)

    records = record_purchases(programme=programme, purchases=[purchase_of(member, 100, external_id=f"R{n}") for n in range(4)], at=AT)

    assert [record.purchase.units for record in records] == [10, 10, 0, 0]


@pytest.mark.parametrize("per", ["month", "lifetime", "30d"])
def test_a_limit_holds_for_a_purchase_that_comes_late(per) -> None:
    programme = open_with(fixed(caps=[{"units": 15, "per": per}]))
    member = MemberFactory.create(programme=programme)
    late = dt.datetime(2026, 5, 5, 12, tzinfo=dt.UTC)

    on_time = buy(member, 100, at=late + DAY * 5)
    before = buy(member, 100, at=late, receipt="R2")
    third = buy(member, 100, at=late - DAY, receipt="R3")

    assert [one.units for one in (on_time, before, third)] == [10, 5, 0]


def test_a_limit_of_days_counts_the_fullest_of_its_windows() -> None:
    programme = open_with(fixed(caps=[{"units": 25, "per": "7d"}]))
    member = MemberFactory.create(programme=programme)
    start = AT - DAY * 40

    units = [buy(member, 100, at=start + DAY * day, receipt=f"R{day}").units for day in (0, 1, 9, 12, 6, 7)]

    assert units == [10, 10, 10, 10, 5, 0]


def test_a_limit_counts_what_was_given_and_not_what_less_would_have_earned() -> None:
    programme = open_with(fixed(20, caps=[{"units": 20, "per": "month"}], **when("order.price", "le", 5_000)))
    member = MemberFactory.create(programme=programme)
    dear = buy(member, 4_000, 4_000)

    assert bring_back(dear, "1", at=AT) == 0
    cheap = buy(member, 4_000, receipt="R2")
    assert bring_back(dear, "2", at=AT, receipt="B2") == 0
    again = buy(member, 4_000, receipt="R3")

    assert [one.units for one in (dear, cheap, again)] == [0, 20, 0]


def test_a_batch_lifts_a_member_before_the_next_purchase_counts() -> None:
    programme = open_with({"points": 1, "step_minor": 100}, {"kind": "multiplier", "factor": 2, **when("member.tier", "eq", "silver")})
    LadderFactory.create(programme=programme)
    member = MemberFactory.create(programme=programme)
    facts = [
        purchase_of(member, 100_000, occurred_at=AT - DAY),
        purchase_of(member, 5_000, external_id="R2"),
    ]

    records = record_purchases(programme=programme, purchases=facts, at=AT)

    assert [record.purchase.units for record in records] == [1_000, 100]


def test_a_purchase_keeps_only_what_its_own_rules_asked_for() -> None:
    of_sku = [
        fixed(caps=[{"units": 50, "per": "day"}], where={"field": "sku", "op": "eq", "value": f"A{n}"}, **when("order.nth", "ge", n))
        for n in range(1, 102)
    ]
    of_sku[5] |= when("member.tier", "ne", "gold")
    programme = open_with(*of_sku)
    member = MemberFactory.create(programme=programme)

    purchase = buy(member, 100)

    assert purchase.units == 10
    assert purchase.facts == {"facts": {"order.nth": 1}, "used": {"r0:units:day": 0}}


def test_a_step_that_is_no_longer_reached_is_taken_back_whole() -> None:
    programme = open_with({"points": 10, "step_minor": 5_000})
    member = MemberFactory.create(programme=programme)
    purchase = buy(member, 8_000, 4_345)

    assert purchase.units == 20
    assert bring_back(purchase, "1", at=AT) == 20
    assert has(member) == 0


def test_a_return_never_gives_points() -> None:
    programme = open_with(fixed(**when("order.price", "le", 5_000)), fixed(4))
    member = MemberFactory.create(programme=programme)
    purchase = buy(member, 4_000, 4_000)

    assert bring_back(purchase, "1", at=AT) == 0
    assert bring_back(purchase, "2", at=AT, receipt="B2") == 4
    assert has(member) == 0 and verify() == []


def test_an_amount_is_one_piece() -> None:
    programme = open_with({"kind": "per_unit", "points": 5})
    member = MemberFactory.create(programme=programme)
    facts = dataclasses.replace(purchase_of(member, 1), lines=(whole_line(Money(5_000, "EUR")),))

    purchase = record_purchase(programme=programme, facts=facts, at=AT).purchase

    assert purchase.units == 5
    assert bring_back(purchase, at=AT) == 5
