"""Measure the product against floors that run beside it on the same server."""

import dataclasses
import json
import os
import platform
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from loyalty.kit import clock
from loyalty.shell.bench.measures import Finding, Scale, UnknownMeasure, choose, judge
from loyalty.shell.bench.scratch import scratch
from loyalty.shell.bench.table import groups

PAGE = settings.BASE_DIR / "docs" / "benchmarks.md"
HEAD = "| name | measure | ratio (interval) | goal | | detail |\n|---|---|---|---|---|---|\n"


class Command(BaseCommand):
    help = "Measure ratios in interleaved rounds in fresh databases of the same durable server."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", action="append", default=[], metavar="NAME", help="Measures whose name begins so; may be repeated.")
        parser.add_argument("--list", action="store_true", help="Tell the names and measure nothing.")
        parser.add_argument("--rounds", type=int, help="Rounds of each measure; the median counts. 12 unless told.")
        parser.add_argument("--quick", action="store_true", help="5 short rounds, and a smaller ledger: to see that everything runs.")
        parser.add_argument("--movements", type=int, help="Movements of the large ledger; 500,000 unless told.")
        parser.add_argument("--json", type=Path, default=None, help="Write the findings to this file.")
        parser.add_argument("--write", action="store_true", help="Write the whole table to docs/benchmarks.md.")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The benchmark makes and drops databases; it is not for production.")
        scale = _scale(options)
        try:
            chosen = choose(groups(scale), options["only"])
        except UnknownMeasure as unknown:
            raise CommandError(str(unknown)) from unknown
        if options["write"] and options["only"]:
            raise CommandError("--write renews the whole table: leave --only out.")
        if options["list"]:
            self.stdout.write("\n".join(f"{measure.name:16}{measure.title}" for _group, measures in chosen for measure in measures))
            return
        findings: list[Finding] = []
        began = time.monotonic()
        with scratch() as databases:
            for group, measures in chosen:
                self.stdout.write(f"{', '.join(measure.name for measure in measures)} ...")
                found = group.run(databases, scale)
                findings += [judge(measure, found[measure.name]) for measure in measures]
                self.stdout.write("\n".join(finding.as_row() for finding in findings[-len(measures) :]))
            told = _told(scale, time.monotonic() - began)
        self.stdout.write(told)
        if options["json"]:
            options["json"].write_text(json.dumps({f.measure.name: f.as_json() for f in findings}, indent=1) + "\n")
        if options["write"]:
            _write(findings, told)


def _scale(options: dict[str, Any]) -> Scale:
    usual = Scale(rounds=5, seconds=0.5, movements=100_000) if options["quick"] else Scale()
    told = {name: options[name] for name in ("rounds", "movements") if options[name] is not None}
    scale = dataclasses.replace(usual, **told)
    if scale.rounds < 1 or scale.movements < 20_000:
        raise CommandError("A benchmark needs a round at least, and a large ledger of 20,000 movements.")
    return scale


def _told(scale: Scale, seconds: float) -> str:
    """Tell when, where and how it was measured."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = cursor.fetchone()[0].split()[0]
    machine = f"{os.cpu_count()} cores {platform.machine()}, Python {platform.python_version()}, PostgreSQL {server}"
    return f"{clock.now():%Y-%m-%d}, {machine}; {scale.rounds} rounds of {scale.seconds} s slots, {seconds / 60:.0f} minutes in all."


def _write(findings: list[Finding], told: str) -> None:
    """Put the table between the page's marks; what people wrote around it stays."""
    before, mark, rest = PAGE.read_text().partition("<!-- table -->")
    _old, end, after = rest.partition("<!-- end of table -->")
    if not mark or not end:
        raise CommandError(f"{PAGE} has no marks for the table.")
    table = HEAD + "\n".join(finding.as_row() for finding in findings)
    PAGE.write_text(f"{before}{mark}\n{told}\n\n{table}\n{end}{after}")
