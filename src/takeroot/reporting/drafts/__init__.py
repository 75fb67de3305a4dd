"""Drafts of papers in the order of a reporting guideline, filled from the record, with what is missing marked.

The items of a guideline are declared in YAML, one file each, in words of ours; their own wording is their authors'.
What a draft takes from the record stands in ``filling``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

from takeroot.charts.wording import day
from takeroot.reporting.blocks import Block, Missing, Part, Section, Words
from takeroot.reporting.drafts.filling import FILLING, TITLES
from takeroot.reporting.results import Results


@dataclass(frozen=True)
class Item:
    """An item of a guideline: its number there, what it is called, what it asks for, and where the record says it."""

    number: str
    title: str
    asks: str
    takes: tuple[str, ...]
    status: str


@dataclass(frozen=True)
class Guideline:
    """A reporting guideline: what it is called, where it stands, and its items in sections."""

    name: str
    title: str
    source: str
    sections: tuple[tuple[str, tuple[Item, ...]], ...]


@cache
def _read(name: str) -> Guideline:
    from ruamel.yaml import YAML

    said: dict[str, Any] = YAML(typ="safe").load((files(__name__) / f"{name}.yaml").read_text(encoding="utf-8"))
    sections = tuple(
        (
            section["title"],
            tuple(
                Item(
                    str(item["number"]),
                    item["title"],
                    item["asks"],
                    tuple(item.get("takes", ())),
                    item.get("status", "confirmed"),
                )
                for item in section["items"]
            ),
        )
        for section in said["sections"]
    )
    return Guideline(name, said["title"], said["source"], sections)


#: Every guideline, by its name.
GUIDELINES: dict[str, Guideline] = {name: _read(name) for name in ("squire", "stari", "tidier")}


def drafted(name: str, place: int, results: Results) -> Section:
    """A section of a draft: each item with what the record says to it, or that it says nothing."""
    guideline = GUIDELINES[name]
    title, items = guideline.sections[place]
    lead = ""
    if place == 0:
        lead = (
            f"In the order of {guideline.title}. What each item asks for is said in words of ours; the guideline "
            f"itself is the authority: {guideline.source} What is computed or taken from the record is to be "
            "rewritten by people."
        )
    first: dict[str, Item] = {}
    for item in (item for _, some in guideline.sections for item in some):
        for key in item.takes:
            first.setdefault(key, item)
    parts = tuple(_part(name, item, first, results) for item in items)
    return Section(f"{name}-{place + 1}", title, parts, lead=lead)


def _part(name: str, item: Item, first: dict[str, Item], results: Results) -> Part:
    asks = f"Asks for: {item.asks}" + ("" if item.status == "confirmed" else " (Its number is to be checked.)")
    blocks: list[Block] = [Words(asks, quiet=True), *_entered(name, item, results)]
    elsewhere = []
    for key in item.takes:
        if first[key] is not item:
            elsewhere.append(f"{TITLES[key]}: see item {first[key].number}.")
            continue
        blocks += FILLING[key](results)
    if elsewhere:
        blocks.append(Words(" ".join(elsewhere)))
    if len(blocks) == 1:
        blocks.append(Missing("The record says nothing to this item.", "To be written."))
    return Part(f"{item.number}. {item.title}", tuple(blocks))


def _entered(name: str, item: Item, results: Results) -> list[Block]:
    """What people wrote for this item themselves."""
    entries = results.programme.entries
    mine = entries.filter(
        pl.col("instrument") == name, pl.col("question").is_in([item.number, f"{name}_{item.number}"])
    )
    return [
        Words(f"{row['text']} ({row['by'] or 'not signed'}, {day(row['on'])}; [entries:{row['id']}])")
        for row in mine.sort("on").iter_rows(named=True)
    ]


__all__ = ["GUIDELINES", "Guideline", "Item", "drafted"]
