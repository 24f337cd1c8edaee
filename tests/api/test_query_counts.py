"""How often the hot paths ask the database. A number that changes is looked at in review."""

import pytest

from tests.accounts.factories import MemberFactory
from tests.api.conftest import basket


@pytest.mark.parametrize("count", [1, 10])
def test_a_batch_of_ten_asks_as_often_as_a_batch_of_one(caller, programme, django_assert_num_queries, count):
    members = [MemberFactory.create(programme=programme) for _ in range(10)]
    caller.post("purchases", basket(members[0], "R0"))

    with django_assert_num_queries(BATCH_QUERIES):
        caller.post("batches/purchases", {"items": [basket(member, f"R-{member.pk}") for member in members[:count]]}, key=None)


def test_a_purchase(caller, member, django_assert_num_queries):
    caller.post("purchases", basket(member, "R0"))

    with django_assert_num_queries(PURCHASE_QUERIES):
        caller.post("purchases", basket(member))


def test_a_repeat(caller, member, django_assert_num_queries):
    caller.post("purchases", basket(member), key="K1")

    with django_assert_num_queries(4):
        caller.post("purchases", basket(member), key="K1")


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("members/{member}", 3),
        ("members/{member}/balances", 2),
        ("members/{member}/movements", 2),
        ("members/{member}/lots", 2),
        ("rewards", 1),
    ],
)
def test_a_look(caller, member, django_assert_num_queries, path, queries):
    address = path.format(member=member.pk)
    caller.get(address)

    with django_assert_num_queries(queries):
        caller.get(address)


PURCHASE_QUERIES = 8
"""Both savepoints of the tests themselves included."""
BATCH_QUERIES = 9
