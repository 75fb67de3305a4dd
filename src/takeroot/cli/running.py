"""The workbench: to open it, to keep a copy of all that is in it, and to bring that back."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from takeroot.cli.steps import FILE, Mistake, place, working

#: What the workbench stands on, as modules.
NEEDED = ("django", "csp", "django_htmx", "django_otp", "segno", "template_partials", "waitress", "whitenoise")


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
    workbench().demo(folder, host=host, port=port, serve=serve, open_browser=browse)


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
    workbench().serve(host, port, programmes=places, open_browser=browse)


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
    web = workbench("upkeep")
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
    web = workbench("upkeep")
    with working("Restoring"):
        counted = web.restore(file, into)
    click.echo(f"Restored {counted}: all of it was read back, and is as it was.", err=True)


@click.command()
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The first day; a month ago, if not given."
)
@click.option("-o", "--output", type=FILE, required=True, metavar="FOLDER", help="The folder to write into.")
def digest(since: datetime | None, output: Path) -> None:
    """Write to each member what changed since last time.

    A text and a page for each, named by their sign-in, as far as they may see: what changed and where, what is asked,
    what is due, what is missing and one next step. It is sent by e-mail only where TAKEROOT_SMTP is set and the member
    has an address.
    """
    from takeroot.charts.wording import counted

    web = workbench("upkeep")
    written, sent = web.digest(output, since=since.date() if since else None)
    members, said = counted(written, "members"), click.format_filename(output)
    click.echo(f"Wrote the digests of {members} to '{said}'; {sent:,} sent by e-mail.", err=True)


def workbench(part: str = "serving") -> Any:
    """A part of the top floor; only these commands go there."""
    for name in NEEDED:  # looked for here: the processes that answer are others
        if find_spec(name) is None:
            raise Mistake(f"The workbench needs '{name}', which is not installed: pip install 'takeroot[web]'.")
    return import_module(f"takeroot.web.{part}")
