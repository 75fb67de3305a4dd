"""How long people wait when 50 of them click at once: 1,000 sites and 500,000 values, a real server, warm pages.

    python benchmarks/clicks.py [people] [sites] [values]

The server is started as a user does, and answers over real connections that stay open; the people are threads of
another process on the same machine, so its cores serve both. "At once" is the worst there is: everybody clicks the
next page the moment the last one has come. "In use" is each of them clicking every five seconds.
"""

from __future__ import annotations

import http.client
import os
import random
import sys
import tempfile
import threading
import time
import urllib.parse
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
from pages import PAGES, made, signed_in, started

REACH = "95 in 100 under a second on two cores"
EACH = 12


class Person:
    """Somebody with a browser that keeps its connection open."""

    def __init__(self, address: str, cookie: str) -> None:
        self._address = urllib.parse.urlsplit(address)
        self._headers = {"Cookie": cookie}
        self._line = http.client.HTTPConnection(self._address.netloc, timeout=120)

    def click(self, path: str) -> float:
        """Ask for a page and take it in; how many seconds that took."""
        start = time.perf_counter()
        self._line.request("GET", f"/{path}", headers=self._headers)
        answer = self._line.getresponse()
        body = answer.read()
        assert answer.status == 200 and len(body) > 1000, (path, answer.status)
        return time.perf_counter() - start


def crowd(address: str, cookies: list[str], think: Callable[[], float]) -> dict[str, list[float]]:
    """What each click took, page by page, when everybody clicks."""
    took: dict[str, list[float]] = defaultdict(list)
    begin = threading.Barrier(len(cookies))

    def clicks(number: int, cookie: str) -> None:
        person, chance = Person(address, cookie), random.Random(number)
        begin.wait()
        time.sleep(chance.random() * think())
        for _ in range(EACH):
            name = chance.choice(list(PAGES))
            took[name].append(person.click(PAGES[name]))
            time.sleep(think())

    people = [threading.Thread(target=clicks, args=one) for one in enumerate(cookies)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    return took


def shown(title: str, took: dict[str, list[float]], wall: float, busy: float) -> None:
    """The 50th, 95th and 99th percentile of each page."""
    every = [second for seconds in took.values() for second in seconds]
    print(f"{title}: {len(every)} clicks in {wall:.1f} s, {busy / len(every) * 1000:.0f} ms of processor a click")
    for name, seconds in {**{name: took[name] for name in PAGES}, "all pages": every}.items():
        half, most, nearly = np.percentile(seconds, [50, 95, 99])
        print(f"  {name:20} {half:8.2f} {most:8.2f} {nearly:8.2f}", flush=True)


def processor(server: int) -> float:
    """Seconds of processor that the server and its children have used; 0 where this system does not say."""
    used = 0.0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        if server in (int(path.parent.name), int(fields[1])):
            used += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return used


def main(people: int = 50, sites: int = 1_000, values: int = 500_000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home, large = Path(folder) / "home", Path(folder) / "large"
        made(sites, values).write(large)
        server, address, password = started(home, large)
        try:
            cookies = []
            for _ in range(people):
                browser = signed_in(address, password)
                jar = next(one for one in browser.handlers if hasattr(one, "cookiejar")).cookiejar
                cookies.append("; ".join(f"{cookie.name}={cookie.value}" for cookie in jar))
            for path in PAGES.values():
                for _ in range(4):  # warm in every process
                    Person(address, cookies[0]).click(path)
            print(f"{people} people, {sites:,} sites, {values:,} values; to reach: {REACH}")
            print(f"{'':22} {'half s':>8} {'95 % s':>8} {'99 % s':>8}")
            for title, think in {"at once": lambda: 0.0, "in use": lambda: 5.0}.items():
                start, before = time.perf_counter(), processor(server.pid)
                took = crowd(address, cookies, think)
                shown(title, took, time.perf_counter() - start, processor(server.pid) - before)
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
