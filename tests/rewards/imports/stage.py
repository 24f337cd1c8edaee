"""Imports from the file to the last posting."""

import datetime as dt
from typing import Any

from accounts.members.models import Member
from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from ledger.points import services as bank
from ledger.points.domain import ArrearsPolicy, Grant, Reason, Source, Taking
from ledger.points.queries import holdings
from rewards.imports.domain import ImportMode
from rewards.imports.models import BalanceImport, BalanceImportRow
from rewards.imports.services import ImportFile, approve_import, post_import, read_file, request_import
from tests.accounts.factories import AT, MemberFactory, UserFactory

NOW = AT + dt.timedelta(days=3)


def ask(
    programme: Programme, text: str | bytes, mode: str = "add", *, name: str = "old.csv", at: dt.datetime = NOW, **more: Any
) -> BalanceImport:
    """Handed in and read."""
    content = text if isinstance(text, bytes) else text.encode()
    facts = {"reason": "We change over", "author": UserFactory.create()} | more
    row = request_import(programme=programme, file=ImportFile(name, content), mode=ImportMode(mode), at=at, **facts)
    assert read_file(balance_import=row.pk, at=at)
    row.refresh_from_db()
    return row


def approve(row: BalanceImport, at: dt.datetime = NOW) -> BalanceImport:
    return approve_import(balance_import=row.pk, approver=UserFactory.create(), at=at)


def bring(programme: Programme, text: str | bytes, mode: str = "add", *, at: dt.datetime = NOW, **more: Any) -> BalanceImport:
    """Handed in, read, approved and posted."""
    row = approve(ask(programme, text, mode, at=at, **more), at)
    assert post_import(balance_import=row.pk, at=at)
    row.refresh_from_db()
    return row


def has(member: Member, at: dt.datetime = NOW) -> tuple[int, int]:
    """What can be spent, less what is owed; and what waits."""
    [of] = holdings(points_account=member.points_account_id, today=at.date())
    return of.available - of.arrears, of.pending


def faults(row: BalanceImport) -> dict[int, list[tuple[str, str]]]:
    """The faults by line."""
    rows = BalanceImportRow.objects.filter(balance_import=row, kind="faulty")
    return {of.line: [tuple(fault) for fault in of.faults] for of in rows}


def outcomes(row: BalanceImport) -> list[tuple[int, str, int | None]]:
    return list(BalanceImportRow.objects.filter(balance_import=row).order_by("line").values_list("line", "outcome", "moved_units"))


def owing(programme: Programme, units: int) -> Member:
    """The member A, who has spent points that were taken back."""
    member = MemberFactory.create(programme=programme, external_id="A")
    wallet, unit, day = member.points_account_id, currency_of(programme).unit_id, AT.date()
    facts = {"points_account": wallet, "unit": unit, "source": Source.CAMPAIGN, "units": units, "occurred_at": AT, "business_on": day}
    given = bank.grant(grant=Grant(**facts, key="given", reason=Reason.GOODWILL, expires_on=None))
    bank.redeem(taking=Taking(**facts, key="spent", reason=Reason.REWARD))
    taking = Taking(**facts, key="back", reason=Reason.RETURN)
    bank.reverse(grant=given.movement, taking=taking, policy=ArrearsPolicy.LIMIT, limit=None, refunded_minor=None)
    return member
