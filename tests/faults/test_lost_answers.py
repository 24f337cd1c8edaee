"""The line breaks around COMMIT, or before the answer arrives: the same key gives the same answer, and the act happens once."""

import dataclasses

import pytest

from tests.faults.proxy import Cut
from tests.faults.tills import NoAnswer, purchase, redemption, send
from tests.faults.truth import assert_happened_once, assert_well


@pytest.mark.parametrize("make", [purchase, redemption])
@pytest.mark.parametrize("cut", Cut)
def test_a_broken_commit_happened_once_or_not_at_all(shop, make, cut):
    act = make(shop.server.scene.members[0], f"commit-{make.__name__}-{cut.name}")
    shop.to_database.cut_next(cut)
    cuts = shop.to_database.cuts

    broken = send(shop.web.port, shop.server.scene, act)
    first = send(shop.web.port, shop.server.scene, act)
    again = send(shop.web.port, shop.server.scene, act)

    assert shop.to_database.cuts == cuts + 1
    assert (broken.status, broken.json()["code"], broken.headers["retry-after"]) == (503, "unavailable", "2")
    assert first.headers.get("idempotent-replayed") == ("true" if cut is Cut.ANSWER else None)
    assert (first.status, first.body) == (201, again.body)
    with shop.server.looked_at():
        assert_happened_once(act, first)
        assert_well()


@pytest.mark.parametrize("other_key", [False, True])
def test_an_answer_that_never_arrives_is_given_again(shop, other_key):
    act = purchase(shop.server.scene.members[1], f"http-{other_key}")
    repeat = dataclasses.replace(act, key=f"{act.key}-2") if other_key else act
    shop.to_web.cut_next(Cut.ANSWER)

    with pytest.raises(NoAnswer):
        send(shop.to_web.port, shop.server.scene, act)
    answer = send(shop.to_web.port, shop.server.scene, repeat)

    assert (answer.status, answer.headers.get("idempotent-replayed")) == (201, "true")
    with shop.server.looked_at():
        assert_happened_once(act, answer)
