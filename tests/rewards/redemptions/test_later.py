"""What becomes of a redemption: captured, cancelled, used, or over."""

import datetime as dt

import pytest

from accounts.outbox.models import OutboxEvent
from ledger.points.models import Lot, Movement
from ledger.points.queries import verify
from rewards.redemptions.domain import HOLD_LASTS
from rewards.redemptions.queries import (
    RedemptionNotFound,
    VoucherNotFound,
    open_vouchers,
    redemption_by_code,
    redemption_by_id,
    redemptions_of,
)
from rewards.redemptions.services import (
    RedemptionNotOpen,
    VoucherExpired,
    VoucherUsed,
    cancel,
    capture,
    expire_redemptions,
    use_voucher,
)
from tests.accounts.factories import AT, ProgrammeFactory, StoreFactory, give
from tests.rewards.factories import IN_A_YEAR, TODAY, RedemptionFactory, RewardFactory, TenderHoldFactory, member_with, wallet
from tests.rewards.witness import refused

pytestmark = pytest.mark.django_db

SOON = AT + dt.timedelta(minutes=10)
LAST_DAY = AT + dt.timedelta(days=90)


def with_stock(left, **facts):
    member = member_with(0)
    reward = RewardFactory.create(programme=member.programme, left=left)
    return RedemptionFactory.create(member=member, reward=reward, **facts)


def left(redemption):
    stock = redemption.reward_version.reward.stock
    stock.refresh_from_db()
    return stock.left


def test_capturing_a_hold_issues_the_reward():
    held = with_stock(1, hold=True)

    redemption = capture(redemption=held, at=SOON)

    redemption.refresh_from_db()
    assert (redemption.state, redemption.hold_expires_at, len(redemption.code)) == ("issued", None, 16)
    assert redemption.redeem_movement != redemption.hold_movement
    assert (wallet(redemption.member), left(redemption)) == ((500, 0), 0)
    assert OutboxEvent.objects.filter(topic="redemption.issued").count() == 1


def test_capturing_in_a_store_hands_the_reward_over():
    store = StoreFactory.create()

    redemption = capture(redemption=RedemptionFactory.create(hold=True), at=SOON, store=store)

    assert (redemption.state, redemption.used_at, redemption.used_store) == ("used", SOON, store)


def test_a_hold_is_captured_once():
    held = RedemptionFactory.create(hold=True)
    capture(redemption=held, at=SOON)

    with refused(RedemptionNotOpen, state="issued"):
        capture(redemption=held, at=SOON)


def test_a_hold_ends_on_time_even_if_no_job_has_run():
    held = RedemptionFactory.create(hold=True)

    with refused(RedemptionNotOpen, state="held"):
        capture(redemption=held, at=AT + HOLD_LASTS)


def test_cancelling_a_hold_frees_points_and_pieces():
    held = with_stock(1, hold=True)

    redemption = cancel(redemption=held, at=SOON)

    assert (redemption.state, redemption.cancelled_at, redemption.code) == ("cancelled", SOON, None)
    assert (wallet(redemption.member), left(redemption)) == ((1_000, 0), 1)
    assert OutboxEvent.objects.get().topic == "redemption.cancelled"


def test_cancelling_a_voucher_gives_the_points_back_to_their_lots():
    member = member_with(0)
    give(member, 300, dt.date(2026, 3, 1))
    redemption = RedemptionFactory.create(member=member)

    cancelled = cancel(redemption=redemption, at=SOON)

    lots = Lot.objects.filter(points_account=member.points_account_id).order_by("expires_on")
    assert [(lot.expires_on, lot.remaining) for lot in lots] == [(dt.date(2026, 3, 1), 300), (IN_A_YEAR, 1_000)]
    assert (cancelled.state, cancelled.restored_units, wallet(member)) == ("cancelled", 500, (1_300, 0))
    assert verify() == []


def test_a_captured_hold_can_be_cancelled_like_any_voucher():
    captured = capture(redemption=with_stock(1, hold=True), at=SOON)

    cancelled = cancel(redemption=captured, at=SOON)

    assert (wallet(cancelled.member), left(cancelled)) == ((1_000, 0), 1)
    assert verify() == []


def test_it_is_cancelled_once():
    redemption = with_stock(1)
    cancel(redemption=redemption, at=SOON)

    with refused(RedemptionNotOpen, state="cancelled"):
        cancel(redemption=redemption, at=SOON)


def test_what_was_used_is_not_cancelled():
    redemption = RedemptionFactory.create()
    use_voucher(code=redemption.code, at=SOON, store=None)

    with refused(RedemptionNotOpen, state="used"):
        cancel(redemption=redemption, at=SOON)


def test_what_has_lapsed_is_not_cancelled():
    redemption = RedemptionFactory.create()

    with refused(VoucherExpired):
        cancel(redemption=redemption, at=LAST_DAY + dt.timedelta(days=1))


def test_a_voucher_is_used_however_its_code_is_typed_through_its_last_day():
    redemption, store = RedemptionFactory.create(), None

    used = use_voucher(code=f" {redemption.grouped_code.lower()} ", at=LAST_DAY, store=store)

    assert (used.pk, used.state, used.used_at) == (redemption.pk, "used", LAST_DAY)


