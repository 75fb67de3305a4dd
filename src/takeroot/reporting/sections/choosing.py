"""Which frameworks the programme chose to work with, why, and what came of it here."""

from __future__ import annotations

from collections.abc import Iterator

from takeroot.analysis.chooser import wording
from takeroot.charts.wording import day, listed
from takeroot.reporting.blocks import Block, Facts, Part, Section, Words
from takeroot.reporting.results import Results
from takeroot.vocabulary.frameworks import FRAMEWORKS, FrameworkChoice


def choosing(results: Results) -> Section | None:
    """Every choice that is kept, the latest first, with its reason."""
    choices = results.programme.about.frameworks
    if not choices:
        return None
    blocks: list[Block] = [Words(wording.NO_RULE, quiet=True)]
    for choice in reversed(choices):
        names = listed([FRAMEWORKS[code].name for code in choice.chosen])
        blocks.append(Part(names, (Facts(tuple(_facts(results, choice))),)))
    return Section("frameworks", "The frameworks chosen, and why", (*blocks, Words(wording.CAUTION, quiet=True)))


def _facts(results: Results, choice: FrameworkChoice) -> Iterator[tuple[str, str]]:
    """What is kept of a choice; what was left empty is left out, but for the reason."""
    yield "Why", choice.why
    yield "Chosen by", f"{choice.by}, {day(choice.on)}" if choice.on else choice.by
    if answered := wording.told(choice.situation):
        yield "What was answered", answered
    if choice.back:
        yield "Brought back", wording.names(choice.back)
    if served := _served(results, choice):
        yield "Here as", served


def _served(results: Results, choice: FrameworkChoice) -> str:
    """The instruments that follow the frameworks chosen, and whether each was asked or written."""
    programme, asked = results.programme, results.asked
    used = {*programme.rounds["instrument"], *programme.entries["instrument"]}
    every = [asked.known.editions[one, edition] for one, edition in asked.known.in_use.items()]
    mine = [one for one in every if one.framework in choice.chosen]
    return "; ".join(f"{one.title} ({'used' if one.id in used else 'not used yet'})" for one in mine)
