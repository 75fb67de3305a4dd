"""What came of a what-if, as it is kept: its words and its figures, without the histories; written as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any

from takeroot.simulation.comparing import saying
from takeroot.simulation.comparing.asking import Answer

if TYPE_CHECKING:
    import polars as pl

#: The stages whose means are kept by month; of the sites in use an interval too.
_STAGES = ("choice", "month", "stage", "mean", "lower_80", "upper_80")
#: Numbers are kept to so many digits.
_DIGITS = 6


@dataclass(frozen=True)
class Kept:
    """The words and the figures of a what-if.

    Parameters
    ----------
    first
        What it stands on, and what may have been meant otherwise: said before anything else.
    answer
        Which choice comes out ahead, and how sure that is.
    each, differences, gains
        What becomes of each choice, what it differs in from the first, and who gains; a sentence each.
    break_even, overturns, assumes
        How large effects would have to be, what would overturn the order, and what is taken for granted.
    scope
        What was run.
    choices
        Each choice, read aloud.
    ahead
        The two choices whose order may be overturned: the one that is ahead, and the other.
    rows
        By name, the rows of each table: ``outcomes``, ``differences``, ``groups``, ``stages``, ``ladder``.
    """

    first: tuple[str, ...]
    answer: str
    each: tuple[str, ...]
    differences: tuple[str, ...]
    gains: tuple[str, ...]
    break_even: tuple[str, ...]
    overturns: str
    assumes: tuple[str, ...]
    scope: str
    choices: tuple[str, ...]
    ahead: tuple[str, ...]
    rows: dict[str, list[dict[str, Any]]]

    @classmethod
    def of(cls, told: Answer) -> Kept:
        """The same of an answer."""
        comparison, ladder = told.comparison, told.overturned
        return cls(
            first=(*told.basis.says, *told.remarks),
            answer=saying.answer(comparison),
            each=tuple(saying.each(comparison)),
            differences=tuple(saying.differences(comparison)),
            gains=tuple(saying.who_gains(comparison)),
            break_even=tuple(map(str, told.break_even)),
            overturns=str(ladder) if ladder else "",
            assumes=told.assumes,
            scope=saying.scope(comparison),
            choices=tuple(map(saying.choice_said, comparison.choices)),
            ahead=(ladder.first, ladder.second) if ladder else (),
            rows={
                "outcomes": _plain(comparison.outcomes()),
                "differences": _plain(comparison.differences()),
                "groups": _plain(comparison.by_group()),
                "stages": _plain(comparison.stages().select(_STAGES)),
                "ladder": _plain(ladder.frame()) if ladder else [],
            },
        )

    def frame(self, name: str) -> pl.DataFrame:
        """One of the tables."""
        import polars as pl

        frame = pl.DataFrame(self.rows[name], infer_schema_length=None)
        return frame.with_columns(pl.col("month").str.to_date()) if name == "stages" and frame.height else frame

    def to_json(self) -> str:
        """As text, read back alike."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Kept:
        """From such text."""
        said = json.loads(text)
        return cls(**{one.name: _tuple(said[one.name]) for one in fields(cls)})

    @property
    def words(self) -> tuple[str, ...]:
        """All sentences, the answer after what it stands on."""
        return (
            *self.first,
            self.answer,
            *self.each,
            *self.differences,
            *self.gains,
            self.scope,
            *self.break_even,
            *([self.overturns] if self.overturns else []),
            *self.assumes,
        )


def _tuple(said: Any) -> Any:
    return tuple(said) if isinstance(said, list) else said


def _plain(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return [{name: _cell(cell) for name, cell in row.items()} for row in frame.iter_rows(named=True)]


def _cell(cell: Any) -> Any:
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return float(f"{cell:.{_DIGITS}g}") if cell == cell else None
    return cell
