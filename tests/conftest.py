"""What every test may use: its own database, and on request one that really commits."""

import contextlib
import datetime as dt
import fcntl
import gc
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection, connections
from django.test.utils import setup_databases, teardown_databases
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as examples

from loyalty.kit import kept
from tests import template

# How long an example takes says something of the machine, nothing of the product. Every machine tries the same examples, so that a change is
# refused for what it does and not for what was drawn; --hypothesis-profile=explore looks for new ones.
examples.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.register_profile("steady", examples.get_profile("explore"), derandomize=True)
examples.load_profile("steady")

# The hasher is the product's own, but that it takes a third of a second to guess a password is no use here, and hundreds of tests have one.
PBKDF2PasswordHasher.iterations = 1_000

# Each test's client begins the middleware anew, each call of the API too: static files are looked for when asked for, not listed every time.
settings.WHITENOISE_AUTOREFRESH = True

# Also run on other PostgreSQL versions (see .ci/run): what depends on the server most.
EXTERNAL_FOLDERS = ("tests/ledger/points/",)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith(EXTERNAL_FOLDERS):
            item.add_marker("external")


def pytest_collection_finish() -> None:
    """Leave what is loaded out of the search for cycles, as the web server does: it stays to the end, and there is much of it."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def database_slot() -> Iterator[int]:
    """Return a number that no other test run on this machine has now, so that runs side by side do not share a database."""
    shared = settings.EMBEDDED_CLUSTER is None  # other checkouts may use the same server
    folder = Path(tempfile.gettempdir()) / f"pointbook-tests-{os.getuid()}" if shared else settings.DATA_DIR / "tests"
    folder.mkdir(parents=True, exist_ok=True)
    for slot in range(1, 100):
        with (folder / f"slot-{slot}.lock").open("w") as file, contextlib.suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield slot
            return
    pytest.exit("100 test runs at once: is something left running?", returncode=3)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(database_slot: int) -> None:
    """Name the test database after the slot (also for each pytest-xdist worker, which is a process with a slot of its own)."""
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = f"test_pointbook_{database_slot}"
    connections.databases["default"]["TEST"]["NAME"] = f"test_pointbook_{database_slot}"


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: pytest.FixtureRequest,
    django_db_modify_db_settings: None,
    django_db_keepdb: bool,
    django_db_createdb: bool,
) -> Iterator[None]:
    """Make the test database, whichever tests are chosen; with --create-db by every migration, else as a copy of one that was so made.

    pytest-django's own fixture makes none when it sees only tests that use `committed_db`; these would then copy the real one.
    """

    def make(keepdb: bool) -> list:
        return setup_databases(verbosity=0, interactive=False, aliases=["default"], serialized_aliases=[], keepdb=keepdb)

    with django_db_blocker.unblock():
        if django_db_keepdb:
            made = make(True)
        else:
            made = template.copied_or_made(connection.settings_dict["TEST"]["NAME"], afresh=django_db_createdb, make=make)
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            teardown_databases(made, verbosity=0)


@pytest.fixture
def committed_db(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """A copy of the migrated test database for this test alone, for tests that must commit or use several connections.

    Django's own way, to empty all tables afterwards, is what append-only tables refuse.
    """
    with django_db_blocker.unblock():
        original = connection.settings_dict["NAME"]
        copy = f"{original}_copy_{os.getpid()}"
        connections.close_all()
        template.administer(f'drop database if exists "{copy}" with (force)', f'create database "{copy}" template "{original}"')
        connection.settings_dict["NAME"] = copy
        try:
            yield
        finally:
            connections.close_all()
            connection.settings_dict["NAME"] = original
            template.administer(f'drop database "{copy}" with (force)')


@pytest.fixture(autouse=True)
def speaks_english() -> Iterator[None]:
    """A request in another language leaves it behind in its thread; every test begins in English."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def nothing_kept_from_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process keeps for seconds is not left over from another test, and is not read again because this machine is slow."""
    kept.forget_everything()
    monkeypatch.setattr(kept, "KEEP_SECONDS", 3600)


@pytest.fixture
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[dt.datetime], None]:
    """Return a function that stops the product's clock at a moment, in this process and in the servers that it runs as threads."""
    return lambda moment: monkeypatch.setattr("loyalty.kit.clock.now", lambda: moment)
