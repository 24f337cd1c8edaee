"""Django's PostgreSQL backend plus one habit: in embedded mode, connecting starts the server.

So runserver, workers, tests and the shell need no special entry point, and commands that never touch the database start nothing.
"""

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
