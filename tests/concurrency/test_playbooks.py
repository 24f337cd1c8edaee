"""Playbooks with several at once: one form drafts once, two forms do not share a code, one approval counts."""

import uuid

from loyalty.kit.problems import Problem
from rewards.campaigns.models import Campaign
from rewards.playbooks.domain import Playbook
from rewards.playbooks.models import PlaybookRun
from rewards.playbooks.queries import drafts_of
from rewards.playbooks.services import approve_drafts
from tests.accounts.at_once import at_once
from tests.accounts.factories import UserFactory
from tests.rewards.playbooks.stage import NOW, drafted, joined, open_shop


def test_the_same_form_at_once_drafts_once(committed_db: None) -> None:
    programme, author, token = open_shop(), UserFactory.create(), uuid.uuid4()
    joined(programme, 3)

    answers = at_once(*[lambda: drafted(programme, Playbook.WELCOME, author=author, token=token)] * 6)

    assert len(set(answers)) == 1 and PlaybookRun.objects.count() == Campaign.objects.count() == 1


def test_forms_at_once_have_codes_of_their_own(committed_db: None) -> None:
    programme, author = open_shop(), UserFactory.create()

    answers = at_once(*[lambda: drafted(programme, Playbook.WELCOME, author=author)] * 4)

    assert len({run.campaign.code for run in answers}) == 4


def test_approvals_at_once_count_once(committed_db: None) -> None:
    run = drafted(open_shop(), Playbook.WELCOME)
    people = [UserFactory.create() for _ in range(4)]

    answers = at_once(*[lambda who=who: approve_drafts(run=run, approver=who, at=NOW) for who in people])

    assert sum(isinstance(answer, Problem) for answer in answers) == 3 and drafts_of(run) == []
