"""What: the parts of the improvement, whose core they are, how much is delivered, and what was adapted."""

from __future__ import annotations

from takeroot.vocabulary.column import ITS_SITE, SITE, SOURCE, VISIBILITY, maybe, need
from takeroot.vocabulary.table import Table

DELIVERED_WORDS = ("always", "often", "sometimes", "never")

COMPONENTS = Table(
    "components",
    "The parts of the improvement",
    key=("component", "version"),
    columns={
        "component": need("text", "a short name"),
        "name": maybe("text", "the name people use"),
        "version": maybe("text", "its version or edition"),
        "since": maybe("day", "the first day of this version"),
        "until": maybe("day", "the first day on which it no longer held"),
        "standardised_by": maybe("word", "what is the same everywhere", words=("form", "function")),
        "function": maybe("text", "what it is for"),
        "works_by": maybe("text", "how it is thought to work"),
        "measure": maybe("text", "the measure that would show it", refers="measures"),
    },
)

CORE_CLAIMS = Table(
    "core_claims",
    "Who says that a component is core, or is not, when and why",
    key=("component", "according_to", "site", "on"),
    columns={
        "component": need("text", "the component", refers="components"),
        "core": need("yes_no", "whether it is core, according to them"),
        "according_to": need("text", "whose claim this is"),
        "site": maybe("text", "where it holds; empty for everywhere", refers="sites"),
        "on": maybe("day", "when it was claimed"),
        "reason": maybe("text", "why"),
        "evidence": maybe("text", "the evidence given"),
    },
)

DELIVERIES = Table(
    "deliveries",
    "How much of a component was delivered",
    key=("site", "component", "on", "dimension", "source"),
    columns={
        "site": SITE,
        "component": need("text", "the component", refers="components"),
        "on": need("day", "the day, or the first day of the period", month=True),
        "dimension": maybe("word", "which side of delivery", words=("content", "coverage", "frequency", "duration")),
        "delivered": maybe("share_or_word", "a share 0 to 1, or in words", words=DELIVERED_WORDS),
        "form_here": maybe("text", "the form it takes here"),
        "function_kept": maybe("word", "whether it still does what it is for", words=("yes", "no", "unknown")),
        "source": SOURCE,
    },
)

ADAPTATIONS = Table(
    "adaptations",
    "Changes to what is done or how it is put in place (after FRAME)",
    key=("site", "on", "what", "component"),
    columns={
        "site": ITS_SITE,
        "on": need("day", "the first day"),
        "until": maybe("day", "the first day on which it no longer held"),
        "concerns": maybe("word", "what was adapted", words=("improvement", "way of supporting it")),
        "component": maybe("text", "the component", refers="components"),
        "what": need("text", "what was changed"),
        "phase": maybe("word", "when in the process", words=("planning", "implementation", "scale-up", "sustainment")),
        "planned": maybe("word", "whether it was planned", words=("planned", "planned reactive", "unplanned")),
        "decided_by": maybe("text", "who decided"),
        "level": maybe("text", "for whom", examples=("individual", "practitioner", "team", "organisation", "network")),
        "nature": maybe(
            "text",
            "the nature of the change",
            examples=("tailoring", "adding", "removing", "shortening", "lengthening", "substituting", "reordering"),
        ),
        "core_relation": maybe(
            "word", "whether the core is preserved", words=("consistent", "inconsistent", "unknown")
        ),
        "function_kept": maybe("word", "whether it still does what it is for", words=("yes", "no", "unknown")),
        "goals": maybe("text", "what it was to achieve"),
        "reasons": maybe("text", "why it was needed"),
        "effects_intended": maybe("text", "effects that were meant"),
        "effects_unintended": maybe("text", "effects that were not meant"),
        "source": SOURCE,
        "visibility": VISIBILITY,
    },
)
