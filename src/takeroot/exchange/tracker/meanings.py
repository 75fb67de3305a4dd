"""What a column means, by its heading and by what stands in it.

A heading may fit several meanings; the first in :data:`_HEADINGS` whose words it has is taken. What stands in the column
must bear it out: a heading that speaks of going live means a day over days, and a stage reached over ticks.
"""

# ruff: noqa: E501  (a line is one meaning with all its words)

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from typing import Literal

from takeroot.exchange.tracker.dating import NOTHING, Span, month_of_heading, when
from takeroot.exchange.tracker.sheets import Value, shown
from takeroot.exchange.tracker.words import NO, YES, Sure, of_word, parted, plain
from takeroot.vocabulary.stages import Stage

Means = Literal[
    "site",
    "code",
    "ods_code",
    "organisation",
    "region",
    "wave",
    "kind",
    "size",
    "eligible_people",
    "eligible",
    "part_of",
    "contact",
    "status",
    "reached",
    "began",
    "planned",
    "status in month",
    "value in month",
    "as at",
    "value",
    "note",
    "reason",
    "kept",
    "ignored",
    "asked",
]

#: What each meaning is called where a person is asked.
SAID: dict[str, str] = {
    "site": "the site's name",
    "code": "the site's code",
    "ods_code": "the site's ODS code",
    "organisation": "the organisation it belongs to",
    "region": "the region it belongs to",
    "wave": "the wave it was planned in",
    "kind": "what sort of place it is",
    "size": "how big it is",
    "eligible_people": "how many people it is for",
    "eligible": "whether it could take the improvement up",
    "part_of": "the site it is part of",
    "contact": "a role or team address",
    "status": "where the site stands, in words",
    "reached": "whether a stage was reached",
    "began": "the day a stage began",
    "planned": "the day a stage is planned for",
    "status in month": "where the site stood in the month of the heading",
    "value in month": "the value of a measure in the month of the heading",
    "as at": "the day or month the row speaks of; a site has a row for each",
    "value": "the value of a measure on the day of the row",
    "note": "a note",
    "reason": "why it stopped, paused or declined",
    "kept": "something to keep with the site",
    "ignored": "nothing to take",
}
#: Those that need a stage beside them.
OF_A_STAGE = ("reached", "began", "planned")

_PLANNED = re.compile(
    r"\b(plan|planned|planning|expected|target|targeted|due|forecast|scheduled|anticipated|estimated|est|intended|proposed|eta|provisional|projected|revised|rescheduled|rebooked|baseline|original)\b"
)
_DATE = re.compile(r"\b(date|day|dt|when|month|since|on)\b")
_STAGES: tuple[tuple[str, Stage, Sure], ...] = (
    (r"\b(declin\w*|opted out|opt out|refused)\b", Stage.DECLINED, "sure"),
    (r"\b(withdr\w+|dropped out|pulled out|date left|left date|exit\w*)\b", Stage.STOPPED, "asked"),
    (r"\b(stopp\w*|stop|ceased|discontinued|decommission\w*|terminat\w+|ended)\b", Stage.STOPPED, "sure"),
    (r"\b(end date|date ended|finish\w*)\b", Stage.STOPPED, "asked"),
    (r"\b(paus\w+|on hold|suspend\w*)\b", Stage.PAUSED, "sure"),
    (r"\b(bau|business as usual|embed\w*)\b", Stage.EMBEDDED, "sure"),
    (r"\b(sustain\w*|hand(ed)? ?over)\b", Stage.EMBEDDED, "asked"),
    (
        r"\b(train\w*|prepar\w*|kick ?off|kicked off|install\w*|set ?up|onboard\w*|sign\w* up|sign up|mou|contract\w*|agreed|agreement|mobilis\w*|readiness|commit\w*|trg|trng|install)\b",
        Stage.PREPARING,
        "sure",
    ),
    (
        r"\b(first contact\w*|contacted|contact date|date of contact|initial contact|approached|eoi|expression of interest|expressed interest|introduc\w*|intro meeting|enquir\w*|engaged|interested|demo\w*|first meeting|initial meeting)\b",
        Stage.EXPLORING,
        "sure",
    ),
    (
        r"\b(go ?live|going live|went live|gone live|live|launch\w*|roll ?out|rolled out|implement\w*|adopt\w*|deploy\w*|first use\w*|in use|using|uptake|pilot\w*|commenc\w*|operational)\b",
        Stage.USING,
        "sure",
    ),
    (r"\b(actual|planned|plan|expected|target) (start\w*)", Stage.USING, "likely"),
    (r"\b(start\w*|begin|began)\b", Stage.USING, "asked"),
)

