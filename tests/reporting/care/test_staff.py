import datetime as dt
import logging
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.members.models import MemberStatus
from accounts.staff.roles import Role
from ledger.points.models import Movement
from rewards.adjustments.domain import AdjustmentReason, Direction
from rewards.adjustments.services import Wish, request_adjustment
from tests.colleagues import colleague
from tests.reporting.factories import NOW, open_shop, tell_a_year

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return open_shop()


@pytest.fixture
def ada(shop):
    member = shop.member()
    member.story = tell_a_year(shop, member)
    return member


@pytest.fixture
def support(client):
    client.force_login(colleague(Role.SUPPORT))
    return client


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_a_member_page_shows_who_what_and_why(support, ada):
    page = text_of(support.get(reverse("staff:member", args=[ada.pk])))

    assert "Ada Lovelace" in page
    assert ada.grouped_number in page
    assert "Silver reached" in page or "Gold reached" in page
    assert "Baker's box" in page or "Baker&#x27;s box" in page
    assert "R-1104" in page


def test_every_figure_leads_somewhere(support, ada):
    context = support.get(reverse("staff:member", args=[ada.pk])).context

    assert [stat["label"] for stat in context["stats"] if not stat["url"]] == []
    for row in context["events"]:
        if row["points"] is not None:
            assert support.get(row["url"]).status_code == 200
    for lot in context["lots"]:
        assert support.get(lot["url"]).status_code == 200
    for one in context["evidence"]:
        assert support.get(one["url"]).status_code == 200


def test_every_movement_has_a_page(support, ada):
    for movement in Movement.objects.filter(points_account=ada.points_account_id):
        assert support.get(reverse("staff:movement", args=[movement.pk])).status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_story(support, shop, ada):
    counts = []
    for hour in (8, 9):
        for minute in range(8):
            shop.buy(ada, f"R-9{hour}{minute}", dt.datetime(2026, 3, 9, hour, minute, tzinfo=dt.UTC), ("Dairy", 700))
        with CaptureQueriesContext(connection) as asked:
            support.get(reverse("staff:member", args=[ada.pk]))
        counts.append(len(asked))

    assert counts[1] <= counts[0] <= 34


def test_the_next_page_of_the_story_comes_without_the_rest(support, ada):
    first = support.get(reverse("staff:member", args=[ada.pk]))
    assert first.context["more_url"] == ""  # twenty-five events fit; one kind alone begins its own page

    part = support.get(reverse("staff:member", args=[ada.pk]), {"show": "purchases"}, headers={"HX-Request": "true"})

    assert "<html" not in part.content.decode()
    assert "R-1104" in part.content.decode()


@pytest.mark.parametrize(
    ("role", "labels"),
    [
        (Role.CASHIER, ["What if"]),
        (Role.AUDITOR, ["What if"]),
        (Role.SUPPORT, ["Edit profile", "Correct points", "Give a tier", "What if", "Buyers", "Freeze"]),
    ],
)
def test_actions_follow_the_role(client, ada, role, labels):
    client.force_login(colleague(role))

    context = client.get(reverse("staff:member", args=[ada.pk])).context

    assert [action["label"] for action in context["actions"]] == labels


@pytest.mark.parametrize(("role", "may_cancel"), [(Role.SUPPORT, True), (Role.CASHIER, False), (Role.AUDITOR, False)])
def test_rewards_not_used_yet_stand_on_the_members_page(client, ada, stopped_clock, role, may_cancel):
    stopped_clock(NOW)
    client.force_login(colleague(role))
    voucher = ada.story["voucher"]

    page = client.get(reverse("staff:member", args=[ada.pk]))

    [row] = page.context["untaken"]
    assert (row["title"], row["points"], row["state"]) == ("Baker's box", "120 points", "ready")
    assert row["url"] == reverse("staff:redemption", args=[voucher.pk])
    assert (row["cancel_url"] == reverse("staff:redemption-cancel", args=[voucher.pk])) == may_cancel
    assert ("Cancel it" in text_of(page)) == may_cancel


def test_a_reward_that_was_cancelled_or_lapsed_no_longer_waits(support, ada, stopped_clock):
    stopped_clock(NOW + dt.timedelta(days=60))

    assert support.get(reverse("staff:member", args=[ada.pk])).context["untaken"] == []


def test_a_membership_that_has_ended_offers_nothing(support, ada):
    ada.status = MemberStatus.CLOSED
    ada.save()

    assert support.get(reverse("staff:member", args=[ada.pk])).context["actions"] == []


def test_a_correction_that_waits_stands_on_top(support, ada):
    wish = Wish(direction=Direction.REMOVE, units=7, reason=AdjustmentReason.CORRECTION, note="Counted twice")
    request_adjustment(member=ada, wish=wish, at=NOW, staff=colleague(Role.SUPPORT))

    page = text_of(support.get(reverse("staff:member", args=[ada.pk])))

    assert "A correction waits for a second person" in page
    assert "\N{MINUS SIGN}7 points" in page


