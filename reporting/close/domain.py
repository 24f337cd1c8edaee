"""What a close looks at before somebody may approve it. Pure."""

import dataclasses
import enum
import hashlib
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from ledger.valuation.domain import PoolKey, Statement
from reporting.gift_cards.domain import Cohort
from reporting.gift_cards.domain import Statement as CardStatement

GIFT_CARDS = "gift cards"
"""The subject of an exception that concerns gift cards."""
CAUSES = "causes"
"""The subject of one that concerns causes."""
FEES = "membership fees"
"""The subject of one that concerns fees of paid memberships."""


class CheckCode(enum.StrEnum):
    """The checklist, in its order."""

    UNITS_TIE = "units_tie"
    BOOKS_TIE = "books_tie"
    CLEARING_IS_ZERO = "clearing_is_zero"
    GIFT_CARDS_TIE = "gift_cards_tie"
    GIFT_CARDS_CLEARED = "gift_cards_cleared"
    GIFT_CARDS_ESTIMATED = "gift_cards_estimated"
    FEES_TIE = "fees_tie"
    FEES_CLEARED = "fees_cleared"
    CAUSES_TIE = "causes_tie"
    PARTNERS_TIE = "partners_tie"
    COMPANIES_TIE = "companies_tie"
    NO_LATE_EVENTS = "no_late_events"
    NO_ARREARS = "no_arrears"
    ESTIMATES_APPROVED = "estimates_approved"
    POOLS_LARGE_ENOUGH = "pools_large_enough"
    NOT_BEYOND_EXPECTED = "not_beyond_expected"
    NO_UNVALUED_POINTS = "no_unvalued_points"


class Step(enum.StrEnum):
    """What a running preparation does."""

    EXPIRE = "expire"
    VALUE = "value"
    CHECK = "check"
    DONE = "done"


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """One line of the checklist. `subject` names the pool or currency, empty for the whole book; figures are evidence."""

    code: CheckCode
    passed: bool
    subject: str = ""
    figures: Mapping[str, Any] = dataclasses.field(default_factory=dict)


def findings_of(code: CheckCode, exceptions: Iterable[Finding]) -> list[Finding]:
    """Return the exceptions of a check, or its pass."""
    return list(exceptions) or [Finding(code, passed=True)]


def pool_findings(statements: Mapping[PoolKey, Statement], has_estimate: Mapping[PoolKey, bool]) -> list[Finding]:
    """Judge every pool that still has points: is an estimate in force, and does it still make sense?

    `has_estimate` says whether an approved estimate names the pool, used or not.
    """
    with_points = {key: statement for key, statement in sorted(statements.items()) if statement.facts.outstanding > 0}
    without = [key for key in with_points if not has_estimate[key]]
    too_small = [key for key, s in with_points.items() if has_estimate[key] and s.expectation.percentage is None]
    beyond = [key for key, s in statements.items() if _is_beyond(s)]
    unvalued = [key for key, s in with_points.items() if s.allocated_minor and not s.liability_minor]
    concerns = {
        CheckCode.ESTIMATES_APPROVED: without,
        CheckCode.POOLS_LARGE_ENOUGH: too_small,
        CheckCode.NOT_BEYOND_EXPECTED: sorted(beyond),
        CheckCode.NO_UNVALUED_POINTS: unvalued,
    }
    return [
        finding
        for code, keys in concerns.items()
        for finding in findings_of(code, (Finding(code, False, pool_name(key), _figures(statements[key])) for key in keys))
    ]


def fingerprint(statements: Mapping[PoolKey, Statement], cards: Mapping[Cohort, CardStatement]) -> str:
    """Return a digest of everything that an approval would post, so that it approves what was looked at."""
    of_cards = [
        f"{cohort.programme}|{cohort.month}|{s.moves}|{s.breakage_minor}|{s.unclaimed_minor}" for cohort, s in sorted(cards.items())
    ]
    of_pools = [
        f"{key.unit}|{key.grant_month}|{key.source_kind}|{key.portfolio}|{s.facts.points}|{s.facts.money}|{s.expected}|{s.recognised_minor}|{s.catch_up_minor}"
        for key, s in sorted(statements.items())
    ]
    return hashlib.sha256("\n".join(of_pools + of_cards).encode()).hexdigest()


def pool_name(key: PoolKey) -> str:
    return f"{key.grant_month:%Y-%m}/{key.unit}/{key.source_kind}/{key.portfolio}"


def _is_beyond(statement: Statement) -> bool:
    """More was redeemed than the estimate ever expected."""
    percentage = statement.expectation.percentage
    return percentage is not None and statement.facts.redeemed > statement.facts.issued * Fraction(percentage) / 100


def _figures(statement: Statement) -> dict[str, Any]:
    facts = statement.facts
    return {
        "issued": facts.issued,
        "redeemed": facts.redeemed,
        "expired": facts.lapsed,
        "outstanding": facts.outstanding,
        "expected": f"{float(statement.expected):.2f}",
        "allocated_minor": statement.allocated_minor,
        "liability_minor": statement.liability_minor,
    }
