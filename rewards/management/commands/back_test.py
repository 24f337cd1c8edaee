"""Try drafted rules on the past, at a terminal."""

import datetime as dt
import subprocess
import sys
import uuid
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from accounts.programmes.models import Programme
from loyalty.kit import clock
from loyalty.kit.clock import add_months
from loyalty.kit.figures import money_text
from loyalty.kit.money import Money
from loyalty.kit.problems import Problem
from rewards.backtests.models import BackTest
from rewards.backtests.queries import drafts_to_try, files_to_try, ladders_to_try
from rewards.backtests.services import request_back_test, work_on_all
from rewards.earning.models import EarningRule
from rewards.trade_files.models import TradeFile
from rewards.trade_files.queries import trade_file_by_id
from rewards.trade_files.services import SameFileAgain, hand_in, read_file

_STRETCH = 2.0
_CHUNK_BYTES = 65_536
Row = TypeVar("Row")


def _chosen(of: str, codes: Sequence[str], known: Mapping[str, Row]) -> list[Row]:
    if unknown := [code for code in codes if code not in known]:
        raise CommandError(f"There is no {of} {', '.join(unknown)}. There are: {', '.join(known) or 'none'}.")
    return [known[code] for code in codes]


class Command(BaseCommand):
    help = "Say what drafted rules would have given and cost over past purchases. Interrupt it and go on with --go-on at will."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("programme", help="The programme's short name.")
        parser.add_argument(
            "--draft", action="append", default=[], metavar="CODE", help="Try the newest draft of this rule; may be repeated."
        )
        parser.add_argument("--drop", action="append", default=[], metavar="CODE", help="Leave this live rule out; may be repeated.")
        parser.add_argument("--ladder", action="append", default=[], metavar="CODE", help="Try the newest draft of this ladder.")
        parser.add_argument("--waiting-file", action="store_true", help="Try the newest programme file that waits for approval, by itself.")
        parser.add_argument("--trade", type=Path, metavar="FILE", help="Purchases of a CSV file (also .gz) instead of those of members.")
        parser.add_argument(
            "--from",
            dest="first_on",
            type=dt.date.fromisoformat,
            help="First day, 2026-01-31; a year ago, or the first of the file, unless told.",
        )
        parser.add_argument(
            "--to", dest="last_on", type=dt.date.fromisoformat, help="Last day; yesterday, or the last of the file, unless told."
        )
        parser.add_argument("--name", default="At the terminal")
        parser.add_argument("--workers", type=int, default=1, help="Processes that work on it.")
        parser.add_argument("--go-on", type=uuid.UUID, metavar="ID", help="Go on with this back-test instead of asking for a new one.")

    def handle(self, *args: Any, **options: Any) -> None:
        programme = Programme.objects.filter(slug=options["programme"]).first()
        if programme is None:
            raise CommandError(f"There is no programme {options['programme']}.")
        row = self._row(programme, options)
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "back_test", programme.slug, "--go-on", str(row.pk)]
        others = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _n in range(options["workers"] - 1)]
        try:
            self._work(row)
        finally:
            for other in others:
                other.wait()
        self._tell(row)

    def _row(self, programme: Programme, options: dict[str, Any]) -> BackTest:
        if options["go_on"]:
            found = BackTest.objects.filter(programme=programme, pk=options["go_on"]).first()
            if found is None:
                raise CommandError("There is no such back-test of this programme.")
            return found
        at = clock.now()
        today = clock.business_date(at, programme.time_zone)
        rules = {of.code: of for of in EarningRule.objects.filter(programme=programme)}
        file = files_to_try(programme).first() if options["waiting_file"] else None
        if options["waiting_file"] and file is None:
            raise CommandError("No programme file waits for approval.")
        trade = self._trade(programme, options["trade"]) if options["trade"] else None
        try:
            return request_back_test(
                programme=programme,
                name=options["name"],
                first_on=options["first_on"] or (trade and trade.first_on) or add_months(today, -12),
                last_on=options["last_on"] or (trade and trade.last_on) or today - dt.timedelta(days=1),
                author=None,
                at=at,
                drafts=_chosen("draft of a rule", options["draft"], {of.rule.code: of for of in drafts_to_try(programme)}),
                dropped=_chosen("rule", options["drop"], rules),
                ladders=_chosen("draft of a ladder", options["ladder"], {of.ladder.code: of for of in ladders_to_try(programme)}),
                file=file,
                trade=trade,
            )
        except Problem as problem:
            raise CommandError(str(problem)) from problem

    def _trade(self, programme: Programme, path: Path) -> TradeFile:
        """Return the file of trade, read; one that came in before is not read again."""
        try:
            with path.open("rb") as stream:
                chunks = iter(lambda: stream.read(_CHUNK_BYTES), b"")
                row = hand_in(programme=programme, name=path.name, chunks=chunks, author=None, at=clock.now())
        except SameFileAgain as again:
            row = trade_file_by_id(programme, uuid.UUID(again.extra["file"]))
        except (OSError, Problem) as problem:
            raise CommandError(str(problem)) from problem
        with tqdm(total=row.lines_count, desc="lines", unit="", disable=None) as bar:
            while not read_file(file=row.pk, at=clock.now(), most_pieces=1):
                row.refresh_from_db()
                bar.update(row.read_through - bar.n)
        row.refresh_from_db()
        if row.faulty_count:
            self.stderr.write(f"{row.faulty_count} lines do not count; the first: {row.faults[0]}.")
        return row

    def _work(self, row: BackTest) -> None:
        with tqdm(total=None, desc="members", unit="", disable=None) as bar:
            while row.is_working:
                work_on_all(at=clock.now(), seconds=_STRETCH)
                row.refresh_from_db()
                bar.total = row.members
                bar.update(row.members_done - bar.n)

    def _tell(self, row: BackTest) -> None:
        if row.state != BackTest.State.DONE:
            raise CommandError(f"{row.get_state_display()}: {row.fault}")
        months, currency = row.figures.get("months", {}).values(), row.figures["terms"]["currency"]
        live, draft = (sum(month.get(side, {}).get(currency, 0) for month in months) for side in ("live", "draft"))
        cost = money_text(Money(row.cost_minor or 0, row.programme.currency))
        self.stdout.write(f"{row.first_on} to {row.last_on}: {draft} units instead of {live}, expected to cost {cost} more.")
        if row.trade is not None:
            self.stdout.write(f"{row.figures['lines']} lines of {row.members} members in {row.trade}.")
        replayed = row.figures.get("replayed", {})
        self.stdout.write(f"The live rules differ in {replayed.get('differing', 0)} of {replayed.get('purchases', 0)} purchases.")
        self.stdout.write(f"It is {row.pk}; its figures have the hash {row.figures_hash}.")
