"""Undos of imports from the request to the last posting."""

import datetime as dt

from ledger.points import services as bank
from ledger.points.domain import Reason, Source, Taking
from rewards.import_undos.models import ImportUndo, ImportUndoLine
from rewards.import_undos.services import approve_undo, plan, post, request_undo
from rewards.imports.models import BalanceImport
from tests.accounts.factories import UserFactory
from tests.rewards.imports.stage import NOW

LATER = NOW + dt.timedelta(days=2)


def ask(of: BalanceImport, at: dt.datetime = LATER) -> ImportUndo:
    """Asked for and worked out."""
    row = request_undo(balance_import=of.pk, reason="The wrong file", author=UserFactory.create(), at=at)
    assert plan(undo=row.pk, at=at)
    row.refresh_from_db()
    return row


def undo(of: BalanceImport, at: dt.datetime = LATER) -> ImportUndo:
    """Asked for, worked out, approved and posted."""
    row = approve_undo(undo=ask(of, at).pk, approver=UserFactory.create(), at=at)
    assert post(undo=row.pk, at=at)
    row.refresh_from_db()
    return row


def spend(member, units: int, at: dt.datetime = NOW) -> None:
    unit = member.programme.currencies.get().unit
    bank.redeem(taking=taking_of(member, unit, units, at))


def taking_of(member, unit, units: int, at: dt.datetime) -> Taking:
    return Taking(
        points_account=member.points_account_id,
        unit=unit.pk,
        source=Source.REDEMPTION,
        key=f"spent-{member.pk}-{at}-{units}",
        units=units,
        reason=Reason.REWARD,
        occurred_at=at,
        business_on=at.date(),
    )


def lines(row: ImportUndo) -> list[tuple[int, str, int | None, int, int]]:
    """Line, result, points moved, owed and forgiven."""
    found = ImportUndoLine.objects.filter(undo=row).order_by("line")
    return list(found.values_list("line", "outcome", "moved_units", "owed_units", "forgiven_units"))
