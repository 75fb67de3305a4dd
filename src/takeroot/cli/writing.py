"""What commands write: whole or not at all, and never over what is read."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from takeroot.cli.steps import Mistake

if TYPE_CHECKING:
    import polars as pl

DATES: Callable[..., Any] = click.option(
    "--dates",
    type=click.Choice(["day-first", "month-first"]),
    help="How days such as 03/04/2024 are written, where a whole column reads both ways.",
)
OUTPUT: Callable[..., Any] = click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="The file to write; stdout, if not given."
)


def called(output: Path | None, what: str, *suffixes: str) -> None:
    """Refuse a name that says it is something else, and a place where nothing can be written, before any work is done.

    A name need not say anything.
    """
    if output is not None and output.suffix.lower() not in ("", *suffixes):
        said = click.format_filename(output)
        raise Mistake(f"{what}: give it a name that ends in {suffixes[0]}, not '{said}'.")
    if output is not None and str(output) != "-":
        _placed(output)


def apart(inputs: Iterable[Path | None], outputs: Iterable[Path | None]) -> None:
    """Refuse to write over what is read, and to write two things to one file."""
    taken = {path.resolve(): "is read" for path in inputs if path is not None and str(path) != "-"}
    for output in filter(None, outputs):
        where = output.resolve()
        if where in taken and (where.is_file() or not where.exists()):  # a device takes whatever comes
            said = "stdout" if str(output) == "-" else f"'{click.format_filename(output)}'"
            raise Mistake(f"{said} {taken[where]} already; choose another file to write.")
        taken[where] = "is written to"


def give(frame: pl.DataFrame, output: Path | None) -> None:
    """Write a frame as CSV, to a file or to stdout."""
    from takeroot.vocabulary import files

    content = files.csv_bytes(frame)
    if output is None or str(output) == "-":
        click.echo(content, nl=False)
    else:
        with whole(output) as draft:
            draft.write_bytes(content)


@contextmanager
def whole(output: Path) -> Iterator[Path]:
    """A draft beside the file, of the same suffix, that takes its place once it is whole."""
    where = _placed(output)
    said = click.format_filename(output)
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


def _placed(output: Path) -> Path:
    """Where a file is to be written: in a folder that there is, and not in place of one."""
    where = output.resolve()
    if where.is_dir():
        raise Mistake(f"'{click.format_filename(output)}' is a folder; name a file to write.")
    if not where.parent.is_dir():
        raise Mistake(
            f"There is no folder '{click.format_filename(output.parent)}' to write '{where.name}' in; make it first."
        )
    return where
