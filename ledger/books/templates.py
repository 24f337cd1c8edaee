"""Posting templates: which figure goes to which account, as data.

A template line adds its figures with +1 (debit) or -1 (credit). A template is sound when, for every figure, the
coefficients of its lines add up to zero: then it nets to zero whatever the figures are. A test proves it for each.
"""

import dataclasses
import enum
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

from ledger.books import chart
from ledger.books.domain import Entry, EventType, MovementType, Profile


class Role(enum.StrEnum):
    """An account by its part in the posting; the treatment of the pool says which account plays it."""

    FUNDING = "funding"
    REVENUE = "revenue"
    LIABILITY = "liability"
    RELEASE = "release"
    LAPSE = "lapse"
    CLEARING = "clearing"
    TARGET = "target"


class Figure(enum.StrEnum):
    """The named amounts of a batch, in minor units. All but the first three belong to a pool."""

    PAID = "paid"
    REFUNDED = "refunded"
    FACE = "face"
    DEFERRED = "deferred"
    RETURNED = "returned"
    TENDERED = "tendered"
    RELEASED = "released"
    CAUGHT_UP = "caught_up"
    CARRIED = "carried"
    UNCLAIMED = "unclaimed"


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    role: Role
    figures: Mapping[Figure, int]
    movement: MovementType
    by_pool: bool = False
    by_target: bool = False


Template = Sequence[Line]
_F, _M, _R = Figure, MovementType, Role

_LIABILITY_DEFERRED = Line(_R.LIABILITY, {_F.DEFERRED: -1}, _M.DEFERRAL, by_pool=True)
_LIABILITY_RETURNED = Line(_R.LIABILITY, {_F.RETURNED: +1}, _M.RETURN, by_pool=True)
_LIABILITY_TENDERED = Line(_R.LIABILITY, {_F.TENDERED: +1}, _M.RELEASE, by_pool=True)


def _catch_up(movement: MovementType) -> Template:
    return (
        Line(_R.LIABILITY, {_F.CAUGHT_UP: +1}, movement, by_pool=True),
        Line(_R.LAPSE, {_F.CAUGHT_UP: -1}, movement, by_pool=True),
    )


_EITHER: Final[Mapping[EventType, Template]] = {
    EventType.AWARD: (Line(_R.FUNDING, {_F.DEFERRED: +1}, _M.DEFERRAL, by_pool=True), _LIABILITY_DEFERRED),
    EventType.AWARD_REVOKED: (_LIABILITY_RETURNED, Line(_R.FUNDING, {_F.RETURNED: -1}, _M.RETURN, by_pool=True)),
    EventType.REDEMPTION: (
        Line(_R.LIABILITY, {_F.RELEASED: +1}, _M.RELEASE, by_pool=True),
        Line(_R.RELEASE, {_F.RELEASED: -1}, _M.RELEASE, by_pool=True),
    ),
    EventType.CONVERSION: (
        Line(_R.LIABILITY, {_F.CARRIED: +1}, _M.CONVERSION, by_pool=True),
        Line(_R.TARGET, {_F.CARRIED: -1}, _M.CONVERSION, by_target=True),
    ),
    EventType.ESTIMATE_CHANGE: _catch_up(_M.ESTIMATE_CHANGE),
    EventType.EXPIRY: _catch_up(_M.EXPIRY),
}

TEMPLATES: Final[Mapping[Profile, Mapping[EventType, Template]]] = {
    Profile.FULL: {
        **_EITHER,
        EventType.SALE: (
            Line(_R.FUNDING, {_F.PAID: +1}, _M.TAKING),
            _LIABILITY_TENDERED,
            _LIABILITY_DEFERRED,
            Line(_R.REVENUE, {_F.PAID: -1, _F.TENDERED: -1, _F.DEFERRED: +1}, _M.TAKING),
        ),
        EventType.REFUND: (
            Line(_R.REVENUE, {_F.REFUNDED: +1, _F.RETURNED: -1}, _M.TAKING),
            _LIABILITY_RETURNED,
            Line(_R.FUNDING, {_F.REFUNDED: -1}, _M.TAKING),
        ),
    },
    Profile.OVERLAY: {
        **_EITHER,
        EventType.SALE: (
            Line(_R.FUNDING, {_F.PAID: +1}, _M.TAKING),
            Line(_R.REVENUE, {_F.PAID: -1, _F.DEFERRED: +1}, _M.DEFERRAL),
            _LIABILITY_DEFERRED,
        ),
        EventType.TENDER: (
            _LIABILITY_TENDERED,
            Line(_R.REVENUE, {_F.FACE: +1, _F.TENDERED: -1}, _M.RELEASE),
            Line(_R.CLEARING, {_F.FACE: -1}, _M.OTHER),
        ),
        EventType.REFUND: (
            _LIABILITY_RETURNED,
            Line(_R.REVENUE, {_F.REFUNDED: +1, _F.RETURNED: -1}, _M.RETURN),
            Line(_R.FUNDING, {_F.REFUNDED: -1}, _M.TAKING),
        ),
    },
}


