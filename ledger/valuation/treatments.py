"""How the books treat a grant, by its reason: the closed list that decides which accounts a pool uses."""

import dataclasses
from collections.abc import Mapping
from typing import Final

from ledger.books import chart
from ledger.books.templates import Role
from ledger.points.domain import Reason


@dataclasses.dataclass(frozen=True, slots=True)
class Treatment:
    """`is_contract`: the points are part of a sale and defer its revenue; otherwise they are an expense at cost."""

    is_contract: bool
    accounts: Mapping[Role, str]

    @property
    def liability(self) -> str:
        return self.accounts[Role.LIABILITY]


def _contract(funding: str, revenue: str) -> Treatment:
    return Treatment(
        True,
        {
            Role.FUNDING: funding,
            Role.REVENUE: revenue,
            Role.LIABILITY: chart.POINTS_LIABILITY,
            Role.TARGET: chart.POINTS_LIABILITY,
            Role.RELEASE: chart.LOYALTY_REVENUE,
            Role.LAPSE: chart.LOYALTY_REVENUE,
            Role.CLEARING: chart.CLEARING,
        },
    )


def _award(expense: str, provision: str) -> Treatment:
    return Treatment(
        False,
        {
            Role.FUNDING: expense,
            Role.REVENUE: chart.GOODS_REVENUE,
            Role.LIABILITY: provision,
            Role.TARGET: provision,
            Role.RELEASE: chart.REWARD_SUPPLIERS,
            Role.LAPSE: expense,
            Role.CLEARING: chart.CLEARING,
        },
    )


SALE: Final = _contract(chart.CASH, chart.GOODS_REVENUE)
TREATMENTS: Final[Mapping[Reason, Treatment]] = {
    Reason.SALE: SALE,
    Reason.PURCHASED: SALE,
    Reason.PARTNER: _contract(chart.PARTNER_RECEIVABLE, chart.MARKETING_REVENUE),
    Reason.INTERCOMPANY: _contract(chart.INTERCOMPANY_RECEIVABLE, chart.GOODS_REVENUE),
    Reason.MIGRATION: _contract(chart.OPENING, chart.OPENING),
    Reason.PROMOTION: _award(chart.PROMOTION_EXPENSE, chart.AWARD_PROVISION),
    Reason.REFERRAL: _award(chart.PROMOTION_EXPENSE, chart.AWARD_PROVISION),
    Reason.SIGNUP: _award(chart.PROMOTION_EXPENSE, chart.AWARD_PROVISION),
    Reason.GOODWILL: _award(chart.GOODWILL_EXPENSE, chart.AWARD_PROVISION),
    Reason.EMPLOYEE: _award(chart.EMPLOYEE_EXPENSE, chart.EMPLOYEE_PROVISION),
}
INVOICED_HERE: Final = frozenset({int(Reason.INTERCOMPANY)})
"""What an overlay takes for such points is in no other system's books: it posts the money too."""
LIABILITIES: Final = sorted({treatment.liability for treatment in TREATMENTS.values()})
AWARDS: Final = sorted(int(reason) for reason, treatment in TREATMENTS.items() if not treatment.is_contract)


_AS_AGENT: Final = {Role.RELEASE: chart.AGENCY_COMMISSION, Role.LAPSE: chart.AGENCY_COMMISSION}


def treatment(source_kind: int, *, as_agent: bool = False) -> Treatment:
    """Return how the books treat a pool of this source kind; 0 is a sale that earned nothing.

    As an agent for the rewards, what points release is a commission, of which partners get their part (IFRS 15.B36).
    """
    of = TREATMENTS[Reason(source_kind)] if source_kind else SALE
    return dataclasses.replace(of, accounts={**of.accounts, **_AS_AGENT}) if as_agent and of.is_contract else of
