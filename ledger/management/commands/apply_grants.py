"""`apply_grants`: limit the application's database role."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from ledger.points.rights import application_role, apply_grants


class Command(BaseCommand):
    help = "Give the application's database role its rights and no more. Runs as the owner, by itself after every migration."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--role", default=application_role(), help="the role (default: %(default)s)")

    def handle(self, *_args: Any, **options: Any) -> None:
        apply_grants(role=options["role"])
        self.stdout.write(f"The rights of {options['role']} are set.")