#: Words for places that take an improvement up.
_PLACES = (
    "sites?|wards?|practices?|hospitals?|teams?|units?|clinics?|services?|departments?|facility|facilities|schools?"
    "|surgery|surgeries|pharmacy|pharmacies|village|villages|care homes?|homes?|nursery|nurseries|hub|hospice|centre|center"
    "|health centre|station|branch|location|setting|community"
)
_HEADINGS: tuple[tuple[str, Means, Sure], ...] = (
    (
        r"^(ods|ods code|organisation code|org code|practice code|ocs code|nacs|nacs code|provider code|trust code|national code)$|\bods\b",
        "ods_code",
        "sure",
    ),
    (
        r"^(site code|code|site id|id|ward code|ref|reference|unit code|site ref|site no|site number|hospital code|location code)$",
        "code",
        "sure",
    ),
    (
        r"^(site|site name|name of site|ward|ward name|practice|practice name|gp practice|hospital|hospital name|name|team|team name|unit|unit name|location|clinic|clinic name|care home|care home name|service|service name|department|facility|school|surgery|pharmacy|place|name of practice|name of hospital|name of ward)$",
        "site",
        "sure",
    ),
    (
        r"^(trust|trust name|organisation|organisation name|organization|org|provider|provider name|health board|employer|parent organisation|nhs trust|pcn|pcn name|network|group|federation|company)$",
        "organisation",
        "sure",
    ),
    (
        r"^(region|area|locality|icb|ics|stp|county|country|nation|division|geography|cluster|sub region|system|borough|district|place based partnership|ahsn|hin)$",
        "region",
        "sure",
    ),
    (
        r"^(wave|cohort|tranche|phase|group no|batch|rollout wave|implementation wave|wave no|wave number)$",
        "wave",
        "sure",
    ),
    (
        r"^(type|site type|kind|setting|category|type of site|sector|type of practice|speciality|specialty|care setting)$",
        "kind",
        "sure",
    ),
    (r"^(part of|parent site|belongs to|main site)$", "part_of", "sure"),
    (
        r"^(size|beds|no of beds|number of beds|bed numbers|staff|no of staff|number of staff|wte|list size|capacity|headcount|fte)$",
        "size",
        "sure",
    ),
    (
        r"^(eligible people|eligible patients|eligible population|population|patients|no of patients|number of patients|target population|denominator|eligible cohort)$",
        "eligible_people",
        "sure",
    ),
    (r"^(eligible|eligible site|in scope|in scope y n|eligible y n|is eligible)$", "eligible", "sure"),
    (
        r"^(status|current status|stage|current stage|progress|site status|implementation status|rollout status|roll out status|state|position|adoption status|where are they|overall status|project status|status now|latest status|go live status|status update|current position|stage of implementation|implementation stage|stage reached)$",
        "status",
        "sure",
    ),
    (
        r"^(reason|reasons|why|reason for stopping|reason stopped|reason for delay|reason for declining|reason for withdrawal|why stopped|barriers?|reason declined|reason for pausing|reason if stopped|reason if declined|stop reason)$",
        "reason",
        "sure",
    ),
    (
        r"^(notes?|comments?|remarks?|update|updates|latest update|further information|other information|issues?|narrative|observations|free text|actions?|next steps?|history|additional info\w*|additional comments|feedback|risks?|progress notes?|latest comments?|cmts?|sylwadau|nodiadau)$",
        "note",
        "sure",
    ),
    (r"\b(notes?|comments?|narrative|remarks?)\b", "note", "likely"),
    (r"\breasons?\b", "reason", "likely"),
    (
        r"^(contact role|generic email|team email|shared mailbox|team inbox|contact team|contact address)$",
        "contact",
        "sure",
    ),
    (
        r"\b(e ?mail|phone|telephone|mobile|contact name|lead name|project lead|site lead|clinical lead|lead|contact|champion|sponsor|manager|owner|consultant|sro|director|matron|facilitator|gp lead|nhs number|patient name|dob|date of birth)\b",
        "ignored",
        "likely",
    ),
    (r"^(no|s no|sno|row|nr|index|line|#|serial|sr no)$", "ignored", "likely"),
    (r"^(grand |sub |overall )?totals?( to date| ytd)?$|^ytd$", "ignored", "likely"),
    (r"\b(rag|colour|flag)\b", "ignored", "asked"),
    (r"^(days|weeks|months|time|no of|number of|duration)\b", "kept", "likely"),
    (
        r"\b(last updated|date updated|updated on|updated|modified|last contact\w*|last reviewed|next review|review date|next contact)\b",
        "ignored",
        "asked",
    ),
    (rf"^(?:[a-z]+ ){{0,2}}(?:{_PLACES})(?: name| title)?$", "site", "likely"),
)
_PEOPLE = re.compile(
    r"\b(e ?mail|phone|telephone|mobile|name|lead|contact|champion|sponsor|manager|owner|consultant|sro|director|matron|facilitator|nhs number|patient|dob|birth)\b"
)


