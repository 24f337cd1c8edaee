"""Undo an import of balances, from the command line."""

import uuid
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.programmes.models import Programme
from accounts.staff.commands import person_who_may
from accounts.staff.roles import Act
from accounts.users.models import User
from loyalty.kit import clock
from loyalty.kit.problems import Problem
from rewards.import_undos.models import ImportUndo
from rewards.import_undos.queries import undo_by_id
from rewards.import_undos.services import approve_undo, plan, post, request_undo
from rewards.imports.queries import import_by_id, undo_of

_MOST_CHUNKS = 10


class Command(BaseCommand):
    help = "Show what the undo of an import (docs/imports.md) would move; with --approve-by post it. Run again, it goes on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "balance_import", type=uuid.UUID, metavar="IMPORT", help="The import's id: the last part of its page's address."
        )
        parser.add_argument("--programme", required=True, help="Short name of the programme.")
        parser.add_argument("--author", required=True, help="E-mail of the person who asks.")
        parser.add_argument("--approve-by", dest="approver", default="", help="E-mail of the second person.")
        parser.add_argument("--reason", default="Brought over by mistake", help="Why, for colleagues and auditors.")

    def handle(self, *args: Any, **options: Any) -> None:
        programme = Programme.objects.filter(slug=options["programme"]).first()
        if programme is None:
            raise CommandError(f"There is no programme {options['programme']}.")
        author = person_who_may(options["author"], Act.REQUEST_ADJUSTMENTS)
        approver = person_who_may(options["approver"], Act.APPROVE_ADJUSTMENTS) if options["approver"] else None
        try:
            row = self._asked(programme, author, options)
            plan(undo=row.pk, at=clock.now())
            self._show(undo_by_id(programme, row.pk))
            if approver is not None:
                self._post(programme, row, approver)
        except Problem as problem:
            raise CommandError(f"{problem.detail} Nothing was changed.") from problem

    def _asked(self, programme: Programme, author: User, options: dict[str, Any]) -> ImportUndo:
        """Return the undo that was begun and not finished, or a new one."""
        of = import_by_id(programme, options["balance_import"])
        begun: ImportUndo | None = undo_of(of)
        if begun is not None and begun.state != ImportUndo.State.DONE:
            return begun
        return request_undo(balance_import=of.pk, reason=options["reason"], author=author, at=clock.now())

    def _show(self, row: ImportUndo) -> None:
        of = row.figures
        self.stdout.write(f"{row.balance_import.file_name}: {of['rows']} rows of {of['members']} members, left out {of['skipped_rows']}.")
        self.stdout.write(
            f"Points to take back {of['taken']}, to give back {of['given']}; spent already {of['spent']}, ended already {of['ended']},"
            f" on hold {of['held']}; {of['short_members']} members do not have {of['short']} any more."
        )

    def _post(self, programme: Programme, row: ImportUndo, approver: User) -> None:
        if undo_by_id(programme, row.pk).is_waiting:
            approve_undo(undo=row.pk, approver=approver, at=clock.now())
        while not post(undo=row.pk, at=clock.now(), most_chunks=_MOST_CHUNKS):
            before, row = row, undo_by_id(programme, row.pk)
            self.stdout.write(f"{row.done_count:,} of {row.lines_count:,} rows")
            if row.run_through == 1 and before.done_count == row.done_count:
                self.stdout.write("The rest waits for points on hold; a background worker goes on with it.")
                return
        of = undo_by_id(programme, row.pk).results
        self.stdout.write(f"Taken back {of['taken']}, given back {of['given']}, owed {of['owed']}, forgiven {of['forgiven']}.")
