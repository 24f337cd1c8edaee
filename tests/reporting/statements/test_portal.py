"""Home, activity and receipts: who sees what, in which words, at the price of how many queries."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse

from accounts.programmes.queries import currency_of
from accounts.programmes.services import Terms, supersede_currency_terms
from ledger.points.domain import Grant, Reason, Source
from ledger.points.services import grant
from ledger.seals.services import checkpoint, seal
from reporting.statements import queries
from reporting.statements.queries import Cursor
from rewards.events.services import EventFacts, record_event, undo_event
from rewards.redemptions.services import hold_tender
from rewards.setups.domain import SetupKind
from tests.accounts.factories import UserFactory
from tests.reporting.factories import NOW, open_shop, tell_a_year
from tests.rewards.setups.stage import VISIT, rule_for, set_up

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def shop(stopped_clock):
    stopped_clock(NOW)
    return open_shop()


def url(name, **more):
    return reverse(f"portal:{name}", kwargs={"programme": "aldersgate", **more})


def signed_in(client, member):
    client.force_login(member.user)
    return client


@pytest.mark.parametrize("name", ["home", "activity", "rewards", "card", "profile", "consents"])
def test_it_asks_visitors_to_sign_in_and_brings_them_back(client, shop, name):
    answer = client.get(url(name))

    assert answer.status_code == 302
    assert answer["Location"] == f"/accounts/login/?next={url(name)}"


@pytest.mark.parametrize("name", ["home", "activity", "rewards", "card", "profile", "consents"])
def test_it_asks_who_is_no_member_to_join(client, shop, name):
    other = open_shop("deniz", "Deniz Club").member("Deniz", "deniz@example.org")

    answer = signed_in(client, other).get(url(name))

    assert answer.status_code == 302
    assert answer["Location"] == url("join")


def test_a_receipt_of_somebody_else_is_a_page_not_found(client, shop):
    ada, bora = shop.member(), shop.member("Bora", "bora@example.org")
    his = shop.buy(bora, "R-1", NOW - dt.timedelta(days=1), ("Dairy", 1_000))

    for wanted in (his.pk, uuid.uuid4()):
        answer = signed_in(client, ada).get(url("activity-receipt", purchase=wanted))

        assert answer.status_code == 404


def test_home_says_what_a_member_has(client, shop):
    member = shop.member()
    story = tell_a_year(shop, member)

    text = signed_in(client, member).get(url("home")).content.decode()

    assert "707" in text
    assert "worth £7.07" in text
    assert "10 points: last day 9 July" in text
    assert "£474.71 to go to Gold" in text
    assert member.grouped_number in text
    assert url("voucher", redemption=story["voucher"].pk) in text
    assert text.count('class="timeline-row"') == 5
    assert text.count('class="reward can"') == 3
    assert text.count('class="reward almost"') == 1


def test_home_says_in_which_steps_points_pay(client, shop):
    member = shop.member()
    one_by_one = signed_in(client, member).get(url("home")).content.decode()
    currency = currency_of(shop.programme)
    author, approver = UserFactory.create(), UserFactory.create()
    in_hundreds = {"terms": Terms(tender_step_units=100), "author": author, "approver": approver}
    supersede_currency_terms(currency=currency, valid_from=TODAY, at=NOW - dt.timedelta(days=31), **in_hundreds)

    text = signed_in(client, member).get(url("home")).content.decode()

    assert "in steps of" not in one_by_one
    assert "At the till they pay in steps of 100 points (£1.00)" in text


def test_an_empty_home_teaches_what_to_do(client, shop):
    text = signed_in(client, shop.member()).get(url("home")).content.decode()

    assert "Your first points appear here" in text
    assert "£400.00 to go to Silver" in text
    assert "last day" not in text


def test_home_says_what_is_owed_and_what_is_set_aside(client, shop):
    member = shop.member()
    shop.buy(member, "R-1", NOW - dt.timedelta(days=1), ("Dairy", 60_000))
    hold_tender(member=member, amount_minor=100, source="till", at=NOW)

    text = signed_in(client, member).get(url("home")).content.decode()

    assert "100 points are set aside" in text
    assert "Not finished yet" in text


def test_home_asks_the_same_number_of_queries_however_much_happened(client, shop, django_assert_num_queries):
    ada, bora = shop.member(), shop.member("Bora", "bora@example.org")
    tell_a_year(shop, ada)
    shop.buy(bora, "R-1", NOW - dt.timedelta(days=1), ("Dairy", 50_000))
    shop.redeem(bora, "coffee", NOW)

    for member, queries_asked in ((ada, 27), (bora, 26)):
        signed_in(client, member)
        with django_assert_num_queries(queries_asked):
            client.get(url("home"))


def test_activity_tells_everything_once_newest_first(shop):
    member = shop.member()
    tell_a_year(shop, member)

    found = queries.activity_of(member, limit=100)

    told = [(entry.on.isoformat(), entry.title, entry.units, entry.state) for entry in found.entries]
    assert found.next_cursor is None
    assert told[:6] == [
        ("2026-03-10", "Aldersgate Market", 22, ""),
        ("2026-03-05", "Aldersgate Market", -25, ""),
        ("2026-03-01", "Aldersgate Market", 29, "reversed"),
        ("2026-02-20", "Baker's box", -120, "ready"),
        ("2026-02-06", "Paid with points", -100, ""),
        ("2026-02-06", "Aldersgate Market", 16, ""),
    ]
    assert ("2026-01-20", "Points ended", -30, "") in told
    assert sum(entry.units for entry in found.entries) == queries.wallet_of(member, TODAY).available
    assert [entry.heading for entry in found.entries if entry.heading][:2] == ["March 2026", "February 2026"]


def test_activity_pages_meet_without_gap_or_repeat(shop):
    member = shop.member()
    tell_a_year(shop, member)
    whole = [entry.id for entry in queries.activity_of(member, limit=100).entries]

    pages, cursor = [], None
    while True:
        page = queries.activity_of(member, before=cursor, limit=4)
        pages += page.entries
        if page.next_cursor is None:
            break
        cursor = Cursor.read(str(page.next_cursor))

    assert [entry.id for entry in pages] == whole
    headings = [entry.heading for entry in pages if entry.heading]
    assert len(headings) == len(set(headings))


def test_htmx_gets_the_next_rows_alone(client, shop):
    member = shop.member()
    for day in range(30):
        shop.buy(member, f"R-{day}", NOW - dt.timedelta(days=day), ("Dairy", 1_000))
    signed_in(client, member)
    first = client.get(url("activity"))
    cursor = str(first.context["activity"].next_cursor)

    rows = client.get(url("activity"), {"before": cursor}, headers={"HX-Request": "true"}).content.decode()
    whole = client.get(url("activity"), {"before": cursor}).content.decode()

    assert first.content.decode().count('class="timeline-row"') == 25
    assert rows.count('class="timeline-row"') == whole.count('class="timeline-row"') == 5
    assert "<html" not in rows
    assert "<html" in whole


def test_a_cursor_that_makes_no_sense_begins_at_the_top(client, shop):
    member = shop.member()
    shop.buy(member, "R-1", NOW, ("Dairy", 1_000))

    answer = signed_in(client, member).get(url("activity"), {"before": "yesterday"})

    assert answer.content.decode().count('class="timeline-row"') == 1


def test_activity_asks_the_same_number_of_queries_for_one_row_and_for_many(client, shop, django_assert_num_queries):
    member = shop.member()
    shop.buy(member, "R-0", NOW, ("Dairy", 100_000))
    shop.redeem(member, "coffee", NOW)
    signed_in(client, member)

    with django_assert_num_queries(13):
        client.get(url("activity"))
    for day in range(1, 12):
        shop.buy(member, f"R-{day}", NOW - dt.timedelta(days=day), ("Dairy", 9_000))
        shop.redeem(member, "bakery" if day < 3 else "coffee", NOW)
    with django_assert_num_queries(13):
        client.get(url("activity"))


def test_a_purchase_that_earned_nothing_is_told_too(client, shop):
    member = shop.member()
    bought = shop.buy(member, "R-1", NOW, ("Tobacco", 1_150))

    entries = queries.activity_of(member).entries
    text = signed_in(client, member).get(url("activity-receipt", purchase=bought.pk)).content.decode()

    assert [(entry.units, entry.purchase) for entry in entries] == [(0, bought.pk)]
    assert text.count("Nothing on this receipt counts for it.") == 2


def test_points_that_were_given_are_named_by_their_reason(shop):
    member = shop.member()
    facts = Grant(
        points_account=member.points_account_id,
        unit=queries.wallet_of(member, TODAY).currency.unit_id,
        source=Source.CAMPAIGN,
        key="welcome",
        units=50,
        reason=Reason.SIGNUP,
        occurred_at=NOW,
        business_on=TODAY,
        expires_on=None,
    )
    grant(grant=facts)

    entries = queries.activity_of(member).entries

    assert [(entry.title, entry.units, entry.detail) for entry in entries] == [("Welcome points", 50, "")]


def test_a_receipt_says_why(client, shop, django_assert_num_queries):
    member = shop.member()
    story = tell_a_year(shop, member)
    signed_in(client, member)

    with django_assert_num_queries(18):
        text = client.get(url("activity-receipt", purchase=story["returned"].pk)).content.decode()

    assert "£29.39 counted, which makes 29 points." in text
    assert "These do not count: Tobacco." in text
    assert "£4.40 counted. £0.60 more would have made 10 points." in text
    assert "last day 28 February 2027" in text
    assert "Taken back" in text
    assert "Refunded" in text
    assert "receipt R-1103" in text
    assert "SKU1" not in text


def test_a_receipt_says_what_points_paid(shop):
    member = shop.member()
    story = tell_a_year(shop, member)

    receipt = queries.receipt_of(member, story["paid"].pk, TODAY, "en")

    assert receipt.tender == "100 points paid £1.00"
    assert (receipt.price, receipt.paid, receipt.units) == ("£17.70", "£16.70", 16)


def test_a_receipt_says_what_became_of_the_points(shop):
    member = shop.member()
    story = tell_a_year(shop, member)

    receipt = queries.receipt_of(member, story["ending"].pk, TODAY, "en")

    assert [(fact.label, fact.value, fact.hint) for fact in receipt.fate] == [("Spent", "64 points", "")]


def test_pages_have_no_inline_style_or_script(client, shop):
    member = shop.member()
    story = tell_a_year(shop, member)
    signed_in(client, member)

    for address in (url("home"), url("activity"), url("activity-receipt", purchase=story["today"].pk), url("card")):
        text = client.get(address).content.decode()

        assert " style=" not in text
        assert "<style" not in text
        assert " onclick=" not in text


def test_pages_speak_turkish_about_names_and_words(client, shop):
    member = shop.member()
    story = tell_a_year(shop, member)
    signed_in(client, member)
    client.cookies["django_language"] = "tr"

    text = client.get(url("activity-receipt", purchase=story["today"].pk)).content.decode()

    assert '<html lang="tr">' in text
    assert "Her sterlin" in text
    assert "puan" in text


def test_what_points_paid_and_what_returns_changed_can_be_proven_too(shop):
    member = shop.member()
    story = tell_a_year(shop, member)

    paid, returned = (queries.provable_of(member, story[name].pk) for name in ("paid", "returned"))

    assert [(one.label, one.units) for one in paid] == [("Paid with points", -100), ("Earned", 16)]
    assert [(one.label, one.units) for one in returned] == [("Earned", 29), ("Points taken back", -25)]


def test_a_receipt_offers_what_proves_its_points(client, shop):
    member, other = shop.member(), shop.member("Bora", "bora@example.org")
    bought = shop.buy(member, "R-1", NOW - dt.timedelta(days=1), ("Dairy", 1_000))
    movement = queries.provable_of(member, bought.pk)[0].movement
    signed_in(client, member)

    before = client.get(url("activity-receipt", purchase=bought.pk)).content.decode()
    promise, early = client.get(url("promise", movement=movement)), client.get(url("proof", movement=movement))
    seal(programme=member.programme_id, at=NOW, catch_up=True)
    checkpoint(programme=member.programme_id, at=NOW)
    after = client.get(url("activity-receipt", purchase=bought.pk)).content.decode()
    proof = client.get(url("proof", movement=movement))

    assert url("promise", movement=movement) in before
    assert url("proof", movement=movement) not in before
    assert promise.content.decode().startswith("pointbook.receipt/v1\n")
    assert early.status_code == 404
    assert url("proof", movement=movement) in after
    assert proof.content.decode().startswith("c2sp.org/tlog-proof@v1\n")
    assert proof["Content-Disposition"] == f'attachment; filename="{movement}.tlog-proof"'
    signed_in(client, other)
    assert [client.get(url(name, movement=movement)).status_code for name in ("promise", "proof")] == [404, 404]


def gym_visit(member, **payload):
    facts = EventFacts(source="gym", external_id="V1", type="visit", occurred_at=NOW, member=member.pk, payload={"minutes": 30, **payload})
    return record_event(programme=member.programme, facts=facts, at=NOW).event


def test_an_event_stands_in_the_activity_and_says_why(client, shop):
    set_up(shop.programme, SetupKind.EVENT_TYPE, "visit", VISIT)
    rule_for(shop.programme, "visits", trigger="event:visit", kind="fixed", points=20)
    member = shop.member()
    event = gym_visit(member, guest=True)

    [entry] = queries.activity_of(member).entries
    page = signed_in(client, member).get(url("activity-event", event=event.pk))

    assert (entry.title, entry.units, entry.event) == ("Visit", 20, event.pk)
    assert page.status_code == 200
    assert [(rule.name, rule.units) for rule in page.context["story"].gave] == [("Visits", 20)]
    assert {one["label"]: one["value"] for one in page.context["story"].particulars} == {"Minutes": "30", "Guest": "yes"}


def test_an_event_that_was_taken_back_says_so(client, shop):
    set_up(shop.programme, SetupKind.EVENT_TYPE, "visit", VISIT)
    rule_for(shop.programme, "visits", trigger="event:visit", kind="fixed", points=20)
    member = shop.member()
    event = gym_visit(member)
    undo_event(event=event, reason="duplicate", at=NOW)

    page = signed_in(client, member).get(url("activity-event", event=event.pk))

    assert [(entry.title, entry.detail, entry.units) for entry in queries.activity_of(member).entries] == [
        ("Visit", "Points taken back", -20),
        ("Visit", "", 20),
    ]
    assert page.context["story"].undone == "recorded twice"


def test_another_members_event_is_not_there(client, shop):
    set_up(shop.programme, SetupKind.EVENT_TYPE, "visit", VISIT)
    event = gym_visit(shop.member())
    other = shop.member("Grace", "grace@example.org")

    assert signed_in(client, other).get(url("activity-event", event=event.pk)).status_code == 404
    assert signed_in(client, other).get(url("activity-event", event=uuid.uuid4())).status_code == 404