@dataclass(frozen=True)
class Guess:
    """What a column most likely means, how sure that is, and why."""

    means: Means
    stage: Stage | None = None
    sure: Sure = "sure"
    why: str = ""
    month: date | None = None


@dataclass(frozen=True)
class Shape:
    """What stands in a column: the shares of its filled cells that are days, numbers, ticks, known words, long text."""

    filled: int
    days: float = 0.0
    numbers: float = 0.0
    ticks: float = 0.0
    statuses: float = 0.0
    distinct: int = 0
    length: float = 0.0
    running: bool = False


@lru_cache(16_384)
def heading(text: str) -> str:
    """A heading as it is compared: small, without marks, one blank between words.

    Examples
    --------
    >>> heading("Go-live  Date (actual)*")
    'go live date actual'
    """
    return " ".join(re.sub(r"[^\w]+", " ", text.casefold().replace("_", " ")).split())


@lru_cache(65_536)
def is_heading(said: str) -> bool:
    """Whether a text is known as a heading, whatever stands below it."""
    return any(
        pattern.startswith("^") and sure == "sure" and re.search(pattern, said) for pattern, _, sure in _HEADINGS
    )


def shape(values: Sequence[Value]) -> Shape:
    """What stands in a column."""
    filled = [value for value in values if value is not None and _says_something(value)]
    if not filled:
        return Shape(0)
    sample = filled if len(filled) <= 400 else filled[:: max(1, len(filled) // 400)]
    n = len(sample)
    texts = [shown(value) for value in sample]
    days = numbers = ticks = statuses = 0
    for value, text in zip(sample, texts, strict=True):
        word = plain(text)
        if isinstance(value, bool) or word in YES or word in NO:
            ticks += 1
        if isinstance(value, int | float) and not isinstance(value, bool):
            numbers += 1
        elif isinstance(value, date) or (isinstance(value, str) and _reads_as_day(value)):
            days += 1
        elif isinstance(value, str) and not isinstance(value, time):
            numbers += bool(re.fullmatch(r"-?\d[\d,]*(\.\d+)?%?", value))
        if isinstance(value, str) and len(value) < 60 and (said := of_word(parted(value)[0])).sure == "sure":
            statuses += said.stage is not None
    length = sum(map(len, texts)) / n
    first = shown(filled[0]).strip(".")
    running = first in ("0", "1") and len(filled) > 1
    running = running and all(shown(value).strip(".") == str(n) for n, value in enumerate(filled, int(first)))
    return Shape(len(filled), days / n, numbers / n, ticks / n, statuses / n, len(set(filled)), length, running)


def _says_something(value: Value) -> bool:
    return not isinstance(value, str) or (value.casefold().strip() not in NOTHING - NO)


def _reads_as_day(text: str) -> bool:
    if re.fullmatch(r"\d+(\.\d+)?", text.strip()):
        return False
    found = when(text, "day-first", "calendar")
    return isinstance(found, Span) or isinstance(when(text, "month-first", "calendar"), Span)


def stage_in(said: str) -> tuple[Stage, Sure] | None:
    """The stage that a heading speaks of."""
    return next(((stage, sure) for pattern, stage, sure in _STAGES if re.search(pattern, said)), None)


def of_column(text: str, value: Value, found: Shape) -> Guess:
    """What a column most likely means.

    Parameters
    ----------
    text
        Its heading, those of several header rows joined.
    value
        What the cell of its heading holds, which may be a day.
    found
        What stands below it.
    """
    said = heading(text)
    if month := month_of_heading(text, value):
        return _in_month(month, found)
    if not said or re.fullmatch(r"column [a-z]{1,3}", said):
        return Guess("asked", None, "asked", "it has no heading")
    stage = stage_in(said)
    for each in dict.fromkeys((said, *map(heading, reversed(text.split("/"))))):
        if (guess := _of_heading(each, stage, found)) is not None:
            return guess
        if each == said and (guess := _of_stage(said, stage, found)) is not None:
            return guess
    return _otherwise(said, found)


def _of_heading(said: str, stage: tuple[Stage, Sure] | None, found: Shape) -> Guess | None:
    """What the words of a heading say, where what stands below bears it out."""
    for pattern, means, sure in _HEADINGS:
        if re.search(pattern, said):
            if means == "status" and found.days > 0.5 and found.filled:
                return None
            if means == "code" and found.running:
                return Guess("ignored", None, "likely", "it only numbers the rows")
            if (
                means == "site"
                and sure == "likely"
                and (stage or found.numbers + found.days > 0.3 or found.length > 60)
            ):
                continue
            if means in ("site", "note") and found.filled and found.days + found.numbers > 0.9:
                return Guess("asked", None, "asked", "its heading and what stands below it do not fit")
            if means == "ignored" and sure == "asked" and found.statuses >= 0.4:
                return Guess("status", None, "likely", "words for stages stand below it")
            if said in ("state", "position") and not found.statuses:
                continue
            if means == "ignored" and stage and found.days > 0.5:
                return None
            personal = means == "ignored" and _PEOPLE.search(said)
            why = "names and addresses of people are best kept out" if personal else "its heading says so"
            return Guess("asked" if sure == "asked" else means, None, sure, why)
    return None


def _in_month(month: date, found: Shape) -> Guess:
    if not found.filled:
        return Guess("status in month", None, "asked", "nothing stands below the month yet", month)
    if found.numbers >= 0.5 and found.numbers > found.statuses:
        return Guess("value in month", None, "likely", "numbers stand below a month", month)
    if found.days > 0.5:
        return Guess("asked", None, "asked", "days stand below a month", month)
    return Guess("status in month", None, "sure", "words stand below a month", month)


def _of_stage(said: str, stage: tuple[Stage, Sure] | None, found: Shape) -> Guess | None:
    if stage is None:
        return None
    which, sure = stage
    dated = found.days + (found.numbers if _DATE.search(said) else 0)
    if _PLANNED.search(said) and (dated > 0.3 or _DATE.search(said) or not found.ticks):
        return Guess("planned", which, sure, "its heading speaks of a plan")
    if dated >= 0.5 or (_DATE.search(said) and (dated > 0 or not found.filled)):
        return Guess("began", which, sure, "its heading speaks of a stage, and days stand below it")
    if found.filled and found.ticks >= 0.6:
        return Guess("reached", which, sure, "its heading speaks of a stage, and yes or no stands below it")
    if found.filled and found.statuses >= 0.6:
        return Guess("status", None, "likely", "words for stages stand below it")
    if not found.filled:
        return Guess("began", which, "asked", "nothing stands below it yet")
    if found.numbers > 0.7:
        return Guess("kept", None, "likely", "numbers stand below it")
    return Guess("asked", which, "asked", "its heading speaks of a stage, and what stands below it is mixed")


def _otherwise(said: str, found: Shape) -> Guess:
    if not found.filled:
        return Guess("ignored", None, "likely", "nothing stands below it")
    if (
        found.statuses >= (0.4 if re.search(r"\b(stage|status|position|progress)\b", said) else 0.6)
        and found.distinct <= 30
    ):
        return Guess("status", None, "likely", "words for stages stand below it")
    if found.days > 0.5:
        return Guess("asked", None, "asked", "days stand below it, and its heading names no stage")
    if found.length > 60:
        return Guess("note", None, "likely", "long text stands below it")
    return Guess("asked", None, "asked", "its heading is not known; it can be kept with the site")


def is_place(said: str) -> bool:
    """Whether a heading speaks of a place that takes an improvement up."""
    return any(means == "site" and re.search(pattern, said) for pattern, means, _ in _HEADINGS)
