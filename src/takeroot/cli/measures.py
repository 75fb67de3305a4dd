"""Measures to take away: a workbook, slides, or a zip of pictures and tables."""

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
@click.option("-o", "--output", type=FILE, required=True, help="The file to write: .xlsx, .pptx or .zip.")
@click.option("--measure", "chosen", multiple=True, metavar="NAME", help="A measure to take; once for each.")
@click.option("--site", "sites", multiple=True, metavar="NAME", help="A site to take; once for each.")
@click.option(
    "--rules", metavar="NAME", help="A rule set for every measure, by its name, or as a file of your own (.yaml)."
)
@DATES
def measures(
    programme: str,
    output: Path,
    chosen: tuple[str, ...],
    sites: tuple[str, ...],
    rules: str | None,
    dates: Dates | None,
) -> None:
    """Take measures away: as a workbook, as slides, or as pictures.

    A workbook (.xlsx) has a summary, every point as it was computed, and the data. Slides (.pptx) have a summary and
    one measure each. A zip has a PNG, an SVG and a CSV of each chart. All of them name the rule set and its version.
    Without --site a measure is shown over all its sites together where it can be, else site by site.
    """
    from takeroot.reporting import takeaway
    from takeroot.vocabulary import rulesets_in_files
    from takeroot.vocabulary.programme import Programme

    if output.suffix.lower() not in takeaway.FORMATS:
        *others, last = takeaway.FORMATS
        said = click.format_filename(output)
        raise Mistake(f"Give it a name that ends in {', '.join(others)} or {last}, not '{said}'.")
    source = place(programme)
    apart([source, Path(rules) if rules else None], [output])
    own = rulesets_in_files.read(rules) if rules and Path(rules).suffix.lower() in (".yaml", ".yml") else rules
    with working("Reading the programme"):
        read = Programme.read(source, dates=dates)
    with working("Drawing") as tell, whole(output) as draft:
        content = takeaway.content(
            read, output.name, measures=chosen, sites=sites, rules=own, step=lambda view: tell(view.name)
        )
        draft.write_bytes(content)
