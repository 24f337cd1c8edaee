"""Post an approved recalculation, wallet by wallet, a few wallets in each transaction.

What is posted for a purchase and the result that says so are written together, and a result is unique: whoever is killed, comes back or
comes twice posts nothing twice. Points that are on hold are left for the next round.
"""

import datetime as dt
import functools
import uuid
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction

from accounts.outbox.services import publish
from ledger.points import services as points
from ledger.points.services import PointsOnHold
from loyalty.kit.runs import each_by_itself
from rewards.campaigns.models import CampaignUse
from rewards.campaigns.services.purses import Purses, lock_counters
from rewards.earning.queries import setting_of
from rewards.purchases.history import History, histories_of
from rewards.purchases.models import Purchase, PurchaseRevision
from rewards.purchases.services.revise import Addition, Effect, Strike, effect_of, revise
from rewards.recalculations.models import Recalculation, RecalculationItem, RecalculationResult
from rewards.recalculations.queries import WORKED_ON, items_left, unfinished
from rewards.recalculations.services.changes import Additions, added_rule, strike_of
from rewards.recalculations.services.preview import sweep

WALLETS = 20
SETTLE = dt.timedelta(seconds=10)
"""So long after the approval every process knows of it: what is recorded then is judged by the rule that it approved."""
_Post = tuple[RecalculationItem, History, Strike | Addition, Effect]


def work_on_all(*, at: dt.datetime) -> int:
    """Work out and post what is unfinished; return how many recalculations came a step further. May be interrupted and run again."""
    return each_by_itself(functools.partial(_work_on, row, at) for row in unfinished())


def _work_on(row: Recalculation, at: dt.datetime) -> bool:
    if row.state == Recalculation.State.PREVIEWING:
        return sweep(recalculation=row.pk)
    return row.decided_at is not None and at >= row.decided_at + SETTLE and post(recalculation=row.pk, at=at)


def post(*, recalculation: uuid.UUID, at: dt.datetime, wallets: int = WALLETS, most_chunks: int | None = None) -> bool:
    """Look for purchases that came since the preview, then post; return whether everything is done."""
    if not sweep(recalculation=recalculation, most_chunks=most_chunks):
        return False
    chunks = 0
    while most_chunks is None or chunks < most_chunks:
        chunks += 1
        with transaction.atomic():
            row = Recalculation.objects.select_for_update(of=("self",)).select_related(*WORKED_ON).get(pk=recalculation)
            if row.state != Recalculation.State.RUNNING:
                return True
            if not _post_chunk(row, at, wallets):
                return row.state == Recalculation.State.DONE
    return False


def _post_chunk(row: Recalculation, at: dt.datetime, wallets: int) -> bool:
    """Post the items of the next wallets; return whether there may be more in this round."""
    left = items_left(row)
    if row.run_through is not None:
        left = left.filter(points_account__gt=row.run_through)
    chosen = list(left.order_by("points_account").values_list("points_account", flat=True).distinct()[:wallets])
    if not chosen:
        return _end_round(row, at)
    points.lock_wallets(points_accounts=chosen)
    items = list(
        left.filter(points_account__in=chosen)
        .select_related("purchase__member", "purchase__store", "purchase__channel")
        .order_by("points_account", "business_on", "purchase")
    )
    results = _post_items(row, items, at)
    RecalculationResult.objects.bulk_create(results)
    row.run_through = chosen[-1]
    row.done_count += len(results)
    row.save(update_fields=["run_through", "done_count"])
    return True


def _end_round(row: Recalculation, at: dt.datetime) -> bool:
    """Everything has its result, or the rest (points on hold) is tried again in the next round."""
    row.run_through = None
    if row.done_count == row.items_count:
        row.state, row.done_at = Recalculation.State.DONE, at
    row.save(update_fields=["run_through", "state", "done_at"])
    return False


