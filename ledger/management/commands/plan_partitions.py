"""`plan_partitions`: room for the movements of the months to come."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from ledger.points.tasks import MONTHS_AHEAD, plan_partitions


class Command(BaseCommand):
    help = "Make the partitions of this month and the next ones. A task does it every day; this is for by hand."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--months", type=int, default=MONTHS_AHEAD, help="how many months (default: %(default)s)")

    def handle(self, *_args: Any, **options: Any) -> None:
        self.stdout.write(f"{plan_partitions(options['months'])} new partitions.")
