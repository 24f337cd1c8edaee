"""The measures of `./dev bench`, in the order of the table in docs/benchmarks.md."""

import functools
import os
import re
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from loyalty.shell.bench import background, backtests, files, history, http, races, rules, spending
from loyalty.shell.bench.measures import Found, Group, Measure, Report, Scale
from loyalty.shell.bench.scratch import Scratch

MOST_MEMORY_MB = 600


def replay(scratch: Scratch, _scale: Scale) -> Found:
    """Replay in a process of its own, whose memory is told. TRADE_BASKETS and TRADE_PARAMS name a larger year than the sample."""
    command = [sys.executable, "manage.py", "replay", "--programme", "bench-replay"]
    for option, variable in (("--baskets", "TRADE_BASKETS"), ("--parameters", "TRADE_PARAMS")):
        if path := os.environ.get(variable):
            command += [option, str(Path(path).resolve())]
    with scratch.fresh() as url:
        environment = os.environ | {"DATABASE_URL": url, "DATABASE_OWNER_URL": url}
        done = subprocess.run(command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True)
    told = next(line for line in done.stdout.splitlines() if "receipts in" in line)
    memory = re.search(r"(\d+) MB", told)
    assert memory is not None, told
    return {"replay": Report(told, int(memory[1]) < MOST_MEMORY_MB)}


def groups(scale: Scale) -> list[Group]:
    """Return everything that is measured."""
    return [*_grants(), *_background(), *_sets(), _history(scale), *_surfaces()]


def _grants() -> list[Group]:
    return [
        Group(
            [
                Measure("grant-8", "one grant by SQL call / a minimal transaction, 8 clients", 0.85, must=0.60),
                Measure("rival-8", "the same / a transfer between two locked rows, 8 clients", 5),
            ],
            functools.partial(races.grants, clients=8),
        ),
        Group(
            [
                Measure("grant-16", "one grant by SQL call / a minimal transaction, 16 clients", 0.85),
                Measure("rival-16", "the same / a transfer between two locked rows, 16 clients", 10),
            ],
            functools.partial(races.grants, clients=16),
        ),
        Group([Measure("simple-update", "one grant / pgbench's simple-update, the durable commit", 1)], races.simple_update),
        Group([Measure("programmes", "members in one programme / spread on fifty", 0.98, must=0.95)], races.one_programme),
    ]


def _background() -> list[Group]:
    return [
        Group([Measure("background", "writers while ticks and seals run / alone", 0.95)], background.writers),
        Group(
            [
                Measure("ticks", "CPU of ticks / of posting, a movement", 0.03, at_most=True),
                Measure("seals", "CPU of sealing and publishing / of posting, a movement", 0.03, at_most=True),
            ],
            background.share,
        ),
    ]


def _sets() -> list[Group]:
    return [
        Group(
            [
                Measure("import-heap", "file into all tables with all checks / COPY of one bare table", 0.10),
                Measure("import-rows-1", "the same / COPY of finished rows into the same tables, 1 worker", 0.65),
                Measure("import-rows-2", "the same, 2 workers", 0.85),
            ],
            files.import_file,
        ),
        Group(
            [
                Measure("redeem-lots", "redeem over 11 lots / over 2 lots", 0.9),
                Measure("redeem-loop", "redeem over 11 lots / a loop in the ORM", 10),
            ],
            spending.redemptions,
        ),
        Group([Measure("expiry", "set-based expiry / a bare UPDATE of the lots", 0.30)], spending.expiry),
    ]


def _history(scale: Scale) -> Group:
    """The roll-forward's goal is meant for ten million movements, and is less with fewer."""
    return Group(
        [
            Measure("months", "roll-forward by month from sums / from all rows", 500 * scale.movements / history.LARGE),
            Measure("months-ms", "roll-forward by month from sums, ms", 10, at_most=True),
            Measure("size", "time of a grant in a large ledger / in a small one", 1.15, at_most=True),
            Measure("size-cpu", "CPU of a grant in a large ledger / in a small one", 1.15, at_most=True),
        ],
        history.with_history,
    )


def _surfaces() -> list[Group]:
    return [
        Group(
            [
                Measure("post", "POST purchases / a bare view", 0.30, must=0.12),
                Measure("batch", "batches of 500: purchases/s / bare requests/s", 5, must=2),
            ],
            http.purchases,
        ),
        Group(
            [
                Measure("back-test-1", "back-test, lines/s by one worker / plain evaluation of both sides, one process", 0.5),
                Measure("back-test-2", "the same by two workers / the same", 0.5),
            ],
            backtests.back_test,
        ),
        Group(
            [
                Measure("rules", "POST of 20 lines under 10,000 rules / under 10", 3, at_most=True),
                Measure("rules-share", "evaluation under 10 rules / the request around it", 0.15, at_most=True),
            ],
            rules.many_rules,
        ),
        Group([Measure("replay", "replay of a year with redemptions and closes")], replay),
    ]
