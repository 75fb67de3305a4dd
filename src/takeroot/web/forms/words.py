"""What columns are called when they are asked for: the same word wherever the same thing is meant."""

from __future__ import annotations

from collections.abc import Mapping

from takeroot.vocabulary.stages import REASON_KINDS, Stage
from takeroot.web.forms.entry import Ask

#: Columns that several tables have.
ASKS: Mapping[str, Ask] = {
    "site": Ask("Site"),
    "on": Ask("Day", preset="today"),
    "since": Ask("Since", help="The first day, if it is known."),
    "until": Ask("Until", help="The first day on which it no longer held. Leave it empty while it goes on."),
    "source": Ask("Where this is known from", help="A meeting, a report, a spreadsheet; leave it empty if you saw it."),
    "component": Ask("Part of the improvement"),
    "measure": Ask("Measure"),
    "according_to": Ask("Whose view this is", help="A role or a group, such as night staff."),
    "decided_by": Ask("Who decided", help="By role, such as the ward manager, or a group."),
    "works": Ask("Which way it works"),
    "reason": Ask("Why, in words", long=True),
    "why": Ask("Why", long=True),
    "text": Ask("In words", long=True),
    "title": Ask("In a few words"),
    "region": Ask("Region"),
    "confidence": Ask("How sure"),
    "name": Ask("Name", help="The name people use."),
    "visibility": Ask(
        "Who may see it",
        preset="programme",
        words={
            "site": "Those at the site, and those who read notes",
            "programme": "Everybody in the programme who reads notes",
            "all": "Everybody who reads the programme, and the sites it is shared with",
        },
    ),
}

#: Stages as people choose them: what goes on most comes first.
STAGES = {
    stage.value: f"{stage.label.capitalize()}: {stage.meaning}"
    for stage in (
        Stage.USING,
        Stage.EMBEDDED,
        Stage.PREPARING,
        Stage.EXPLORING,
        Stage.PAUSED,
        Stage.STOPPED,
        Stage.DECLINED,
        Stage.UNKNOWN,
        Stage.NOT_REACHED,
    )
}

#: How a site stopped.
STOPPED = dict(
    zip(
        REASON_KINDS,
        ("Somebody decided to stop", "Something took its place", "It fell out of use, without a decision"),
        strict=True,
    )
)

#: How exactly a day is known.
PRECISION = {
    "day": "On that day",
    "month": "About then: some time in that month",
    "quarter": "About then: some time in that quarter",
    "year": "About then: some time in that year",
}

#: The day of something that has happened.
HAPPENED = Ask("Day", preset="today", happened=True)

REFERENCES = "References such as stages:1a2b3c4d5e6f7, several with ; between them. A row's page says its reference."

YES_NO_UNKNOWN = {"yes": "Yes", "no": "No", "unknown": "Not known"}
