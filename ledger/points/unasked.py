"""Take grants back where nobody can be asked about points that are spent already: in a batch, one member never stops the others."""

import uuid

from django.db import transaction

from ledger.points import services
from ledger.points.domain import ArrearsPolicy, Reversal, Taking
from ledger.points.models import PointUnit


def reverse_unasked(*, grant: uuid.UUID, taking: Taking, unit: PointUnit, refunded_minor: int | None = None) -> Reversal:
    """Take a grant back; spent points are owed as far as the currency lets points be owed, and forgiven beyond.

    Raises: NothingToReverse, PointsOnHold.
    """
    if ArrearsPolicy(unit.arrears_policy) is ArrearsPolicy.LIMIT:
        try:
            return _reverse(grant, taking, unit, ArrearsPolicy.LIMIT, refunded_minor)
        except services.SpentPointsMayNotBeOwed:
            pass
    return _reverse(grant, taking, unit, ArrearsPolicy.FORGIVE, refunded_minor)


def _reverse(grant: uuid.UUID, taking: Taking, unit: PointUnit, policy: ArrearsPolicy, refunded_minor: int | None) -> Reversal:
    """In a savepoint: a refusal ends the transaction that it happens in."""
    with transaction.atomic():
        return services.reverse(
            grant=grant,
            taking=taking,
            policy=policy,
            limit=unit.arrears_limit,
            refunded_minor=refunded_minor,
            order=unit.consumption_order,
        )
