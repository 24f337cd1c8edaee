"""A shop with a till: a cashier in a store, and a member with a year behind them."""

import pytest

from accounts.staff.roles import Role
from accounts.staff.services import appoint_staff
from accounts.users.models import User
from tests.reporting.factories import NOW, open_shop
from tests.rewards.factories import give


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch):
    monkeypatch.setattr("loyalty.kit.clock.now", lambda: NOW)


@pytest.fixture
def shop(db):
    return open_shop()


@pytest.fixture
def cashier(shop):
    user = User.objects.create_user("cashier@example.org", "a-long-password-42", name="Cem Cashier")
    appoint_staff(user=user, roles=[Role.CASHIER], default_store=shop.market)
    return user


@pytest.fixture
def till(client, cashier):
    """A browser in which the cashier is signed in."""
    client.force_login(cashier)
    return client


@pytest.fixture
def member(shop):
    """Ada with 500 points that end in a year."""
    found = shop.member(phone="+442079460123")
    give(found, 500, NOW.date().replace(year=2027))
    return found
