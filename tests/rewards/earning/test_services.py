import datetime as dt

import pytest

from accounts.programmes.queries import currency_of
from rewards.earning.approved import approved_of
from rewards.earning.models import EarningRuleVersion
from rewards.earning.queries import compiled_versions, setting_of
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
    assert list(setting_of(programme).rules_on(TOMORROW)) == []

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


def approve_elsewhere(version, approver) -> None:
    """As another process does: nobody here is told."""
    version.approver, version.approved_at = approver, AT
    version.save(update_fields=["approver", "approved_at"])


def test_versions_are_read_again_only_when_there_are_more() -> None:
    programme, author, approver = ProgrammeFactory.create(), UserFactory.create(), UserFactory.create()
    first, second = draft(programme, author), draft(programme, author, {"points": 2, "step_minor": 100}, TOMORROW + dt.timedelta(days=7))
    approve_rule(version=first, approver=approver, at=AT)

    before = approved_of(programme)
    assert approved_of(programme) is before
    approve_elsewhere(second, approver)

    assert [rule.points for rule in approved_of(programme).rules_on(second.valid_from)] == [2]


def test_a_rule_has_one_book_until_a_version_begins_or_ends() -> None:
    programme, author, approver = ProgrammeFactory.create(), UserFactory.create(), UserFactory.create()
    ends = TOMORROW + dt.timedelta(days=2)
    version = draft(programme, author)
    version.valid_to = ends
    version.save()
    approve_rule(version=version, approver=approver, at=AT)

    approved = approved_of(programme)

    assert [len(approved.rules_on(TOMORROW + dt.timedelta(days=day))) for day in range(-1, 5)] == [0, 1, 1, 1, 0, 0]
    assert approved.rules_on(TOMORROW) is approved.rules_on(ends)


def test_a_return_knows_versions_that_another_process_has_just_met() -> None:
    programme, author, approver = ProgrammeFactory.create(), UserFactory.create(), UserFactory.create()
    version = draft(programme, author)
    setting_of(programme)
    approve_elsewhere(version, approver)

    assert compiled_versions([version.pk], programme)[version.pk].points == 1
