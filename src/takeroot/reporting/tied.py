"""Who is tied to whom, and what goes with it: the frames and the words of a page and of a report.

Nothing here is the effect of peers. Every figure of exposure stands beside that caution, and none sets one site beside
another: sites come in their given order.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from takeroot.analysis import adoption, network
from takeroot.charts.wording import agree, count_of, counted, month, number, percent
from takeroot.errors import NotEnough
from takeroot.reporting.results import Results
from takeroot.vocabulary.programme import Programme
from takeroot.vocabulary.stages import IN_USE, Stage

NO_TIES = (
    "No tie is recorded yet. Write down which sites work together, share managers or staff, refer to each other or lie "
    "near one another: from which site influence may come, to which, and since when."
)
CAUTION = (
    "Nearness is not cause. Sites that are tied tend to be alike (homophily), may have been tied because they were "
    "likely to take it up (selection), and share what surrounds them; and the longer it goes on, the more sites use "
    "it, tied or not."
)
#: In how many pictures time is shown: the start, quarter points, and now.
PICTURES = 5
#: Groups by time are of so many sites in a hundred each.
QUARTERS = 4
#: Of so many shuffles, and so many networks dealt anew.
SHUFFLES, DEALT = 999, 200
#: With more ties than this, dealing them anew takes too long to wait for.
AT_ONCE = 300
#: A probability below this is said to be more than chance would often give.
SELDOM = 0.05

_BANDS = ("no tie", "none in use", "fewer than half in use", "half or more in use")
_LABELS = {stage.value: stage.label for stage in Stage}
_STRUCTURE = {
    "says": pl.String(),
    "observed": pl.Float64(),
    "expected": pl.Float64(),
    "lower": pl.Float64(),
    "upper": pl.Float64(),
    "p": pl.Float64(),
    "rewirings": pl.Int64(),
    "ties": pl.Int64(),
}


def months_of(results: Results) -> list[date]:
    """Every month of the record."""
    return results.by_stage["on"].unique().sort().to_list()


def pictured(months: list[date]) -> list[date]:
    """The months of the pictures: the first, quarter points, and the last.

    Examples
    --------
    >>> pictured([date(2024, month, 1) for month in range(1, 10)])[1:3]
    [datetime.date(2024, 3, 1), datetime.date(2024, 5, 1)]
    """
    places = sorted({round((len(months) - 1) * place / (PICTURES - 1)) for place in range(PICTURES)})
    return [months[place] for place in places] if months else []


def kinds(programme: Programme) -> list[str]:
    """The kinds of ties that there are, in the order of their names."""
    return sorted(programme.ties["kind"].drop_nulls().unique().to_list())


def over_time(results: Results) -> pl.DataFrame:
    """Where every site stood in the months of the pictures."""
    return adoption.stood(results.programme, pictured(months_of(results)))


def stood(results: Results, on: date) -> pl.DataFrame:
    """Where every site stood in one month."""
    return adoption.stood(results.programme, [on])


def held(results: Results, on: date, kind: str = "") -> pl.DataFrame:
    """The ties that held in one month."""
    return network.held(results.programme, on=on, kind=kind or None)


def held_over_time(results: Results, kind: str = "") -> pl.DataFrame:
    """The ties that held in the months of the pictures."""
    parts = [held(results, on, kind).with_columns(on=pl.lit(on)) for on in pictured(months_of(results))]
    return pl.concat(parts) if parts else pl.DataFrame(schema={"source": pl.String, "target": pl.String, "on": pl.Date})


def places(results: Results, kind: str = "") -> pl.DataFrame:
    """Where each site is drawn among those that it is tied to."""
    return network.layout(results.programme, kind=kind or None)


def order(results: Results, by: str = "region", kind: str = "") -> pl.DataFrame:
    """In which order sites stand along a matrix."""
    return network.matrix_order(results.programme, by=by, kind=kind or None)


def tied_pairs(results: Results, on: date, kind: str = "") -> pl.DataFrame:
    """Every tie that held in a month, by name, with where both sites stood."""
    stands = stood(results, on).select("site", pl.col("stage").replace(_LABELS))
    called = pl.DataFrame(
        {"site": list(results.site_names), "name": list(results.site_names.values())},
        schema={"site": pl.String, "name": pl.String},
    )
    ends = stands.join(called, on="site", how="left").with_columns(name=pl.coalesce("name", "site"))
    pairs = held(results, on, kind)
    for end in ("source", "target"):
        renamed = ends.rename({"site": end, "name": f"{end}_name", "stage": f"{end}_stage"})
        pairs = pairs.join(renamed, on=end, how="left", maintain_order="left")
    return pairs


def between(results: Results, on: date, by: str = "region", kind: str = "") -> pl.DataFrame:
    """How many ties lead from each group of sites to each, and how many of them come from sites in use."""
    group = results.programme.sites.select("site", group=pl.col(by).cast(pl.String).fill_null("not recorded"))
    using = stood(results, on).filter(pl.col("stage").is_in(IN_USE))["site"].implode()
    ties = held(results, on, kind)
    for end in ("source", "target"):
        named = group.rename({"site": end, "group": f"{end}_group"})
        ties = ties.join(named, on=end, how="left", maintain_order="left")
    counts = ties.group_by("source_group", "target_group").agg(
        ties=pl.len().cast(pl.Int64), in_use=pl.col("source").is_in(using).sum().cast(pl.Int64)
    )
    return counts.sort("source_group", "target_group")


def ends(results: Results, on: date, kind: str = "") -> str:
    """Of the ties that lead to sites in use, and to others, how many come from sites in use."""
    using = set(stood(results, on).filter(pl.col("stage").is_in(IN_USE))["site"])
    ties = held(results, on, kind)
    if not ties.height:
        return f"At the end of {month(on)} no tie held."
    told = []
    for there, said in ((True, "to sites that use it"), (False, "to sites that do not")):
        mine = ties.filter(pl.col("target").is_in(using) == there)
        some = mine.filter(pl.col("source").is_in(using)).height
        if mine.height:
            comes = agree(mine.height if mine.height == 1 else some, "comes", "come")
            told.append(
                f"of {counted(mine.height, 'ties')} {said}, {_share(some, mine.height)} {comes} from one that does"
            )
    return f"At the end of {month(on)}, {' and '.join(told)}."


def _share(some: int, of: int) -> str:
    return f"{some:,}" if of < 20 else f"{some:,} ({percent(some / of)})"


def took_up(results: Results, kind: str = "") -> pl.DataFrame:
    """How often sites took it up, by how much of what they were tied to used it the month before."""
    rows = network.person_periods(results.programme, lag=1, kind=kind or None)
    known = rows.filter(pl.col("isolated").fill_null(False) | pl.col("exposure").is_not_null())
    band = (
        pl.when(pl.col("isolated").fill_null(False)).then(0)
        .when(pl.col("exposure") == 0).then(1)
        .when(pl.col("exposure") < 0.5).then(2)
        .otherwise(3)
    )  # fmt: skip
    counts = known.group_by(band=band).agg(
        waited=pl.len().cast(pl.Int64),
        sites=pl.col("site").n_unique().cast(pl.Int64),
        took_up=pl.col("event").sum().cast(pl.Int64),
    )
    counts = pl.DataFrame({"band": range(len(_BANDS))}, schema={"band": pl.Int32}).join(
        counts.with_columns(pl.col("band").cast(pl.Int32)), on="band", how="left", maintain_order="left"
    )
    counts = counts.with_columns(
        exposure=pl.Series(_BANDS),
        hundred=pl.when(pl.col("waited") >= 20).then(100 * pl.col("took_up") / pl.col("waited")),
    )
    return counts.drop_nulls("waited").drop("band")


def exposed(results: Results, kind: str = "") -> pl.DataFrame:
    """Each site in its given order: its ties, how much of them leads to sites in use, and when it took it up."""
    programme = results.programme
    now = network.exposure(programme, kind=kind or None).group_by("site", maintain_order=True).last()
    then = network.thresholds(programme, kind=kind or None).select("site", "took_up", "threshold", "why_missing")
    stands = results.standing.select("site", pl.col("stage").replace(_LABELS))
    frame = programme.sites.select("site", name=pl.col("site").replace(results.site_names))
    frame = frame.join(stands, on="site", how="left", maintain_order="left")
    frame = frame.join(now.select("site", "ties", "in_use", "exposure"), on="site", how="left", maintain_order="left")
    frame = frame.join(then, on="site", how="left", maintain_order="left")
    return frame.with_columns(
        before=pl.when(pl.col("threshold").is_not_null())
        .then(pl.col("threshold").map_elements(percent, return_dtype=pl.String))
        .otherwise("why_missing")
    )


def quarters(results: Results) -> pl.DataFrame:
    """When each quarter of the sites first used it, in order of time and by number alone; and how many have not."""
    frame = network.timing(results.programme, groups=QUARTERS)
    seen = (
        frame.drop_nulls("group")
        .group_by("group")
        .agg(sites=pl.len().cast(pl.Int64), first=pl.col("took_up").min(), last=pl.col("took_up").max())
    )
    seen = seen.sort("group").select(
        part=pl.format("{} of {}", "group", pl.lit(QUARTERS)), sites="sites", first="first", last="last"
    )
    rest = (
        (
            "used it, but were not seen to begin",
            frame.filter(pl.col("took_up").is_not_null(), pl.col("group").is_null()).height,
        ),
        ("have not used it", frame.filter(pl.col("took_up").is_null()).height),
    )
    others = pl.DataFrame([row for row in rest if row[1]], schema={"part": pl.String, "sites": pl.Int64}, orient="row")
    return pl.concat([seen, others], how="diagonal")


def alike(results: Results, kind: str = "") -> pl.DataFrame:
    """Whether tied sites were alike in using it, in the months of the pictures."""
    rows: list[dict[str, Any]] = []
    for on in pictured(months_of(results)):
        stands = stood(results, on).filter(pl.col("stage") != Stage.UNKNOWN.value)
        values = stands.select("site", value=pl.col("stage").is_in(IN_USE).cast(pl.Float64))
        one = network.moran(values, held(results, on, kind), permutations=SHUFFLES)
        rows.append({"on": on, "sites": one.sites, "ties": one.ties, "observed": one.observed,
                     "expected": one.expected, "p": one.p_permuted, "says": _alike(one, on)})  # fmt: skip
    schema = {"on": pl.Date(), "sites": pl.Int64(), "ties": pl.Int64(), "observed": pl.Float64(),
              "expected": pl.Float64(), "p": pl.Float64(), "says": pl.String()}  # fmt: skip
    return pl.DataFrame(rows, schema=schema)


def _alike(one: network.Alike, on: date) -> str:
    if one.observed is None or one.p_permuted is None or one.expected is None:
        return f"Whether tied sites were alike at the end of {month(on)} can not be told: {one.why_not}."
    figures = f"Moran's I {number(one.observed)}, by chance {number(one.expected)}; of {one.permutations:,} shuffles, "
    figures += f"p = {number(one.p_permuted)}"
    seldom = one.p_permuted < SELDOM
    word = ("more" if one.observed > one.expected else "less") if seldom else "no more and no less"
    return f"At the end of {month(on)} tied sites were {word} alike than chance would often give ({figures})."


def first_by_ties(results: Results, kind: str = "") -> str:
    """Whether sites with more ties took it up sooner, in words."""
    frame = network.degree_and_timing(results.programme, kind=kind or None).filter(influence="both")
    if not frame.height or frame["concordance"][0] is None:
        return ""
    row = frame.row(0, named=True)
    return (
        f"Of {counted(row['pairs'], 'pairs')} of sites in which one is known to have come first, the one with more "
        f"ties did so in {percent(row['concordance'])}, where one half says nothing."
    )


def dependence(programme: Programme, kind: str = "") -> pl.DataFrame:
    """Whether it matters who is tied to whom: the mean threshold against ties dealt anew; or why none can tell."""
    try:
        found = network.structure_dependence(programme, kind=kind or None, rewirings=DEALT)
    except NotEnough as error:
        return pl.DataFrame([{"says": str(error)}], schema=_STRUCTURE)
    between = f"{percent(found.lower)} to {percent(found.upper)}"
    figures = (
        f"Sites took it up when {percent(found.observed)} of what they are tied to used it, on average. With the "
        f"{counted(found.ties, 'ties')} dealt anew {found.rewirings:,} times, each site keeping its number of ties, it "
        f"was {between} in 95% of them (p = {number(found.p)})."
    )
    shown = (
        "It matters who is tied to whom"
        if found.p < SELDOM
        else "This does not show that it matters who is tied to whom"
    )
    row = {name: getattr(found, name) for name in _STRUCTURE if name != "says"}
    return pl.DataFrame([{"says": f"{shown}. {figures}", **row}], schema=_STRUCTURE)


def said_of_months(frame: pl.DataFrame) -> str:
    """What is said of the last month of a frame."""
    return frame["says"][-1] if frame.height else ""


def rates(frame: pl.DataFrame) -> str:
    """How often sites took it up by their exposure, in a sentence."""
    told = [
        f"{count_of(row['took_up'], row['waited'], 'site-months')} with {row['exposure']}"
        for row in frame.iter_rows(named=True)
    ]
    return f"Of the months in which sites still waited, it was taken up in {'; '.join(told)}." if told else ""
