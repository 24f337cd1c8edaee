"""What a back-test predicted, held against what came true after its drafts went live, month by month."""

import dataclasses
import datetime as dt
from fractions import Fraction
from pathlib import Path

from django.db import connection

from loyalty.kit.clock import add_months
from loyalty.kit.money import half_up
from reporting.backtests.domain import Report
from rewards.backtests.models import BackTest
from rewards.earning.models import EarningRuleVersion
from rewards.programme_files.models import ProgrammeDraft
from rewards.tiers.models import TierLadderVersion

_SINCE = (Path(__file__).parent / "sql" / "since.sql").read_text()


@dataclasses.dataclass(frozen=True, slots=True)
class Prediction:
    """One month since the launch: what was bought (less what came back), what it was to give by the back-test, and what it gave."""

    month: dt.date
    purchases: int
    spend_minor: int
    predicted: int
    actual: int

    @property
    def off(self) -> int:
        return self.actual - self.predicted


def launched_on(back_test: BackTest) -> dt.date | None:
    """Return the day from which all that was tried is live; None before, and where nothing was drafted."""
    drafts = drafts_of(back_test)
    if not drafts or any(of.approved_at is None for of in drafts):
        return None
    return max(of.effective_on if isinstance(of, ProgrammeDraft) else of.valid_from for of in drafts)


def predictions(back_test: BackTest, report: Report, *, today: dt.date) -> list[Prediction]:
    """Return the months since the launch: points for each unit of money as the back-test found them, times what was spent since."""
    first = launched_on(back_test)
    spent = sum(month.spend_minor for month in report.months)
    if first is None or first > today or not spent:
        return []
    asked = {"programme": back_test.programme_id, "first": first, "last": today, "currency": back_test.figures["terms"]["currency"]}
    with connection.cursor() as cursor:
        cursor.execute(_SINCE, asked)
        rows = {month: (int(purchases), int(minor), int(units)) for month, purchases, minor, units in cursor.fetchall()}
    found = []
    month = first.replace(day=1)
    while month <= today:
        purchases, spend, units = rows.get(month, (0, 0, 0))
        found.append(Prediction(month, purchases, spend, half_up(Fraction(report.draft * spend, spent)), units))
        month = add_months(month, 1)
    return found


def drafts_of(back_test: BackTest) -> list[EarningRuleVersion | TierLadderVersion | ProgrammeDraft]:
    """Return what was tried, with its people: versions of rules and ladders, or a file."""
    people = ("author", "approver", "over_budget", "cost_accepted_by")
    return [
        *back_test.drafts.select_related("rule", *people).order_by("rule__code"),
        *back_test.ladders.select_related("ladder", *people).order_by("ladder__code"),
        *ProgrammeDraft.objects.select_related(*people).filter(back_tests=back_test),
    ]


def name_of(draft: EarningRuleVersion | TierLadderVersion | ProgrammeDraft) -> str:
    """Return what a draft is of."""
    if isinstance(draft, EarningRuleVersion):
        return draft.rule.name
    return draft.ladder.local_name if isinstance(draft, TierLadderVersion) else str(draft)
