"""Back-tests from asking to the last part."""

import datetime as dt
from typing import Any

from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from rewards.backtests.models import BackTest
from rewards.backtests.services import request_back_test, work_on_all
from rewards.earning.models import EarningRuleVersion
from rewards.earning.services import draft_rule
from tests.accounts.factories import AT, UserFactory

LATER = AT + dt.timedelta(days=60)


def draft_of(programme: Programme, code: str, definition: dict[str, Any], **more: Any) -> EarningRuleVersion:
    return draft_rule(
        programme=programme,
        code=code,
        name=code.capitalize(),
        currency=currency_of(programme),
        definition=definition,
        valid_from=LATER.date() + dt.timedelta(days=1),
        author=UserFactory.create(),
        **more,
    )


def ask(programme: Programme, **more: Any) -> BackTest:
    facts = {
        "name": "What if",
        "first_on": AT.date(),
        "last_on": LATER.date(),
        "author": UserFactory.create(),
        "at": LATER,
    } | more
    return request_back_test(programme=programme, **facts)


def run(programme: Programme, **more: Any) -> BackTest:
    """Asked and worked out."""
    row = ask(programme, **more)
    work_on_all(at=LATER, seconds=60)
    row.refresh_from_db()
    assert row.state == BackTest.State.DONE, row.fault
    return row


def earned(row: BackTest, side: str, currency: str = "points") -> int:
    return sum(month.get(side, {}).get(currency, 0) for month in row.figures.get("months", {}).values())
