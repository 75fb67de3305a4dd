"""Whether the tables of a programme agree: names that exist, references that lead somewhere, days in order.

Cells that were at fault came through the door empty, so nothing is said of them again. Where a table may lack names or
rows because of such faults, nobody is told that a name or a row is not in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from takeroot.errors import Fault, nearest, quoted
from takeroot.vocabulary.about import About
from takeroot.vocabulary.rulesets import RULE_SETS
from takeroot.vocabulary.stages import Stage
from takeroot.vocabulary.tables import TABLES

if TYPE_CHECKING:
    from takeroot.vocabulary.instruments_in_files import Library

#: Signals are found by an analysis and stand in no table; whether one still exists is for the analysis to say.
FOUND_BY_ANALYSIS = ("signals",)

#: Days that must not come before others, and whether the two may be the same.
_IN_ORDER = {
    "sites": ("opened", "closed"),
    "ties": ("since", "until"),
    "stages": ("on", "on_before"),
    "supports": ("since", "until"),
    "events": ("on", "until"),
    "conditions": ("since", "until"),
    "other_work": ("since", "until"),
    "anchors": ("on", "until"),
    "needs": ("since", "until"),
    "capacities": ("since", "until"),
    "responsibilities": ("since", "until"),
    "endings": ("on", "done"),
    "constructs": ("since", "until"),
    "components": ("since", "until"),
    "adaptations": ("on", "until"),
    "phases": ("on", "until"),
    "rounds": ("opens", "closes"),
    "experiments": ("since", "until"),
}
#: Tables of which only the names matter; where they are not given, the names that other tables use make them.
NAMED_BY_OTHERS = ("sites", "measures", "components")
#: Tables that speak of instruments.
OF_INSTRUMENTS = ("rounds", "answers", "entries", "links")
#: Faults of one sort listed before the rest are only counted.
LISTED = 50


def names_used(table: str, frames: Mapping[str, pl.DataFrame]) -> list[str]:
    """Every name of this table that other tables use, in order of first use."""
    used: dict[str, None] = {}
    for name, frame in frames.items():
        for column, declared in TABLES[name].columns.items():
            if declared.refers == table:
                used |= dict.fromkeys(frame[column].drop_nulls().unique(maintain_order=True).to_list())
    return sorted(used)


@dataclass(frozen=True)
class Found:
    """A table as it came through the door.

    Parameters
    ----------
    name
        The table.
    frame, rows, where, unsure
        See :class:`~takeroot.vocabulary.door.Admitted`.
    """

    name: str
    frame: pl.DataFrame
    rows: pl.Series
    where: str
    unsure: frozenset[str | None] = frozenset()

    def sure(self, *columns: str) -> bool:
        """Whether every row and every cell of these columns is known."""
        return not self.unsure & {None, *columns}


@dataclass(frozen=True)
class _Record:
    """All tables, and whether these are all there are: a file that could not be read may have held another."""

    found: Mapping[str, Found]
    whole: bool
    listed: int = LISTED

    def names(self, table: str) -> list[str] | None:
        """The names in a table, or, where nobody gave it, those that others use; none, where they can not be known."""
        key = TABLES[table].key[0]
        if one := self.found.get(table):
            return one.frame[key].drop_nulls().unique().to_list() if one.sure(key) else None
        if not self.whole:
            return None
        if table not in NAMED_BY_OTHERS:
            return []
        if any(one.unsure for one in self.found.values()):
            return None
        return names_used(table, {name: one.frame for name, one in self.found.items()})

    def given(self, table: str) -> bool:
        """Whether somebody gave this table; those of which only names matter are made of the names that others use."""
        return table in self.found or table not in NAMED_BY_OTHERS


def disagreements(
    about: About | None,
    found: Mapping[str, Found],
    *,
    whole: bool = True,
    listed: int = LISTED,
    known: Library | None = None,
) -> list[Fault]:
    """Every fault between tables, as far as they are known.

    Parameters
    ----------
    about
        What programme.yaml says, if that could be read.
    found
        The tables, by name.
    whole
        Whether these are all the tables that were given.
    listed
        Faults of one sort listed before the rest are only counted.
    known
        The instruments; those that Takeroot brings, if not given.
    """
    record = _Record(found, whole, listed)
    faults: list[Fault] = []
    for one in found.values():
        faults += _faulty_ids(one, listed)
        faults += _unknown_names(one, record)
        faults += _dead_references(one, record)
        faults += _out_of_order(one, listed)
    faults += _of_single_tables(record)
    if any(name in found for name in OF_INSTRUMENTS):
        from takeroot.vocabulary import asked  # instruments are read only where something was asked

        faults += asked.disagreements(found, known, listed=listed)
    if about is not None:
        faults += _of_words(about, record)
        faults += _unknown_rule_sets(about, record)
    return faults


def at(one: Found, which: pl.Series, column: str, says: str, listed: int) -> Iterator[Fault]:
    """A fault for each row where ``which`` holds; ``{}`` in the sentence is what was found."""
    places = which.fill_null(False).arg_true()
    for row in places.head(listed).to_list():
        cell = one.frame[column][row]
        found = None if cell is None else quoted(cell)
        yield Fault(says.replace("{}", found or "nothing"), one.where, int(one.rows[row]), column, found)
    if places.len() > listed:
        more = places.len() - listed
        yield Fault(f"{more:,} more rows are at fault in the same way", one.where, None, column, more=more)


def _faulty_ids(one: Found, listed: int) -> Iterator[Fault]:
    odd = ~one.frame["id"].str.contains(r"^[\w.\-]+$")
    yield from at(one, odd, "id", "an id is made of letters, digits, points, _ and -, found {}", listed)
    if one.sure("id", *TABLES[one.name].unique_by):
        again = ~one.frame["id"].is_first_distinct()
        yield from at(one, again, "id", "the id {} is used twice; each row needs its own", listed)


def _unknown_names(one: Found, record: _Record) -> Iterator[Fault]:
    for column, declared in TABLES[one.name].columns.items():
        if declared.refers and record.given(declared.refers):
            yield from _not_among(one, column, declared.refers, record, one.frame[column].is_not_null())


def _not_among(one: Found, column: str, table: str, record: _Record, where: pl.Series) -> Iterator[Fault]:
    """A fault for each name, where ``where`` holds, that a table does not have."""
    names = record.names(table)
    if names is None:
        return
    absent = where & ~one.frame[column].is_in(pl.Series(names, dtype=pl.String).implode()).fill_null(True)
    for number, row in enumerate(absent.arg_true().head(record.listed).to_list()):
        said = one.frame[column][row]
        near = nearest(said, names) if number < LISTED else None
        hint = f"did you mean '{near}'?" if near else f"add it to {table}, or correct it here"
        says = f"{quoted(said)} is not among the {table}; {hint}"
        yield Fault(says, one.where, int(one.rows[row]), column, quoted(said))
    if (more := int(absent.sum()) - record.listed) > 0:
        yield Fault(f"{more:,} more names are not among the {table}", one.where, None, column, more=more)


def _dead_references(one: Found, record: _Record) -> Iterator[Fault]:
    unsure = {name for name, there in record.found.items() if not there.sure("id", *TABLES[name].unique_by)}
    if not record.whole:
        unsure |= set(TABLES) - set(record.found)
    for column, declared in TABLES[one.name].columns.items():
        if declared.kind != "references" or not one.frame[column].drop_nulls().len():
            continue
        cited = one.frame.select(at=pl.int_range(pl.len()), reference=pl.col(column).str.split(";"))
        cited = cited.explode("reference").drop_nulls()
        known = [pl.DataFrame({"reference": other + ":" + there.frame["id"]}) for other, there in record.found.items()]
        dead = cited.filter(~pl.col("reference").str.split(":").list.first().is_in([*FOUND_BY_ANALYSIS, *unsure]))
        dead = dead.join(pl.concat(known), on="reference", how="anti").sort("at")
        for at, reference in dead.head(record.listed).iter_rows():
            says = f"there is no row {quoted(reference)}; correct the reference, or give the row that id"
            yield Fault(says, one.where, int(one.rows[at]), column, quoted(reference))
        if (more := dead.height - record.listed) > 0:
            yield Fault(f"{more:,} more references lead nowhere", one.where, None, column, more=more)


def _out_of_order(one: Found, listed: int) -> Iterator[Fault]:
    if one.name in _IN_ORDER:
        first, last = _IN_ORDER[one.name]
        early = one.frame[last] < one.frame[first]
        yield from at(one, early, last, f"{{}} comes before the day under '{first}'; one of the two is wrong", listed)


def _of_single_tables(record: _Record) -> Iterator[Fault]:
    """What only one table must keep."""
    if one := record.found.get("stages"):
        stray = one.frame["reason_kind"].is_not_null() & (one.frame["stage"] != Stage.STOPPED)
        says = "{} says how a site stopped, but the stage here is not 'stopped'"
        yield from at(one, stray, "reason_kind", says, record.listed)
    if one := record.found.get("ties"):
        same = one.frame["source"] == one.frame["target"]
        yield from at(one, same, "target", "a site can not be tied to itself, found {}", record.listed)
    if one := record.found.get("sites"):
        own = one.frame["site"] == one.frame["part_of"]
        yield from at(one, own, "part_of", "a site can not be part of itself, found {}", record.listed)
    if one := record.found.get("findings"):
        inverted = one.frame["upper"] < one.frame["lower"]
        yield from at(one, inverted, "upper", "the upper end {} is below the lower end of the interval", record.listed)
    if one := record.found.get("codings"):
        inverted = one.frame["end"] < one.frame["start"]
        yield from at(one, inverted, "end", "the passage ends at {}, before it starts", record.listed)
    if one := record.found.get("plans"):
        yield from _of_plans(one, record)


def _of_plans(one: Found, record: _Record) -> Iterator[Fault]:
    """Whether there are the stages, measures and components that plans are of; a plan that names no stage means use."""
    what, name = one.frame["what"], one.frame["name"]
    if one.sure("name"):
        for word in ("measure", "component"):
            says = f"a plan of a {word} says which one; write its name"
            yield from at(one, (what == word) & name.is_null(), "name", says, record.listed)
    for word in sorted(set(name.filter(what == "stage").drop_nulls()) - set(Stage)):
        near = nearest(word, list(Stage))
        hint = f"did you mean '{near}'? " if near else ""
        says = f"{{}} is no stage; {hint}The stages are: {', '.join(Stage)}"
        yield from at(one, (what == "stage") & (name == word), "name", says, record.listed)
    for word, table in (("measure", "measures"), ("component", "components")):
        yield from _not_among(one, "name", table, record, (what == word).fill_null(False))


def _unknown_rule_sets(about: About, record: _Record) -> Iterator[Fault]:
    """Whether there is every rule set that a measure is to be judged by."""
    one = record.found.get("measures")
    if one is None:
        return
    known = [*RULE_SETS, *(rules.name for rules in about.rule_sets)]
    for name in sorted(set(one.frame["rules"].drop_nulls()) - set(known)):
        near = nearest(name, known)
        hint = f"did you mean '{near}'?" if near else f"there are: {', '.join(known)}"
        says = f"{{}} is no rule set; {hint} (your own go under rule_sets in programme.yaml)"
        yield from at(one, one.frame["rules"] == name, "rules", says, record.listed)


def _of_words(about: About, record: _Record) -> Iterator[Fault]:
    """Whether programme.yaml speaks of things that exist."""
    where = "programme.yaml"
    for table, names in (
        ("measures", [rule.evidence.benefits.measure for rule in about.rules if rule.evidence.benefits]),
        ("components", [name for rule in about.rules for name in rule.evidence.behaviour]),
    ):
        known = record.names(table)
        for name in dict.fromkeys(names):
            if known is not None and name not in known:
                near = nearest(name, known)
                hint = f"; did you mean '{near}'?" if near else "; add it there, or correct the rule"
                yield Fault(f"a rule's evidence names {quoted(name)}, which is not among the {table}{hint}", where)
    doubled = {rule.name for rule in about.rules if [other.name for other in about.rules].count(rule.name) > 1}
    for name in sorted(doubled):
        yield Fault(f"two rules are called {quoted(name)}; each needs its own name", where)
    for reading in about.readings:
        if reading.chosen not in reading.between:
            yield Fault(f"the reading chosen, {quoted(reading.chosen)}, is not one of those it is between", where)
