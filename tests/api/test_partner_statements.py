"""Statements of their months for partners themselves."""

import pytest

from accounts.partners.domain import Scope
from rewards.coalition.domain import digest_of
from rewards.coalition.services import issue_statement
from rewards.coalition.shapes import StatementsAnswer, StatementStory
from tests.accounts.factories import PartnerFactory, PartnerKeyFactory
from tests.api.caller import Caller
from tests.api.conftest import caller_for, open_club
from tests.rewards.coalition.stage import MONTH, NEXT_MONTH


@pytest.fixture
def partner(programme):
    return PartnerFactory.create(legal_entity=programme.legal_entity)


@pytest.fixture
def statement(programme, partner):
    return issue_statement(programme=programme, partner=partner, month=MONTH, at=NEXT_MONTH)


def caller_of(partner, programme):
    key = PartnerKeyFactory.create(partner=partner, programmes=[programme], scopes=[Scope.STATEMENTS_READ])
    return Caller(programme.slug, key.raw)


def test_a_partner_reads_its_own_statements(programme, partner, statement):
    caller = caller_of(partner, programme)

    page, one = caller.get("partner-statements"), caller.get(f"partner-statements/{statement.pk}")

    assert StatementsAnswer.model_validate_json(page.content)
    assert StatementStory.model_validate_json(one.content)
    assert [row["id"] for row in page.json()["results"]] == [str(statement.pk)]
    told = one.json()
    head = {name: told[name] for name in ("programme", "partner", "month", "currency", "invoiced", "payable", "tendered")}
    assert told["hash"] == digest_of(head, told["lines"])


def test_another_partner_sees_nothing_of_it(programme, statement):
    stranger = caller_of(PartnerFactory.create(legal_entity=programme.legal_entity, name="Stranger"), programme)

    assert stranger.get("partner-statements").json()["results"] == []
    assert stranger.get(f"partner-statements/{statement.pk}").status_code == 404
    assert caller_for(open_club(slug="other")).get(f"partner-statements/{statement.pk}").status_code == 404


def test_months_can_be_narrowed(programme, partner, statement):
    caller = caller_of(partner, programme)

    assert caller.get("partner-statements", from_on=NEXT_MONTH.date().isoformat()).json()["results"] == []
    assert len(caller.get("partner-statements", through_on=MONTH.isoformat()).json()["results"]) == 1
