"""The lists of the API: their filters, and what they refuse."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.members.models import Member
from loyalty.api import urls
from rewards.adjustments.representations import AdjustmentsAnswer
from rewards.members.representations import MembersAnswer
from rewards.purchases.representations import PurchasesAnswer
from rewards.redemptions.models import Redemption
from rewards.redemptions.representations import RedemptionsAnswer
from tests.accounts.factories import AT, MemberFactory, StoreFactory, give
from tests.api.caller import faults, problem
from tests.api.conftest import basket, caller_for, open_club
from tests.rewards.factories import IN_A_YEAR, RedemptionFactory, RewardFactory

LISTS = ("members/all", "purchases", "redemptions", "adjustments", "transfers", "rewards", "members/{member}/movements", "members/{member}/lots",
         "members/{member}/pending", "members/{member}/standings", "events", "referrals", "reviews", "campaigns",
         "members/{member}/offers", "segments", "segments/vips/members", "conversions", "conversion-runs", "check-in-points",
         "members/{member}/chosen-days", "plans", "members/{member}/subscriptions", "members/{member}/entitlements",
         "recognitions", "causes", "members/{member}/causes", "gift-cards", "gift-cards/{card}/events",
         "store-days", "members/{member}/buyers", "partner-statements")  # fmt: skip


def listed(caller, path, field="external_id", /, **query):
    """What the list's rows say under a name, in their order."""
    answer = caller.get(path, **query)
    assert answer.status_code == 200, answer.content
    return [row[field] for row in answer.json()["results"]]


@pytest.fixture
def bought(caller, member, programme):
    """R1 in S1 on the 13th, R2 without a store on the 14th, R3 of somebody else in S1 on the 15th."""
    other = MemberFactory.create(programme=programme, external_id="M2")
    for number, who, day, more in (("R1", member, 13, {"store": "S1"}), ("R2", member, 14, {}), ("R3", other, 15, {"store": "S1"})):
        answer = caller.post("purchases", basket(who, number, occurred_at=f"2026-01-{day}T10:00:00+03:00", **more))
        assert answer.status_code == 201, answer.content
    return other


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({}, ["R3", "R2", "R1"]),
        ({"from_on": "2026-01-14"}, ["R3", "R2"]),
        ({"through_on": "2026-01-14"}, ["R2", "R1"]),
        ({"from_on": "2026-01-14", "through_on": "2026-01-14"}, ["R2"]),
        ({"external_id": "R2"}, ["R2"]),
        ({"external_id": "R9"}, []),
        ({"external_id": "R2", "store": "S1"}, []),
        ({"store": "S1", "from_on": "2026-01-01", "through_on": "2026-04-02"}, ["R3", "R1"]),
        ({"channel": "store", "from_on": "2026-01-15", "through_on": "2026-01-15"}, ["R3"]),
    ],
)
def test_purchases_are_listed_by_day_receipt_and_place(caller, bought, query, numbers):
    assert listed(caller, "purchases", **query) == numbers


def test_purchases_are_listed_by_member_and_page(caller, bought, member):
    first = caller.get("purchases", limit=2)
    second = caller.get("purchases", limit=2, cursor=first.json()["next"])
    back = caller.get("purchases", limit=2, cursor=second.json()["previous"])

    assert PurchasesAnswer.model_validate_json(first.content)
    assert [row["external_id"] for row in first.json()["results"]] == ["R3", "R2"]
    assert [row["external_id"] for row in second.json()["results"]] == ["R1"]
    assert second.json()["results"][0]["store"] == "S1"
    assert back.json()["results"] == first.json()["results"]
    assert listed(caller, "purchases", member=str(member.pk)) == ["R2", "R1"]
    assert listed(caller, "purchases", member=str(member.pk), store="S1") == ["R1"]


@pytest.mark.parametrize("path", ["purchases", "redemptions", "adjustments", "members/all"])
def test_another_programmes_rows_are_not_listed(caller, member, path):
    caller.post("purchases", basket(member))
    caller.post("adjustments", {"member": str(member.pk), "units": 5, "reason": "goodwill", "note": "Sorry."})
    RedemptionFactory.create(member=member, at=AT)
    elsewhere = caller_for(open_club(legal_entity=member.programme.legal_entity))

    assert len(caller.get(path).json()["results"]) == 1
    assert elsewhere.get(path).json() == {"results": [], "next": None, "previous": None}


