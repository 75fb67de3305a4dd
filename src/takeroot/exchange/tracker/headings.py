"""The headings of trackers: the words that each meaning and each stage is known by.

A heading may fit several meanings; the first in :data:`HEADINGS` whose words it has is tried first.
"""

# ruff: noqa: E501  (a line is one meaning with all its words)

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from takeroot.exchange.tracker.words import Sure
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
    "since",
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
    "since": "the day since when the site stands as its status says",
    "value": "the value of a measure on the day of the row",
    "note": "a note",
    "reason": "why it stopped, paused or declined",
    "kept": "something to keep with the site",
    "ignored": "nothing to take",
}
#: Those that need a stage beside them.
OF_A_STAGE = ("reached", "began", "planned")

PLANNED = re.compile(
    r"\b(plan|planned|planning|expected|target|targeted|due|forecast|scheduled|anticipated|estimated|est|intended|proposed|eta|provisional|projected|revised|rescheduled|rebooked|baseline|original|arfaethedig|disgwyliedig|cynlluniedig|targed)\b"
)
DATE = re.compile(r"\b(date|day|dt|when|month|since|on|dyddiad)\b")
_STAGES: tuple[tuple[str, Stage, Sure], ...] = (
    (r"\b(declin\w*|opted out|opt out|refused)\b", Stage.DECLINED, "sure"),
    (r"\b(withdr\w+|dropped out|pulled out|date left|left date|exit\w*)\b", Stage.STOPPED, "asked"),
    (r"\b(stopp\w*|stop|ceased|discontinued|decommission\w*|terminat\w+|ended)\b", Stage.STOPPED, "sure"),
    (r"\b(end date|date ended|finish\w*)\b", Stage.STOPPED, "asked"),
    (r"\b(paus\w+|on hold|suspend\w*)\b", Stage.PAUSED, "sure"),
    (r"\b(bau|business as usual|embed\w*)\b", Stage.EMBEDDED, "sure"),
    (r"\b(sustain\w*|hand(ed)? ?over)\b", Stage.EMBEDDED, "asked"),
    (
        r"\b(train\w*|hyffordd\w*|paratoi|prepar\w*|kick ?off|kicked off|install\w*|set ?up|onboard\w*|sign\w* up|sign up|mou|contract\w*|agreed|agreement|mobilis\w*|readiness|commit\w*|trg|trng|install)\b",
        Stage.PREPARING,
        "sure",
    ),
    (
        r"\b(first contact\w*|cyswllt cyntaf|contact made|made contact|date contacted|contacted|contact date|date of contact|initial contact|approached|eoi|expression of interest|expressed interest|introduc\w*|intro meeting|enquir\w*|engaged|interested|demo\w*|first meeting|initial meeting)\b",
        Stage.EXPLORING,
        "sure",
    ),
    (
        r"\b(go ?live|yn fyw|byw|lansio|going live|went live|gone live|live|launch\w*|roll ?out|rolled out|implement\w*|adopt\w*|deploy\w*|first use\w*|in use|using|uptake|pilot\w*|commenc\w*|operational)\b",
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
    "|health centre|station|branch|location|setting|community|trusts?|safle(oedd)?|ysbyt(y|ai)|meddygfa|practis|cartref"
)
HEADINGS: tuple[tuple[str, Means, Sure], ...] = (
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
        r"^(site|site name|name of site|ward|ward name|practice|practice name|gp practice|hospital|hospital name|name|home|home name|team|team name|unit|unit name|location|clinic|clinic name|care home|care home name|service|service name|department|facility|school|surgery|pharmacy|place|name of practice|name of hospital|name of ward)$",
        "site",
        "sure",
    ),
    (
        r"^(trust|trust name|organisation|organisation name|organization|org|provider|provider name|health board|employer|parent organisation|nhs trust|pcn|pcn name|network|group|federation|company|bwrdd iechyd|sefydliad)$",
        "organisation",
        "sure",
    ),
    (
        r"^(region|area|locality|icb|ics|stp|county|country|nation|division|geography|cluster|sub region|system|borough|district|place based partnership|ahsn|hin|rhanbarth|ardal)$",
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
        r"^(status|current status|stage|current stage|progress|site status|implementation status|rollout status|roll out status|state|position|adoption status|where are they|overall status|project status|status now|latest status|go live status|status update|current position|stage of implementation|implementation stage|stage reached|statws|sefyllfa|cam)$",
        "status",
        "sure",
    ),
    (
        r"^(reason|reasons|why|reason for stopping|reason stopped|reason for delay|reason for declining|reason for withdrawal|why stopped|barriers?|reason declined|reason for pausing|reason if stopped|reason if declined|stop reason|why not|rheswm|rhesymau)$",
        "reason",
        "sure",
    ),
    (
        r"^(notes?|comments?|remarks?|update|updates|latest update|further information|other information|issues?|narrative|observations|free text|actions?|next steps?|history|additional info\w*|additional comments|feedback|risks?|progress notes?|latest comments?|cmts?|sylwadau|nodiadau)$",
        "note",
        "sure",
    ),
    (
        r"^(status|stage|level|step|phase|progress)( (rag|code|score|no|number|now|today))?( \d{1,2} (to )?\d{1,2})?$"
        r"|^where (are|is) (we|they|it|the site)( now| up to)?$",
        "status",
        "likely",
    ),
    (r"\b(notes?|comments?|narrative|remarks?)\b", "note", "likely"),
    (r"\breasons?\b", "reason", "likely"),
    (
        r"^(contact role|generic email|team email|shared mailbox|team inbox|contact team|contact address)$",
        "contact",
        "sure",
    ),
    (
        r"\b(e ?mail|phone|telephone|mobile|contact name|lead name|project lead|site lead|clinical lead|lead|contact|champion|sponsor|manager|owner|consultant|sro|director|matron|facilitator|gp lead|assigned to|assignee|responsible|(created|modified|updated|completed|edited|entered) by|nhs number|patient name|dob|date of birth)\b",
        "ignored",
        "likely",
    ),
    (r"^by( whom)?$", "ignored", "likely"),
    (r"^(no|s no|sno|row|nr|index|line|#|serial|sr no)$", "ignored", "likely"),
    (r"^(grand |sub |overall )?totals?( to date| ytd)?$|^ytd$", "ignored", "likely"),
    (r"\b(rag|colour|flag)\b", "ignored", "asked"),
    (
        r"^(since|status since|in status since|status date|date of status|stage date|date of stage|date of current (status|stage)|(date )?status changed( on)?|date entered (status|stage)|ers pryd)$",
        "since",
        "sure",
    ),
    (r"^(days|weeks|months|time|no of|number of|duration)\b", "kept", "likely"),
    (
        r"\b(last updated|date updated|updated on|updated|modified|last contact\w*|last reviewed|next review|review date|next contact)\b",
        "ignored",
        "asked",
    ),
    (rf"^(?:[a-z]+ ){{0,2}}(?:{_PLACES})(?: name| title)?$", "site", "likely"),
)
PEOPLE = re.compile(
    r"\b(e ?mail|phone|telephone|mobile|name|lead|contact|champion|sponsor|manager|owner|consultant|sro|director|matron|facilitator|assigned|assignee|responsible|by|nhs number|patient|dob|birth)\b"
)


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
    return any(pattern.startswith("^") and sure == "sure" and re.search(pattern, said) for pattern, _, sure in HEADINGS)


def stage_in(said: str) -> tuple[Stage, Sure] | None:
    """The stage that a heading speaks of."""
    return next(((stage, sure) for pattern, stage, sure in _STAGES if re.search(pattern, said)), None)


def means_of(said: str) -> list[Means]:
    """What a heading may mean, whatever stands below it."""
    return [means for pattern, means, _ in HEADINGS if re.search(pattern, said)]


def is_place(said: str) -> bool:
    """Whether a heading speaks of a place that takes an improvement up."""
    return "site" in means_of(said)
