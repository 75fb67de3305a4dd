"""How long the story of a large programme takes: 1,000 sites, 5,000 notes and 20,000 changes, pages and full report.

    python benchmarks/story.py [sites] [notes] [changes]

The pages are served as a user starts the server: "first" is with nothing kept of what was worked out before (the first
page of all warms the server up, too), "work" the processor time of that, "stage" the first look after one change of
stage was logged by its form, "warm" the best of three after that. The full report is written by the command, from a
cold process, in each kind of file. Beside them: what a script takes that reads the same files and counts the changes by
month.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
from pages import logged, read, seconds, signed_in, started, worked

from takeroot import Programme
from takeroot.analysis import explanation
from takeroot.vocabulary.calendar import months_after, months_from
from takeroot.vocabulary.tables import STAGES

START = date(2015, 1, 1)
MONTHS = 60
REACH = "pages under 0.5 s warm and 2 s first; the full report under 30 s"
#: What happens to a site, over and over: most of it is a change that matters.
MOVES = ("exploring", "preparing", "using", "paused", "using", "embedded", "stopped", "using", "unknown")
VOICES = ("nurse", "manager", "carer", "doctor", "coach", "patient")
PAGES = {
    "Overview": "p/large/",
    "Story": "p/large/story",
    "Story, one site": "p/large/story?site=site+00007",
    "Story, one voice": "p/large/story?voice=carer",
    "Story, no account yet": "p/large/story?account=no+account+yet",
    "Story, in words": "p/large/story?text=carer+2019",
    "Changes and accounts": "p/large/story/accounts",
}
FORMATS = ("html", "xlsx", "docx", "pptx", "pdf")


def made(sites: int, notes: int, changes: int) -> Programme:
    """Sites with a long history: stages, adaptations, plans revised, measures, and what people wrote of them."""
    chance = np.random.default_rng(7)
    names = [f"site {number:05d}" for number in range(sites)]
    where = [names[number % sites] for number in range(max(changes, notes, sites))]
    stages, day = [], {name: START + timedelta(days=int(chance.integers(0, 300))) for name in names}
    for number in range(changes * 7 // 10):
        site = where[number]
        stages.append((site, MOVES[(number // sites) % len(MOVES)], day[site]))
        day[site] += timedelta(days=int(chance.integers(40, 200)))
    plans = [
        (where[number], START + timedelta(days=365 + 30 * (number // sites)), START + timedelta(days=number // sites))
        for number in range(changes // 10 + sites)
    ]
    adapted = range(changes * 35 // 100)
    told = range(notes)
    months = pl.DataFrame({"on": months_from(START, months_after(START, MONTHS - 1))})
    values = pl.DataFrame({"measure": ["checks done"]}).join(pl.DataFrame({"site": names}), how="cross")
    values = values.join(months, how="cross")
    history = pl.DataFrame(stages, schema=["site", "stage", "on"], orient="row")
    reasons = STAGES.references(STAGES.read(history)).to_list()[:: max(1, len(stages) // 2000)]
    return Programme(
        "Large",
        sites={"site": names, "region": [f"region {number % 7}" for number in range(sites)]},
        stages=history,
        plans={
            "what": ["stage"] * len(plans),
            "name": ["using"] * len(plans),
            "site": [site for site, _, _ in plans],
            "due": [due for _, due, _ in plans],
            "set_on": [set_on for _, _, set_on in plans],
        },
        adaptations={
            "site": [where[number] for number in adapted],
            "on": [START + timedelta(days=number % 2500) for number in adapted],
            "what": [f"The round was held at another hour, way {number}" for number in adapted],
        },
        notes={
            "on": [START + timedelta(days=number % 2500) for number in told],
            "title": [f"Note {number} of a ward" for number in told],
            "text": [
                f"What was seen there on day {number}, in the words of those who work there. " * 4 for number in told
            ],
            "site": [where[number] for number in told],
            "voice": [VOICES[number % len(VOICES)] for number in told],
            "stance": [("for", "against", "mixed", "neutral")[number % 4] for number in told],
        },
        explanations={
            "change": reasons,
            "reason": [f"The team changed, reason {number}" for number in range(len(reasons))],
            "by": ["ward"] * len(reasons),
        },
        accounts={
            "question": ["what changed and why"] * 12,
            "on": [START + timedelta(days=200 * number) for number in range(12)],
            "by": [f"group {number}" for number in range(12)],
            "text": [f"It went as we could make it go [{reasons[number]}]." for number in range(12)],
        },
        measures={"measure": ["checks done"], "improves": ["up"]},
        values=values.with_columns(value=pl.Series(chance.normal(50, 5, values.height).round(1))),
    )


def counted(folder: Path) -> None:
    """What a script does with the files: how many stages, notes and adaptations there are in each month."""
    for name in ("stages", "notes", "adaptations"):
        pd.read_csv(folder / f"{name}.csv", parse_dates=["on"])["on"].dt.to_period("M").value_counts()


def reported(folder: Path, to: Path) -> None:
    """The full report, by the command."""
    command = [sys.executable, "-m", "takeroot", "report", str(folder), "-o", str(to)]
    subprocess.run(command, check=True, capture_output=True)


def main(sites: int = 1_000, notes: int = 5_000, changes: int = 20_000) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder, home = Path(temporary) / "large", Path(temporary) / "home"
        programme = made(sites, notes, changes)
        programme.write(folder)
        found = explanation.changes(programme)
        assert found.height >= changes, f"{found.height:,} changes were made, not {changes:,}"
        print(
            f"{sites:,} sites, {programme.notes.height:,} notes, {found.height:,} changes, "
            f"{found['matters'].sum():,} of them that matter; to reach: {REACH}"
        )
        server, address, password = started(home, folder)
        try:
            opener = signed_in(address, password)
            print(f"{'':40} {'first s':>8} {'work s':>8} {'stage s':>8} {'warm s':>8} {'kB':>8}")
            one = found.filter("matters")["reference"][0]
            pages = {**PAGES, "One change": f"p/large/story/changes/{one}"}
            for number, (name, path) in enumerate(pages.items()):
                get = partial(read, opener, f"{address}{path}")
                shutil.rmtree(home / "frames", ignore_errors=True)
                before = worked(server.pid)
                first, on = seconds(get), (START + timedelta(days=3650 + number)).isoformat()
                logged(opener, address, "stages", site="site 00007", stage="using", on=on)
                work = worked(server.pid) - before
                stage, warm = seconds(get), min(seconds(get) for _ in range(3))
                print(
                    f"{name:40} {first:8.2f} {work:8.2f} {stage:8.2f} {warm:8.3f} {len(get()) / 1000:8.0f}", flush=True
                )
        finally:
            server.terminate()
            server.wait()
        for kind in FORMATS:
            to = Path(temporary) / f"report.{kind}"
            took = seconds(partial(reported, folder, to))
            print(f"{f'the full report as {kind}':40} {took:8.2f} {os.stat(to).st_size / 1e6:8.1f} MB", flush=True)
        print(f"{'pandas: count by month':40} {seconds(partial(counted, folder)):8.2f}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
