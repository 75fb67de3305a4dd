"""Every address of the workbench, and who comes how far: one table, read by ``test_access.py``.

A *door* says for GET and for POST what it takes to come in: a leave of ``May`` (a member with it comes in, one without
it is told so, and for everybody else there is no such place); ``people`` for whoever is signed in; ``anybody``;
``house`` for who looks after the workbench; ``link`` for who has the link of a site; ``none`` where a method is not
answered at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

#: Whoever the table speaks of. What they are in the programme is said in ``cast``, in test_access.py.
PEOPLE = (
    "stranger",
    "lead",
    "analyst",
    "viewer",
    "evaluator",
    "contributor",  # of Alder
    "elsewhere",  # a contributor of Birch
    "coach",  # of Cedar and Damson
    "partner",  # of Alder
    "expired",  # was a lead
    "foreigner",  # leads another programme
    "gone",  # was a lead, and was deactivated while signed in
    "link",  # has the link of Alder, and no account
    "revoked",  # has a link that was taken back
)
NOT_SIGNED_IN = frozenset({"stranger", "gone", "link", "revoked"})
OUTSIDE = frozenset({"expired", "foreigner"})
#: Who sees which sites; those who are not named here see all, or nothing.
SEES = {
    "contributor": {"Alder"},
    "partner": {"Alder"},
    "elsewhere": {"Birch"},
    "coach": {"Cedar", "Damson"},
    "link": {"Alder"},
}
HAVE = {
    "READ": {"lead", "analyst", "viewer", "evaluator", "contributor", "elsewhere", "coach", "partner"},
    "NARRATIVE": {"lead", "analyst", "evaluator", "coach"},
    "TELL": {"lead", "analyst", "evaluator", "contributor", "elsewhere", "coach", "partner"},
    "RECORD": {"lead", "analyst", "contributor", "elsewhere", "coach"},
    "SHARE": {"lead"},
    "ASK": {"lead", "analyst"},
    "CODE": {"lead", "analyst", "evaluator"},
    "REVIEW": {"lead", "analyst"},
    "IMPORT": {"lead", "analyst"},
    "CHANGE": {"lead"},
    "INVITE": {"lead"},
    "TRAIL": {"lead", "analyst", "evaluator"},
}
#: Those who see Alder.
OF_ALDER = frozenset({"lead", "analyst", "viewer", "evaluator", "contributor", "partner"})
WHOLE = frozenset({"lead", "analyst", "viewer", "evaluator"})

#: Those who read the narrative of the whole programme.
TOLD_ALL = frozenset({"lead", "analyst", "evaluator"})


@dataclass(frozen=True)
class Door:
    """What it takes to come in at an address.

    Parameters
    ----------
    get, post
        A leave, or one of the words above.
    at
        The parts of the address besides the programme: names of things that ``cast`` made.
    seen_by
        For whom what it is about is there; everybody, if not said. For others it does not exist.
    asks
        Whether a form must name something, so that an empty one finds nothing, whoever sends it.
    """

    get: str = "READ"
    post: str = "none"
    at: dict[str, Any] = field(default_factory=dict)
    seen_by: frozenset[str] = frozenset(PEOPLE)
    asks: bool = False


SITE = {"site": "site_id"}
CHART = {"measure": "measure_id", "site": "site_id"}
MEASURE = {"measure": "measure_id"}
ROW = {"table": "stages", "row_id": "stage_id"}
MEMBER = {"pk": "membership_id"}
BATCH = {"batch": "batch_id"}
ASKED = {"instrument": "instrument_id"}
SECRET = {"secret": "secret"}

MATRIX = {
    # address            GET        POST      about                     seen by
    "sign-in": Door("anybody", "anybody"),
    "sign-in-code": Door("anybody", "anybody"),
    "sign-out": Door("none", "anybody"),
    "health": Door("anybody"),
    "privacy": Door("anybody"),
    "invitation": Door("closed", "closed", {"secret": "nonsense"}),
    "reset": Door("closed", "closed", {"secret": "nonsense"}),
    "portfolio": Door("people"),
    "scaling": Door("people"),
    "begin": Door("begins", "begins"),
    "account": Door("people"),
    "account-name": Door("none", "people"),
    "account-password": Door("none", "people"),
    "second-step": Door("people", "people"),
    "second-step-off": Door("none", "people"),
    "recovery-codes": Door("none", "people"),
    "end-sessions": Door("none", "people"),
    "house": Door("house"),
    "house-add": Door("none", "house"),
    "house-person": Door("none", "house", {"pk": "person_id"}),
    "house-reset": Door("none", "house", {"pk": "person_id"}),
    "house-second-step": Door("none", "house", {"pk": "person_id"}),
    "task": Door("its owner", "none", {"number": "task_id"}),
    "cancel-task": Door("none", "its owner", {"number": "task_id"}),
    "task-result": Door("its owner", "none", {"number": "task_id"}),
    # the pages of a programme
    "overview": Door(),
    "spread": Door(),
    "network": Door(),
    "network-make": Door("none", "READ"),
    "forecast": Door(),
    "forecast-make": Door("none", "READ"),
    "scale-up": Door(),
    "coding": Door("CODE"),
    "code-note": Door("CODE", "CODE", {"row_id": "note_id"}),
    "other-work": Door(),
    "sustain": Door(),
    "sustain-rules": Door(),
    "sustain-months": Door(),
    "fidelity": Door(),
    "measures": Door(),
    "measure-icons": Door(),
    "rule-sets": Door(),
    "rule-set-new": Door("CHANGE", "CHANGE"),
    "rule-set": Door("CHANGE", "CHANGE", {"number": "rule_number"}),
    "series": Door("READ", "none", CHART, OF_ALDER),
    "series-together": Door("READ", "none", MEASURE),
    "series-take": Door("none", "READ", CHART, OF_ALDER),
    "series-take-together": Door("none", "READ", MEASURE),
    "series-phases": Door("READ", "CHANGE", CHART, OF_ALDER),
    "series-phases-together": Door("READ", "CHANGE", MEASURE),
    "story": Door(),
    "what-if": Door(seen_by=WHOLE),
    "what-if-ask": Door("REVIEW", "REVIEW", {}, WHOLE, asks=True),
    "what-if-one": Door("READ", "REVIEW", {"what_if": "what_if_id"}, WHOLE, asks=True),
    "what-if-again": Door("none", "REVIEW", {"what_if": "what_if_id"}, WHOLE),
    "what-if-download": Door("none", "READ", {"what_if": "what_if_id"}, WHOLE, asks=True),
    "accounts": Door(seen_by=WHOLE),
    "change": Door(at={"reference": "change_reference"}, seen_by=WHOLE),
    "report": Door(),
    "report-read": Door(),
    "report-download": Door("none", "READ"),
    "search": Door(),
    # instruments
    "assess": Door(),
    "assess-instrument": Door(at=ASKED),
    "assess-form": Door(at=ASKED),
    "assess-workbook": Door(at=ASKED),
    "assess-filled": Door("none", "RECORD", ASKED),
    "own-instruments": Door("CHANGE", "CHANGE"),
    "own-instrument": Door("CHANGE", "CHANGE", {"file": "own_file"}),
    "own-instrument-use": Door("none", "CHANGE"),
    "assess-write": Door("RECORD", "RECORD", ASKED),
    "assess-record": Door("READ", "RECORD", {**ASKED, "on": "record_on"}, TOLD_ALL),
    "assess-compare": Door("READ", "none", ASKED, asks=True),
    "assess-link": Door("none", "RECORD", ASKED, WHOLE),
    "assess-round": Door("READ", "none", {"which": "round_name"}, TOLD_ALL),
    "assess-sheet": Door("READ", "none", {"which": "round_name"}, TOLD_ALL),
    "assess-export": Door("READ", "READ", {"which": "round_name"}, TOLD_ALL),
    # reviews and the trail
    "review": Door("READ", "REVIEW"),
    "meeting": Door("READ", "REVIEW", {"number": "meeting_id"}, frozenset({"lead", "analyst"})),
    "minutes-file": Door("none", "READ", {"number": "meeting_id"}, frozenset({"lead", "analyst"}), asks=True),
    "trail": Door("TRAIL"),
    "trail-export": Door("none", "TRAIL"),
    # rounds
    "rounds": Door(),
    "round-new": Door("ASK", "ASK"),
    "round": Door("READ", "ASK", {"number": "asking_id"}),
    "round-slips": Door("none", "ASK", {"number": "asking_id"}),
    "round-form": Door("READ", "none", {"number": "asking_id"}),
    "round-workbook": Door("READ", "none", {"number": "asking_id"}),
    "round-answer-filled": Door("none", "TELL", {"number": "asking_id", "who": "team"}),
    "round-answer": Door("TELL", "TELL", {"number": "asking_id", "who": "team"}),
    "round-answer-part": Door("TELL", "TELL", {"number": "asking_id", "who": "team", "page": "first_page"}),
    "round-answer-send": Door("TELL", "TELL", {"number": "asking_id", "who": "team"}),
    "round-answer-sent": Door("TELL", "none", {"number": "asking_id", "who": "team"}),
    "answer": Door("closed", "closed", {"secret": "nonsense"}),
    "answer-part": Door("closed", "closed", {"secret": "nonsense", "page": "first_page"}),
    "answer-send": Door("closed", "closed", {"secret": "nonsense"}),
    "answer-sent": Door("closed", "closed", {"secret": "nonsense"}),
    "answer-form": Door("closed", "closed", {"secret": "nonsense"}),
    "answer-workbook": Door("closed", "closed", {"secret": "nonsense"}),
    "answer-filled": Door("closed", "closed", {"secret": "nonsense"}),
    # the record
    "record": Door("READ"),
    "record-row": Door("RECORD", "RECORD", {"table": "stages"}),
    "row": Door("READ", "RECORD", ROW, OF_ALDER),
    "drafts": Door("READ", "READ", asks=True),
    # sites
    "sites": Door(),
    "sites-remind": Door("RECORD"),
    "site": Door("READ", "none", SITE, OF_ALDER),
    "site-ask": Door("none", "TELL", SITE, OF_ALDER),
    "site-answer": Door("none", "TELL", SITE, OF_ALDER, asks=True),
    "site-heard": Door("none", "RECORD", SITE, OF_ALDER),
    "site-links": Door("SHARE", "SHARE", SITE, OF_ALDER),
    "site-link-revoke": Door("none", "SHARE", {**SITE, "link": "link_id"}, OF_ALDER),
    "by-link": Door("link", "none", SECRET),
    "by-link-ask": Door("none", "link", SECRET),
    "by-link-answer": Door("none", "link", SECRET, asks=True),
    "site-sheet": Door("RECORD", "RECORD", SITE, OF_ALDER),
    "site-sheet-file": Door("RECORD", "none", SITE, OF_ALDER),
    "site-sheet-sent": Door("RECORD", "RECORD", {**SITE, "number": "batch_id"}, frozenset()),
    "digest": Door(),
    "by-link-record": Door("link", "none", SECRET),
    "by-link-record-row": Door("link", "link", {**SECRET, "table": "stages"}),
    "by-link-sheet": Door("link", "link", SECRET),
    "by-link-sheet-file": Door("link", "none", SECRET),
    "by-link-sheet-sent": Door("no link", "no link", {**SECRET, "number": "batch_id"}),
    # files in and out, and what the programme says of itself
    "import": Door("IMPORT", "IMPORT"),
    "batch": Door("IMPORT", "none", {"number": "batch_id"}),
    "batch-answer": Door("none", "IMPORT", {"number": "batch_id"}),
    "batch-accept": Door("none", "IMPORT", {"number": "batch_id"}),
    "batch-take-back": Door("none", "IMPORT", {"number": "batch_id"}),
    "batch-drop": Door("none", "IMPORT", {"number": "batch_id"}),
    "batch-rest": Door("IMPORT", "none", {"number": "batch_id", "what": "what"}, asks=True),
    "export": Door("READ", "READ"),
    "about": Door(),
    "choose": Door("READ", "CHANGE"),
    "about-edit": Door("CHANGE", "CHANGE"),
    "rule-new": Door("CHANGE", "CHANGE"),
    "rule": Door("CHANGE", "CHANGE", {"number": "rule_number"}),
    # people
    "people": Door(),
    "invite": Door("INVITE", "INVITE"),
    "give-role": Door("INVITE", "INVITE"),
    "member": Door("INVITE", "INVITE", MEMBER),
    "end-membership": Door("none", "INVITE", MEMBER),
    "revoke-invitation": Door("none", "INVITE", {"pk": "invitation_id"}),
    "sharing": Door("READ", "SHARE", asks=True),
}
