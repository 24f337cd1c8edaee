"""Who holds points hears once of each change, and sees it until it counts."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.db import connection

from accounts.members.models import Member
from accounts.outbox.models import OutboxEvent
from rewards.catalogue.services import withdraw_reward
from rewards.devaluations.emails import send_devaluation_letter
from rewards.devaluations.models import DevaluationNotice
from rewards.devaluations.queries import changes_ahead
from rewards.devaluations.services import announce_changes
from rewards.devaluations.wording import sentences_of
from tests.accounts.factories import AT
from tests.rewards.devaluations.stage import IN_TIME, coffee, price, programme_with_notice, worth
from tests.rewards.factories import IN_A_YEAR, TODAY, give, member_with


def events():
    return list(OutboxEvent.objects.filter(topic="points.buying_less"))


def said(programme, today=TODAY):
    return [sentence for change in changes_ahead(programme, today) for sentence in sentences_of(change)]


@pytest.mark.django_db
def test_changes_are_told_in_sentences_until_they_count():
    programme = programme_with_notice()
    worth(programme, "2", valid_from=TODAY + dt.timedelta(days=1))
    worth(programme, "1.5", step=50)
    reward = coffee(programme)
    price(reward, 700)

    assert said(programme) == [
        "From 25 January 2026 on: Coffee costs 700 points (until then 500).",
        "From 25 January 2026 on: 100 points pay €1.50 (until then €2.00).",
        "From 25 January 2026 on: Points pay in steps of 50 points.",
    ]
    assert said(programme, IN_TIME) == []
    withdraw_reward(reward=reward)
    assert len(said(programme)) == 2


@pytest.mark.django_db
def test_of_two_versions_of_a_day_only_the_one_that_counts_is_told():
    programme = programme_with_notice()
    reward = coffee(programme)
    price(reward, 700), price(reward, 500)

    assert said(programme) == []


@pytest.mark.django_db
def test_who_holds_points_hears_of_all_changes_once():
    programme = programme_with_notice()
    price(coffee(programme), 700)
    worth(programme, "0.5")
    rich = member_with(100, programme=programme, email="ada@example.org")
    poor = member_with(0, programme=programme, email="bea@example.org")
    member_with(100, programme=programme, email=None)
    member_with(100, email="elsewhere@example.org")
    left = member_with(100, programme=programme, email="left@example.org")
    Member.objects.filter(pk=left.pk).update(status="blocked")

    assert announce_changes(programme=programme, at=AT, chunk=2) == 1
    assert announce_changes(programme=programme, at=AT) == 0

    [event] = events()
    assert (event.member_id, len(event.payload["changes"])) == (rich.pk, 2)
    give(poor, 5, IN_A_YEAR)
    assert announce_changes(programme=programme, at=AT) == 1
    assert {of.member_id for of in events()} == {rich.pk, poor.pk}


@pytest.mark.django_db
def test_the_letter_says_what_changes_in_the_members_language():
    programme = programme_with_notice()
    reward = coffee(programme)
    price(reward, 700)
    member_with(100, programme=programme, email="ada@example.org", locale="tr")
    announce_changes(programme=programme, at=AT)
    [event] = events()

    send_devaluation_letter(event)

    [letter] = mail.outbox
    assert "Coffee için 700" in letter.body and "25 Ocak 2026" in letter.body and "500" in letter.alternatives[0][0]
    mail.outbox.clear()
    withdraw_reward(reward=reward)
    send_devaluation_letter(event)
    assert mail.outbox == []


@pytest.mark.usefixtures("committed_db")
def test_two_runs_at_once_tell_it_once():
    programme = programme_with_notice()
    price(coffee(programme), 700)
    for number in range(6):
        member_with(100, programme=programme, email=f"m{number}@example.org")

    def run(_number):
        try:
            return announce_changes(programme=programme, at=AT, chunk=2)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        told = sum(threads.map(run, range(4)))

    assert told == len(events()) == DevaluationNotice.objects.count() == 6
