"""Which groups of respondents may be shown, so that no smaller one can be worked out.

Of every question, the respondents who answered it are split by each breakdown that is shown: by role, by whether they
answered it in the round before too. If even the crossing of *all* breakdowns that are shown has no cell with fewer
people than the floor, other than empty ones, then nothing that adds or subtracts figures of these breakdowns can speak
of fewer: whatever it gives is constant on the cells. So small groups are merged until that holds, in the order in which
breakdowns are declared; and of a question for which it does not hold, the breakdown is withheld.

Breakdowns are settled in the order of time, each by the floor of its own round, so that a round that closes later, or
promises more, changes nothing of what was shown before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from takeroot.analysis.assessment.coding import ANSWER

Array = npt.NDArray[Any]

#: The smallest group of an anonymous round that is shown; a programme may set it higher, never lower.
FLOOR = 5
EVERYONE, BEFORE, AFTER = "everyone", "answered before", "answered after"
BOTH, ONCE = "both times", "this time only"
NOT_SAID = "not said"


@dataclass(frozen=True)
class Round:
    """A round, and how it was answered.

    Parameters
    ----------
    name, series, anonymous
        Which it is.
    people
        Codes of its respondents, in order.
    answered
        Respondents down, questions across: whether they answered.
    cells
        For every question, the cell of the crossing of what is shown in which each respondent stands.
    shown
        For each breakdown, the group of each respondent, and the questions for which it is shown.
    beside
        The round with which a breakdown compares.
    """

    name: str
    series: str
    anonymous: bool
    floor: int
    people: Array
    answered: Array
    cells: Array
    shown: dict[str, tuple[Array, Array]] = field(default_factory=dict)
    beside: dict[str, str] = field(default_factory=dict)

    def holds(self, nth: int, cells: Array) -> bool:
        """Whether each cell of those who answered a question has no one or enough."""
        return enough(cells[self.answered[:, nth]], self.floor)


def enough(cells: Array, floor: int) -> bool:
    """Whether each cell that is not empty has as many as the floor."""
    return not len(cells) or int(np.unique(cells, return_counts=True)[1].min()) >= floor


def merged(labels: Sequence[str], beside: Array, floor: int) -> dict[str, str] | None:
    """Groups merged until each has, in every cell beside them, no one or enough people; none if one group is left.

    The group with the smallest such cell is merged with the smallest other one, and this again.

    Parameters
    ----------
    labels
        The group of each respondent.
    beside
        The cell of each respondent in what is shown already.
    floor
        How many are enough.

    Returns
    -------
    dict or None
        The merged group of each group.

    Examples
    --------
    >>> merged(["doctor"] * 6 + ["nurse"] * 7 + ["chaplain"] * 2, np.zeros(15, int), 5)
    {'chaplain': 'chaplain or doctor', 'doctor': 'chaplain or doctor', 'nurse': 'nurse'}
    """
    names, at = np.unique(np.asarray(labels, dtype=object).astype(str), return_inverse=True)
    _, cell = np.unique(beside, return_inverse=True)
    table = np.zeros((len(names), int(cell.max(initial=-1)) + 1), dtype=np.int64)
    np.add.at(table, (at, cell), 1)
    groups: dict[tuple[str, ...], Array] = {(str(name),): row for name, row in zip(names, table, strict=True)}
    while True:
        small = {who: int(row[(row > 0) & (row < floor)].min(initial=floor)) for who, row in groups.items()}
        first = min(groups, key=lambda who: (small[who], groups[who].sum(), who), default=())
        if not first or small[first] >= floor:
            break
        if len(groups) == 1:
            return None
        row = groups.pop(first)
        other = min(groups, key=lambda who: (groups[who].sum(), who))
        groups[tuple(sorted((*first, *other)))] = row + groups.pop(other)
    if len(groups) < 2:
        return None
    return {name: " or ".join(who) for who in sorted(groups) for name in who}


def settled(said: pl.DataFrame, about: pl.DataFrame, rounds: pl.DataFrame, by: Sequence[str]) -> list[Round]:
    """What may be shown of each round, in the order of time.

    Parameters
    ----------
    said
        What :func:`~takeroot.analysis.assessment.coding.coded` gave, of rounds that may be shown.
    about
        For each ``round`` and ``respondent``, the columns of ``by``.
    rounds
        ``round``, ``series``, ``anonymous``, ``floor`` and ``alone``, in the order of time.
    by
        The breakdowns that may be shown, the most wanted first.
    """
    wide = said.group_by("round", "respondent", "question", maintain_order=True).agg(
        answered=(pl.col("state") == ANSWER).any()
    )
    kept: list[Round] = []
    told_of = rounds.select("round", "series", "anonymous", "floor", "alone")
    for name, series, anonymous, floor, alone in told_of.iter_rows():
        mine = wide.filter(round=name)
        people = mine["respondent"].unique(maintain_order=True).to_numpy()
        answered = mine["answered"].to_numpy().reshape(len(people), -1)
        one = Round(name, series, anonymous, floor, people, answered, np.zeros(answered.shape, dtype=np.int64))
        told = (
            mine.select("respondent")
            .unique(maintain_order=True)
            .join(about.filter(round=name), on="respondent", how="left", maintain_order="left")
        )
        _everyone(one)
        for breakdown in by:
            _broken_down(one, breakdown, told[breakdown].cast(pl.String).fill_null(NOT_SAID).to_list())
        kept.append(one)
        earlier = [other for other in kept[:-1] if (other.series, other.anonymous) == (series, anonymous)]
        if earlier and not alone:
            _matched(earlier[-1], one)
    return kept


def _everyone(one: Round) -> None:
    shown = np.array([one.holds(nth, one.cells[:, nth]) for nth in range(one.answered.shape[1])], dtype=bool)
    one.shown[EVERYONE] = np.full(len(one.people), EVERYONE, dtype=object), shown


def _broken_down(one: Round, breakdown: str, labels: list[str]) -> None:
    """Show a breakdown, for the questions for which it can be."""
    floor = one.floor if one.anonymous else 1
    beside = np.zeros(len(labels), dtype=np.int64)
    for told, for_questions in one.shown.values():
        if for_questions.any():
            beside = _crossed(beside, np.unique(told.astype(str), return_inverse=True)[1])
    groups = merged(labels, beside, floor)
    if groups is None:
        return
    mine = np.array([groups[label] for label in labels], dtype=object)
    code = np.unique(mine.astype(str), return_inverse=True)[1]
    shown = np.zeros(one.answered.shape[1], dtype=bool)
    for nth in np.flatnonzero(one.shown[EVERYONE][1]):
        cells = _crossed(one.cells[:, nth], code)
        if one.holds(int(nth), cells):
            one.cells[:, nth], shown[nth] = cells, True
    one.shown[breakdown] = mine, shown


def _matched(before: Round, after: Round) -> None:
    """Tell apart who answered a question in both rounds, for the questions for which that can be done in both."""
    shared, at_before, at_after = np.intersect1d(before.people, after.people, return_indices=True)
    columns = range(after.answered.shape[1])
    told = {side: np.zeros(one.answered.shape, dtype=bool) for side, one in (("before", before), ("after", after))}
    shown = np.zeros(len(columns), dtype=bool)
    for nth in columns:
        if not (len(shared) and before.shown[EVERYONE][1][nth] and after.shown[EVERYONE][1][nth]):
            continue
        both = before.answered[at_before, nth] & after.answered[at_after, nth]
        if not both.any():
            continue
        told["before"][at_before[both], nth] = told["after"][at_after[both], nth] = True
        cells = [
            _crossed(one.cells[:, nth], told[side][:, nth].astype(np.int64))
            for side, one in (("before", before), ("after", after))
        ]
        if before.holds(nth, cells[0]) and after.holds(nth, cells[1]):
            before.cells[:, nth], after.cells[:, nth] = cells
            shown[nth] = True
    before.beside[AFTER], after.beside[BEFORE] = after.name, before.name
    before.shown[AFTER], after.shown[BEFORE] = (told["before"], shown), (told["after"], shown)


def _crossed(cells: Array, code: Array) -> Array:
    """The cells of two splits at once."""
    pairs = cells * (int(code.max(initial=0)) + 1) + code
    return np.asarray(np.unique(pairs, return_inverse=True)[1], dtype=np.int64)


def memberships(kept: Sequence[Round], names: Sequence[str]) -> pl.DataFrame:
    """Who stands in which group that is shown; of those who answered both times or once, who answered.

    Returns
    -------
    DataFrame
        ``round``, ``respondent``, ``question``, ``breakdown``, ``group``, and ``beside``, the round with which it is
        compared, if it is.
    """
    columns = dict.fromkeys(("round", "respondent", "question", "breakdown", "group", "beside"), pl.String())
    parts = [pl.DataFrame(schema=columns)]
    asked = np.asarray(names, dtype=object)
    for one in kept:
        for breakdown, (groups, shown) in one.shown.items():
            if groups.ndim == 1:
                who = pl.DataFrame({"respondent": one.people, "group": groups}, schema_overrides=columns)
                mine = who.join(pl.DataFrame({"question": asked[shown]}, schema_overrides=columns), how="cross")
            else:
                at, nth = np.nonzero(one.answered & shown)
                both = pl.Series(groups[at, nth]).replace_strict([True, False], [BOTH, ONCE], return_dtype=pl.String)
                given = {"respondent": one.people[at], "group": both, "question": asked[nth]}
                mine = pl.DataFrame(given, schema_overrides=columns)
            mine = mine.with_columns(
                round=pl.lit(one.name), breakdown=pl.lit(breakdown), beside=pl.lit(one.beside.get(breakdown), pl.String)
            )
            parts.append(mine.select(list(columns)))
    return pl.concat(parts)
