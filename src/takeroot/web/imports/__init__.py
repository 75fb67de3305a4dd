"""Files that come in through the browser: kept, read, shown with all they would do, and accepted or dropped.

Nothing is written to the record here; :mod:`takeroot.web.actions` does that, with the plan that was seen.
"""

from __future__ import annotations

from takeroot.web.imports.plan import Plan
from takeroot.web.imports.preview import Preview
from takeroot.web.imports.steps import (
    OURS,
    SERIES,
    TRACKER,
    called,
    is_long,
    kind_of,
    listed,
    plan_of,
    preview_of,
    remembered,
    tables_of,
    taken_of,
)
from takeroot.web.imports.taken import Taken
from takeroot.web.imports.uploads import forget, keep, largest, sweep, too_large

__all__ = [
    "OURS",
    "SERIES",
    "TRACKER",
    "Plan",
    "Preview",
    "Taken",
    "called",
    "forget",
    "is_long",
    "keep",
    "kind_of",
    "largest",
    "listed",
    "plan_of",
    "preview_of",
    "remembered",
    "sweep",
    "tables_of",
    "taken_of",
    "too_large",
]
