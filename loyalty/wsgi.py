"""The WSGI application, for any WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loyalty.settings")

application = get_wsgi_application()

from loyalty.postgres.checks import refuse_forgetful_database  # noqa: E402  # needs the settings

refuse_forgetful_database()
