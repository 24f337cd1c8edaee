"""Ladders that are not plain, through real purchases, returns, hands and days."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.programmes.queries import currency_of
from accounts.programmes.services import change_programme_state
from loyalty.kit.clock import business_date
from rewards.earning.services import write_first_rule
from rewards.purchases.domain import LineFacts, PurchaseFacts
from rewards.purchases.services import ReturnFacts, record_purchase, record_return
from rewards.tiers.models import MemberYear, TierAward, TierCheck, TierCount, TierFinding, TierRun, TierStanding
from rewards.tiers.progress import progress_on_ladders
from rewards.tiers.queries import history, standing, standings_on_ladders
from rewards.tiers.services import (
    AnotherPersonMustDecideOnAward,
    AwardDecided,
    AwardEndsTooSoonOrLate,
    approve_ladder,
    grant_award,
    judge_day,
    refuse_award,
    reperform,
    request_award,
    write_first_ladder,
    write_ladder_version,
)
from rewards.tiers.words import Writer, keep_text, next_text
from tests.accounts.factories import MemberFactory, ProgrammeFactory, UserFactory
from tests.rewards.factories import LadderFactory
from tests.rewards.tiers.definitions import ladder, spend
from tests.rewards.witness import refused

pytestmark = pytest.mark.django_db

AT = dt.datetime(2026, 6, 15, 12, tzinfo=dt.UTC)
TRAVEL = {
    "metrics": {
        "spend": {"kind": "spend", "basis": "paid"},
        "points": {"kind": "units", "currency": "points"},
        "trips": {"kind": "visits", "of": "days"},
        "nights": {"kind": "elements", "where": {"field": "category", "op": "under", "value": "hotel"}},
    },
    "window": {"kind": "rolling", "months": 12},
    "keeps": {"kind": "months", "months": 12},
    "downgrade": {"kind": "soft_landing", "grace_days": 10},
    "tiers": [
        {"code": "silver", "name": "Silver", "reach": {"any": {"spend": 50_000, "nights": 2}}},
        {"code": "gold", "name": "Gold", "reach": {"all": {"spend": 100_000, "trips": 2, "points": 500}}, "keep": {"all": {"nights": 1}}},
    ],
}


def open_programme(main, *, others=()):
    """Return a live programme with a point for each 1.00 paid and these ladders from the beginning."""
    programme = ProgrammeFactory.create(state="draft")
    rule = {"points": 1, "step_minor": 100, "basis": "paid", "rounding": "floor"}
    code = currency_of(programme).code
    text = {"metrics": {**main["metrics"]}} | main
    for name in ("points",):
        if name in text["metrics"] and text["metrics"][name]["kind"] == "units":
            text["metrics"][name] = {"kind": "units", "currency": code}
    write_first_rule(
        programme=programme, code="one", name="One", currency=currency_of(programme), definition=rule, valid_from=dt.date(2025, 1, 1), at=AT
    )
    write_first_ladder(programme=programme, code="main", name="Club", definition=text, at=AT, is_main=True)
    for name, definition in others:
        write_first_ladder(programme=programme, code=name, name=name.capitalize(), definition=definition, at=AT)
    return change_programme_state(programme=programme, state="live")


def buy(member, number, on, *lines, at=None):
    moment = dt.datetime.combine(on, dt.time(10), dt.UTC)
    facts = PurchaseFacts(
        source="till",
        external_id=str(number),
        occurred_at=moment,
        currency=member.programme.currency,
        channel="store",
        member=member.pk,
        lines=tuple(
            LineFacts(str(place), "", category, "", Decimal(quantity), minor) for place, (category, minor, quantity) in enumerate(lines, 1)
        ),
    )
    return record_purchase(programme=member.programme, facts=facts, at=at or dt.datetime(2030, 1, 1, tzinfo=dt.UTC)).purchase


def bring_back(purchase, number, on, lines=None):
    moment = dt.datetime.combine(on, dt.time(11), dt.UTC)
    facts = ReturnFacts("till", f"back-{number}", moment, lines=lines)
    return record_return(purchase=purchase, facts=facts, at=dt.datetime(2030, 1, 1, tzinfo=dt.UTC))


def tiers_of(member, on):
    found = standings_on_ladders([member.pk], on).get(member.pk, {})
    return {one.code: of.tier.code for one, of in found.items()}


def agrees(programme):
    """Work everything out again; nothing may differ."""
    check = reperform(programme=programme, day=AT.date(), at=AT)
    assert [(row.kind, row.subject, row.stored, row.expected) for row in TierFinding.objects.filter(check_run=check)] == []
    assert check.looked_at == check.members > 0


def test_a_composite_is_reached_lent_by_grace_and_landed_softly():
    member = MemberFactory.create(programme=open_programme(TRAVEL))
    buy(member, 1, dt.date(2026, 3, 1), ("food", 60_000, 1))
    reached = buy(member, 2, dt.date(2026, 4, 1), ("food", 60_000, 1))

    assert tiers_of(member, dt.date(2026, 3, 31)) == {"main": "silver"}
    assert standing(member, dt.date(2026, 4, 1)).through_on == dt.date(2027, 3, 31)
    assert standing(member, dt.date(2027, 4, 1)).through_on == dt.date(2027, 4, 10)
    assert tiers_of(member, dt.date(2027, 4, 11)) == {"main": "silver"}
    assert standing(member, dt.date(2028, 4, 30)) is None
    assert TierStanding.objects.get(tier__code="gold", reason="reached").evidence == reached.pk
    agrees(member.programme)


def test_a_night_while_gold_keeps_gold():
    member = MemberFactory.create(programme=open_programme(TRAVEL))
    buy(member, 1, dt.date(2026, 3, 1), ("food", 60_000, 1))
    buy(member, 2, dt.date(2026, 4, 1), ("food", 60_000, 1))

    buy(member, 3, dt.date(2026, 9, 1), ("hotel/city", 8_000, 1))

    assert standing(member, dt.date(2026, 9, 1)).through_on == dt.date(2027, 8, 31)
    agrees(member.programme)


def test_returns_and_late_purchases_come_to_what_was_kept():
    member = MemberFactory.create(programme=open_programme(TRAVEL))
    first = buy(member, 1, dt.date(2026, 3, 1), ("hotel", 60_000, 2), ("food", 100, 1))
    buy(member, 2, dt.date(2026, 5, 1), ("food", 50_000, 1))
    assert tiers_of(member, dt.date(2026, 5, 1)) == {"main": "gold"}

    bring_back(first, 1, dt.date(2026, 6, 1), lines=(("1", Decimal(1)),))
    after_return = tiers_of(member, dt.date(2026, 6, 1))
    buy(member, 3, dt.date(2026, 4, 1), ("food", 30_000, 1))

    assert after_return == {"main": "silver"}
    assert tiers_of(member, dt.date(2026, 4, 30)) == {"main": "silver"}
    assert tiers_of(member, dt.date(2026, 6, 1)) == {"main": "gold"}
    agrees(member.programme)


def test_two_ladders_stand_beside_each_other_and_rules_may_ask_both():
    clubs = ladder(spend(blue=1, black=50_000), window={"kind": "lifetime"})
    programme = open_programme(ladder(spend(silver=10_000)), others=[("wine", clubs)])
    member = MemberFactory.create(programme=programme)

    buy(member, 1, dt.date(2026, 3, 1), ("food", 10_000, 1))

    assert tiers_of(member, dt.date(2026, 3, 1)) == {"main": "silver", "wine": "blue"}
    assert standing(member, dt.date(2026, 3, 1)).tier.code == "silver"
    assert [chapter.tier.code for chapter in history(member) if chapter.tier] == ["silver"]
    assert MemberYear.objects.get(member=member).spend_minor == 10_000
    agrees(programme)


def test_a_plain_ladder_asks_no_count_and_a_judged_one_counts_who_was_there_before(django_assert_num_queries):
    programme = open_programme(ladder(spend(silver=10_000, gold=50_000)))
    member = MemberFactory.create(programme=programme)
    buy(member, 1, dt.date(2026, 3, 1), ("food", 10_000, 1))
    assert not TierCount.objects.exists()
    later = ladder(spend(silver=10_000, gold=20_000), window={"kind": "lifetime"})
    version = write_ladder_version(
        programme=programme, code="main", name="Club", definition=later, valid_from=dt.date(2026, 7, 1), author=UserFactory.create()
    )
    approve_ladder(version=version, approver=UserFactory.create(), at=AT)

    buy(member, 2, dt.date(2026, 7, 2), ("food", 10_000, 1))

    assert tiers_of(member, dt.date(2026, 6, 30)) == {"main": "silver"}
    assert tiers_of(member, dt.date(2026, 7, 2)) == {"main": "gold"}
    assert sum(TierCount.objects.filter(key="gross").values_list("amount", flat=True)) == 20_000
    agrees(programme)


def test_a_day_judges_everybody_once_a_version_begins_and_goes_on_where_it_stopped(monkeypatch):
    monkeypatch.setattr("rewards.tiers.services.days.BATCH", 1)
    programme = open_programme(ladder(spend(blue=0, gold=100), base="joining"))
    members = [MemberFactory.create(programme=programme) for _ in range(3)]
    told = []

    def stop_once(run):
        told.append(run.judged)
        if len(told) == 2:
            raise KeyboardInterrupt

    today = business_date(AT, programme.time_zone)
    with pytest.raises(KeyboardInterrupt):
        judge_day(programme=programme, day=today, at=AT, tell=stop_once)
    run = judge_day(programme=programme, day=today, at=AT)
    again = judge_day(programme=programme, day=today, at=AT)
    tomorrow = judge_day(programme=programme, day=today + dt.timedelta(days=1), at=AT)

    assert (run.judged, run.everybody, again.judged, tomorrow.judged) == (3, True, 3, 0)
    assert TierRun.objects.count() == 2
    assert [tiers_of(member, today) for member in members] == [{"main": "blue"}] * 3
    agrees(programme)


@pytest.mark.parametrize("is_plain", [True, False])
def test_a_tier_given_by_hand_stands_from_the_second_persons_word_and_can_rise(is_plain):
    programme = open_programme(ladder(spend(silver=10_000, gold=50_000), **({} if is_plain else {"window": {"kind": "lifetime"}})))
    member = MemberFactory.create(programme=programme)
    asked_by, second = UserFactory.create(), UserFactory.create()
    silver = programme.tier_ladders.get().tiers.get(code="silver")
    facts = {"kind": TierAward.Kind.MATCH, "to_on": dt.date(2026, 12, 31), "note": "Gold at Other Air", "proof": "Case 4711"}

    award = request_award(member=member, tier=silver, staff=asked_by, at=AT, **facts)
    before = tiers_of(member, AT.date())
    with refused(AnotherPersonMustDecideOnAward):
        grant_award(award=award, approver=asked_by, at=AT)
    grant_award(award=award, approver=second, at=AT)

    assert before == {}
    assert tiers_of(member, AT.date()) == {"main": "silver"}
    assert standing(member, AT.date()).through_on == dt.date(2026, 12, 31)
    assert standing(member, dt.date(2027, 1, 1)) is None
    with refused(AwardDecided):
        refuse_award(award=award, refuser=second, note="late", at=AT)
    buy(member, 1, dt.date(2026, 7, 1), ("food", 50_000, 1))
    assert tiers_of(member, dt.date(2026, 7, 1)) == {"main": "gold"}
    agrees(programme)


def test_a_hand_gives_no_tier_for_ever():
    programme = LadderFactory.create().programme
    member, staff = MemberFactory.create(programme=programme), UserFactory.create()
    tier = programme.tier_ladders.get().tiers.first()

    with refused(AwardEndsTooSoonOrLate):
        request_award(
            member=member, tier=tier, kind=TierAward.Kind.GIFT, to_on=dt.date(2040, 1, 1), note="x", proof="y", staff=staff, at=AT
        )


def test_progress_says_what_leads_up_and_what_keeps():
    member = MemberFactory.create(programme=open_programme(TRAVEL))
    buy(member, 1, dt.date(2026, 3, 1), ("food", 60_000, 1))
    buy(member, 2, dt.date(2026, 4, 1), ("hotel", 10_000, 1))

    [one] = progress_on_ladders(member, dt.date(2026, 6, 1))

    writer = Writer(member.programme)
    assert (one.current.tier.code, one.next_tier.code) == ("silver", "gold")
    assert "300" in next_text(one, writer) and "Gold" in next_text(one, writer)
    assert "31 March 2027" in keep_text(one, writer, dt.date(2026, 6, 1)) or "Yours through" in keep_text(one, writer, dt.date(2026, 6, 1))
    assert one.figures == (70_000, 100_000)


def test_a_check_finds_what_was_tampered_with():
    programme = open_programme(TRAVEL)
    member = MemberFactory.create(programme=programme)
    buy(member, 1, dt.date(2026, 3, 1), ("food", 60_000, 1))
    TierCount.objects.filter(key="paid").update(amount=1)
    tier = TierStanding.objects.get(tier__code="silver", reason="reached").tier
    TierStanding.objects.create(member=member, tier=tier, year=0, from_on=dt.date(2026, 4, 1), reason="ended", evidence=member.pk)
    MemberYear.objects.update(spend_minor=7)

    check = reperform(programme=programme, day=AT.date(), at=AT)

    found = TierFinding.objects.filter(check_run=check).order_by("kind", "subject").values_list("kind", "subject", "stored", "expected")
    assert list(found) == [
        ("count", "2026", "7 / 1", "60000 / 1"),
        ("count", "paid, 2026-03-01, 2026-03-01", "1", "60000"),
        ("standing", "2026-04-01", "-", "silver"),
    ]
    assert TierCheck.objects.get().findings == 3


def test_a_check_that_was_interrupted_goes_on(monkeypatch):
    monkeypatch.setattr("rewards.tiers.services.checks.BATCH", 1)
    programme = LadderFactory.create().programme
    for _ in range(3):
        MemberFactory.create(programme=programme)

    def stop(_check):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reperform(programme=programme, day=AT.date(), at=AT, tell=stop)
    check = reperform(programme=programme, day=AT.date(), at=AT)

    assert (check.looked_at, TierCheck.objects.count()) == (3, 1)


acts = st.lists(
    st.tuples(
        st.integers(0, 700),
        st.lists(st.tuples(st.sampled_from(["food", "hotel"]), st.integers(0, 60_000), st.integers(1, 3)), min_size=1, max_size=3),
        st.integers(0, 3),
        st.integers(0, 200),
    ),
    min_size=1,
    max_size=7,
)
plain = ladder(spend(blue=0, silver=30_000, gold=90_000))


@pytest.mark.parametrize("definition", [TRAVEL, plain], ids=["judged", "plain"])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=acts)
def test_what_is_counted_on_the_way_is_what_evidence_gives(definition, told):
    programme = open_programme(definition)
    member = MemberFactory.create(programme=programme)

    for number, (after, lines, comes_back, later) in enumerate(told):
        on = dt.date(2026, 1, 5) + dt.timedelta(days=after)
        purchase = buy(member, number, on, *lines)
        if comes_back == 1:
            bring_back(purchase, number, on + dt.timedelta(days=later))
        elif comes_back == 2:
            bring_back(purchase, number, on + dt.timedelta(days=later), lines=(("1", Decimal(1)),))

    agrees(programme)
