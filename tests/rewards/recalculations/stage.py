"""Recalculations from asking to the last posting."""

import datetime as dt
from typing import Any

from accounts.members.models import Member
from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from accounts.programmes.services import change_programme_state
from ledger.points.queries import holdings
from rewards.earning.models import EarningRule, EarningRuleVersion
from rewards.earning.services import draft_rule, write_first_rule
from rewards.recalculations.models import Recalculation, RecalculationItem, RecalculationResult
from rewards.recalculations.services import approve_recalculation, post, request_retroactive, request_undo, sweep
from rewards.tiers.services import write_first_ladder
from tests.accounts.factories import AT, ProgrammeFactory, UserFactory
from tests.rewards.purchases.conftest import FIRST_DAY

LATER = AT + dt.timedelta(days=30)
MONTH = {"first_on": AT.date().replace(day=1), "last_on": LATER.date()}
PAST = AT.date()
BASE = {"kind": "per_step", "points": 1, "step_minor": 100}


def open_with_rules(*, ladder: dict[str, Any] | None = None, **definitions: dict[str, Any]) -> Programme:
    """A live programme with these rules by code, and a ladder of tiers."""
    programme = ProgrammeFactory.create(state="draft")
    if ladder:
        write_first_ladder(programme=programme, code="main", name="Club", definition=ladder, at=AT, is_main=True)
    for code, definition in definitions.items():
        write_first_rule(
            programme=programme,
            code=code,
            name=code.capitalize(),
            currency=currency_of(programme),
            definition=definition,
            valid_from=FIRST_DAY,
            at=AT,
        )
    return change_programme_state(programme=programme, state="live")


def rule(programme: Programme, code: str) -> EarningRule:
    return EarningRule.objects.get(programme=programme, code=code)


def ask_undo(programme: Programme, code: str = "", **more: Any) -> Recalculation:
    """Asked and previewed."""
    facts = MONTH | {"reason": "A mistake", "author": UserFactory.create(), "at": LATER} | more
    row = request_undo(programme=programme, rule=rule(programme, code) if code else None, **facts)
    assert sweep(recalculation=row.pk)
    row.refresh_from_db()
    return row


def approve(row: Recalculation, at: dt.datetime = LATER) -> Recalculation:
    return approve_recalculation(recalculation=row.pk, approver=UserFactory.create(), at=at)


def undo(programme: Programme, code: str = "", **more: Any) -> Recalculation:
    """Asked, previewed, approved and posted."""
    row = approve(ask_undo(programme, code, **more))
    assert post(recalculation=row.pk, at=LATER)
    row.refresh_from_db()
    return row


def past_rule(
    programme: Programme, definition: dict[str, Any], *, code: str = "extra", last_on: dt.date = PAST, **more: Any
) -> EarningRuleVersion:
    """A drafted rule whose days have passed."""
    return draft_rule(
        programme=programme,
        code=code,
        name=code.capitalize(),
        currency=currency_of(programme),
        definition=definition,
        valid_from=AT.date().replace(day=1),
        valid_to=last_on,
        author=UserFactory.create(),
        **more,
    )


def ask_retroactive(version: EarningRuleVersion, **more: Any) -> Recalculation:
    row = request_retroactive(version=version, reason="We promised", author=UserFactory.create(), at=LATER, **more)
    assert sweep(recalculation=row.pk)
    row.refresh_from_db()
    return row


def retroact(version: EarningRuleVersion, **more: Any) -> Recalculation:
    row = approve(ask_retroactive(version, **more))
    assert post(recalculation=row.pk, at=LATER)
    row.refresh_from_db()
    return row


def has(member: Member) -> int:
    """What the member has now, less what they owe; what was due is left out."""
    return sum(
        of.available + of.pending + of.held - of.arrears for of in holdings(points_account=member.points_account_id, today=LATER.date())
    )


def planned(row: Recalculation) -> list[int]:
    return sorted(sum(item.units.values()) for item in RecalculationItem.objects.filter(recalculation=row))


def posted(row: Recalculation) -> list[int]:
    return sorted(sum(result.units.values()) for result in RecalculationResult.objects.filter(recalculation=row))
