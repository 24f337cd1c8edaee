"""A cause that the company pays for: what members do makes an expense that is owed to the cause, and the remainder is carried."""

import datetime as dt

import pytest

from ledger.books.models import Journal
from reporting.causes.services import post_causes
from rewards.causes.queries import standing_on
from tests.books.cases import by_id
from tests.books.comparing import assert_metrics
from tests.books.stage import minor, money
from tests.reporting.gift_cards.stage import CardShop
from tests.rewards.causes.stage import forest, forest_in, met, noon

FEBRUARY = dt.date(2025, 2, 28)


@pytest.mark.django_db
def test_every_third_meeting_makes_a_tree_that_is_owed_to_the_cause():
    case = by_id("P-CHA-02")
    facts, [expected] = case["inputs"], case["expected"]["journals"]
    stage = CardShop()
    programme = forest_in(stage.programme, every=facts["per_tree"], cost_minor=minor(facts["cost"]))
    stage.close(1)
    met(stage.shop.member("Ada", "ada@example.org"), noon(2, 3), "1", facts["meetings"])

    [journal] = post_causes(book=stage.book, through_on=FEBRUARY, at=noon(2, 28))

    lines = [(line.book_account.code, line.debit_minor, line.credit_minor) for line in journal.lines.order_by("position")]
    assert lines == [(line["account"], minor(line["debit"]), minor(line["credit"])) for line in expected["lines"]]
    assert (journal.basis, Journal.objects.filter(event_type="cause_accrual").count()) == (expected["basis"], 1)
    assert {code: money(amount) for code, amount in stage.balances().items()} == case["expected"]["periods"][0]["activity"]
    assert_metrics({"carry_forward_meetings": str(standing_on(forest(programme), FEBRUARY).rest)}, case["expected"]["metrics"])