def test_redemptions_are_listed_by_state_kind_reward_and_member(caller, member, programme):
    reward = RewardFactory.create(programme=programme)
    taken = RedemptionFactory.create(member=member, reward=reward, at=AT)
    give(member, 1_000, IN_A_YEAR)
    held = caller.post("redemptions", {"member": str(member.pk), "amount": "5.00"}, query="hold=true").json()["id"]
    days = {"from_on": "2026-01-15", "through_on": "2026-01-15"}

    assert RedemptionsAnswer.model_validate_json(caller.get("redemptions").content)
    assert listed(caller, "redemptions", "id") == [str(pk) for pk in Redemption.objects.order_by("-id").values_list("pk", flat=True)]
    assert listed(caller, "redemptions", "id", state="held", **days) == [held]
    assert listed(caller, "redemptions", "id", kind="reward", **days) == [str(taken.pk)]
    assert listed(caller, "redemptions", "id", reward=reward.code, member=str(member.pk)) == [str(taken.pk)]
    assert listed(caller, "redemptions", "id", store="S1", **days) == []
    assert listed(caller, "redemptions", "id", from_on="2026-01-16") == []


def test_adjustments_are_listed_by_state_reason_and_direction(caller, member):
    give(member, 100, IN_A_YEAR)
    who = {"member": str(member.pk), "note": "Sorry."}
    given = caller.post("adjustments", who | {"units": 5, "reason": "goodwill"}).json()["id"]
    taken = caller.post("adjustments", who | {"units": 3, "reason": "correction", "direction": "remove"}).json()["id"]

    assert AdjustmentsAnswer.model_validate_json(caller.get("adjustments").content)
    assert listed(caller, "adjustments", "id") == [taken, given]
    assert listed(caller, "adjustments", "id", member=str(member.pk), reason="goodwill") == [given]
    assert listed(caller, "adjustments", "id", member=str(member.pk), direction="remove") == [taken]
    assert listed(caller, "adjustments", "id", member=str(member.pk), state="refused") == []


def test_members_are_listed_by_name_status_joining_and_home(caller, programme):
    home = StoreFactory.create(entity=programme.legal_entity, code="S2")
    MemberFactory.create(programme=programme, external_id="A", given_name="Ada", family_name="Yılmaz", home_store_id=home.pk)
    frozen = MemberFactory.create(programme=programme, external_id="B", given_name="Berk", family_name="Adalı")
    Member.objects.filter(pk=frozen.pk).update(status="frozen")
    days = {"from_on": "2026-01-15", "through_on": "2026-01-15"}

    assert MembersAnswer.model_validate_json(caller.get("members/all").content)
    assert listed(caller, "members/all") == ["B", "A"]
    assert listed(caller, "members/all", name="ada") == ["B", "A"]
    assert listed(caller, "members/all", name="ada y") == ["A"]
    assert listed(caller, "members/all", status="frozen", **days) == ["B"]
    assert listed(caller, "members/all", home_store="S2", **days) == ["A"]
    assert listed(caller, "members/all", from_on="2026-01-16") == []


def test_movements_and_lots_are_narrowed(caller, member):
    caller.post("purchases", basket(member))
    give(member, 100, IN_A_YEAR)
    wallet = f"members/{member.pk}"

    assert len(listed(caller, f"{wallet}/movements", "id")) == 2
    assert listed(caller, f"{wallet}/movements", "amount", reason="sale") == [12]
    assert len(listed(caller, f"{wallet}/movements", "amount", kind="grant", from_on="2026-01-15", through_on="2026-01-15")) == 2
    assert listed(caller, f"{wallet}/movements", "amount", kind="redeem") == []
    assert listed(caller, f"{wallet}/lots", "granted", reason="sale") == [12]
    assert listed(caller, f"{wallet}/lots", "granted", is_pending="true") == []
    assert listed(caller, f"{wallet}/lots", "granted", ends_through="2026-01-16") == []
    assert faults(caller.get(f"{wallet}/lots", reason="tender")) == {"/reason": "unknown_value"}
    assert "points" in problem(caller.get(f"{wallet}/movements", currency="gold"))["detail"]


def test_rewards_are_narrowed_by_kind_and_price(caller, programme):
    for code, kind, price in (("coffee", "goods", 50), ("gift", "voucher", 500)):
        RewardFactory.create(programme=programme, code=code, kind=kind, price_points=price)

    assert listed(caller, "rewards", "code", kind="goods") == ["coffee"]
    assert listed(caller, "rewards", "code", price_through=499) == ["coffee"]
    assert listed(caller, "rewards", "code", price_through=500) == ["coffee", "gift"]


@pytest.mark.parametrize("path", LISTS)
def test_an_unknown_filter_is_refused_and_the_known_ones_are_named(caller, member, path):
    answer = caller.get(path.format(member=member.pk, card=member.pk), colour="red")

    fault = problem(answer)["errors"][0]
    assert answer.status_code == 422
    assert (fault["pointer"], fault["code"]) == ("/colour", "unknown_field")
    assert "limit, cursor" in fault["detail"]
    assert fault["detail"].count(",") >= (1 if path.endswith(("/events", "causes")) else 3)


