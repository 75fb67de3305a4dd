"""Every kind of entry, declared. Here: what happens at sites and around them, and what people say of it."""

from __future__ import annotations

from takeroot.web.forms.entry import Ask, Entry
from takeroot.web.forms.planning import OF_THE_PROGRAMME, REVIEWED
from takeroot.web.forms.scaling import OF_CODING, OF_SCALE_UP
from takeroot.web.forms.words import HAPPENED, PRECISION, REFERENCES, STAGES, STOPPED, YES_NO_UNKNOWN
from takeroot.web.roles import May

_OFTEN = (
    Entry(
        "stages",
        "A change of stage",
        "A site began, paused, stopped or came back; or is as it was, which confirms it.",
        May.RECORD,
        first=("site", "stage", "on", "reason_kind", "reason"),
        more=("precision", "on_before", "decided_by", "how_known", "extent", "extent_of", "source"),
        signed="recorded_by",
        often=True,
        asks={
            "stage": Ask("Where it stands", words=STAGES, cards=True),
            "on": Ask("From which day", preset="today", happened=True),
            "reason_kind": Ask("How it stopped", words=STOPPED, cards=True, only=("stage", "stopped")),
            "reason": Ask("Why, in words", long=True, help="What led to it. Stopping can be right."),
            "precision": Ask("How exactly the day is known", words=PRECISION),
            "on_before": Ask(
                "Or at the latest before", help="Where only a span is known: the day before which it was."
            ),
            "how_known": Ask(
                "How it is known",
                words={"reported": "Somebody told us", "observed": "Somebody saw it", "derived": "Worked out"},
            ),
            "extent": Ask("How far within the site", help="As a share, such as 40%. Leave it empty if not known."),
            "extent_of": Ask("That is a share of"),
        },
    ),
    Entry(
        "values",
        "A measured value",
        "What was counted or timed at a site in a month.",
        May.RECORD,
        first=("measure", "site", "on", "value", "numerator", "denominator"),
        often=True,
        asks={
            "on": Ask("Month", happened=True),
            "value": Ask("Value"),
            "numerator": Ask("How many (numerator)"),
            "denominator": Ask("Out of how many (denominator)"),
        },
    ),
    Entry(
        "adaptations",
        "An adaptation",
        "Something about the improvement, or the way of supporting it, was changed. Four fields now; the rest can be "
        "completed later.",
        May.RECORD,
        first=("site", "on", "what", "reasons"),
        more=(
            "component",
            "concerns",
            "nature",
            "planned",
            "decided_by",
            "level",
            "phase",
            "core_relation",
            "function_kept",
            "goals",
            "effects_intended",
            "effects_unintended",
            "until",
            "source",
            "visibility",
        ),
        released=True,
        often=True,
        asks={
            "on": Ask("Since which day", preset="today"),
            "what": Ask("What was changed", long=True),
            "reasons": Ask("Why it was needed", long=True),
            "concerns": Ask(
                "What it concerns",
                words={"improvement": "The improvement itself", "way of supporting it": "The way of supporting it"},
            ),
            "nature": Ask("The kind of change"),
            "planned": Ask(
                "Whether it was planned",
                words={
                    "planned": "Planned beforehand",
                    "planned reactive": "Planned, in answer to something",
                    "unplanned": "Not planned",
                },
            ),
            "level": Ask("For whom"),
            "phase": Ask("When in the work"),
            "core_relation": Ask(
                "Does it keep what is held to be core",
                words={"consistent": "Keeps it", "inconsistent": "Does not keep it", "unknown": "Not known"},
            ),
            "function_kept": Ask("Does it still do what it is for", words=YES_NO_UNKNOWN),
            "goals": Ask("What it was to achieve", long=True),
            "effects_intended": Ask("Effects that were meant", long=True),
            "effects_unintended": Ask("Effects that were not meant", long=True),
        },
    ),
    Entry(
        "notes",
        "A note",
        "Something that was said, seen or read, in the words of whoever it comes from.",
        May.TELL,
        first=("site", "title", "text", "on"),
        more=("source_kind", "voice", "stance", "confidence", "about", "visibility"),
        released=True,
        often=True,
        asks={
            "on": HAPPENED,
            "text": Ask("The note", long=True, help="Speak of roles, not of names, and of no patient."),
            "source_kind": Ask("Where it comes from"),
            "voice": Ask("Whose voice", help="By role, such as a carer or a night nurse; never a name."),
            "stance": Ask("How it speaks of the improvement"),
            "about": Ask("What it is about", help=REFERENCES),
        },
    ),
    Entry(
        "experiments",
        "An experiment",
        "A small test of change: what was to be learned, what was expected, and what happened.",
        May.RECORD,
        first=("site", "question", "prediction", "since"),
        more=("until", "what_happened", "decision", "why"),
        often=True,
        asks={
            "question": Ask("What is to be learned", long=True),
            "prediction": Ask("What you expect", long=True),
            "since": Ask("First day", preset="today"),
            "until": Ask("Last day", help="Leave it empty while it runs."),
            "what_happened": Ask("What happened", long=True),
            "decision": Ask(
                "What was decided", words={"adopt": "Adopt it", "adapt": "Adapt it", "abandon": "Abandon it"}
            ),
        },
    ),
)

