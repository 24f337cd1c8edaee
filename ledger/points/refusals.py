"""The bank's ways of saying no, and which SQLSTATE of the functions in sql/ means which."""

from typing import ClassVar, NoReturn

from django.db.utils import DatabaseError
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from loyalty.kit.problems import NotFound, Problem, Refused


class ActConflict(Refused):
    code = "act_conflict"
    title = "The same key was used for other facts"


class NotEnoughPoints(Refused):
    """Carries `spendable` and `shortfall`."""

    code = "not_enough_points"
    title = "There are not enough points"


class NoSuchWallet(NotFound):
    code = "wallet_not_found"


class NothingToReverse(Refused):
    code = "nothing_to_reverse"


class HoldNotOpen(Refused):
    code = "hold_not_open"


class PointsOnHold(Refused):
    code = "points_on_hold"


class SpentPointsMayNotBeOwed(Refused):
    code = "spent_points_may_not_be_owed"


class LedgerBroken(Problem):
    """The functions found the ledger at odds with itself; an operator must run `verify_ledger`."""

    code = "ledger_broken"
    status: ClassVar[int] = 503
    title = "The ledger needs an operator"


def not_enough(*, wanted: int, spendable: int) -> NotEnoughPoints:
    return NotEnoughPoints(
        gettext("This needs %(wanted)s points; %(spendable)s can be spent.") % {"wanted": wanted, "spendable": spendable},
        extra={"spendable": spendable, "shortfall": wanted - spendable},
    )


_REFUSALS: dict[str, tuple[type[Problem], str | Promise]] = {
    "PB001": (ActConflict, gettext_lazy("This was already done under the same key with other facts. Use a new key for a new act.")),
    "PB003": (NoSuchWallet, gettext_lazy("This wallet does not hold that currency.")),
    "PB004": (NothingToReverse, gettext_lazy("These points were already taken back or activated.")),
    "PB005": (HoldNotOpen, gettext_lazy("This hold was already captured or released.")),
    "PB006": (NothingToReverse, gettext_lazy("That is not a redemption of this wallet.")),
    "PB007": (NothingToReverse, gettext_lazy("These points were already given back.")),
    "PB008": (PointsOnHold, gettext_lazy("Some of these points are on hold. Capture or cancel the hold first.")),
    "PB009": (LedgerBroken, "The ledger refused to post because its lots and balances differ. Run `verify_ledger`."),
    "PB011": (
        SpentPointsMayNotBeOwed,
        gettext_lazy("The points of this purchase are already spent and the programme does not let a member owe points."),
    ),
}


def raise_refusal(error: DatabaseError) -> NoReturn:
    """Translate the functions' SQLSTATEs; anything else stays the database error that it is."""
    diag = getattr(error.__cause__, "diag", None)
    state = getattr(diag, "sqlstate", None) or ""
    if state == "PB002":
        raise NotEnoughPoints(
            gettext("There are not enough points."), extra={"spendable": int(diag.message_detail or 0) if diag else 0}
        ) from error
    if state in _REFUSALS:
        problem, detail = _REFUSALS[state]
        raise problem(str(detail)) from error
    raise error
