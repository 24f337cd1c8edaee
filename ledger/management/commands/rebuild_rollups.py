"""Compute the sums of the points bank again from lot moves."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from ledger.ticks.domain import MOST_MOVEMENTS
from ledger.ticks.services import rebuild_rollups
from loyalty.kit.roles import DatabaseRole, working_as


class Command(BaseCommand):
    help = "Compute all rollups again from lot moves, while work goes on. Stopped, it goes on where it was when called again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--anew", action="store_true", help="Forget an unfinished rebuild and begin again.")
        parser.add_argument("--step", type=int, default=MOST_MOVEMENTS, help="Movements of one step (default: %(default)s).")

    def handle(self, *args: Any, **options: Any) -> None:
        with working_as(DatabaseRole.SEALER):
            for progress in rebuild_rollups(anew=options["anew"], most_movements=max(1, options["step"])):
                if not progress.finished:
                    self.stdout.write(f"tick {progress.through} of {progress.last}")
        self.stdout.write("The rollups are rebuilt.")
