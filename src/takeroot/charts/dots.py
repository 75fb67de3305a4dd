"""What did each of them answer? A row for every answer, and a dot for everyone who gave it: nothing is added up."""

from __future__ import annotations

import altair as alt
import polars as pl

from takeroot.charts.marks import ByHand, nothing
from takeroot.charts.theme import Sheet
from takeroot.charts.wording import counted, listed, wrapped

#: Between two dots of a row, and between two rows, in pixels.
_APART, _ROW = 12, 22
#: In how many lines the dots of one answer stand, at most.
_LINES = 5
#: How many people one dot may stand for, where there is no room for one each.
_STANDS = tuple(size * 10**power for power in range(7) for size in (1, 2, 5))
#: The room of what an answer says, in pixels: as little as will do.
_NAMES = (250, 330, 420)
#: States besides answers are drawn hollow.
_ANSWER = "answer"


def answers_as_dots(answers: pl.DataFrame, *, title: str = "Every answer", width: int = 720) -> alt.LayerChart:
    """Every answer to each question, undivided.

    Parameters
    ----------
    answers
        One row for each question and answer, in order: ``name`` of the question and what stands ``beside`` it, the
        ``state`` (answer, or a state besides), what it ``says`` and how many gave it (``n``).
    title
        What the questions are about.
    width
        In pixels; 340 for a phone.
    """
    sheet = Sheet(width, left=6, right=10)
    if not answers.height:
        return nothing(sheet, title, "There is no answer that can be shown.")
    names = 0 if sheet.narrow else _names_of(answers, sheet)
    room = int((sheet.plot - names - 46) / _APART)
    most = int(answers["n"].max() or 0)
    lines = _LINES if most <= room * _LINES else 1  # many people are a row of dots, and not a crowd of them
    stands = next(size for size in _STANDS if most <= size * room * lines)
    hand, level, told = ByHand(sheet), -10.0, []
    for (_, name, beside), mine in answers.group_by("question", "name", "beside", maintain_order=True):
        level = hand.name(level + 26, str(name), str(beside)) + 6
        said = []
        for state, says, n in mine.select("state", "says", "n").iter_rows():
            level = _row(hand, sheet, level, str(says), int(n), state == _ANSWER, names, stands, room)
            said += [f"{says} {n}"] if n else []
        told.append(f"{name}: {listed(said) or 'no answer'}")
    each = "One dot is one person" if stands == 1 else f"One dot is up to {stands:,} people"
    return sheet.finished(
        hand.layers(),
        title=title,
        subtitle=f"{each}; hollow dots are no answers: not relevant, not known, or left open.",
        says=f"How many gave each answer to {counted(len(told), 'questions')}. {'. '.join(told)}.",
        height=level + 8,
        below=10,
    )


def _names_of(answers: pl.DataFrame, sheet: Sheet) -> int:
    """How wide the answers stand beside their dots: in two lines each, if there is room."""
    said = answers["says"].cast(pl.String).unique().to_list()
    fits = (wide for wide in _NAMES if all(len(wrapped(one, wide - 14, sheet.letters)) < 3 for one in said))
    return next(fits, _NAMES[-1])


def _row(
    hand: ByHand, sheet: Sheet, level: float, says: str, n: int, given: bool, names: int, stands: int, room: int
) -> float:
    """One answer: what it says, its dots, and how many they are; where its next row begins."""
    lines = wrapped(says, names - 14 if names else sheet.plot - 40, sheet.letters)
    hue = "ink" if n else "soft"
    first = level + _ROW - 4
    for nth, line in enumerate(lines[:2]):
        last = f"{line[:-1]}…" if nth == 1 and len(lines) > 2 else line
        hand.words(0, first + nth * sheet.line, last, hue=hue)
    hand.words(sheet.plot, first, f"{n:,}", hue=hue, align="right")
    below = (len(lines[:2]) - 1) * sheet.line
    dots, begin = -(-n // stands), first if names else first + below + (18 if n else 0)
    for place in range(dots):
        x, y = names + 6 + place % room * _APART, begin - 4 + place // room * _APART
        hand.dot(x, y, hue="main" if given else "soft", size=62, fill=None if given else "back")
    ends = begin + max(0, (dots - 1) // room) * _APART
    if names:
        hand.line(names, ends + 3, sheet.plot, ends + 3, "grid")
    return max(ends, first + below) + 2
