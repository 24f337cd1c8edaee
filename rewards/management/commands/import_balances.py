"""Bring balances over from another system, from the command line."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.programmes.models import Programme
from accounts.staff.commands import person_who_may
from accounts.staff.roles import Act
from accounts.users.models import User
from loyalty.kit import clock
from loyalty.kit.problems import Problem
from rewards.imports.domain import ImportMode
from rewards.imports.models import BalanceImport
from rewards.imports.queries import import_by_id, rows_in_order
from rewards.imports.services import ImportFile, approve_import, post_import, read_file, request_import
from rewards.imports.words import note_of

_MOST_LINES = 50


class Command(BaseCommand):
    help = (
        "Read a CSV of members and points (docs/imports.md) and show what it would move; with --approve-by post it. Run again, it goes on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--programme", required=True, help="Short name of the programme.")
        parser.add_argument("--mode", choices=[mode.value for mode in ImportMode], default=ImportMode.ADD.value)
        parser.add_argument("--author", required=True, help="E-mail of the person who hands the file in.")
        parser.add_argument("--approve-by", dest="approver", default="", help="E-mail of the second person.")
        parser.add_argument("--reason", default="Balances brought over", help="Why, for colleagues and auditors.")
        parser.add_argument("--create-missing", action="store_true", help="Create members who are not known yet.")
        parser.add_argument(
            "--programme-expiry", action="store_true", help="Rows without an end have the programme's; else they never end."
        )
        parser.add_argument("--again", action="store_true", help="Count a file once more that came in before.")

    def handle(self, *args: Any, **options: Any) -> None:
        programme = Programme.objects.select_related("legal_entity__book").filter(slug=options["programme"]).first()
        if programme is None:
            raise CommandError(f"There is no programme {options['programme']}.")
        author = person_who_may(options["author"], Act.REQUEST_ADJUSTMENTS)
        approver = person_who_may(options["approver"], Act.APPROVE_ADJUSTMENTS) if options["approver"] else None
        try:
            row = self._handed_in(programme, author, options)
            read_file(balance_import=row.pk, at=clock.now())
            self._show(import_by_id(programme, row.pk))
            if approver is not None:
                self._post(programme, row, approver)
        except OSError as fault:
            raise CommandError(f"{options['file']} cannot be read: {fault.strerror}.") from fault
        except Problem as problem:
            raise CommandError(f"{problem.detail} Nothing was changed.") from problem

    def _handed_in(self, programme: Programme, author: User, options: dict[str, Any]) -> BalanceImport:
        """Return the import that this file began and did not finish, or a new one."""
        file = ImportFile(options["file"].name, options["file"].read_bytes())
        begun = BalanceImport.objects.filter(programme=programme, mode=options["mode"], sha256=file.sha256, author=author)
        open_states = (BalanceImport.State.READING, BalanceImport.State.WAITING, BalanceImport.State.RUNNING)
        return begun.filter(state__in=open_states).defer("content").order_by("-pk").first() or request_import(
            programme=programme,
            file=file,
            mode=ImportMode(options["mode"]),
            reason=options["reason"],
            author=author,
            at=clock.now(),
            creates_missing=options["create_missing"],
            keeps_policy=options["programme_expiry"],
            counts_again=options["again"],
        )

    def _post(self, programme: Programme, row: BalanceImport, approver: User) -> None:
        if import_by_id(programme, row.pk).is_waiting:
            approve_import(balance_import=row.pk, approver=approver, at=clock.now())
        while not post_import(balance_import=row.pk, at=clock.now(), most_chunks=10):
            now = import_by_id(programme, row.pk)
            self.stdout.write(f"{now.run_through - 1:,} of {now.lines_count - 1:,} rows")
        results = import_by_id(programme, row.pk).results
        self.stdout.write(
            f"Posted {results['posted_rows']}, nothing to post {results['equal_rows']}, skipped {results['skipped_rows']},"
            f" failed {results['failed_rows']}. Given {results['given']}, taken {results['taken']}, skipped {results['skipped']}."
        )

    def _show(self, row: BalanceImport) -> None:
        of = row.figures
        self.stdout.write(
            f"{row.file_name}, {row.mode}: {of['rows']} rows read; members found {of['members']}, rows of new members {of['create_rows']},"
            f" of unknown members {of['unknown_rows']}, with errors {of['faulty_rows']}."
        )
        self.stdout.write(f"Points to give {of['given']}, to take {of['taken']}, skipped {of['skipped']}.")
        left = 0
        for one in rows_in_order(row):
            if note := note_of(one):
                left += 1
                if left <= _MOST_LINES:
                    self.stdout.write(f"line {one.line}: {note}")
        if left > _MOST_LINES:
            self.stdout.write(f"and {left - _MOST_LINES} more; the report on the staff page has them all.")
