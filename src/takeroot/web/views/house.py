"""About the house itself: whether it stands, and what it keeps of people."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from takeroot.web import guards, tasks

#: Less free space than this in the data folder is nearly none.
NEARLY_FULL = 200 * 2**20


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """One word for a watchman: well; or a word for each thing that is not. Strangers ask too, so no more than that."""
    amiss = [word for word, well in checks.items() if not _holds(well)]
    return HttpResponse(" ".join(amiss or ["well"]) + "\n", content_type="text/plain", status=503 if amiss else 200)


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of whom, who sees it, and for how long."""
    return render(request, "privacy.html", {"hours": settings.SESSION_COOKIE_AGE // 3600})


def _holds(well: Callable[[], bool]) -> bool:
    try:
        return well()
    except (DatabaseError, OSError):
        return False


def _database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _tables_are_of_this_version() -> bool:
    return _wanted() <= set(MigrationRecorder(connection).applied_migrations())


@cache
def _wanted() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def _trail_is_guarded() -> bool:
    return not guards.missing()


def _room_is_left() -> bool:
    return shutil.disk_usage(settings.HOME).free > NEARLY_FULL


#: What must be so, each under the word that says it is not.
checks: dict[str, Callable[[], bool]] = {
    "database": _database_answers,
    "migrations": _tables_are_of_this_version,
    "guards": _trail_is_guarded,
    "worker": tasks.worker_is_heard,
    "disk": _room_is_left,
}

PATHS = [
    path("health", health, name="health"),
    path("privacy", privacy, name="privacy"),
]
