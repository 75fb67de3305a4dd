"""Every address of the workbench."""

from __future__ import annotations

from takeroot.web.views import people, portfolio, programme

urlpatterns = [
    *people.PATHS,
    *portfolio.PATHS,
    *programme.PATHS,
]