CARD_TEMPLATES: Final[Mapping[EventType, Template]] = {
    EventType.GIFT_CARD_SALE: (Line(_R.FUNDING, {_F.PAID: +1}, _M.TAKING), Line(_R.LIABILITY, {_F.PAID: -1}, _M.DEFERRAL)),
    EventType.GIFT_CARD_TENDER: (Line(_R.LIABILITY, {_F.TENDERED: +1}, _M.RELEASE), Line(_R.FUNDING, {_F.TENDERED: -1}, _M.TAKING)),
    EventType.GIFT_CARD_REFUND: (Line(_R.FUNDING, {_F.RETURNED: +1}, _M.TAKING), Line(_R.LIABILITY, {_F.RETURNED: -1}, _M.RETURN)),
    EventType.BREAKAGE: (
        Line(_R.LIABILITY, {_F.RELEASED: +1, _F.UNCLAIMED: +1}, _M.EXPIRY),
        Line(_R.LAPSE, {_F.RELEASED: -1}, _M.EXPIRY),
        Line(_R.TARGET, {_F.UNCLAIMED: -1}, _M.OTHER),
    ),
}
"""Gift cards, in both profiles: only the accounts differ. No pools: a card's money is not points."""


FEE_TEMPLATES: Final[Mapping[EventType, Template]] = {
    EventType.FEE_SALE: (Line(_R.FUNDING, {_F.PAID: +1}, _M.TAKING), Line(_R.LIABILITY, {_F.PAID: -1}, _M.DEFERRAL)),
    EventType.FEE_REFUND: (Line(_R.LIABILITY, {_F.REFUNDED: +1}, _M.RETURN), Line(_R.FUNDING, {_F.REFUNDED: -1}, _M.TAKING)),
    EventType.FEE_EARNED: (Line(_R.LIABILITY, {_F.RELEASED: +1}, _M.RELEASE), Line(_R.REVENUE, {_F.RELEASED: -1}, _M.RELEASE)),
}
"""Fees of paid memberships, in both profiles: only the account that takes the money differs."""


CAUSE_TEMPLATES: Final[Mapping[EventType, Template]] = {
    EventType.CAUSE_ACCRUAL: (Line(_R.FUNDING, {_F.DEFERRED: +1}, _M.OTHER), Line(_R.LIABILITY, {_F.DEFERRED: -1}, _M.OTHER)),
}
"""What is owed to causes, in both profiles the same."""


PARTNER_TEMPLATES: Final[Mapping[EventType, Template]] = {
    EventType.PARTNER_REWARD: (Line(_R.FUNDING, {_F.FACE: +1}, _M.OTHER), Line(_R.LIABILITY, {_F.FACE: -1}, _M.OTHER)),
}
"""Rewards that partners hand over, in both profiles the same: the programme is their principal, so what partners are paid is a cost."""
PARTNER_ACCOUNTS: Final = {Role.FUNDING: chart.REWARD_COST, Role.LIABILITY: chart.PARTNER_PAYABLE}
OPERATOR_ACCOUNTS: Final = {Role.FUNDING: chart.REWARD_COST, Role.LIABILITY: chart.INTERCOMPANY_PAYABLE}
"""The same where another company of the group hands them over."""

_COMPANY_BOUGHT: Final[Template] = (Line(_R.LAPSE, {_F.PAID: +1}, _M.OTHER), Line(_R.LIABILITY, {_F.PAID: -1}, _M.OTHER))
COMPANY_TEMPLATES: Final[Mapping[Profile, Template]] = {
    Profile.FULL: (
        *_COMPANY_BOUGHT,
        Line(_R.FUNDING, {_F.RELEASED: +1}, _M.OTHER),
        Line(_R.REVENUE, {_F.RELEASED: -1}, _M.TAKING),
    ),
    Profile.OVERLAY: (
        *_COMPANY_BOUGHT,
        Line(_R.FUNDING, {_F.RELEASED: +1}, _M.OTHER),
        Line(_R.REVENUE, {_F.RELEASED: -1, _F.FACE: +1}, _M.TAKING),
        Line(_R.CLEARING, {_F.FACE: -1}, _M.OTHER),
    ),
}
"""The month of a company of the group in its own book (the event is INTERCOMPANY): PAID is what its customers' points cost it, RELEASED what it is
owed for what it took points for, FACE what the points were worth at its tills, which its own books took in as a payment (1090)."""
COMPANY_ACCOUNTS: Final = {
    Role.LAPSE: chart.POINTS_COST,
    Role.LIABILITY: chart.INTERCOMPANY_PAYABLE,
    Role.FUNDING: chart.INTERCOMPANY_RECEIVABLE,
    Role.REVENUE: chart.GOODS_REVENUE,
    Role.CLEARING: chart.CLEARING,
}


@dataclasses.dataclass(frozen=True, slots=True)
class Amounts:
    """The figures of one pool (or, with `pool` None, of the batch itself) and who plays which role for them.

    `target` is the pool that receives what `pool` gives away.
    """

    figures: Mapping[Figure, int]
    accounts: Mapping[Role, str]
    pool: UUID | None = None
    target: UUID | None = None


def entries(template: Template, amounts: Iterable[Amounts]) -> list[Entry]:
    """Fill a template: one entry per line, account and, where the line asks for it, pool; zero entries left out.

    Raises: AssertionError when the result does not balance (a template that is not sound).
    """
    sums: dict[tuple[int, str, UUID | None], int] = {}
    rows = list(amounts)
    for position, line in enumerate(template):
        for row in rows:
            value = sum(sign * row.figures.get(figure, 0) for figure, sign in line.figures.items())
            key = (position, row.accounts.get(line.role, ""), row.target if line.by_target else row.pool if line.by_pool else None)
            sums[key] = sums.get(key, 0) + value
    filled = [Entry(account, value, template[position].movement, pool) for (position, account, pool), value in sums.items() if value]
    assert sum(entry.amount_minor for entry in filled) == 0, filled
    assert all(entry.account for entry in filled), filled
    return filled
