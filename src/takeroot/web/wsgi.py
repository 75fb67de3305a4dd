"""The application, for a server to run."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "takeroot.web.settings")

application = get_wsgi_application()
