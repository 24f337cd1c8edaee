"""Ladders are written, approved and superseded like rules."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from rewards.tiers.domain import MalformedLadder
from rewards.tiers.ladders import ladders_of
from rewards.tiers.models import Tier, TierLadder, TierLadderVersion
from rewards.tiers.services import (
    AnotherPersonMustApproveLadder,
    LadderAlreadyApproved,
    LadderIsNotNew,
    TiersChangePlaces,
    approve_ladder,
    write_first_ladder,
    write_ladder_version,
)
from tests.accounts.factories import AT, ProgrammeFactory, UserFactory
from tests.rewards.factories import LadderFactory
from tests.rewards.tiers.definitions import ladder, spend
from tests.rewards.witness import refused

pytestmark = pytest.mark.django_db

TOMORROW = AT.date() + dt.timedelta(days=1)


@pytest.fixture
def programme():
    return ProgrammeFactory.create()


@pytest.fixture
def approver():
    return UserFactory.create()


@pytest.fixture
def author():
    return UserFactory.create()


def draft(programme, tiers, author, **kwargs):
    facts = {"code": "travel", "name": "Travel", "valid_from": TOMORROW, "author": author} | kwargs
    return write_ladder_version(programme=programme, definition=ladder(tiers), **facts)


def test_a_draft_changes_nothing_until_another_person_approves_it(programme, author, approver):
    version = draft(programme, spend(silver=100, gold=500), author)
    before = ladders_of(programme.pk).judged

    approve_ladder(version=version, approver=approver, at=AT)

    [judged] = ladders_of(programme.pk).judged
    assert before == ()
    assert (judged.ladder.code, [*judged.tiers], judged.versions[0].valid_from) == ("travel", ["silver", "gold"], TOMORROW)
    assert judged.on(AT.date()) is None and judged.on(TOMORROW).version == version.pk


def test_who_wrote_a_version_does_not_approve_it(programme, author, approver):
    version = draft(programme, spend(silver=100), author)

    with refused(AnotherPersonMustApproveLadder):
        approve_ladder(version=version, approver=version.author, at=AT)


def test_a_version_is_approved_once_and_not_for_the_past(programme, author, approver):
    version, late = draft(programme, spend(silver=100), author), draft(programme, spend(silver=200), author, valid_from=AT.date())
    approve_ladder(version=version, approver=approver, at=AT)

    with refused(LadderAlreadyApproved):
        approve_ladder(version=version, approver=approver, at=AT)
    with refused(LadderIsNotNew):
        approve_ladder(version=late, approver=approver, at=AT)


def test_a_malformed_draft_leaves_nothing(programme, author):
    with refused(MalformedLadder):
        draft(programme, spend(silver=100, gold=50), author)

    assert not TierLadder.objects.exists()


def test_new_tiers_may_stand_between_the_old_but_none_change_places(programme, author, approver):
    approve_ladder(version=draft(programme, spend(silver=100, gold=500), author), approver=approver, at=AT)

    approve_ladder(version=draft(programme, spend(silver=100, ruby=300, gold=500, black=900), author), approver=approver, at=AT)

    assert [*Tier.objects.order_by("rank").values_list("code", flat=True)] == ["silver", "ruby", "gold", "black"]
    with refused(TiersChangePlaces):
        draft(programme, spend(gold=100, silver=500), author)


def test_a_tier_that_a_version_leaves_out_keeps_its_place(programme, author, approver):
    approve_ladder(version=draft(programme, spend(silver=100, ruby=300, gold=500), author), approver=approver, at=AT)

    approve_ladder(version=draft(programme, spend(silver=100, gold=500), author), approver=approver, at=AT)

    assert [*Tier.objects.order_by("rank").values_list("code", flat=True)] == ["silver", "ruby", "gold"]


def test_an_approved_version_is_never_edited(programme, author, approver):
    version = approve_ladder(version=draft(programme, spend(silver=100), author), approver=approver, at=AT)

    with pytest.raises(DatabaseError), transaction.atomic():
        TierLadderVersion.objects.filter(pk=version.pk).update(definition={})


def test_the_main_ladder_of_a_programme_that_is_not_live_is_plain_if_it_says_so():
    programme = ProgrammeFactory.create(state="draft")

    write_first_ladder(programme=programme, code="main", name="Year", definition=ladder(spend(silver=0, gold=500)), at=AT, is_main=True)

    found = ladders_of(programme.pk)
    assert [(step.code, step.threshold_minor) for step in found.plain.steps] == [("silver", 0), ("gold", 500)]
    assert found.judged == ()


def test_a_programme_that_is_live_needs_two_people_for_a_ladder(programme):
    with refused(LadderIsNotNew):
        write_first_ladder(programme=programme, code="main", name="Year", definition=ladder(spend(gold=500)), at=AT, is_main=True)


def test_the_second_version_of_a_plain_ladder_makes_it_one_that_is_judged(author, approver):
    plain = LadderFactory.create()

    version = draft(plain.programme, spend(bronze=0, silver=120_000, gold=400_000), author, code="main")
    still = ladders_of(plain.programme_id)
    approve_ladder(version=version, approver=approver, at=AT)

    now = ladders_of(plain.programme_id)
    assert still.plain is not None and still.judged == ()
    assert now.plain is None and [one.version for one in now.main.versions][-1] == version.pk
    assert len(now.main.versions) == 2
