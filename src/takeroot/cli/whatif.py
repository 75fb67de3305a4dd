"""What if we did something else? Two to five choices, under the same chance."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from takeroot.cli.steps import Mistake, place, working
from takeroot.cli.writing import DATES, OUTPUT, apart, called, give, whole

if TYPE_CHECKING:
    from takeroot.simulation.comparing.in_files import Question
    from takeroot.vocabulary.column import Dates


@click.command()
@click.argument("programme")
@click.option(
    "--strategy",
    "strategies",
    multiple=True,
    required=True,
    metavar="FILE.yaml|LEVER",
    help="A file of choices, or a lever by its name, such as more_facilitators=2; once for each.",
)
@click.option("--months", type=click.IntRange(1, 240), help="How many months to look ahead; 36, if no file says.")
@click.option("--replicates", type=click.IntRange(1, 100_000), help="How many histories; 1,000, if no file says.")
@click.option("--seed", type=click.IntRange(0), help="The same seed, the same answer; 0, if no file says.")
@click.option("--by", "by", multiple=True, metavar="COLUMN", help="A column of the sites by which to say who gains.")
@click.option(
    "--sweep",
    type=click.Choice(["morris", "sobol", "none"]),
    default="morris",
    show_default=True,
    help="How assumptions are moved, to find what would overturn the order.",
)
@click.option("--threads", type=click.IntRange(1), help="How many at a time; as many as there are processors.")
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="A Dask scheduler that runs already, such as tcp://10.0.0.5:8786. The choices are run there; the many short "
    "runs for the break-even and the sweep here.",
)
@OUTPUT
@DATES
def whatif(
    programme: str,
    strategies: tuple[str, ...],
    months: int | None,
    replicates: int | None,
    seed: int | None,
    by: tuple[str, ...],
    sweep: str,
    threads: int | None,
    cluster: str | None,
    output: Path | None,
    dates: Dates | None,
) -> None:
    """Say what would come of two to five choices, and what would change that.

    A file holds the question, what is expected, and choices made of levers; its manual page shows one. Levers by name
    are more_facilitators, train_the_trainer, mandate, seed_hubs, connect_sites and room_to_adapt. As it is now is the
    first choice, unless a file says otherwise. The words come first, on stderr; then a table (CSV) of every figure of
    each choice, and of the differences between choices. A name that ends in .xlsx, .html, .docx, .pptx or .pdf
    holds the words and the charts too.
    """
    from takeroot.reporting import what_if
    from takeroot.simulation import comparing
    from takeroot.simulation.comparing.kept import Kept
    from takeroot.vocabulary.programme import Programme

    called(output, "A what-if is a table as CSV, or a document", ".csv", *what_if.FORMATS)
    source = place(programme)
    apart([source, *(Path(one) for one in strategies if _is_file(one))], [output])
    asked = _asked(strategies, months=months, replicates=replicates, seed=seed)
    with working("Reading the programme"):
        read = Programme.read(source, dates=dates)
    _columns(by, read)
    with working("Asking what if") as tell:
        answer = comparing.ask(
            read,
            asked,
            **({"by": by} if by else {}),  # type: ignore[arg-type]
            sweep=None if sweep == "none" else sweep,  # type: ignore[arg-type]
            threads=threads,
            cluster=cluster,
            progress=lambda share, says: tell(f"{says}, {100 * share:.0f} %"),
        )
    told = Kept.of(answer)
    for says in (asked.question, f"Expected: {asked.expects}") if asked.question or asked.expects else ():
        click.echo(says, err=True)
    for says in told.words:
        click.echo(says, err=True)
    suffix = output.suffix.lower() if output is not None else ""
    if output is None or suffix not in what_if.FORMATS:
        give(answer.table(), output)
        return
    with working("Writing"), whole(output) as draft:
        draft.write_bytes(what_if.file(read, asked.question, asked.expects, told, suffix))


def _is_file(strategy: str) -> bool:
    return Path(strategy).suffix.lower() in (".yaml", ".yml")


def _asked(strategies: tuple[str, ...], **given: int | None) -> Question:
    """One question of all that is named: the first file says what it is, and each adds its choices."""
    from takeroot.simulation.comparing import in_files

    files = [in_files.read(one) for one in strategies if _is_file(one)]
    parts = iter(files)
    choices = [
        said for one in strategies for said in (next(parts).choices if _is_file(one) else (in_files.named(one),))
    ]
    first = files[0].model_dump() if files else {}
    said = {**first, **{name: number for name, number in given.items() if number is not None}}
    return in_files.asked({**said, "choices": [one.model_dump() for one in choices]})


def _columns(by: tuple[str, ...], read: object) -> None:
    known = read.sites.columns  # type: ignore[attr-defined]
    for column in by:
        if column not in known:
            raise Mistake(f"The sites have no column '{column}'. They have: {', '.join(known)}.")
