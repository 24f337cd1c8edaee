"""Work out what a recalculation would move: look at the purchases of its days chunk by chunk, and write an item for each that it touches.

Each chunk is a transaction that also notes how far it came: it may be killed at any moment and goes on from there.
"""

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from accounts.members.models import MemberStatus
from rewards.campaigns.domain import Used, cost_of, room_of
from rewards.campaigns.queries import newest_of, terms_of, used_by
from rewards.earning.queries import Setting, compiled_versions, setting_of
from rewards.purchases.history import History, histories_of
from rewards.purchases.models import Purchase
from rewards.purchases.services.revise import Effect, Strike, effect_of
from rewards.recalculations.domain import may_rise
from rewards.recalculations.models import Recalculation, RecalculationItem
from rewards.recalculations.queries import WORKED_ON, figures_of, purchases_in
from rewards.recalculations.services.changes import Additions, Planned, Room, added_rule, strike_of

SWEEP_CHUNK = 500


def sweep(*, recalculation: uuid.UUID, chunk: int = SWEEP_CHUNK, most_chunks: int | None = None) -> bool:
    """Look at the purchases; return whether all were looked at. Two at once do not get into each other's way: one of them waits."""
    chunks = 0
    while most_chunks is None or chunks < most_chunks:
        chunks += 1
        if not _sweep_chunk(recalculation, chunk):
            return True
    return False


@transaction.atomic
def _sweep_chunk(recalculation: uuid.UUID, chunk: int) -> bool:
    """Look at the next purchases; return whether there may be more."""
    row = Recalculation.objects.select_for_update(of=("self",)).select_related(*WORKED_ON).get(pk=recalculation)
    if row.is_swept or row.state not in (Recalculation.State.PREVIEWING, Recalculation.State.RUNNING):
        return False
    struck = strike_of(row) if row.is_undo else None
    rows = purchases_in(row, struck.versions if struck else ())
    if row.swept_on is not None:
        rows = rows.filter(Q(business_on__gt=row.swept_on) | Q(business_on=row.swept_on, pk__gt=row.swept_id))
    purchases = list(rows.select_related("member", "store", "channel")[:chunk])
    for purchase in purchases:
        purchase.member.programme = row.programme
    items = _struck_items(row, struck, purchases) if struck else _added_items(row, purchases)
    RecalculationItem.objects.bulk_create(items)
    row.looked_at += len(purchases)
    row.items_count += len(items)
    if purchases:
        row.swept_on, row.swept_id = purchases[-1].business_on, purchases[-1].pk
    if len(purchases) < chunk:
        _finish_sweep(row)
    row.save(update_fields=["looked_at", "items_count", "swept_on", "swept_id", "is_swept", "state", "previewed_count", "figures"])
    return not row.is_swept


def _finish_sweep(row: Recalculation) -> None:
    row.is_swept = True
    if row.state == Recalculation.State.PREVIEWING:
        row.state = Recalculation.State.WAITING
        row.previewed_count = row.items_count
        row.figures = row.figures | figures_of(row)


def _struck_items(row: Recalculation, strike: Strike, purchases: Sequence[Purchase]) -> list[RecalculationItem]:
    setting = setting_of(row.programme)
    items = []
    for purchase, history in zip(purchases, histories_of(purchases), strict=True):
        effect = effect_of(history, purchase.member, strike)
        if effect is not None and (effect.moves or (effect.is_open and _matters_later(history, strike, setting))):
            items.append(_item(row, purchase, effect, setting))
    return items


def _matters_later(history: History, strike: Strike, setting: Setting) -> bool:
    """Whether the struck rules, though nothing moves now, may change what a return takes."""
    gave = {uuid.UUID(of["version_id"]) for of in history.outcomes if of["units"]}
    rules = compiled_versions([of.version for of in history.told], setting.programme)
    return any(of.version in gave or may_rise(rules[of.version]) for of in history.told if of.version in strike.versions)


def _added_items(row: Recalculation, purchases: Sequence[Purchase]) -> list[RecalculationItem]:
    """Judge the purchases in the order of their days; what the ones before would get counts for caps and budget."""
    assert row.version is not None
    setting, rule = setting_of(row.programme), added_rule(row)
    additions = Additions(rule, row.version.rule, setting, purchases)
    _count_planned(additions, row, purchases)
    planned = Planned(**row.figures.get("planned", {}))
    room = _room(row, planned)
    items = []
    for purchase, history in zip(purchases, histories_of(purchases), strict=True):
        change = additions.of(history, room)
        effect = effect_of(history, purchase.member, change)
        if effect is None or not effect.moves or purchase.member.status != MemberStatus.ACTIVE:
            continue
        units = effect.units.get(rule.currency, 0)
        items.append(_item(row, purchase, effect, setting))
        additions.given(purchase.points_account_id, purchase.business_on, units)
        if rule.campaign and units:
            was = additions.given_by_campaign(history)
            planned.add(Used(units, cost_of(units, setting.ssp_on(rule.currency, purchase.business_on)[0]), 0 if was.uses else 1))
    row.figures = row.figures | {"planned": {"units": planned.units, "cost_minor": planned.cost_minor, "uses": planned.uses}}
    return items


def _count_planned(additions: Additions, row: Recalculation, purchases: Sequence[Purchase]) -> None:
    if not additions.rule.looked_back:
        return
    wallets = {of.points_account_id for of in purchases}
    rows = RecalculationItem.objects.filter(recalculation=row.pk, points_account__in=wallets)
    for wallet, day, units in rows.values_list("points_account", "business_on", "units"):
        additions.given(wallet, day, units.get(additions.rule.currency, 0))


def _room(row: Recalculation, planned: Planned) -> Room:
    """What the campaign's budget has left, less what is planned."""
    campaign = row.version.rule.campaign if row.version else None
    newest = newest_of(campaign) if campaign else None
    if campaign is None or newest is None or not terms_of(newest).budget:
        return lambda _ssp: None
    budget, used = terms_of(newest).budget, used_by(campaign)
    return lambda ssp: room_of(budget, used + Used(planned.units, planned.cost_minor, planned.uses), ssp)


def _item(row: Recalculation, purchase: Purchase, effect: Effect, setting: Setting) -> RecalculationItem:
    worth = sum(
        cost_of(units, setting.ssp_on(code, purchase.business_on)[0])
        for code, units in effect.units.items()
        if setting.currencies[code].unit.is_valued
    )
    return RecalculationItem(
        points_account_id=purchase.points_account_id,
        recalculation=row,
        purchase=purchase,
        member_id=purchase.member_id,
        business_on=purchase.business_on,
        units=effect.units,
        worth_minor=worth,
    )
