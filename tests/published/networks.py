"""The published networks beside the checkout, as this library takes them."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from takeroot.analysis import network

#: The last period of each study, and the last in which what is coded as taking it up was taking it up.
STUDIES = {"medinnovations": (18, 17), "brfarmers": (1966, 1964)}


def read(folder: Path, name: str) -> pl.DataFrame:
    path = folder / f"{name}.csv"
    if not path.is_file():
        pytest.skip(f"no {path.name} in {folder}")
    return pl.read_csv(path, infer_schema_length=None)


def ties(folder: Path) -> pl.DataFrame:
    """Who is named influences who names."""
    return read(folder, "edges").select(
        source=pl.col("alter").cast(pl.String), target=pl.col("ego").cast(pl.String), kind="type"
    )


def as_coded(folder: Path) -> network.Panel:
    """Everybody takes it up by the end, as the reference has it."""
    nodes = read(folder, "nodes").select(site=pl.col("id").cast(pl.String), began="toa")
    return network.numbered(nodes, ties(folder), last=STUDIES[folder.name][0])


def censored(folder: Path) -> network.Panel:
    """Who is coded with the last period had not taken it up by then."""
    last = STUDIES[folder.name][1]
    nodes = read(folder, "nodes").with_columns(site=pl.col("id").cast(pl.String))
    began = pl.when(pl.col("toa") <= last).then("toa")
    about = [name for name in ("site", "city", "proage", "detail") if name in nodes.columns]
    return network.numbered(nodes.select("site", began=began), ties(folder), sites=nodes.select(about), last=last)


def beside(ours: pl.DataFrame, theirs: pl.DataFrame, on: dict[str, str]) -> pl.DataFrame:
    """Both, row by row; none may be missing on either side."""
    keys = [pl.col(name).cast(pl.String) for name in on]
    other = theirs.with_columns(pl.col(their).cast(pl.String).alias(our) for our, their in on.items())
    both = ours.with_columns(keys).join(other, on=list(on), how="inner", suffix="_theirs")
    assert both.height == ours.height == theirs.height
    return both


def furthest(both: pl.DataFrame, ours: str, theirs: str) -> float:
    """The largest difference, where both are known."""
    apart = (both[ours] - both[theirs].cast(pl.Float64)).abs()
    assert apart.count() > 0
    return float(apart.max())  # type: ignore[arg-type]
