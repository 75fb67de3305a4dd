"""How long the pages of a large programme take: 1,000 sites and 500,000 values, from a server started as a user does.

    python benchmarks/pages.py [sites] [values]

"First" is with nothing kept of what was worked out before, as after every table was changed; "stage" and "value" are
the first look after one change of stage, or one value, was logged by its form; "warm" is the best of three after that;
"work" is the processor time that a warm page takes, over many of them. Then fifty people click at
once, each through every page. Beside them: what it takes to fetch the same values from the same database and do nothing
with them, and what a script takes to read them from a file and average them by month.
"""

from __future__ import annotations

import contextlib
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
from concurrent.futures import ThreadPoolExecutor
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
from takeroot.vocabulary.tables import MEASURES, SITES

START = date(2015, 1, 1)
MONTHS = 100
REACH = "under 0.5 s warm and 2 s first after a change"
#: The ids of the rows of the first measure, and of a site.
MEASURE = MEASURES.identified(MEASURES.read({"measure": ["measure 0"]}))["id"][0]
SITE = SITES.identified(SITES.read({"site": ["site 00007"]}))["id"][0]
PAGES = {
    "Portfolio": "",
    "Overview": "p/large/",
    "Spread": "p/large/spread",
    "Scale-up": "p/large/scale-up",
    "Sustain": "p/large/sustain",
    "Measures": "p/large/measures",
    "Measures, the next sheet of sites": "p/large/measures?sheet=2",
    "Measures, as icons": "p/large/measures/icons",
    "One chart": f"p/large/measures/{MEASURE}/sites/{SITE}",
    "One chart, its limits": f"p/large/measures/{MEASURE}/sites/{SITE}/phases",
    "Story": "p/large/story",
    "Story, one site": "p/large/story?site=site+00007",
    "Story, in words": "p/large/story?text=concern+2019",
    "Report, its sections": "p/large/report",
    "Search": "p/large/search?q=ward+carer",
}
#: People at once, and how often each clicks.
PEOPLE, CLICKS = 50, 20
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
    notes = [
        (START + timedelta(days=number % 3000), f"Note {number} of a carer on the ward") for number in range(5 * sites)
    ]
    supports = [
        (name, kind, START + timedelta(days=number % 900))
        for number, name in enumerate(names)
        for kind in ("training", "data")
    ]
    measures = [f"measure {number}" for number in range(max(1, values // (sites * MONTHS)))]
    months = pl.DataFrame({"on": months_from(START, months_after(START, MONTHS - 1))})
    rows = pl.DataFrame({"measure": measures}).join(pl.DataFrame({"site": names}), how="cross")
    rows = rows.join(months, how="cross").head(values)
    return Programme(
        "Large",
        sites={"site": names, "region": [f"region {number % 7}" for number in range(sites)]},
        stages=pl.DataFrame(sorted(moves), schema=["site", "stage", "on"], orient="row"),
        measures={"measure": measures, "improves": ["up"] * len(measures)},
        notes={
            "on": [on for on, _ in notes],
            "title": [title for _, title in notes],
            "site": [names[number % sites] for number in range(len(notes))],
        },
        supports=pl.DataFrame(supports, schema=["site", "kind", "since"], orient="row"),
        actions={"title": [f"Action {number}" for number in range(sites)], "due": [START] * sites},
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


def logged(opener: OpenerDirector, address: str, table: str, **cells: str) -> None:
    """Log one thing by its form, as a person does."""
    form = f"{address}p/large/record/{table}?{urllib.parse.urlencode(cells)}"
    hidden = re.findall(r'name="(csrfmiddlewaretoken|once)" value="([^"]+)"', opener.open(form).read().decode())
    sent = urllib.parse.urlencode({**cells, **dict(hidden)}).encode()
    with opener.open(Request(f"{address}p/large/record/{table}", sent, {"Referer": address})) as answer:
        assert "recorded=" in answer.url, answer.read().decode()


def worked(pid: int) -> float:
    """The processor time that a process and those that it started have taken, in seconds; 0 where it is not told."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            told = stat.read_text().rpartition(")")[2].split()
            if int(stat.parent.name) == pid or int(told[1]) == pid:
                ticks += int(told[11]) + int(told[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def clicked(opener: OpenerDirector, address: str, person: int) -> list[float]:
    """How long somebody waits for each of their pages."""
    there = list(PAGES.values())
    return [seconds(partial(read, opener, f"{address}{there[(person + n) % len(there)]}")) for n in range(CLICKS)]


def crowd(opener: OpenerDirector, address: str, pid: int) -> None:
    """Fifty people at once, each going through the pages without a pause; every page was seen before."""
    for path in PAGES.values():
        read(opener, f"{address}{path}")
    before = worked(pid)
    with ThreadPoolExecutor(PEOPLE) as people:
        start = time.perf_counter()
        waits = sorted(wait for each in people.map(partial(clicked, opener, address), range(PEOPLE)) for wait in each)
        took = time.perf_counter() - start
    work = 1000 * (worked(pid) - before) / len(waits)
    print(
        f"{PEOPLE} people at once, {len(waits):,} pages: {len(waits) / took:.0f} a second, {work:.1f} ms of work each;"
    )
    print(f"  half within {waits[len(waits) // 2]:.2f} s, 95 % within {waits[int(len(waits) * 0.95)]:.2f} s")


def main(sites: int = 1_000, values: int = 500_000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home, large = Path(folder) / "home", Path(folder) / "large"
        programme = made(sites, values)
        programme.write(large)
        server, address, password = started(home, large)
        try:
            opener = signed_in(address, password)
            print(f"{programme.sites.height:,} sites, {programme.values.height:,} values; to reach: {REACH}")
            print(f"{'':50} {'first s':>8} {'stage s':>8} {'value s':>8} {'warm s':>8} {'work ms':>8}")
            for number, (name, path) in enumerate(PAGES.items()):
                get = partial(read, opener, f"{address}{path}")
                shutil.rmtree(home / "frames", ignore_errors=True)
                first, day = seconds(get), (START + timedelta(days=3650 + number)).isoformat()
                logged(opener, address, "stages", site="site 00007", stage="using", on=day)
                stage = seconds(get)
                logged(opener, address, "values", measure="measure 1", site="site 00007", on=day, value="50")
                value, warm, before = seconds(get), min(seconds(get) for _ in range(3)), worked(server.pid)
                for _ in range(20):
                    get()
                work = 1000 * (worked(server.pid) - before) / 20
                print(f"{name:50} {first:8.2f} {stage:8.2f} {value:8.2f} {warm:8.3f} {work:8.1f}", flush=True)
            crowd(opener, address, server.pid)
            for name, what in {
                "sqlite3: fetch the values": partial(fetched, home / "takeroot.sqlite3"),
                "pandas: read the values from CSV, means by month": partial(averaged, large / "values.csv"),
            }.items():
                print(f"{name:50} {seconds(what):8.2f}", flush=True)
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