def test_a_voucher_is_used_in_a_store_of_the_company():
    redemption = RedemptionFactory.create()
    store = StoreFactory.create(entity=redemption.member.programme.legal_entity)

    assert use_voucher(code=redemption.code, at=SOON, store=store).used_store == store


def test_a_voucher_counts_once():
    redemption = RedemptionFactory.create()
    use_voucher(code=redemption.code, at=SOON, store=None)

    with refused(VoucherUsed, used_at=SOON.isoformat()):
        use_voucher(code=redemption.code, at=LAST_DAY, store=None)


def test_a_voucher_ends_after_its_last_day_even_if_no_job_has_run():
    redemption = RedemptionFactory.create()

    with refused(VoucherExpired, valid_until="2026-04-15"):
        use_voucher(code=redemption.code, at=LAST_DAY + dt.timedelta(days=1), store=None)


def test_a_cancelled_voucher_is_refused():
    redemption = RedemptionFactory.create()
    cancel(redemption=redemption, at=SOON)

    with refused(RedemptionNotOpen, state="cancelled"):
        use_voucher(code=redemption.code, at=SOON, store=None)


def test_an_unknown_code_another_companys_store_and_another_programme_are_all_not_found():
    redemption, store, programme = RedemptionFactory.create(), StoreFactory.create(), ProgrammeFactory.create()

    with refused(VoucherNotFound):
        use_voucher(code="2222222222222222", at=SOON, store=None)
    with refused(VoucherNotFound):
        use_voucher(code=redemption.code, at=SOON, store=store)
    with refused(VoucherNotFound):
        use_voucher(code=redemption.code, at=SOON, store=None, programme=programme)


def test_the_job_ends_holds_and_vouchers_and_may_run_twice():
    held, tender, voucher = with_stock(1, hold=True), TenderHoldFactory.create(), RedemptionFactory.create()
    fresh = RedemptionFactory.create(at=LAST_DAY)

    ended = expire_redemptions(at=LAST_DAY + dt.timedelta(days=1))
    again = expire_redemptions(at=LAST_DAY + dt.timedelta(days=1))

    for redemption in (held, tender, voucher, fresh):
        redemption.refresh_from_db()
    assert (ended, again) == ((2, 1), (0, 0))
    assert [held.state, tender.state, voucher.state, fresh.state] == ["expired", "expired", "expired", "issued"]
    assert (wallet(held.member), wallet(tender.member), wallet(voucher.member)) == ((1_000, 0), (1_000, 0), (500, 0))
    assert left(held) == 1
    assert verify() == []


def test_the_job_leaves_what_still_has_time():
    held, voucher = RedemptionFactory.create(hold=True), RedemptionFactory.create()

    assert expire_redemptions(at=AT + HOLD_LASTS - dt.timedelta(seconds=1)) == (0, 0)
    assert expire_redemptions(at=LAST_DAY) == (1, 0)
    held.refresh_from_db()
    voucher.refresh_from_db()
    assert (held.state, voucher.state) == ("expired", "issued")


def test_a_hold_that_expired_does_not_count_against_the_limit():
    member = member_with(0)
    reward = RewardFactory.create(programme=member.programme, limit_per_member=1)
    RedemptionFactory.create(member=member, reward=reward, hold=True)
    expire_redemptions(at=AT + HOLD_LASTS)

    assert RedemptionFactory.create(member=member, reward=reward).state == "issued"


def test_the_release_of_a_hold_says_that_it_was_cancelled():
    held = RedemptionFactory.create(hold=True)

    cancel(redemption=held, at=SOON)

    kinds = Movement.objects.filter(points_account=held.points_account).order_by("seq").values_list("kind", "reason")
    assert list(kinds)[1:] == [(3, 20), (5, 32)]


def test_lists_show_what_a_member_took_and_can_still_use(django_assert_num_queries):
    member = member_with(0)
    rewards = [RewardFactory.create(programme=member.programme, voucher_days=days) for days in (90, 10, None)]
    taken = [RedemptionFactory.create(member=member, reward=reward) for reward in rewards]

    with django_assert_num_queries(1):
        names = [redemption.reward_version.reward.name for redemption in redemptions_of(member)]

    assert names == [reward.name for reward in rewards[::-1]]
    assert list(open_vouchers(member, TODAY)) == [taken[1], taken[0], taken[2]]
    assert list(open_vouchers(member, TODAY + dt.timedelta(days=11))) == [taken[0], taken[2]]


def test_a_redemption_is_found_in_its_programme_only():
    redemption, other = RedemptionFactory.create(), ProgrammeFactory.create()

    assert redemption_by_id(redemption.member.programme, redemption.pk) == redemption
    assert redemption_by_code(redemption.member.programme, redemption.grouped_code) == redemption
    with refused(RedemptionNotFound):
        redemption_by_id(other, redemption.pk)
    with refused(VoucherNotFound):
        redemption_by_code(other, redemption.code)
