"""Words that teams write under *status*, and the stage each means.

Three sorts: words that mean one stage to everybody, words that mean something else before a site has used the
improvement (a site that *withdrew* before it began declined; afterwards, it stopped), and words that must be asked
about, with what they most likely mean. A word that is in none of them is asked about too.
"""

# ruff: noqa: E501  (a line is one meaning with all its words)

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from takeroot.exchange.tracker.dating import MONTH, NOTHING
from takeroot.exchange.tracker.periods import day_in
from takeroot.vocabulary.stages import Stage

Sure = Literal["sure", "likely", "asked"]
#: Stages by their word.
STAGES: dict[str, Stage] = {stage.value: stage for stage in Stage}


@dataclass(frozen=True)
class Meaning:
    """What a word most likely means.

    Parameters
    ----------
    stage
        The stage; none, where it says nothing.
    before_use
        What it means of a site that has not used the improvement so far, where that differs.
    reason_kind
        How a site stopped, where the word says so.
    sure
        Whether it needs asking.
    why
        Why this is thought.
    """

    stage: Stage | None
    before_use: Stage | None = None
    reason_kind: str | None = None
    sure: Sure = "sure"
    why: str = ""


_EVERYBODY: dict[Stage, str] = {
    Stage.NOT_REACHED: "not started|not yet started|yet to start|not begun|not contacted|not yet contacted|not engaged"
    "|no contact|not approached|not reached|no engagement|not live|not implemented|not yet|to be contacted"
    "|heb ddechrau|heb gysylltu|heb gychwyn|awaiting contact|to contact|not in scope yet|not adopted|no activity|to do|todo|outstanding|not commenced",
    Stage.EXPLORING: "exploring|interested|wedi cysylltu|mewn trafodaeth|archwilio|expressed interest|expression of interest|eoi|eoi received|considering"
    "|contacted|initial contact|initial contact made|first contact|contact made|in discussion|in discussions|discussions"
    "|discussing|engaged|engaging|early engagement|in conversation|scoping|approached|introduced|under consideration"
    "|awaiting decision|deciding|under review by site|aware|demo booked|demo given|met|meeting booked|meeting arranged",
    Stage.DECLINED: "declined|gwrthod|wedi gwrthod|gwrthododd|said no|not interested|opted out|opt out|refused|not participating|declined to participate"
    "|not taking part|no thanks|rejected|decided against|not proceeding|not going ahead|will not adopt|not adopting",
    Stage.PREPARING: "preparing|paratoi|yn paratoi|hyfforddiant|hyfforddi|cynllunio|ar y gweill|in preparation|preparation|getting ready|in progress|underway|under way|planning"
    "|planned|in planning|being planned|agreed|signed up|committed|confirmed|training|training booked|training planned"
    "|training scheduled|in training|training in progress|training complete|training completed|trained|set up|setting up"
    "|setup|in set up|onboarding|installing|installation|implementing|implementation|being implemented"
    "|implementation in progress|started implementation|mobilising|mobilisation|mobilizing|ready|ready to start"
    "|ready to go live|ready to go|ready for go live|booked|scheduled|go live planned|go live booked|go live date set"
    "|date set|date agreed|configuring|configuration|testing|awaiting go live|contract signed|contracted|mou signed|approved|accepted|wip"
    "|work in progress|rolling out|starting soon|about to start|pre implementation|pre live|kick off|kickoff|kicked off",
    Stage.USING: "live|byw|yn fyw|ar waith|yn defnyddio|gone live|went live|now live|is live|go live|using|in use|used|active|rolled out|roll out complete"
    "|implemented|fully implemented|implementation complete|operational|adopted|launched|up and running|running|deployed"
    "|piloting|pilot|in pilot|pilot live|pilot underway|pilot running|trialling|trial|partially live|part live"
    "|partially implemented|delivering|in operation|started using|commenced|restarted|resumed|re started"
    "|live with issues|live partial|fully live|scaling",
    Stage.EMBEDDED: "embedded|wedi ymwreiddio|ymwreiddio|bau|business as usual|fully embedded|embedded bau|live bau|normal practice|routine"
    "|routine practice|standard practice|mainstreamed|mainstream|now bau|normal work|usual practice|sustained in practice",
    Stage.PAUSED: "paused|oedi|wedi oedi|suspended|temporarily stopped|temporarily paused|interrupted|temporarily suspended"
    "|paused by site|currently paused|service paused",
    Stage.STOPPED: "stopped|wedi stopio|stopiwyd|wedi dod i ben|discontinued|ceased|decommissioned|no longer using|not using any more|stopped using|ended"
    "|terminated|abandoned|switched off|de implemented|no longer in use|dropped|lapsed",
    Stage.UNKNOWN: "unknown|anhysbys|not known|status unknown|lost contact|lost to follow up|no response|no reply|unclear"
    "|not reported|no update|no data",
}
_REASONS = {"lapsed": "lapsed", "decommissioned": "decided", "terminated": "decided"}

