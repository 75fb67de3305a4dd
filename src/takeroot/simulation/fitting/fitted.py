"""A model that has been fitted: its numbers, how sure they are, and what stays an assumption."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from takeroot.errors import whole
from takeroot.simulation import parameters
from takeroot.simulation.fitting.finding import Found
from takeroot.simulation.fitting.paths import Array
from takeroot.simulation.fitting.priors import Prior, said
from takeroot.simulation.fitting.terms import Number
from takeroot.simulation.model import Model
from takeroot.simulation.numbers import chance_of
from takeroot.simulation.setting import Setting, State

#: The record informs a number where it makes it at least twice as sure as it was believed to be beforehand: its
#: deviation is then no more than half of that of its prior, three quarters of what is known coming from the record.
INFORMED = 0.5
#: And where it would do so by itself, with nothing believed of the other numbers: a base and its peers, say, of which
#: only the sum is seen, are told apart by what is believed beforehand and not by the record.
ALONE = float(INFORMED / np.sqrt(1 - INFORMED**2))
#: The intervals that are given, in per cent.
LEVELS = (50, 80, 95)
#: What has to be said wherever a coefficient of peers or of support is shown.
CAUTION = (
    "A coefficient is not an effect. Sites that are tied to each other are alike in other ways too (homophily), and "
    "sites that sought or were given support, or ties, differed from others before (selection)."
)
#: The kinds of number of which that has to be said.
NOT_EFFECTS = ("peers", "support", "signal", "other")

PARAMETERS = {
    "parameter": pl.String(),
    "name": pl.String(),
    "kind": pl.String(),
    "estimate": pl.Float64(),
    **{f"{end}_{level}": pl.Float64() for level in LEVELS for end in ("lower", "upper")},
    "prior": pl.String(),
    "prior_mean": pl.Float64(),
    "prior_deviation": pl.Float64(),
    "source": pl.String(),
    "moves_seen": pl.Int64(),
    "informed": pl.Boolean(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "caution": pl.String(),
}
#: Numbers that moves share are assumptions throughout: by name, how far they may lie from what is declared.
SHARED = {
    "fit: drift": ("drift of fit in a step", lambda number: (number / 2, number * 2)),
    "fit: adaptation": ("chance of adapting in a step, on the logit scale", lambda number: (number - 1, number + 1)),
    "fit: restores": ("share of what was lost that adapting restores", lambda number: (number / 2, (1 + number) / 2)),
    "memory: half-life": ("months until an earlier stop is half forgotten", lambda number: (number / 2, number * 2)),
    "capacity: a month": ("sites that can be brought on in a step", lambda number: (number / 2, number * 2)),
    "capacity: growth": ("capacity that each site in use adds", lambda number: (0.0, number * 2)),
    "capacity: most": ("the most capacity", lambda number: (number / 2, number * 2)),
}
_NOT_TOLD = "declared with the model; the record does not say"


@dataclass(frozen=True, eq=False)
class Fitted:
    """What a record says of a model.

    Parameters
    ----------
    model
        The model with the numbers that fit best; what is not informed stays near what was declared.
    setting, state
        The place, and where every site stands at the end of the record: what to run it from.
    parameters
        A row for each number of the model: ``parameter`` (in plain words), ``name``, ``kind``, ``estimate``; the ends
        of the 50, 80 and 95 % intervals (``lower_50`` to ``upper_95``) where it is ``informed``; ``prior``,
        ``prior_mean``, ``prior_deviation`` and ``source``; ``moves_seen`` (how often its move was recorded);
        ``informed``; the range assumed where it is not (``low``, ``high``); and the ``caution`` it is shown with.
    unmodelled
        Moves that the record shows and the model does not have, and how often; taken as if the site had gone out of
        sight.
    remarks
        What else there is to know of the fit, a sentence each.
    sites, steps, moves
        How many sites, steps and moves it rests on.
    numbers, draws
        The names of the numbers, and equally likely sets of them: a row each.
    """

    model: Model
    setting: Setting
    state: State
    parameters: pl.DataFrame
    unmodelled: dict[str, int]
    remarks: tuple[str, ...]
    sites: int
    steps: int
    moves: int
    numbers: tuple[str, ...]
    draws: Array

    def drawn(self, n: int, seed: int = 0, *, assumed: bool = False) -> list[Model]:
        """Equally likely models, to run instead of one, so that what is not known of the numbers is carried on.

        Parameters
        ----------
        n
            How many.
        seed
            Where chance begins.
        assumed
            Whether what moves share (fit, memory, capacity) is drawn from its assumed range too, not just held.

        Examples
        --------
        >>> from takeroot import examples
        >>> from takeroot.simulation import fit, run
        >>> found = fit(examples.load("synthetic"))
        >>> outcome = run(found.drawn(16), found.setting, found.state, months=12, replicates=64)
        >>> outcome.replicates
        64
        """
        n, chance = whole(n, "How many models are drawn", 1), np.random.default_rng(whole(seed, "A seed", 0))
        chosen = chance.choice(len(self.draws), n, replace=n > len(self.draws))
        models = [_changed(self.model, self.numbers, self.draws[each]) for each in chosen]
        if not assumed:
            return models
        ranges = {name: ends for name, ends in self.assumed.items() if name not in self.numbers}
        return [
            parameters.changed(model, {name: float(chance.uniform(*ends)) for name, ends in ranges.items()})
            for model in models
        ]

    @property
    def assumed(self) -> dict[str, tuple[float, float]]:
        """The numbers that the record does not inform, each with the range assumed: what is to be swept."""
        rows = self.parameters.filter(~pl.col("informed")).select("name", "low", "high").iter_rows()
        return {name: (low, high) for name, low, high in rows}

    def __str__(self) -> str:
        return "\n".join(_sentences(self))


def _changed(model: Model, names: tuple[str, ...], values: Array) -> Model:
    return parameters.changed(model, dict(zip(names, values.tolist(), strict=True)))


def table(
    numbers: tuple[Number, ...], priors: Mapping[int, Prior], found: Found, told: Array, model: Model
) -> pl.DataFrame:
    """The frame of parameters."""
    rows: list[dict[str, object]] = []
    sure = (found.deviation <= INFORMED) & (found.alone <= ALONE)
    informed = dict(zip(found.fitted.tolist(), sure.tolist(), strict=True))
    for place, number in enumerate(numbers):
        prior = priors.get(place)
        row: dict[str, object] = {
            "parameter": said(number),
            "name": number.name,
            "kind": number.kind,
            "estimate": float(found.mode[place]),
            "moves_seen": int(told[place]),
            "informed": prior is not None and informed[place],
            "caution": CAUTION if number.kind in NOT_EFFECTS else None,
        }
        if prior is None:
            row |= {"prior": "held as declared", "source": _NOT_TOLD, "low": number.declared, "high": number.declared}
        else:
            row |= {"prior": str(prior), "prior_mean": prior.mean, "prior_deviation": prior.deviation}
            row |= {"source": prior.source} | _ends(found.draws[:, place], bool(row["informed"]))
        rows.append(row)
    for name, declared in parameters.values(model).items():
        shared, _, region = name.partition(" in ")
        if shared in SHARED:
            words, reach = SHARED[shared]
            low, high = reach(declared)
            words = f"{words}{f' in {region}' if region else ''}"
            row = {"parameter": words, "name": name, "kind": "shared", "estimate": declared, "informed": False}
            rows.append(row | {"prior": "held as declared", "source": _NOT_TOLD, "low": low, "high": high})
    return pl.DataFrame(rows, schema=PARAMETERS)


def _ends(draws: Array, informed: bool) -> dict[str, object]:
    if not informed:
        low, high = np.quantile(draws, [0.1, 0.9])
        return {"low": float(low), "high": float(high)}
    found: dict[str, object] = {}
    for level in LEVELS:
        tail = (100 - level) / 200
        lower, upper = np.quantile(draws, [tail, 1 - tail])
        found |= {f"lower_{level}": float(lower), f"upper_{level}": float(upper)}
    return found


def _sentences(fitted: Fitted) -> list[str]:
    """What a person should know, in order."""
    informed = fitted.parameters.filter("informed")
    lines = [
        f"{fitted.model.name}: fitted to {_many(fitted.sites, 'site')} over {_many(fitted.steps, 'step')}, in which "
        f"{_many(fitted.moves, 'move')} of the model {'was' if fitted.moves == 1 else 'were'} seen.",
        f"The record informs {informed.height} of its {_many(fitted.parameters.height, 'number')} (by itself it makes "
        f"{'it' if informed.height == 1 else 'them'} at least twice as sure as believed beforehand):"
        if informed.height
        else f"The record does not inform its {_many(fitted.parameters.height, 'number')}.",
    ]
    lines += [f"- {_said(row, fitted.model.scale == 'logit')}" for row in informed.iter_rows(named=True)]
    rest = fitted.parameters.filter(~pl.col("informed"))
    if rest.height:
        others = f"other {rest.height} are" if informed.height else f"{rest.height} are"
        lines.append(f"The {others} assumptions, each with the range in which it may lie:")
        lines += [
            f"- {row['parameter']}: {row['estimate']:.3g} ({row['low']:.3g} to {row['high']:.3g})"
            for row in rest.iter_rows(named=True)
        ]
    if fitted.unmodelled:
        seen = "; ".join(f"{move.replace('_', ' ')} ({many:,})" for move, many in fitted.unmodelled.items())
        lines.append(
            f"Seen in the record, absent from the model, and taken as if the site had gone out of sight: {seen}."
        )
    if fitted.parameters["caution"].drop_nulls().len():
        lines.append(CAUTION)
    return [*lines, *fitted.remarks]


def _many(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _said(row: Mapping[str, float | str], logit: bool) -> str:
    if row["kind"] == "base" and logit:
        ends = [100 * chance_of(float(row[name])) for name in ("estimate", "lower_80", "upper_80")]
        return f"{row['parameter']}: {ends[0]:.2g} in 100 in a step (80 % interval {ends[1]:.2g} to {ends[2]:.2g})"
    ends = [float(row[name]) for name in ("estimate", "lower_80", "upper_80")]
    return f"{row['parameter']}: {ends[0]:+.2f} (80 % interval {ends[1]:+.2f} to {ends[2]:+.2f})"
