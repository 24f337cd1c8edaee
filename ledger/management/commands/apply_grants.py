"""`apply_grants`: limit the database roles of application and sealer."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from ledger.points.rights import application_role, apply_grants, sealer_role


class Command(BaseCommand):
    help = "Give the database roles of application and sealer their rights and no more. Runs as the owner, by itself after every migration."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--role", default=application_role(), help="the application's role (default: %(default)s)")
        parser.add_argument("--sealer", default=sealer_role(), help="the role that ticks and seals (default: %(default)s)")

    def handle(self, *_args: Any, **options: Any) -> None:
        apply_grants(role=options["role"], sealer=options["sealer"])
        self.stdout.write(f"The rights of {options['role']} are set.")
