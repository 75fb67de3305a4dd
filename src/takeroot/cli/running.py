"""The workbench: to open it, to keep a copy of all that is in it, and to bring that back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from takeroot.cli.steps import FILE, Mistake, place, working


@click.command()
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


@click.command()
@click.argument("programmes", metavar="[PROGRAMME]...", nargs=-1)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The port to listen at.")
@click.option("--browse", is_flag=True, help="Open a browser on it.")
def serve(programmes: tuple[str, ...], host: str, port: int, browse: bool) -> None:
    """Open the workbench.

    The programmes named are loaded if they are not there yet. Its data are kept in TAKEROOT_HOME (if not set:
    ~/.local/share/takeroot), or in the PostgreSQL database that DATABASE_URL names.
    """
    places = [place(programme) for programme in programmes]
    with _workbench() as serving:
        serving.serve(host, port, programmes=places, open_browser=browse)


@click.command()
@click.argument("file", type=FILE)
@click.option("--verify", is_flag=True, help="Try a backup that is there: restore it aside, read it back, compare.")
def backup(file: Path, verify: bool) -> None:
    """Keep everything of the workbench in one file.

    It is of one moment while people go on writing, and whatever the database, restores into any other. A FILE that is
    there gives way to the new one once that is whole; in a folder, the file has a dated name. The secret that signs
    sessions is not in it. What people wrote is: keep it where only they may look who may see that.
    """
    said = click.format_filename(file)
    with _workbench() as web:
        if verify:
            with working("Restoring it aside"):
                counted = web.verify(file)
            click.echo(f"'{said}' is whole: {counted} were restored aside, read back and compared.", err=True)
            return
        with working("Keeping everything"):
            written, counted = web.backup(file)
        click.echo(f"Kept {counted} in '{click.format_filename(written)}'.", err=True)


@click.command()
@click.argument("file", type=FILE)
@click.option("--into", metavar="DATABASE_URL", default="", help="The database; that of the settings, if not given.")
def restore(file: Path, into: str) -> None:
    """Bring a backup back, into an empty database.

    Everything is read back and compared before it counts; where something is not as it was, nothing is restored. A
    database that holds anything stays as it is. Everybody signs in again afterwards.
    """
    with _workbench() as web, working("Restoring"):
        counted = web.restore(file, into)
    click.echo(f"Restored {counted}: all of it was read back, and is as it was.", err=True)


@contextmanager
def _workbench() -> Iterator[Any]:
    """The top floor; only these commands go there."""
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
