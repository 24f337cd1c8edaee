"""Connecting is enough: the backend starts the server and starts it again."""

import pytest
from django.conf import settings
from django.db import OperationalError, connection

pytestmark = pytest.mark.skipif(settings.EMBEDDED_CLUSTER is None, reason="DATABASE_URL names another server")


class Stopped:
    """A cluster that nobody holds and that answers only after it was started again."""

    def __init__(self, host: str) -> None:
        self.places = settings.EMBEDDED_CLUSTER.places
        self.calls: list[str] = []
        self.is_held = False

    def hold(self) -> None:
        self.calls.append("hold")
        self.is_held = True

    def answers(self) -> bool:
        self.calls.append("answers")
        return True

    def ensure_running(self) -> None:
        self.calls.append("ensure_running")


def test_the_first_connection_of_a_process_holds_the_server(db, monkeypatch):
    cluster = Stopped("")
    monkeypatch.setattr(settings, "EMBEDDED_CLUSTER", cluster)

    connection.get_new_connection(connection.get_connection_params()).close()
    connection.get_new_connection(connection.get_connection_params()).close()

    assert cluster.calls == ["hold"]


def test_a_fault_of_the_request_does_not_restart_the_server(db, monkeypatch):
    cluster = Stopped("")
    monkeypatch.setattr(settings, "EMBEDDED_CLUSTER", cluster)

    with pytest.raises(OperationalError, match="does not exist"), connection.wrap_database_errors:
        connection.get_new_connection({**connection.get_connection_params(), "dbname": "nowhere"})

    assert cluster.calls == ["hold", "answers"]
