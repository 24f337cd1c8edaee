import dataclasses
import datetime as dt
import uuid

import pytest

from accounts.entities.queries import UnknownChannel, UnknownStore
from accounts.members.services import change_member_status
from accounts.outbox.models import OutboxEvent
from accounts.programmes.services import Terms, change_programme_state
from ledger.books.models import Book
from ledger.points.models import Lot, Movement
from ledger.points.queries import verify
from ledger.points.services import NotEnoughPoints, activate_due
from ledger.valuation.models import PlainSale
from rewards.earning.queries import NoTermsInForce, forget_rules
from rewards.purchases.domain import TenderFacts
from rewards.purchases.models import Purchase, PurchaseLine
from rewards.purchases.queries import MemberNotFound
from rewards.purchases.services import preview_purchase, record_purchase, record_purchases
from rewards.purchases.services.record import (
    CurrencyNotAccepted,
    ExternalIdConflict,
    MemberNotActive,
    NotYet,
    ProgrammeNotLive,
    TenderTooLarge,
)
from rewards.redemptions.models import Redemption
from rewards.redemptions.services import hold_tender
from rewards.tiers.models import MemberYear, TierStanding
from tests.accounts.factories import AT, give
from tests.rewards.factories import LadderFactory
from tests.rewards.purchases.conftest import purchase_of
from tests.rewards.witness import all_rows, refused

pytestmark = pytest.mark.django_db


def test_it_leaves_purchase_lines_points_spend_and_an_event(programme, member) -> None:
    record = record_purchase(programme=programme, facts=purchase_of(member, 1_250, 775), at=AT)

    purchase = Purchase.objects.get()
    assert (purchase.price_minor, purchase.paid_minor, purchase.units, str(purchase.business_on)) == (2_025, 2_025, 20, "2026-01-15")
    assert list(PurchaseLine.objects.order_by("position").values_list("price_minor", "paid_minor")) == [(1_250, 1_250), (775, 775)]
    movement = Movement.objects.get()
    assert (movement.amount, movement.paid_minor, movement.standalone_minor, movement.ssp_point) == (20, 2_025, 2_025, 1)
    lot = Lot.objects.get()
    assert (lot.id, lot.remaining, str(lot.expires_on), str(lot.grant_month)) == (movement.id, 20, "2027-01-15", "2026-01-01")
    assert MemberYear.objects.get().spend_minor == 2_025
    assert OutboxEvent.objects.get(topic="purchase.recorded").payload == {"purchase": str(purchase.pk)}
    assert [(of.available, of.pending) for of in record.holdings] == [(20, 0)]
    assert purchase.earned[0]["units"] == 20 and purchase.evaluation[0]["reason"] == "matched"


def test_a_purchase_that_earns_nothing_is_recorded_with_the_reason(programme, member) -> None:
    record = record_purchase(programme=programme, facts=purchase_of(member, 60), at=AT)

    assert record.purchase.units == 0
    assert (record.purchase.evaluation[0]["reason"], record.purchase.evaluation[0]["missing_minor"]) == ("step_not_reached", 40)
    assert not Movement.objects.exists()


def test_the_same_receipt_answers_like_the_first_time(programme, member) -> None:
    facts = purchase_of(member, 500)
    first = record_purchase(programme=programme, facts=facts, at=AT)
    rows = all_rows()

    again = record_purchase(programme=programme, facts=facts, at=AT + dt.timedelta(hours=1))

    assert again.replayed and again.purchase == first.purchase and again.purchase.earned == first.purchase.earned
    assert all_rows() == rows


def test_the_same_receipt_with_other_facts_is_refused_whoever_bought(programme, member) -> None:
    record_purchase(programme=programme, facts=purchase_of(member, 500), at=AT)

    with refused(ExternalIdConflict):
        record_purchase(programme=programme, facts=purchase_of(member, 501), at=AT)


def test_another_source_may_use_the_same_receipt_number(programme, member) -> None:
    record_purchase(programme=programme, facts=purchase_of(member, 500), at=AT)

    record_purchase(programme=programme, facts=purchase_of(member, 500, source="web"), at=AT)

    assert Purchase.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"currency": "USD"}, CurrencyNotAccepted),
        ({"occurred_at": AT + dt.timedelta(hours=1)}, NotYet),
        ({"occurred_at": dt.datetime(2024, 12, 31, 12, tzinfo=dt.UTC)}, NoTermsInForce),
        ({"store": "nowhere"}, UnknownStore),
        ({"channel": "pigeon"}, UnknownChannel),
        ({"member": uuid.UUID(int=7)}, MemberNotFound),
        ({"tender": TenderFacts(600)}, TenderTooLarge),
        ({"tender": TenderFacts(300)}, NotEnoughPoints),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(change, problem, programme, member) -> None:
    facts = dataclasses.replace(purchase_of(member, 500), **change)

    with refused(problem):
        record_purchase(programme=programme, facts=facts, at=AT)


def test_a_frozen_member_and_a_paused_programme_earn_nothing(programme, member) -> None:
    change_member_status(member=member, status="frozen", at=AT)
    with refused(MemberNotActive):
        record_purchase(programme=programme, facts=purchase_of(member, 500), at=AT)

    change_programme_state(programme=programme, state="paused")
    programme.refresh_from_db()
    with refused(ProgrammeNotLive):
        record_purchase(programme=programme, facts=purchase_of(member, 500), at=AT)


