"""How long a round of 5,000 respondents takes: answering, closing, every page that shows it, and the files that go out.

    python benchmarks/rounds.py [respondents]

The round is begun, answered and closed as people do it, from a server started as a user does; a hundred answer through
its pages, and the other sheets are laid beside theirs as the pages would have. "First" is with nothing kept of what was
worked out before; "warm" is the best of three after that. A second round of the same people, half of whom answered both
times, is what the first is set beside. Next to them: what a script takes to count the same answers from a file.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Callable
from functools import partial
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))
from pages import read, seconds, signed_in, started

from takeroot import Programme

REACH = "a page under 0.5 s on the server"
#: So many answer through the pages.
BY_HAND = 100
ROLES = ("nurse", "doctor", "carer", "manager")
PAGES = {
    "Assess": "p/large/assess",
    "The instrument": "p/large/assess/npt",
    "What people answered": "p/large/views/Autumn",
    "The same, by role": "p/large/views/Autumn?by=role",
    "Facilitation sheet": "p/large/views/Autumn/sheet",
    "What goes out as a file": "p/large/views/Autumn/export",
}
#: Lays sheets beside those that came through the pages, in the database of the server.
LAID = """
import sys, django
from takeroot.web import environment
django.setup()
import numpy as np
from django.utils import timezone
from takeroot.web import rounds, vault
from takeroot.web.models import Asking, Reply

name, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
asking = Asking.objects.get(round=name)
of, draw, rows = asking.asks(), np.random.default_rng(first), []
offers = {}
for one in of.questions:
    scale = of.scale(one)
    offers[one.id] = [each.value for each in scale.options] or [str(n) for n in range(11)]
for n in range(first, last):
    said = {q: offered[int(draw.integers(len(offered)))] for q, offered in offers.items() if draw.random() > 0.03}
    words = {q: f"What person {n} wrote on it" for q in list(said)[:1] if draw.random() < 0.1}
    role = asking.roles[int(draw.choice(len(asking.roles), p=[0.6, 0.25, 0.14, 0.01]))]
    sheet = rounds.Said(said, words, role, tuple(words))
    code = vault.code_of(asking.programme_id, asking.series, f"person {n}")
    sealed = rounds.sealed(asking, code, rounds.Sheet(sheet, sheet))
    rows.append(Reply(asking=asking, code=code, sealed=sealed, sent=True, on=timezone.localdate()))
Reply.objects.bulk_create(rows, batch_size=500)
"""
#: Writes the answers down for the script.
WRITTEN = """
import sys, django
django.setup()
from takeroot.vocabulary import files
from takeroot.vocabulary.tables import ANSWERS
from takeroot.web import archive
from takeroot.web.models import Programme

