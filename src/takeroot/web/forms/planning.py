"""Kinds of entry, declared: what a review keeps, and what the programme says of itself."""

from __future__ import annotations

from takeroot.analysis.spc import KINDS
from takeroot.web.forms.entry import Ask, Entry
from takeroot.web.forms.scaling import LEVEL
from takeroot.web.forms.words import HAPPENED
from takeroot.web.roles import May

REVIEWED = (
    Entry(
        "actions",
        "An action",
        "What somebody will do, and by when.",
        May.REVIEW,
        first=("title", "site", "owner", "due"),
        more=("strand", "milestone_of", "level", "region", "status", "done"),
        asks={
            "title": Ask("What is to be done"),
            "owner": Ask("Who will do it", help="By role, if you can."),
            "due": Ask("By when"),
            "strand": Ask("Which part of scale-up"),
            "milestone_of": Ask("A milestone of", help="The larger action that it belongs to, by its title."),
            "level": LEVEL,
            "status": Ask("Where it stands", preset="open"),
            "done": Ask("Done on"),
        },
    ),
    Entry(
        "decisions",
        "A decision",
        "What was decided, why, by whom, and who saw it otherwise.",
        May.REVIEW,
        first=("what", "why", "by", "dissent"),
        more=("on", "site"),
        asks={
            "on": HAPPENED,
            "what": Ask("What was decided"),
            "site": Ask("Where", help="To keep something local, or to spread it no further from there: the site."),
            "by": Ask("Who decided", help="A role or a group."),
            "dissent": Ask("Who disagreed, and why", long=True, help="Disagreement is kept with the decision."),
        },
    ),
)

OF_THE_PROGRAMME = (
    Entry(
        "plans",
        "A plan, or a new version of one",
        "What is intended, by when. A later version stands beside the earlier ones and erases none of them.",
        May.CHANGE,
        first=("what", "name", "value", "due"),
        more=("site", "set_on", "set_by", "why"),
        asks={
            "what": Ask("What is planned", preset="stage"),
            "name": Ask("Which one", help="Which stage (using, where empty), measure, part or support."),
            "value": Ask("How many sites, or which value"),
            "due": Ask("By when"),
            "set_on": Ask("The day this version was made", preset="today"),
            "set_by": Ask("Who set it"),
            "why": Ask("Why, or why it was changed", long=True),
        },
    ),
    Entry(
        "sites",
        "A site",
        "A place that may take the improvement up.",
        May.CHANGE,
        first=("site", "name", "organisation", "region"),
        more=(
            "kind",
            "part_of",
            "wave",
            "planned",
            "eligible",
            "eligible_people",
            "deprivation",
            "opened",
            "closed",
            "size",
            "ods_code",
            "latitude",
            "longitude",
            "contact",
        ),
        asks={
            "site": Ask("Short name or code", help="Short, and like no other in the programme."),
            "organisation": Ask("Organisation"),
            "kind": Ask("What sort of place"),
            "part_of": Ask("Part of"),
            "wave": Ask("Wave", help="The wave or group it was planned in."),
            "planned": Ask("Does the programme mean to reach it"),
            "eligible": Ask("Could it take the improvement up"),
            "contact": Ask("Contact", help="A role or a team's address; no personal data."),
        },
    ),
    Entry(
        "successions",
        "What became of a site",
        "A site merged, split, was renamed or closed.",
        May.CHANGE,
        first=("site", "kind", "successor", "on"),
        asks={
            "kind": Ask("What happened"),
            "successor": Ask("The site that carries on", help="The site itself, if it just closed."),
            "on": Ask("From which day", preset="today"),
        },
    ),
    Entry(
        "ties",
        "A tie between sites",
        "A relation along which influence may travel, from one site to another.",
        May.CHANGE,
        first=("source", "target", "kind"),
        more=("weight", "since", "until"),
        asks={
            "source": Ask("The site that influences"),
            "target": Ask("The site that is influenced"),
            "kind": Ask("Kind of relation"),
        },
    ),
    Entry(
        "measures",
        "A measure",
        "What is measured: its unit, its definition, and which direction is better.",
        May.CHANGE,
        first=("measure", "name", "unit", "improves"),
        more=(
            "kind",
            "definition",
            "definition_version",
            "chart",
            "rules",
            "multiply",
            "least_denominator",
            "owner",
            "source",
            "collected_until",
            "minutes_a_month",
        ),
        asks={
            "measure": Ask("Short name", help="Short, and like no other in the programme."),
            "improves": Ask("Which direction is better"),
            "kind": Ask("What it is for"),
            "definition": Ask("Exactly what is counted", long=True),
            "chart": Ask(
                "Kind of chart",
                help="Single values (xmr), where nobody says.",
                words={kind: f"{kind.replace('_prime', '′')}: {one.says}" for kind, one in KINDS.items()},
            ),
            "rules": Ask("The rule set it is judged by", cards=True, rule_sets=True),
            "least_denominator": Ask(
                "Smallest denominator that is judged",
                help="Values that rest on less are drawn, set no limits and are not judged.",
            ),
        },
    ),
    Entry(
        "phases",
        "A phase of a chart",
        "A baseline, a recalculation, excluded points, a target or a trajectory of a chart, with its reason.",
        May.CHANGE,
        first=("measure", "kind", "on", "reason"),
        more=("site", "until", "value", "evidence", "by"),
        asks={
            "kind": Ask("What begins here"),
            "on": Ask("From which day", preset="today"),
            "until": Ask("Until", help="The last day of a baseline or exclusion."),
            "by": Ask("Who decided"),
            "evidence": Ask("What supports it", long=True),
        },
    ),
    Entry(
        "components",
        "A part of the improvement",
        "One of the things that the improvement is made of, and what it is for.",
        May.CHANGE,
        first=("component", "name", "function", "standardised_by"),
        more=("works_by", "measure", "version", "since", "until"),
        asks={
            "component": Ask("Short name", help="Short, and like no other in the programme."),
            "function": Ask("What it is for", long=True),
            "works_by": Ask("How it is thought to work", long=True),
            "standardised_by": Ask(
                "What is the same everywhere", words={"form": "The form it takes", "function": "What it is for"}
            ),
            "measure": Ask("The measure that would show it"),
        },
    ),
    Entry(
        "anchors",
        "An anchor",
        "How the change becomes institutional: a policy, a budget line, a guideline, a job description.",
        May.RECORD,
        first=("what", "title", "level", "on"),
        more=("site", "region", "until", "source"),
        asks={"what": Ask("Kind"), "title": Ask("What it is called"), "level": Ask("At which level")},
    ),
    Entry(
        "findings",
        "A finding",
        "A published or local result, with its interval and where it is reported.",
        May.RECORD,
        first=("title", "estimate", "unit", "source"),
        more=("lower", "upper", "on", "design", "population", "analysed"),
        asks={"on": Ask("Day"), "source": Ask("Where it is reported")},
    ),
)
