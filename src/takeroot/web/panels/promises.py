"""What a round promises before its first question."""

from __future__ import annotations

from takeroot.charts.wording import day
from takeroot.web.models import Asking

Promise = tuple[str, str]


def promises(asking: Asking) -> list[Promise]:
    """Each in a few words, and in a sentence or two."""
    return _anonymous(asking) if asking.anonymous else _open(asking)


def _open(asking: Asking) -> list[Promise]:
    return [
        (
            "Who sees what",
            "This is an open round. Those who read the notes and records of this programme see each sheet, and whose "
            "it is: yours, or your team's.",
        ),
        ("By consent", "Nobody has to answer. A team sends its sheet once everybody who answered on it agrees."),
        (
            "Until when",
            f"It can be changed or withdrawn until the end of {day(asking.closes)}. What was sent then stays with the "
            "record of the programme.",
        ),
    ]


def _anonymous(asking: Asking) -> list[Promise]:
    whose = (
        "The link is the same for everybody, and it is not known who was given it."
        if asking.way == "link"
        else "Nobody has noted which slip is whose, and what is kept does not tell which slips were used."
    )
    return [
        (
            "Who sees what",
            "Until the round has closed, nobody sees anything. After that, those who read the notes and records of "
            "this programme see how many gave which answer: by role, one question at a time. Nobody is shown a single "
            "sheet.",
        ),
        (
            "The smallest group",
            f"No group of fewer than {asking.floor} people is shown; small ones are put together, or left out.",
        ),
        (
            "Who answered",
            f"{whose} Your answers bear a code that only you can make again. No name, no address of your device and no "
            "hour is kept with them: the day alone. Whoever runs this machine could open a sheet with its key, and "
            "would still not know whose it is. Reminders go to everybody or to nobody.",
        ),
        (
            "What you write",
            "When you send, you say of each thing that you wrote in words whether others may read it. The rest is "
            "thrown away unread when the round closes.",
        ),
        (
            "Until when",
            f"You can change or withdraw your answers until the end of {day(asking.closes)}. Withdrawn answers are "
            "gone at once. After it has closed, nobody can tell which answers are yours, so they can not be taken out "
            "any more.",
        ),
        (
            "How long they are kept",
            f"Until {day(asking.keep_until)}; then they are thrown away. What you have begun and not sent is thrown "
            "away when the round closes. Copies in backups, where answers to an open round are sealed, go when those "
            "backups do.",
        ),
    ]