rows = archive.rows_where(Programme.objects.get(slug="large"), ANSWERS).select(*ANSWERS.columns)
open(sys.argv[1], "wb").write(files.csv_bytes(rows))
"""


def within(home: Path, code: str, *given: object) -> None:
    """Run something in the database of the server."""
    env = os.environ | {"TAKEROOT_HOME": str(home), "DJANGO_SETTINGS_MODULE": "takeroot.web.settings"}
    subprocess.run([sys.executable, "-c", code, *map(str, given)], env=env, check=True)


def sent(opener: OpenerDirector, address: str, path: str, **cells: str) -> str:
    """Send a form of a page; where it led, with the page."""
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', read(opener, f"{address}{path}").decode())
    data = urllib.parse.urlencode(cells | ({"csrfmiddlewaretoken": token[1]} if token else {})).encode()
    with opener.open(Request(f"{address}{path}", data, {"Referer": address})) as answer:
        return str(answer.url) + "\n" + answer.read().decode()


def begun(opener: OpenerDirector, address: str, name: str) -> tuple[str, str]:
    """A round that the lead begins: its own page, and the link for everybody."""
    today = time.strftime("%Y-%m-%d")
    form = {
        "name": name, "instrument": "npt", "way": "anonymous:link", "opens": today, "closes": today, "floor": "5",
        "years": "2", "roles": "\n".join(ROLES),
    }  # fmt: skip
    page = sent(opener, address, "p/large/rounds/new", **form)
    link = re.search(r'href="(http[^"]+/r/[^"]+)"', page)
    assert link, page[-3000:]
    return page.partition("\n")[0].removeprefix(address), link[1].replace("http://testserver/", address)


def answered(address: str, link: str) -> float:
    """How long it takes to answer all of it by the link, page by page."""
    client, start = build_opener(HTTPCookieProcessor(CookieJar())), time.perf_counter()
    path = link.removeprefix(address)
    sent(client, address, path, do="begin")
    for number in range(1, 20):
        page = read(client, f"{address}{path}{number}").decode()
        marks = dict(re.findall(r'name="(csrfmiddlewaretoken|once|seen)" value="([^"]*)"', page))
        asked = dict(re.findall(r'<input type="radio" name="(q-[^"]+)" value="([^"]+)"', page))
        data = urllib.parse.urlencode(marks | asked).encode()
        with client.open(Request(f"{address}{path}{number}", data, {"Referer": address})) as answer:
            if "/send" in answer.url:
                break
    page = sent(client, address, f"{path}send", role="nurse")
    assert "/sent" in page.partition("\n")[0], page
    return time.perf_counter() - start


def counted(path: Path) -> None:
    """What a script does: how many gave each answer, of everyone and by role."""
    rows = pd.read_csv(path)
    rows.groupby(["round", "question", "answer"]).size()
    rows.groupby(["round", "question", "role", "answer"]).size()


def main(respondents: int = 5_000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home, large = Path(folder) / "home", Path(folder) / "large"
        Programme("Large", sites={"site": ["A"]}).write(large)
        server, address, password = started(home, large)
        try:
            opener = signed_in(address, password)
            half = respondents // 2
            for name, first in (("Spring", 0), ("Autumn", half)):
                where, link = begun(opener, address, name)
                by_hand = sorted(answered(address, link) for _ in range(BY_HAND if name == "Autumn" else 1))
                within(home, LAID, name, first, first + respondents - len(by_hand))
                took = seconds(partial(sent, opener, address, where, do="close"))
                if name == "Autumn":
                    print(f"{respondents:,} respondents, 23 questions, two rounds; to reach: {REACH}")
                    print(f"{'one respondent, all of it, page by page':50} {by_hand[len(by_hand) // 2]:8.2f}")
                    print(f"{'closing it':50} {took:8.2f}")
            print(f"{'':50} {'first s':>8} {'warm s':>8}")
            for name, path in PAGES.items():
                get = partial(read, opener, f"{address}{path}")
                shutil.rmtree(home / "frames", ignore_errors=True)
                print(f"{name:50} {seconds(get):8.2f} {min(seconds(get) for _ in range(3)):8.3f}", flush=True)
            for kind in ("csv", "zip", "xlsx"):
                take: Callable[[], object] = partial(taken, opener, address, kind)
                shutil.rmtree(home / "frames", ignore_errors=True)
                print(f"{f'The file, as {kind}':50} {seconds(take):8.2f} {min(seconds(take) for _ in range(3)):8.3f}")
            within(home, WRITTEN, large / "answers.csv")
            took = seconds(partial(counted, large / "answers.csv"))
            print(f"{'pandas: read the answers from CSV, count them':50} {took:8.2f}", flush=True)
        finally:
            server.terminate()
            server.wait()


def taken(opener: OpenerDirector, address: str, kind: str) -> bytes:
    """The figures of the round as a file."""
    form = f"{address}p/large/views/Autumn/export"
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', read(opener, form).decode())
    assert token
    data = urllib.parse.urlencode({"kind": kind, "csrfmiddlewaretoken": token[1]}).encode()
    with opener.open(Request(form, data, {"Referer": address})) as answer:
        return answer.read()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
