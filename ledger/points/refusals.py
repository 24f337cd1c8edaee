"""The bank's ways of saying no, and which SQLSTATE of the functions in sql/ means which."""

from typing import ClassVar, NoReturn

from django.db.utils import DatabaseError
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from loyalty.kit.figures import points_text
from loyalty.kit.problems import NotFound, Problem, Refused


class ActConflict(Refused):
    code = "act_conflict"
    title = gettext_lazy("The same key was used for other facts")


class NotEnoughPoints(Refused):
    """Carries `spendable` and `shortfall`."""

    code = "not_enough_points"
    title = gettext_lazy("There are not enough points")


class NoSuchWallet(NotFound):
    code = "wallet_not_found"


class NothingToReverse(Refused):
    code = "nothing_to_reverse"


class HoldNotOpen(Refused):
    code = "hold_not_open"


class MoreThanHeld(Refused):
    code = "more_than_held"


class PointsOnHold(Refused):
    code = "points_on_hold"


class SentPointsAreGone(Refused):
    """Carries `left`: what the receiver still holds of them."""

    code = "sent_points_are_gone"


class SpentPointsMayNotBeOwed(Refused):
    code = "spent_points_may_not_be_owed"


class LedgerBroken(Problem):
    """The functions found the ledger at odds with itself; an operator must run `verify_ledger`."""

    code = "ledger_broken"
    status: ClassVar[int] = 503
    title = gettext_lazy("The ledger needs an operator")


def not_enough(*, wanted: int, spendable: int, scale: int = 0) -> NotEnoughPoints:
    words = {"wanted": points_text(wanted, scale), "spendable": points_text(spendable, scale)}
    return NotEnoughPoints(
        gettext("This needs %(wanted)s points; %(spendable)s can be spent.") % words,
        extra={"spendable": spendable, "shortfall": wanted - spendable},
    )


def _gone(*, left: int) -> SentPointsAreGone:
    detail = gettext("The receiver holds only %(left)s of these points. Take back at most that many; correct the rest by hand.")
    return SentPointsAreGone(detail % {"left": left}, extra={"left": left})


_REFUSALS: dict[str, tuple[type[Problem], str | Promise]] = {
    "PB001": (ActConflict, gettext_lazy("This was already done under the same key with other facts. Use a new key for a new act.")),
    "PB003": (NoSuchWallet, gettext_lazy("This wallet does not hold that currency.")),
    "PB004": (NothingToReverse, gettext_lazy("These points were already taken back or activated.")),
    "PB005": (HoldNotOpen, gettext_lazy("This hold was already captured or released.")),
    "PB006": (NothingToReverse, gettext_lazy("That is not a redemption of this wallet.")),
    "PB007": (NothingToReverse, gettext_lazy("These points were already given back.")),
    "PB008": (PointsOnHold, gettext_lazy("Some of these points are on hold. Capture or cancel the hold first.")),
    "PB009": (LedgerBroken, "The ledger refused to post because its lots and balances differ. Run `verify_ledger`."),
    "PB013": (NothingToReverse, gettext_lazy("That movement sent nothing to this wallet.")),
    "PB012": (MoreThanHeld, gettext_lazy("The hold has fewer points than that. Capture no more than it set aside.")),
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
    if state == "PB014":
        raise _gone(left=int(diag.message_detail or 0) if diag else 0) from error
    if state in _REFUSALS:
        problem, detail = _REFUSALS[state]
        raise problem(str(detail)) from error
    raise error
