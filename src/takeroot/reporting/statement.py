"""A statement: something that can be said, what it rests on, and what makes it doubtful."""

from __future__ import annotations

from dataclasses import dataclass

from takeroot.charts.wording import sentence


@dataclass(frozen=True)
class Statement:
    """Something that can be said, with what it rests on.

    Parameters
    ----------
    text
        The statement, with its figures and their denominators.
    evidence
        The rows of the record it rests on, as references.
    doubt
        What makes it less than sure; empty where nothing is known to.
    about
        What it is about, in a word or two.
    whole
        Whether it speaks of the whole programme, whichever sites one may see.
    detail
        Whether a single page can do without it.
    """

    text: str
    evidence: tuple[str, ...] = ()
    doubt: str = ""
    about: str = ""
    whole: bool = False
    detail: bool = False

    @property
    def paragraphs(self) -> list[str]:
        """The statement by paragraph; an empty line stands between two."""
        return [part.strip() for part in self.text.split("\n\n") if part.strip()] or [""]


def doubts(*parts: str) -> str:
    """Several doubts, each a sentence; those that are empty are left out.

    Examples
    --------
    >>> doubts("two sources differ", "", "only the month is known")
    'Two sources differ. Only the month is known.'
    """
    return " ".join(sentence(part) for part in parts if part)
