"""Recompute every balance, lot and sequence of the points bank from its movements."""

import dataclasses
import json
import sys
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand

from ledger.points.queries import verify


class Command(BaseCommand):
    help = "Recompute balances, lots and sequences from movements; exit code 1 and one line for each difference when they differ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--programme", type=UUID, default=None, help="Only the wallets of this programme.")
        parser.add_argument("--json", action="store_true", help="Answer as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        differences = verify(programme=options["programme"])
        if options["json"]:
            rows = [dataclasses.asdict(difference) for difference in differences]
            self.stdout.write(json.dumps({"ok": not rows, "differences": rows}, default=str, indent=1))
        else:
            for d in differences:
                row = f" {d.row}" if d.row else ""
                self.stdout.write(f"wallet {d.points_account}, currency {d.unit}: {d.differs}{row} should be {d.expected} and is {d.found}")
            self.stdout.write("Everything agrees." if not differences else f"{len(differences)} differences.")
        if differences:
            sys.exit(1)
