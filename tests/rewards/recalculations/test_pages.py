"""The pages of recalculations, and what purchase, member and API are told."""

import datetime as dt

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.outbox.models import OutboxEvent
from accounts.staff.roles import Role
from ledger.points.models import Movement
from loyalty.kit import clock
from reporting.statements.queries.activity import activity_of
from reporting.statements.queries.receipt import receipt_of
from rewards.purchases.queries import judged, revisions_of
from rewards.recalculations.emails import send_added_letter
from rewards.recalculations.models import Recalculation
from rewards.recalculations.services import sweep, work_on_all
from rewards.recalculations.services.run import SETTLE
from rewards.tiers.models import TierFinding
from rewards.tiers.queries import standings_on_ladders
from rewards.tiers.services import reperform
from tests.accounts.factories import AT, MemberFactory
from tests.colleagues import colleague
from tests.rewards.campaigns.stage import buy, fixed
from tests.rewards.recalculations.stage import BASE, LATER, ask_undo, open_with_rules, past_rule, retroact, undo

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    return open_with_rules(base=BASE, wrong=fixed(500))


def address(name, programme, *more):
    return reverse(f"staff:{name}", args=[programme.slug, *more])


def ask(client, programme, **changed):
    days = {"first_on": "2026-01-01", "last_on": "2026-01-31"}
    return client.post(address("recalculation-undo", programme), {"what": "rule:wrong", "reason": "A mistake"} | days | changed)


def test_one_asks_another_decides_and_a_worker_posts(client, programme):
    member = MemberFactory.create(programme=programme)
    buy(member)
    client.force_login(colleague(Role.MARKETING))

    response = ask(client, programme)
    row = Recalculation.objects.get()
    assert response.status_code == 302 and response["Location"] == address("recalculation", programme, row.pk)
    page = client.get(response["Location"])
    assert page.context["is_working"] and page.context["form"] is None
    work_on_all(at=clock.now())
    done = client.get(address("recalculation-progress", programme, row.pk))
    assert done["HX-Refresh"] == "true"
    page = client.get(address("recalculation", programme, row.pk))
    assert [stat["value"] for stat in page.context["stats"]] == ["1", "1", "500 points", "€5.00"] and page.context["form"] is None

    client.force_login(colleague(Role.FINANCE_APPROVER))
    assert client.post(address("recalculation", programme, row.pk), {"decision": "agree"}).status_code == 302
    work_on_all(at=clock.now() + SETTLE)
    row.refresh_from_db()
    assert row.state == "done"
    [shown] = client.get(address("recalculation-purchases", programme, row.pk)).context["rows"]
    assert shown[3] == "\N{MINUS SIGN}500 points" and shown[4]["value"] == "\N{MINUS SIGN}500 points"
    assert "Undo of Wrong" in client.get(address("recalculations", programme)).content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"what": "rule:nobody"}, "what"),
        ({"last_on": "2025-12-31"}, "last_on"),
        ({"last_on": (clock.now() + dt.timedelta(days=5)).date().isoformat()}, "last_on"),
        ({"first_on": "yesterday"}, "first_on"),
        ({"reason": ""}, "reason"),
        ({"store": "99999"}, "store"),
    ],
)
def test_what_makes_no_sense_names_the_field(client, programme, wrong, field):
    client.force_login(colleague(Role.MARKETING))

    response = ask(client, programme, **wrong)

    assert response.status_code == 422 and list(response.context["form"].errors) == [field]
    assert not Recalculation.objects.exists()


