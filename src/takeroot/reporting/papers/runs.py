"""Text in runs: what is plain, what is code, and what leads to a row of the evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from takeroot.charts.drawing import UNPRINTED
from takeroot.reporting import blocks as b

#: More groups of numbers than this are cut short beside a statement.
MOST_CITED = 10
#: What stands between back-ticks is code.
CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Run:
    """A piece of text that looks the same throughout.

    Parameters
    ----------
    text
        In words.
    look
        How it stands out: ``code``, ``strong``, or ``gap`` where something is missing; empty where it does not.
    to
        The number of the evidence that it leads to.
    cites
        The first and the last number of the evidence that it names.
    """

    text: str
    look: str = ""
    to: int | None = None
    cites: tuple[int, int] | None = None


#: A text in runs.
Text = tuple[Run, ...]


class Numbers:
    """The numbers of the evidence, in the order in which rows are first cited; the same in every kind of file.

    Parameters
    ----------
    references
        Every row that is cited, in that order.
    most
        Rows with a higher number are not listed here, so nothing leads to them.
    """

    def __init__(self, references: Iterable[str], most: int | None = None) -> None:
        self.of = {reference: number for number, reference in enumerate(references, start=1)}
        self.most = len(self.of) if most is None else most

    def text(self, text: str) -> Text:
        """A text with its citations as numbers, and what stands between back-ticks as code."""
        found: list[Run] = []
        at = 0
        for cited in b.CITED.finditer(text):
            found += [*_plain(text[at : cited.start()]), *self._citation(cited.group(1))]
            at = cited.end()
        return (*found, *_plain(text[at:]))

    def _citation(self, group: str) -> Text:
        """What stands in one pair of brackets: numbers, and what is not in the record."""
        references = b.several(group)
        broken = [Run(f"not in the record: {one}", "gap") for one in references if one not in self.of]
        parts = [part for part in (self.evidence(references), *((one,) for one in broken)) if part]
        return (Run("["), *_joined(parts), Run("]"))

    def evidence(self, references: Sequence[str]) -> Text:
        """The numbers of several references, runs of them as one."""
        known = sorted({self.of[reference] for reference in references if reference in self.of})
        if not known:
            return ()
        groups = [[number for _, number in run] for _, run in groupby(enumerate(known), key=lambda at: at[1] - at[0])]
        shown = [
            (Run(_named(group), to=self._to(group[0]), cites=(group[0], group[-1])),) for group in groups[:MOST_CITED]
        ]
        more = sum(map(len, groups[MOST_CITED:]))
        return (*_joined(shown), *((Run(f" and {more:,} more"),) if more else ()))

    def _to(self, number: int) -> int | None:
        return number if number <= self.most else None


def _named(group: Sequence[int]) -> str:
    return str(group[0]) if len(group) == 1 else f"{group[0]}–{group[-1]}"


def plain(text: Text) -> str:
    """What runs say, without how they look."""
    return "".join(run.text for run in text)


def said(text: str) -> str:
    """Text without what no file may hold."""
    return text.translate(UNPRINTED).encode("utf-8", "replace").decode()


def _joined(parts: Sequence[Text]) -> Text:
    return tuple(run for place, part in enumerate(parts) for run in ((Run(", "), *part) if place else part))


def _plain(text: str) -> Text:
    pieces = CODE.split(text)
    return tuple(Run(said(piece), "code" if place % 2 else "") for place, piece in enumerate(pieces) if piece)
