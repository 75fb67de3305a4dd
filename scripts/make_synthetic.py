"""Make the synthetic example: a regional programme of sixty sites over five years, invented from a seed.

    python scripts/make_synthetic.py

writes ``src/takeroot/examples/synthetic/`` and ``tests/truth/synthetic.yaml``, the same to the byte each time. What is
told by hand (the story, and the histories of sites it names) stands in ``scripts/synthetic/told/``; the rest is drawn.
The truth holds what was put in, for tests: it is no part of the package.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from synthetic import asking, delivering, measuring, places, planning, spread, told, truth

from takeroot.analysis import spc
from takeroot.vocabulary.programme import Programme
from takeroot.vocabulary.tables import TABLES

HERE = Path(__file__).resolve().parent.parent
FOLDER = HERE / "src/takeroot/examples/synthetic"
TRUTH = HERE / "tests/truth/synthetic.yaml"

Row = dict[str, Any]


def main(folder: Path = FOLDER, truth_file: Path = TRUTH) -> None:
    """Make the programme, and write it and what was put in."""
    listed = places.sites()
    sites = spread.histories(listed)
    rows: dict[str, list[Row]] = {
        "sites": listed,
        "successions": places.successions(),
        "ties": places.ties(listed),
        "plans": planning.plans(listed),
        "stages": spread.stages(sites),
        "supports": planning.supports(sites),
        "deliveries": delivering.deliveries(sites),
        "values": measuring.values(sites),
        "answers": asking.answers(),
        "codings": told.codings(told.rows("notes")),
    }
    rows |= {name: told.rows(name) for name in told.tables() if name not in rows}
    found = found_signals(rows)
    rows = {name: told.with_signals(one, found) for name, one in rows.items()}
    programme = Programme(
        YAML(typ="safe", pure=True).load(told.TOLD / "programme.yaml"),
        **{name: frame(name, rows[name]) for name in rows},
    )
    shutil.rmtree(folder, ignore_errors=True)
    programme.write(folder)
    truth.write(truth_file, programme, sites, found)


def frame(name: str, rows: list[Row]) -> Any:
    """Rows as columns, every one of the table's and no row without."""
    columns = list(dict.fromkeys([*TABLES[name].columns, *(column for row in rows for column in row)]))
    return TABLES[name].read({column: [row.get(column) for row in rows] for column in columns})


def found_signals(rows: dict[str, list[Row]]) -> dict[tuple[str, str], str]:
    """The reference of each planted signal; unless every one of them is found, there is no example."""
    charted = spc.chart(
        frame("values", rows["values"]),
        measures=frame("measures", rows["measures"]),
        phases=frame("phases", rows["phases"]),
    )
    listed = spc.signals(charted)
    found = {}
    for planted in measuring.PLANTED:
        same = {"measure": planted.measure, "site": planted.site, "signal": planted.kind, "shows": planted.shows}
        spans = listed.filter(**same).filter(listed.filter(**same)["until"] >= planted.first)
        spans = spans.filter(spans["on"] <= planted.last)
        if spans.height != 1:
            sys.exit(
                f"The planted {planted.kind} of {planted.measure} at {planted.site} was found {spans.height} times."
            )
        found[planted.measure, planted.site] = spans["reference"][0]
    return found


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
