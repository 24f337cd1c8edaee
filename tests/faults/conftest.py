"""Fixtures of the fault tests: no test database, only private servers."""

import dataclasses
import os
from collections.abc import Iterator

import pytest

from loyalty.postgres.cluster import APPLICATION, DATABASE
from tests.faults.processes import Web, running
from tests.faults.proxy import Proxy, to_port, to_socket_file
from tests.faults.server import Server, private_server

MINUTES = float(os.environ.get("POINTBOOK_FAULTS_MINUTES", "0"))
"""How long the long form lasts (`./dev faults --minutes N`); 0 is the short form that runs with all tests."""


@dataclasses.dataclass(frozen=True)
class Shop:
    """A web server that nobody kills, with a place on either side of it where the line can be cut."""

    server: Server
    web: Web
    to_database: Proxy
    to_web: Proxy


@pytest.fixture(autouse=True)
def _may_use_a_database(django_db_blocker) -> Iterator[None]:
    """Every connection here is pointed at a private server first."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def server() -> Iterator[Server]:
    with private_server() as running_server:
        yield running_server


@pytest.fixture(scope="session")
def shop() -> Iterator[Shop]:
    """Shared by tests that use members and receipts of their own."""
    with private_server() as server, Proxy(to_socket_file(f"{server.places.sockets}/.s.PGSQL.5432"), b"COMMIT") as to_database:
        web = Web(server, f"postgres://{APPLICATION}@127.0.0.1:{to_database.port}/{DATABASE}?sslmode=disable")
        with running(web), Proxy(to_port(web.port), b"POST ") as to_web:
            yield Shop(server, web, to_database, to_web)
