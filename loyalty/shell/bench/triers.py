"""Workers that work back-tests out, in processes of their own."""

import os
from multiprocessing.connection import Connection


def try_on(pipe: Connection, _number: int, url: str) -> None:
    """Work on what is asked for in the database, each time a moment is sent, until all of it is done; end at None."""
    import django  # noqa: PLC0415  # a process of its own: Django begins here

    os.environ |= {"DATABASE_URL": url, "DATABASE_OWNER_URL": url, "DJANGO_SETTINGS_MODULE": "loyalty.settings"}
    django.setup()
    from rewards.backtests.models import BackTest  # noqa: PLC0415  # after django.setup()
    from rewards.backtests.services import work_on_all  # noqa: PLC0415  # after django.setup()

    unfinished = BackTest.objects.filter(state__in=[BackTest.State.WAITING, BackTest.State.RUNNING])
    while (at := pipe.recv()) is not None:
        while unfinished.exists():
            work_on_all(at=at)
        pipe.send("done")
