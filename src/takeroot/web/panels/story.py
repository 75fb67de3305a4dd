"""One line of time: everything that has a day, the latest first, and whether anybody has said why."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlencode

import polars as pl

from takeroot.analysis import explanation
from takeroot.analysis.explanation.searching import folded
from takeroot.charts.story import LANES
from takeroot.charts.wording import agree, counted, day
from takeroot.reporting.results import Results
from takeroot.vocabulary.tables import TABLES
from takeroot.web.addresses import address, page_asked, where_told
from takeroot.web.frames import Book
from takeroot.web.panels.overview import Part
from takeroot.web.panels.panel import Line
from takeroot.web.panels.spread import names

#: Things on one page.
MOST = 100
NOTHING = (
    "Nothing that has a day is recorded yet. Begin with what happened: a stage of a site, a note, an event, a decision."
)
CALLED = {
    "succession": "sites merged, split or closed",
    "experiment": "test of change",
    "signal": "signal in a measure",
    "event": "event around it",
    "assessment": "assessment",
}
STATES = {"has an account": "with an account", "accounts differ": "accounts differ", "no account yet": "no account yet"}
#: What the line of time can be narrowed by: the name, what it is called, and what stands for all.
FIELDS = (
    ("site", "Site", "every site"),
    ("kind", "What", "everything"),
    ("year", "Year", "every year"),
    ("voice", "Voice", "every voice"),
    ("strand", "Strand of scale-up", "every strand, or none"),
    ("construct", "Coded to", "every construct, or none"),
    ("account", "Change", "changes and all else"),
)
_STRANDS = TABLES["actions"].columns["strand"].words
#: What stands for the programme as a whole where a site is chosen.
WHOLE = "-"


class Asked(NamedTuple):
    """What of the story is asked for; what is empty lets everything through."""

    site: str = ""
    kind: str = ""
    year: str = ""
    voice: str = ""
    strand: str = ""
    construct: str = ""
    account: str = ""
    text: str = ""
    page: int = 1

    def address(self, slug: str, page: int) -> str:
        """Where another page of the same stands."""
        given = {name: value for name, value in self._asdict().items() if value and name != "page"}
        return f"{address('story', slug)}?{urlencode({**given, 'page': page})}#line"


def asked(book: Book, text: str = "", page: str = "", **chosen: str) -> Asked:
    """What is asked for, as far as there is such a thing; the page is one that there is."""
    given = {name: value for name, _, _ in FIELDS if (value := chosen.get(name, ""))}
    there = set(book.frame(chosen_from, whole=book.scope.whole).select("of", "value").iter_rows()) if given else set()
    wanted = Asked(
        **{name: value for name, value in given.items() if (name, value) in there}, text=" ".join(text.split())[:200]
    )
    nth = page_asked(page)
    return wanted._replace(page=min(nth, max(1, -(-_those(book, wanted).height // MOST)))) if nth > 1 else wanted


def panels(book: Book, *given: Any) -> dict[str, Any]:
    """The filters, the lines of one page, and what there is in all."""
    wanted = Asked(*given)
    every, those = book.frame(told, whole=book.scope.whole), _those(book, wanted)
    pages = max(1, -(-those.height // MOST))
    shown = those.slice((wanted.page - 1) * MOST, MOST)
    slug = book.row.slug
    return {
        "asked": wanted,
        "fields": _fields(book, wanted),
        "lines": [_line(slug, row) for row in shown.iter_rows(named=True)],
        "says": _says(every, those, wanted, pages),
        "changes": _changes(those),
        "whole": book.scope.whole,
        "newer": wanted.address(slug, wanted.page - 1) if wanted.page > 1 else "",
        "older": wanted.address(slug, wanted.page + 1) if wanted.page < pages else "",
        "empty": "" if every.height else NOTHING,
        "begin": ("record", "import"),
        "narrowed": any(wanted[:-1]),
        "parts": [Part("line", "The line of time")] if every.height else [],
    }


def told(results: Results, whole: bool) -> pl.DataFrame:
    """The line of time, with the name of each site, the measure of each signal, and all words for a search.

    Who does not see the ``whole`` does not see who explained what, so nothing is said of it.
    """
    line = explanation.storyline(results.programme, results.timeline, results.changes)
    line = line if whole else line.with_columns(state=pl.lit(None, dtype=pl.String))
    line = line.join(names(results.programme), on="site", how="left", maintain_order="left")
    of = results.signals.select("reference", "measure").unique("reference", keep="first")
    line = line.join(of, on="reference", how="left", maintain_order="left")
    line = line.with_columns(year=pl.col("on").dt.year().cast(pl.String), called=pl.coalesce("called", "site"))
    words = pl.concat_str("says", "called", "by", "more", separator="\n", ignore_nulls=True)
    return line.with_columns(words=words.map_elements(folded, return_dtype=pl.String))


def chosen_from(results: Results, whole: bool) -> pl.DataFrame:
    """Every value that the line of time can be narrowed to, and what it is called."""
    line, told = results.timeline, explanation.storyline(results.programme, results.timeline, results.changes)
    sites = names(results.programme).join(line.select("site").unique(), on="site", how="semi", maintain_order="left")
    there = set(line["kind"].unique())
    kinds = [kind for kind in LANES if kind in there]
    given = set(results.changes.filter("matters")["state"].unique()) if whole else set()
    states = [state for state in STATES if state in given]
    years = line["on"].dt.year().unique().sort(descending=True).cast(pl.String).to_list()
    rows = [
        *([("site", WHOLE, "the whole programme")] if line["site"].null_count() else []),
        *(("site", site, called) for site, called in sites.iter_rows()),
        *(("kind", kind, CALLED.get(kind, kind)) for kind in kinds),
        *(("year", year, year) for year in years),
        *(("voice", voice, voice) for voice in _those_of(told, "voice")),
        *(("strand", strand, strand) for strand in _STRANDS if strand in _those_of(told, "strand")),
        *(("construct", construct, construct) for construct in _those_of(told, "constructs")),
        *(("account", state, STATES[state]) for state in states),
    ]
    return pl.DataFrame(rows, schema={"of": pl.String, "value": pl.String, "called": pl.String}, orient="row")


def _those_of(told: pl.DataFrame, column: str) -> list[str]:
    """What a column says, each once, in the order of the alphabet."""
    said = told[column].drop_nulls().str.split("\n").explode().str.strip_chars().unique()
    return sorted((one for one in said if one), key=str.casefold)


def _fields(book: Book, wanted: Asked) -> list[dict[str, Any]]:
    """The choices that narrow the line of time, each with what is chosen; none where there is nothing to choose."""
    rows = book.frame(chosen_from, whole=book.scope.whole)
    fields = [
        {
            "name": name,
            "label": label,
            "all": every,
            "value": getattr(wanted, name),
            "choices": rows.filter(of=name).select("value", "called").rows(),
        }
        for name, label, every in FIELDS
    ]
    return [field for field in fields if field["choices"]]


def _those(book: Book, wanted: Asked) -> pl.DataFrame:
    """What is left of the line of time."""
    line = book.frame(told, whole=book.scope.whole)
    if wanted.site:
        line = line.filter(pl.col("site").is_null() if wanted.site == WHOLE else pl.col("site") == wanted.site)
    if wanted.kind:
        line = line.filter(kind=wanted.kind)
    if wanted.construct:
        coded = pl.col("constructs").str.split("\n").list.contains(wanted.construct)
        line = line.filter(coded.fill_null(False))
    for name in ("year", "voice", "strand"):
        if getattr(wanted, name):
            line = line.filter(pl.col(name) == getattr(wanted, name))
    if wanted.account:
        line = line.filter(state=wanted.account)
    for word in folded(wanted.text).split():
        line = line.filter(pl.col("words").str.contains(word, literal=True))
    return line


def _line(slug: str, row: dict[str, Any]) -> Line:
    measured = address("measures", slug) if row["kind"] == "signal" else ""
    where = f"{measured}?{urlencode({'measure': row['measure']})}" if measured and row["measure"] else ""
    until = row["until"] if row["until"] and row["until"] > row["on"] else None
    return Line(
        row["says"],
        day(row["on"]) + (f" to {day(until)}" if until else ""),
        CALLED.get(row["kind"], row["kind"]),
        "the control chart"
        if row["kind"] == "signal"
        else row["by"]
        if row["by"] and row["by"] not in row["says"]
        else "",
        where or where_told(slug, row["reference"]),
        row["more"] or "",
        row["state"] or "",
        address("change", slug, row["reference"]) if row["state"] else "",
    )


def _says(every: pl.DataFrame, those: pl.DataFrame, wanted: Asked, pages: int) -> str:
    if not those.height:
        return f"None of {counted(every.height, 'entries')} is what you ask for. Take a word or a choice away."
    said = (
        f"{counted(those.height, 'entries')}"
        if those.height == every.height
        else (f"{those.height:,} of {counted(every.height, 'entries')}")
    )
    return f"{said}, the latest first" + (f"; page {wanted.page:,} of {pages:,}." if pages > 1 else ".")


def _changes(those: pl.DataFrame) -> str:
    """How many of the changes that matter have an account, differ, or have none yet."""
    counts = dict(those["state"].drop_nulls().value_counts().iter_rows())
    if not counts:
        return ""
    of = sum(counts.values())
    said = {"has an account": ("has an account", "have an account")}
    said |= {"accounts differ": ("has accounts that differ", "have accounts that differ")}
    said |= {"no account yet": ("has no account yet", "have no account yet")}
    parts = [f"{counts[state]:,} {agree(counts[state], *words)}" for state, words in said.items() if state in counts]
    return f"Of {counted(of, 'changes')} that {agree(of, 'matters', 'matter')}: {', '.join(parts)}."
