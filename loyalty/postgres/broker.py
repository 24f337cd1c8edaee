"""Installs the message queue inside PostgreSQL (pgmq, plain SQL, no extension) that is Celery's default broker."""

from django.db import connection, transaction
from pgmq.install import get_embedded_install_sql
from psycopg import sql


def install(*, application: str) -> bool:
    """Create the queue's schema once, as the owner, and let the role `application` use it. Return whether it was new."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('pgmq'))")
        cursor.execute("select 1 from pg_namespace where nspname = 'pgmq'")
        if cursor.fetchone():
            return False
        cursor.connection.execute(get_embedded_install_sql())
        role = sql.Identifier(application)
        for objects in ("all tables in schema pgmq", "all sequences in schema pgmq", "all functions in schema pgmq", "schema pgmq"):
            cursor.execute(sql.SQL("grant all on {} to {}").format(sql.SQL(objects), role))
    return True
