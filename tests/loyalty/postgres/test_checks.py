"""A production database that may forget is refused."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from loyalty.postgres import checks


@pytest.fixture
def forgetful(db):
    with connection.cursor() as cursor:
        cursor.execute("set synchronous_commit = off")
        yield
        cursor.execute("reset synchronous_commit")


def test_a_durable_database_passes(db, settings):
    settings.PRODUCTION = True

    assert checks.check_durability(databases=["default"]) == []


def test_an_unsafe_setting_is_named(forgetful, settings):
    settings.PRODUCTION = True

    errors = checks.check_durability(databases=["default"])

    assert [error.id for error in errors] == ["pointbook.E001"]
    assert "synchronous_commit = off" in errors[0].msg


def test_a_server_refuses_to_start_on_it(forgetful, settings, monkeypatch):
    settings.PRODUCTION = True
    monkeypatch.setattr(checks.connections, "close_all", lambda: None)

    with pytest.raises(ImproperlyConfigured, match="synchronous_commit = off"):
        checks.refuse_forgetful_database()


def test_development_is_left_alone(forgetful, settings):
    settings.PRODUCTION = False

    assert checks.check_durability(databases=["default"]) == []
