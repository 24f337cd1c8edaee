"""What purchases and returns say, as ladders count it. Reads the rows that shops sent, and no counter."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from decimal import Decimal

from django.db.models import Q

from rewards.purchases.domain import Kept as KeptOfLine
from rewards.purchases.domain import kept_lines
from rewards.purchases.models import Purchase, PurchaseLine, PurchaseRevision, Return, ReturnLine
from rewards.tiers.domain.counting import Kept, Tally, tallies
from rewards.tiers.domain.scheme import Metric, MetricKind


def tallies_of_members(members: Collection[uuid.UUID], metrics: Collection[Metric]) -> dict[uuid.UUID, list[Tally]]:
    """Return all that these members' purchases, returns and revisions count; five queries at most."""
    return _tallies(Purchase.objects.filter(member__in=members), metrics) if members else {}


def tallies_of_evidence(evidence: Collection[uuid.UUID], metrics: Collection[Metric]) -> dict[uuid.UUID, list[Tally]]:
    """Return what these purchases, returns and revisions alone count, by member; seven queries at most."""
    returned = Return.objects.filter(pk__in=evidence).values_list("purchase", flat=True)
    revised = PurchaseRevision.objects.filter(pk__in=evidence).values_list("purchase", flat=True)
    found = _tallies(Purchase.objects.filter(Q(pk__in=evidence) | Q(pk__in=[*returned, *revised])), metrics)
    return {member: [tally for tally in of if tally.evidence in evidence] for member, of in found.items()}


def _tallies(rows: Iterable[Purchase], metrics: Collection[Metric]) -> dict[uuid.UUID, list[Tally]]:
    purchases = list(rows)
    returns: dict[uuid.UUID, list[Return]] = defaultdict(list)
    ids = [purchase.pk for purchase in purchases]
    for row in Return.objects.filter(purchase__in=ids).order_by("pk"):
        returns[row.purchase_id].append(row)
    revisions: dict[uuid.UUID, list[PurchaseRevision]] = defaultdict(list)
    for revision in PurchaseRevision.objects.filter(purchase__in=ids).order_by("pk"):
        revisions[revision.purchase_id].append(revision)
    needs_lines = any(metric.tree is not None or metric.kind is MetricKind.ELEMENTS for metric in metrics)
    lines: dict[uuid.UUID, list[PurchaseLine]] = defaultdict(list)
    for line in PurchaseLine.objects.filter(purchase__in=ids if needs_lines else [*returns, *revisions]).order_by("position"):
        lines[line.purchase_id].append(line)
    back: dict[uuid.UUID, list[ReturnLine]] = defaultdict(list)
    for gone in ReturnLine.objects.filter(of__in=[row.pk for of in returns.values() for row in of]):
        back[gone.of_id].append(gone)
    found: dict[uuid.UUID, list[Tally]] = defaultdict(list)
    for purchase in purchases:
        later: list[Return | PurchaseRevision] = sorted([*returns[purchase.pk], *revisions[purchase.pk]], key=lambda row: row.pk)
        stages = _stages(purchase, later, lines[purchase.pk], back)
        found[purchase.member_id] += tallies(purchase.business_on, stages, metrics)
    return found


def _stages(
    purchase: Purchase, later: list[Return | PurchaseRevision], lines: list[PurchaseLine], back: dict[uuid.UUID, list[ReturnLine]]
) -> list[Kept]:
    """What was kept of a purchase at first and after each return and recalculation, in the order in which they were recorded."""
    bought = [line.as_bought() for line in lines]
    units = {earned["currency"]: int(earned["units"]) for earned in purchase.earned}
    gross, paid = purchase.price_minor, purchase.paid_minor
    stages = [Kept(purchase.pk, purchase.business_on, 1, gross, paid, dict(units), tuple(bought))]
    left = {line.pk: line.quantity for line in lines}
    kept = tuple(bought)
    for row in later:
        for undone in row.reversed:
            units[undone["currency"]] = units.get(undone["currency"], 0) - int(undone["units"])
        if isinstance(row, PurchaseRevision):
            for earned in row.earned:
                units[earned["currency"]] = units.get(earned["currency"], 0) + int(earned["units"])
        else:
            gross, paid = gross - row.price_minor, paid - row.refunded_minor
            for gone in back[row.pk]:
                left[gone.line_id] -= gone.quantity
            rest = kept_lines(bought, [KeptOfLine(left[line.pk], line.quantity) for line in lines])
            kept = tuple(line for line in rest if line.quantity > Decimal(0))
        known_on: dt.date = max(row.business_on, purchase.business_on)
        stages.append(Kept(row.pk, known_on, int(any(left.values())), gross, paid, dict(units), kept))
    return stages
