"""Back-tests of a file of trade: they give what a programme gave that had the same purchases under the same rules."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rewards.backtests.services import NothingToTry, request_repetition, work_on_all
from rewards.purchases.models import Purchase, PurchaseLine, ReturnLine
from rewards.trade_files import services
from tests.accounts.factories import AT, ProgrammeFactory
from tests.rewards.backtests.stage import LATER, ask, draft_of, earned, run
from tests.rewards.backtests.test_equality import BASE, JUDGED, PLAIN, RULES, basket, kept, live_through
from tests.rewards.recalculations.stage import open_with_rules

pytestmark = pytest.mark.django_db

BEFORE = {code: rule for code, rule in RULES.items() if code != "busy"}


def written(programme):
    """What a programme's members bought and brought back, as a file of trade."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["member", "receipt", "at", "amount_minor", "category", "sku", "quantity", "returned_on"])
    back = dict(ReturnLine.objects.values_list("line", "of__business_on"))
    for line in (
        PurchaseLine.objects.filter(purchase__programme=programme).select_related("purchase__member").order_by("purchase", "position")
    ):
        bought = line.purchase
        cells = [bought.member.external_id, bought.external_id, bought.occurred_at.isoformat(), line.price_minor]
        rows.writerow([*cells, line.category, line.sku, line.quantity, back.get(line.pk, "")])
    return out.getvalue().encode()


def handed_in(programme, content):
    row = services.hand_in(programme=programme, name="trade.csv", chunks=[content], author=None, at=LATER)
    services.work_on_all(at=LATER)
    row.refresh_from_db()
    return row


@pytest.mark.parametrize("tiers", [PLAIN, JUDGED], ids=["plain", "judged"])
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(baskets=st.lists(basket, min_size=1, max_size=10))
def test_a_file_of_what_was_bought_gives_what_was_given(db, tiers, baskets):
    """Each purchase on a day of its own: a file says on which day a line came back, and takes it for the day's end."""
    programme = open_with_rules(ladder=tiers, **BEFORE)
    live_through(programme, [(who, day, prices, back) for day, (who, _day, prices, back) in enumerate(baskets)])
    trade = handed_in(programme, written(programme))
    assert trade.state == "ready", trade.faults

    row = run(programme, trade=trade)

    assert row.members == Purchase.objects.filter(programme=programme).values("member").distinct().count()
    assert earned(row, "live") == earned(row, "draft") == kept(programme)
    assert "replayed" not in row.figures


OLD = b"""member,receipt,at,amount,store,redeemed
Ada,R1,1998-03-01T10:00,10.00,100,
Ada,R2,1998-04-01T10:00,20.00,100,4
Bea,R1,1998-03-05T10:00,5.00,200,
"""
DAYS = {"first_on": dt.date(1998, 3, 1), "last_on": dt.date(1998, 4, 30)}


def test_what_is_in_force_today_is_in_force_on_all_days_of_a_file():
    programme = open_with_rules(base=BASE)

    row = run(programme, trade=handed_in(programme, OLD), drafts=[draft_of(programme, "base", BASE | {"points": 3})], **DAYS)

    assert (earned(row, "live"), earned(row, "draft")) == (35, 105)
    assert row.figures["stores"]["100"]["live"] == 30
    assert sum(of["live"]["redeemed"] for of in row.figures["following"].values()) == 4
    assert row.cost_minor == 70


def test_a_repetition_of_a_file_gives_the_same_figures():
    programme = open_with_rules(base=BASE)
    first = run(programme, trade=handed_in(programme, OLD), **DAYS)

    again = request_repetition(of=first, author=None, at=LATER)
    work_on_all(at=LATER)

    again.refresh_from_db()
    assert (again.figures_hash, again.inputs_hash) == (first.figures_hash, first.inputs_hash)


def test_a_file_that_is_gone_or_of_other_days_is_refused():
    programme = open_with_rules(base=BASE)
    trade = handed_in(programme, OLD)

    with pytest.raises(NothingToTry, match=r"1 Mar 1998 to 1 Apr 1998"):
        ask(programme, trade=trade)
    first = run(programme, trade=trade, **DAYS)
    services.forget(file=trade.pk)
    trade.refresh_from_db()
    with pytest.raises(NothingToTry, match="Hand it in"):
        ask(programme, trade=trade, **DAYS)
    with pytest.raises(NothingToTry):
        request_repetition(of=type(first).objects.get(pk=first.pk), author=None, at=LATER)


def test_a_file_is_not_let_go_while_somebody_works_on_it():
    programme = open_with_rules(base=BASE)
    trade = handed_in(programme, OLD)
    ask(programme, trade=trade, **DAYS)

    with pytest.raises(services.FileInUse):
        services.forget(file=trade.pk)
    assert trade.lines.count() == 3


def test_members_of_a_file_and_of_the_programme_are_strangers():
    """Who is called in the file as a member of the programme is, has none of that member's past."""
    programme = open_with_rules(third={"kind": "fixed", "points": 7, "when": {"field": "order.nth", "op": "ge", "value": 2}})
    live_through(programme, [(0, 1, [500], set()), (0, 2, [500], set())])

    row = run(programme, trade=handed_in(programme, b"member,receipt,at,amount\n0,R9,2025-01-05,5\n"), first_on=dt.date(2025, 1, 1))

    assert (row.members, earned(row, "live")) == (1, 0)


def test_another_programme_s_file_is_not_offered_nor_taken(client):
    trade = handed_in(ProgrammeFactory.create(), OLD)

    with pytest.raises(AssertionError):
        ask(open_with_rules(base=BASE), trade=trade, **DAYS)


def test_a_line_counts_in_minor_units_of_the_programme_s_money():
    programme = open_with_rules(base=BASE)
    trade = handed_in(programme, b"member,receipt,at,amount\nAda,R1,2025-01-05,19.99\n")

    assert trade.spend_minor == 1_999
    assert trade.lines.get().quantity == Decimal(1)
    assert trade.handed_in_at > AT
