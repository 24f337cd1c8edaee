import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from accounts.outbox.models import OutboxEvent
from accounts.staff.roles import Role
from ledger.points.models import Lot, LotMove, Movement
from ledger.points.queries import verify
from rewards.redemptions.models import Redemption
from rewards.redemptions.services import use_voucher
from tests.colleagues import colleague
from tests.reporting.factories import NOW, open_shop, tell_a_year

pytestmark = pytest.mark.django_db


WHY = {"note": "Taken by mistake at the counter.", "sure": "on"}


@pytest.fixture(autouse=True)
def _now(stopped_clock):
    stopped_clock(NOW)


@pytest.fixture
def story():
    shop = open_shop()
    return tell_a_year(shop, shop.member())


@pytest.fixture
def support(client):
    client.force_login(colleague(Role.SUPPORT))
    return client


def test_a_reward_tells_its_voucher_its_use_and_its_points(support, story):
    page = support.get(reverse("staff:redemption", args=[story["used"].pk]))
    labels = {fact["label"]: fact["value"] for fact in page.context["facts"]}

    assert labels["Voucher"] == story["used"].grouped_code
    assert "Used" in labels
    assert page.context["totals"][2] == story["used"].units == 60


def test_a_payment_leads_to_its_receipt(support, story):
    paid = story["paid"]

    page = support.get(reverse("staff:redemption", args=[paid.tender]))
    receipt = next(fact for fact in page.context["facts"] if fact["label"] == "Paid for")

    assert receipt["value"] == "receipt R-1102, Aldersgate Market"
    assert receipt["url"] == reverse("staff:purchase", args=[paid.pk])
    assert page.context["totals"][2] == 100


def lots(redemption):
    rows = Lot.objects.filter(points_account=redemption.points_account).order_by("id")
    return list(rows.values_list("id", "remaining", "held", "reversed", "expires_on"))


def test_a_colleague_cancels_a_voucher_and_every_point_goes_back_to_its_grant(support, story):
    voucher = story["voucher"]
    stock = voucher.reward_version.reward.stock
    before = lots(voucher)
    taken = dict(LotMove.objects.filter(movement=voucher.redeem_movement).values_list("lot", "units"))

    page = support.post(reverse("staff:redemption-cancel", args=[voucher.pk]), WHY, follow=True)

    voucher.refresh_from_db()
    assert page.redirect_chain[-1][0] == reverse("staff:redemption", args=[voucher.pk])
    assert "120 points are back with Ada Lovelace" in page.content.decode()
    assert (voucher.state, voucher.cancelled_at, voucher.restored_units) == ("cancelled", NOW, 120)
    assert lots(voucher) == [(pk, left + taken.get(pk, 0), *rest) for pk, left, *rest in before]
    assert sum(taken.values()) == 120
    left = stock.left
    stock.refresh_from_db()
    assert stock.left == left + 1
    assert OutboxEvent.objects.filter(topic="redemption.cancelled").count() == 1
    assert verify() == []


def test_who_cancelled_and_why_stays_with_the_redemption(support, story):
    voucher = story["voucher"]
    support.post(reverse("staff:redemption-cancel", args=[voucher.pk]), WHY)

    page = support.get(reverse("staff:redemption", args=[voucher.pk]))

    voucher.refresh_from_db()
    facts = {fact["label"]: fact for fact in page.context["facts"]}
    assert facts["Cancelled"]["hint"] == str(voucher.cancelled_by) == str(page.wsgi_request.user)
    assert facts["Why cancelled"]["value"] == WHY["note"]
    assert page.context["cancel_url"] == ""
    with pytest.raises(DatabaseError), transaction.atomic():
        Redemption.objects.filter(pk=voucher.pk).update(cancel_note="Another story")


@pytest.mark.parametrize("given", [{}, {"note": "Because"}, {"sure": "on"}, {"note": "   ", "sure": "on"}])
def test_without_a_reason_and_a_yes_nothing_is_cancelled(support, story, given):
    moves, events = Movement.objects.count(), OutboxEvent.objects.count()

    answer = support.post(reverse("staff:redemption-cancel", args=[story["voucher"].pk]), given)

    story["voucher"].refresh_from_db()
    assert (answer.status_code, story["voucher"].state) == (422, "issued")
    assert (Movement.objects.count(), OutboxEvent.objects.count()) == (moves, events)


def test_what_was_used_meanwhile_is_not_cancelled(support, story):
    use_voucher(code=story["voucher"].code, at=NOW, store=None)
    moves, events = Movement.objects.count(), OutboxEvent.objects.count()

    answer = support.post(reverse("staff:redemption-cancel", args=[story["voucher"].pk]), WHY)

    assert answer.status_code == 422
    assert "This was used before" in answer.content.decode()
    assert (Movement.objects.count(), OutboxEvent.objects.count()) == (moves, events)


def test_a_second_click_gives_nothing_twice(support, story):
    address = reverse("staff:redemption-cancel", args=[story["voucher"].pk])
    support.post(address, WHY)
    moves = Movement.objects.count()

    answer = support.post(address, WHY)

    assert (answer.status_code, Movement.objects.count()) == (422, moves)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SUPPORT])
def test_only_support_cancels(client, story, role):
    client.force_login(colleague(role))

    answer = client.post(reverse("staff:redemption-cancel", args=[story["voucher"].pk]), WHY)

    story["voucher"].refresh_from_db()
    assert (answer.status_code, story["voucher"].state) == (403, "issued")


def test_the_database_wants_a_reason_with_every_name(story):
    with pytest.raises(IntegrityError, match="redemption_cancelled_by_somebody_says_why"), transaction.atomic():
        Redemption.objects.filter(pk=story["voucher"].pk).update(state="cancelled", cancelled_by=colleague(Role.SUPPORT))


def test_there_is_no_way_to_cancel_what_is_not_there(support):
    assert support.get(reverse("staff:redemption-cancel", args=["00000000-0000-7000-8000-000000000000"])).status_code == 404
