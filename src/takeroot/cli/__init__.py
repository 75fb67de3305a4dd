"""The steps: ``takeroot COMMAND``. A command reads, calls one public function and writes.

A command's docstring is its help, and its page in the manual. Data go to stdout or to the file after ``-o``, words to
stderr. A user's mistake is one sentence (one for each fault) and exit code 2. A file is written whole or not at all,
and takes the place of the one before; what is read, and what is filled in by hand, is never overwritten.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from takeroot import __version__
from takeroot.cli import people, running
from takeroot.cli.steps import FILE, Mistake, Steps, place, working
from takeroot.errors import FaultyInput

if TYPE_CHECKING:
    import polars as pl

    from takeroot.vocabulary.column import Dates
    from takeroot.vocabulary.programme import Programme


DATES: Callable[..., Any] = click.option(
    "--dates",
    type=click.Choice(["day-first", "month-first"]),
    help="How days such as 03/04/2024 are written, where a whole column reads both ways.",
)
OUTPUT: Callable[..., Any] = click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="The file to write; stdout, if not given."
)


@click.group(cls=Steps, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """Spread, scale up and sustain improvements in health care.

    PROGRAMME is a programme folder, a zip of one, a workbook, or the name of an example.
    """


for command in (running.demo, running.serve, running.backup, running.restore, running.digest, people.person):
    main.add_command(command)


@main.command()
@click.argument("programme")
@click.option("-o", "--output", type=FILE, required=True, help="The file to write, such as report.html.")
@DATES
def report(programme: str, output: Path, dates: Dates | None) -> None:
    """Write the report of a programme.

    It is one HTML file, and needs nothing from elsewhere to be read. It gives the two answers (as planned? what
    changed, and why?) with their evidence and doubts.
    """
    from takeroot.reporting import report as reporting

    _called(output, "A report is a page of HTML", ".html", ".htm")
    with working("Reading the programme"):
        read = _programme(programme, dates)
    with working("Writing the report"), _whole(output) as draft:
        reporting.write(read, draft)


@main.command()
@click.argument("programme")
@DATES
def check(programme: str, dates: Dates | None) -> None:
    """Say everything that is wrong with a programme.

    Each fault comes with its file, row and column, what was found and what is needed. What looks like a slip and is
    not a fault is remarked on. Exit code 0 without faults, 2 with.
    """
    try:
        with working("Reading the programme"):
            read = _programme(programme, dates)
    except FaultyInput as error:
        raise Mistake("\n".join(str(fault) for fault in error.faults)) from error
    rows = ", ".join(f"{name} {frame.height:,}" for name, frame in read.tables.items())
    click.echo(f"No faults in '{read.name}' ({rows or 'nothing recorded yet'}).")
    for remark in getattr(read, "remarks", ()):
        click.echo(str(remark), err=True)


@main.command()
@click.argument("output", metavar="FILE.xlsx", type=FILE)
def template(output: Path) -> None:
    """Write an empty workbook to fill in.

    It has a sheet for each table, drop-downs where only some words are allowed, and a page that explains the columns.
    """
    from takeroot.vocabulary import template as templates

    said = click.format_filename(output)
    if output.suffix.lower() != ".xlsx":
        raise Mistake(f"A template is a workbook: give it a name that ends in .xlsx, not '{said}'.")
    if output.exists():
        raise Mistake(f"'{said}' is there already; choose another name, so that nothing is overwritten.")
    with _whole(output) as draft:
        templates.write(draft)


@main.command()
@click.argument("values", metavar="VALUES.csv", type=FILE)
@click.option("--rules", help="The named rule set to judge by; as the measures say, or else mdc, if not given.")
@click.option("--chart", "kind", default="xmr", show_default=True, help="The kind of chart.")
@click.option("--measures", type=FILE, help="A file of measures: units, and which direction is better.")
@click.option("--phases", type=FILE, help="A file of baselines, recalculations, exclusions and targets.")
@click.option(
    "--direction",
    type=click.Choice(["up", "down", "neither"]),
    help="Which direction is better, for measures that do not say.",
)
@click.option(
    "--screen/--no-screen",
    default=None,
    help="Leave extreme moving ranges out of the limits; as the rule set says, if not given.",
)
@click.option(
    "--fix-after", type=click.IntRange(2), metavar="N", help="Set the limits of each phase from its first N points."
)
@OUTPUT
@click.option("--summary", type=FILE, help="Also write what each series shows: variation, assurance, runs.")
@DATES
def spc(
    values: Path,
    rules: str | None,
    kind: str,
    measures: Path | None,
    phases: Path | None,
    direction: str | None,
    screen: bool | None,
    fix_after: int | None,
    output: Path | None,
    summary: Path | None,
    dates: Dates | None,
) -> None:
    """Chart values and judge them by a named rule set.

    The file has the columns measure, site, on, and value or numerator and denominator; further columns travel along.
    One row for each point comes out, with its limits and its signals.
    """
    from takeroot.analysis import spc as charts
    from takeroot.vocabulary.tables import MEASURES, PHASES, VALUES

    _called(output, "The points are a table of CSV", ".csv")
    _called(summary, "The summary is a table of CSV", ".csv")
    _apart([values, measures, phases], [output or Path("-"), summary])
    with working("Reading the values"):
        rows = VALUES.read(values, dates=dates)
        about = MEASURES.read(measures, dates=dates) if measures else None
        changes = PHASES.read(phases, dates=dates) if phases else None
    remarks = charts.remarks(rows, measures=about, phases=changes)
    if direction:
        about = _directed(rows, about, direction)
    with working("Charting"):
        points = charts.chart(
            rows, rules=rules, kind=kind, measures=about, phases=changes, screen=screen, fix_after=fix_after
        )
    if points.height and not points["value"].count():
        raise Mistake("\n".join(remarks))
    for remark in remarks:
        click.echo(remark, err=True)
    _give(points, output)
    if summary:
        _give(charts.summary(points, measures=about), summary)


@main.group(invoke_without_command=True)
@click.pass_context
def examples(ctx: click.Context) -> None:
    """List the examples, or copy one to start from."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(examples_list)


