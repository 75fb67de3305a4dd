"""``takeroot spc``: values charted, and judged by a named rule set."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from takeroot.cli.steps import FILE, Mistake, working
from takeroot.cli.writing import DATES, OUTPUT, apart, called, give

if TYPE_CHECKING:
    from datetime import datetime

    import polars as pl

    from takeroot.exchange.nhs_layout import Across, Read
    from takeroot.vocabulary.column import Dates
    from takeroot.vocabulary.rulesets import RuleSet


@click.command()
@click.argument("values", metavar="VALUES.csv", type=FILE)
@click.option(
    "--rules",
    metavar="NAME",
    help="The named rule set to judge by, or a file of your own (.yaml); as the measures say, or else mdc, if not "
    "given.",
)
@click.option(
    "--chart",
    "kind",
    metavar="KIND",
    help="The kind of chart: run, xmr, mr, p, u, c, p_prime, u_prime, g, t or funnel; as the measures say, or else "
    "xmr, if not given.",
)
@click.option("--measures", type=FILE, help="A file of measures: units, and which direction is better.")
@click.option("--phases", type=FILE, help="A file of baselines, recalculations, exclusions, targets and trajectories.")
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
    "--constant", type=float, help="Limits of single values are mean ± so many average moving ranges, instead of 2.66."
)
@click.option(
    "--fix-after", type=click.IntRange(2), metavar="N", help="Set the limits of each phase from its first N points."
)
@click.option(
    "--least-denominator", type=float, metavar="N", help="Do not judge points, or sites, that rest on fewer than N."
)
@click.option("--measure", default="", help="The measure, where the file does not say; the name of the file, else.")
@click.option("--site", default="", help="The site, where the file does not say; 'all', else.")
@click.option(
    "--columns",
    "across",
    type=click.Choice(["measures", "sites"]),
    default="measures",
    show_default=True,
    help="What the columns of a file with one column for each series are.",
)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="The first day that a funnel counts.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day that a funnel counts.")
@OUTPUT
@click.option("--summary", type=FILE, help="Also write what each series shows: variation, assurance, runs.")
@click.option("--suggestions", type=FILE, help="Also write from when limits might be worked out anew, and why.")
@click.option("--chance", type=FILE, help="Also write the signals found, beside how many chance alone would give.")
@DATES
def spc(
    values: Path,
    rules: str | None,
    measures: Path | None,
    phases: Path | None,
    direction: str | None,
    output: Path | None,
    dates: Dates | None,
    measure: str,
    site: str,
    across: Across,
    **options: Any,
) -> None:
    """Chart values and judge them by a named rule set.

    The file has the columns measure, site, on, and value or numerator and denominator; further columns travel along.
    It may also be as NHS spreadsheets are: a date, a value and perhaps a target in each row, or one column for each
    series. One row for each point comes out, with its limits and its signals.
    """
    from takeroot.analysis import spc as charts
    from takeroot.exchange import nhs_layout
    from takeroot.vocabulary.tables import MEASURES, PHASES

    further = {name: options.pop(name) for name in ("summary", "suggestions", "chance")}
    own = None if rules is None or not _is_file(rules) else Path(rules)
    for path, what in ((output, "The points are"), *((one, f"The {name} is") for name, one in further.items())):
        called(path, f"{what} a table of CSV", ".csv")
    apart([values, measures, phases, own], [output or Path("-"), *further.values()])
    with working("Reading the values"):
        read = nhs_layout.read(values, measure=measure, site=site, across=across, dates=dates)
        about = MEASURES.read(measures, dates=dates) if measures else None
        changes = _changes(read, PHASES.read(phases, dates=dates) if phases else None)
        of_file = [_rules(own)] if own is not None else []
    for sentence in read.says:
        click.echo(sentence, err=True)
    remarks = charts.remarks(read.values, measures=about, phases=changes)
    if direction:
        about = _directed(read.values, about, direction)
    if options["kind"] == "funnel":
        _funnel(read.values, about, options, [name for name, path in further.items() if path], output)
        return
    chosen = {name: options[name] for name in ("kind", "screen", "constant", "fix_after", "least_denominator")}
    chosen |= {"rules": of_file[0] if of_file else rules, "measures": about, "phases": changes}
    with working("Charting"):
        points = charts.chart(read.values, **chosen)
    if points.height and not points["value"].count():
        raise Mistake("\n".join(remarks))
    for remark in remarks:
        click.echo(remark, err=True)
    give(points, output)
    if path := further["summary"]:
        give(charts.summary(points, measures=about, rule_sets=of_file), path)
    if path := further["suggestions"]:
        give(charts.suggestions(points, rule_sets=of_file).drop("near"), path)
    if path := further["chance"]:
        with working("Asking what chance alone would give"):
            give(charts.chance(read.values, points=points, rule_sets=of_file, **chosen), path)


def _funnel(
    values: pl.DataFrame, about: pl.DataFrame | None, options: dict[str, Any], further: list[str], output: Path | None
) -> None:
    """Each measure across its sites."""
    from takeroot.analysis import spc as charts

    if further:
        raise Mistake(f"A funnel has no {further[0]}: leave --{further[0]} out.")
    since, until = (_day(options[name]) for name in ("since", "until"))
    with working("Charting"):
        give(
            charts.funnel(values, measures=about, since=since, until=until, least=options["least_denominator"] or 0),
            output,
        )


def _day(given: datetime | None) -> Any:
    return None if given is None else given.date()


def _is_file(rules: str) -> bool:
    """Whether a rule set is named by its file."""
    return Path(rules).suffix.lower() in (".yaml", ".yml")


def _rules(path: Path) -> RuleSet:
    from takeroot.vocabulary import rulesets_in_files

    return rulesets_in_files.read(path)


def _changes(read: Read, given: pl.DataFrame | None) -> pl.DataFrame | None:
    """The phases given, and the targets that stand beside the values where those say nothing of that series."""
    import polars as pl

    if given is None or not read.phases.height:
        return read.phases if given is None and read.phases.height else given
    there = read.phases.join(given, on=["measure", "site", "kind"], how="anti")
    return pl.concat([given, there], how="diagonal")


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
