"""Measure the product against floors that run beside it on the same server."""

import json
import platform
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from loyalty.kit import clock
from loyalty.shell.bench.measures import Finding, find
from loyalty.shell.bench.table import measures, scratch_database

PAGE = settings.BASE_DIR / "docs" / "benchmarks.md"
HEAD = "| measure | ratio (interval) | must | aim | met | detail |\n|---|---|---|---|---|---|\n"


class Command(BaseCommand):
    help = "Measure ratios in interleaved rounds on a scratch database of the same durable server."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rounds", type=int, default=12, help="Rounds of each measure; the median counts.")
        parser.add_argument("--only", default="", help="Measures whose name holds this text.")
        parser.add_argument("--json", type=Path, default=None, help="Write the findings to this file.")
        parser.add_argument("--write", action="store_true", help="Write the table to docs/benchmarks.md.")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The benchmark makes and drops a database; it is not for production.")
        findings: list[Finding] = []
        with scratch_database() as url:
            for measure in measures(url):
                if options["only"] in measure.name:
                    self.stdout.write(f"{measure.name} ...")
                    findings.append(find(measure, options["rounds"]))
                    self.stdout.write(findings[-1].as_row())
        if options["json"]:
            options["json"].write_text(json.dumps({f.measure.name: f.as_json() for f in findings}, indent=1) + "\n")
        if options["write"]:
            self._write(findings, options["rounds"])

    def _write(self, findings: list[Finding], rounds: int) -> None:
        """Put the table between the page's marks; what people wrote around it stays."""
        before, mark, rest = PAGE.read_text().partition("<!-- table -->")
        _old, end, after = rest.partition("<!-- end of table -->")
        if not mark or not end:
            raise CommandError(f"{PAGE} has no marks for the table.")
        told = f"{clock.now():%Y-%m-%d}, {rounds} rounds, {platform.machine()}, Python {platform.python_version()}."
        table = HEAD + "\n".join(finding.as_row() for finding in findings)
        PAGE.write_text(f"{before}{mark}\n{told}\n\n{table}\n{end}{after}")
