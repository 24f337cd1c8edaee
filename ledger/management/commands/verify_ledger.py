"""Recompute the points bank from its movements, and the movements' seals up to checkpoints that are kept outside."""

import dataclasses
import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from ledger.audits.models import Audit
from ledger.audits.services import Found, note_audit
from ledger.points.queries import Difference, verify
from ledger.seals.verification import Report, verify_seals
from loyalty.kit import clock


class Command(BaseCommand):
    help = "Recompute balances, lots, sequences and seals from movements; exit code 1 and one line for each difference when they differ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--programme", type=UUID, default=None, help="Only the wallets of this programme.")
        parser.add_argument("--checkpoints", type=Path, action="append", default=[], help="A file or folder of checkpoints kept outside.")
        parser.add_argument("--json", action="store_true", help="Answer as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        if missing := [str(place) for place in options["checkpoints"] if not place.exists()]:
            raise CommandError(f"There is no {', '.join(missing)}.")
        programme, began_at = options["programme"], clock.now()
        differences = verify(programme=programme)
        seals = verify_seals(at=clock.now(), programme=programme, outside=options["checkpoints"])
        found = Found(looked_at=seals.leaves, findings=len(differences) + len(seals.findings), outside=seals.outside)
        note_audit(kind=Audit.Kind.LEDGER, found=found, began_at=began_at, ended_at=clock.now(), programme=programme)
        if options["json"]:
            self._as_json(differences, seals)
        else:
            self._as_lines(differences, seals)
        if differences or seals.findings:
            sys.exit(1)

    def _as_json(self, differences: list[Difference], seals: Report) -> None:
        rows = [dataclasses.asdict(difference) for difference in differences]
        answer = {"ok": not rows and not seals.findings, "differences": rows, "seals": dataclasses.asdict(seals)}
        self.stdout.write(json.dumps(answer, default=str, indent=1))

    def _as_lines(self, differences: list[Difference], seals: Report) -> None:
        for d in differences:
            row = f" {d.row}" if d.row else ""
            self.stdout.write(f"wallet {d.points_account}, currency {d.unit}: {d.differs}{row} should be {d.expected} and is {d.found}")
        for f in seals.findings:
            self.stdout.write(f"{f.origin or 'seals'}: {f.differs} ({f.where})")
        self.stdout.write(f"{seals.leaves} sealed movements, {seals.checkpoints} checkpoints, {seals.outside} kept outside.")
        found = len(differences) + len(seals.findings)
        self.stdout.write(f"{found} differences." if found else "Everything agrees.")
