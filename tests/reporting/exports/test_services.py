"""Two independent readers read our journals and find our trial balance."""

import csv
import datetime as dt
import io
import shutil
import subprocess
from decimal import Decimal

import pytest
from beancount import loader
from beancount.core import data, realization

from ledger.books.domain import AccountType, AllocationBasis, Profile
from ledger.books.queries import trial_balance
from ledger.points.domain import Reason
from reporting.exports import services
from reporting.exports.domain import Account, Books, beancount, hledger
from tests.books.stage import Stage

pytestmark = pytest.mark.django_db
RATE = Decimal("0.95")
HLEDGER = shutil.which("hledger")
needs_hledger = pytest.mark.skipif(HLEDGER is None, reason="hledger is not installed here (on Debian: apt-get install hledger)")


@pytest.fixture(params=list(Profile))
def stage(request):
    stage = Stage(["P1", "P2"], profile=request.param, basis=AllocationBasis.CONTINUATION)
    stage.book.name = 'Shop "A" ; | \n=cmd'
    stage.book.save()
    stage.estimate("P1", 95, 100)
    stage.grant(stage.day("P1"), 1_000, sale=stage.sale(33_333, 33_333, RATE))
    stage.grant(stage.day("P1"), 70, sale=stage.sale(0, 0, RATE), reason=Reason.SIGNUP)
    stage.redeem(stage.day("P1", 12), 333)
    stage.close("P1")
    tender = stage.redeem(stage.day("P2"), 50, Reason.TENDER, face_minor=5_000)
    stage.grant(stage.day("P2"), 7, sale=stage.sale(7_000, 12_000, RATE, tender=tender))
    stage.estimate("P2", 97, 100)
    stage.close("P2")
    return stage


def ours(stage):
    return {row.code: row.balance_minor for row in trial_balance(stage.book, through=stage.last("P2")) if row.balance_minor}


def code(path):
    return path.rpartition(":")[2].split("-")[0]


def in_beancount(text, currency="CU"):
    entries, errors, _ = loader.load_string(text)
    assert errors == []
    found = {}
    for account in realization.iter_children(realization.realize(entries)):
        if not account.balance.is_empty():
            found[code(account.account)] = int(account.balance.get_currency_units(currency).number * 100)
    return found, [entry for entry in entries if isinstance(entry, data.Transaction)]


def run_hledger(text, *arguments):
    return subprocess.run([HLEDGER, "-f", "-", *arguments], input=text, capture_output=True, text=True, check=False)


def in_hledger(text):
    answer = run_hledger(text, "balance", "--flat", "--no-total", "--output-format", "csv", "--layout", "bare")
    assert answer.returncode == 0, answer.stderr
    return {code(row["account"]): int(Decimal(row["balance"]) * 100) for row in csv.DictReader(io.StringIO(answer.stdout))}


def test_beancount_finds_our_trial_balance(stage):
    found, transactions = in_beancount(services.beancount(stage.book, stage.last("P2")))

    assert found == ours(stage)
    assert len(transactions) == stage.book.journals.count()


def test_beancount_stops_at_the_day_that_was_asked(stage):
    found, _ = in_beancount(services.beancount(stage.book, stage.last("P1")))

    assert found == {row.code: row.balance_minor for row in trial_balance(stage.book, through=stage.last("P1")) if row.balance_minor}


@needs_hledger
def test_hledger_finds_our_trial_balance(stage):
    text = services.hledger(stage.book, stage.last("P2"))

    assert run_hledger(text, "check", "--strict").returncode == 0
    assert in_hledger(text) == ours(stage)


def test_a_cent_that_is_off_is_found_by_the_reader(stage):
    text = services.beancount(stage.book, stage.last("P2"))
    line = next(line for line in text.splitlines() if line.startswith("  Liabilities:2100"))
    amount = line.split()[-2]

    _, errors, _ = loader.load_string(text.replace(line, line.replace(amount, str(Decimal(amount) + Decimal("0.01"))), 1))

    assert errors


@needs_hledger
def test_a_cent_that_is_off_is_found_by_hledger(stage):
    text = services.hledger(stage.book, stage.last("P2"))
    line = next(line for line in text.splitlines() if line.startswith("    Liabilities:2100"))
    amount = line.split()[1]

    assert run_hledger(text.replace(line, line.replace(amount, str(Decimal(amount) + Decimal("0.01"))), 1), "check").returncode


def test_currencies_without_or_with_three_decimals_are_written_exactly():
    account = Account("1000", "Café & bank", AccountType.ASSET)

    def books(digits):
        day = dt.date(2026, 1, 1)
        return Books("x", "JPY", digits, day, day, [account], [], {account: -5})

    assert "-0.005 JPY" in beancount(books(3))
    assert "-5 JPY" in hledger(books(0))
    assert "Assets:1000-Cafe-bank" in hledger(books(0))
