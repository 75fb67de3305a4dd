"""``takeroot instruments``: what there is to answer, and whether a file of one's own is right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from takeroot.cli.steps import FILE, Mistake
from takeroot.cli.writing import called, give, whole

if TYPE_CHECKING:
    from takeroot.vocabulary.instrument import Instrument, Question

FOLDER: Callable[..., Any] = click.option(
    "--folder", type=FILE, metavar="DIR", help="A folder of instruments of your own, which stand beside the library."
)
EDITION: Callable[..., Any] = click.option("--edition", metavar="E", help="Which edition; that in use, if not given.")
LANGUAGE: Callable[..., Any] = click.option(
    "--language", default="en", show_default=True, help="In which language, where there is a translation."
)
PLAIN: Callable[..., Any] = click.option("--plain", is_flag=True, help="In plainer words, where it has them.")


@click.group()
def instruments() -> None:
    """Look at instruments, check your own, and write forms to answer them."""


@instruments.command("list")
@FOLDER
def instruments_list(folder: Path | None) -> None:
    """List the instruments: id, edition, kind and title, and what is unconfirmed."""
    from takeroot.vocabulary import instruments_in_files

    for name, one in instruments_in_files.library(folder).items():
        unsure = sum(fact.status == "unconfirmed" for fact in one.facts)
        marks = [*(["only a shell"] if one.shell else []), *([f"{unsure} facts unconfirmed"] if unsure else [])]
        click.echo(f"{name}\t{one.edition}\t{one.kind}\t{one.title}" + (f" ({', '.join(marks)})" if marks else ""))


@instruments.command("show")
@click.argument("name", metavar="ID")
@EDITION
@LANGUAGE
@PLAIN
@FOLDER
def instruments_show(name: str, edition: str | None, language: str, plain: bool, folder: Path | None) -> None:
    """Show an instrument, whole: what it asks, what may be answered, and how surely each thing about it is known."""
    from takeroot.vocabulary import instruments_in_files

    found = instruments_in_files.find(name, edition, language=language, folder=folder)
    click.echo("\n".join(_shown(found, plain)))


@instruments.command("check")
@click.argument("given", metavar="FILE...", nargs=-1, required=True, type=FILE)
@FOLDER
def instruments_check(given: tuple[Path, ...], folder: Path | None) -> None:
    """Say everything that is wrong with files of instruments, overlays or translations.

    Each fault comes with its file and row. Several files are looked at together, so that one may be an overlay of
    another. Exit code 0 without faults, 2 with.
    """
    from takeroot.vocabulary import instruments_in_files
    from takeroot.vocabulary.instrument import Instrument
    from takeroot.vocabulary.wording import Overlay

    filed, faults = instruments_in_files.check(given, folder)
    if faults:
        raise Mistake("\n".join(str(fault) for fault in faults))
    for one in filed:
        if isinstance(one.holds, Instrument):
            says = f"'{one.holds.title}', edition {one.holds.edition}: {_counted(len(one.holds.questions), 'question')}"
        elif isinstance(one.holds, Overlay):
            says = f"other words for '{one.holds.overlay_of}', as edition {one.holds.edition}"
        else:
            says = f"a translation of '{one.holds.translation_of}'" if one.holds else "nothing"
        click.echo(f"No faults in {one.where} ({says}).")


@instruments.command("schema")
@click.option("-o", "--output", type=FILE, help="The file to write; stdout, if not given.")
def instruments_schema(output: Path | None) -> None:
    """Say what a file may hold as JSON Schema, by which an editor helps to write one."""
    import json

    from takeroot.vocabulary.instrument_schema import schema

    called(output, "A schema is a file of JSON", ".json")
    said = json.dumps(schema(), indent=2, ensure_ascii=False)
    if output is None or str(output) == "-":
        click.echo(said)
    else:
        with whole(output) as draft:
            draft.write_text(f"{said}\n", encoding="utf-8")


@instruments.command("sheet")
@click.argument("name", metavar="ID")
@click.argument("output", metavar="FILE", type=FILE)
@EDITION
@LANGUAGE
@PLAIN
@click.option("--round", default="", metavar="NAME", help="The round that is answered.")
@click.option("--respondents", type=click.IntRange(1, 200), default=1, help="Sheets for so many people; one, else.")
@click.option("--site", "sites", multiple=True, metavar="SITE", help="A site to ask about, where each site is asked.")
@FOLDER
def instruments_sheet(
    name: str,
    output: Path,
    edition: str | None,
    language: str,
    plain: bool,
    round: str,
    respondents: int,
    sites: tuple[str, ...],
    folder: Path | None,
) -> None:
    """Write an instrument to be filled in: a workbook (.xlsx), or a form to print (.html)."""
    from takeroot.exchange import answer_sheets, printed_form
    from takeroot.vocabulary import instruments_in_files

    called(output, "What is filled in is a workbook or a page to print", ".xlsx", ".html")
    if output.exists():
        said = click.format_filename(output)
        raise Mistake(f"'{said}' is there already; choose another name, so that nothing is overwritten.")
    found = instruments_in_files.find(name, edition, language=language, folder=folder)
    with whole(output) as draft:
        if output.suffix.lower() == ".html":
            draft.write_text(printed_form.page(found, round=round, sites=sites, plain=plain), encoding="utf-8")
        else:
            answer_sheets.write(draft, found, respondents=[""] * respondents, round=round, sites=sites, plain=plain)


@instruments.command("answers")
@click.argument("filled", metavar="FILE.xlsx", type=FILE)
@click.option("-o", "--output", type=FILE, help="The file to write; stdout, if not given.")
@FOLDER
def instruments_answers(filled: Path, output: Path | None, folder: Path | None) -> None:
    """Read a filled-in workbook: rows of answers, or of entries for a record or plan."""
    from takeroot.cli.writing import apart
    from takeroot.exchange import answers_read
    from takeroot.vocabulary import instruments_in_files

    called(output, "Answers are a table of CSV", ".csv")
    apart([filled], [output])
    read = answers_read.read(filled, known=instruments_in_files.whole(folder))
    give(read.frame.drop("id"), output)


@instruments.command("export")
@click.argument("programme", metavar="PROGRAMME")
@click.argument("name", metavar="ROUND")
@click.option("-o", "--output", type=FILE, help="A workbook (.xlsx), a zip of CSV (.zip) or one CSV; stdout, else.")
@click.option("--floor", type=int, default=5, show_default=True, help="The smallest group of an anonymous round.")
@click.option("--as-at", type=click.DateTime(["%Y-%m-%d"]), help="Rounds closed by this day; else the record's last.")
@FOLDER
def instruments_export(
    programme: str, name: str, output: Path | None, floor: int, as_at: datetime | None, folder: Path | None
) -> None:
    """Write what may be shown of a round, tidy: of an anonymous one counts, and no group smaller than the floor.

    One CSV holds the tidy table alone; a workbook or a zip also the figures, what people released, and a codebook.
    """
    from takeroot import Programme
    from takeroot.cli.steps import place
    from takeroot.cli.writing import apart
    from takeroot.errors import NotFound
    from takeroot.exchange import round_out
    from takeroot.vocabulary import instruments_in_files

    called(output, "A round goes out as a workbook, a zip or CSV", ".csv", ".xlsx", ".zip")
    apart([place(programme)], [output])
    read = Programme.read(place(programme))
    mine = read.rounds.filter(round=name)
    if not mine.height:
        raise NotFound("round", name, read.rounds["round"])
    of = instruments_in_files.find(mine["instrument"].item(), mine["edition"].item(), folder=folder)
    day = as_at.date() if as_at else read.as_at or date.min
    found = round_out.tables(of, read.rounds, read.answers, name, as_at=day, floor=floor, called=read.about.name)
    makes = {".xlsx": round_out.workbook, ".zip": round_out.zipped}
    make = makes.get(output.suffix.lower()) if output is not None else None
    if output is None or make is None:
        give(round_out.tidy(found), output)
    else:
        with whole(output) as draft:
            draft.write_bytes(make(found))


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _shown(found: Instrument, plain: bool) -> Iterator[str]:
    from takeroot.vocabulary.answer import reading
    from takeroot.vocabulary.own_instruments import whose_words

    yield f"{found.title} ({found.id}, edition {found.edition}, {found.kind})"
    yield ""
    yield found.plain if plain and found.plain else found.purpose
    yield f"Who answers: {found.who}"
    yield f"About: {', '.join(found.about)}" + (f"; about {found.minutes} minutes" if found.minutes else "")
    yield whose_words(found)
    yield f"Licence: {found.licence}"
    yield from (f"Source: {source}" for source in found.source)
    for section in found.sections:
        yield ""
        yield reading(section, plain=plain)
        for question in section.questions:
            unsure = " [unconfirmed]" if question.status == "unconfirmed" else ""
            yield f"  {question.id}: {reading(question, plain=plain)}{unsure}"
            yield f"      {_answered(found, question, plain)}"
    yield ""
    yield f"Scoring: {found.scoring.rule} ({found.scoring.status}); " + (
        "with a total" if found.scoring.total else "no total, since its authors defined none"
    )
    for title, lines in (
        ("Cautions", list(found.cautions)),
        ("Known of it", [f"{one.says} [{one.status}]" for one in found.facts]),
        ("To discuss", [one.plain if plain and one.plain else one.asks for one in found.discussion]),
    ):
        if lines:
            yield ""
            yield f"{title}:"
            yield from (f"  - {line}" for line in lines)


def _answered(found: Instrument, question: Question, plain: bool) -> str:
    """How a question is answered, in a line."""
    from takeroot.vocabulary.answer import offered

    scale = found.scale(question)
    offers = " | ".join(one.says for one in offered(scale, plain=plain))
    if scale.kind == "number":
        span = f" from {scale.least:g} to {scale.most:g}" if scale.least is not None and scale.most is not None else ""
        return f"a number{span}" + (f" | {offers}" if offers else "")
    begins = {"one of": "one of: ", "any of": "any of: ", "text": "in words", "day": "a day"}[scale.kind]
    return begins + (offers if scale.kind in ("one of", "any of") else f" | {offers}" if offers else "")
