"""Ask for the undo of an import, approve or refuse it."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.users.models import User
from loyalty.kit.problems import Forbidden, Refused
from rewards.import_undos.models import ImportUndo
from rewards.import_undos.queries import posted_rows
from rewards.imports.models import BalanceImport


class ImportNotPosted(Refused):
    code = "import_not_posted"


class ImportUndoneAlready(Refused):
    """Carries `undo`."""

    code = "import_undone_already"


class NothingToUndo(Refused):
    code = "nothing_to_undo"


class UndoDecided(Refused):
    code = "undo_decided"


class UndoNotReady(Refused):
    code = "undo_not_ready"


class AnotherPersonMustApproveUndo(Forbidden):
    code = "another_person_must_approve"


@transaction.atomic
def request_undo(*, balance_import: uuid.UUID, reason: str, author: User, at: dt.datetime) -> ImportUndo:
    """Ask to undo an import that was posted; nothing moves before another person agrees.

    Raises: ImportNotPosted, ImportUndoneAlready, NothingToUndo.
    """
    of = BalanceImport.objects.select_for_update().only("id", "programme", "state").get(pk=balance_import)
    if of.state != BalanceImport.State.DONE:
        raise ImportNotPosted(_("Only an import that was posted can be undone. Wait until it is, or refuse it."))
    before = ImportUndo.objects.filter(balance_import=of).exclude(state=ImportUndo.State.REFUSED).first()
    if before is not None:
        raise ImportUndoneAlready(_("This import is undone, or its undo is asked for."), extra={"undo": str(before.pk)})
    lines = posted_rows(of.pk).count()
    if not lines:
        raise NothingToUndo(_("This import moved no points, so there is nothing to undo."))
    return ImportUndo.objects.create(
        programme_id=of.programme_id, balance_import=of, reason=reason, author=author, requested_at=at, lines_count=lines
    )


@transaction.atomic
def approve_undo(*, undo: uuid.UUID, approver: User, at: dt.datetime) -> ImportUndo:
    """Let a previewed undo be posted. Raises: UndoDecided, UndoNotReady, AnotherPersonMustApproveUndo."""
    row = _lock_waiting(undo, approver)
    row.state = ImportUndo.State.RUNNING
    row.decided_by, row.decided_at = approver, at
    row.save(update_fields=["state", "decided_by", "decided_at"])
    return row


@transaction.atomic
def refuse_undo(*, undo: uuid.UUID, refuser: User, note: str, at: dt.datetime) -> ImportUndo:
    """Say no; nothing is posted, and the undo may be asked for again. Raises as `approve_undo`."""
    row = _lock_waiting(undo, refuser)
    row.state = ImportUndo.State.REFUSED
    row.decided_by, row.decided_at, row.decision_note = refuser, at, note
    row.save(update_fields=["state", "decided_by", "decided_at", "decision_note"])
    return row


def _lock_waiting(undo: uuid.UUID, person: User) -> ImportUndo:
    row = ImportUndo.objects.select_for_update().get(pk=undo)
    if row.state == ImportUndo.State.PREVIEWING:
        raise UndoNotReady(_("The preview is being worked out. Wait until it is there."))
    if not row.is_waiting:
        raise UndoDecided(_("Somebody has decided on this undo before."), extra={"state": row.state})
    if row.author_id == person.pk:
        raise AnotherPersonMustApproveUndo(_("You asked for this undo. Another person must decide on it."))
    return row
