"""The WSGI application, for any WSGI server."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loyalty.settings")

application = get_wsgi_application()

from loyalty.postgres.checks import refuse_forgetful_database  # noqa: E402  # needs the settings
from loyalty.postgres.patience import wait_briefly_for_locks  # noqa: E402

wait_briefly_for_locks()
refuse_forgetful_database()

# What is loaded stays for good, and a request leaves few cycles behind: looking for them as often as Python does by itself would
# take a third of the time of a batch.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 100)
