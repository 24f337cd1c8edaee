"""Lines of undos in words, for pages and files."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from ledger.points.domain import ArrearsPolicy
from ledger.points.models import PointUnit
from loyalty.kit.figures import points_text
from rewards.import_undos.domain import RESET_SINCE
from rewards.import_undos.models import ImportUndoLine

_FAILURES: dict[str, Promise] = {
    RESET_SINCE: gettext_lazy("A later import has set this balance to its file: undo that one first, or leave it."),
    "nothing_to_reverse": gettext_lazy("These points were taken back before."),
}


def note_of(line: ImportUndoLine) -> str:
    """Say why a line does not count, or where its points are if they are not simply there."""
    if line.failure:
        return str(_FAILURES.get(line.failure, line.failure))
    scale = line.currency.unit.scale
    counted = (
        (_("spent %(points)s"), line.spent_units),
        (_("ended %(points)s"), line.ended_units),
        (_("on hold %(points)s"), line.held_units),
    )
    said = [text % {"points": points_text(units, scale)} for text, units in counted if units]
    return pgettext("between the words of a list", ", ").join(said)


def result_of(line: ImportUndoLine) -> str:
    """Say what became of a line beside the points that moved."""
    scale = line.currency.unit.scale
    counted = ((_("owed %(points)s"), line.owed_units), (_("forgiven %(points)s"), line.forgiven_units))
    said = [text % {"points": points_text(units, scale)} for text, units in counted if units]
    return pgettext("between the words of a list", ", ").join(said)


def policy_of(unit: PointUnit) -> str:
    """Say what becomes of spent points of a currency."""
    if ArrearsPolicy(unit.arrears_policy) is not ArrearsPolicy.LIMIT:
        return _("are forgiven")
    if unit.arrears_limit is None:
        return _("are owed: points that come later pay them")
    return _("are owed up to %(limit)s for each member, and forgiven beyond") % {"limit": points_text(unit.arrears_limit, unit.scale)}
