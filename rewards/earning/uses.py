"""What capped rules have given members so far."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping

from django.db.models import Sum

from rewards.earning.domain import Rule, RuleOutcome
from rewards.earning.models import RuleUse
from rewards.earning.queries import Setting

Noted = Mapping[int, tuple[int, int]]
"""Units and times by rule."""
NOTHING: Noted = {}


def is_limited(rule: Rule) -> bool:
    """Whether what the rule gives must be noted for the member's next purchases."""
    return any(cap.needs_history for cap in rule.caps)


def noted_uses(wallet: uuid.UUID, evidence: Collection[uuid.UUID]) -> Noted:
    """Return what was noted for these purchases and returns; one query."""
    rows = RuleUse.objects.filter(points_account=wallet, evidence__in=evidence).values_list("rule").order_by()
    return {rule: (units, uses) for rule, units, uses in rows.annotate(Sum("units"), Sum("uses"))}


def new_uses(
    setting: Setting, was: Noted, outcomes: Iterable[RuleOutcome], *, wallet: uuid.UUID, business_on: dt.date, evidence: uuid.UUID
) -> list[RuleUse]:
    """Return what must be noted so that the uses of a purchase's capped rules come to these outcomes (a return takes away)."""
    found = []
    for outcome in outcomes:
        rule = setting.rule_ids[outcome.version_id]
        units, uses = was.get(rule, (0, 0))
        if outcome.units != units and is_limited(setting.compiled[outcome.version_id]):
            found.append(
                RuleUse(
                    points_account_id=wallet,
                    rule_id=rule,
                    business_on=business_on,
                    units=outcome.units - units,
                    uses=bool(outcome.units) - uses,
                    evidence=evidence,
                )
            )
    return found


def note_uses(uses: Iterable[RuleUse]) -> None:
    """Write them down, in the transaction of the purchase or return."""
    rows = list(uses)
    if rows:
        RuleUse.objects.bulk_create(rows)
