"""An empty workbook to fill in: a sheet for each table, and a first page that explains how.

Where only some words are allowed, a list offers them and takes no other; where words are merely usual, or name a thing
on another sheet, a list offers them and any other may stand. The lists themselves lie on a hidden sheet, because a list
within a cell's rule holds no more than 255 characters. Everything is taken from the tables and from
:class:`~takeroot.vocabulary.about.About`, so the workbook can not fall behind them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from takeroot.vocabulary.about import About
from takeroot.vocabulary.column import Column
from takeroot.vocabulary.files.disk import writing
from takeroot.vocabulary.files.sheet import letters
from takeroot.vocabulary.files.workbook_out import MADE
from takeroot.vocabulary.table import Table
from takeroot.vocabulary.tables import TABLES

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

READ_ME, LISTS = "Read me", "_lists"
#: Rows that are ready to be filled in: they have lists. More may follow.
READY = 5_000

#: The kinds of columns, as a person is told of them.
KINDS = {
    "text": "text",
    "word": "a word from the list",
    "day": "a day, such as 2024-03-31",
    "number": "a number",
    "count": "a whole number",
    "share": "a share: 0.4 or 40%",
    "share_or_word": "a share (0.4 or 40%) or a word from the list",
    "yes_no": "yes or no",
    "references": "references such as stages:1a2b3c4d5e, joined by ;",
}

HOW = (
    "Only the name of the programme is needed to begin: write it on the sheet 'programme', beside 'name'.",
    "Fill only the sheets you need. Each has one row for each thing, under a first row that stays as it is.",
    "A column marked with * on this page is needed in every row; its name on the sheet is bold, above a double line.",
    "The other columns may stay empty. Leave empty what is not known: it is never counted as zero.",
    "Write days as 2024-03-31 (or as your spreadsheet shows days), and shares as 0.4 or 40%.",
    "Point at the name of a column to read what it means. Where a cell has a list, choose from it.",
    "Do not merge cells, and delete rows that you do not need.",
    "Any sheet may have a further column 'id': a short name of the row, to cite it by, as in stages:ward7-start.",
    "On the sheet 'sites', any further columns are kept with the sites.",
    "What is on this page is not read. To check what you wrote: takeroot check FILE.xlsx",
)

#: What the fields of the sheet 'programme' say; of items that may be several, the first.
FIELDS = {
    "name": "what the programme is called (the only field that is needed)",
    "aim": "what it wants to reach",
    "sponsor": "who asked for it, or pays for it",
    "start": "its first day",
    "end": "its last day",
    "as_at": "the day up to which the record is complete; the latest day in the record, where empty",
    "synthetic": "yes, if all of it is made up",
    "improvement": "what is spread, in sentences",
    "theory": "how it is thought to work, in sentences",
    "success.replicated": "what success means if the improvement is to be replicated",
    "success.changed": "what success means if the question is what changed, and why",
    "success.explained": "what success means if it is to be explained by theory",
    "meant_by.spread": "what the programme means by spread",
    "meant_by.scale_up": "what it means by scale-up",
    "meant_by.sustained": "what it means by sustained",
    "rules.1.name": "what people call this rule for 'sustained'; for another write fields that begin with rules.2",
    "rules.1.what.1": "what is sustained; for more write rules.1.what.2",
    "rules.1.valued_by": "who values it",
    "rules.1.zero": "when the clock starts",
    "rules.1.months": "for how many months",
    "rules.1.why": "why that long",
    "rules.1.core_share": "the share of core components that must still be delivered, if that is part of the rule",
    "rules.1.grace": "months out of use that are overlooked",
    "rules.1.evidence.activities.1": "a stage that shows the activities go on; using and embedded, where empty",
    "rules.1.evidence.behaviour.1": "a component whose deliveries show the behaviour goes on",
    "rules.1.evidence.benefits.measure": "a measure that shows the benefits",
    "rules.1.evidence.benefits.at_least": "the least it must be",
    "rules.1.evidence.benefits.at_most": "the most it may be",
    "eligible.sites": "how many sites could take it up, where not all of them are listed",
    "eligible.how_known": "how that is known",
    "eligible.all_listed": "no, if more sites are eligible than are listed; counted as yes where empty",
    "approach.hierarchical_control": "how far it is spread from above",
    "approach.participatory_adaptation": "how far sites adapt it together",
    "approach.facilitated_evolution": "how far it is left to evolve, with help",
    "readings.1.between.1": "a source of stages that conflicts with another",
    "readings.1.between.2": "the other",
    "readings.1.chosen": "the one that figures follow",
    "readings.1.by": "who chose it",
    "readings.1.why": "why",
    "rule_sets.1.name": "what the programme calls a rule set of its own for charts; what is not said is as in mdc",
    "rule_sets.1.version": "which version this is",
    "rule_sets.1.source": "whose rules they are",
    "rule_sets.1.astronomical": "no, if a point beyond a limit is no signal",
    "rule_sets.1.shift": "so many points on one side of the centre are a signal",
    "rule_sets.1.on_centre": "whether a point on the centre breaks a run on one side, or is skipped",
    "rule_sets.1.trend": "so many points rising or falling are a signal",
    "rule_sets.1.ties": "whether a point equal to the one before breaks a trend, or is skipped",
    "rule_sets.1.two_of_three": "whether two of three are beyond two sigma, between two and three, or no rule",
    "rule_sets.1.runs": "yes, if a run longer, or crossings fewer, than chance allows are signals",
    "rule_sets.1.at_limit": "what is shown where a target equals a limit: strict is hit and miss",
    "rule_sets.1.precedence": "which signal gives a point its colour",
    "rule_sets.1.constant": "limits are the mean and so many average moving ranges",
    "rule_sets.1.screen": "yes, if extreme moving ranges are left out of the limits",
    "rule_sets.1.least": "points below which limits are only trial limits",
    "rule_sets.1.judge_from": "points below which nothing is judged",
    "frameworks.1.chosen.1": "a framework that the programme chose to work with; for more write frameworks.1.chosen.2",
    "frameworks.1.why": "why these, and which question each of them answers",
    "frameworks.1.by": "who chose",
    "frameworks.1.on": "on which day",
    "frameworks.1.situation.aim": "what was mainly wanted when it was chosen",
    "frameworks.1.situation.purpose": "what the framework is for",
    "frameworks.1.situation.what": "what it is about",
    "frameworks.1.situation.scale": "how wide that is",
    "frameworks.1.situation.interdependence": "how far its parts and places depend on each other",
    "frameworks.1.situation.output": "what is wanted in the end",
    "frameworks.1.situation.when": "when the framework is used",
    "frameworks.1.situation.who": "who answers",
    "frameworks.1.situation.contested": "yes, if people disagree about it",
    "frameworks.1.back.1": "a framework that was brought back though the chooser sets it aside",
    "sharing": "what a site may see of others",
    "sources.1": "where this is known from; for more write sources.2",
}


def write(path: Path | str) -> None:
    """Write the empty workbook; wholly, or not at all.

    Parameters
    ----------
    path
        Where to.

    Raises
    ------
    FaultyInput
        If nothing can be written there.
    """
    from xlsxwriter import Workbook

    with writing(path) as made:
        book = Workbook(str(made))
        book.set_properties({"title": "A programme, to be filled in", "created": MADE})
        looks = Looks(book)
        first, about = book.add_worksheet(READ_ME), book.add_worksheet("programme")
        sheets = {name: book.add_worksheet(name) for name in TABLES}
        lists = Lists(book)
        _explain(first, looks)
        _ask_about(about, looks, lists)
        for name, table in TABLES.items():
            lay_out(sheets[name], table, looks, lists)
        first.activate()
        book.close()


class Looks:
    """The formats of the workbook."""

    def __init__(self, book: Workbook) -> None:
        self.title: Format = book.add_format({"bold": True, "font_size": 16})
        self.heading: Format = book.add_format({"bold": True, "bottom": 1, "valign": "top", "text_wrap": True})
        self.text: Format = book.add_format({"valign": "top", "text_wrap": True})
        self.bold: Format = book.add_format({"bold": True})
        self.needed: Format = book.add_format({"bold": True, "bottom": 6, "bg_color": "#E6EBF0", "num_format": "@"})
        self.optional: Format = book.add_format({"bottom": 1, "num_format": "@"})
        self.cells: dict[str, Format] = {
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
            "number": book.add_format({"num_format": "General"}),
            "text": book.add_format({"num_format": "@"}),
        }

    def cell(self, column: Column) -> Format:
        """How the cells of a column are formatted: codes such as 00123 stay as they are typed."""
        kind = "number" if column.kind in ("number", "count", "share", "share_or_word") else column.kind
        return self.cells.get(kind, self.cells["text"])


class Lists:
    """The words that cells offer, each list once, on a hidden sheet."""

    def __init__(self, book: Workbook) -> None:
        self._sheet = book.add_worksheet(LISTS)
        self._sheet.very_hidden()
        self._known: dict[tuple[str, ...], str] = {}

    def of(self, words: tuple[str, ...]) -> str:
        """Where these words stand, as a formula."""
        if words not in self._known:
            place = len(self._known)
            for row, word in enumerate(words):
                self._sheet.write_string(row, place, word)
            self._known[words] = f"='{LISTS}'!${letters(place)}$1:${letters(place)}${len(words)}"
        return self._known[words]


def _explain(page: Worksheet, looks: Looks) -> None:
    """The first page: how to fill the workbook in, and what every column means."""
    widths = (20, 20, 56, 56)
    for place, width in enumerate(widths):
        page.set_column(place, place, width)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.hide_gridlines(2)
    page.write_string(0, 0, "How to fill in this workbook", looks.title)
    for number, sentence in enumerate(HOW, 1):
        page.write_string(number + 1, 0, f"{number}.  {sentence}")
    row = len(HOW) + 3
    page.write_row(row, 0, ["sheet", "column (* needed)", "what it says", "how it is written"], looks.heading)
    page.repeat_rows(row)
    for name, table in TABLES.items():
        row += 1
        page.write_url(row, 0, f"internal:'{name}'!A1", string=name)
        page.write_string(row, 1, _sentence(table.meaning), looks.bold)
        for field, column in _asked(table):
            row += 1
            told = ["", f"{field} *" if column.required else field, _sentence(column.meaning), _how(column)]
            lines = max(1 + int(len(text) * 1.1) // width for text, width in zip(told, widths, strict=True))
            page.set_row(row, 15 * lines)
            page.write_row(row, 0, told, looks.text)
        row += 1


def _ask_about(page: Worksheet, looks: Looks, lists: Lists) -> None:
    """The sheet on the programme itself: a field and its value in each row."""
    page.set_column(0, 0, 36)
    page.set_column(1, 1, 60, looks.cells["text"])
    page.set_column(2, 2, 80)
    page.freeze_panes(1, 1)
    for place, name in enumerate(("field", "value", "meaning")):
        page.write_string(0, place, name, looks.optional if name == "meaning" else looks.needed)
    page.write_comment(0, 0, "What is asked. Leave these names as they are.")
    page.write_comment(0, 1, "What you say. Only the name is needed; days as 2024-03-31.", {"x_scale": 2})
    for row, (field, words) in enumerate(fields(), 1):
        page.write_string(row, 0, field, looks.needed if field == "name" else None)
        page.write_string(row, 2, _sentence(FIELDS[field]))
        if words:
            page.data_validation(row, 1, row, 1, _choice(field, lists.of(words), FIELDS[field], closed=True))


def lay_out(
    page: Worksheet,
    table: Table,
    looks: Looks,
    lists: Lists,
    *,
    columns: Iterable[tuple[str, Column]] | None = None,
    named: Mapping[str, tuple[str, ...]] | None = None,
) -> None:
    """The sheet of a table: its header, what each column means, and lists for the rows below.

    Parameters
    ----------
    columns
        Those that the sheet asks for; all but the id, if not given.
    named
        The names that cells offer of each table that is no sheet of this workbook.
    """
    page.freeze_panes(1, 1)
    for place, (name, column) in enumerate(_asked(table) if columns is None else columns):
        page.set_column(place, place, max(len(name), 9 if column.kind != "text" else 14) + 4, looks.cell(column))
        page.write_string(0, place, name, looks.needed if column.required else looks.optional)
        needed = "Needed in every row.\n" if column.required else ""
        told = f"{_sentence(column.meaning)}\n{needed}{_how(column)}"
        page.write_comment(0, place, told, {"x_scale": 2, "y_scale": 1.4})
        if column.kind == "share_or_word" or column.examples:
            offered, closed = lists.of(column.words or column.examples), False
        elif column.kind == "yes_no":
            offered, closed = lists.of(("yes", "no")), True
        elif column.words:
            offered, closed = lists.of(tuple(map(str, column.words))), True
        elif named is not None and column.refers:
            if not named.get(column.refers):
                continue
            offered, closed = lists.of(named[column.refers]), False
        elif column.refers:
            first = f"'{column.refers}'!$A$2"
            offered, closed = f"=OFFSET({first},0,0,MAX(1,COUNTA({first}:$A${READY})),1)", False
        else:
            continue
        page.data_validation(1, place, READY, place, _choice(name, offered, column.meaning, closed=closed))


def _choice(name: str, offered: str, meaning: str, *, closed: bool) -> dict[str, Any]:
    """A list that a cell offers; closed, it takes no other word."""
    return {
        "validate": "list",
        "source": offered,
        "show_error": closed,
        "error_title": name[:32],
        "error_message": f"Choose a word from the list, or leave the cell empty: {meaning}"[:255],
    }


def _asked(table: Table) -> Iterator[tuple[str, Column]]:
    """The columns that the workbook asks for: all but the id, which is made where it is not given."""
    return ((name, column) for name, column in table.columns.items() if name != "id")


def _sentence(meaning: str) -> str:
    return f"{meaning[0].upper()}{meaning[1:]}."


def _how(column: Column) -> str:
    """How a cell of a column is written."""
    says = [KINDS[column.kind]]
    if column.month:
        says.append("or a month, 2024-03")
    if column.unit:
        says.append(f"in {column.unit}")
    if column.least is not None and column.most is not None:
        says.append(f"from {column.least:g} to {column.most:g}")
    elif column.least is not None:
        says.append(f"at least {column.least:g}")
    if column.refers:
        says.append(f"as on the sheet '{column.refers}'")
    if column.words:
        says.append(f"one of: {', '.join(column.words)}" if column.kind == "word" else ", ".join(column.words))
    if column.examples:
        says.append(f"for example {', '.join(column.examples)}")
    return _sentence("; ".join(says))


def fields(model: type[BaseModel] = About, path: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every field of what a programme says of itself, and the words it allows, if only some.

    Examples
    --------
    >>> [(field, words) for field, words in fields() if field == "sharing"]
    [('sharing', ('own only', 'named peers', 'all'))]
    """
    for name, field in model.model_fields.items():
        yield from _fields(field.annotation, f"{path}{name}")


def _fields(kind: Any, name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    origin, within = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        yield from _fields(next(one for one in within if one is not NoneType), name)
    elif origin is tuple:
        for number in (1, 2) if name.endswith("between") else (1,):
            yield from _fields(within[0], f"{name}.{number}")
    elif origin is Literal:
        yield name, within
    elif kind is bool:
        yield name, ("yes", "no")
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        yield from fields(kind, f"{name}.")
    elif isinstance(kind, type) and hasattr(kind, "__members__"):
        yield name, tuple(kind.__members__.values())
    else:
        yield name, ()
