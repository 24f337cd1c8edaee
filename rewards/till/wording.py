"""How the till says no: what happened, what did not change, what to do."""

import dataclasses
from collections.abc import Callable

from django.utils.translation import gettext as _

from loyalty.kit.problems import Problem


@dataclasses.dataclass(frozen=True, slots=True)
class Refusal:
    """What happened, what did not change, and what to do (empty where the first sentence says it)."""

    title: str
    unchanged: str
    advice: str = ""


def refusal_of(problem: Problem, unchanged: str) -> Refusal:
    """Put a refusal into a cashier's words; `unchanged` says what did not happen."""
    words = _WORDS.get(problem.code)
    return words(unchanged) if words else Refusal(problem.detail, unchanged)


def no_sale() -> str:
    return _("No points were given or taken.")


def no_return() -> str:
    return _("Nothing was taken back, and no points moved.")


def no_points() -> str:
    return _("No points were taken.")


def not_handed_over() -> str:
    return _("Nothing was handed over.")


def _number_used(unchanged: str) -> Refusal:
    advice = _("Look it up by its number, or type another one.")
    return Refusal(_("This receipt number was recorded before, with other figures"), unchanged, advice)


def _not_enough(unchanged: str) -> Refusal:
    return Refusal(_("There are not enough points for that"), unchanged, _("Pay a smaller part with points, or all of it in money."))


def _not_payable(unchanged: str) -> Refusal:
    return Refusal(_("Points cannot pay exactly this amount"), unchanged, _("Choose one of the amounts that are offered."))


def _tender_too_large(unchanged: str) -> Refusal:
    return Refusal(_("More would be paid with points than the sale costs"), unchanged, _("Lower the amount that points pay."))


def _not_active(unchanged: str) -> Refusal:
    return Refusal(_("This membership is not active"), unchanged, _("Sell without points, and send the customer to the service desk."))


def _no_terms(unchanged: str) -> Refusal:
    return Refusal(_("The programme gives no points today"), unchanged, _("Sell without points, and tell your manager."))


_WORDS: dict[str, Callable[[str], Refusal]] = {
    "external_id_conflict": _number_used,
    "not_enough_points": _not_enough,
    "amount_not_payable_in_points": _not_payable,
    "tender_too_large": _tender_too_large,
    "member_not_active": _not_active,
    "no_terms_in_force": _no_terms,
    "programme_not_live": _no_terms,
}
