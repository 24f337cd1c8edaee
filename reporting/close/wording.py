"""The close in words: what each check compares, what its figures are called, and what a refusal means."""

import dataclasses
import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ledger.books.models import Book
from ledger.points.models import PointUnit
from ledger.valuation.domain import PoolKey
from loyalty.kit.figures import money_text, number_text, points_text
from loyalty.kit.money import Money
from loyalty.kit.problems import Problem
from reporting.close.domain import CAUSES, FEES, GIFT_CARDS, CheckCode, Step
from reporting.journals.wording import pool_name


@dataclasses.dataclass(frozen=True, slots=True)
class CheckWords:
    """A check: its name, what it compares, and what to do about an exception."""

    title: str | Promise
    compares: str | Promise
    advice: str | Promise


CHECKS: Mapping[str, CheckWords] = {
    CheckCode.UNITS_TIE: CheckWords(
        gettext_lazy("Points tie"),
        gettext_lazy("Points in lots, in members' balances and in the valuation are the same."),
        gettext_lazy(
            "Do not accept a difference here: prepare again, and if it stays, let an administrator run the ledger's verification."
        ),
    ),
    CheckCode.BOOKS_TIE: CheckWords(
        gettext_lazy("Books tie"),
        gettext_lazy("For every pool the liability accounts hold what the valuation says."),
        gettext_lazy("Look for entries by hand on a liability account. Reverse them, then prepare again."),
    ),
    CheckCode.CLEARING_IS_ZERO: CheckWords(
        gettext_lazy("Clearing is zero"),
        gettext_lazy("Account 1090 holds nothing: the shop's own books took in every payment with points."),
        gettext_lazy("Compare the balance with the points that your tills report as payment. Accept it when they are the same."),
    ),
    CheckCode.GIFT_CARDS_TIE: CheckWords(
        gettext_lazy("Gift cards tie"),
        gettext_lazy("Money on the cards, what was posted of it and account 2120 are the same."),
        gettext_lazy("Look for entries by hand on account 2120 and reverse them. Prepare again; if a card differs, ask an administrator."),
    ),
    CheckCode.GIFT_CARDS_CLEARED: CheckWords(
        gettext_lazy("Gift cards cleared"),
        gettext_lazy("Account 1095 is empty: the shop's own books have every sale that a card paid, and every card that was sold there."),
        gettext_lazy("Compare with the tills which sales are missing on account 1095."),
    ),
    CheckCode.GIFT_CARDS_ESTIMATED: CheckWords(
        gettext_lazy("Gift cards estimated"),
        gettext_lazy("Every programme with money on sold cards has an approved estimate of how much will be spent."),
        gettext_lazy(
            "Without one nothing is earned before a card runs out, and nothing goes to the state. Accept that, or have one approved."
        ),
    ),
    CheckCode.FEES_TIE: CheckWords(
        gettext_lazy("Membership fees tie"),
        gettext_lazy("What is owed for the days that members have paid for and account 2130 are the same."),
        gettext_lazy(
            "Look for entries by hand on account 2130 and reverse them. Prepare again; if they still differ, ask an administrator."
        ),
    ),
    CheckCode.FEES_CLEARED: CheckWords(
        gettext_lazy("Membership fees cleared"),
        gettext_lazy("Account 1096 is empty: the shop's own books have every fee that members paid or got back."),
        gettext_lazy("Compare with the shop which fees are missing on account 1096."),
    ),
    CheckCode.CAUSES_TIE: CheckWords(
        gettext_lazy("Causes tie"),
        gettext_lazy("What was posted for causes is what all events that counted make."),
        gettext_lazy("Prepare again; if they still differ, ask an administrator."),
    ),
    CheckCode.PARTNERS_TIE: CheckWords(
        gettext_lazy("Partners tie"),
        gettext_lazy("Accounts 1110 and 2010 hold what partners' purchases, returns and statements say, and every month is stated."),
        gettext_lazy(
            "State the months that are missing, then prepare again. Payments that were entered by hand explain a difference: accept it."
        ),
    ),
    CheckCode.COMPANIES_TIE: CheckWords(
        gettext_lazy("Companies of the group tie"),
        gettext_lazy(
            "Accounts 1120 and 2050 hold what the group's companies owe each other by acts and statements, and the other book has the same."
        ),
        gettext_lazy("What came after the month was stated stands in the next statement: accept it, or look for entries by hand."),
    ),
    CheckCode.NO_LATE_EVENTS: CheckWords(
        gettext_lazy("No late events"),
        gettext_lazy("Nothing of an earlier, closed month was taken in this month."),
        gettext_lazy("Late events keep their day and are posted in this month. Say why they came late."),
    ),
    CheckCode.NO_ARREARS: CheckWords(
        gettext_lazy("Nobody owes points"),
        gettext_lazy("No member's balance is below zero."),
        gettext_lazy("These members returned goods after they had spent the points. Their next points settle it."),
    ),
    CheckCode.ESTIMATES_APPROVED: CheckWords(
        gettext_lazy("Estimates approved"),
        gettext_lazy("Every pool with points has an approved estimate of how many will be redeemed."),
        gettext_lazy("Without one no breakage is recognised. Draft an estimate, or accept that all points are expected to be redeemed."),
    ),
    CheckCode.POOLS_LARGE_ENOUGH: CheckWords(
        gettext_lazy("Pools large enough"),
        gettext_lazy("Every pool has enough members for its estimate to mean something."),
        gettext_lazy("No breakage is recognised for these pools. Accept it, or let the book's policy name a smaller number of members."),
    ),
    CheckCode.NOT_BEYOND_EXPECTED: CheckWords(
        gettext_lazy("Not beyond the estimate"),
        gettext_lazy("No pool was redeemed more than its estimate ever expected."),
        gettext_lazy("The estimate is too low. Draft a higher one before the month is closed."),
    ),
    CheckCode.NO_UNVALUED_POINTS: CheckWords(
        gettext_lazy("No points without value"),
        gettext_lazy("No pool has unused points and no liability left."),
        gettext_lazy("Members can still redeem these points, for which nothing is deferred. Draft a higher estimate."),
    ),
}
FIGURES: Mapping[str, str | Promise] = {
    "in_lots": gettext_lazy("In lots"),
    "in_balances": gettext_lazy("In balances"),
    "in_lots_at_period_end": gettext_lazy("In lots at the month's end"),
    "valued": gettext_lazy("Valued"),
    "in_books_minor": gettext_lazy("In the books"),
    "in_valuation_minor": gettext_lazy("In the valuation"),
    "balance_minor": gettext_lazy("Balance of 1090"),
    "in_cards_minor": gettext_lazy("By the cards"),
    "on_cards_minor": gettext_lazy("On the cards"),
    "posted_minor": gettext_lazy("Posted"),
    "left_minor": gettext_lazy("Balance of 1095"),
    "by_days_minor": gettext_lazy("By the days"),
    "fees_left_minor": gettext_lazy("Balance of 1096"),
    "by_events_minor": gettext_lazy("By the events"),
    "by_acts_minor": gettext_lazy("By acts and statements"),
    "invoiced_minor": gettext_lazy("Not stated, owed to us"),
    "payable_minor": gettext_lazy("Not stated, owed by us"),
    "moved_minor": gettext_lazy("Amount"),
    "days": gettext_lazy("Days"),
    "months": gettext_lazy("Months"),
    "granted": gettext_lazy("Issued"),
    "minor": gettext_lazy("Liability moved"),
    "points": gettext_lazy("Points owed"),
    "members": gettext_lazy("Members"),
    "issued": gettext_lazy("Issued"),
    "redeemed": gettext_lazy("Redeemed"),
    "expired": gettext_lazy("Lapsed"),
    "outstanding": gettext_lazy("Outstanding"),
    "expected": gettext_lazy("Expected"),
    "allocated_minor": gettext_lazy("Deferred"),
    "liability_minor": gettext_lazy("Liability"),
}
"""The evidence of an exception, in the order in which a reader wants it."""
STEPS: Mapping[str, str | Promise] = {
    Step.EXPIRE: gettext_lazy("Ending the points that are due"),
    Step.VALUE: gettext_lazy("Valuing what happened"),
    Step.CHECK: gettext_lazy("Going through the checklist"),
    Step.DONE: gettext_lazy("Ready"),
}
_POOL = re.compile(r"(\d{4}-\d{2})/(\d+)/(\d+)/(\d+)")


