import datetime as dt

import pytest
from django.conf import settings
from django.core import mail

from accounts.members import services
from accounts.members.models import ClaimCode, Member
from accounts.outbox import tasks
from accounts.outbox.models import OutboxEvent
from accounts.programmes.models import PointCurrency
from tests.accounts.factories import AT, MemberFactory, ProgrammeFactory, give

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr("loyalty.kit.clock.now", lambda: AT)


def enrol(**facts):
    return MemberFactory.create(
        **{"programme": ProgrammeFactory.create(name="Deniz Club", slug="deniz"), "email": "ada@example.org", "announce": True} | facts
    )


def letter():
    tasks.deliver_due_events()
    (message,) = mail.outbox
    (html,) = [content for content, kind in message.alternatives if kind == "text/html"]
    return message, html


def test_a_new_member_is_welcomed_with_the_card():
    member = enrol(given_name="Ada <b>", family_name="")

    message, html = letter()

    assert (message.subject, message.from_email) == ("Welcome to Deniz Club", "Deniz Club <pointbook@localhost>")
    assert message.to == ['"Ada <b>" <ada@example.org>']
    assert member.grouped_number in message.body
    assert member.grouped_number in html
    assert "Hello Ada <b>," in message.body
    assert "Hello Ada &lt;b&gt;," in html
    assert settings.PORTAL_URL.format(programme="deniz") in message.body
    assert settings.PORTAL_URL.format(programme="deniz") in html


def test_a_letter_sent_twice_is_recognised_as_one():
    enrol()
    message, _html = letter()

    assert message.extra_headers["Message-ID"] == f"<{OutboxEvent.objects.get().pk}@localhost>"
    tasks.deliver_due_events()
    assert len(mail.outbox) == 1


def test_a_member_reads_the_own_language():
    enrol(locale="tr")

    message, html = letter()

    assert message.subject == "Deniz Club kulübüne hoş geldiniz"
    assert "Merhaba Ada," in message.body
    assert '<html lang="tr">' in html


def test_somebody_without_address_or_gone_gets_no_letter():
    enrol(email="")
    OutboxEvent.objects.create(topic="member.enrolled", member_id="0192f0c1-2d3e-7000-8000-000000000000", created_at=AT, due_at=AT)

    assert tasks.deliver_due_events() == 2
    assert mail.outbox == []
    assert not OutboxEvent.objects.filter(delivered_at=None).exists()


@pytest.mark.parametrize(("locale", "points", "day"), [("en", "1,200 stars", "31 January"), ("tr", "1.200 yıldız", "31 Ocak")])
def test_points_that_end_are_named_with_number_word_and_last_day(locale, points, day):
    member = enrol(locale=locale, announce=False)
    PointCurrency.objects.update(singular="star", plural="stars", other_words={"tr": ["yıldız", "yıldız"]})
    give(member, 1_200, dt.date(2026, 2, 1))
    services.announce_expiring_points(programme=member.programme, at=AT)

    message, html = letter()

    for text in (message.subject, message.body, html):
        assert points in text
        assert day in text
    for text in (message.body, html):
        assert settings.PORTAL_URL.format(programme="deniz") + "profile/consents/" in text, "the way to switch these e-mails off"


def test_a_claim_code_is_readable_in_the_letter_only():
    member = enrol(announce=False)
    services.request_claim_code(programme=member.programme, card=member.number, at=AT)

    message, html = letter()

    code = services.readable_code(ClaimCode.objects.get())
    assert code in message.subject
    assert code in message.body
    assert code in html
    assert "1:30 p.m." in message.body, "the end is told in the programme's time zone"


def test_a_used_code_is_not_sent():
    member = enrol(announce=False)
    services.request_claim_code(programme=member.programme, card=member.number, at=AT)
    ClaimCode.objects.update(used_at=AT)

    assert tasks.deliver_due_events() == 1
    assert mail.outbox == []


def test_the_address_is_the_one_at_the_time_of_sending():
    member = enrol()
    Member.objects.filter(pk=member.pk).update(email="new@example.org")

    message, _html = letter()

    assert "new@example.org" in message.to[0]