def test_a_refusal_needs_its_reason_and_moves_nothing(client, programme):
    buy(MemberFactory.create(programme=programme))
    row = ask_undo(programme, "wrong")
    client.force_login(colleague(Role.FINANCE_APPROVER))

    assert client.post(address("recalculation", programme, row.pk), {"decision": "refuse"}).status_code == 422
    assert client.post(address("recalculation", programme, row.pk), {"decision": "refuse", "note": "Not so"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.decision_note) == ("refused", "Not so") and Movement.objects.filter(reason=38).count() == 0


def test_a_rule_for_the_past_is_asked_for_by_its_draft(client):
    programme = open_with_rules(base=BASE)
    version = past_rule(programme, {"kind": "multiplier", "factor": "2"})
    client.force_login(colleague(Role.MARKETING))

    response = client.post(address("recalculation-past", programme), {"version": version.pk, "reason": "Promised"})

    assert response.status_code == 302 and Recalculation.objects.get().version == version
    too_late = past_rule(programme, fixed(1, when={"field": "order.codes", "op": "has", "value": "X"}), code="late")
    refused = client.post(address("recalculation-past", programme), {"version": too_late.pk, "reason": "Promised"})
    assert refused.status_code == 422 and "order.codes" in refused.content.decode()


def test_lists_ask_as_often_for_many_as_for_one(client, programme):
    for place in range(3):
        buy(MemberFactory.create(programme=programme), receipt=f"R{place}")
    row = ask_undo(programme, "wrong")
    client.force_login(colleague(*Role))
    counts = []
    for place in (1, 2):
        with CaptureQueriesContext(connection) as few:
            client.get(address("recalculation-purchases", programme, row.pk))
            client.get(address("recalculations", programme))
        counts.append(len(few))
        for more in range(5):
            buy(MemberFactory.create(programme=programme), receipt=f"M{place}{more}")
        Recalculation.objects.filter(pk=row.pk).update(state="previewing", is_swept=False)
        sweep(recalculation=row.pk)

    assert counts[0] == counts[1]


def test_staff_member_and_api_read_that_a_rule_was_undone(client, programme):
    member = MemberFactory.create(programme=programme)
    purchase = buy(member)
    row = undo(programme, "wrong")

    told = {of["rule"]: (of["reason"], of["units"], of.get("before_cap")) for of in judged(purchase, revisions_of([purchase])[purchase.pk])}
    assert told == {"base": ("matched", 10, None), "wrong": ("undone", 0, 500)}
    receipt = receipt_of(member, purchase.pk, LATER.date(), "en")
    assert [(one.name, one.why) for one in receipt.missed] == [("Wrong", "It made 500 points; that was undone afterwards.")]
    entries = activity_of(member).entries
    assert [(entry.units, entry.detail) for entry in entries] == [(-500, "Points taken back afterwards"), (510, "Purchase, €10.00")]
    client.force_login(colleague(*Role))
    page = client.get(reverse("staff:purchase", args=[purchase.pk]))
    [revision] = page.context["revisions"]
    assert revision["url"] == address("recalculation", programme, row.pk) and revision["facts"][0]["value"] == "500 points"
    movement = Movement.objects.get(reason=38)
    assert client.get(reverse("staff:movement", args=[movement.pk])).status_code == 200


def test_a_member_gets_one_letter_about_points_that_were_added():
    programme = open_with_rules(base=BASE)
    member = MemberFactory.create(programme=programme, email="ada@example.org")
    purchase = buy(member, 1_000)
    buy(member, 2_000, receipt="R2")
    retroact(past_rule(programme, {"kind": "multiplier", "factor": "2"}))

    send_added_letter(OutboxEvent.objects.get(topic="points.added_afterwards"))

    [letter] = mail.outbox
    assert letter.subject == "30 points added to your card" and "from 1 January to 15 January: Extra" in letter.body
    assert [entry.units for entry in activity_of(member).entries] == [20, 10, 20, 10]
    fate = receipt_of(member, purchase.pk, LATER.date(), "en").fate
    assert [(fact.label, fact.value) for fact in fate] == [
        ("Still yours", "10 points"),
        ("Still yours", "10 points"),
        ("Added afterwards", "10 points"),
    ]


def test_tiers_count_what_is_left_of_the_points():
    text = {
        "metrics": {"points": {"kind": "units", "currency": "points"}},
        "window": {"kind": "rolling", "months": 12},
        "tiers": [{"code": "silver", "name": "Silver", "reach": {"all": {"points": 400}}}],
    }
    programme = open_with_rules(ladder=text, base=BASE, wrong=fixed(500))
    member, other = MemberFactory.create(programme=programme), MemberFactory.create(programme=programme)
    buy(member), buy(other, 50_000, receipt="R2")
    day = AT.date()
    assert set(standings_on_ladders([member.pk, other.pk], day)) == {member.pk, other.pk}

    undo(programme, "wrong")

    check = reperform(programme=programme, day=LATER.date(), at=LATER)
    assert not TierFinding.objects.filter(check_run=check).exists() and check.members == 2
    assert set(standings_on_ladders([member.pk, other.pk], LATER.date())) == {other.pk}
