"""How long a request waits for somebody else's lock."""

from django.conf import settings
from django.db import connections


def wait_briefly_for_locks() -> None:
    """Let this process's connections give up on a lock after MOST_LOCK_WAIT_MS; called by the web server before its first request.

    One session that sleeps on a wallet would otherwise fill every thread with callers of that wallet, and so keep all others waiting.
    Whoever gave up hears 503 with Retry-After. Background work keeps the patience of its role (sql/roles.sql).
    """
    options = connections.settings["default"]["OPTIONS"]
    options["options"] = f"{options.get('options', '')} -c lock_timeout={settings.MOST_LOCK_WAIT_MS}ms"
