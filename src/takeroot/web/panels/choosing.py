"""The chooser as a page shows it: what is asked, what the answers speak for, and which choices are kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from takeroot.analysis.chooser import Choice, instruments_of, wording
from takeroot.analysis.chooser.questions import CONTESTED, QUESTIONS
from takeroot.charts.wording import day, listed
from takeroot.vocabulary.about import About
from takeroot.vocabulary.frameworks import FRAMEWORKS
from takeroot.web.actions.frameworks import mark
from takeroot.web.addresses import address
from takeroot.web.panels.head import PAGES

#: The tab on which what a framework is about is read; complexity and transitions are of what stands around it.
TABS = {
    "dsf": "sustain",
    "gtfs": "scale-up",
    "spread": "spread",
    "nasss": "scale-up",
    "nhssm": "sustain",
    "npt": "sustain",
    "rii": "sustain",
    "who": "scale-up",
    "3s": "scale-up",
    "mlp": "scale-up",
}
#: Everything that the form may send of the situation.
ASKED = (*(question.id for question in QUESTIONS), "contested")


@dataclass(frozen=True)
class Field:
    """A question of the form, with what may be answered and what was."""

    name: str
    asks: str
    options: tuple[tuple[str, str], ...]
    chosen: str


@dataclass(frozen=True)
class Listed:
    """A framework on the shortlist: where it stands, by which logics it works, why it is there, and where it leads."""

    code: str
    name: str
    place: str
    logics: str
    why: tuple[wording.Reason, ...]
    onward: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Aside:
    """A framework that is set aside or was brought back, why, and the address of the answer where that is undone."""

    name: str
    why: str
    undo: str


@dataclass(frozen=True)
class Kept:
    """A choice that is kept with the programme."""

    mark: str
    title: str
    facts: tuple[tuple[str, str], ...]
    onward: tuple[tuple[str, str], ...]


def said_in(sent: QueryDict) -> dict[str, str]:
    """The answers that were sent; questions left open are not among them."""
    return {name: word for name in ASKED if (word := sent.get(name, "").strip())}


def fields(said: dict[str, str]) -> list[Field]:
    """The form: the eight questions, and whether the change is contested."""
    asked = [(one.id, one.asks, tuple((each.word, each.says) for each in one.answers)) for one in QUESTIONS]
    asked.append(("contested", CONTESTED, (("yes", "yes"), ("no", "no"))))
    return [
        Field(name, asks, tuple((word, wording.upper(says)) for word, says in options), said.get(name, ""))
        for name, asks, options in asked
    ]


def onward(slug: str, codes: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """From frameworks to their instruments here, and to the tabs on which what they are about is read."""
    codes = list(codes)
    every = [one for code in codes for one in instruments_of(code)]
    found = [(one.title, address("assess-instrument", slug, one.id)) for one in every]
    tabs = dict.fromkeys(TABS[code] for code in codes)
    found += [(f"Read beside it: {PAGES[tab].label}", address(tab, slug)) for tab in tabs]
    return tuple((says, where) for says, where in found if where)


def shortlist(choice: Choice, slug: str) -> list[Listed]:
    """The frameworks on the shortlist, by rank; those that tie say so."""
    rows = {row["framework"]: row for row in choice.frameworks.rows(named=True)}
    ranks = [row["rank"] for row in rows.values()]
    return [
        Listed(
            code,
            rows[code]["name"],
            wording.upper(wording.place(rows[code]["rank"], ranks.count(rows[code]["rank"]) > 1)),
            wording.upper(listed(rows[code]["logics"])),
            tuple(wording.why(choice, code)),
            onward(slug, [code]),
        )
        for code in choice.shortlist
    ]


def asides(choice: Choice, back: Collection[str]) -> list[Aside]:
    """What is set aside, and why."""
    rows = choice.frameworks.filter(choice.frameworks["set_aside"].is_not_null())
    return [
        Aside(name, why, _query(choice, {*back, code}))
        for code, name, why in rows.select("framework", "name", "set_aside").iter_rows()
    ]


def _query(choice: Choice, back: Collection[str]) -> str:
    """The end of an address that gives these answers, with these frameworks brought back."""
    said = choice.situation.model_dump(exclude_none=True)
    said["contested"] = {True: "yes", False: "no"}.get(said.get("contested"), "")
    return "?" + urlencode({**said, "back": [code for code in FRAMEWORKS if code in back]}, doseq=True) + "#answer"


def brought_back(choice: Choice, back: Collection[str]) -> list[Aside]:
    """What was brought back, with the address of the answer with it set aside again."""
    rows = choice.frameworks.filter("back").select("framework", "name").iter_rows()
    return [Aside(name, "brought back by you", _query(choice, {*back} - {code})) for code, name in rows]


def points(choice: Choice) -> list[tuple[str, int, str]]:
    """The points of each framework, in the order of the Element's table, and whether it is set aside."""
    rows = choice.frameworks.select("name", "total", "set_aside").iter_rows()
    return [(name, total, "set aside" if why else "") for name, total, why in rows]


def offered(choice: Choice) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What may be chosen: what the answers speak for, and every other framework."""
    near = [*choice.shortlist, *dict.fromkeys(choice.companions["framework"])]
    far = [code for code in FRAMEWORKS if code not in near]
    return [(code, FRAMEWORKS[code].name) for code in near], [(code, FRAMEWORKS[code].name) for code in far]


def kept(about: About, slug: str) -> list[Kept]:
    """The choices that are kept with the programme, the latest first."""
    return [
        Kept(
            mark(one),
            listed([FRAMEWORKS[code].name for code in one.chosen]),
            tuple(
                (label, text)
                for label, text in (
                    ("Why", one.why),
                    ("Chosen by", one.by),
                    ("On", day(one.on) if one.on else ""),
                    ("What was answered", wording.told(one.situation)),
                    ("Brought back", wording.names(one.back)),
                )
                if text
            ),
            onward(slug, one.chosen),
        )
        for one in reversed(about.frameworks)
    ]
