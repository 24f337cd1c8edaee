"""Questions about imports: who is named, what they have, what a file would move and has moved."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import BinaryField, Count, Q, QuerySet, Sum
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.programmes.models import Programme
from ledger.points.queries import holdings_of_many
from loyalty.kit.problems import NotFound
from rewards.imports.domain import Column
from rewards.imports.models import BalanceImport, BalanceImportRow

_COLUMNS = {Column.CARD: "number", Column.EXTERNAL_ID: "external_id", Column.EMAIL: "email"}
_AT_ONCE = 2_000
_SUMS = ("given", "taken", "skipped")
Key = tuple[uuid.UUID, int]
"""A wallet and a currency's unit."""


class ImportNotFound(NotFound):
    code = "import_not_found"


def import_by_id(programme: Programme, pk: uuid.UUID) -> BalanceImport:
    """Raises: ImportNotFound."""
    found = imports_of(programme).filter(pk=pk).first()
    if found is None:
        raise ImportNotFound(_("There is no such import. Look it up in the list of imports."))
    return found


def imports_of(programme: Programme) -> QuerySet[BalanceImport]:
    """Return a programme's imports, without the bytes of their files."""
    return BalanceImport.objects.filter(programme=programme).defer("content").select_related("programme", "author", "decided_by")


def piece_of(of: BalanceImport, start: int, size: int) -> bytes:
    """Return up to `size` bytes of the file from byte `start` on."""
    piece = Substr("content", start + 1, size, output_field=BinaryField())
    return bytes(BalanceImport.objects.values_list(piece, flat=True).get(pk=of.pk))


def undo_of(of: BalanceImport) -> Any:
    """Return the newest undo that was asked for (a row of a topic above this one), if any that was not refused; it reads `state`."""
    return of.undos.exclude(state="refused").order_by("-pk").first()


def unfinished() -> list[tuple[uuid.UUID, str]]:
    """Return the imports that a background task has to work on, and their states."""
    open_states = (BalanceImport.State.READING, BalanceImport.State.RUNNING)
    return list(BalanceImport.objects.filter(state__in=open_states).order_by("pk").values_list("pk", "state"))


def members_named(programme: Programme, identities: Sequence[Mapping[str, str]]) -> list[list[Member]]:
    """Return whom each row means: nobody, one member, or several where its columns name different ones; one query a column."""
    known: dict[tuple[str, str], Member] = {}
    for column, field in _COLUMNS.items():
        said = {said for of in identities if (said := of.get(column))}
        if said:
            for member in Member.objects.of(programme).filter(**{f"{field}__in": said}):
                known[column, getattr(member, field)] = member
    answers = []
    for of in identities:
        named = (known.get((column, said)) for column, said in of.items())
        meant = {member.pk: member for member in named if member is not None}
        answers.append(list(meant.values()))
    return answers


def holdings_now(wallets: Collection[uuid.UUID], today: dt.date) -> dict[Key, tuple[int, int]]:
    """Return what can be spent and what is owed, by wallet and currency."""
    found = holdings_of_many(points_accounts=wallets, today=today) if wallets else {}
    return {(wallet, of.unit): (of.available, of.arrears) for wallet, some in found.items() for of in some}


def owned_now(wallets: Collection[uuid.UUID], today: dt.date) -> dict[Key, int]:
    """Return what can be spent, less what is owed: what `reset` compares with the file."""
    return {key: available - arrears for key, (available, arrears) in holdings_now(wallets, today).items()}


def rows_of(of: BalanceImport) -> QuerySet[BalanceImportRow]:
    """Return the rows of an import with their members and currencies."""
    return BalanceImportRow.objects.filter(balance_import=of.pk).select_related("member", "currency__unit")


def rows_in_order(of: BalanceImport) -> Iterator[BalanceImportRow]:
    """Return all rows by line, read in portions (for files)."""
    line = 0
    while some := list(rows_of(of).filter(line__gt=line).order_by("line")[:_AT_ONCE]):
        yield from some
        line = some[-1].line


def rows_to_look_at(of: BalanceImport, most: int = 20) -> list[BalanceImportRow]:
    """Return the first rows that are faulty or name nobody."""
    return list(rows_of(of).filter(kind__in=["faulty", "unknown"]).order_by("line")[:most])


def figures_of(of: BalanceImport) -> dict[str, Any]:
    """Add a file's rows up: how many of each kind; by currency the points in the file, given, taken, and not counted."""
    kinds = {f"{kind}_rows": Count("id", filter=Q(kind=kind)) for kind in BalanceImportRow.Kind.values}
    rows = BalanceImportRow.objects.filter(balance_import=of.pk)
    counted = Q(kind__in=["found", "create"])
    counts = rows.aggregate(rows=Count("id"), members=Count("member", filter=Q(kind="found"), distinct=True), **kinds)
    sums = rows.values_list("currency__code").annotate(
        given=Sum("planned_units", filter=counted & Q(planned_units__gt=0), default=0),
        taken=Sum("planned_units", filter=counted & Q(planned_units__lt=0), default=0),
        skipped=Sum("units", filter=~counted, default=0),
    )
    return counts | _by_currency(sums)


def results_of(of: BalanceImport) -> dict[str, Any]:
    """Add up what was posted: rows by outcome; by currency the points given, taken, and skipped."""
    outcomes = {f"{outcome}_rows": Count("id", filter=Q(outcome=outcome)) for outcome in BalanceImportRow.Outcome.values}
    rows = BalanceImportRow.objects.filter(balance_import=of.pk)
    skipped = Q(outcome__in=["skipped", "failed"])
    sums = rows.values_list("currency__code").annotate(
        given=Sum("moved_units", filter=Q(moved_units__gt=0), default=0),
        taken=Sum("moved_units", filter=Q(moved_units__lt=0), default=0),
        skipped=Sum("units", filter=skipped, default=0),
    )
    return rows.aggregate(rows=Count("id"), **outcomes) | _by_currency(sums)


def _by_currency(sums: Any) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {name: {} for name in _SUMS}
    for code, *units in sums:
        for name, some in zip(_SUMS, units, strict=True):
            if some and code:
                found[name][code] = int(some)
    return found
