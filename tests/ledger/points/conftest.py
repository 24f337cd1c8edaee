"""A wallet to act on."""

import pytest

from tests.ledger.points.stage import Purse


@pytest.fixture
def purse(db) -> Purse:
    return Purse.of()
