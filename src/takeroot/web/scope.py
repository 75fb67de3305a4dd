"""Which rows of a programme somebody may see: a value, made from memberships in :mod:`takeroot.web.roles` alone.

What no rule here lets through is not seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from django.db.models import Q

from takeroot.vocabulary.table import Table
from takeroot.vocabulary.tables import ADAPTATIONS, EXPERIMENTS, EXPLANATIONS, NOTES, ROUNDS, SITES

#: What somebody with named sites sees of the whole programme: what it is, never how the others fare.
SHARED = frozenset(
    {
        "components",
        "core_claims",
        "measures",
        "phases",
        "anchors",
        "responsibilities",
        "needs",
        "findings",
        "events",
        "supports",
        "conditions",
        "adaptations",
    }
)

#: What only those who may read narrative see.
NARRATIVE = frozenset({"entries", "links", "rounds", "answers", "codings"})


#: What a site may share of what it adapted, tried and learned; its figures and its stages are never shared by this.
LEARNING = (ADAPTATIONS.name, EXPERIMENTS.name, NOTES.name)

#: How the ids of notes begin by which a site asks, and is answered.
QUESTION, ANSWER = "question-", "answer-"
#: What passes between a site and its programme: who records at the site reads it too, without leave for narrative.
_ASKED = Q(visibility="programme") & (Q(id__startswith=QUESTION) | Q(id__startswith=ANSWER))

#: What who sees the whole without its narrative sees of adaptations, unless kept to a site, and of explanations.
_RELEASED = {
    ADAPTATIONS.name: ~Q(visibility="site") | Q(visibility__isnull=True),
    EXPLANATIONS.name: Q(visibility="all") | Q(visibility__isnull=True),
}


def _released(table: Table, visible: str | None) -> bool:
    """The same of a row that is at hand."""
    kept = {ADAPTATIONS.name: ("site",), EXPLANATIONS.name: ("site", "programme")}
    return visible not in kept.get(table.name, ())


@dataclass(frozen=True)
class Scope:
    """Which rows of a programme may be seen.

    Parameters
    ----------
    sites
        The sites whose rows may be seen; None for every site and the programme as a whole.
    narrative
        Whether notes that are not released to all, records and answers may be seen.
    peers
        Further sites, of which it may be seen what they adapted, tried and learned, as far as they share it.
    sheets
        Whether single answers may be seen that came in files to rounds which were not open: to who brings files in they
        are known. To all others groups are shown, as of rounds that were begun here: see :mod:`takeroot.web.answered`.
    """

    sites: frozenset[str] | None = frozenset()
    narrative: bool = False
    peers: frozenset[str] = frozenset()
    sheets: bool = False

    @classmethod
    def everything(cls) -> Scope:
        """All there is."""
        return cls(sites=None, narrative=True, sheets=True)

    @classmethod
    def of_sites(cls, sites: Iterable[str], *, narrative: bool = False, peers: Iterable[str] = ()) -> Scope:
        """The rows of these sites, and what the programme is."""
        return cls(frozenset(sites), narrative, frozenset(peers) - frozenset(sites))

    @property
    def whole(self) -> bool:
        """Whether it reaches every site."""
        return self.sites is None

    @property
    def key(self) -> str:
        """The same for scopes that see the same."""
        sites = None if self.sites is None else sorted(self.sites)
        seen = json.dumps([self.narrative, sites, sorted(self.peers), self.sheets])
        return blake2b(seen.encode(), digest_size=12).hexdigest()

    def rows(self, table: Table) -> Q | None:
        """The condition that a row of a table must meet to be seen; None where no row may be."""
        if table.name in NARRATIVE and not self.narrative:
            return None
        if self.sites is None:
            return Q() if self.narrative else _RELEASED.get(table.name, Q())
        places = (
            ["site"] if table is SITES else [name for name, column in table.columns.items() if column.refers == "sites"]
        )
        if table is ROUNDS:
            return Q(subject__in=sorted(self.sites))
        if not places:
            released = Q(visibility="all") if table is EXPLANATIONS else None
            return Q() if table.name in SHARED else released
        inside = Q(**{f"{place}__in": sorted(self.sites) for place in places})
        if table is NOTES and not self.narrative:
            inside &= Q(visibility="all") | _ASKED
        if table.name in SHARED:
            inside |= Q(site__isnull=True) & _RELEASED.get(table.name, Q())
        return inside | self._of_peers(table) if table.name in LEARNING and self.peers else inside

    def _of_peers(self, table: Table) -> Q:
        """What other sites share: notes released to all, adaptations not kept to the site, and experiments."""
        theirs = Q(site__in=sorted(self.peers))
        return theirs & (Q(visibility="all") if table is NOTES else _RELEASED.get(table.name, Q()))

    def reads(self, table: Table, cells: Mapping[str, Any]) -> bool:
        """Whether a row that says this may be read: :meth:`rows`, of what a row said before.

        A note that may be counted but not read is not read.
        """
        if self.rows(table) is None:
            return False
        visible = cells.get("visibility")
        if table is NOTES and not self.narrative and visible != "all":
            passed = visible == "programme" and str(cells.get("id")).startswith((QUESTION, ANSWER))
            return passed and cells.get("site") in (self.sites or ())
        if self.sites is None:
            return self.narrative or _released(table, visible)
        places = (
            ["site"] if table is SITES else [name for name, column in table.columns.items() if column.refers == "sites"]
        )
        if table is ROUNDS:
            return cells.get("subject") in self.sites
        if not places:
            return table.name in SHARED or (table is EXPLANATIONS and visible == "all")
        named = {cells.get(place) for place in places}
        if named <= self.sites:
            return True
        if table.name in LEARNING and cells.get("site") in self.peers:
            return visible == "all" if table is NOTES else _released(table, visible)
        return table.name in SHARED and cells.get("site") is None and _released(table, visible)

    def holds(self, site: str | None) -> bool:
        """Whether a row of this site, or without a site, of the programme as a whole, is in reach of a change."""
        return self.sites is None or (site is not None and site in self.sites)

    def within(self, sites: Iterable[str]) -> Scope:
        """What it sees, as far as these sites."""
        kept = frozenset(sites) if self.sites is None else self.sites & frozenset(sites)
        return Scope(kept, self.narrative)

    def covers(self, other: Scope) -> bool:
        """Whether it sees all that the other sees."""
        wider = self.sites is None or (other.sites is not None and other.sites <= self.sites)
        learned = self.sites is None or other.peers <= self.peers | self.sites
        return wider and learned and self.narrative >= other.narrative and self.sheets >= other.sheets

    def __or__(self, other: Scope) -> Scope:
        """What both see together; where neither covers the other, narrative stays unseen."""
        if self.covers(other):
            return self
        if other.covers(self):
            return other
        if self.sites is None or other.sites is None:
            return Scope(None, self.narrative and other.narrative)
        return Scope.of_sites(
            self.sites | other.sites, narrative=self.narrative and other.narrative, peers=self.peers | other.peers
        )
