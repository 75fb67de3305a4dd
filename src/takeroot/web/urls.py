"""Every address of the workbench."""

from __future__ import annotations

from takeroot.web.views import house, people, portfolio, programme, tasks

urlpatterns = [
    *house.PATHS,
    *people.PATHS,
    *portfolio.PATHS,
    *programme.PATHS,
    *tasks.PATHS,
]
