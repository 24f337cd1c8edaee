"""Load the demo: a grocer with a year of trade, members, rewards and closed months."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from accounts.partners.models import Partner
from loyalty.kit import clock
from loyalty.shell.demo.build import SLUG, Demo
from loyalty.shell.demo.logins import LOGINS


class Command(BaseCommand):
    help = "Load the demo programme with a year of trade. Does nothing when it is there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--baskets", type=int, default=None, help="Take only the last so many baskets (a quick look).")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo has public passwords, so it is not for production.")
        if Partner.objects.filter(legal_entity__programmes__slug=SLUG).exists():
            self.stdout.write("The demo is there already.")
            return
        with tqdm(desc="receipts", unit="", disable=None) as bar:
            demo = Demo(at=clock.now(), say=self.stdout.write, progress=bar.update, most=options["baskets"])
            bar.total = len(demo.baskets)
            _programme, key = demo.build()
        key_file = settings.DATA_DIR / "demo-partner-key"
        key_file.write_text(key + "\n")
        key_file.chmod(0o600)
        self.stdout.write(f"Ready. {len(LOGINS)} logins; the partner's key is in {key_file}.")
