import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.points.queries import verify
from rewards.events.services import EventFacts, record_event, undo_event
from rewards.purchases.services import ReturnFacts, preview_purchase, record_purchase, record_purchases, record_return
from rewards.quests.domain import parse_quest
from rewards.quests.models import QuestAward, QuestMark
from rewards.quests.queries import quests_of
from rewards.redemptions.models import Redemption
from rewards.redemptions.services import redeem_reward, use_voucher
from rewards.setups.domain import SetupKind
from tests.accounts.factories import AT, MemberFactory, ProgrammeFactory
from tests.rewards.factories import RewardFactory, wallet
from tests.rewards.purchases.conftest import purchase_of
from tests.rewards.setups.stage import VISIT, set_up

pytestmark = pytest.mark.django_db
CARD = {"kind": "card", "steps": [{"target": 5, "counts": "pieces"}], "head_start": 1, "reward": {"points": 50}}


@pytest.fixture
def programme():
    return ProgrammeFactory.create()


@pytest.fixture
def member(programme):
    return MemberFactory.create(programme=programme)


def quest(programme, code="coffee", **definition):
    return set_up(programme, SetupKind.QUEST, code, CARD | definition)


def buy(member, pieces, number="R1", at=AT, **facts):
    whole = {"external_id": number, "quantity_1": pieces, "occurred_at": at} | facts
    return record_purchase(programme=member.programme, facts=purchase_of(member, 500 * pieces, **whole), at=AT).purchase


def bring_back(purchase, number="B1", pieces=None):
    lines = None if pieces is None else (("1", Decimal(pieces)),)
    facts = ReturnFacts("till", number, AT, lines)
    return record_return(purchase=purchase, facts=facts, at=AT)


def stand(member):
    [found] = quests_of(member, AT.date())
    return found.stand.completed, found.stand.counts, found.awarded


def test_a_full_card_gives_its_points_and_begins_anew(programme, member):
    quest(programme)

    buy(member, 3)
    assert (stand(member), wallet(member)) == ((0, (4,), 0), (0, 0))
    buy(member, 3, "R2")

    assert (stand(member), wallet(member)) == ((1, (2,), 1), (50, 0))


def test_the_answer_of_the_purchase_knows_what_the_card_gave(programme, member):
    quest(programme)

    record = record_purchase(programme=programme, facts=purchase_of(member, 2_000, quantity_1=4), at=AT)

    assert [of.available for of in record.holdings] == [50]


def test_a_repeat_and_a_dry_run_count_nothing(programme, member):
    quest(programme)
    preview_purchase(programme=programme, facts=purchase_of(member, 2_000, quantity_1=4), at=AT)
    assert QuestMark.objects.count() == 0

    buy(member, 4)
    buy(member, 4)

    assert (stand(member), wallet(member)) == ((1, (0,), 1), (50, 0))


def test_a_batch_counts_each(programme, member):
    quest(programme)
    other = MemberFactory.create(programme=programme)
    facts = [purchase_of(who, 1_000, external_id=f"R{n}", quantity_1=2) for n, who in enumerate([member, other, member, member])]

    record_purchases(programme=programme, purchases=facts, at=AT)

    assert (stand(member), stand(other)) == ((1, (2,), 1), (0, (3,), 0))


def test_a_return_takes_stamps_and_points_back(programme, member):
    quest(programme)
    purchase = buy(member, 6)
    assert stand(member) == (1, (2,), 1)

    bring_back(purchase, pieces=3)

    assert (stand(member), wallet(member)) == ((0, (4,), 0), (0, 0))
    bring_back(purchase, "B2")
    assert stand(member) == (0, (1,), 0)
    assert list(QuestAward.objects.values_list("state", flat=True)) == ["taken_back"]


def test_a_card_filled_again_after_a_return_gives_again(programme, member):
    quest(programme)
    bring_back(buy(member, 4))

    buy(member, 4, "R2")

    assert (stand(member), wallet(member)) == ((1, (0,), 1), (50, 0))
    assert list(QuestAward.objects.order_by("number").values_list("state", flat=True)) == ["taken_back", "given"]


def test_where_returns_leave_awards_they_are_not_given_twice(programme, member):
    quest(programme, on_return="keep")
    bring_back(buy(member, 4))
    assert (stand(member), wallet(member)) == ((0, (1,), 1), (50, 0))

    buy(member, 4, "R2")

    assert (stand(member), wallet(member)) == ((1, (0,), 1), (50, 0))


