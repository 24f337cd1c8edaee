"""Loaded by pytest before Django's settings: tests never run as production, wherever they are started from."""

import gc
import os

gc.set_threshold(50_000, 20, 100)  # as the web server does: what loads makes few cycles and much else
os.environ.setdefault("POINTBOOK_ENV", "development")
os.environ["POINTBOOK_ROLE"] = "owner"
os.environ.setdefault("CELERY_BROKER_URL", "memory://")
