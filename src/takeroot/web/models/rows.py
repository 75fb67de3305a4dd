"""The rows of every table, as they are kept.

The columns of a table are declared in :mod:`takeroot.vocabulary.tables` and nowhere else; ``stored.py`` makes fields of
them. Here stands what only the web has.
"""

from __future__ import annotations

from typing import Any

import polars as pl
from django.db import models

from takeroot.vocabulary import tables
from takeroot.web.stored import keys, stored


class Row(models.Model):
    """A row of a table, kept. ``id`` is the table's own; the database's is ``row``."""

    id: str  # a field of every table
    row = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=32, editable=False)
    line = models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """``table:id``."""
        return f"{self._meta.db_table}:{self.id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save it with the key and, where it has none, the id that its columns make."""
        table = self._meta.table
        cells = {name: [getattr(self, name)] for name in table.columns} | {"id": [self.id or None]}
        frame = pl.DataFrame(cells, schema=table.schema)
        self.id, self.key = table.identified(frame)["id"][0], keys(table, frame)[0]
        super().save(*args, **kwargs)


@stored(tables.SITES)
class SiteRow(Row):
    """A place that may take the improvement up."""


@stored(tables.SUCCESSIONS)
class SuccessionRow(Row):
    """What became of a site."""


@stored(tables.TIES)
class TieRow(Row):
    """A relation along which influence may travel."""


@stored(tables.PLANS)
class PlanRow(Row):
    """What was intended, by when."""


@stored(tables.STAGES)
class StageRow(Row):
    """Where a site stands, from a day on."""


@stored(tables.SUPPORTS)
class SupportRow(Row):
    """What the programme gives a site."""


@stored(tables.NEEDS)
class NeedRow(Row):
    """Support that is needed."""


@stored(tables.CAPACITIES)
class CapacityRow(Row):
    """How much support of a kind can be given."""


@stored(tables.RESPONSIBILITIES)
class ResponsibilityRow(Row):
    """Who is accountable for what."""


@stored(tables.EVENTS)
class EventRow(Row):
    """What happened in the wider context."""


@stored(tables.CONDITIONS)
class ConditionRow(Row):
    """What enables, limits, or does both."""


@stored(tables.OTHER_WORK)
class OtherWorkRow(Row):
    """Other improvement work at a site."""


@stored(tables.ENDINGS)
class EndingRow(Row):
    """A plan to stop something."""


@stored(tables.ANCHORS)
class AnchorRow(Row):
    """How the change becomes institutional."""


@stored(tables.COMPONENTS)
class ComponentRow(Row):
    """A part of the improvement."""


@stored(tables.CORE_CLAIMS)
class CoreClaimRow(Row):
    """Who says that a component is core, or is not."""


@stored(tables.DELIVERIES)
class DeliveryRow(Row):
    """How much of a component was delivered."""


@stored(tables.ADAPTATIONS)
class AdaptationRow(Row):
    """A change to what is done or how it is put in place."""


@stored(tables.MEASURES)
class MeasureRow(Row):
    """What is measured."""


@stored(tables.VALUES)
class ValueRow(Row):
    """What was counted or timed."""


@stored(tables.PHASES)
class PhaseRow(Row):
    """A baseline, recalculation, exclusion or target of a chart."""


@stored(tables.FINDINGS)
class FindingRow(Row):
    """A published or local result."""


@stored(tables.ROUNDS)
class RoundRow(Row):
    """When an instrument was answered."""


@stored(tables.ANSWERS)
class AnswerRow(Row):
    """What a respondent answered."""


@stored(tables.ENTRIES)
class EntryRow(Row):
    """What a record or plan says."""


@stored(tables.LINKS)
class LinkRow(Row):
    """A noted dependence between two questions."""


@stored(tables.NOTES)
class NoteRow(Row):
    """A dated piece of narrative evidence."""


@stored(tables.CONSTRUCTS)
class ConstructRow(Row):
    """What notes are coded to."""


@stored(tables.CODINGS)
class CodingRow(Row):
    """A passage of a note, coded to a construct."""


@stored(tables.EXPLANATIONS)
class ExplanationRow(Row):
    """Why something changed, according to somebody."""


@stored(tables.ACCOUNTS)
class AccountRow(Row):
    """A written answer, signed, in versions."""


@stored(tables.ACTIONS)
class ActionRow(Row):
    """What somebody will do."""


@stored(tables.EXPERIMENTS)
class ExperimentRow(Row):
    """A small test of change."""


@stored(tables.DECISIONS)
class DecisionRow(Row):
    """What was decided, why and by whom."""


@stored(tables.WHAT_IFS)
class WhatIfRow(Row):
    """What was asked, expected, found and decided of choices."""
