"""How long the pages of a large programme take: 1,000 sites and 500,000 values, from a server started as a user does.

    python benchmarks/pages.py [sites] [values]

"First" is with nothing kept of what was worked out before, as after every table was changed; "warm" is the best of
three after it. Beside them: what it takes to fetch the same values from the same database and do nothing with them, and
what a script takes to read them from a file and average them by month.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import numpy as np
import pandas as pd
import polars as pl

from takeroot import Programme
from takeroot.vocabulary.calendar import months_after, months_from

START = date(2015, 1, 1)
MONTHS = 100
REACH = "under 0.5 s warm and 2 s first after a change"
PAGES = {"Portfolio": "", "Overview": "p/large/", "Spread": "p/large/spread", "Sustain": "p/large/sustain"}
STAGES = ("exploring", "preparing", "using", "embedded", "paused", "using", "stopped")


def made(sites: int, values: int) -> Programme:
    """Sites that come, pause, return and stop, and measures of each of them, month by month."""
    chance = np.random.default_rng(1)
    names = [f"site {number:05d}" for number in range(sites)]
    moves = set()
    for name in names:
        day = START + timedelta(days=int(chance.integers(0, 1000)))
        for stage in chance.choice(STAGES, size=int(chance.integers(2, 8))):
            moves.add((name, str(stage), day))
            day += timedelta(days=int(chance.integers(20, 300)))
    measures = [f"measure {number}" for number in range(max(1, values // (sites * MONTHS)))]
    months = pl.DataFrame({"on": months_from(START, months_after(START, MONTHS - 1))})
    rows = pl.DataFrame({"measure": measures}).join(pl.DataFrame({"site": names}), how="cross")
    rows = rows.join(months, how="cross").head(values)
    return Programme(
        "Large",
        sites={"site": names, "region": [f"region {number % 7}" for number in range(sites)]},
        stages=pl.DataFrame(sorted(moves), schema=["site", "stage", "on"], orient="row"),
        measures={"measure": measures, "improves": ["up"] * len(measures)},
        values=rows.with_columns(value=pl.Series(chance.normal(50, 5, rows.height).round(1))),
    )


def read(opener: OpenerDirector, page: str) -> bytes:
    """A page, whole."""
    with opener.open(page) as answer:
        return answer.read()


def seconds(what: Callable[[], object]) -> float:
    """How long it takes."""
    start = time.perf_counter()
    what()
    return time.perf_counter() - start


def fetched(database: Path) -> None:
    """Every value, fetched."""
    with sqlite3.connect(database) as connection:
        connection.execute('SELECT measure, site, "on", value FROM "values" ORDER BY row').fetchall()


def averaged(path: Path) -> None:
    """What a script does with a file: the mean of each measure in each month."""
    pd.read_csv(path, parse_dates=["on"]).groupby(["measure", "on"])["value"].mean()


def started(home: Path, programme: Path) -> tuple[subprocess.Popen[str], str, str]:
    """The server, its address, and the password that it says once."""
    server = subprocess.Popen(
        [sys.executable, "-m", "takeroot", "serve", "--port", "0", str(programme)],
        env=os.environ | {"TAKEROOT_HOME": str(home)},
        stderr=subprocess.PIPE,
        text=True,
    )
    said = ""
    for line in server.stderr or ():
        said += line
        if address := re.search(r"answers at (\S+)", line):
            break
    else:
        raise SystemExit(said)
    password = re.search(r"with the password (\S+)", said)
    assert password, said
    return server, address[1], password[1]


def signed_in(address: str, password: str) -> OpenerDirector:
    """A browser without a window, signed in."""
    opener = build_opener(HTTPCookieProcessor(CookieJar()))
    page = opener.open(f"{address}sign-in").read().decode()
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', page)
    assert token, page
    form = {"csrfmiddlewaretoken": token[1], "username": "lead", "password": password}
    opener.open(Request(f"{address}sign-in", urllib.parse.urlencode(form).encode(), {"Referer": address}))
    return opener


def main(sites: int = 1_000, values: int = 500_000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home, large = Path(folder) / "home", Path(folder) / "large"
        programme = made(sites, values)
        programme.write(large)
        server, address, password = started(home, large)
        try:
            opener = signed_in(address, password)
            print(f"{programme.sites.height:,} sites, {programme.values.height:,} values; to reach: {REACH}")
            print(f"{'':58} {'first s':>8} {'warm s':>8}")
            for name, path in PAGES.items():
                get = partial(read, opener, f"{address}{path}")
                shutil.rmtree(home / "frames", ignore_errors=True)
                print(f"{name:58} {seconds(get):8.2f} {min(seconds(get) for _ in range(3)):8.2f}", flush=True)
            for name, what in {
                "sqlite3: fetch the values": partial(fetched, home / "takeroot.sqlite3"),
                "pandas: read the values from CSV, means by month": partial(averaged, large / "values.csv"),
            }.items():
                print(f"{name:58} {seconds(what):8.2f}", flush=True)
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