_BEFORE_USE: dict[str, tuple[Stage, Stage]] = {
    **dict.fromkeys(
        "on hold|hold|held|parked|delayed|postponed|deferred|stalled|on pause".split("|"),
        (Stage.PAUSED, Stage.PREPARING),
    ),
    **dict.fromkeys(
        "withdrawn|withdrew|pulled out|dropped out|left programme|left the programme|opted out later|cancelled|canceled".split(
            "|"
        ),
        (Stage.STOPPED, Stage.DECLINED),
    ),
}

#: Words that mean different things to different teams, and the first thing to offer.
_OFTEN: dict[str, Stage | None] = {
    **dict.fromkeys("done|complete|completed|finished|achieved|y|yes|x|on track".split("|"), Stage.USING),
    **dict.fromkeys("sustaining|sustained|maintenance|maintained|business as usual soon".split("|"), Stage.EMBEDDED),
    **dict.fromkeys("closed|exit|exited|replaced|superseded|removed".split("|"), Stage.STOPPED),
    **dict.fromkeys("started|begun|open|phase 1|phase 2|phase 3|partial|partially".split("|"), Stage.USING),
    **dict.fromkeys("green|amber|red|g|a|r|blue|yellow|grey|rag".split("|"), None),
    **dict.fromkeys("no|off track|at risk|escalated|behind|delay".split("|"), None),
    **dict.fromkeys("pending|awaiting|waiting|queued|next|upcoming|expected".split("|"), Stage.PREPARING),
}
_SAYS_NOTHING = NOTHING - {"no", "n", "pending", "awaiting", "not yet", "unknown", "not known", "ongoing"}

_PATTERNS: tuple[tuple[str, Stage], ...] = (
    (r"^(due|about|going|expected|hope|hoping|aim|aiming) to\b", Stage.PREPARING),
    (r"^(yes|y)\b", Stage.USING),
    (r"\b(closed|withdr|pulled out|dropped out)", Stage.STOPPED),
    (r"\b(not|yet to|to be)\b.*\b(start|begin|contact|engage|reach)", Stage.NOT_REACHED),
    (r"\b(declin|opt(ed)? out|refus|not interested)", Stage.DECLINED),
    (r"\b(bau|business as usual|embedded|routine)\b", Stage.EMBEDDED),
    (r"\b(pause|on hold|suspend|stall)", Stage.PAUSED),
    (r"\b(stopp|discontinu|ceas|decommission|no longer)", Stage.STOPPED),
    (r"\b(train|plan|prepar|progress|book|schedul|set ?up|install|onboard|mobilis)", Stage.PREPARING),
    (r"\b(live|implement|roll(ed)? ?out|launch|deploy|using|in use|adopt|pilot|operational|active)", Stage.USING),
    (r"\b(interest|contact|discuss|explor|scop|engag|meet)", Stage.EXPLORING),
)

#: How a name that is struck through is asked about, as if it were a word.
STRUCK = "struck through"

#: What stands for yes and for no in a column that is about one stage.
YES = frozenset(
    "y|yes|true|x|✓|✔|✅|☑|√|done|complete|completed|1|tick|ticked|achieved|finished|ü|live|yes ✓|signed".split("|")
)
NO = frozenset(
    "n|no|false|0|✗|✘|❌|❎|×|☐|not yet|not started|not done|incomplete|outstanding|in progress|pending|to do".split(
        "|"
    )
)

#: Where the word of a status may end: a dash, a bracket, a day.
_CUT = re.compile(
    r"\s[-–—]+\s|\s*[:;,(]\s*|\s+(?:(?:from|since|in|on|as of|until|due to|because of)\s+)(?=\S)"
    r"|\s+(?=\d{1,2}[/.\-]\d|\d{1,2}(?:st|nd|rd|th)?\s+[a-z]{3}|(?:19|20)\d\d|(?:" + MONTH + r")\b)",
    re.IGNORECASE,
)

_KNOWN: dict[str, Stage] = {word: stage for stage, words in _EVERYBODY.items() for word in words.split("|")}


