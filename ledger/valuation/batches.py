"""From what a run allocates to journals: one per programme, business date and event type. Pure."""

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

from ledger.books import chart
from ledger.books.domain import Basis, Draft, EventType, Profile
from ledger.books.templates import TEMPLATES, Amounts, Figure, Role, entries
from ledger.valuation.domain import Posting, Statement
from ledger.valuation.treatments import INVOICED_HERE, treatment

NARRATIONS: Final[Mapping[EventType, str]] = {
    EventType.SALE: "Sales with points",
    EventType.TENDER: "Points taken as payment",
    EventType.AWARD: "Points granted without a sale",
    EventType.REFUND: "Returned purchases",
    EventType.AWARD_REVOKED: "Granted points taken back",
    EventType.REDEMPTION: "Points redeemed",
    EventType.CONVERSION: "Points converted",
    EventType.ESTIMATE_CHANGE: "Catch-up after a new estimate",
    EventType.EXPIRY: "Catch-up after points lapsed",
}
_OF_CONTRACTS = {EventType.SALE, EventType.REFUND}
_OF_AWARDS = {EventType.AWARD, EventType.AWARD_REVOKED}


@dataclasses.dataclass(frozen=True, slots=True)
class PoolAmounts:
    """What one pool posts on one business date. `source` is the allocation's id."""

    source: UUID
    programme: UUID
    business_on: dt.date
    unit: int
    pool: UUID
    source_kind: int
    face_minor: int
    posting: Posting


@dataclasses.dataclass(frozen=True, slots=True)
class TakingAmounts:
    """What one programme's sales of one kind took and gave back on one business date."""

    source: UUID
    programme: UUID
    business_on: dt.date
    source_kind: int
    paid_minor: int
    refunded_minor: int


@dataclasses.dataclass(frozen=True, slots=True)
class CarryAmounts:
    """What one pool's points took along when they were converted into another's on one business date; negative when they came back."""

    source: UUID
    programme: UUID
    business_on: dt.date
    pool: UUID
    source_kind: int
    target: UUID
    target_kind: int
    carried_minor: int


def event_drafts(
    profile: Profile,
    pools: Sequence[PoolAmounts],
    takings: Sequence[TakingAmounts],
    carries: Sequence[CarryAmounts] = (),
    *,
    as_agent: bool = False,
) -> list[Draft]:
    """Return the event journals of a run, by programme and business date; dates where nothing is posted make none."""
    return sorted(
        _posted(profile, pools, takings, as_agent=as_agent) + _carried(profile, carries),
        key=lambda draft: (draft.business_on, str(draft.programme)),
    )


def _carried(profile: Profile, carries: Sequence[CarryAmounts]) -> list[Draft]:
    """Carried money stays a liability: neither revenue nor expense (IFRS 15.B39: the right is the same, its form another)."""
    batches: dict[tuple[dt.date, UUID], list[CarryAmounts]] = defaultdict(list)
    for carry in carries:
        batches[carry.business_on, carry.programme].append(carry)
    drafts = []
    for (on, programme), batch in sorted(batches.items()):
        rows = [_carry_row(carry) for carry in batch if carry.carried_minor]
        lines = entries(TEMPLATES[profile][EventType.CONVERSION], rows)
        if lines:
            sources = [("carry", carry.source) for carry in batch if carry.carried_minor]
            narration = NARRATIONS[EventType.CONVERSION]
            drafts.append(Draft(EventType.CONVERSION, Basis.EVENT, on, narration, lines, programme, None, sources))
    return drafts


def _posted(profile: Profile, pools: Sequence[PoolAmounts], takings: Sequence[TakingAmounts], *, as_agent: bool) -> list[Draft]:
    batches: dict[tuple[dt.date, UUID], tuple[list[PoolAmounts], list[TakingAmounts]]] = defaultdict(lambda: ([], []))
    for amounts in pools:
        batches[amounts.business_on, amounts.programme][0].append(amounts)
    for taking in takings:
        batches[taking.business_on, taking.programme][1].append(taking)
    drafts = []
    for key in sorted(batches):
        of_pools, of_takings = batches[key]
        for event in TEMPLATES[profile]:
            if event is EventType.CONVERSION:
                continue
            draft = _event_draft(profile, event, of_pools, of_takings, as_agent=as_agent)
            if draft is not None:
                drafts.append(draft)
    return drafts


