"""What somebody wrote here themselves, and so reads again though it is not released to them: their own words, no more.

A row is somebody's own as long as it stands as they left it: the line of the trail that made it so is theirs, and
speaks of this row. Once somebody else has amended it, it is read by those who may read it anyway.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from takeroot.vocabulary.table import Table
from takeroot.vocabulary.tables import ACCOUNTS, ADAPTATIONS, EXPLANATIONS, NOTES
from takeroot.web.models import Trail
from takeroot.web.models.rows import Row
from takeroot.web.roles import Visit
from takeroot.web.stored import STORED

#: What people tell in their own words. Rows of every other table are read by those who see their site.
OWN = (ACCOUNTS, ADAPTATIONS, EXPLANATIONS, NOTES)


def is_own(visit: Visit, table: Table, cells: Mapping[str, Any], line: Trail | None) -> bool:
    """Whether a row was made to say this by whoever visits, at a site that they still see, if it is of a site.

    Parameters
    ----------
    cells
        The row, by column.
    line
        The line of the trail that made it say so.
    """
    if table not in OWN or visit.person is None or line is None or line.by != visit.by:
        return False
    theirs = (line.programme, line.what.get("row")) == (visit.programme.slug, f"{table.name}:{cells['id']}")
    return theirs and ("site" not in table.columns or visit.scope.holds(cells["site"]))


def own_rows(visit: Visit, most: int) -> list[tuple[str, Row]]:
    """The latest rows that whoever visits told in their own words, as they left them, each with its table."""
    mine = Trail.objects.filter(programme=visit.programme.slug, by=visit.by, what__has_key="row")
    rows = [
        (table, row)
        for table in OWN
        for row in STORED[table.name]
        .objects.filter(programme=visit.programme, line__in=mine.values("pk"))
        .order_by("-line")[:most]
    ]
    lines = mine.in_bulk({row.line for _, row in rows})
    found = [(table.name, row) for table, row in rows if is_own(visit, table, vars(row), lines.get(row.line))]
    return sorted(found, key=lambda one: -one[1].line)[:most]
