"""What a process of the workbench does: it answers, or does long work, or both."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable

import waitress
from waitress.channel import HTTPChannel
from waitress.task import ErrorTask
from waitress.utilities import RequestEntityTooLarge

#: How many pages one process works on at once; while one waits for the disk or the database, another goes on.
THREADS = 8


def set_up() -> None:
    """The settings, and what stands on them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "takeroot.web.settings")
    import django

    django.setup()


def answer(listening: socket.socket, ready: Callable[[], None]) -> None:
    """Answer at a port until told to stop; what draws charts is loaded before anybody waits for it."""
    from django.conf import settings

    from takeroot.web.wsgi import application

    server = waitress.create_server(
        application,
        sockets=[listening],
        threads=THREADS,
        ident=None,
        clear_untrusted_proxy_headers=not (settings.PROXIES or settings.HTTPS),
        max_request_body_size=settings.UPLOAD_BYTES,
        connection_limit=1000,
        asyncore_use_poll=True,
    )
    server.channel_class = _Channel
    ready()
    threading.Thread(target=_warm, daemon=True).start()
    try:
        server.run()
    finally:
        server.close()


def do_long_work(stop: threading.Event | None = None) -> None:
    """Do what waits to be done until told to stop."""
    from django.db import connection

    from takeroot.web import tasks

    try:
        tasks.work(stop or threading.Event())
    finally:
        connection.close()


class _TooLarge(ErrorTask):
    """The answer to a body that is larger than it may be, before it was taken in."""

    def execute(self) -> None:
        if not isinstance(self.request.error, RequestEntityTooLarge):
            super().execute()
            return
        from django.template.loader import render_to_string

        body = render_to_string("413.html").encode()
        self.status = "413 Request Entity Too Large"
        self.set_close_on_finish()
        self.response_headers += [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'"),
            ("Cache-Control", "no-store"),
        ]
        self.content_length = len(body)
        self.write(body)


class _Channel(HTTPChannel):
    """A connection whose faults are pages."""

    error_task_class = _TooLarge


def _warm() -> None:
    """Load what draws charts before anybody waits for it."""
    from takeroot import charts
    from takeroot.analysis import adoption
    from takeroot.vocabulary.programme import Programme

    stages = {"site": ["A", "A"], "stage": ["preparing", "using"], "on": ["2024-01-01", "2024-03-01"]}
    charts.svg(charts.stages_over_time(adoption.by_stage(Programme("To warm up", stages=stages))))
