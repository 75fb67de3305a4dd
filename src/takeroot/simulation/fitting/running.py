"""A model fitted to a programme's record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from takeroot.errors import TakerootError, whole
from takeroot.simulation.fitting.finding import Posterior, found
from takeroot.simulation.fitting.fitted import Fitted, table
from takeroot.simulation.fitting.likelihood import Evidence, evidence_of
from takeroot.simulation.fitting.paths import Array, Paths, paths_of
from takeroot.simulation.fitting.placing import placed
from takeroot.simulation.fitting.priors import Prior, prior_of
from takeroot.simulation.fitting.rows import Queues, queues_of, unmodelled
from takeroot.simulation.fitting.terms import terms_of
from takeroot.simulation.layout import lay_out
from takeroot.simulation.model import Model
from takeroot.simulation.numbers import Numbers
from takeroot.simulation.setting import Setting
from takeroot.simulation.standard import SPREAD

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

#: Capacity is taken as contradicted where more than this share of the sites were brought on beyond it.
BEYOND = 0.05
#: How many times the capacity declared is tried, in turn.
TIMES = (1, 1.25, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64, 128)


def fit(
    programme: Programme,
    model: Model = SPREAD,
    *,
    as_at: date | None = None,
    step: int | None = None,
    seed: int = 0,
    cancel: Callable[[], bool] | None = None,
) -> Fitted:
    """The numbers of a model that fit a programme's record, how sure they are, and what stays an assumption.

    Parameters
    ----------
    programme
        What is recorded.
    model
        Its moves and terms; its numbers are what is believed beforehand. Terms name what the programme has: the kinds
        of its ties, supports and events, the names of its other work and of numbers of its sites.
    as_at
        The day up to which the record is read; all of it, if not given.
    step
        Months in a step, where it is to be another than the model's.
    seed
        Where the chance of drawing begins.
    cancel
        As for :func:`~takeroot.simulation.run`.

    Returns
    -------
    Fitted
        ``model``, ``setting`` and ``state`` are what :func:`~takeroot.simulation.run` needs; ``drawn`` gives models to
        run instead of one, so that what is not known of the numbers is carried on.

    Raises
    ------
    NotEnough
        If nothing is recorded of where sites stand.
    NotFound
        If the model speaks of something that the programme does not have.

    Examples
    --------
    >>> from takeroot import examples
    >>> found = fit(examples.load("synthetic"))
    >>> found.parameters.filter("informed")["name"][0]
    'not_reached → exploring'
    """
    if not isinstance(model, Model):
        raise TakerootError("A record is of one improvement, so one model is fitted; fit several one by one.")
    seed = whole(seed, "A seed", 0)
    model = model if step is None else replace(model, step=step)
    paths = paths_of(programme, step=model.step, as_at=as_at, model=model)
    setting, state = placed(programme, model=model, paths=paths)
    lay_out(model, setting, state, 0)  # says what the model speaks of and the programme does not have
    model, queues, raised = _with_enough_capacity(model, setting, paths)
    evidence = evidence_of(model, setting, paths, terms_of(model, setting, paths), queues)
    priors = believed(evidence)
    got = found(Posterior(evidence, priors, cancel), seed=seed)
    names = tuple(number.name for number in evidence.terms.numbers)
    best = parameters_changed(model, names, got.mode)
    return Fitted(
        model=best,
        setting=setting,
        state=state,
        parameters=table(evidence.terms.numbers, priors, got, evidence.told, model),
        unmodelled=unmodelled(model, paths),
        remarks=tuple(_remarks(evidence, paths, queues, raised, got.rough)),
        sites=len(setting.sites),
        steps=paths.steps,
        moves=sum(rows.events for rows in evidence.rows),
        numbers=names,
        draws=got.draws,
    )


def parameters_changed(model: Model, names: Sequence[str], values: Array) -> Model:
    """The model with these numbers."""
    from takeroot.simulation import parameters

    return parameters.changed(model, dict(zip(names, np.asarray(values).tolist(), strict=True)))


def believed(evidence: Evidence, tighter: float = 1.0) -> dict[int, Prior]:
    """What is believed beforehand of each number that is fitted, by its place.

    On the scale of rates only numbers above nothing are fitted: a rate that is declared as nothing stays nothing.
    """
    priors = {}
    for place, number in enumerate(evidence.terms.numbers):
        if evidence.rate and number.declared * number.sign <= 0:
            continue
        priors[place] = prior_of(number, evidence.terms.columns[:, :, number.column], evidence.rate, tighter)
    return priors


def _with_enough_capacity(model: Model, setting: Setting, paths: Paths) -> tuple[Model, Queues | None, float]:
    """The model with as much capacity as the record shows at the least; and how many times what was declared."""
    queues = queues_of(model, setting, paths)
    if queues is None or model.capacity is None:
        return model, None, 1.0
    capacity = model.capacity
    for times in TIMES:
        a_month = capacity.a_month
        more = Numbers({name: times * each for name, each in a_month.items()}) if isinstance(a_month, Numbers) else None
        most = None if capacity.most is None else times * capacity.most
        now = replace(capacity, a_month=times * a_month if more is None else more, most=most)  # type: ignore[operator]
        tried = replace(model, capacity=now)
        queues = queues_of(tried, setting, paths)
        assert queues is not None
        if queues.beyond <= BEYOND * queues.brought.sum():
            return tried, queues, times
    return replace(model, capacity=None), None, np.inf


def _remarks(evidence: Evidence, paths: Paths, queues: Queues | None, raised: float, rough: Sequence[str]) -> list[str]:
    found = []
    if raised == np.inf:
        found.append(
            "The record shows far more sites brought on at once than the capacity declared would allow; it is left out."
        )
    elif raised > 1:
        found.append(
            f"The record shows more sites brought on than the capacity declared would allow; it is taken as {raised:g} "
            "times as much, the least that allows it."
        )
    if queues is not None:
        full = int(((queues.room == queues.brought) & (queues.room > 0)).sum())
        of = queues.room.size
        found.append(
            f"In {full:,} of {of:,} region-steps as many sites were brought on as the capacity assumed allows; those "
            "who stayed then may have had to wait."
        )
    if hidden := len(np.unique(evidence.hidden.sites)):
        whose = "1 site" if hidden == 1 else f"{hidden:,} sites"
        found.append(
            f"The path of {whose} is not known exactly at all times; every path that the record allows is counted by "
            "how likely it is, and what peers were exposed to is an average."
        )
    if evidence.hidden.broken:
        found.append(
            f"Moves within such spans that no path of the model can make ({evidence.hidden.broken:,}) tell nothing."
        )
    if paths.not_known:
        whom = "1 site" if paths.not_known == 1 else f"{paths.not_known:,} sites"
        found.append(f"Where {whom} stood at the end is not known; the place last known is taken.")
    if rough:
        stages = ", ".join(stage.replace("_", " ") for stage in rough)
        found.append(f"What is believed of moves from {stages} is hard to draw from; its intervals are wide and rough.")
    return found