@pytest.mark.parametrize(
    ("path", "query", "fault"),
    [
        ("purchases", {"store": "S1"}, {"/store": "too_wide"}),
        ("purchases", {"store": "S1", "from_on": "2026-01-01"}, {"/store": "too_wide"}),
        ("purchases", {"channel": "store", "from_on": "2026-01-01", "through_on": "2026-04-03"}, {"/channel": "too_wide"}),
        ("purchases", {"from_on": "2026-02-01", "through_on": "2026-01-01"}, {"/through_on": "out_of_range"}),
        ("purchases", {"from_on": "01.02.2026"}, {"/from_on": "not_a_day"}),
        ("purchases", {"member": "1"}, {"/member": "not_an_id"}),
        ("purchases", {"external_id": ""}, {"/external_id": "too_short"}),
        ("purchases", {"limit": "201"}, {"/limit": "out_of_range"}),
        ("redemptions", {"state": "held"}, {"/state": "too_wide"}),
        ("redemptions", {"state": "gone"}, {"/state": "unknown_value"}),
        ("adjustments", {"reason": "goodwill"}, {"/reason": "too_wide"}),
        ("members/all", {"status": "active"}, {"/status": "too_wide"}),
        ("members/all", {"name": "a"}, {"/name": "too_short"}),
        ("rewards", {"price_through": "1.5"}, {"/price_through": "not_a_whole_number"}),
    ],
)
def test_a_filter_that_cannot_be_answered_well_is_refused(caller, member, path, query, fault):
    assert faults(caller.get(path, **query)) == fault


def test_an_unknown_place_in_a_filter_says_what_to_do(caller, member):
    days = {"from_on": "2026-01-15", "through_on": "2026-01-15"}

    assert problem(caller.get("purchases", store="S9", **days))["code"] == "unknown_store"
    assert problem(caller.get("purchases", channel="moon", **days))["code"] == "unknown_channel"


def test_every_list_is_paged(caller):
    pages = [view for pattern in urls._programme if hasattr(view := pattern.callback.view_class, "get") and pattern.name != "members"]
    lists = [view for view in pages if "cursor" in getattr(view, "queries", {}).get("GET", type("", (), {"model_fields": ()})).model_fields]

    assert len(lists) == len(LISTS)


@pytest.mark.parametrize(("path", "queries"), [("purchases", 2), ("redemptions", 1), ("adjustments", 1), ("members/all", 3)])
def test_a_longer_list_asks_no_more_often(caller, bought, member, path, queries):
    for units in (1, 2):
        caller.post("adjustments", {"member": str(member.pk), "units": units, "reason": "goodwill", "note": "Sorry."})
    caller.get(path)

    with CaptureQueriesContext(connection) as asked:
        caller.get(path)

    assert len(asked) == queries, [query["sql"] for query in asked]


HOT = re.compile(
    r"Seq Scan on (rewards_purchase|rewards_redemption|rewards_adjustment|rewards_transfer|accounts_member|ledger_movement\w*|ledger_lot)\b"
)


@pytest.mark.parametrize(
    "ask",
    [
        "purchases",
        "purchases?from_on=2026-01-01&through_on=2026-01-31&store=S1&channel=store",
        "purchases?member={member}&channel=store",
        "purchases?external_id=R1",
        "redemptions?from_on=2026-01-01&through_on=2026-01-31&state=used&kind=reward",
        "redemptions?member={member}&state=held",
        "adjustments?from_on=2026-01-01&through_on=2026-01-31&reason=goodwill",
        "adjustments?member={member}&state=waiting",
        "members/all?from_on=2026-01-01&through_on=2026-01-31&status=active&home_store=S1",
        "members/all?name=ada",
        "members/{member}/movements?from_on=2026-01-01&reason=sale&kind=grant",
        "members/{member}/lots?reason=sale&ends_through=2027-01-01",
        "members/{member}/pending?available_through=2027-01-01",
        "transfers?from_on=2026-01-01&through_on=2026-01-31",
        "transfers?member={member}",
    ],
)
def test_an_index_leads_to_every_list(caller, bought, member, ask):
    ask = ask.format(member=member.pk)
    caller.get(ask)
    with CaptureQueriesContext(connection) as asked:
        caller.get(ask)

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plans = []
        for query in asked:
            cursor.execute("EXPLAIN " + query["sql"])
            plans += [line for (line,) in cursor.fetchall()]

    assert asked.captured_queries
    assert [line for line in plans if HOT.search(line)] == []
