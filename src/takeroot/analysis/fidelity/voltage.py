"""How much less does it do at scale than where it came from? Voltage drop, as a signed change with an interval.

The drop is the effect at the source less the effect at scale: above 0 where it does less at scale, below 0 where it
does more. There is no standard statistic for it. The interval is of the drop over sites drawn again, those of the
source and those at scale each from their own; of two published results, it is by normal approximation, and that of the
share by Fieller. A share of the effect at the source is given only where that effect is not itself within its interval
of 0.

What the drop is *made of* depends on how it is taken apart. Here an effect is taken for a product: the share of people
reached, times the share delivered to them, times the rest (what delivery does where it is delivered). A part is what
changing it alone changes, averaged over all orders in which the parts could be changed one after another; so the parts
sum to the drop, and none depends on which is taken first. The rest holds everything that is not reach or delivery:
other people, another context, other measuring, and chance.

References
----------
Chambers DA, Glasgow RE, Stange KC. The dynamic sustainability framework. Implementation Science 2013;8:117 (voltage
drop). Kilbourne AM, et al. Implementing evidence-based interventions in health care: REP. Implementation Science
2007;2:42. Fieller EC. Some problems in interval estimation. J R Stat Soc B 1954;16:175-85. Shapley LS. A value for
n-person games. In: Contributions to the Theory of Games II, 1953. Das Gupta P. Standardization and Decomposition of
Rates. US Bureau of the Census, 1993.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import polars as pl

from takeroot.analysis.adoption.record import record
from takeroot.analysis.fidelity.benefit import mean_of, values_of
from takeroot.analysis.fidelity.delivering import recorded
from takeroot.analysis.sustainment.survival import Z
from takeroot.errors import NotEnough, NotFound
from takeroot.vocabulary import door
from takeroot.vocabulary.calendar import months_after
from takeroot.vocabulary.column import IntoFrame, maybe, need
from takeroot.vocabulary.stages import IN_USE
from takeroot.vocabulary.table import Table

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

Array = npt.NDArray[Any]

#: What it did at each site.
EFFECTS = Table(
    "effects",
    "What it did at each site, at the source and at scale",
    key=("site",),
    columns={
        "site": need("text", "the site"),
        "setting": need("word", "whether it is of the source or at scale", words=("source", "scale")),
        "effect": need("number", "what it did there; above 0 is better"),
        "reach": maybe("share", "the share of eligible people that it reached"),
        "delivered": maybe("share", "the share that was delivered to those it reached"),
        "weight": maybe("number", "what the site counts for; 1, where it is not said", least=0),
    },
)
SOURCE, SCALE = "source", "scale"
#: The parts that a drop is taken apart into, besides the rest.
PARTS = ("reach", "delivered")

_DROP = {
    "part": pl.String(),
    **dict.fromkeys(("source", "scale", "drop", "lower", "upper"), pl.Float64()),
    **dict.fromkeys(("of_source", "of_source_lower", "of_source_upper"), pl.Float64()),
    **dict.fromkeys(("source_sites", "scale_sites"), pl.Int64()),
    "how": pl.String(),
}


def voltage_drop(effects: IntoFrame, *, replicates: int = 4000, seed: int = 1) -> pl.DataFrame:
    """How much less it does at scale than at the source, and what of that goes with reach and with delivery.

    Parameters
    ----------
    effects
        For each ``site``, its ``setting`` (source, scale), ``effect`` (above 0 is better), ``weight``; and, for the
        parts, ``reach`` and ``delivered`` (shares). Parts are told only where every site has them.
    replicates, seed
        How often sites are drawn again, and from where chance starts.

    Returns
    -------
    DataFrame
        A row for each ``part``: the ``whole``, and, where they can be told, ``reach``, ``delivered`` and the ``rest``.
        Of each: its mean at the ``source`` and at ``scale``; the ``drop`` in the effect that goes with it (above 0:
        less at scale), with its ``lower`` and ``upper`` 95 % limits; ``of_source``, the same as a share of the effect
        at the source, with its limits (empty where the interval of that effect holds 0); how many sites; and ``how`` it
        was worked out. The parts sum to the whole.

    Raises
    ------
    NotEnough
        If either setting has fewer than two sites, or no weight.
    FaultyInput
        If a column is missing, or a site is told twice.

    Examples
    --------
    >>> effects = {"site": list("ABCD"), "setting": ["source"] * 2 + ["scale"] * 2, "effect": [8, 10, 4, 5]}
    >>> effects |= {"delivered": [0.9, 0.9, 0.6, 0.6]}
    >>> voltage_drop(effects).select("part", pl.col("drop", "of_source").round(2)).rows()
    [('whole', 4.5, 0.5), ('delivered', 2.62, 0.29), ('rest', 1.88, 0.21)]
    """
    sheet = door.as_sheet(EFFECTS, effects)
    rows = EFFECTS.read(sheet.frame.drop("id", strict=False)).sort("setting", "site")
    if replicates < 100:
        raise NotEnough(f"Sites must be drawn again at least 100 times for an interval; found {replicates}.")
    sides = {side: rows.filter(setting=side) for side in (SOURCE, SCALE)}
    for side, mine in sides.items():
        if mine.height < 2 or mine["weight"].fill_null(1.0).sum() <= 0:
            raise NotEnough(
                f"A voltage drop needs at least two sites, with some weight, on each side; of the {side} there "
                f"{'is' if mine.height == 1 else 'are'} {mine.height}. Two published results can be set side by side "
                "with voltage_drop_between."
            )
    told = [name for name in PARTS if not rows[name].null_count()]
    if any(mine[name].max() == 0 for name in told for mine in sides.values()):
        told = []  # where nothing was reached or delivered, there is no rest
    chance = np.random.Generator(np.random.Philox(seed))
    once = [_means(mine, told, np.ones((1, mine.height))) for mine in sides.values()]
    again = [_means(mine, told, _drawn(chance, mine.height, replicates)) for mine in sides.values()]
    drops, many = _apart(*once)[0], _apart(*again)
    held = _limits(again[0][:, 0])
    safe = held[0] > 0 or held[1] < 0
    whole = once[0][0, 0]
    names = ["whole", *told, "rest"] if told and np.isfinite(drops).all() else ["whole"]
    levels = [_levels(side[0]) for side in once]
    listed = []
    for number, name in enumerate(names):
        lower, upper = _limits(many[:, number])
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = _limits(many[:, number] / again[0][:, 0])
        of = (drops[number] / whole, *shares) if safe else (None, None, None)
        many_sites = [mine.height for mine in sides.values()]
        how = f"sites drawn again {replicates} times, seed {seed}"
        if name != "whole":
            how += "; effect = " + " × ".join([*told, "rest"]) + ", each part averaged over all orders"
        listed.append((name, levels[0][number], levels[1][number], drops[number], lower, upper, *of, *many_sites, how))
    return pl.DataFrame(listed, schema=_DROP, orient="row")


def _drawn(chance: np.random.Generator, sites: int, replicates: int) -> Array:
    """How often each site is drawn, each time anew."""
    return chance.multinomial(sites, np.full(sites, 1 / sites), size=replicates).astype(float)


def _means(mine: pl.DataFrame, told: list[str], drawn: Array) -> Array:
    """The mean effect, and that of each part that is told, for each drawing of the sites."""
    values = np.column_stack([mine["effect"].to_numpy(), *(mine[name].to_numpy() for name in told)])
    weights = drawn * mine["weight"].fill_null(1.0).to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(weights @ values / weights.sum(axis=1, keepdims=True))


def _levels(means: Array) -> list[float | None]:
    """The whole effect, each part, and the rest that times them makes the whole."""
    parts = float(np.prod(means[1:]))
    return [float(means[0]), *(float(part) for part in means[1:]), float(means[0]) / parts if parts else None]


def _apart(source: Array, scale: Array) -> Array:
    """The drop as a whole, and what of it goes with each part and with the rest, for each drawing."""
    whole = source[:, :1] - scale[:, :1]
    if source.shape[1] == 1:
        return whole
    orders = list(permutations(range(source.shape[1])))
    with np.errstate(divide="ignore", invalid="ignore"):
        before, after = (
            np.column_stack([side[:, 1:], side[:, 0] / np.prod(side[:, 1:], axis=1)]) for side in (source, scale)
        )
        parts = np.zeros_like(before)
        for order in orders:
            now = before.copy()
            for part in order:
                was = np.prod(now, axis=1)
                now[:, part] = after[:, part]
                parts[:, part] += (was - np.prod(now, axis=1)) / len(orders)
    return np.column_stack([whole, parts])


def _limits(drawn: Array) -> tuple[float, float]:
    """Where 95 % of what was drawn lies."""
    known = drawn[np.isfinite(drawn)]
    if len(known) < 0.95 * len(drawn):
        return float("nan"), float("nan")
    lower, upper = np.quantile(known, [0.025, 0.975])
    return float(lower), float(upper)


def voltage_drop_between(source: tuple[float, float, float], scale: tuple[float, float, float]) -> pl.DataFrame:
    """How much less it does at scale than at the source, of two results, each an estimate with its 95 % interval.

    Parameters
    ----------
    source, scale
        The estimate, and the lower and upper end of its 95 % interval. Above 0 is better; ratios go in as logarithms.

    Returns
    -------
    DataFrame
        One row, as :func:`voltage_drop` gives for the whole; the share of the effect at the source has its limits by
        Fieller.

    Raises
    ------
    NotEnough
        If an interval does not hold its estimate.

    Examples
    --------
    >>> between = voltage_drop_between((10, 8, 12), (4, 1, 7))
    >>> between.select(pl.col("drop", "lower", "upper", "of_source").round(2)).row(0)
    (6.0, 2.39, 9.61, 0.6)
    """
    for side, (estimate, lower, upper) in ((SOURCE, source), (SCALE, scale)):
        if not lower <= estimate <= upper or not np.isfinite([lower, upper]).all():
            raise NotEnough(
                f"The interval of the {side} must hold its estimate; found {estimate:g} in {lower:g} to {upper:g}."
            )
    (a, va), (b, vb) = ((each[0], ((each[2] - each[1]) / 2 / Z) ** 2) for each in (source, scale))
    reach = Z * (va + vb) ** 0.5
    of: tuple[float | None, float | None, float | None] = (None, None, None)
    if a**2 > Z**2 * va:
        # b/a by Fieller: the values r for which (b - ra)^2 <= Z^2 (vb + r^2 va); the drop's share is 1 - r.
        lead, middle, last = a**2 - Z**2 * va, a * b, b**2 - Z**2 * vb
        root = max(middle**2 - lead * last, 0.0) ** 0.5
        of = (1 - b / a, 1 - (middle + root) / lead, 1 - (middle - root) / lead)
    row = ("whole", a, b, a - b, a - b - reach, a - b + reach, *of, None, None, "normal; the share by Fieller")
    return pl.DataFrame([row], schema=_DROP, orient="row")


def effects(programme: Programme, measure: str, source: Iterable[str], *, months: int = 12) -> pl.DataFrame:
    """What a measure did at each site, after its first use against before, for :func:`voltage_drop`.

    Parameters
    ----------
    programme
        Its stages, values, measures and deliveries.
    measure
        The measure, with the direction in which it improves.
    source
        The sites that are the source: where it came from. Every other is at scale.
    months
        How many months before the first use, and from it on, are set against each other.

    Returns
    -------
    DataFrame
        For each site with values on both sides: ``site``, ``setting``, ``effect`` (the mean after less the mean before,
        turned so that above 0 is better), ``delivered`` (the mean share of what was delivered in those months), and how
        many values there were ``before`` and ``after``. It is a comparison with before, with nothing set beside it:
        what else changed meanwhile is in it too.

    Raises
    ------
    NotFound
        If there is no such measure or site.
    NotEnough
        If it is not said in which direction the measure improves.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> stages = {"site": ["A"], "stage": ["using"], "on": ["2024-01-01"]}
    >>> values = {"measure": ["falls"] * 2, "site": ["A"] * 2, "on": ["2023-12", "2024-01"], "value": [9, 5]}
    >>> measures = {"measure": ["falls"], "improves": ["down"]}
    >>> programme = Programme("Falls", sites={"site": ["A"]}, stages=stages, values=values, measures=measures)
    >>> effects(programme, "falls", ["A"]).select("setting", "effect").row(0)
    ('source', 4.0)
    """
    about = programme.measures.filter(measure=measure)
    if not about.height:
        raise NotFound("measure", measure, programme.measures["measure"])
    improves = about["improves"].item()
    if improves not in ("up", "down"):
        raise NotEnough(f"Say in which direction '{measure}' improves (up or down): else no change of it is a gain.")
    came_from = [source] if isinstance(source, str) else list(source)
    read = record(programme)
    for site in came_from:
        if site not in set(read.sites["site"]):
            raise NotFound("site", site, read.sites["site"])
    rows = read.rows.filter(pl.col("stage").is_in(IN_USE))
    first = rows.group_by("site").agg(first=pl.col("on").min())
    start, end = months_after(pl.col("first"), -months), months_after(pl.col("first"), months)
    values = values_of(programme, measure).join(first, on="site")
    values = values.filter(pl.col("on") >= start, pl.col("on") < end).with_columns(late=pl.col("on") >= pl.col("first"))
    each = values.group_by("site", "late").agg(mean=mean_of(), many=pl.len())
    before = each.filter(~pl.col("late")).select("site", was="mean", before="many")
    after = each.filter("late").select("site", has="mean", after="many")
    given = recorded(programme).drop_nulls("share").join(first, on="site")
    given = given.filter(pl.col("on") >= pl.col("first"), pl.col("on") < end)
    given = given.group_by("site").agg(delivered=pl.col("share").mean())
    both = before.join(after, on="site").join(given, on="site", how="left").sort("site")
    change = pl.col("has") - pl.col("was") if improves == "up" else pl.col("was") - pl.col("has")
    setting = pl.when(pl.col("site").is_in(came_from)).then(pl.lit(SOURCE)).otherwise(pl.lit(SCALE))
    return both.select(
        "site",
        setting=setting,
        effect=change,
        delivered="delivered",
        before=pl.col("before").cast(pl.Int64),
        after=pl.col("after").cast(pl.Int64),
    )
