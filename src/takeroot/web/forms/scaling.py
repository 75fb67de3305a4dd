"""Kinds of entry, declared: who is accountable, support needed and to be given, what is to be stopped, and codes."""

from __future__ import annotations

from takeroot.web.forms.entry import Ask, Entry
from takeroot.web.roles import May

#: Levels as people choose them.
LEVEL = Ask(
    "At which level",
    words={
        "site": "A site",
        "organisation": "An organisation",
        "region": "A region",
        "system": "The system as a whole",
    },
)

OF_SCALE_UP = (
    Entry(
        "responsibilities",
        "Who is accountable",
        "For what somebody is accountable at a site, in an organisation, in a region or for the system; or that nobody "
        "is yet.",
        May.RECORD,
        first=("what", "level", "site", "held_by"),
        more=("region", "since", "until", "source"),
        asks={
            "what": Ask("Accountable for what", help="Such as: that it goes on after the project ends."),
            "level": LEVEL,
            "held_by": Ask("Who is", help="By role. Leave it empty if nobody is: that is worth knowing too."),
        },
    ),
    Entry(
        "needs",
        "Support that is needed",
        "What a site, or every site, needs to go on, according to somebody. What is given stands apart.",
        May.RECORD,
        first=("site", "kind", "amount", "unit"),
        more=("since", "until", "according_to", "source"),
        asks={
            "kind": Ask("What is needed"),
            "amount": Ask("How much", help="Leave it empty if it can not be said in numbers."),
            "unit": Ask("Of what", help="Such as days a month. Amounts are compared where the unit is the same."),
            "since": Ask("From which day", preset="today"),
            "until": Ask("Until", help="The first day on which it is no longer needed. Leave it empty if not known."),
        },
    ),
    Entry(
        "capacities",
        "Support that can be given",
        "How much facilitation, training or other support there is to give, from when until when.",
        May.CHANGE,
        first=("kind", "amount", "unit", "since"),
        more=("region", "until", "by", "source"),
        asks={
            "kind": Ask("What can be given"),
            "amount": Ask("How much"),
            "unit": Ask("Of what", help="Such as days a month: the same words as where it is needed."),
            "since": Ask("From which day", preset="today"),
            "by": Ask("Who can give it"),
        },
    ),
    Entry(
        "endings",
        "A plan to stop something",
        "What is to be stopped, why, who decides, what remains, and how it is watched. Stopping can be right.",
        May.RECORD,
        first=("what", "site", "reason", "decided_by"),
        more=("evidence", "on", "due", "done", "remains", "replaced_by", "measure", "watch", "dissent"),
        asks={
            "what": Ask("What is to be stopped", help="A piece of other work, or a part of this improvement."),
            "on": Ask("The day the plan was made", preset="today"),
            "evidence": Ask("What supports that", long=True),
            "decided_by": Ask("Who decides", help="By role, such as the ward manager, or a group."),
            "due": Ask("By when it is to have stopped"),
            "done": Ask("When it had stopped"),
            "remains": Ask("What remains, and for whom", long=True),
            "replaced_by": Ask("What takes its place", help="Leave it empty if nothing does."),
            "measure": Ask("The measure by which it is watched"),
            "watch": Ask("What else is watched, by whom, until when", long=True),
            "dissent": Ask("Who disagrees, and why", long=True, help="Disagreement is kept with the plan."),
        },
    ),
)

OF_CODING = Entry(
    "constructs",
    "A construct of your own",
    "Something that notes are coded to, beside the lists of the frameworks.",
    May.CODE,
    first=("construct", "says"),
    more=("example", "since", "until"),
    asks={
        "construct": Ask("What it is called", help="Short, and like no other in the programme."),
        "says": Ask("When a passage is coded to it", long=True, help="And when it is not."),
        "example": Ask("A passage that is", long=True),
    },
)
