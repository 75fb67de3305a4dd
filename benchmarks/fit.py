"""How long it takes to fit the model of spread to a record, and to try it as a forecaster.

    python benchmarks/fit.py

Records are simulated from the model itself: 60 and 1,000 sites over 60 months, with days that are known and with days
of which only the quarter is. Prints seconds on the clock and of the processor, and what the record was found to say.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.simulation.recorded import BEGINS, by_quarter, history, programme, random_setting

from takeroot.analysis import forecasting as curves
from takeroot.simulation import SPREAD, State, fit, forecasting
from takeroot.vocabulary.programme import Programme

MONTHS = 60


def record(sites: int) -> Programme:
    """What would have been recorded of one simulated history."""
    setting = random_setting(sites, 1, regions=max(2, sites // 60))
    state = State(BEGINS, ["using"] * 4 + ["not_reached"] * (sites - 4))
    return programme(history(SPREAD, setting, state, MONTHS, 1), setting, state)


def main() -> None:
    fit(record(20))  # everything that is needed has been loaded now
    print(f"{'':34} {'clock':>8} {'processor':>10}   informed")
    for sites in (60, 1000):
        exact = record(sites)
        for days, told in (("to the day", exact), ("to the quarter", by_quarter(exact))):
            clock, processor = time.perf_counter(), time.process_time()
            found = fit(told)
            clock, processor = time.perf_counter() - clock, time.process_time() - processor
            says = f"{found.parameters['informed'].sum()} of {found.parameters.height}"
            print(f"{f'{sites:,} sites, days known {days}':34} {clock:7.2f}s {processor:9.2f}s   {says}")
    told = record(60)
    clock, processor = time.perf_counter(), time.process_time()
    curves.made(told, months=12, forecasters={**curves.FORECASTERS, "model": forecasting.of_programme(told)})
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    print(f"{'60 sites, a forecast with its tries':34} {clock:7.2f}s {processor:9.2f}s")


if __name__ == "__main__":
    main()
