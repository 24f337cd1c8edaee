"""Replay a year of receipts into a programme of its own; may be interrupted and started again."""

import datetime as dt
import resource
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from accounts.programmes.models import Programme
from loyalty.kit import clock
from loyalty.kit.clock import month_start
from loyalty.shell.trade.programme import enrol_households, open_trade_programme, open_trade_stores
from loyalty.shell.trade.reading import DATA, Basket, Parameters, read_baskets, read_lines, read_parameters
from loyalty.shell.trade.replay import Replay


class Command(BaseCommand):
    help = "Replay receipts through the product's services: earn, redeem, close the months. Interrupt it and run it again at will."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--programme", default="replay", help="Address of the programme; made when it is not there.")
        parser.add_argument("--baskets", type=Path, default=DATA / "baskets.csv.gz", help="Receipts: a gzipped CSV file.")
        parser.add_argument("--lines", type=Path, default=None, help="Their lines: a gzipped CSV file. Without it a receipt is one line.")
        parser.add_argument("--parameters", type=Path, default=DATA / "params.json", help="The programme's parameters: a JSON file.")
        parser.add_argument("--short-expiry", action="store_true", help="Let points live for the parameters' short time.")
        parser.add_argument("--no-redeem", action="store_true", help="Nobody pays with points.")
        parser.add_argument("--no-close", action="store_true", help="Leave the months open.")

    def handle(self, *args: Any, **options: Any) -> None:
        for name in ("baskets", "lines", "parameters"):
            if options[name] is not None and not options[name].is_file():
                raise CommandError(f"--{name}: there is no file {options[name]}.")
        parameters, baskets = read_parameters(options["parameters"]), read_baskets(options["baskets"])
        months = parameters.short_expiry_months if options["short_expiry"] else parameters.expiry_months
        programme = self._programme(options["programme"], parameters, baskets, months)
        started = time.perf_counter()
        with tqdm(total=len(baskets), desc="receipts", unit="", disable=None) as bar:
            Replay(
                programme=programme,
                parameters=parameters,
                at=clock.now(),
                redeem=not options["no_redeem"],
                close_until=dt.date.min if options["no_close"] else dt.date.max,
                lines=read_lines(options["lines"]) if options["lines"] else {},
                progress=bar.update,
            ).run(baskets)
        seconds = time.perf_counter() - started
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        self.stdout.write(
            f"{len(baskets)} receipts in {seconds:.0f} s: {len(baskets) / seconds:.0f} a second, {memory:.0f} MB at the most."
        )
        self.stdout.write(f"The programme is {programme.slug}. Run this again to go on or to add receipts.")

    def _programme(self, slug: str, parameters: Parameters, baskets: list[Basket], expiry_months: int) -> Programme:
        """The programme with its stores and households, made in an earlier run or now."""
        at = clock.now()
        programme = Programme.objects.filter(slug=slug).select_related("legal_entity__book").first()
        if programme is None:
            name = slug.replace("-", " ").capitalize()
            first_day = month_start(baskets[0].at.date())
            programme = open_trade_programme(
                slug=slug, name=name, parameters=parameters, expiry_months=expiry_months, first_day=first_day, at=at
            )
        open_trade_stores(programme=programme, baskets=baskets)
        enrol_households(programme=programme, baskets=baskets, at=at)
        return programme
