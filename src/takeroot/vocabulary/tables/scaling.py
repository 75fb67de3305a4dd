"""Scale-up: who is accountable, what support is needed and can be given, and what is to be stopped."""

from __future__ import annotations

from takeroot.vocabulary.column import SOURCE, maybe, need
from takeroot.vocabulary.table import Table
from takeroot.vocabulary.tables.context import LEVELS

_REGION = maybe("text", "the region; empty for all")

RESPONSIBILITIES = Table(
    "responsibilities",
    "Who is accountable for what, at which level",
    key=("what", "level", "site", "region", "since"),
    columns={
        "what": need("text", "what somebody is accountable for"),
        "level": need("word", "at which level", words=LEVELS),
        "site": maybe("text", "the site; empty, with region, for the level as a whole", refers="sites"),
        "region": _REGION,
        "held_by": maybe("text", "who is accountable, by role; empty where nobody is"),
        "since": maybe("day", "the first day"),
        "until": maybe("day", "the first day on which it no longer held"),
        "source": SOURCE,
    },
)

NEEDS = Table(
    "needs",
    "Support that is needed, according to somebody",
    key=("site", "kind", "since", "according_to"),
    columns={
        "site": maybe("text", "the site; empty for all", refers="sites"),
        "kind": need("text", "what is needed", examples=("facilitation", "training", "funding", "data")),
        "since": need("day", "the first day"),
        "until": maybe("day", "the first day on which it was no longer needed"),
        "amount": maybe("number", "how much", least=0),
        "unit": maybe("text", "of what", examples=("days a month",)),
        "according_to": maybe("text", "whose view this is"),
        "source": SOURCE,
    },
)

CAPACITIES = Table(
    "capacities",
    "How much support of a kind can be given",
    key=("kind", "region", "since", "by"),
    columns={
        "kind": need("text", "what can be given", examples=("facilitation", "training", "funding", "data")),
        "region": _REGION,
        "since": need("day", "the first day"),
        "until": maybe("day", "the first day on which it no longer could"),
        "amount": need("number", "how much", least=0),
        "unit": maybe("text", "of what", examples=("days a month",)),
        "by": maybe("text", "who can give it"),
        "source": SOURCE,
    },
)

ENDINGS = Table(
    "endings",
    "Plans to stop something (de-implementation)",
    key=("what", "site", "on"),
    columns={
        "what": need("text", "what is to be stopped"),
        "site": maybe("text", "the site; empty for everywhere", refers="sites"),
        "on": need("day", "the day the plan was made"),
        "reason": need("text", "why it is to be stopped"),
        "evidence": maybe("text", "what supports that"),
        "decided_by": maybe("text", "who decides"),
        "due": maybe("day", "by when it is to have stopped"),
        "done": maybe("day", "when it had stopped"),
        "remains": maybe("text", "what remains, and for whom"),
        "replaced_by": maybe("text", "what takes its place, if anything does"),
        "measure": maybe("text", "the measure by which it is watched", refers="measures"),
        "watch": maybe("text", "what else is watched, by whom, and until when"),
        "dissent": maybe("text", "who disagrees, and why"),
    },
)
