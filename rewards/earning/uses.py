"""What capped rules have given members so far."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping

from django.db.models import Sum

from rewards.earning.domain import Rule, RuleOutcome, Why
from rewards.earning.models import RuleUse
from rewards.earning.queries import Setting

Noted = Mapping[int, tuple[int, int, int]]
"""Units, times and what was counted for a period, by rule."""
NOTHING: Noted = {}


def is_limited(rule: Rule) -> bool:
    """Whether what the rule gives must be noted for the member's next purchases."""
    return bool(rule.looked_back)


def noted_uses(wallet: uuid.UUID, evidence: Collection[uuid.UUID]) -> Noted:
    """Return what was noted for these purchases and returns; one query."""
    rows = RuleUse.objects.filter(points_account=wallet, evidence__in=evidence).values_list("rule").order_by()
    return {rule: (units, uses, basis) for rule, units, uses, basis in rows.annotate(Sum("units"), Sum("uses"), Sum("basis_minor"))}


def new_uses(
    setting: Setting,
    was: Noted,
    outcomes: Iterable[RuleOutcome],
    *,
    wallet: uuid.UUID,
    business_on: dt.date,
    evidence: uuid.UUID,
    purchase: uuid.UUID | None = None,
) -> list[RuleUse]:
    """Return what must be noted so that the uses of a purchase's capped rules come to these outcomes (a return takes away)."""
    found = []
    for outcome in outcomes:
        rule, compiled = setting.rule_ids[outcome.version_id], setting.compiled[outcome.version_id]
        units, uses, basis = was.get(rule, (0, 0, 0))
        more = _counted(compiled, outcome, basis) - basis
        if (outcome.units != units or more) and is_limited(compiled):
            found.append(
                RuleUse(
                    points_account_id=wallet,
                    rule_id=rule,
                    business_on=business_on,
                    units=outcome.units - units,
                    uses=bool(outcome.units) - uses,
                    basis_minor=more,
                    purchase=purchase if compiled.period else None,
                    evidence=evidence,
                )
            )
    return found


def _counted(rule: Rule, outcome: RuleOutcome, so_far: int) -> int:
    """What counts for the rule's period; an undone rule gives nothing, but what was bought was bought."""
    if not rule.period:
        return 0
    return so_far if outcome.reason is Why.UNDONE else outcome.counted_minor


def note_uses(uses: Iterable[RuleUse]) -> None:
    """Write them down, in the transaction of the purchase or return."""
    rows = list(uses)
    if rows:
        RuleUse.objects.bulk_create(rows)
