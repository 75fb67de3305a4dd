"""A report of a programme, for whoever is to read it: as a page, a document, slides or a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from takeroot.cli.steps import FILE, Mistake, place, working
from takeroot.cli.writing import DATES, apart, whole

if TYPE_CHECKING:
    from takeroot.vocabulary.column import Dates


@click.command()
@click.argument("programme")
@click.option("-o", "--output", type=FILE, required=True, help="The file: .html, .docx, .pptx, .xlsx or .pdf.")
@click.option("--kind", default="full", show_default=True, metavar="KIND", help="For whom it is; see above.")
@click.option("--site", metavar="NAME", help="The site to which a letter goes.")
@DATES
def report(programme: str, output: Path, kind: str, site: str | None, dates: Dates | None) -> None:
    """Write the report of a programme.

    It gives the two answers (as planned? what changed, and why?) with their evidence and doubts, and every kind of
    file shows the same sections. KIND is full (all there is), one-pager, board, site (a letter to one site, with
    --site), or a draft of a paper after squire, stari or tidier, with what is missing marked.
    """
    from takeroot.reporting import report as reporting
    from takeroot.vocabulary.programme import Programme

    if output.suffix.lower() not in reporting.FORMATS:
        *others, last = reporting.FORMATS
        said = click.format_filename(output)
        raise Mistake(f"Give it a name that ends in {', '.join(others)} or {last}, not '{said}'.")
    source = place(programme)
    apart([source], [output])
    with working("Reading the programme"):
        read = Programme.read(source, dates=dates)
    with working("Writing the report") as tell, whole(output) as draft:
        reporting.write(read, draft, kind=kind, site=site, step=tell)
