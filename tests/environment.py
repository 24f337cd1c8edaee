"""Loaded by pytest before Django's settings: tests never run as production, wherever they are started from."""

import os

os.environ.setdefault("POINTBOOK_ENV", "development")
os.environ["POINTBOOK_ROLE"] = "owner"
os.environ.setdefault("CELERY_BROKER_URL", "memory://")
