"""Hand in a file of balances, approve or refuse it."""

import dataclasses
import datetime as dt
import hashlib
import uuid

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.programmes.models import Programme
from accounts.users.models import User
from loyalty.kit.clock import business_date
from loyalty.kit.problems import FieldError, Forbidden, Malformed, Refused
from loyalty.kit.texts import file_name
from rewards.earning.queries import setting_of
from rewards.imports.domain import MOST_BYTES, MOST_ROWS, FileFault, ImportMode, UnreadableFile, layout_of, lines_of
from rewards.imports.models import BalanceImport


class FileCannotBeRead(Malformed):
    """Carries `fault`."""

    code = "file_cannot_be_read"


class SameFileAgain(Refused):
    """Carries `import`: the one in which the file came before."""

    code = "same_file_again"


class ImportDecided(Refused):
    code = "import_decided"


class ImportNotReady(Refused):
    code = "import_not_ready"


class AnotherPersonMustApproveImport(Forbidden):
    code = "another_person_must_approve"


_FAULTS = {
    FileFault.EMPTY: gettext_lazy("The file has no rows. Its first line names the columns, each line after it is a member."),
    FileFault.TOO_LARGE: gettext_lazy("The file is larger than %(megabytes)s megabytes. Send it in parts."),
    FileFault.TOO_MANY_ROWS: gettext_lazy("The file has more than %(rows)s rows. Send it in parts."),
    FileFault.NOT_UTF8: gettext_lazy("This is no text in UTF-8. Save the file as CSV (UTF-8)."),
    FileFault.HEADER_TOO_LONG: gettext_lazy("The first line is too long to name columns. Is this a CSV file?"),
    FileFault.NO_MEMBER_COLUMN: gettext_lazy("No column names the members. Call one of them email, card or external_id in the first line."),
    FileFault.NO_POINTS_COLUMN: gettext_lazy("No column has the points. Call it points or amount in the first line."),
    FileFault.COLUMN_TWICE: gettext_lazy("Two columns mean %(about)s. Leave one of them out."),
}


@dataclasses.dataclass(frozen=True, slots=True)
class ImportFile:
    """What was handed in, by its name."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def short_name(self) -> str:
        """The last part of the name, without what cannot be seen."""
        return file_name(self.name, otherwise="import.csv")


@transaction.atomic
def request_import(
    *,
    programme: Programme,
    file: ImportFile,
    mode: ImportMode,
    reason: str,
    author: User,
    at: dt.datetime,
    creates_missing: bool = False,
    keeps_policy: bool = False,
    counts_again: bool = False,
) -> BalanceImport:
    """Hand in a file; it is read in the background, and nothing moves before another person agrees.

    `keeps_policy`: rows without an end get the one that the currency's terms say, else they never end. `counts_again`: the same bytes may
    come in a second time. Raises: FileCannotBeRead, SameFileAgain, NoTermsInForce.
    """
    lines = _lines(file)
    setting = setting_of(programme)
    setting.currencies[setting.main].terms_on(business_date(at, programme.time_zone))
    asked = BalanceImport(
        programme=programme,
        mode=mode.value,
        file_name=file.short_name,
        sha256=file.sha256,
        content=file.content,
        header=lines[0],
        lines_count=len(lines),
        creates_missing=creates_missing,
        keeps_policy=keeps_policy,
        counts_again=counts_again,
        reason=reason,
        author=author,
        requested_at=at,
    )
    if not counts_again:
        _refuse_same_file(asked)
    try:
        with transaction.atomic():
            asked.save(force_insert=True)
    except IntegrityError:  # somebody hands in the same file at this moment
        _refuse_same_file(asked)
        raise
    return asked


def _lines(file: ImportFile) -> list[str]:
    """Return the file's lines if its first names columns that can be read. Raises: FileCannotBeRead."""
    try:
        lines = lines_of(file.content)
        layout_of(lines[0])
    except UnreadableFile as wrong:
        facts = {"megabytes": MOST_BYTES // 1_000_000, "rows": f"{MOST_ROWS:,}", "about": wrong.about}
        detail = str(_FAULTS[wrong.fault]) % facts
        raise FileCannotBeRead(
            detail, errors=[FieldError("/file", wrong.fault.value, detail)], extra={"fault": wrong.fault.value}
        ) from wrong
    return lines


def _refuse_same_file(asked: BalanceImport) -> None:
    same = BalanceImport.objects.filter(programme=asked.programme, mode=asked.mode, sha256=asked.sha256)
    before = same.exclude(state=BalanceImport.State.REFUSED).order_by("-pk").first()
    if before is not None:
        detail = _(
            "This file came in on %(day)s as %(name)s. If its points shall count once more, say so below; else there is nothing to do."
        )
        detail %= {"day": date_format(before.requested_at, "j F Y"), "name": before.file_name}
        errors = [FieldError("/counts_again", "same_file_again", detail)]
        raise SameFileAgain(detail, errors=errors, extra={"import": str(before.pk)})


@transaction.atomic
def approve_import(*, balance_import: uuid.UUID, approver: User, at: dt.datetime) -> BalanceImport:
    """Let a file that was read be posted. Raises: ImportDecided, ImportNotReady, AnotherPersonMustApproveImport."""
    row = _lock_waiting(balance_import, approver)
    row.state = BalanceImport.State.RUNNING
    row.decided_by, row.decided_at = approver, at
    row.save(update_fields=["state", "decided_by", "decided_at"])
    return row


@transaction.atomic
def refuse_import(*, balance_import: uuid.UUID, refuser: User, note: str, at: dt.datetime) -> BalanceImport:
    """Say no; nothing is posted. Raises: ImportDecided, ImportNotReady, AnotherPersonMustApproveImport."""
    row = _lock_waiting(balance_import, refuser)
    row.state = BalanceImport.State.REFUSED
    row.decided_by, row.decided_at, row.decision_note = refuser, at, note
    row.save(update_fields=["state", "decided_by", "decided_at", "decision_note"])
    return row


def _lock_waiting(balance_import: uuid.UUID, person: User) -> BalanceImport:
    row = BalanceImport.objects.select_for_update(of=("self",)).defer("content").select_related("programme").get(pk=balance_import)
    if row.state == BalanceImport.State.READING:
        raise ImportNotReady(_("The file is being read. Wait until the preview is there."))
    if not row.is_waiting:
        raise ImportDecided(_("Somebody has decided on this import before."), extra={"state": row.state})
    if row.author_id == person.pk:
        raise AnotherPersonMustApproveImport(_("You handed this file in. Another person must decide on it."))
    return row
