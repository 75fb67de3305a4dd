"""Which rows of a programme somebody may see: a value, made from memberships in :mod:`takeroot.web.roles` alone.

What no rule here lets through is not seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from django.db.models import Q

from takeroot.vocabulary.table import Table
from takeroot.vocabulary.tables import NOTES, SITES

#: What somebody with named sites sees of the whole programme: what it is, never how the others fare.
SHARED = frozenset(
    {
        "components",
        "core_claims",
        "measures",
        "phases",
        "anchors",
        "findings",
        "events",
        "supports",
        "conditions",
        "adaptations",
    }
)

#: What only those who may read narrative see.
NARRATIVE = frozenset({"entries", "links", "rounds", "answers", "codings"})


@dataclass(frozen=True)
class Scope:
    """Which rows of a programme may be seen.

    Parameters
    ----------
    sites
        The sites whose rows may be seen; None for every site and the programme as a whole.
    narrative
        Whether notes that are not released to all, records and answers may be seen.
    """

    sites: frozenset[str] | None = frozenset()
    narrative: bool = False

    @classmethod
    def everything(cls) -> Scope:
        """All there is."""
        return cls(sites=None, narrative=True)

    @classmethod
    def of_sites(cls, sites: Iterable[str], *, narrative: bool = False) -> Scope:
        """The rows of these sites, and what the programme is."""
        return cls(frozenset(sites), narrative)

    @property
    def whole(self) -> bool:
        """Whether it reaches every site."""
        return self.sites is None

    @property
    def key(self) -> str:
        """The same for scopes that see the same."""
        seen = json.dumps([self.narrative, None if self.sites is None else sorted(self.sites)])
        return blake2b(seen.encode(), digest_size=12).hexdigest()

    def rows(self, table: Table) -> Q | None:
        """The condition that a row of a table must meet to be seen; None where no row may be."""
        if table.name in NARRATIVE and not self.narrative:
            return None
        if self.sites is None:
            return Q()
        places = (
            ["site"] if table is SITES else [name for name, column in table.columns.items() if column.refers == "sites"]
        )
        if not places:
            return Q() if table.name in SHARED else None
        inside = Q(**{f"{place}__in": sorted(self.sites) for place in places})
        if table is NOTES and not self.narrative:
            inside &= Q(visibility="all")
        return inside | Q(site__isnull=True) if table.name in SHARED else inside

    def covers(self, other: Scope) -> bool:
        """Whether it sees all that the other sees."""
        wider = self.sites is None or (other.sites is not None and other.sites <= self.sites)
        return wider and self.narrative >= other.narrative

    def __or__(self, other: Scope) -> Scope:
        """What both see together; where neither covers the other, narrative stays unseen."""
        if self.covers(other):
            return self
        if other.covers(self):
            return other
        sites = None if self.sites is None or other.sites is None else self.sites | other.sites
        return Scope(sites, self.narrative and other.narrative)
