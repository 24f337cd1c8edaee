"""Write the proof that a programme's log only grew between two checkpoints."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from ledger.seals.queries import NoSuchCheckpoint, consistency_of


class Command(BaseCommand):
    help = "Print the consistency proof between two checkpoints of a programme's log, for verify_receipt.py."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("programme", type=UUID)
        parser.add_argument("old", type=int, help="Size of the earlier checkpoint.")
        parser.add_argument("--new", type=int, default=None, help="Size of the later checkpoint; the newest if left out.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            text = consistency_of(programme=options["programme"], old=options["old"], new=options["new"])
        except NoSuchCheckpoint as problem:
            raise CommandError(problem.detail) from None
        self.stdout.write(text, ending="")
