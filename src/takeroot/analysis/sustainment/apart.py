"""Do covariates set those to whom it happened apart from all others at risk? Then an estimate has no end.

Along some direction of the covariates, at every time, those to whom it happened had the most of all that were at risk
(and alike, where ties are taken in turn); then the likelihood grows for ever along it. Whether there is such a
direction is a linear programme.

References
----------
Jacobsen M. Existence and unicity of MLEs in discrete exponential family distributions. Scand J Stat 1989;16:335-49.
Konis K. Linear programming algorithms for detecting separated data in binary logistic regression models. DPhil thesis,
University of Oxford, 2007.
"""

from __future__ import annotations

import numpy as np

from takeroot.analysis.sustainment.intervals import Array
from takeroot.analysis.sustainment.partial import Likelihood

#: Of more pairs of one to whom it happened and one at risk it is not looked for.
MOST_PAIRS = 5_000_000
#: What is so little is nothing.
NOTHING = 1e-9


def set_apart(likelihood: Likelihood, *, alike: bool = True) -> tuple[str, ...]:
    """The terms along which whatever happened happened to those with the most of them; the fewest that do it.

    Parameters
    ----------
    likelihood
        That of the rows, with covariates about 0 and of spread 1.
    alike
        Whether those to whom it happened at one time have to be alike in it, as where ties are taken in turn.

    Returns
    -------
    tuple of str
        None, if there is no such direction, or there are too many pairs to look at.
    """
    rows = likelihood.rows
    more, same = _pairs(likelihood, alike)
    if not len(more):
        return ()
    for place, term in enumerate(rows.terms):
        along = more[:, place]
        level = not np.abs(same[:, place]).max(initial=0.0) > NOTHING
        if level and np.abs(along).max() > NOTHING and ((along >= -NOTHING).all() or (along <= NOTHING).all()):
            return (term,)
    direction = _direction(more, same)
    return tuple(term for term, moves in zip(rows.terms, direction, strict=True) if abs(moves) > 1e-6)


def _pairs(likelihood: Likelihood, alike: bool) -> tuple[Array, Array]:
    """How much more those to whom it happened had than others at risk; and by how much they differ themselves."""
    rows = likelihood.rows
    none = np.empty((0, rows.x.shape[1]))
    more, same, many = [none], [none], 0
    for place, time in enumerate(likelihood.times):
        there = (likelihood.stops >= time) & (likelihood.starts < time) & (likelihood.stratum[place] == rows.stratum)
        happened = there & rows.event & (likelihood.stops == time)
        theirs = np.unique(rows.x[happened], axis=0)
        others = np.unique(rows.x[there & ~happened], axis=0)
        if alike:
            same.append(theirs[1:] - theirs[:1])
            theirs = theirs[:1]
        many += len(theirs) * len(others)
        if many > MOST_PAIRS:
            return none, none
        more.append((theirs[:, None, :] - others[None, :, :]).reshape(-1, rows.x.shape[1]))
    return tuple(np.unique(np.concatenate(each).round(10), axis=0) for each in (more, same))  # type: ignore[return-value]


def _direction(more: Array, same: Array) -> Array:
    """The direction along which the most is gained and nothing lost; 0, if there is none."""
    from scipy.optimize import linprog

    flat = np.zeros(more.shape[1])
    found = linprog(
        -more.sum(axis=0),
        A_ub=-more,
        b_ub=np.zeros(len(more)),
        A_eq=same if len(same) else None,
        b_eq=np.zeros(len(same)) if len(same) else None,
        bounds=(-1, 1),
        method="highs",
    )
    return np.asarray(found.x) if found.status == 0 and -found.fun > 1e-7 else flat
