"""Small programmes written by hand, and a report taken apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from typing import Any

from takeroot.vocabulary.programme import Programme

HOSTILE = '<script>alert("x")</script>"\'><img src=http://evil.example/x onerror=alert(1)>&amp;'
#: Huddles held, in the year before a change and the year after.
BEFORE = (60, 62, 61, 59, 63, 60, 62, 61, 60, 59, 61, 62)
AFTER = (80, 82, 81, 83, 80, 82, 84, 81, 82, 80, 83, 82)
VOID = {"meta", "link", "br", "img", "input", "hr"}


def months(n: int, since: int = 2022) -> list[date]:
    return [date(since + i // 12, i % 12 + 1, 1) for i in range(n)]


def wards(**changes: Any) -> Programme:
    """Eight sites with a plan set twice, a lapse, a decided stop, a return, a conflict, a measure, and two accounts."""
    about = {
        "name": "Safer handover",
        "as_at": "2023-12-31",
        "aim": "Nothing is lost between shifts.",
        "rules": [
            {"name": "A year on", "valued_by": "ward teams", "months": 12, "why": "the funder asked for a year"},
            {"name": "Three years on", "valued_by": "the board", "months": 36, "why": "two budget rounds"},
        ],
        "readings": [
            {"between": ["visit", "return"], "chosen": "visit", "by": "the evaluator", "why": "somebody looked"}
        ],
        **changes.pop("about", {}),
    }
    sites = [f"W{n}" for n in range(1, 9)]
    stages = [
        ("W1", "using", "2022-02-01", None, "tracker", "w1"),
        ("W2", "using", "2022-03-01", None, "tracker", "w2"),
        ("W2", "stopped", "2023-02-01", "lapsed", "tracker", "w2-lapsed"),
        ("W3", "using", "2022-03-10", None, "tracker", "w3"),
        ("W3", "paused", "2022-09-01", None, "tracker", "w3-paused"),
        ("W3", "using", "2023-01-05", None, "tracker", "w3-back"),
        ("W4", "using", "2022-06-01", None, "tracker", "w4"),
        ("W4", "stopped", "2023-05-01", "decided", "tracker", "w4-stopped"),
        ("W5", "preparing", "2023-06-01", None, "visit", "w5"),
        ("W5", "using", "2023-06-01", None, "return", "w5-return"),
        ("W6", "declined", "2022-08-01", None, "tracker", "w6"),
        ("W7", "using", "2023-10-01", None, "tracker", "w7"),
    ]
    tables: dict[str, Any] = {
        "sites": {
            "site": sites,
            "name": [f"Ward {n}" for n in range(1, 9)],
            "region": ["North"] * 5 + ["South"] * 3,
            "eligible": [True] * 8,
            "eligible_people": [100, 200, 150, 50, 300, 120, 80, 90],
        },
        "stages": dict(
            zip(("site", "stage", "on", "reason_kind", "source", "id"), zip(*stages, strict=True), strict=True)
        ),
        "plans": {
            "what": ["stage"] * 3,
            "name": ["using"] * 3,
            "value": [8, 4, 8],
            "due": ["2023-06-30", "2023-06-30", "2024-12-31"],
            "set_on": ["2022-01-01", "2022-11-01", "2022-11-01"],
            "why": ["first plan", "fewer facilitators", "fewer facilitators"],
            "id": ["first", "second", "second-end"],
        },
        "measures": {"measure": ["huddles"], "name": ["Huddles held"], "unit": ["%"], "improves": ["up"]},
        "values": {
            "measure": ["huddles"] * 24,
            "site": ["W1"] * 24,
            "on": months(24),
            "value": [*BEFORE, *AFTER],
        },
        "accounts": {
            "question": ["what changed and why"] * 3 + ["as planned"],
            "on": ["2023-07-01", "2023-09-01", "2023-08-01", "2023-12-01"],
            "by": ["ward sister", "ward sister", "hospital manager", "programme lead"],
            "text": [
                "An earlier version.",
                "It lapsed when the educator left [stages:w2-lapsed], whatever the form said [notes:gone].",
                "It was stopped because another scheme took its place [stages:w2-lapsed].",
                "Four of eight wards use it [plans:second].",
            ],
            "version": [1, 2, 1, 1],
            "stands_beside": [None, "accounts:manager", None, None],
            "id": ["sister-1", "sister-2", "manager", "lead"],
        },
        "notes": {
            "on": ["2023-03-01", "2023-04-01"],
            "title": ["Staff like it", "Nobody has time for it"],
            "stance": ["for", "against"],
            "voice": ["nurse", "doctor"],
            "id": ["like", "time"],
        },
        "findings": {
            "title": ["Fewer falls where allocated", "No difference where begun"],
            "analysed": ["as allocated", "as started"],
            "estimate": [0.8, 1.01],
            "lower": [0.6, 0.84],
            "upper": [0.95, 1.22],
            "unit": ["odds ratio"] * 2,
            "design": ["stepped wedge"] * 2,
            "source": ["a paper"] * 2,
            "id": ["allocated", "started"],
        },
    }
    tables |= changes
    return Programme(about, **{name: table for name, table in tables.items() if table is not None})


@dataclass
class Page(HTMLParser):
    """A page taken apart: its elements in order, its words, and whether every element is closed."""

    source: str
    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.headings.append((int(tag[1]), ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            return
        self.words.append(data)
        if self.open and self.open[-1] in ("h1", "h2", "h3", "h4", "h5", "h6") and self.headings:
            level, text = self.headings[-1]
            self.headings[-1] = (level, text + data)

    @property
    def text(self) -> str:
        """Everything that is said, with single blanks."""
        return " ".join("".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every element of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]