_AT_SITES = (
    Entry(
        "deliveries",
        "What was delivered",
        "How much of a part of the improvement was delivered at a site, and in which form.",
        May.RECORD,
        first=("site", "component", "on", "delivered"),
        more=("dimension", "form_here", "function_kept", "source"),
        asks={
            "on": Ask("Month, or day", help="A month such as 2026-03, or a day.", happened=True, preset="today"),
            "delivered": Ask("How much", help="A share such as 80%, or: always, often, sometimes, never."),
            "dimension": Ask("Which side of it"),
            "form_here": Ask("The form it takes here", long=True),
            "function_kept": Ask("Does it still do what it is for", words=YES_NO_UNKNOWN),
        },
    ),
    Entry(
        "conditions",
        "A condition",
        "Something around a site or the programme that enables it, limits it, or both.",
        May.RECORD,
        first=("site", "text", "kind", "works"),
        more=("according_to", "since", "until", "source"),
        asks={"text": Ask("The condition", long=True), "kind": Ask("Kind")},
    ),
    Entry(
        "events",
        "An event",
        "Something that happened around it: a policy, a change of staff, an emergency, a new technology.",
        May.RECORD,
        first=("title", "kind", "on", "site"),
        more=("region", "until", "note", "source"),
        asks={
            "title": Ask("What happened, in a few words"),
            "kind": Ask("Kind"),
            "until": Ask("Until", help="The first day on which it was over."),
            "note": Ask("More about it", long=True),
        },
    ),
    Entry(
        "supports",
        "Support",
        "What the programme gives a site, or every site: facilitation, training, funding, data.",
        May.RECORD,
        first=("site", "kind", "since", "by"),
        more=("until", "amount", "unit", "cost"),
        asks={
            "kind": Ask("What is given"),
            "since": Ask("From which day", preset="today"),
            "by": Ask("Who gives it"),
            "amount": Ask("How much"),
            "unit": Ask("Of what", help="Such as days or visits."),
            "cost": Ask("What it cost"),
        },
    ),
    Entry(
        "other_work",
        "Other work",
        "Another improvement at a site, which competes with this one, reinforces it, or does neither.",
        May.RECORD,
        first=("site", "name", "relation", "since"),
        more=("how", "hours_a_month", "until", "according_to"),
        asks={
            "name": Ask("What it is called"),
            "relation": Ask("What it does to this improvement"),
            "how": Ask("How it does that", long=True),
            "hours_a_month": Ask("Hours a month", help="What it takes of staff time there, as far as anybody can say."),
        },
    ),
)

_TOLD = (
    Entry(
        "explanations",
        "A reason for a change",
        "Why something changed, according to you, with what speaks for it and against it.",
        May.TELL,
        first=("change", "reason", "speaks_for", "speaks_against"),
        more=("confidence", "dissent", "on", "visibility"),
        signed="by",
        released=True,
        asks={
            "change": Ask("What changed", help=REFERENCES),
            "reason": Ask("The reason you offer", long=True),
            "speaks_for": Ask("What speaks for it", help=REFERENCES),
            "speaks_against": Ask("What speaks against it", help=REFERENCES),
            "dissent": Ask("Who sees it otherwise, and how", long=True),
        },
    ),
    Entry(
        "accounts",
        "An account",
        "A written answer, signed by you, that cites the record. Accounts that differ stand side by side.",
        May.TELL,
        first=("question", "text"),
        more=("on", "stands_beside"),
        signed="by",
        asks={
            "question": Ask("What it answers", preset="what changed and why"),
            "text": Ask(
                "The account",
                long=True,
                needed=True,
                help="Plain words will do. To cite a row of the record, put the reference that its page shows in "
                "square brackets, such as [stages:1a2b3c4d5e6f7]: it is checked to be there.",
            ),
            "on": HAPPENED,
            "stands_beside": Ask("Accounts it disagrees with", help=REFERENCES),
        },
    ),
    Entry(
        "core_claims",
        "A claim of what is core",
        "That a part of the improvement is core, or is not, according to somebody. It may be disputed.",
        May.TELL,
        first=("component", "core", "according_to", "reason"),
        more=("site", "on", "evidence"),
        asks={
            "core": Ask("Is it core", cards=True),
            "according_to": Ask("Whose claim this is"),
            "evidence": Ask("The evidence given", long=True),
        },
    ),
)

#: The kinds of entry, under the heads by which they are chosen.
GROUPS: dict[str, tuple[Entry, ...]] = {
    "Logged most": _OFTEN,
    "At a site, or around it": _AT_SITES,
    "Of scale-up, and of stopping": OF_SCALE_UP,
    "In your words": (*_TOLD, OF_CODING),
    "From a review": REVIEWED,
    "Of the programme": OF_THE_PROGRAMME,
}

#: Every kind of entry, by its table.
ENTRIES: dict[str, Entry] = {entry.table: entry for entries in GROUPS.values() for entry in entries}