@examples.command("list")
def examples_list() -> None:
    """List the example programmes, each with its name and title."""
    from takeroot import examples as library

    for name in library.names():
        read = library.load(name)
        made_up = " (synthetic)" if read.about.synthetic else ""
        click.echo(f"{name}\t{read.name}{made_up}")


@examples.command("copy")
@click.argument("name")
@click.argument("folder", type=FILE)
def examples_copy(name: str, folder: Path) -> None:
    """Copy an example programme to a folder of your own."""
    from takeroot import examples as library

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        said = click.format_filename(folder)
        raise Mistake(f"'{said}' is there already; name a folder that is not, so that nothing is overwritten.")
    library.load(name).write(folder)
    click.echo(f"Copied {name} to {click.format_filename(folder)}.", err=True)


# What commands share


def _programme(given: str, dates: Dates | None = None) -> Programme:
    """The programme at a path, or the example of that name."""
    from takeroot.vocabulary.programme import Programme

    return Programme.read(place(given), dates=dates)


def _directed(values: pl.DataFrame, measures: pl.DataFrame | None, direction: str) -> pl.DataFrame:
    """The measures of the values, the direction filled in where they do not say one."""
    import polars as pl

    from takeroot.vocabulary.tables import MEASURES

    named = MEASURES.read(values.select(pl.col("measure").unique(maintain_order=True)))
    known = (
        named
        if measures is None
        else pl.concat([measures, named.join(measures, on="measure", how="anti")], how="diagonal")
    )
    return known.with_columns(pl.col("improves").fill_null(direction))


def _called(output: Path | None, what: str, *suffixes: str) -> None:
    """Refuse a name that says it is something else; a name need not say anything."""
    if output is not None and output.suffix.lower() not in ("", *suffixes):
        said = click.format_filename(output)
        raise Mistake(f"{what}: give it a name that ends in {suffixes[0]}, not '{said}'.")


def _apart(inputs: Iterable[Path | None], outputs: Iterable[Path | None]) -> None:
    """Refuse to write over what is read, and to write two things to one file."""
    taken = {path.resolve(): "is read" for path in inputs if path is not None and str(path) != "-"}
    for output in filter(None, outputs):
        where = output.resolve()
        if where in taken and (where.is_file() or not where.exists()):  # a device takes whatever comes
            said = "stdout" if str(output) == "-" else f"'{click.format_filename(output)}'"
            raise Mistake(f"{said} {taken[where]} already; choose another file to write.")
        taken[where] = "is written to"


def _give(frame: pl.DataFrame, output: Path | None) -> None:
    """A frame as CSV, to a file or to stdout."""
    from takeroot.vocabulary import files

    content = files.csv_bytes(frame)
    if output is None or str(output) == "-":
        click.echo(content, nl=False)
    else:
        with _whole(output) as draft:
            draft.write_bytes(content)


@contextmanager
def _whole(output: Path) -> Iterator[Path]:
    """A draft beside the file, of the same suffix, that takes its place once it is whole."""
    where = output.resolve()
    said = click.format_filename(output)
    if where.is_dir():
        raise Mistake(f"'{said}' is a folder; name a file to write.")
    if not where.parent.is_dir():
        raise Mistake(
            f"There is no folder '{click.format_filename(output.parent)}' to write '{where.name}' in; make it first."
        )
    aside = where.exists() and not where.is_file()  # /dev/null and its kind keep their place
    try:
        with tempfile.TemporaryDirectory(prefix=".takeroot-", dir=None if aside else where.parent) as folder:
            draft = Path(folder) / f"draft{where.suffix}"
            yield draft
            if aside:
                with where.open("wb") as device, draft.open("rb") as content:
                    shutil.copyfileobj(content, device)
            else:
                os.replace(draft, where)
    except OSError as error:
        raise Mistake(f"'{said}' can not be written: {error.strerror or error}.") from error
