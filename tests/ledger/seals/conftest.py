"""A wallet with a short history of every shape that a leaf can have."""

import pytest

from tests.ledger.factories import a_sale
from tests.ledger.points.stage import Purse


@pytest.fixture
def purse(db) -> Purse:
    return Purse.of()


@pytest.fixture
def story(purse: Purse) -> Purse:
    """Six movements: two grants (one for a sale), a redemption over both lots, a restored part, a hold and its release."""
    from ledger.points.domain import Reason  # beside its use

    purse.grant(100, reason=Reason.SALE, sale=a_sale())
    purse.grant(50, expires_on=None, key="ünlü müşteri 7")
    redemption = purse.redeem(120)
    purse.restore(redemption, 30)
    purse.release(purse.hold(10))
    return purse
