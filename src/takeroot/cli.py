"""The steps: ``takeroot COMMAND``. A command reads, calls one public function and writes.

A command's docstring is its help, and its page in the manual. Data go to stdout or to the file after ``-o``, words to
stderr. A user's mistake is one sentence (one for each fault) and exit code 2. A file is written whole or not at all,
and takes the place of the one before; what is read, and what is filled in by hand, is never overwritten.
"""

from __future__ import annotations

import errno
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from takeroot import __version__
from takeroot.errors import FaultyInput, NotFound, TakerootError

if TYPE_CHECKING:
    import polars as pl

    from takeroot.vocabulary.column import Dates
    from takeroot.vocabulary.programme import Programme


class Mistake(click.ClickException):
    """Something the user can put right: said on stderr as it is, with exit code 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Say it."""
        click.echo(self.message, file=file, err=file is None)


class Steps(click.Group):
    """Commands in the order they are written, whose mistakes by users are sentences."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run as a process: letters that a terminal does not have stop nothing, and a full disk is a sentence."""
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")
        try:
            return super().main(*args, **kwargs)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is still to be flushed goes nowhere
            click.echo("There is no room for what is to be written: make some, or write it elsewhere.", err=True)
            sys.exit(Mistake.exit_code)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """As they stand below."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except TakerootError as error:
            raise Mistake(str(error)) from error


DATES: Callable[..., Any] = click.option(
    "--dates",
    type=click.Choice(["day-first", "month-first"]),
    help="How days such as 03/04/2024 are written, where a whole column reads both ways.",
)
OUTPUT: Callable[..., Any] = click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="The file to write; stdout, if not given."
)
FILE = click.Path(path_type=Path)


@click.group(cls=Steps, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """Spread, scale up and sustain improvements in health care.

    PROGRAMME is a programme folder, a zip of one, a workbook, or the name of an example.
    """


@main.command()
@click.option(
    "--folder", type=FILE, default="demo", show_default=True, help="Where reports and the workbench's data go."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The port to listen at.")
@click.option(
    "--serve/--no-serve", default=True, show_default=True, help="Open the workbench when the reports are written."
)
@click.option("--browse", is_flag=True, help="Open a browser on it.")
def demo(folder: Path, host: str, port: int, serve: bool, browse: bool) -> None:
    """Load the examples, write their reports and open the workbench.

    What is there already is left alone. The demonstration sign-ins work only while TAKEROOT_DEMO=1.
    """
    with _workbench() as serving:
        serving.demo(folder, host=host, port=port, serve=serve, open_browser=browse)


@main.command()
@click.argument("programmes", metavar="[PROGRAMME]...", nargs=-1)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The port to listen at.")
@click.option("--browse", is_flag=True, help="Open a browser on it.")
def serve(programmes: tuple[str, ...], host: str, port: int, browse: bool) -> None:
    """Open the workbench.

    The programmes named are loaded if they are not there yet. Its data are kept in TAKEROOT_HOME (if not set:
    ~/.local/share/takeroot), or in the PostgreSQL database that DATABASE_URL names.
    """
    places = [_place(programme) for programme in programmes]
    with _workbench() as serving:
        serving.serve(host, port, programmes=places, open_browser=browse)


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
    with _working("Reading the programme"):
        read = _programme(programme, dates)
    with _working("Writing the report"), _whole(output) as draft:
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
        with _working("Reading the programme"):
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
    with _working("Reading the values"):
        rows = VALUES.read(values, dates=dates)
        about = MEASURES.read(measures, dates=dates) if measures else None
        changes = PHASES.read(phases, dates=dates) if phases else None
    remarks = charts.remarks(rows, measures=about, phases=changes)
    if direction:
        about = _directed(rows, about, direction)
    with _working("Charting"):
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

    return Programme.read(_place(given), dates=dates)


def _place(given: str) -> Path:
    """Where a programme lies: a path that exists, or else the folder of an example."""
    from takeroot import examples as library

    path = Path(given)
    if os.path.exists(path):  # no, where it may not even be looked at
        return path
    if given in library.names():
        return Path(library.path(given))
    if path.suffix or path.parent != Path("."):
        raise Mistake(f"There is no file or folder '{click.format_filename(given)}'.")
    raise NotFound("folder, file or example", click.format_filename(given), library.names())


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


@contextmanager
def _workbench() -> Iterator[Any]:
    """The top floor; only these two commands go there."""
    try:
        from takeroot.web import serving

        yield serving
    except ModuleNotFoundError as error:
        missing = (error.name or "takeroot").partition(".")[0]
        if missing == "takeroot":
            raise
        raise Mistake(
            f"The workbench needs '{missing}', which is not installed: pip install 'takeroot[web]'."
        ) from error


def _called(output: Path | None, what: str, *suffixes: str) -> None:
    """Refuse a name that says it is something else; a name need not say anything."""
    if output is not None and output.suffix.lower() not in ("", *suffixes):
        said = click.format_filename(output)
        raise Mistake(f"{what}: give it a name that ends in {suffixes[0]}, not '{said}'.")


def _apart(inputs: Iterable[Path | None], outputs: Iterable[Path | None]) -> None:
    """Refuse to write over what is read, and to write two things to one file."""
    taken = {path.resolve(): "is read" for path in inputs if path is not None}
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


@contextmanager
def _working(what: str) -> Iterator[None]:
    """Show on a terminal that something goes on; elsewhere say nothing."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(f"{what} ..."):
        yield