def _post_items(row: Recalculation, items: Sequence[RecalculationItem], at: dt.datetime) -> list[RecalculationResult]:
    purchases = [item.purchase for item in items]
    for purchase in purchases:
        purchase.member.programme = row.programme
    histories = histories_of(purchases)
    changes = _Changes(row, purchases, histories)
    results = []
    for item, history in zip(items, histories, strict=True):
        change = changes.of(item, history)
        effect = effect_of(history, item.purchase.member, change)
        if effect is None or (isinstance(change, Addition) and not effect.moves):
            results.append(_result(row, item, None, at))
            continue
        try:
            with transaction.atomic():
                revision = changes.post(item, history, change, effect, at)
        except PointsOnHold:
            continue
        results.append(_result(row, item, revision, at))
    _tell(row, items, results, at)
    return results


class _Changes:
    """What the recalculation makes of the purchases of a chunk; holds the budgets that it draws on or gives back to."""

    def __init__(self, row: Recalculation, purchases: Sequence[Purchase], histories: Sequence[History]) -> None:
        self.row = row
        self.purses = Purses()
        self.strike = strike_of(row) if row.is_undo else None
        self.additions: Additions | None = None
        if row.version is not None:
            rule = added_rule(row)
            self.purses.lock(row.programme_id, {rule.campaign} if rule.campaign else ())
            self.additions = Additions(rule, row.version.rule, setting_of(row.programme), purchases)
        else:
            wallets, evidence = {of.points_account_id for of in purchases}, [pk for of in histories for pk in of.evidence]
            used = CampaignUse.objects.filter(points_account__in=wallets, evidence__in=evidence)
            lock_counters(set(used.values_list("campaign", flat=True)))

    def of(self, item: RecalculationItem, history: History) -> Strike | Addition:
        if self.strike is not None:
            return self.strike
        assert self.additions is not None
        rule = self.additions.rule

        def room(ssp: Decimal) -> int | None:
            left = self.purses.room(rule.campaign, ssp)
            return None if left is None else min(left, max(0, item.units.get(rule.currency, 0)))

        return self.additions.of(history, room)

    def post(
        self, item: RecalculationItem, history: History, change: Strike | Addition, effect: Effect, at: dt.datetime
    ) -> PurchaseRevision:
        revision = revise(
            history=history, member=item.purchase.member, change=change, effect=effect, cause=self.row.pk, purses=self.purses, at=at
        )
        if self.additions is not None:
            units = effect.units.get(self.additions.rule.currency, 0)
            self.additions.given(item.points_account_id, item.business_on, units)
        return revision


def _result(row: Recalculation, item: RecalculationItem, revision: PurchaseRevision | None, at: dt.datetime) -> RecalculationResult:
    kind = RecalculationResult.Kind.UNCHANGED if revision is None else RecalculationResult.Kind.POSTED
    result = RecalculationResult(
        points_account_id=item.points_account_id, recalculation=row, purchase_id=item.purchase_id, kind=kind, recorded_at=at
    )
    if revision is not None:
        units: dict[str, int] = defaultdict(int)
        for of in revision.earned:
            units[of["currency"]] += of["units"]
        for of in revision.reversed:
            units[of["currency"]] -= of["units"]
        result.units, result.owed_units = dict(units), revision.arrears_units
        result.forgiven_units = sum(of["forgiven"] for of in revision.reversed)
    return result


def _tell(row: Recalculation, items: Sequence[RecalculationItem], results: Sequence[RecalculationResult], at: dt.datetime) -> None:
    """Let each member hear once what a rule for the past has given them: all purchases of a wallet are posted together."""
    members = {item.points_account_id: item.member_id for item in items}
    gained: dict[uuid.UUID, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for result in results:
        for code, units in result.units.items():
            if units > 0:
                gained[result.points_account_id][code] += units
    for wallet, units in gained.items():
        publish(
            topic="points.added_afterwards",
            payload={"recalculation": str(row.pk), "units": dict(units)},
            at=at,
            programme_id=row.programme_id,
            member_id=members[wallet],
        )