def test_a_points_tender_is_taken_first_and_the_rest_earns(programme, member) -> None:
    give(member, 500, dt.date(2027, 1, 1))

    record = record_purchase(programme=programme, facts=purchase_of(member, 700, 299, tender=500), at=AT)

    assert (record.purchase.paid_minor, record.purchase.units) == (499, 4)
    assert [of.available for of in record.holdings] == [4]
    redemption = Redemption.objects.get()
    assert (redemption.state, redemption.units, redemption.purchase) == ("used", 500, record.purchase.pk)
    assert list(PurchaseLine.objects.order_by("position").values_list("paid_minor", flat=True)) == [350, 149]
    grant = Movement.objects.get(kind=1, reason=1)
    assert (grant.paid_minor, grant.tender_id) == (499, redemption.redeem_movement)


def test_a_held_tender_is_captured(programme, member) -> None:
    give(member, 300, dt.date(2027, 1, 1))
    held = hold_tender(member=member, amount_minor=300, source="till", external_id="H1", at=AT)

    record = record_purchase(programme=programme, facts=purchase_of(member, 1_000, tender=TenderFacts(300, held.pk)), at=AT)

    held.refresh_from_db()
    assert (held.state, held.purchase) == ("used", record.purchase.pk)
    assert [(of.available, of.held) for of in record.holdings] == [(7, 0)]


def test_a_preview_answers_the_same_and_writes_nothing(programme, member) -> None:
    rows = all_rows()

    record = preview_purchase(programme=programme, facts=purchase_of(member, 2_000), at=AT)

    assert (record.purchase.units, [of.available for of in record.holdings]) == (20, [20])
    assert all_rows() == rows


@pytest.mark.parametrize("programme", [{"terms": Terms(pending_days=14)}], indirect=True)
def test_points_wait_through_the_return_window(programme, member) -> None:
    record = record_purchase(programme=programme, facts=purchase_of(member, 2_000), at=AT)
    assert [(of.available, of.pending) for of in record.holdings] == [(0, 20)]
    unit = Lot.objects.get().unit_id

    assert activate_due(unit=unit, through_on=dt.date(2026, 1, 28), at=AT) == 0
    assert activate_due(unit=unit, through_on=dt.date(2026, 1, 29), at=AT) == 1

    assert Movement.objects.order_by("seq").last().available_after == 20
    assert verify() == []


def test_a_batch_answers_each_purchase_in_its_place(programme, member) -> None:
    stranger = dataclasses.replace(purchase_of(member, 500, external_id="R2"), member=uuid.UUID(int=7))
    purchases = [
        purchase_of(member, 1_000),
        stranger,
        purchase_of(member, 1_000),
        purchase_of(member, 1_001),
        purchase_of(member, 400, external_id="R3", tender=400),
        purchase_of(member, 600, external_id="R4", tender=600),
    ]
    give(member, 400, dt.date(2027, 1, 1))

    first, unknown, again, other, paid, too_much = record_purchases(programme=programme, purchases=purchases, at=AT)

    assert first.purchase.units == 10 and not first.replayed
    assert again.replayed and again.purchase == first.purchase
    assert isinstance(unknown, MemberNotFound) and isinstance(other, ExternalIdConflict)
    assert paid.purchase.tender_minor == 400
    assert isinstance(too_much, NotEnoughPoints) and too_much.extra["spendable"] == 10
    assert Purchase.objects.count() == 2 and verify() == []


def test_a_book_that_posts_in_full_hears_of_sales_without_points(programme, member) -> None:
    Book.objects.update(profile="full")
    forget_rules(programme.pk)

    record_purchase(programme=programme, facts=purchase_of(member, 60), at=AT)
    record_purchase(programme=programme, facts=purchase_of(member, 160, external_id="R2"), at=AT)

    assert list(PlainSale.objects.values_list("paid_minor", flat=True)) == [60]


def test_a_late_purchase_dates_the_tier_on_the_day_on_which_the_spend_met_it(programme, member) -> None:
    LadderFactory.create(programme=programme)
    days = {n: AT - dt.timedelta(days=20 - n) for n in (1, 5, 9)}
    for n in (9, 1, 5):
        record_purchase(programme=programme, facts=purchase_of(member, 60_000, external_id=f"R{n}", occurred_at=days[n]), at=AT)

    reached = TierStanding.objects.filter(reason="reached").order_by("id").values_list("tier__code", "from_on")

    assert dict(reached)["silver"] in {days[5].date(), days[9].date()}


def test_a_recorded_receipt_is_answered_even_when_a_new_one_would_be_refused(programme, member) -> None:
    facts = purchase_of(member, 500)
    first = record_purchase(programme=programme, facts=facts, at=AT)
    change_member_status(member=member, status="frozen", at=AT)

    again = record_purchase(programme=programme, facts=facts, at=AT)

    assert again.replayed and again.purchase == first.purchase
    with refused(MemberNotActive):
        record_purchase(programme=programme, facts=dataclasses.replace(facts, external_id="R2"), at=AT)
