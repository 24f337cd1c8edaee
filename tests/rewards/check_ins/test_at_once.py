"""Two taps at once."""

import threading

import pytest
from django.db import connection

from ledger.points.queries import verify
from rewards.check_ins.models import CheckIn
from rewards.check_ins.services import CheckedInBefore, check_in
from rewards.check_ins.tokens import code_of
from tests.accounts.factories import AT, MemberFactory
from tests.api.conftest import open_club
from tests.rewards.check_ins.stage import pay_for_visits, point_at
from tests.rewards.factories import wallet


@pytest.mark.usefixtures("committed_db")
def test_two_taps_at_once_check_in_once():
    programme = open_club()
    pay_for_visits(programme)
    member = MemberFactory.create(programme=programme)
    token = code_of(point_at(programme), AT)
    barrier, done = threading.Barrier(2), []

    def work():
        barrier.wait()
        try:
            check_in(member=member, token=token, at=AT)
            done.append("in")
        except CheckedInBefore:
            done.append("before")
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(done) == ["before", "in"]
    assert (CheckIn.objects.count(), wallet(member), verify()) == (1, (25, 0), [])
