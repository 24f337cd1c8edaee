"""The WSGI application, for any WSGI server."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loyalty.settings")

application = get_wsgi_application()

from loyalty.postgres.checks import refuse_forgetful_database  # noqa: E402  # needs the settings

refuse_forgetful_database()

# What is loaded stays for good, and a request leaves few cycles behind: looking for them as often as Python does by itself would
# take a third of the time of a batch.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 100)
