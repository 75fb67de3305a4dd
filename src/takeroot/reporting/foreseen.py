"""What next, as a page and a report say it: the forecast, what its back-test shows, and the curves that fit.

A forecast takes seconds, so that within one process it is made once for one history of counts; the workbench keeps its
frames. What is recommended comes from the analysis, and so do the words.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from takeroot.analysis import adoption, forecasting
from takeroot.analysis.forecasting import backtest
from takeroot.analysis.forecasting import results as of_forecasts
from takeroot.analysis.forecasting.saying import label
from takeroot.charts.wording import counted, month, number, percent
from takeroot.errors import NotEnough
from takeroot.vocabulary.calendar import months_after
from takeroot.vocabulary.programme import Programme

Step = Callable[[str], None]

#: So many months ahead.
AHEAD = 24
#: What is done where there is too little to go by.
INSTEAD = (
    "Go on recording when sites begin and end their use. Until there is enough, the plan and the counts so far say as "
    "much as a forecast would."
)
#: A growth curve is of when sites first began; what is lost again is in the forecast, not in the curve.
OF_CURVES = (
    "A curve speaks of when sites first began, not of those that stopped, and a curve that fits is not a reason. Sites "
    "that closed, or of which nothing more is known, are waited for until then, so a curve may lie above the counts."
)
#: The months ahead that are told in few words, and those that are told of a site.
TOLD = (3, 6, 12, 24)
_STAGES = {
    "on": pl.Date(),
    "ahead": pl.Int64(),
    "stage": pl.String(),
    "now": pl.Int64(),
    "median": pl.Int64(),
    **{f"{end}_{share}": pl.Int64() for share in (50, 80, 95) for end in ("lower", "upper")},
}
_SITES = {"site": pl.String(), "on": pl.Date(), "ahead": pl.Int64(), "stage": pl.String(), "share": pl.Float64()}
_SAID = {"what": pl.String(), "text": pl.String()}
_REGIONS = {
    "group": pl.String(),
    "now": pl.Int64(),
    "on": pl.Date(),
    "ahead": pl.Int64(),
    **{name: pl.Int64() for name in of_forecasts.ENDS},
    "by": pl.String(),
    "why": pl.String(),
}
_CURVES = {
    "curve": pl.String(),
    "ceiling": pl.Float64(),
    "lower": pl.Float64(),
    "upper": pl.Float64(),
    "fastest": pl.Date(),
    "says": pl.String(),
}
_GROWN = {
    "on": pl.Date(),
    "began": pl.Int64(),
    "began_least": pl.Int64(),
    **dict.fromkeys(adoption.CURVES, pl.Float64()),
}


@dataclass(frozen=True, eq=False)
class Foreseen:
    """A forecast of all sites together, with the back-test of what is recommended; or why there is none.

    Parameters
    ----------
    says, doubts
        What the back-test shows, and what makes it less sure than it looks.
    by
        The forecaster.
    months, counts, scores
        As in :class:`takeroot.forecast.Forecast`.
    tried
        The earlier forecasts of the one that is recommended.
    why
        Why there is no forecast; empty, where there is one.
    """

    says: str
    doubts: tuple[str, ...]
    by: str
    months: pl.DataFrame
    counts: pl.DataFrame
    scores: pl.DataFrame
    tried: pl.DataFrame
    why: str = ""

    @property
    def frames(self) -> dict[str, pl.DataFrame]:
        """The same as frames, to be kept."""
        said = [("says", self.says), ("by", self.by), ("why", self.why), *(("doubt", one) for one in self.doubts)]
        told = pl.DataFrame(said, schema=_SAID, orient="row")
        return {"said": told, **{name: getattr(self, name) for name in ("months", "counts", "scores", "tried")}}

    @property
    def in_a_word(self) -> str:
        """What trying it shows, and what is foreseen for the last month, for those who read no more than that."""
        if self.why:
            return self.why
        end = self.months.row(-1, named=True)
        within = f"{number(end['lower_80'])} to {number(end['upper_80'])}"
        first = self.says.partition(". ")[0]
        return (
            f"{first}. Foreseen for the end of {month(end['on'])}: {counted(end['median'], 'sites')} in use "
            f"(80% interval {within})."
        )

    @classmethod
    def of(cls, frames: Mapping[str, pl.DataFrame]) -> Foreseen:
        """A forecast whose frames were kept."""
        said = frames["said"]
        one = dict(said.filter(pl.col("what") != "doubt").iter_rows())
        doubts = tuple(said.filter(what="doubt")["text"])
        kept = {name: frames[name] for name in ("months", "counts", "scores", "tried")}
        return cls(one["says"], doubts, one["by"], why=one["why"], **kept)


def none(why: str) -> Foreseen:
    """No forecast, and why."""
    empty = {
        "months": pl.DataFrame(schema=of_forecasts.MONTHS),
        "counts": pl.DataFrame(schema={"on": pl.Date(), "in_use": pl.Int64(), "eligible": pl.Int64()}),
        "scores": pl.DataFrame(schema=of_forecasts.SCORES),
        "tried": pl.DataFrame(schema=of_forecasts.TRIED),
    }
    return Foreseen("", (), "", **empty, why=why)


#: The latest forecasts made in this process, by the history of counts that they are of.
_made: dict[Any, Foreseen] = {}
_MOST = 8


def foreseen(programme: Programme, step: Step = lambda part: None) -> Foreseen:
    """The forecast of all sites together, or why there is none.

    Parameters
    ----------
    step
        Is told what goes on.
    """
    if why := refused(programme):
        return none(why)
    history = forecasting.of_programme(programme)[None]
    unknown = adoption.reach(programme)["not_known"][-1]
    known = (history.in_use, history.begun, history.ended)
    asked = (*(each.tobytes() for each in known), history.of, history.first, history.step, unknown)
    if asked not in _made:
        found = forecasting.made(programme, months=AHEAD, step=step)
        tried = found.tried.filter(forecaster=found.by)
        while len(_made) >= _MOST:
            del _made[next(iter(_made))]
        _made[asked] = Foreseen(found.says, found.doubts, found.by, found.months, found.counts, found.scores, tried)
    return _made[asked]


def refused(programme: Programme) -> str:
    """Why there is no forecast, where there is none; the forecast of a few sites would be one of single sites."""
    eligible = int(programme.sites["eligible"].fill_null(True).sum()) if programme.sites.height else 0
    if 0 < eligible < forecasting.GROUP and programme.stages.height:
        return (
            f"A forecast of fewer than {forecasting.GROUP} sites would be one of single sites, which is for the site "
            "itself and its coach."
        )
    return forecasting.why_none(programme, AHEAD)


def with_model(
    programme: Programme, step: Step = lambda part: None, cancel: Callable[[], bool] | None = None
) -> dict[str, pl.DataFrame]:
    """The forecast in which the model of spread stands beside the curves, as frames by name, and what only it can say.

    Parameters
    ----------
    step
        Is told what goes on.
    cancel
        Asked now and then, also while the model is fitted; when it says yes, this stops.

    Returns
    -------
    dict
        The frames of :class:`Foreseen`; ``stages``, sites by stage in each month ahead with intervals; ``parts``, the
        same of each region of enough sites; and ``sites``, where each may stand in each month ahead: the share of
        futures, for that site and its coach only.
    """
    from takeroot.simulation import forecasting as modelled

    made = modelled.foreseen(programme, months=AHEAD, step=step, cancel=cancel)
    one = made.forecast
    tried = one.tried.filter(forecaster=one.by)
    found = Foreseen(one.says, one.doubts, one.by, one.months, one.counts, one.scores, tried)
    days = dict(one.months.select("on", "ahead").iter_rows())
    told = [_ahead(made.site(str(site)), days).with_columns(site=pl.lit(str(site))) for site in made.outcome.watched]
    sites = pl.concat(told).filter(pl.col("ahead") > 0) if told else pl.DataFrame(schema=_SITES)
    stages, parts = _with_now(made.by_stage, days), _with_now(made.by_region, days, "region")
    return {**found.frames, "stages": stages, "parts": parts, "sites": sites.select(list(_SITES))}


def _with_now(frame: pl.DataFrame, days: Mapping[date, int], *by: str) -> pl.DataFrame:
    """Whole sites by stage in each month ahead, and how many stand there now."""
    first = frame.filter(pl.col("on") == frame["on"].min()).select(*by, "stage", now=pl.col("median").cast(pl.Int64))
    ahead = _ahead(frame, days).join(first, on=[*by, "stage"], how="left", maintain_order="left")
    whole = [pl.col(name).round().cast(kind) if kind == pl.Int64 else pl.col(name) for name, kind in _STAGES.items()]
    return ahead.select(*by, *whole)


def _ahead(frame: pl.DataFrame, days: Mapping[date, int]) -> pl.DataFrame:
    """The months ahead, and how far ahead each is."""
    told = frame.with_columns(ahead=pl.col("on").replace_strict(days, default=None, return_dtype=pl.Int64))
    return told.drop_nulls("ahead")


def by_region(programme: Programme, step: Step = lambda part: None) -> pl.DataFrame:
    """The forecast of each region that has enough to go by, one year and two ahead; else why it has none."""
    if programme.sites["region"].drop_nulls().n_unique() < 2:
        return pl.DataFrame(schema=_REGIONS)
    found, why = forecasting.groups(programme, "region", months=AHEAD, step=step)
    rows: list[dict[str, Any]] = []
    for group, one in found.items():
        now = one.counts["in_use"][-1]
        ends = one.months.filter(pl.col("ahead").is_in([AHEAD // 2, AHEAD]))
        rows += [{"group": group, "now": now, **row, "by": one.by} for row in ends.iter_rows(named=True)]
    rows += [{"group": group, "why": said} for group, said in why.items()]
    return pl.DataFrame(rows, schema=_REGIONS).sort("group", "ahead", nulls_last=True, maintain_order=True)


def curves(programme: Programme, step: Step = lambda part: None) -> pl.DataFrame:
    """The three growth curves fitted to when sites first began, each in a sentence; or why one does not say."""
    return growing(programme, step)["curves"]


def growing(programme: Programme, step: Step = lambda part: None) -> dict[str, pl.DataFrame]:
    """How it grew, and what the growth curves say of it.

    Returns
    -------
    dict
        ``curves``, each in a sentence, or why it does not say; and ``grown``, month by month: sites that had ever
        ``began`` by then, by the first day that is possible, and ``began_least``, by the last; and what each curve says
        of that, and of some months more.
    """
    since = programme.about.start or programme.stages["on"].min()
    rows: list[dict[str, Any]] = []
    if not isinstance(since, date):
        return {"curves": pl.DataFrame(schema=_CURVES), "grown": pl.DataFrame(schema=_GROWN)}
    drawn: dict[str, dict[str, float]] = {}
    times = adoption.time_to(programme, "using", since)
    for curve in adoption.CURVES:
        step(f"fitting {label(curve)}")
        try:
            fit = {row["parameter"]: row for row in adoption.growth(times, curve).iter_rows(named=True)}
        except NotEnough as error:
            rows.append({"curve": curve, "says": str(error)})
            continue
        rows.append({"curve": curve, **_curve(fit, since)})
        drawn[curve] = {name: row["estimate"] for name, row in fit.items() if name != "peak_time"}
    return {"curves": pl.DataFrame(rows, schema=_CURVES), "grown": _grown(times, since, drawn)}


def _grown(times: pl.DataFrame, since: date, curves: Mapping[str, Mapping[str, float]]) -> pl.DataFrame:
    """Sites that had begun by each month since the clock started, and what the curves of these parameters say of it."""
    if not times.height:
        return pl.DataFrame(schema=_GROWN)
    last = pl.coalesce("months_before", "months")
    until = int(times.select(last.max()).item()) + 1
    every = range(until + AHEAD + 1)
    began = times.filter("event")
    of = {"began": began["months"].sort().to_list(), "began_least": began.select(last).to_series().sort().to_list()}
    said = {}
    for curve, fit in curves.items():
        share = adoption.curve_share(curve, list(every), **{name: fit[name] for name in fit if name != "ceiling"})
        said[curve] = (fit["ceiling"] * share).tolist()
    return pl.DataFrame(
        {
            "on": [months_after(since, n) for n in every],
            **{name: [bisect_left(there, n) if n <= until else None for n in every] for name, there in of.items()},
            **{curve: said.get(curve) or [None] * len(every) for curve in adoption.CURVES},
        },
        schema=_GROWN,
    )


def grown_told(grown: pl.DataFrame) -> pl.DataFrame:
    """The same for a table: what curves say to a tenth of a site, and the least only where it is another number."""
    same = (grown["began_least"] == grown["began"]).fill_null(value=True).all()
    least = pl.lit(None, dtype=pl.Int64).alias("began_least") if same else pl.col("began_least")
    return grown.with_columns(least, pl.col(*adoption.CURVES).round(1))


def _curve(fit: Mapping[str, Mapping[str, Any]], since: date) -> dict[str, Any]:
    """What a fitted curve says: where it ends and when it is fastest, each with its interval, and its doubts."""
    ends, peak = fit["ceiling"], fit["peak_time"]
    of = f" of {counted(int(ends['of']), 'sites')} waited for" if ends["of"] is not None else ""
    low, high = ends["lower"], ends["upper"]
    between = ". The data set no limit to that."
    if low is not None and high is not None:
        between = f" (95% interval {number(round(low))} to {number(round(high))})."
    elif low is not None:
        between = f" (at least {number(round(low))})."
    fastest = months_after(since, int(peak["estimate"])) if 0 <= peak["estimate"] < 1200 else None
    told = f"It ends at {counted(round(ends['estimate']), 'sites')} that ever began{of}{between}"
    told += f" Most are new around {month(fastest)}." if fastest else ""
    if peak["lower"] is not None and peak["upper"] is not None and fastest:
        first, last = (months_after(since, max(0, min(1200, int(peak[end])))) for end in ("lower", "upper"))
        told = told[:-1] + f" (95% interval {month(first)} to {month(last)})."
    told = f"{told} {ends['doubt']}".strip() if ends["doubt"] else told
    return {"ceiling": ends["estimate"], "lower": low, "upper": high, "fastest": fastest, "says": told}


def steps(programme: Programme) -> int:
    """About how often the steps of :func:`all_frames` are told of."""
    every = [*forecasting.of_programme(programme).values(), *forecasting.of_programme(programme, "region").values()]
    known = [history for history in every if (history.of or forecasting.GROUP) >= forecasting.GROUP]
    tried = [len(backtest.origins(history)) for history in known]
    return sum(tried) + len(tried) + len(adoption.CURVES) + (tried[0] if tried else 0) + 1


def all_frames(
    programme: Programme, step: Step = lambda part: None, *, regions: bool = True
) -> dict[str, pl.DataFrame]:
    """Everything that takes long: the forecast, the curves, and the forecast of each region, as frames by name."""
    found = {**foreseen(programme, step).frames, **growing(programme, step)}
    return {**found, "regions": by_region(programme, step)} if regions else found


def month_by_month(found: Foreseen, plan_lines: pl.DataFrame) -> pl.DataFrame:
    """Each month ahead with its intervals in words, and what the latest plan means by then."""
    rows = found.months.select(
        "on",
        "median",
        *(pl.format("{} to {}", f"lower_{share}", f"upper_{share}").alias(f"within_{share}") for share in (50, 80, 95)),
    )
    plan = latest_plan(plan_lines)
    ends = rows.select("on", end=pl.col("on").dt.month_end()).sort("end")
    if not plan.height:
        return rows.with_columns(planned=pl.lit(None, dtype=pl.Int64))
    by_then = ends.join_asof(plan.select("on", "planned").sort("on").rename({"on": "by"}), left_on="end", right_on="by")
    return rows.join(by_then.select("on", "planned"), on="on", how="left", maintain_order="left")


def latest_plan(plan_lines: pl.DataFrame) -> pl.DataFrame:
    """The latest version of the plan for how many sites: of the programme, else of its sites together."""
    for of in ("programme", "sites"):
        mine = plan_lines.filter(pl.col("of") == of)
        if mine.height:
            return mine.filter(pl.col("version") == mine["version"].max())
    return plan_lines.clear()


def scored(found: Foreseen) -> pl.DataFrame:
    """How close each forecaster came, by the names that people use."""
    return found.scores.with_columns(
        called=pl.col("forecaster").map_elements(label, return_dtype=pl.String),
        used=pl.when("used").then(pl.lit("yes")),
    )


def coverage(found: Foreseen) -> str:
    """How often the intervals of what is recommended held what came."""
    mine = found.scores.filter(pl.col("used"))
    if not mine.height:
        return ""
    row = mine.row(0, named=True)
    held = ", ".join(f"the {share}% interval {percent(row[f'covered_{share}'])}" for share in (50, 80, 95))
    return f"Of {row['tried']:,} earlier forecasts by {label(row['forecaster'])}, this share held what came: {held}."
