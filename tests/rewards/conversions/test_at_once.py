"""Two runs of one period at once."""

import threading

import pytest
from django.db import connection

from ledger.points.queries import verify
from rewards.conversions.models import ConversionRun
from tests.rewards.conversions.stage import MONTHLY, buy, club, has, member_of, noon, run


@pytest.mark.usefixtures("committed_db")
def test_two_runs_at_once_convert_once():
    programme = club(MONTHLY)
    members = [member_of(programme) for _ in range(8)]
    for number, member in enumerate(members):
        buy(member, 100_00, noon(2025, 3, 10), f"R{number}")
    barrier, counts = threading.Barrier(2), []

    def work():
        barrier.wait()
        try:
            counts.append(run(programme, noon(2025, 4, 1), chunk=2))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [has(member) for member in members] == [(0, 500)] * 8
    assert (len(counts), ConversionRun.objects.get().wallets, verify()) == (2, 8, [])
