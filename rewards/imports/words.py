"""What is wrong with rows, in words, for pages and files."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from rewards.imports.domain import MOST_LETTERS, RowFault
from rewards.imports.models import BalanceImportRow

_FAULTS: dict[RowFault, Promise] = {
    RowFault.BROKEN_QUOTES: gettext_lazy("Quotation marks do not close in this line."),
    RowFault.UNSEEN_CHARACTERS: gettext_lazy("Characters that cannot be seen stand here. Delete them."),
    RowFault.TOO_LONG: gettext_lazy("The text is too long. %(most)s letters are enough."),
    RowFault.TOO_MANY_CELLS: gettext_lazy(
        "The line has more cells than there are columns. Put texts with the separator in quotation marks."
    ),
    RowFault.FORMULA: gettext_lazy("This begins like a formula of a spreadsheet. Write the value itself."),
    RowFault.NOBODY_NAMED: gettext_lazy("The row names nobody."),
    RowFault.NOT_AN_EMAIL: gettext_lazy("This is no e-mail address, so no member can be created with it."),
    RowFault.NOT_A_CARD: gettext_lazy("This is no card number of Pointbook. Bring the old number in as external_id."),
    RowFault.TWO_MEMBERS: gettext_lazy("The columns name different members."),
    RowFault.MEMBERSHIP_ENDED: gettext_lazy("This membership has ended."),
    RowFault.NO_POINTS: gettext_lazy("The points are missing."),
    RowFault.NOT_A_NUMBER: gettext_lazy("Write the points as digits, without separators: 1500."),
    RowFault.BELOW_ZERO: gettext_lazy("Points below zero cannot come in. Write 0 and use the mode reset to take points away."),
    RowFault.TOO_MANY_POINTS: gettext_lazy("These are more points than one row may have."),
    RowFault.TOO_MANY_DECIMALS: gettext_lazy("The currency has fewer decimals."),
    RowFault.UNKNOWN_CURRENCY: gettext_lazy("The programme has no currency with this code."),
    RowFault.NOT_A_DAY: gettext_lazy("Write the day as 2026-03-31."),
    RowFault.ENDED: gettext_lazy("These points have ended already."),
    RowFault.ENDS_BEFORE_START: gettext_lazy("The points would end before they start."),
    RowFault.TWO_ENDS: gettext_lazy("The row has two ends. Leave one column out."),
    RowFault.STARTS_LATER: gettext_lazy(
        "Reset compares what can be spent now: leave the start date empty, or bring the row in with the mode add."
    ),
    RowFault.REPEATED: gettext_lazy(
        "Another row says the same of this member. Leave one out; where both are meant, give them different reasons."
    ),
}
_FAILURES: dict[str, Promise] = {
    "points_have_ended": gettext_lazy("The points ended while the file waited for its approval."),
    "member_is_closed": gettext_lazy("This membership has ended."),
    "already_member": gettext_lazy("The row's columns belong to different members."),
    "external_id_conflict": gettext_lazy("Another member has this number with other facts."),
    "programme_not_open": gettext_lazy("The programme takes no new members at the moment."),
}


def faults_of(row: BalanceImportRow) -> list[tuple[str, str]]:
    """Return each fault as its column (empty: the whole row) and what is wrong."""
    said = [(str(column), str(_FAULTS[RowFault(code)]) % {"most": MOST_LETTERS}) for column, code in row.faults]
    if row.failure:
        said.append(("", str(_FAILURES.get(row.failure, row.failure))))
    return said


def note_of(row: BalanceImportRow) -> str:
    """Say what keeps a row from counting, in one text; empty for a row that counts."""
    parts = [f"{column}: {text}" if column else text for column, text in faults_of(row)]
    if row.kind == BalanceImportRow.Kind.UNKNOWN:
        parts.append(_("Nobody is known by this name."))
    return pgettext("between sentences", " ").join(parts)
