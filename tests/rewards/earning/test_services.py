import datetime as dt

import pytest

from accounts.programmes.queries import currency_of
from rewards.earning.models import EarningRuleVersion
from rewards.earning.queries import setting_of
from rewards.earning.services import (
    AnotherPersonMustApproveRule,
    RuleAlreadyApproved,
    RuleIsNotNew,
    approve_rule,
    draft_rule,
    write_first_rule,
)
from tests.accounts.factories import AT, ProgrammeFactory, UserFactory

pytestmark = pytest.mark.django_db
TOMORROW = AT.date() + dt.timedelta(days=1)
DEFINITION = {"points": 1, "step_minor": 100}


def draft(programme, author, definition=DEFINITION, valid_from=TOMORROW):
    currency = currency_of(programme)
    return draft_rule(
        programme=programme, code="r", name="R", currency=currency, definition=definition, valid_from=valid_from, author=author
    )


def test_a_drafted_version_counts_from_its_day_once_another_person_approved_it() -> None:
    programme, author, approver = ProgrammeFactory.create(), UserFactory.create(), UserFactory.create()
    first = draft(programme, author)
    assert setting_of(programme).rules_on(TOMORROW) == []

    approve_rule(version=first, approver=approver, at=AT)
    second = draft(programme, author, {"points": 2, "step_minor": 100}, TOMORROW + dt.timedelta(days=7))
    approve_rule(version=second, approver=approver, at=AT)

    rules = setting_of(programme)
    assert [rule.points for rule in rules.rules_on(AT.date())] == []
    assert [rule.points for rule in rules.rules_on(TOMORROW)] == [1]
    assert [rule.points for rule in rules.rules_on(second.valid_from)] == [2]


def test_the_author_cannot_approve() -> None:
    programme, author = ProgrammeFactory.create(), UserFactory.create()
    version = draft(programme, author)

    with pytest.raises(AnotherPersonMustApproveRule):
        approve_rule(version=version, approver=author, at=AT)

    assert EarningRuleVersion.objects.get(pk=version.pk).approved_at is None


def test_a_version_is_approved_once_and_not_for_the_past() -> None:
    programme, author, approver = ProgrammeFactory.create(), UserFactory.create(), UserFactory.create()
    version = draft(programme, author)
    approve_rule(version=version, approver=approver, at=AT)

    with pytest.raises(RuleAlreadyApproved):
        approve_rule(version=version, approver=approver, at=AT)
    with pytest.raises(RuleIsNotNew):
        approve_rule(version=draft(programme, author, valid_from=AT.date()), approver=approver, at=AT)


def test_a_live_programme_takes_no_unapproved_rule() -> None:
    programme = ProgrammeFactory.create()

    with pytest.raises(RuleIsNotNew):
        write_first_rule(
            programme=programme, code="r", name="R", currency=currency_of(programme), definition=DEFINITION, valid_from=TOMORROW, at=AT
        )

    assert not EarningRuleVersion.objects.exists()
