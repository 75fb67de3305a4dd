"""Every table, declared once: its columns, their kinds and meanings, the words they allow, and its key.

File import, database, analyses, simulation, documentation and spreadsheet templates all read these pages, and
``TABLE.read(frame_or_path)`` is the only doorway: see :class:`~takeroot.vocabulary.table.Table`.
"""

from __future__ import annotations

from takeroot.vocabulary.table import Table
from takeroot.vocabulary.tables.asking import ANSWERS, ENTRIES, LINKS, ROUNDS
from takeroot.vocabulary.tables.context import ANCHORS, CONDITION_KINDS, CONDITIONS, EVENTS, LEVELS, OTHER_WORK
from takeroot.vocabulary.tables.improvement import ADAPTATIONS, COMPONENTS, CORE_CLAIMS, DELIVERED_WORDS, DELIVERIES
from takeroot.vocabulary.tables.measuring import FINDINGS, MEASURES, PHASES, VALUES
from takeroot.vocabulary.tables.places import PLANS, SITES, STAGES, SUCCESSIONS, SUPPORTS, TIES
from takeroot.vocabulary.tables.scaling import CAPACITIES, ENDINGS, NEEDS, RESPONSIBILITIES
from takeroot.vocabulary.tables.story import (
    ACCOUNTS,
    ACTIONS,
    CODINGS,
    CONSTRUCTS,
    DECISIONS,
    EXPERIMENTS,
    EXPLANATIONS,
    NOTES,
    WHAT_IFS,
)

#: Every table by name, in the order in which files and sheets are written.
TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        SITES,
        SUCCESSIONS,
        TIES,
        PLANS,
        STAGES,
        SUPPORTS,
        NEEDS,
        CAPACITIES,
        RESPONSIBILITIES,
        EVENTS,
        CONDITIONS,
        OTHER_WORK,
        ENDINGS,
        ANCHORS,
        COMPONENTS,
        CORE_CLAIMS,
        DELIVERIES,
        ADAPTATIONS,
        MEASURES,
        VALUES,
        PHASES,
        FINDINGS,
        ROUNDS,
        ANSWERS,
        ENTRIES,
        LINKS,
        NOTES,
        CONSTRUCTS,
        CODINGS,
        EXPLANATIONS,
        ACCOUNTS,
        ACTIONS,
        EXPERIMENTS,
        DECISIONS,
        WHAT_IFS,
    )
}

__all__ = [
    "ACCOUNTS",
    "ACTIONS",
    "ADAPTATIONS",
    "ANCHORS",
    "ANSWERS",
    "CAPACITIES",
    "CODINGS",
    "COMPONENTS",
    "CONDITIONS",
    "CONDITION_KINDS",
    "CONSTRUCTS",
    "CORE_CLAIMS",
    "DECISIONS",
    "DELIVERED_WORDS",
    "DELIVERIES",
    "ENDINGS",
    "ENTRIES",
    "EVENTS",
    "EXPERIMENTS",
    "EXPLANATIONS",
    "FINDINGS",
    "LEVELS",
    "LINKS",
    "MEASURES",
    "NEEDS",
    "NOTES",
    "OTHER_WORK",
    "PHASES",
    "PLANS",
    "RESPONSIBILITIES",
    "ROUNDS",
    "SITES",
    "STAGES",
    "SUCCESSIONS",
    "SUPPORTS",
    "TABLES",
    "TIES",
    "VALUES",
    "WHAT_IFS",
]