def test_no_page_shows_an_id_as_a_name(support, ada):
    pages = [
        reverse("staff:member", args=[ada.pk]),
        reverse("staff:members"),
        reverse("staff:purchases"),
        reverse("staff:member-lots", args=[ada.pk]),
    ]
    pages += [reverse("staff:purchase", args=[ada.story["paid"].pk]), reverse("staff:redemption", args=[ada.story["used"].pk])]

    shown = [page for page in pages if re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-7", text_of(support.get(page)))]

    assert shown == []


def test_the_list_counts_no_queries_for_each_member(support, shop, ada):
    support.get(reverse("staff:members"))
    with CaptureQueriesContext(connection) as few:
        support.get(reverse("staff:members"))
    for number in range(6):
        shop.member(f"Dot{number}", f"dot{number}@example.org")

    with CaptureQueriesContext(connection) as many:
        support.get(reverse("staff:members"))

    assert len(many) == len(few)


def test_a_list_goes_on_where_the_page_before_ended(support, shop):
    for number in range(60):
        shop.member(f"Dot{number:02}", f"dot{number}@example.org")

    first = support.get(reverse("staff:members"))
    second = support.get(reverse("staff:members") + first.context["next_url"])

    names = [row[0]["value"] for page in (first, second) for row in page.context["rows"]]
    assert (len(first.context["rows"]), len(names), len(set(names))) == (50, 60, 60)
    assert first.context["previous_url"] == ""
    assert second.context["next_url"] == ""


@pytest.mark.parametrize("name", ["staff:members", "staff:search"])
def test_no_typing_breaks_a_page(support, ada, name):
    for words in ("\x00", "%", "'", "a" * 5_000, "٣٤٥"):
        assert support.get(reverse(name), {"q": words, "tier": words, "status": words, "store": words}).status_code in (200, 302)


def test_a_cursor_of_another_list_begins_at_the_top(support, ada):
    assert support.get(reverse("staff:members"), {"cursor": "WzEsMl0"}).status_code == 200


def test_the_file_has_everybody_and_the_audit_log_says_who_took_it(client, shop, ada, caplog):
    auditor = colleague(Role.AUDITOR)
    client.force_login(auditor)

    with caplog.at_level(logging.INFO, logger="pointbook.audit"):
        response = client.get(reverse("staff:members-csv"), {"status": "active"})
        lines = b"".join(response.streaming_content).decode().splitlines()

    assert response["Content-Disposition"].startswith('attachment; filename="members-aldersgate-')
    assert response["Cache-Control"] == "no-store"
    assert [line.split(",")[1] for line in lines] == ["Given name", "Ada"]
    assert caplog.messages == [f"members exported: 1 rows of aldersgate by user {auditor.pk}, narrowed by ['status']"]


def test_a_cashier_finds_members_but_takes_no_list(client, ada):
    client.force_login(colleague(Role.CASHIER))

    assert client.get(reverse("staff:members")).context["export_url"] == ""
    assert client.get(reverse("staff:members-csv")).status_code == 403


@pytest.mark.parametrize("words", ["Ada", "ada@example.org", "R-1104"])
def test_a_single_hit_is_opened_at_once(support, ada, words):
    response = support.get(reverse("staff:search"), {"q": words})

    expected = reverse("staff:purchase", args=[ada.story["today"].pk]) if words == "R-1104" else reverse("staff:member", args=[ada.pk])
    assert response["Location"] == expected


def test_a_voucher_and_a_card_are_found_however_they_are_written(support, ada):
    voucher = ada.story["voucher"]

    by_code = support.get(reverse("staff:search"), {"q": voucher.grouped_code.lower()})
    by_card = support.get(reverse("staff:search"), {"q": ada.grouped_number})

    assert by_code["Location"] == reverse("staff:redemption", args=[voucher.pk])
    assert by_card["Location"] == reverse("staff:member", args=[ada.pk])


def test_several_hits_are_listed_and_none_teaches(support, shop, ada):
    shop.member("Adam", "adam@example.org")

    several = text_of(support.get(reverse("staff:search"), {"q": "Ada"}))
    none = text_of(support.get(reverse("staff:search"), {"q": "zzz"}))

    assert "Ada Lovelace" in several and "Adam Lovelace" in several
    assert "Nothing fits" in none
    assert "Type or scan something" in text_of(support.get(reverse("staff:search")))


def test_another_programme_is_not_searched(support, ada):
    open_shop(slug="elsewhere", name="Elsewhere")

    assert support.get(reverse("staff:search"), {"q": "Ada", "programme": "elsewhere"}).status_code == 200
