"""Why: notes, explanations, accounts, and what people decided and did."""

from __future__ import annotations

from takeroot.vocabulary.column import ITS_SITE, VISIBILITY, maybe, need
from takeroot.vocabulary.table import Table
from takeroot.vocabulary.tables.context import LEVELS

CONFIDENCE = ("low", "moderate", "high")

NOTES = Table(
    "notes",
    "Dated narrative evidence, with its source and its voice",
    columns={
        "on": need("day", "the day"),
        "title": need("text", "in a few words"),
        "text": maybe("text", "the note"),
        "site": ITS_SITE,
        "source_kind": maybe(
            "word",
            "where it comes from",
            words=("interview", "observation", "meeting", "visit", "document", "data"),
        ),
        "voice": maybe("text", "whose voice, by role"),
        "stance": maybe("word", "how it speaks of the improvement", words=("for", "against", "mixed", "neutral")),
        "confidence": maybe("word", "how sure", words=CONFIDENCE),
        "about": maybe("references", "what it is about, as references"),
        "visibility": VISIBILITY,
    },
)

CONSTRUCTS = Table(
    "constructs",
    "The programme's own list of what notes are coded to",
    key=("construct",),
    columns={
        "construct": need("text", "what it is called"),
        "says": maybe("text", "when a passage is coded to it, and when it is not"),
        "example": maybe("text", "a passage that is"),
        "since": maybe("day", "the first day"),
        "until": maybe("day", "the first day on which it was no longer used"),
    },
)

CODINGS = Table(
    "codings",
    "Passages of notes, coded to a construct",
    key=("note", "construct", "start", "end", "coder"),
    columns={
        "note": need("references", "the note, as a reference"),
        "construct": need("text", "the construct"),
        "start": maybe("count", "the first character, from 0", least=0),
        "end": maybe("count", "the character after the last", least=0),
        "coder": maybe("text", "who coded it"),
        "passage": maybe("text", "the words that were coded, as they stood"),
        "version": maybe("count", "the version of the note that was read; later ones do not move it", least=1),
        "on": maybe("day", "when it was coded"),
    },
)

EXPLANATIONS = Table(
    "explanations",
    "Why something changed, according to somebody, with what speaks for and against",
    key=("change", "reason", "by"),
    columns={
        "change": need("references", "the change, as a reference"),
        "reason": need("text", "the reason offered"),
        "speaks_for": maybe("references", "evidence for it, as references"),
        "speaks_against": maybe("references", "evidence against it, as references"),
        "confidence": maybe("word", "how sure", words=CONFIDENCE),
        "dissent": maybe("text", "who sees it otherwise, and how"),
        "by": maybe("text", "who says so, by role or name"),
        "on": maybe("day", "when it was written"),
        "visibility": VISIBILITY,
    },
)

ACCOUNTS = Table(
    "accounts",
    "Written answers by people, signed, in versions, citing the record as [table:id]",
    key=("question", "on", "by", "version"),
    columns={
        "question": need("word", "what it answers", words=("as planned", "what changed and why", "other")),
        "on": need("day", "when it was written"),
        "by": need("text", "who wrote it"),
        "text": maybe("text", "the account, with references in square brackets"),
        "version": maybe("count", "the version; later ones do not erase earlier ones", least=1),
        "stands_beside": maybe("references", "the accounts it disagrees with, as references"),
    },
)

ACTIONS = Table(
    "actions",
    "What somebody will do",
    key=("title", "site", "owner", "due"),
    columns={
        "title": need("text", "what is to be done"),
        "strand": maybe("word", "which part of scale-up", words=("structure", "strategy", "support", "context")),
        "milestone_of": maybe("text", "the larger action that it is a milestone of, by its title"),
        "level": maybe("word", "at which level", words=LEVELS),
        "site": ITS_SITE,
        "region": maybe("text", "the region; empty, with site, for all"),
        "owner": maybe("text", "who will do it"),
        "due": maybe("day", "by when"),
        "done": maybe("day", "when it was done"),
        "status": maybe("word", "where it stands", words=("open", "done", "dropped")),
    },
)

EXPERIMENTS = Table(
    "experiments",
    "Small tests of change (PDSA)",
    key=("question", "site", "since"),
    columns={
        "question": need("text", "what was to be learned"),
        "prediction": maybe("text", "what was expected"),
        "site": ITS_SITE,
        "since": maybe("day", "the first day"),
        "until": maybe("day", "the last day"),
        "what_happened": maybe("text", "what happened"),
        "decision": maybe("word", "what was decided", words=("adopt", "adapt", "abandon")),
        "why": maybe("text", "why"),
    },
)

DECISIONS = Table(
    "decisions",
    "What was decided, why, by whom, and who disagreed",
    key=("on", "what", "why", "by"),
    columns={
        "on": need("day", "the day"),
        "what": need(
            "word",
            "what was decided",
            words=(
                "start",
                "wait",
                "continue",
                "adapt",
                "pause",
                "keep local",
                "spread no further",
                "scale back",
                "stop",
                "replace",
            ),
        ),
        "site": ITS_SITE,
        "why": maybe("text", "why"),
        "by": maybe("text", "who decided"),
        "dissent": maybe("text", "who disagreed, and why"),
    },
)

WHAT_IFS = Table(
    "what_ifs",
    "What-ifs: what was asked, what was expected beforehand, what came of it, and what was decided",
    key=("on", "question", "choices"),
    columns={
        "on": need("day", "the day it was asked"),
        "question": need("text", "what is to be decided"),
        "expects": maybe("text", "what was expected, before it was run"),
        "choices": need("text", "the choices that are compared, as a file of choices"),
        "by": maybe("text", "who asked"),
        "result": maybe("text", "what came of it, in words"),
        "decision": maybe("text", "what was decided"),
        "why": maybe("text", "why"),
        "decided_on": maybe("day", "the day of the decision"),
        "decided_by": maybe("text", "who decided"),
    },
)
