"""The Celery application. Workers and beat start with `celery -A loyalty`."""

import os
from pathlib import Path

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loyalty.settings")

app = Celery("pointbook")
app.config_from_object("django.conf:settings", namespace="CELERY")


def topics_with_tasks() -> list[str]:
    """Return the dotted names of all topics that have a `tasks.py`, for example `accounts.outbox`."""
    root = Path(__file__).resolve().parent.parent
    found = [*root.glob("[a-z]*/*/tasks.py"), *root.glob("loyalty/*/*/tasks.py")]
    return sorted(".".join(file.parent.relative_to(root).parts) for file in found if file.relative_to(root).parts[0] != "tests")


app.autodiscover_tasks(topics_with_tasks)


@worker_init.connect
def refuse_forgetful_database(**_kwargs: object) -> None:
    """Like the web server, do not start on a production database that may lose what it acknowledged."""
    from loyalty.postgres import checks  # noqa: PLC0415  # settings are ready only now

    checks.refuse_forgetful_database()
