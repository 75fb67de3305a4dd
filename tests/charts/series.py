"""Series charted by the analyses themselves, with all that a control chart may hold."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from takeroot.analysis import spc

FALLS = {"measure": ["Falls"], "improves": ["down"]}
HARM = {"measure": ["Harm"], "improves": ["down"], "multiply": [100.0]}
#: Kinds of charts that need single values only.
SINGLE = ("run", "xmr", "mr", "c", "g", "t")
COUNTED = ("p", "u", "p_prime", "u_prime")


def month(n: int) -> date:
    return date(2021 + n // 12, n % 12 + 1, 1)


def wobble(n: int, width: float, seed: int = 1) -> float:
    """A number that looks like chance and is the same each time."""
    return (((n * 7919 + seed * 104729) * 31 % 1009) / 1009 - 0.5) * width


def values(months: int = 48, site: str = "Ward 3") -> pl.DataFrame:
    """A fall at month 24, a value far off at month 10, and none at month 30."""
    told = [round((22 if n < 24 else 14) + wobble(n, 6)) * 1.0 for n in range(months)]
    told = [40.0 if n == 10 else value for n, value in enumerate(told)]
    there: list[float | None] = [None if n == 30 else value for n, value in enumerate(told)]
    return pl.DataFrame(
        {
            "measure": ["Falls"] * months,
            "site": [site] * months,
            "on": [month(n) for n in range(months)],
            "value": there,
        },
        schema_overrides={"value": pl.Float64},
    )


def phases() -> pl.DataFrame:
    """New limits from month 24, a point left out, two targets and a trajectory."""
    told: list[tuple[str, int, int | None, float | None]] = [
        ("recalculate", 24, None, None), ("exclude", 10, 10, None), ("target", 0, None, 20.0),
        ("target", 30, None, 14.0), ("trajectory", 0, None, 24.0), ("trajectory", 47, None, 12.0),
    ]  # fmt: skip
    return pl.DataFrame(
        {
            "measure": ["Falls"] * len(told),
            "kind": [kind for kind, *_ in told],
            "on": [month(n) for _, n, *_ in told],
            "until": [None if n is None else month(n) for _, _, n, _ in told],
            "value": [value for *_, value in told],
        },
        schema_overrides={"value": pl.Float64, "until": pl.Date},
    )


def everything(kind: str = "xmr", **options: Any) -> pl.DataFrame:
    """The falls with all their phases, as one kind of chart."""
    return spc.chart(values(), kind=kind, measures=FALLS, phases=phases(), **options)


def counts(months: int = 36, site: str = "Ward 3", size: int = 200) -> pl.DataFrame:
    """Numerators and denominators, one of them of five only."""
    denominators = [5.0 if n == 20 else float(round(size + wobble(n, size))) for n in range(months)]
    numerators = [float(round(of * (0.2 + wobble(n, 0.06, 7)))) for n, of in enumerate(denominators)]
    return pl.DataFrame(
        {
            "measure": ["Harm"] * months,
            "site": [site] * months,
            "on": [month(n) for n in range(months)],
            "numerator": numerators,
            "denominator": denominators,
        }
    )


def proportions(kind: str = "p", least: float | None = 20) -> pl.DataFrame:
    return spc.chart(counts(), kind=kind, measures=HARM, least_denominator=least)


def of_kind(kind: str) -> pl.DataFrame:
    """Some series charted as this kind."""
    if kind in COUNTED:
        return proportions(kind)
    positive = values().with_columns(pl.col("value").fill_null(12.0)) if kind in ("g", "t") else values()
    return spc.chart(positive, kind=kind, measures=FALLS)


def of_all_kinds() -> pl.DataFrame:
    """A site for each kind of chart."""
    kept = [*of_kind("xmr").columns]
    return pl.concat(
        [
            of_kind(kind).with_columns(site=pl.lit(f"A site with a chart of the kind {kind}"), measure=pl.lit("All"))
            for kind in (*SINGLE, *COUNTED)
        ],
        how="diagonal",
    ).select(kept)


def events() -> pl.DataFrame:
    """Things of many kinds: three in the weeks about one day, one of another site, one long after the values end."""
    told: list[tuple[date, date | None, str, str, str | None]] = [
        (date(2021, 5, 4), None, "event", "Funding began.", None),
        (date(2021, 9, 4), date(2022, 3, 1), "support", "A facilitator visited each month.", "Ward 3"),
        (date(2022, 12, 20), None, "adaptation", "The huddle was made shorter.", "Ward 3"),
        (date(2023, 1, 5), None, "stage", "Ward 3 began to use it.", "Ward 3"),
        (date(2023, 1, 9), None, "experiment", "A test of two leaflets.", "Ward 3"),
        (date(2024, 1, 9), None, "stage", "Ward 9 began to use it.", "Ward 9"),
        (date(2024, 3, 9), None, "policy", "A new national standard.", None),
        (date(2024, 12, 19), None, "decision", "The board kept it.", None),
        (date(2026, 12, 19), None, "event", "Much later.", None),
    ]
    rows = [(*row, f"events:{n}") for n, row in enumerate(told)]
    names = {"on": pl.Date, "until": pl.Date, "kind": pl.String, "says": pl.String, "site": pl.String}
    return pl.DataFrame(rows, schema=names | {"reference": pl.String}, orient="row")


def funnel(sites: int = 30, kind: str = "p", least: float = 12) -> pl.DataFrame:
    """Sites of very different size: the fourth far above the rest, the eighth far below."""
    sizes = [10 + n * n * 3 for n in range(sites)]
    shares = [0.2 + wobble(n, 0.04) + {3: 0.6, 7: -0.17}.get(n, 0) for n in range(sites)]
    counted = pl.DataFrame(
        {
            "measure": ["Harm"] * sites,
            "site": [f"Hospital {n + 1:02d}" for n in range(sites)],
            "on": [date(2024, 1, 1)] * sites,
            "numerator": [float(round(of * share)) for of, share in zip(sizes, shares, strict=True)],
            "denominator": [float(of) for of in sizes],
        }
    )
    return spc.funnel(counted, kind=kind, measures=HARM, least=least)


def summaries() -> pl.DataFrame:
    """Every pair of icons there is, over sites and measures whose names are not in the order of letters."""
    variations = ("concern", "improvement", "common", "neither_high", "neither_low", "too_few")
    assurances = ("fail", "pass", "hit_and_miss", None)
    rows = [
        (measure, site, variations[(3 * m + s) % 6], assurances[(m + s) % 4], "down" if m % 2 else "up", "In words.")
        for m, measure in enumerate(["Waits", "Falls", "Sickness absence of all staff", "Beds", "Audits"])
        for s, site in enumerate(["Zeta", "Alpha", "The community hospital with a very long name", "Mid"])
        if (m, s) != (1, 1)
    ]
    names = ("measure", "site", "variation", "assurance", "improves", "says")
    return pl.DataFrame(rows, schema={name: pl.String for name in names}, orient="row")
