"""Whether the tables of a programme agree: names that exist, references that lead somewhere, days in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

import polars as pl

from takeroot.errors import Fault, nearest, quoted
from takeroot.vocabulary.about import About
from takeroot.vocabulary.stages import Stage
from takeroot.vocabulary.tables import TABLES

#: A frame, the row number of each of its rows as a person sees it, and where it was found.
Found: TypeAlias = tuple[pl.DataFrame, pl.Series, str]

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
    "components": ("since", "until"),
    "adaptations": ("on", "until"),
    "phases": ("on", "until"),
    "rounds": ("opens", "closes"),
    "experiments": ("since", "until"),
}
_LISTED = 50


def names_used(table: str, frames: Mapping[str, pl.DataFrame]) -> list[str]:
    """Every name of this table that other tables use, in order of first use."""
    used: dict[str, None] = {}
    for name, frame in frames.items():
        for column, declared in TABLES[name].columns.items():
            if declared.refers == table:
                used |= dict.fromkeys(frame[column].drop_nulls().unique(maintain_order=True).to_list())
    return sorted(used)


def disagreements(about: About, found: Mapping[str, Found]) -> list[Fault]:
    """Every fault between tables."""
    faults: list[Fault] = []
    for name, one in found.items():
        faults += _faulty_ids(one)
        faults += _unknown_names(name, one, found)
        faults += _dead_references(name, one, found)
        faults += _out_of_order(name, one)
    faults += _of_single_tables(found)
    faults += _of_words(about, found)
    return faults


def _at(one: Found, which: pl.Series, column: str, says: str, show: str | None = None) -> Iterator[Fault]:
    """A fault for each row where ``which`` holds; ``{}`` in the sentence is what was found."""
    frame, rows, where = one
    at = which.fill_null(False).arg_true()
    for row in at.head(_LISTED).to_list():
        found = quoted(frame[show or column][row])
        yield Fault(says.replace("{}", found), where, int(rows[row]), column, found)
    if at.len() > _LISTED:
        more = at.len() - _LISTED
        yield Fault(f"{more:,} more rows are at fault in the same way", where, None, column, more=more)


def _faulty_ids(one: Found) -> Iterator[Fault]:
    odd = ~one[0]["id"].str.contains(r"^[\w.\-]+$")
    yield from _at(one, odd, "id", "an id is made of letters, digits, points, _ and -, found {}")
    yield from _at(one, ~one[0]["id"].is_first_distinct(), "id", "the id {} is used twice; each row needs its own")


def _unknown_names(name: str, one: Found, found: Mapping[str, Found]) -> Iterator[Fault]:
    frame, rows, where = one
    for column, declared in TABLES[name].columns.items():
        table = declared.refers
        if not table or (table not in found and table in ("sites", "measures", "components")):
            continue
        key = TABLES[table].key[0]
        known = found[table][0][key] if table in found else pl.Series(key, [], dtype=pl.String)
        absent = frame[column].is_not_null() & ~frame[column].is_in(known.implode())
        if not absent.any():
            continue
        names = known.unique().to_list()
        for row in absent.arg_true().head(_LISTED).to_list():
            said = frame[column][row]
            near = nearest(said, names)
            hint = f"did you mean '{near}'?" if near else f"add it to {table}, or correct it here"
            says = f"{quoted(said)} is not among the {table}; {hint}"
            yield Fault(says, where, int(rows[row]), column, quoted(said))
        if (more := int(absent.sum()) - _LISTED) > 0:
            yield Fault(f"{more:,} more names are not among the {table}", where, None, column, more=more)


def _dead_references(name: str, one: Found, found: Mapping[str, Found]) -> Iterator[Fault]:
    frame, rows, where = one
    for column, declared in TABLES[name].columns.items():
        if declared.kind != "references" or not frame[column].drop_nulls().len():
            continue
        cited = frame.select(at=pl.int_range(pl.len()), reference=pl.col(column).str.split(";"))
        cited = cited.explode("reference").drop_nulls()
        known = [pl.DataFrame({"reference": other + ":" + there[0]["id"]}) for other, there in found.items()]
        dead = cited.filter(~pl.col("reference").str.split(":").list.first().is_in(FOUND_BY_ANALYSIS))
        dead = dead.join(pl.concat(known), on="reference", how="anti").sort("at")
        for at, reference in dead.head(_LISTED).iter_rows():
            says = f"there is no row {quoted(reference)}; correct the reference, or give the row that id"
            yield Fault(says, where, int(rows[at]), column, quoted(reference))
        if (more := dead.height - _LISTED) > 0:
            yield Fault(f"{more:,} more references lead nowhere", where, None, column, more=more)


def _out_of_order(name: str, one: Found) -> Iterator[Fault]:
    if name in _IN_ORDER:
        first, last = _IN_ORDER[name]
        early = one[0][last] < one[0][first]
        yield from _at(one, early, last, f"{{}} comes before the day under '{first}'; one of the two is wrong")


def _of_single_tables(found: Mapping[str, Found]) -> Iterator[Fault]:
    """What only one table must keep."""
    if one := found.get("stages"):
        frame = one[0]
        stray = frame["reason_kind"].is_not_null() & (frame["stage"] != Stage.STOPPED)
        yield from _at(one, stray, "reason_kind", "{} says how a site stopped, but the stage here is not 'stopped'")
    if one := found.get("ties"):
        same = one[0]["source"] == one[0]["target"]
        yield from _at(one, same, "target", "a site can not be tied to itself, found {}")
    if one := found.get("sites"):
        own = one[0]["site"] == one[0]["part_of"]
        yield from _at(one, own, "part_of", "a site can not be part of itself, found {}")
    if one := found.get("findings"):
        inverted = one[0]["upper"] < one[0]["lower"]
        yield from _at(one, inverted, "upper", "the upper end {} is below the lower end of the interval")
    if one := found.get("codings"):
        inverted = one[0]["end"] < one[0]["start"]
        yield from _at(one, inverted, "end", "the passage ends at {}, before it starts")
    if one := found.get("plans"):
        frame = one[0]
        named = frame.filter(pl.col("what") == "stage")["name"].drop_nulls().unique().to_list()
        for word in sorted(set(named) - set(Stage)):
            near = nearest(word, list(Stage))
            hint = f"did you mean '{near}'? " if near else ""
            says = f"{{}} is no stage; {hint}The stages are: {', '.join(Stage)}"
            yield from _at(one, (frame["what"] == "stage") & (frame["name"] == word), "name", says)
        for what, table in (("measure", "measures"), ("component", "components")):
            if table in found:
                known = found[table][0][TABLES[table].key[0]].implode()
                stray = (frame["what"] == what) & ~frame["name"].is_in(known)
                yield from _at(one, stray, "name", f"{{}} is not among the {table}; add it there, or correct it here")


def _of_words(about: About, found: Mapping[str, Found]) -> Iterator[Fault]:
    """Whether programme.yaml speaks of things that exist."""
    where = "programme.yaml"
    for table, names in (
        ("measures", [rule.evidence.benefits.measure for rule in about.rules if rule.evidence.benefits]),
        ("components", [name for rule in about.rules for name in rule.evidence.behaviour]),
    ):
        key = TABLES[table].key[0]
        known = (
            found[table][0][key].to_list() if table in found else names_used(table, {n: f[0] for n, f in found.items()})
        )
        for name in dict.fromkeys(names):
            if name not in known:
                near = nearest(name, known)
                hint = f"; did you mean '{near}'?" if near else "; add it there, or correct the rule"
                yield Fault(f"a rule's evidence names {quoted(name)}, which is not among the {table}{hint}", where)
    doubled = {rule.name for rule in about.rules if [other.name for other in about.rules].count(rule.name) > 1}
    for name in sorted(doubled):
        yield Fault(f"two rules are called {quoted(name)}; each needs its own name", where)
    for reading in about.readings:
        if reading.chosen not in reading.between:
            yield Fault(f"the reading chosen, {quoted(reading.chosen)}, is not one of those it is between", where)


def remarks(about: About, frames: Mapping[str, pl.DataFrame]) -> list[str]:
    """What is not at fault but may not be meant: a sentence for each."""
    said: list[str] = []
    for name, frame in frames.items():
        for column in (column for column in frame.columns if column not in TABLES[name].columns):
            near = nearest(column, TABLES[name].columns)
            if near and frame[near].null_count() == frame.height:
                said.append(f"{name}: '{column}' is kept as a further column; if '{near}' was meant, rename it")
    if "stages" in frames:
        stages = frames["stages"]
        if about.as_at and (late := stages.filter(pl.col("on") > about.as_at).height):
            said.append(f"stages: {late:,} rows come after {about.as_at}, up to which the record counts (as_at)")
        sources = set(stages["source"].drop_nulls())
        for reading in about.readings:
            for source in sorted(set(reading.between) - sources):
                said.append(
                    f"programme.yaml: a reading is between sources, but no stage has the source {quoted(source)}"
                )
        bare = stages.filter((pl.col("stage") == Stage.STOPPED) & pl.col("reason_kind").is_null()).height
        if bare:
            said.append(f"stages: {bare:,} rows say 'stopped' without saying whether decided, replaced or lapsed")
    if "sites" in frames and about.eligible.sites and frames["sites"].height > about.eligible.sites:
        listed = frames["sites"].height
        said.append(f"sites: {listed:,} are listed, more than the {about.eligible.sites:,} said to be eligible")
    return said