def subject_name(subject: str, units: Mapping[int, PointUnit]) -> str:
    """Say what an exception is about: a pool, a currency, or the whole book."""
    if match := _POOL.fullmatch(subject):
        key = PoolKey(int(match[2]), dt.date.fromisoformat(f"{match[1]}-01"), int(match[3]), int(match[4]))
        return pool_name(key, units)
    if subject == "without a pool":
        return _("without a pool")
    if subject == GIFT_CARDS:
        return _("Gift cards")
    if subject == FEES:
        return _("Membership fees")
    if subject == CAUSES:
        return _("Causes")
    return re.sub(r" \(\d+\)$", "", subject) or _("Whole book")


def figure_text(name: str, value: Any, book: Book) -> str:
    """Write one figure of an exception: money, or points."""
    if name.endswith("minor"):
        return money_text(Money(int(value), book.currency))
    if isinstance(value, str):
        return number_text(int(float(value) * 100), 2)
    return points_text(int(value))


@dataclasses.dataclass(frozen=True, slots=True)
class Refusal:
    """What happened, what did not change, what to do."""

    title: str
    unchanged: str
    text: str


def refusal_words(problem: Problem, month: str, ends_on: dt.date) -> Refusal:
    """Say a refusal to a controller; a code without words of its own says what the service said."""
    nothing = _("Nothing was posted and the month is as it was.")
    day = date_format(ends_on + dt.timedelta(days=1), "j F")
    left = int(problem.extra.get("open_exceptions", 0))
    found = {
        "period_not_over": (_("%(month)s is not over yet.") % {"month": month}, _("Prepare it from %(day)s on.") % {"day": day}),
        "not_the_open_period": (_("%(month)s is not the month to close now.") % {"month": month}, _("Close the earlier month first.")),
        "close_running": (_("Somebody is preparing this close right now."), _("Wait until the bar is full, then look at the list.")),
        "approver_is_preparer": (
            _("You prepared %(month)s or accepted an exception in it, so you cannot judge it.") % {"month": month},
            _("Ask a colleague who approves closes and had no part in it."),
        ),
        "close_not_prepared": (_("%(month)s is not prepared.") % {"month": month}, _("Prepare it, then try again.")),
        "close_exceptions_open": (
            ngettext("%(left)s exception is not accepted yet.", "%(left)s exceptions are not accepted yet.", left) % {"left": left},
            _("The preparer looks at each and says why it is acceptable, or corrects it and prepares again."),
        ),
        "close_figures_moved": (
            _("The figures are not those that were prepared: an estimate changed."),
            _("Ask the preparer to prepare %(month)s again.") % {"month": month},
        ),
        "malformed": (problem.detail, _("Complete the form below and send it again.")),
    }.get(problem.code, (problem.detail, _("Reload the page to see how things stand.")))
    return Refusal(title=found[0], unchanged=nothing, text=found[1])