@lru_cache(65_536)
def plain(word: str) -> str:
    """A word as it is looked up: small, without numbers before it and marks around it.

    Examples
    --------
    >>> plain("3. Gone-Live!"), plain("N/A")
    ('gone live', 'n/a')
    """
    text = " ".join(word.casefold().replace("’", "'").split())
    if text in NOTHING or not re.search(r"[a-z]", text):
        return text
    text = re.sub(r"^(?:stage|step|phase|status)?\s*\(?\d{1,2}[a-z]?\s*[.):\-–]\s*(?=[a-z])", "", text)
    text = re.sub(r"^(?:red|amber|green|blue|gr[ae]y|yellow|rag)\s*[-–—:/(]\s*(?=[a-z])", "", text)
    text = re.sub(r"^[a-z]\s*[.):]\s+(?=[a-z])", "", text)
    text = re.sub(r"[_\-–—¹²³]+", " ", text.replace("&", " and ") if len(text) > 4 else text)
    doubt = " ?" if text.endswith("?") else ""
    return (" ".join(re.sub(r"[^\w\s/&+']", " ", text).split()) or text) + doubt


@lru_cache(65_536)
def parted(text: str) -> tuple[str, str]:
    """A status as the word to look up, and what is written beside it where the first part alone is known.

    Examples
    --------
    >>> parted("Stopped Mar 24 - staffing"), parted("Live (partial)"), parted("Byw / Live")
    (('stopped', 'Mar 24 - staffing'), ('live partial', ''), ('byw', ''))
    """
    said = plain(text)
    if len(said) > 200 or _said(said) is not None or said in _OFTEN or said.endswith(" ?"):
        return said, ""
    sides = [plain(side) for side in text.split("/")]
    known = {_said(side) for side in sides if _said(side) is not None}
    if len(sides) > 1 and len(known) == 1:
        return next(side for side in sides if _said(side) is not None), ""
    for cut in _CUT.finditer(text):
        head, rest = plain(text[: cut.start()]), text[cut.end() :].strip(" -–—:;,.()")
        if not rest or (_said(head) is None and not (head in YES and day_in(rest, "day-first"))):
            continue
        against = {stage for pattern, stage in _PATTERNS if re.search(pattern, plain(rest))}
        return (head, rest) if against <= {_said(head) or Stage.USING} else (said, "")
    return said, ""


def _said(word: str) -> Stage | None:
    """The stage of a word that means one to everybody."""
    return _KNOWN.get(word) or (_BEFORE_USE[word][0] if word in _BEFORE_USE else None)


def of_word(word: str) -> Meaning:
    """What a word under a status most likely means.

    Examples
    --------
    >>> of_word("Gone live").stage, of_word("Withdrawn").before_use
    (<Stage.USING: 'using'>, <Stage.DECLINED: 'declined'>)
    >>> of_word("Purple").sure
    'asked'
    """
    said = plain(word)
    if said == STRUCK:
        why = "names are mostly struck through where a site has left"
        return Meaning(Stage.STOPPED, Stage.DECLINED, None, "asked", why)
    if said in _SAYS_NOTHING:
        return Meaning(None, why="it says that nothing is known yet, or that it does not apply")
    if said in _KNOWN:
        return Meaning(_KNOWN[said], None, _REASONS.get(said), "sure", "people mean this by it")
    if said in _BEFORE_USE:
        stage, before = _BEFORE_USE[said]
        why = f"{before.label}, where nothing shows that the site used it before"
        return Meaning(stage, before, None, "sure", why)
    if said in _OFTEN:
        return Meaning(_OFTEN[said], None, None, "asked", "teams mean different things by it")
    if said in NO:
        why = "it says no: not used so far, or not any more"
        return Meaning(Stage.PAUSED, Stage.NOT_REACHED, None, "asked", why)
    if said in YES:
        return Meaning(
            Stage.USING,
            None,
            None,
            "asked",
            "it says yes, and under a status most teams mean by it that a site is live",
        )
    if said.endswith(" ?"):
        sure = of_word(said[:-2])
        return Meaning(sure.stage, sure.before_use, None, "asked", "somebody wrote a question mark behind it")
    if said.startswith(("n/a ", "na ", "not applicable")):
        return Meaning(None, None, None, "asked", "teams mean different things by it")
    for pattern, stage in _PATTERNS:
        if re.search(pattern, said):
            return Meaning(stage, None, None, "asked", "it sounds like this")
    return Meaning(None, None, None, "asked", "no stage is known by this word")
