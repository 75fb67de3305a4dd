"""How long other tools take for one control chart, limits and signals, without drawing.

    python benchmarks/spc_peers.py VALUES.csv

Run by ``spc_speed.py`` with the interpreter of the environment variable ``TAKEROOT_SPC_PEERS``, in which ``abspc``,
``shewhart``, ``clinical-qikit`` and ``pyqicharts`` are installed (those that are not are named). Every tool is given
each series as it likes it best; only its own call is timed. Prints the best of three, in seconds a series, as JSON.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any


def abspc(series: Any) -> object:
    peer = importlib.import_module("abspc")
    return peer.detect_special_causes(peer.calculate_control_limits(series, "XmR"))


def shewhart(series: Any) -> object:
    return importlib.import_module("shewhart").imr(series["value"].to_numpy())


def qikit(series: Any) -> object:
    return importlib.import_module("qikit.spc").qic(x="on", y="value", data=series, chart="i")


def pyqicharts(series: Any) -> object:
    return importlib.import_module("pyqicharts").qic_table(series, "on", "value", chart="i")


#: What each does: its own rules, which are not all ours.
PEERS: dict[str, tuple[Callable[[Any], object], int]] = {
    "abspc (shift 8, trend 6, two of three)": (abspc, 300),
    "shewhart (Nelson's rules)": (shewhart, 300),
    "clinical-qikit (Anhøj)": (qikit, 300),
    "pyqicharts (its own rules)": (pyqicharts, 30),
}


def main(path: str) -> None:
    warnings.simplefilter("ignore")
    pandas = importlib.import_module("pandas")
    rows = pandas.read_csv(path, parse_dates=["on"])
    series = [one.reset_index(drop=True) for _, one in rows.groupby("site", sort=False)]
    said: dict[str, float | str] = {}
    for name, (peer, most) in PEERS.items():
        try:
            peer(series[0])
            taken = []
            for _ in range(3):
                start = time.perf_counter()
                for one in series[:most]:
                    peer(one)
                taken.append((time.perf_counter() - start) / min(most, len(series)))
            said[name] = min(taken)
        except Exception as error:
            said[name] = f"skipped: {type(error).__name__}: {error}"
    print(json.dumps(said))


if __name__ == "__main__":
    main(sys.argv[1])
