"""Simulated histories written down as the record of a programme."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from takeroot.simulation import STAGES, Model, Setting, Sites, State, Ties, run
from takeroot.simulation.numbers import first_of
from takeroot.vocabulary.programme import Programme

BEGINS = date(2020, 1, 1)


def history(model: Model, setting: Setting, state: State, months: int, seed: int) -> np.ndarray:
    """Where each site stood at every standing of one simulated history: sites by standings."""
    names = [str(name) for name in setting.sites.names]  # type: ignore[union-attr]
    outcome = run(model, setting, state, months=months, replicates=1, seed=seed, watch=names)
    return outcome.stages_watched[:, 0, :, 0].T


def programme(
    stood: np.ndarray, setting: Setting, state: State, step: int = 1, **tables: Mapping[str, Any] | pl.DataFrame
) -> Programme:
    """The record that somebody would have kept of it: each change of stage on some day of the month it was made in."""
    begins = int(state.month)  # type: ignore[arg-type]
    rows = []
    for name, path in zip(setting.sites.names, stood, strict=True):  # type: ignore[arg-type]
        for standing, stage in enumerate(path.tolist()):
            if standing == 0 or stage != path[standing - 1]:
                day = first_of(begins + step * standing) - timedelta(days=3 + standing % 5)
                rows.append((str(name), STAGES[stage], day))
    last = first_of(begins + step * (stood.shape[1] - 1)) - timedelta(days=1)
    sites = {"site": [str(name) for name in setting.sites.names]}  # type: ignore[union-attr]
    if len(setting.sites.regions) > 1:
        sites["region"] = [setting.sites.regions[place] for place in setting.sites.region_of]
    given = pl.DataFrame({**sites, **{name: np.asarray(each) for name, each in setting.sites.covariates.items()}})
    ties = setting.ties
    if len(ties):
        named = np.asarray(setting.sites.names)
        tied = {"source": named[np.asarray(ties.source)], "target": named[np.asarray(ties.target)]}
        tables = {"ties": pl.DataFrame({**tied, "kind": np.asarray(ties.kind)}), **tables}
    stages = pl.DataFrame(rows, schema=["site", "stage", "on"], orient="row")
    return Programme({"name": "Simulated", "as_at": last}, sites=given, stages=stages, **tables)


def by_quarter(told: Programme) -> Programme:
    """The same record by somebody who knows only the quarter of whatever came after the beginning."""
    later = pl.col("on") > BEGINS
    rounded = told.stages.drop("id").with_columns(
        on=pl.when(later).then(pl.col("on").dt.truncate("1q")).otherwise("on"),
        precision=pl.when(later).then(pl.lit("quarter")),
    )
    return told.with_tables(stages=rounded.unique(["site", "on", "stage"], keep="first", maintain_order=True))


def random_setting(sites: int, seed: int, regions: int = 2, ties: int = 4) -> Setting:
    """Sites in regions, each tied to some others."""
    chance = np.random.default_rng(seed)
    names = [f"site-{number:04d}" for number in range(sites)]
    source, target = np.repeat(np.arange(sites), ties), chance.integers(0, sites, sites * ties)
    pairs = np.unique(np.stack([source, target])[:, source != target], axis=1)
    where = [f"region {number % regions}" for number in range(sites)]
    return Setting(Sites(names, where), Ties(pairs[0], pairs[1], kind="visits"))
