"""What an act on points is called when no purchase and no reward tells it."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ledger.points.domain import Kind, Reason

_GIVEN = {
    Reason.SALE: _("Purchase"),
    Reason.PROMOTION: _("Extra points"),
    Reason.GOODWILL: _("A thank-you from us"),
    Reason.REFERRAL: _("Thank you for recommending us"),
    Reason.SIGNUP: _("Welcome points"),
    Reason.PURCHASED: _("Bought points"),
    Reason.PARTNER: _("From a partner"),
    Reason.INTERCOMPANY: _("Purchase"),
    Reason.EMPLOYEE: _("From your employer"),
    Reason.MIGRATION: _("Brought over from your old card"),
}
_ACTS = {
    Kind.CAPTURE: _("Points spent"),
    Kind.REDEEM: _("Points spent"),
    Kind.RESTORE: _("Points given back"),
    Kind.REVERSE: _("Points taken back"),
    Kind.ADJUST: _("Correction"),
    Kind.EXPIRE: _("Points ended"),
    Kind.TRANSFER: _("Moved between cards"),
    Kind.SETTLE: _("Settled what you owed"),
    Kind.CONVERT: _("Converted from what you gathered"),
}
_CORRECTED = {
    Kind.REVERSE: _("Brought over by mistake, taken back"),
    Kind.RESTORE: _("Taken by mistake, given back"),
}
"""Acts on points of an import that was undone: nobody else takes a grant back, or gives points back, as a correction."""
_ICONS = {Kind.EXPIRE: "clock", Kind.ADJUST: "edit", Kind.RESTORE: "undo", Kind.REVERSE: "undo", Kind.TRANSFER: "card"}


RECOGNISED = "recognition:"
"""How the keys of acts begin that a recognition made."""
UNDONE = "recognition-undo:"
"""How those begin that took one back."""


def of_act(kind: int, reason: int, key: str = "") -> str:
    """Name an act: points given by their reason, everything else by what was done."""
    if kind == Kind.GRANT and key.startswith(RECOGNISED):
        return gettext("From a colleague")
    if key.startswith(UNDONE):
        return gettext("Recognition taken back")
    if kind in (Kind.GRANT, Kind.SETTLE):
        return given(Reason(reason))
    if reason == Reason.RECOGNITION:
        return gettext("Given to a colleague")
    if reason == Reason.CORRECTION and kind in _CORRECTED:
        return str(_CORRECTED[Kind(kind)])
    return str(_ACTS[Kind(kind)])


def given(reason: Reason) -> str:
    """Name points by why they were given."""
    return str(_GIVEN.get(reason, _("Points given")))


def icon_of(kind: int, units: int) -> str:
    """Name the drawing of an act in static/img/icons.svg."""
    return _ICONS.get(Kind(kind), "plus" if units > 0 else "gift")
