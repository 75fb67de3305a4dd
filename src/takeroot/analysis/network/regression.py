"""What goes with taking it up sooner? Regression of events in periods at risk, with period effects.

The probability that it happens in a period at risk is that of the period, moved by the terms: on the scale of the logit
(a term multiplies the odds), or of the complementary log-log (a term multiplies the hazard, as if time had no periods).
Without an effect of each period exposure stands for time itself, as both rise together. Standard errors let the rows of
one site, or region, go together as they please (clustered, with the interval of t on clusters − 1).

A coefficient of exposure is not the effect of peers, whatever is beside it.

References
----------
Allison PD. Discrete-time methods for the analysis of event histories. Sociol Methodol 1982;13:61-98.
Prentice RL, Gloeckler LA. Regression analysis of grouped survival data. Biometrics 1978;34:57-67.
Shalizi CR, Thomas AC. Homophily and contagion are generically confounded in observational social network studies.
Sociol Methods Res 2011;40:211-39.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import polars as pl

from takeroot.analysis.network.design import Design, designed
from takeroot.analysis.network.likelihood import LINKS, Link, estimated
from takeroot.analysis.network.panel import Array
from takeroot.errors import NotFound

if TYPE_CHECKING:
    from takeroot.vocabulary.column import IntoFrame

Periods = Literal["each", "smooth", "linear", "none"]

#: Said wherever a coefficient of exposure is shown.
NOT_AN_EFFECT = (
    "A coefficient of exposure is not the effect of peers: sites that are tied tend to be alike (homophily), may have "
    "been tied because they were likely to take it up (selection), and share what surrounds them."
)
#: Fewer clusters than this make the interval doubtful; fewer events than this for each term, the estimate.
CLUSTERS, EVENTS = 30, 10


@dataclass(frozen=True)
class Regression:
    """What a regression of events in periods at risk gave.

    Parameters
    ----------
    terms
        For each term, and each effect of a period (``about`` says which it is): its ``estimate`` on the scale of the
        link, its standard error if rows were independent (``plain_error``) and clustered (``error``), the 95 % limits
        ``lower`` and ``upper`` and ``p`` by the latter; and the ``ratio`` of odds or hazards, with its limits.
    link, periods, cluster
        As they were asked for.
    rows, events, clusters
        How many it rests on.
    log_likelihood
        Of the rows used.
    left_out
        What it does not rest on, in sentences.
    cautions
        What is to be thought of when it is read, in sentences.
    """

    terms: pl.DataFrame
    link: str
    periods: str
    cluster: str
    rows: int
    events: int
    clusters: int
    log_likelihood: float
    left_out: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()

    def __str__(self) -> str:
        scale = LINKS[self.link]
        lines = [
            f"{self.events:,} events in {self.rows:,} periods at risk; errors clustered by {self.cluster} "
            f"({self.clusters:,})."
        ]
        for row in self.terms.filter(about="term").iter_rows(named=True):
            lines.append(
                f"{row['term']}: multiplies {scale} by {row['ratio']:.2f} "
                f"(95 % {row['ratio_lower']:.2f} to {row['ratio_upper']:.2f}) for each unit."
            )
        return "\n".join([*lines, *self.left_out, *self.cautions])


def regression(
    rows: IntoFrame,
    terms: Sequence[str] = ("exposure",),
    *,
    event: str = "event",
    link: Link = "logit",
    periods: Periods = "each",
    period: str = "on",
    cluster: str = "site",
) -> Regression:
    """How the terms go with the event, period by period.

    Parameters
    ----------
    rows
        A row for each unit and period at risk, as :func:`~takeroot.analysis.network.person_periods` gives them, or any
        frame of that kind.
    terms
        Columns. Numbers as they are; yes and no as 1 and 0; words as one effect for each but the first.
    event
        The column that says whether it happened.
    link
        ``logit``, or ``cloglog`` for ratios of hazards.
    periods
        An effect for ``each`` period; a ``smooth`` curve over periods (a natural cubic spline with four degrees of
        freedom), where they are many; a ``linear`` trend; or ``none``, which lets exposure stand for time.
    period
        The column of the period.
    cluster
        The column whose rows may go together: ``site``, a region, a state.

    Raises
    ------
    NotFound
        If there is no such column or option.
    NotEnough
        If the rows can not give an estimate, with what would be needed.

    Examples
    --------
    >>> rows = {"site": list("ABCDEFGH") * 2, "on": [1] * 8 + [2] * 8, "exposure": [0, 0.5, 1, 0, 1, 0.5, 1, 0] * 2}
    >>> rows["event"] = [False, True, True, False, False, False, True, True] * 2
    >>> found = regression(rows)
    >>> found.rows, found.events, found.clusters
    (16, 8, 8)
    """
    for given, known, what in ((link, LINKS, "link"), (periods, ("each", "smooth", "linear", "none"), "period effect")):
        if given not in known:
            raise NotFound(what, str(given), known)
    design = designed(rows, terms, event=event, periods=periods, period=period, cluster=cluster)
    found = estimated(design, link)
    plain, robust = found.errors(design)
    return Regression(
        terms=_told(design, found.estimate, plain, robust),
        link=link,
        periods=periods,
        cluster=cluster,
        rows=design.event.size,
        events=int(design.event.sum()),
        clusters=design.clusters,
        log_likelihood=found.log_likelihood,
        left_out=design.left_out,
        cautions=tuple(_cautions(design, terms, periods)),
    )


def _told(design: Design, estimate: Array, plain: Array, error: Array) -> pl.DataFrame:
    from scipy import stats

    free = design.clusters - 1
    reach = float(stats.t.ppf(0.975, free)) * error
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        p = 2 * stats.t.sf(np.abs(estimate / error), free)
        told: dict[str, Any] = {
            "term": list(design.names),
            "about": list(design.about),
            "estimate": estimate,
            "plain_error": plain,
            "error": error,
            "lower": estimate - reach,
            "upper": estimate + reach,
            "p": p,
            "ratio": np.exp(estimate),
            "ratio_lower": np.exp(estimate - reach),
            "ratio_upper": np.exp(estimate + reach),
        }
    return pl.DataFrame(told)


def _cautions(design: Design, terms: Sequence[str], periods: Periods) -> list[str]:
    peers = any("exposure" in term for term in terms)
    said = [NOT_AN_EFFECT] if peers else []
    if periods == "none" and peers:
        said.append("Periods have no effect here: exposure rises with time, and stands for it unless others do.")
    if design.clusters < CLUSTERS:
        said.append(f"There are only {design.clusters} clusters, so the limits are narrower than they should be.")
    effects = sum(about == "term" for about in design.about)
    fewer = int(min(design.event.sum(), (1 - design.event).sum()))
    if effects and fewer < EVENTS * effects:
        said.append(f"There are only {fewer:,} events for {effects} terms: the estimates may be far off.")
    return said
