"""What has to be asked, once: a key that a form posts back, a sentence, and the answers there are."""

from __future__ import annotations

from dataclasses import dataclass

from takeroot.vocabulary.stages import Stage


@dataclass(frozen=True)
class Choice:
    """One answer, and what it says to a person."""

    answer: str
    says: str


@dataclass(frozen=True)
class Question:
    """Something that a person must say, or may say otherwise.

    Parameters
    ----------
    key
        Names it in :meth:`Mapping.with_answers <takeroot.exchange.tracker.mapping.Mapping.with_answers>`.
    asks
        The question, in a sentence.
    choices
        The answers; none, where it is answered in words (a day, a name).
    answer
        What holds now; empty, where nothing does yet.
    suggested
        What it most likely is.
    why
        Why this is thought.
    open
        Whether it has to be asked.
    """

    key: str
    asks: str
    choices: tuple[Choice, ...] = ()
    answer: str = ""
    suggested: str = ""
    why: str = ""
    open: bool = True


STAGE_CHOICES = (
    *(Choice(stage.value, f"{stage.label}: {stage.meaning}") for stage in Stage),
    Choice("paused, preparing before use", "paused; preparing, where it was not used before"),
    Choice(
        "paused, not_reached before use", "not used at that time: paused; not reached, where it was not used before"
    ),
    Choice("stopped, declined before use", "stopped; declined, where it was not used before"),
    *(
        Choice(f"stopped ({kind})", f"stopped: it was {says}")
        for kind, says in (
            ("decided", "decided"),
            ("replaced", "replaced by something else"),
            ("lapsed", "not decided, it fell out of use"),
        )
    ),
    Choice("nothing", "says nothing of where it stands"),
)

SITE_CHOICES = (Choice("new", "a site that is new"), Choice("leave out", "no site; leave it out"))
