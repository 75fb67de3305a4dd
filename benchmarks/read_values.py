"""How long a million values take to be read and checked: CSV, workbook, Parquet, and as part of a programme.

    python benchmarks/read_values.py [values]

Each line is a process of its own: processor seconds (of all its threads and children, without imports), seconds on the
clock, and the most memory it held. The others only read: they say nothing of a wrong day, a doubled row or an unknown
site, and row numbers, error cells and formulas without a value are lost on them.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

import polars as pl

from takeroot.vocabulary import files
from takeroot.vocabulary.calendar import months_after

START = date(2016, 1, 1)
REACH = "under 10 s of processor time to read, check and load 1,000,000 values"

#: What is timed: a name, what to import, what to do in the folder ``here``.
CONTENDERS = (
    (
        "CSV: takeroot, read and check",
        "from takeroot.vocabulary.tables import VALUES",
        "VALUES.read(here / 'values.csv')",
    ),
    ("CSV: csv.reader, into lists", "import csv", "list(csv.reader((here / 'values.csv').open(newline='')))"),
    ("CSV: pandas", "import pandas", "pandas.read_csv(here / 'values.csv', parse_dates=['on'])"),
    ("CSV: polars", "import polars", "polars.read_csv(here / 'values.csv', try_parse_dates=True)"),
    (
        "xlsx: takeroot, read and check",
        "from takeroot.vocabulary.tables import VALUES",
        "VALUES.read(here / 'values.xlsx')",
    ),
    ("xlsx: pandas with calamine", "import pandas", "pandas.read_excel(here / 'values.xlsx', engine='calamine')"),
    (
        "Parquet: takeroot, read and check",
        "from takeroot.vocabulary.tables import VALUES",
        "VALUES.read(here / 'values.parquet')",
    ),
    ("Parquet: polars", "import polars", "polars.read_parquet(here / 'values.parquet')"),
    (
        "a programme's folder: takeroot, all checked",
        "from takeroot.vocabulary.programme import Programme",
        "Programme.read(here)",
    ),
)
TIMED = """
import json, resource, sys, time
from pathlib import Path
here = Path(sys.argv[1])
{imports}
import polars
polars.DataFrame({{"a": [1]}}).filter(polars.col("a") > 0)
used = lambda: sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
start, clock = used(), time.perf_counter()
kept = {doing}
taken = [used() - start, time.perf_counter() - clock]
status = Path("/proc/self/status")  # where there is one; ru_maxrss would count the parent's memory too
told = status.read_text().splitlines() if status.exists() else []
most = [int(line.split()[1]) / 1024 for line in told if line.startswith("VmHWM")]
print(json.dumps([*taken, *(most or [0])]))
"""


def made(values: int) -> pl.DataFrame:
    """So many values of ten measures, at 1,000 sites, month by month."""
    chance = random.Random(1)
    months = [months_after(START, number) for number in range(values // 10_000 + 1)]
    return pl.DataFrame(
        {
            "measure": [f"measure {row % 10}" for row in range(values)],
            "site": [f"site {row // 10 % 1000:04}" for row in range(values)],
            "on": [months[row // 10_000] for row in range(values)],
            "value": [round(chance.gauss(50, 9), 3) for _ in range(values)],
        }
    )


def main(values: int = 1_000_000) -> None:
    frame = made(values)
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        (here / "programme.yaml").write_text("name: A million values\n", encoding="utf-8")
        (here / "values.csv").write_bytes(files.csv_bytes(frame))
        apart = here / "apart"
        apart.mkdir()
        (apart / "values.csv").write_bytes(files.csv_bytes(frame))
        frame.write_parquet(apart / "values.parquet")
        if frame.height < 1_048_576:
            files.workbook({"values": frame}, apart / "values.xlsx")
        print(f"{values:,} values; to reach: {REACH}")
        print(f"{'':46} {'processor s':>12} {'clock s':>9} {'most MiB':>9}")
        for name, imports, doing in CONTENDERS:
            place = here if doing == "Programme.read(here)" else apart
            script = TIMED.format(imports=imports, doing=doing)
            done = subprocess.run(
                [sys.executable, "-c", script, str(place)], capture_output=True, text=True, check=False
            )
            if done.returncode:
                print(f"{name:46} {'-':>12}  ({(done.stderr.strip().splitlines() or ['no reason given'])[-1][:60]})")
                continue
            used, clock, most = json.loads(done.stdout)
            print(f"{name:46} {used:12.2f} {clock:9.2f} {most:9,.0f}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
