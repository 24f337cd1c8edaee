"""Days of stores as calls and files say them: each is read and judged by itself."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from accounts.programmes.models import Programme
from accounts.store_days.domain import StoreDayFacts
from accounts.store_days.services import StoreDayRecord, report_store_days
from accounts.store_days.shapes import StoreDayShape
from loyalty.kit.problems import Problem
from loyalty.kit.rest import read


def report_items(*, programme: Programme, items: Sequence[Any], source: str, at: dt.datetime) -> list[StoreDayRecord | Problem]:
    """Take in up to MOST_REPORTS items that nobody has read yet, and answer each in its place with its row or its refusal."""
    said = [_facts(item, programme.currency) for item in items]
    reports = [one for one in said if not isinstance(one, Problem)]
    answers = iter(report_store_days(programme=programme, reports=reports, source=source, at=at))
    return [one if isinstance(one, Problem) else next(answers) for one in said]


def _facts(item: Any, currency: str) -> StoreDayFacts | Problem:
    try:
        return read(StoreDayShape, item).facts(currency)
    except Problem as problem:
        return problem
