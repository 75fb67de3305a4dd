"""The steps: ``takeroot COMMAND``. A command reads, calls one public function and writes.

A command's docstring is its help, and its page in the manual. Data go to stdout or to the file after ``-o``, words to
stderr. A user's mistake is one sentence (one for each fault) and exit code 2. A file is written whole or not at all,
and takes the place of the one before; what is read, and what is filled in by hand, is never overwritten.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from takeroot import __version__
from takeroot.cli import choosing, exposure, forecast, instruments, measures, people, report, running, spc, whatif
from takeroot.cli.steps import FILE, Mistake, Steps, place, working
from takeroot.cli.writing import DATES, whole
from takeroot.errors import FaultyInput

if TYPE_CHECKING:
    from takeroot.vocabulary.column import Dates
    from takeroot.vocabulary.programme import Programme


@click.group(cls=Steps, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """Spread, scale up and sustain improvements in health care.

    PROGRAMME is a programme folder, a zip of one, a workbook, or the name of an example.
    """


for command in (running.demo, running.serve, running.backup, running.restore, running.digest, people.person):
    main.add_command(command)


main.add_command(report.report)


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
    with whole(output) as draft:
        templates.write(draft)


main.add_command(spc.spc)
main.add_command(measures.measures)
instruments.instruments.add_command(choosing.choose)
main.add_command(instruments.instruments)
main.add_command(exposure.exposure)
main.add_command(forecast.forecast)
main.add_command(whatif.whatif)


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
