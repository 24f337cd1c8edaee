"""Django's PostgreSQL backend plus one habit: in embedded mode, connecting starts the server.

So runserver, workers, tests and the shell need no special entry point, and commands that never touch the database start nothing.
"""

import select
from typing import Any

import psycopg
from django.conf import settings
from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Starts the embedded cluster when nobody answers; against any other server it is Django's own backend."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        cluster = settings.EMBEDDED_CLUSTER
        if cluster is None or conn_params.get("host") != str(cluster.places.sockets):
            return super().get_new_connection(conn_params)
        if not cluster.is_held:
            cluster.hold()
        try:
            return super().get_new_connection(conn_params)
        except psycopg.OperationalError:
            if cluster.answers():  # so the request is at fault, not a server that just died
                raise
        cluster.ensure_running()
        return super().get_new_connection(conn_params)

    def is_usable(self) -> bool:
        """Tell whether the connection still works, at the start of a request without asking the server.

        A server that ended has closed the socket or left its last word on it; after an error Django's own question is asked.
        """
        if self.errors_occurred or self.connection is None:
            return bool(super().is_usable())
        pgconn = self.connection.pgconn
        if pgconn.status != psycopg.pq.ConnStatus.OK:
            return False
        poll = select.poll()
        poll.register(pgconn.socket, select.POLLIN | select.POLLHUP | select.POLLERR)
        return not poll.poll(0)
