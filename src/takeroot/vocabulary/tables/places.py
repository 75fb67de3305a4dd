"""Where: sites, what became of them, their ties, what was planned, where each stands, and the support given."""

from __future__ import annotations

from takeroot.vocabulary.column import SITE, SOURCE, maybe, need
from takeroot.vocabulary.stages import REASON_KINDS, Stage
from takeroot.vocabulary.table import Table

SITES = Table(
    "sites",
    "Places that may take the improvement up; further columns are kept as covariates",
    key=("site",),
    open=True,
    columns={
        "site": need("text", "a short name or code, unique in the programme"),
        "name": maybe("text", "the name people use"),
        "kind": maybe("text", "what sort of place", examples=("ward", "practice", "hospital", "team")),
        "part_of": maybe("text", "the site this one is part of", refers="sites"),
        "organisation": maybe("text", "the organisation it belongs to"),
        "region": maybe("text", "the region it belongs to"),
        "wave": maybe("text", "the wave or group it was planned in"),
        "planned": maybe("yes_no", "whether the programme meant to reach it"),
        "eligible": maybe("yes_no", "whether it could take the improvement up; counted as yes where empty"),
        "eligible_people": maybe("count", "people there whom the improvement is for", unit="people", least=0),
        "deprivation": maybe("count", "deprivation group, 1 the most deprived (fifths or tenths)", least=1, most=10),
        "opened": maybe("day", "the day it opened"),
        "closed": maybe("day", "the first day on which it was no longer open"),
        "latitude": maybe("number", "north is positive", unit="degrees", least=-90, most=90),
        "longitude": maybe("number", "east is positive", unit="degrees", least=-180, most=180),
        "size": maybe("number", "how big it is, in a unit the programme chooses", least=0),
        "ods_code": maybe("text", "its code in the NHS Organisation Data Service"),
        "contact": maybe("text", "a role or team address; no personal data"),
    },
)

SUCCESSIONS = Table(
    "successions",
    "What became of sites: one row for each site and successor",
    key=("site", "successor", "on"),
    columns={
        "site": SITE,
        "successor": need(
            "text", "the site that carries on from it; the site itself if it just closed", refers="sites"
        ),
        "on": need("day", "the first day of the new arrangement"),
        "kind": maybe("word", "what happened", words=("merged", "split", "renamed", "closed")),
    },
)

TIES = Table(
    "ties",
    "Relations along which influence may travel, from source to target",
    key=("source", "target", "kind", "since"),
    columns={
        "source": need("text", "the site that influences", refers="sites"),
        "target": need("text", "the site that is influenced", refers="sites"),
        "kind": maybe(
            "text",
            "the kind of relation",
            examples=("collaborative", "professional", "managerial", "geographic", "referral"),
        ),
        "weight": maybe("number", "how strong; counted as 1 where empty", least=0),
        "since": maybe("day", "the first day"),
        "until": maybe("day", "the first day on which it no longer held"),
    },
)

PLANS = Table(
    "plans",
    "What was intended, by when; later versions do not erase earlier ones",
    key=("what", "site", "name", "due", "set_on"),
    columns={
        "what": need("word", "what is planned", words=("stage", "measure", "component", "support")),
        "site": maybe("text", "the site; empty for the whole programme", refers="sites"),
        "name": maybe("text", "which stage (using, where empty), measure, component or support"),
        "value": maybe("number", "how many sites, or the value the measure should reach"),
        "due": need("day", "by when"),
        "set_on": need("day", "the day this version was made"),
        "set_by": maybe("text", "who set it"),
        "why": maybe("text", "why, or why it was changed"),
    },
)

STAGES = Table(
    "stages",
    "Where each site stands, from which day on",
    key=("site", "on", "stage", "source"),
    columns={
        "site": SITE,
        "stage": need("word", "where it stands", words=tuple(Stage)),
        "on": need("day", "from this day; the earliest, where only a span is known"),
        "on_before": maybe("day", "the day before which it happened, where only a span is known"),
        "precision": maybe("word", "how exactly the day is known", words=("day", "month", "quarter", "year")),
        "extent": maybe("share", "how far within the site, 0 to 1"),
        "extent_of": maybe("word", "what that is a share of", words=("teams", "staff", "eligible people")),
        "how_known": maybe("word", "how it is known", words=("reported", "observed", "derived")),
        "decided_by": maybe("text", "who decided, for a decision"),
        "reason_kind": maybe("word", "for a site that stopped: how", words=REASON_KINDS),
        "reason": maybe("text", "why, in words"),
        "source": SOURCE,
        "recorded_by": maybe("text", "who recorded it"),
    },
)

SUPPORTS = Table(
    "supports",
    "What the programme gives sites",
    key=("site", "kind", "since", "by"),
    columns={
        "site": maybe("text", "the site; empty for all", refers="sites"),
        "kind": need("text", "what is given", examples=("facilitation", "training", "funding", "data")),
        "since": need("day", "the first day"),
        "until": maybe("day", "the first day without it"),
        "amount": maybe("number", "how much"),
        "unit": maybe("text", "of what"),
        "cost": maybe("number", "what it cost, in the programme's currency", least=0),
        "by": maybe("text", "who gives it"),
    },
)
