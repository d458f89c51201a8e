"""The WSGI application: what Granian serves (see `dashboard.server`)."""

import os

from django.core.wsgi import get_wsgi_application

from dashboard.startup import require_api_key

require_api_key()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
application = get_wsgi_application()
