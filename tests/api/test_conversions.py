import datetime as dt

import pytest

from accounts.programmes.domain import CurrencyKind
from accounts.programmes.services import Terms, Words, open_currency
from rewards.conversions.api import ConversionRunsAnswer, ConversionsAnswer
from rewards.conversions.models import ConversionRun
from rewards.setups.domain import SetupKind
from tests.accounts.factories import AT
from tests.rewards.conversions.stage import MONTHLY
from tests.rewards.setups.stage import FIRST_DAY, set_up


@pytest.fixture
def version(programme):
    for code, kind in (("gathered", CurrencyKind.ACCRUAL), ("cash", CurrencyKind.CREDIT)):
        words = Words(code=code, singular=code, plural=code, kind=kind)
        open_currency(programme=programme, words=words, terms=Terms(expiry_kind="none", expiry_number=0), valid_from=FIRST_DAY, at=AT)
    return set_up(programme, SetupKind.CONVERSION, "monthly", MONTHLY)


def test_a_partner_reads_what_becomes_of_what_gathers(caller, version):
    answer = caller.get("conversions")

    assert ConversionsAnswer.model_validate_json(answer.content)
    [one] = answer.json()["results"]
    assert (one["code"], one["from_currency"], one["step_units"], one["gives_units"], one["every"]) == (
        "monthly",
        "gathered",
        500,
        500,
        "month",
    )
    assert caller.get("conversions", kind="rate").json()["results"] == []
    assert len(caller.get("conversions", from_currency="gathered", kind="steps").json()["results"]) == 1


def test_a_partner_reads_what_was_converted(caller, version):
    for month in (1, 2):
        first = dt.date(2025, month, 1)
        ConversionRun.objects.create(
            setup=version.setup, version=version, first_on=first, through_on=first.replace(day=28), business_on=first, state="done",
            expected=4, wallets=3, units=1_500, given=1_500, started_at=AT, finished_at=AT,
        )  # fmt: skip

    answer = caller.get("conversion-runs")

    assert ConversionRunsAnswer.model_validate_json(answer.content)
    assert [one["first_on"] for one in answer.json()["results"]] == ["2025-02-01", "2025-01-01"]
    assert (answer.json()["results"][0]["members"], answer.json()["results"][0]["rate"]) == (3, None)
    assert [one["first_on"] for one in caller.get("conversion-runs", from_on="2025-01-15", through_on="2025-03-01").json()["results"]] == [
        "2025-02-01"
    ]
    assert caller.get("conversion-runs", conversion="other").json()["results"] == []
