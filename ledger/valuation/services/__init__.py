"""The only code that writes the valuation: runs, estimates, plain sales, and the books' side of a close."""

from ledger.valuation.services.closing import close_pools
from ledger.valuation.services.estimates import (
    ApproverIsPreparer,
    EstimateInClosedPeriod,
    EstimateNotDraft,
    approve_estimate,
    draft_estimate,
)
from ledger.valuation.services.runs import RunResult, run_valuation
from ledger.valuation.services.sales import PlainSaleConflict, record_plain_sale

__all__ = [
    "ApproverIsPreparer",
    "EstimateInClosedPeriod",
    "EstimateNotDraft",
    "PlainSaleConflict",
    "RunResult",
    "approve_estimate",
    "close_pools",
    "draft_estimate",
    "record_plain_sale",
    "run_valuation",
]
