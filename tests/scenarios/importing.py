"""Balances from files: what comes in, what is reported, and what the same file does a second time."""

from collections.abc import Mapping
from typing import Any

from ledger.points.models import Lot
from ledger.points.services import activate_due
from rewards.imports.domain import ImportMode
from rewards.imports.models import BalanceImport, BalanceImportRow
from rewards.imports.services import ImportFile, approve_import, post_import, read_file, request_import
from tests.accounts.factories import MemberFactory, UserFactory
from tests.scenarios.stage import Stage, day_of, noon
from tests.scenarios.vocabulary import SHOP, NotSpoken, only

REASON = "We change over"


@SHOP.given("balances")
def balances_before(stage: Stage, value: Mapping[str, int]) -> None:
    """Members by their e-mail."""
    for email, units in value.items():
        stage.members[email] = MemberFactory.create(programme=stage.programme, email=email)
        if units:
            stage.give(email, units)


@SHOP.when("import|then_import")
def import_file(stage: Stage, value: Mapping[str, Any]) -> BalanceImport:
    """One colleague hands the file in, another agrees. Who the scenario calls M1 has this number in the shop's system."""
    facts = only(value, "mode", "csv", "create_missing")
    for member in stage.members.values():
        if not member.email:
            member.external_id = next(name for name, of in stage.members.items() if of == member)
            member.save(update_fields=["external_id"])
    stage.seen["file"] = facts
    files = stage.seen.setdefault("imports", [])
    name = f"file-{len(files) + 1}.csv"
    row = request_import(
        programme=stage.programme,
        file=ImportFile(name, facts["csv"].encode()),
        mode=ImportMode(facts.get("mode", "add")),
        creates_missing=facts.get("create_missing", False),
        reason=REASON,
        author=UserFactory.create(),
        at=stage.at,
    )
    read_file(balance_import=row.pk, at=stage.at)
    approve_import(balance_import=row.pk, approver=UserFactory.create(), at=stage.at)
    post_import(balance_import=row.pk, at=stage.at)
    row.refresh_from_db()
    files.append(row)
    stage.seen[f"after_{row.mode}"] = {of: stage.has(of) for of in stage.members}
    return row


def import_again(stage: Stage) -> BalanceImport:
    return import_file(stage, stage.seen["file"])


@SHOP.when("on")
def on(stage: Stage, day: str) -> None:
    """The day comes, and with it the job that lets pending points be spent."""
    stage.at = noon(day_of(day))
    activate_due(unit=stage.unit.pk, through_on=stage.today, at=stage.at)


@SHOP.then("pending")
def pending(stage: Stage, expected: int) -> None:
    assert stage.holdings().pending == expected


@SHOP.then("the_row_without_expiry")
def row_without_expiry(stage: Stage, expected: str) -> None:
    row = BalanceImportRow.objects.get(balance_import=stage.seen["imports"][-1], ends_on=None)
    ends_on = Lot.objects.get(pk=row.movement).expires_on
    assert ("never expires" if ends_on is None else str(ends_on)) == expected


@SHOP.then("after_add|after_reset")
def after(stage: Stage, expected: Mapping[str, int]) -> None:
    had = stage.seen[stage.word]
    assert {name: had[name] for name in expected} == expected


@SHOP.then("ledger")
def ledger(stage: Stage, expected: str) -> None:
    """What the last file moved, row by row, and where its reason and its name stand."""
    if expected != "reset posts -115 for a and nothing for b, with reason and file name":
        raise NotSpoken(f"ledger: {expected}")
    row = stage.seen["imports"][-1]
    posted = [(of.named, of.moved_units) for of in BalanceImportRow.objects.filter(balance_import=row).order_by("line")]
    assert posted == [("a@x.test", -115), ("b@x.test", None)]
    [taken] = stage.movements("a@x.test").filter(act__key__startswith="import:", credit=4)
    of = BalanceImportRow.objects.get(pk=taken.act.key.partition(":")[2])
    assert (taken.amount, of.movement) == (115, taken.pk)
    assert (of.balance_import.file_name, of.balance_import.reason) == ("file-2.csv", REASON)


@SHOP.then("report")
def report(stage: Stage, value: Mapping[str, int]) -> None:
    results = stage.seen["imports"][-1].results
    found = {
        "imported": results["posted_rows"],
        "skipped": results["skipped_rows"],
        "points_imported": sum(results["given"].values()),
        "points_skipped": sum(results["skipped"].values()),
    }
    assert found == only(value, *found)


@SHOP.then("second")
def second(stage: Stage, expected: str) -> None:
    if expected != "refused or asks; never posted in silence":
        raise NotSpoken(f"second: {expected}")
    assert [turn.code for turn in stage.turns] == [None, "same_file_again"]
    stage.has_answered_for_refusals = True