def test_points_that_are_spent_are_owed(programme, member):
    quest(programme)
    reward = RewardFactory.create(programme=programme, price_points=50)
    purchase = buy(member, 4)
    redeem_reward(member=member, reward=reward, source="portal", at=AT)

    bring_back(purchase)

    assert QuestAward.objects.get().owed_units == 50
    assert verify(programme=member.programme_id) == []


def test_a_reward_of_the_catalogue_comes_as_a_voucher_and_goes_with_a_return(programme, member):
    RewardFactory.create(programme=programme, code="coffee", price_points=120)
    quest(programme, reward={"reward": "coffee"})
    purchase = buy(member, 4)
    voucher = Redemption.objects.get()
    assert (voucher.state, wallet(member)) == ("issued", (0, 0))

    bring_back(purchase)

    voucher.refresh_from_db()
    assert (voucher.state, wallet(member)) == ("cancelled", (0, 0))


def test_a_voucher_that_was_used_stays_and_is_not_given_again(programme, member):
    RewardFactory.create(programme=programme, code="coffee", price_points=120)
    quest(programme, reward={"reward": "coffee"})
    purchase = buy(member, 4)
    use_voucher(code=Redemption.objects.get().code, at=AT, store=None)

    bring_back(purchase)
    buy(member, 4, "R2")

    assert (stand(member), Redemption.objects.count(), wallet(member)) == ((1, (0,), 1), 1, (0, 0))


def test_what_cannot_be_taken_stays_as_points(programme, member):
    RewardFactory.create(programme=programme, code="coffee", price_points=120, limit_per_member=1, limit_window_days=365)
    quest(programme, reward={"reward": "coffee"})

    buy(member, 9)

    assert (Redemption.objects.count(), wallet(member), QuestAward.objects.count()) == (1, (120, 0), 2)


def test_events_count_and_come_back_too(programme, member):
    set_up(programme, SetupKind.EVENT_TYPE, "visit", VISIT)
    steps = [
        {"target": 1, "trigger": "event:visit", "when": {"field": "event.minutes", "kind": "number", "op": "ge", "value": 30}},
        {"target": 1, "when": {"field": "order.channel", "op": "eq", "value": "store"}},
    ]
    quest(programme, kind="challenge", steps=steps, head_start=0)
    buy(member, 1)
    facts = EventFacts(source="gym", external_id="V1", type="visit", occurred_at=AT, member=member.pk, payload={"minutes": 30})

    event = record_event(programme=programme, facts=facts, at=AT).event
    assert (stand(member), wallet(member)) == ((1, (1, 1), 1), (50, 0))
    undo_event(event=event, reason="mistake", at=AT)

    assert (stand(member), wallet(member)) == ((0, (0, 1), 0), (0, 0))


def test_a_return_is_judged_by_the_facts_of_the_purchase(programme, member):
    quest(programme, steps=[{"target": 5, "counts": "pieces", "when": {"field": "history.purchases.year", "op": "ge", "value": 1}}])
    buy(member, 1)
    purchase = buy(member, 4, "R2")
    assert stand(member) == (1, (0,), 1)

    bring_back(purchase, pieces=1)

    assert stand(member) == (0, (4,), 0)


def test_a_late_purchase_counts_in_its_own_week(programme, member):
    quest(programme, kind="streak", in_a_row=2, steps=[{"target": 1}], head_start=0)
    buy(member, 1)

    buy(member, 1, "R2", at=AT - dt.timedelta(days=7))

    assert (stand(member)[0], wallet(member)) == (1, (50, 0))


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_awards_are_always_what_the_kept_goods_come_to(programme, data):
    """However purchases and returns follow one another, member's points are those of the cards that the kept pieces fill."""
    if not programme.setups.exists():
        quest(programme)
    member = MemberFactory.create(programme=programme)
    kept: list[list] = []
    for turn in range(data.draw(st.integers(1, 6))):
        if kept and data.draw(st.booleans()):
            one = kept[data.draw(st.integers(0, len(kept) - 1))]
            if one[1]:
                pieces = data.draw(st.integers(1, one[1]))
                bring_back(one[0], f"{member.pk}-B{turn}", pieces)
                one[1] -= pieces
        else:
            pieces = data.draw(st.integers(1, 9))
            kept.append([buy(member, pieces, f"{member.pk}-R{turn}"), pieces])

    total = parse_quest(CARD).head_start + sum(pieces for _purchase, pieces in kept)
    assert stand(member) == (total // 5, (total % 5,), total // 5)
    assert wallet(member) == (50 * (total // 5), 0)
    assert verify(programme=member.programme_id) == []
