"""Asked: rounds, answers, entries and the links between them."""

from __future__ import annotations

from takeroot.vocabulary.column import ITS_SITE, maybe, need
from takeroot.vocabulary.table import Table

ROUNDS = Table(
    "rounds",
    "When an instrument was answered",
    key=("round",),
    columns={
        "round": need("text", "a short name"),
        "instrument": need("text", "the instrument"),
        "edition": need("text", "its edition"),
        "subject": need("text", "what it was answered about: the programme, or a site"),
        "kind": maybe("word", "how answers are treated", words=("anonymous", "open")),
        "opens": maybe("day", "the first day"),
        "closes": maybe("day", "the last day"),
        "invited": maybe("count", "how many were asked", unit="people", least=0),
    },
)

ANSWERS = Table(
    "answers",
    "What respondents answered",
    key=("round", "respondent", "question"),
    columns={
        "round": need("text", "the round", refers="rounds"),
        "respondent": need("text", "a code, never a name"),
        "role": maybe("text", "the respondent's role"),
        "question": need("text", "the question"),
        "answer": maybe("text", "the answer"),
        "comment": maybe("text", "what they added"),
    },
)

ENTRIES = Table(
    "entries",
    "What a record or plan says",
    key=("instrument", "edition", "subject", "site", "question", "on"),
    columns={
        "instrument": need("text", "the instrument"),
        "edition": need("text", "its edition"),
        "subject": need("text", "what it is about"),
        "site": ITS_SITE,
        "question": need("text", "the question"),
        "on": need("day", "when it was written"),
        "text": need("text", "what was written"),
        "by": maybe("text", "who wrote it"),
    },
)

LINKS = Table(
    "links",
    "Noted dependences between two questions",
    key=("instrument", "from_question", "to_question", "on"),
    columns={
        "instrument": need("text", "the instrument"),
        "from_question": need("text", "the question that influences"),
        "to_question": need("text", "the question that is influenced"),
        "text": need("text", "how, in words"),
        "on": maybe("day", "when it was noted"),
        "by": maybe("text", "who noted it"),
    },
)
