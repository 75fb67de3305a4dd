"""``takeroot exposure``: how much of what each site is tied to was in use, month by month."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from takeroot.cli.steps import FILE, Mistake, working
from takeroot.cli.writing import DATES, OUTPUT, apart, called, give

if TYPE_CHECKING:
    from takeroot.vocabulary.column import Dates


@click.command()
@click.argument("stages", metavar="STAGES.csv", type=FILE)
@click.argument("ties", metavar="TIES.csv", type=FILE)
@click.option("--lag", type=click.IntRange(0), default=0, metavar="N", help="The exposure of N months before.")
@click.option("--valued", is_flag=True, help="Weigh ties, instead of counting each pair of sites once.")
@click.option("--ever", is_flag=True, help="Count sites that have ever used it, also where they no longer do.")
@click.option(
    "--influence",
    type=click.Choice(["in", "out", "both"]),
    default="in",
    show_default=True,
    help="Along the ties that lead to a site, those that lead from it, or both.",
)
@click.option("--kind", "kinds", multiple=True, metavar="NAME", help="Only ties of this kind; once for each.")
@OUTPUT
@DATES
def exposure(
    stages: Path,
    ties: Path,
    lag: int,
    valued: bool,
    ever: bool,
    influence: str,
    kinds: tuple[str, ...],
    output: Path | None,
    dates: Dates | None,
) -> None:
    """Say how much of what each site is tied to was in use.

    STAGES.csv has the columns site, stage and on; TIES.csv has source and target (influence runs from source to
    target), and may have kind, weight, since and until. One row for each site of either file and each month comes out.
    A site without ties has no exposure: the cell is empty.
    """
    from takeroot.analysis import network
    from takeroot.analysis.network import given
    from takeroot.vocabulary.tables import STAGES

    called(output, "Exposure is a table of CSV", ".csv")
    apart([stages, ties], [output])
    with working("Reading the stages and the ties"):
        stands = STAGES.read(stages, dates=dates)
        tied = given.ties(ties, dates=dates)
    if not stands.height:
        raise Mistake(
            f"{click.format_filename(stages.name)}: no stage is recorded, so there is nobody to be exposed to; a row "
            "at least is needed, of a site, its stage and the day from which on it stood there."
        )
    for sentence in given.remarks(tied, valued=valued):
        click.echo(sentence, err=True)
    with working("Counting"):
        found = network.exposure(
            stands,
            tied,
            lag=lag,
            valued=valued,
            ever=ever,
            influence=influence,  # type: ignore[arg-type]
            kind=kinds or None,
        )
    give(found, output)
