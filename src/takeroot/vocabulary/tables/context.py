"""Around: events, conditions, other work, and what anchors the change."""

from __future__ import annotations

from takeroot.vocabulary.column import ITS_SITE, SITE, SOURCE, maybe, need
from takeroot.vocabulary.table import Table

#: From the nearest to the widest: at which something is held, decided or given.
LEVELS = ("site", "organisation", "region", "system")

CONDITION_KINDS = (
    "geographical",
    "legal",
    "technological",
    "sociocultural",
    "commercial",
    "professional",
    "interorganisational",
    "improvement",
    "leadership",
    "accountability",
    "context",
    "timing and pace",
    "management support",
    "governance",
)

EVENTS = Table(
    "events",
    "What happened in the wider context",
    key=("on", "kind", "title", "site", "region"),
    columns={
        "on": need("day", "the first day"),
        "until": maybe("day", "the first day on which it was over"),
        "kind": need(
            "word",
            "the kind of event",
            words=(
                "policy",
                "regulation",
                "funding",
                "incentive",
                "staffing",
                "leadership",
                "reorganisation",
                "emergency",
                "technology",
                "evidence",
                "other",
            ),
        ),
        "title": need("text", "what happened, in a few words"),
        "site": maybe("text", "the site it happened at; empty, with region, for all", refers="sites"),
        "region": maybe("text", "the region it happened in; empty, with site, for all"),
        "note": maybe("text", "more about it"),
        "source": SOURCE,
    },
)

CONDITIONS = Table(
    "conditions",
    "What enables, limits, or does both",
    key=("site", "kind", "text", "according_to", "since"),
    columns={
        "site": ITS_SITE,
        "kind": need("word", "the kind of condition", words=CONDITION_KINDS),
        "text": need("text", "the condition, in words"),
        "works": maybe("word", "which way it works", words=("enables", "limits", "both", "disputed")),
        "according_to": maybe("text", "whose view this is"),
        "since": maybe("day", "the first day"),
        "until": maybe("day", "the first day on which it no longer held"),
        "source": SOURCE,
    },
)

OTHER_WORK = Table(
    "other_work",
    "Other improvement work at a site",
    key=("site", "name", "since"),
    columns={
        "site": SITE,
        "name": need("text", "what it is called"),
        "since": maybe("day", "the first day"),
        "until": maybe("day", "the first day on which it was over"),
        "relation": maybe("word", "what it does to this improvement", words=("competes", "reinforces", "neither")),
        "how": maybe("text", "how it competes or reinforces"),
        "hours_a_month": maybe("number", "what it takes of staff time there", unit="hours a month", least=0),
        "according_to": maybe("text", "whose view this is"),
    },
)

ANCHORS = Table(
    "anchors",
    "How the change becomes institutional",
    key=("what", "title", "on"),
    columns={
        "what": need(
            "word",
            "the kind of anchor",
            words=("policy", "budget line", "contract", "guideline", "curriculum", "job description", "system"),
        ),
        "title": need("text", "what it is called"),
        "level": maybe("text", "at which level", examples=("site", "organisation", "region", "nation")),
        "site": maybe("text", "the site it is of; empty, with region, for all", refers="sites"),
        "region": maybe("text", "the region it is of; empty, with site, for all"),
        "on": need("day", "the first day"),
        "until": maybe("day", "the first day on which it no longer held"),
        "source": SOURCE,
    },
)
