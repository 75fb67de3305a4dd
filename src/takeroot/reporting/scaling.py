"""What a simulation costs, and how that grows: what was measured, for a page of the workbench and one of the manual.

The figures stand in one file, ``scaling.json``, which ``benchmarks/scaling.py`` writes; nothing of them is said
elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from takeroot.charts.wording import day, number
from takeroot.reporting.blocks import Grid, written

FILE = Path(__file__).with_suffix(".json")
#: What is made larger, one at a time, in the order in which it is told.
OF = ("sites", "ties", "months", "histories")
_COSTS = {"of": pl.String, "size": pl.Int64, "seconds": pl.Float64, "memory": pl.Float64, "middle": pl.Boolean}
_SHARED = {"how": pl.String, "seconds": pl.Float64, "numbers": pl.String}
LEAD = (
    "Simulating the spread of an improvement costs in proportion to sites, to months and to histories, and less than "
    "that to ties.",
    "Memory stays bounded: histories are made in blocks of 64, and only their counts are kept.",
)
READING = (
    "The slope is that of the logarithms over the larger half: 1 is in proportion, and less is better.",
    "A site asks its neighbours once for 64 histories, so ties cost little; with few ties, what is left is the cost of "
    "the sites themselves.",
    "Fewer than 64 histories cost as much as 64.",
)
SHARING = (
    "Whatever the way, the same seed gives the same numbers: a draw depends on the site, the month and the history, "
    "never on who draws it.",
    "A worker that is lost takes nothing with it: its blocks are made again elsewhere.",
)
WHICH = (
    "Up to some ten thousand sites, threads on one machine are enough: a second thread begins at no cost, and shares "
    "its memory.",
    "A cluster is for many histories of many sites: each worker holds the sites once, so give it machines rather than "
    "more workers on one machine. A command takes its address as --cluster tcp://…; the choices of a what-if are run "
    "there, and its break-evens and moved assumptions, which are many short runs, on threads beside the command.",
    "A forecast by curves does not simulate sites at all: it takes seconds, whatever their number.",
)


@dataclass(frozen=True, eq=False)
class Measured:
    """What one run of the benchmark measured.

    Parameters
    ----------
    on, machine, command
        The day, the machine and how busy it was in plain words, and the command that measures it anew.
    middle
        How many sites, ties, months and histories the run in the middle has.
    costs
        One row for each run: what was made larger or smaller, how much of it there was, seconds of the processor, and
        the most memory that its process had, in MiB; and whether it is the run in the middle.
    shared_of, shared
        What the same run of more histories was, and how long it took on threads, processes and a cluster, by the clock.
    """

    on: date
    machine: str
    command: str
    middle: dict[str, int]
    costs: pl.DataFrame
    shared_of: str
    shared: pl.DataFrame

    @classmethod
    def read(cls, text: str) -> Measured:
        """From the text of the file."""
        said = json.loads(text)
        frames = {"costs": pl.DataFrame(said["costs"], schema=_COSTS, orient="row")}
        frames["shared"] = pl.DataFrame(said["shared"], schema=_SHARED, orient="row")
        return cls(**{**said, "on": date.fromisoformat(said["on"]), **frames})

    def written(self) -> str:
        """The text of the file."""
        said = {"on": self.on.isoformat(), "machine": self.machine, "command": self.command, "middle": self.middle}
        costs, shared = (_lines(frame.iter_rows()) for frame in (self.costs, self.shared))
        head = json.dumps({**said, "shared_of": self.shared_of}, indent=2, ensure_ascii=False)
        return f'{head[:-2]},\n  "costs": {costs},\n  "shared": {shared}\n}}\n'

    @property
    def how(self) -> tuple[str, ...]:
        """What was run, on what, and when."""
        sizes = {of: number(size) for of, size in self.middle.items()}
        return (
            "The full model (eight stages, thirteen moves, peers, support, capacity by region, drifting fit, memory), "
            "on one thread.",
            f"In the middle stand {sizes['sites']} sites with {sizes['ties']} ties, {sizes['months']} months and "
            f"{sizes['histories']} histories; one of the four is then halved and doubled, again and again.",
            "Time is that of the processor, the least of three; memory is the most that a process of its own has had.",
            f"Measured on {day(self.on)} on {self.machine}.",
        )

    @property
    def grown(self) -> Grid:
        """From how much to how much of each, and what that took."""
        rows = []
        for of in OF:
            mine = self.costs.filter(of=of).sort("size")
            if mine.height:
                first, last = mine.row(0, named=True), mine.row(-1, named=True)
                rows.append(
                    {
                        "of": of,
                        "from": first["size"],
                        "to": last["size"],
                        "seconds": f"{first['seconds']:.3f} to {last['seconds']:.3f}",
                        "slope": f"{slope(mine):.2f}",
                        "memory": f"{first['memory']:.0f} to {last['memory']:.0f}",
                    }
                )
        return Grid.of(
            pl.DataFrame(rows, schema_overrides={"from": pl.Int64, "to": pl.Int64}),
            "What is made larger, and what that costs.",
            ("of", "What"),
            ("from", "From", "number"),
            ("to", "To", "number"),
            ("seconds", "Seconds"),
            ("slope", "Slope"),
            ("memory", "Memory, MiB"),
        )

    @property
    def ways(self) -> Grid:
        """The same run on threads, processes and a cluster."""
        first = self.shared["seconds"][0] if self.shared.height else 1.0
        frame = self.shared.with_columns(
            took=pl.col("seconds").map_elements(lambda took: f"{took:.2f}", return_dtype=pl.String),
            times=pl.col("seconds").map_elements(lambda took: f"{first / took:.2f}", return_dtype=pl.String),
        )
        return Grid.of(
            frame,
            "The same run in several ways, by the clock.",
            ("how", "How"),
            ("took", "Seconds"),
            ("times", "Times as fast"),
            ("numbers", "The numbers"),
        )


def measured() -> Measured:
    """What was measured last."""
    return Measured.read(FILE.read_text(encoding="utf-8"))


def slope(costs: pl.DataFrame) -> float:
    """How the logarithm of time grows with that of size, over the larger half."""
    larger = costs.sort("size").tail(costs.height // 2 + 1)
    x, y = (np.log(larger[name].to_numpy()) for name in ("size", "seconds"))
    return float(np.polyfit(x, y, 1)[0])


def in_markdown(found: Measured, picture: str) -> str:
    """The part of the manual's page that is measured, a sentence a line."""
    parts = [
        *("## What was measured", ""),
        *(*found.how, f"`{found.command}` measures all of this on your machine.", ""),
        *(f"![Time of the processor against {', '.join(OF[:-1])} and {OF[-1]}]({picture})", ""),
        *(*_table(found.grown), "", *READING, ""),
        *("## What more than one processor gives", ""),
        *(found.shared_of, "", *_table(found.ways), "", *SHARING),
    ]
    return "\n".join(parts)


def _table(grid: Grid) -> list[str]:
    numbers = [column.kind == "number" for column in grid.columns]
    told = [[written(value, column.kind) for value, column in zip(row, grid.columns, strict=True)] for row in grid.rows]
    return [
        f"| {' | '.join(column.head for column in grid.columns)} |",
        f"| {' | '.join('---:' if each else '---' for each in numbers)} |",
        *(f"| {' | '.join(row)} |" for row in told),
    ]


def _lines(rows: Iterable[tuple[Any, ...]]) -> str:
    told = [f"    {json.dumps(list(row), ensure_ascii=False)}" for row in rows]
    return "[\n" + ",\n".join(told) + "\n  ]" if told else "[]"
