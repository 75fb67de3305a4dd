"""How many sites will be in use, month by month, and whether to trust it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from takeroot.cli.steps import place, working
from takeroot.cli.writing import DATES, OUTPUT, apart, called, give

if TYPE_CHECKING:
    from takeroot.vocabulary.column import Dates


@click.command()
@click.argument("programme")
@click.option(
    "--months", type=click.IntRange(1, 240), default=24, show_default=True, help="How many months to look ahead."
)
@click.option(
    "--by", metavar="COLUMN", help="A column of the sites, such as region, whose groups have a forecast each."
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="The same seed, the same forecast.")
@click.option(
    "--model",
    is_flag=True,
    help="Fit the model of spread too, and try it beside the curves.",
)
@OUTPUT
@DATES
def forecast(
    programme: str, months: int, by: str | None, seed: int, model: bool, output: Path | None, dates: Dates | None
) -> None:
    """Say how many sites will be in use, month by month.

    A table (CSV) of months with the middle of what is foreseen and the ends of its 50, 80 and 95 % intervals. What a
    back-test shows of how far to trust it is said on stderr. Where there are fewer than ten events or three
    earlier months to try it from there is no forecast, and a sentence says why.

    With --model, the model of how sites move between stages is fitted to what was known in each of those earlier
    months, and stands in the back-test and in the combination like any curve.
    """
    from takeroot.analysis import forecasting
    from takeroot.vocabulary.programme import Programme

    called(output, "A forecast is a table as CSV", ".csv")
    source = place(programme)
    apart([source], [output])
    with working("Reading the programme"):
        read = Programme.read(source, dates=dates)
    with working("Forecasting") as tell:
        known, of_group, alone = forecasting.FORECASTERS, None, list[str]()
        if model:
            from takeroot.simulation import forecasting as modelled

            known = {**known, modelled.MODEL: modelled.of_programme(read)}
            of_group = modelled.of_groups(read, by) if by else None
        whole = forecasting.made(read, months=months, seed=seed, forecasters=known, step=tell)
        if model:
            alone = modelled.alone(whole)
        parts, without = (
            forecasting.groups(read, by, months=months, seed=seed, forecasters=of_group) if by else ({}, {})
        )
    give(forecasting.tabled(whole, parts).drop("says"), output)
    for says in (whole.says, *whole.doubts, *alone, *(f"{group}: {why}" for group, why in without.items())):
        click.echo(says, err=True)
