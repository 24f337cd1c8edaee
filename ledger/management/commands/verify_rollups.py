"""Compare the sums of the points bank with its lot moves."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from ledger.audits.models import Audit
from ledger.audits.services import Found, note_audit
from ledger.points.domain import State
from ledger.ticks.verification import Difference, MonthChecked, verify_rollups
from loyalty.kit import clock


class Command(BaseCommand):
    help = "Compare the rollups with all lot moves, month by month in one snapshot; exit code 1 and one line for each difference. `rebuild_rollups` mends them."

    def handle(self, *args: Any, **options: Any) -> None:
        began_at, self.looked_at = clock.now(), 0
        differences = verify_rollups(tell=self._tell)
        found = Found(looked_at=self.looked_at, findings=len(differences))
        note_audit(kind=Audit.Kind.ROLLUPS, found=found, began_at=began_at, ended_at=clock.now())
        for difference in differences:
            self.stdout.write(_line(difference))
        self.stdout.write("Everything agrees." if not differences else f"{len(differences)} differences.")
        if differences:
            sys.exit(1)

    def _tell(self, checked: MonthChecked) -> None:
        self.looked_at += checked.lot_moves
        self.stderr.write(f"{checked.month:%Y-%m}: {checked.lot_moves:,} lot moves")


def _line(d: Difference) -> str:
    sides = f"{State(d.from_state).name.lower()} to {State(d.to_state).name.lower()}"
    pool = f"pool {d.grant_month:%Y-%m}, kind {d.source_kind}, portfolio {d.portfolio}"
    expected, found = f"{d.expected} points in {d.expected_moves} moves", f"{d.found} in {d.found_moves}"
    return f"currency {d.unit}, {d.business_on}, {pool}, {sides}, reason {d.reason}: should be {expected} and is {found}"