def close_draft(
    profile: Profile,
    statement: Statement,
    *,
    on: dt.date,
    programme: UUID,
    unit: int,
    pool: UUID,
    source_kind: int,
    as_agent: bool = False,
) -> Draft | None:
    """Return the journal that catches a pool up with its statement, or None when nothing is left to catch up."""
    event = EventType.EXPIRY if statement.is_lapse_only else EventType.ESTIMATE_CHANGE
    amounts = Amounts({Figure.CAUGHT_UP: statement.catch_up_minor}, treatment(source_kind, as_agent=as_agent).accounts, pool)
    lines = entries(TEMPLATES[profile][event], [amounts])
    return Draft(event, Basis.CLOSE, on, NARRATIONS[event], lines, programme, unit, [("pool", pool)]) if lines else None


def _event_draft(
    profile: Profile, event: EventType, pools: Sequence[PoolAmounts], takings: Sequence[TakingAmounts], *, as_agent: bool
) -> Draft | None:
    concerned = [amounts for amounts in pools if _concerns(event, amounts)]
    posted = [taking for taking in takings if profile is Profile.FULL or taking.source_kind in INVOICED_HERE]
    money = posted if event in _OF_CONTRACTS else []
    rows = [row for amounts in concerned for row in _pool_rows(event, amounts, as_agent=as_agent)] + [
        _taking_row(taking) for taking in money
    ]
    lines = entries(TEMPLATES[profile][event], rows)
    if not lines:
        return None
    first: PoolAmounts | TakingAmounts = concerned[0] if concerned else money[0]
    units = {amounts.unit for amounts in concerned}
    sources = [("allocation", amounts.source) for amounts in concerned] + [("taking", taking.source) for taking in money]
    return Draft(
        event,
        Basis.EVENT,
        first.business_on,
        NARRATIONS[event],
        lines,
        first.programme,
        units.pop() if len(units) == 1 else None,
        sources,
    )


def _concerns(event: EventType, amounts: PoolAmounts) -> bool:
    posting = amounts.posting
    moved: Iterable[int]
    match event:
        case EventType.SALE | EventType.TENDER:
            moved = (posting.deferred_minor, posting.tendered_minor, amounts.face_minor)
        case EventType.AWARD:
            moved = (posting.deferred_minor,)
        case EventType.REFUND | EventType.AWARD_REVOKED:
            moved = (posting.returned_minor,)
        case _:
            moved = (posting.released_minor,)
    if event in _OF_AWARDS and treatment(amounts.source_kind).is_contract:
        return False
    return any(moved)


def _pool_rows(event: EventType, amounts: PoolAmounts, *, as_agent: bool) -> list[Amounts]:
    """What points were granted for decides where their deferral comes from; what they pay is a sale of goods, whoever paid for the points.

    An award's own grant and return are posted by its own events, so they are left out of the sale's.
    """
    posting, how = amounts.posting, treatment(amounts.source_kind, as_agent=as_agent)
    used = {Figure.TENDERED: posting.tendered_minor, Figure.RELEASED: posting.released_minor, Figure.FACE: amounts.face_minor}
    rows = [Amounts(used, {**how.accounts, Role.REVENUE: chart.GOODS_REVENUE}, amounts.pool)]
    if how.is_contract or event in _OF_AWARDS:
        granted = {Figure.DEFERRED: posting.deferred_minor, Figure.RETURNED: posting.returned_minor}
        rows.append(Amounts(granted, how.accounts, amounts.pool))
    return rows


def _carry_row(carry: CarryAmounts) -> Amounts:
    accounts = {**treatment(carry.source_kind).accounts, Role.TARGET: treatment(carry.target_kind).liability}
    return Amounts({Figure.CARRIED: carry.carried_minor}, accounts, carry.pool, carry.target)


def _taking_row(taking: TakingAmounts) -> Amounts:
    figures = {Figure.PAID: taking.paid_minor, Figure.REFUNDED: taking.refunded_minor}
    return Amounts(figures, treatment(taking.source_kind).accounts)
