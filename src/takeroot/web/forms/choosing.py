"""What there is to choose from in a programme, for somebody who records in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from takeroot.charts.wording import day
from takeroot.vocabulary.rulesets import RULE_SETS
from takeroot.vocabulary.tables import TABLES
from takeroot.web.models import Programme
from takeroot.web.scope import Scope
from takeroot.web.stored import STORED

#: The tables whose latest rows are offered where a reference is asked for, and the column that says what they are.
_CITED = {"stages": "stage", "adaptations": "what", "notes": "title", "events": "title", "plans": "why"}
_EACH = 8

WHOLE = "The whole programme"


@dataclass(frozen=True)
class Places:
    """The sites, measures, components and rows that somebody may name.

    Parameters
    ----------
    programme, scope
        Where, and how far what they came to do reaches.
    """

    programme: Programme
    scope: Scope

    @property
    def whole(self) -> bool:
        """Whether they may speak of the programme as a whole."""
        return self.scope.whole

    def rows(self, table: str) -> QuerySet:
        """The rows of a table that they may see, in the order in which they are kept; none where no row may be."""
        rows, seen = (
            STORED[table].objects.filter(programme=self.programme).order_by("row"),
            self.scope.rows(TABLES[table]),
        )
        return rows.none() if seen is None else rows.filter(seen)

    def of(self, table: str) -> list[tuple[str, str]]:
        """Names of a table, and what people call each."""
        return [*self._names(table).items()]

    def called(self, table: str, name: str | None) -> str:
        """What people call a site, measure or component."""
        return self._names(table).get(name or "", name or "")

    def _names(self, table: str) -> dict[str, str]:
        """Asked of the database once."""
        if table not in self._asked:
            key = TABLES[table].key[0]
            called = "name" if "name" in TABLES[table].columns else key
            self._asked[table] = {name: said or name for name, said in self.rows(table).values_list(key, called)}
        return self._asked[table]

    @cached_property
    def _asked(self) -> dict[str, dict[str, str]]:
        return {}

    def none_of(self, table: str, column: str) -> str:
        """What it is called when none is chosen."""
        return WHOLE if table == "sites" and column == "site" else "Not said"

    @cached_property
    def rule_sets(self) -> list[tuple[str, str]]:
        """The rule sets that measures may name, each with what it says; the programme's own first."""
        every = [*self.programme.words.rule_sets, *RULE_SETS.values()]
        return [(rules.name, str(rules).removeprefix(f"{rules.name} ")) for rules in every]

    @cached_property
    def regions(self) -> list[str]:
        """The regions of the sites."""
        return [*dict.fromkeys(self.rows("sites").exclude(region=None).values_list("region", flat=True))]

    @cached_property
    def recent(self) -> list[tuple[str, str]]:
        """The latest rows that a reference may mean, each in a few words."""
        found = []
        for table, column in _CITED.items():
            shown = self.rows(table).order_by("-row")[:_EACH]
            dated = "due" if table == "plans" else "on"
            for row_id, said, site, on in shown.values_list("id", column, "site", dated):
                words = f"{self.called('sites', site) + ': ' if site else ''}{said or table}"
                found.append((f"{table}:{row_id}", f"{words[:80]}, {day(on)}"))
        return found

    def stand(self, sites: Sequence[str]) -> list[Any]:
        """The latest row that says where each of a few sites stands, in their order, if any does."""
        latest = {row.site: row for row in self.rows("stages").filter(site__in=sites).order_by("on", "row")}
        return [latest[site] for site in sites if site in latest]
