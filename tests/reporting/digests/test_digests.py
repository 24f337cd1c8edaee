"""Letters on Mondays: once a week to who asked, with last week's figures; the way out needs no password."""

import datetime as dt

import pytest
from django.core import mail
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.staff.roles import Role
from reporting.digests import services
from reporting.digests.domain import due_week, week_of
from reporting.digests.models import DigestLetter, DigestSubscription
from tests.colleagues import colleague
from tests.reporting.factories import NOW, open_shop, tell_a_year

MONDAY = dt.datetime(2026, 3, 9, 7, tzinfo=dt.UTC)
WEEK_AGO = MONDAY - dt.timedelta(days=7)


@given(st.datetimes(timezones=st.just(dt.UTC)), st.dates())
def test_a_letter_is_due_in_the_week_that_began_on_its_monday_after_somebody_asked(local, since):
    week = due_week(local, since)

    if week is None:
        assert week_of(local.date()) <= since or (local.weekday() == 0 and local.hour < 7)
    else:
        assert week.weekday() == 0
        assert 0 <= (local.date() - week).days < 7
        assert since < week


@pytest.fixture
def shop(db, stopped_clock):
    stopped_clock(NOW)
    shop = open_shop()
    member = shop.member()
    tell_a_year(shop, member)
    shop.buy(member, "R-2000", NOW - dt.timedelta(days=6), ("Fruit", 740))
    return shop


@pytest.fixture
def reader(shop):
    return colleague(Role.MARKETING, name="Mira Moss", email="mira@example.org")


def wanted(shop, user, at=WEEK_AGO):
    return services.subscribe(user=user, programme=shop.programme, at=at)


def test_the_letter_has_last_week_against_the_week_before(shop, reader):
    wanted(shop, reader)

    assert services.send_due(at=MONDAY) == 1

    (letter,) = mail.outbox
    html, _kind = letter.alternatives[0]
    assert letter.to == ["Mira Moss <mira@example.org>"]
    assert "2 Mar 2026 to 8 Mar 2026" in letter.subject
    assert "compared with 23 Feb 2026 to 1 Mar 2026" in letter.body
    assert "Sales to members: £" in letter.body
    assert 'href="http://localhost:8000/staff/store-days/' in html
    assert "Contract liability" not in html, "who does not see the books gets none of their figures"


def test_it_goes_out_once_however_often_the_task_runs(shop, reader):
    wanted(shop, reader)

    sent = [services.send_due(at=MONDAY + dt.timedelta(hours=hours)) for hours in (-1, 0, 1, 30, 24 * 6)]

    assert sent == [0, 1, 0, 0, 0]
    assert services.send_due(at=MONDAY + dt.timedelta(days=7)) == 1
    assert DigestLetter.objects.count() == len(mail.outbox) == 2


def test_a_letter_that_cannot_go_out_is_tried_again_and_stops_no_other(shop, reader, monkeypatch):
    other = colleague(Role.AUDITOR, email="otto@example.org")
    wanted(shop, reader)
    wanted(shop, other)
    send = services.letter_of

    def breaks(row, week_on):
        if row.user == reader:
            raise ConnectionError
        return send(row, week_on)

    monkeypatch.setattr(services, "letter_of", breaks)
    with pytest.raises(ExceptionGroup):
        services.send_due(at=MONDAY)
    assert [letter.to[0] for letter in mail.outbox] == [f"{other.name} <otto@example.org>"]

    monkeypatch.undo()
    assert services.send_due(at=MONDAY + dt.timedelta(hours=1)) == 1


def test_who_asks_gets_the_first_letter_on_the_monday_after(shop, reader):
    wanted(shop, reader, at=MONDAY + dt.timedelta(hours=3))

    assert services.send_due(at=MONDAY + dt.timedelta(days=2)) == 0
    assert services.send_due(at=MONDAY + dt.timedelta(days=7)) == 1


def test_who_left_or_lost_the_right_gets_none(shop, reader):
    wanted(shop, reader)
    reader.groups.clear()

    assert services.send_due(at=MONDAY) == 0


def test_it_speaks_the_reader_s_language_and_shows_the_books_to_who_sees_them(shop):
    controller = colleague(Role.AUDITOR, email="deniz@example.org")
    controller.locale = "tr"
    controller.save()
    wanted(shop, controller)

    services.send_due(at=MONDAY)

    body = mail.outbox[0].body
    assert "Good morning" not in body
    assert "Sales to members" not in body
    assert "Sözleşme" in body


def test_the_page_shows_the_letter_and_switches_it_on_and_off(client, shop, reader):
    client.force_login(reader)
    page = client.get(reverse("staff:digest"))
    assert "Send it to me" in page.content.decode()
    assert "mira@example.org" in page.content.decode()

    client.post(reverse("staff:digest"), {"wanted": "yes"})
    client.post(reverse("staff:digest"), {"wanted": "yes"})
    assert DigestSubscription.objects.get().since_on == NOW.date()
    assert "Stop the letters" in client.get(reverse("staff:digest")).content.decode()

    client.post(reverse("staff:digest"), {"wanted": "no"})
    assert not DigestSubscription.objects.exists()


def test_who_may_not_see_reports_may_not_see_the_letter(client, shop):
    client.force_login(colleague(Role.SUPPORT))

    assert client.get(reverse("staff:digest")).status_code == 403


def test_the_link_in_a_letter_asks_and_then_stops_it_without_signing_in(client, shop, reader):
    wanted(shop, reader)
    services.send_due(at=MONDAY)
    address = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")
    assert address in mail.outbox[0].body

    assert "Stop the letters?" in client.get(address).content.decode()
    assert DigestSubscription.objects.exists()
    assert "No more letters" in client.post(address, {"List-Unsubscribe": "One-Click"}).content.decode()
    assert not DigestSubscription.objects.exists()
    assert client.post(address).status_code == 200, "a second click is none"


@pytest.mark.parametrize("token", ["x", "0" * 32, "0" * 32 + ".abc", "a" * 500])
def test_a_link_that_was_never_in_a_letter_is_not_found(client, reader, token):
    assert client.get(reverse("staff:digest-stop", args=[token])).status_code == 404
