"""What every command stands on: mistakes are sentences, and commands keep their order."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from takeroot.errors import NotFound, TakerootError

FILE = click.Path(path_type=Path)


class Mistake(click.ClickException):
    """Something the user can put right: said on stderr as it is, with exit code 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Say it."""
        click.echo(self.message, file=file, err=file is None)


class Steps(click.Group):
    """Commands in the order they are written, whose mistakes by users are sentences."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run as a process: letters that a terminal does not have stop nothing, and a full disk is a sentence."""
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")
        try:
            return super().main(*args, **kwargs)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is still to be flushed goes nowhere
            click.echo("There is no room for what is to be written: make some, or write it elsewhere.", err=True)
            sys.exit(Mistake.exit_code)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """As they stand below."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except TakerootError as error:
            raise Mistake(str(error)) from error


def place(given: str) -> Path:
    """Where a programme lies: a path that exists, or else the folder of an example."""
    from takeroot import examples as library

    path = Path(given)
    if os.path.exists(path):  # no, where it may not even be looked at
        return path
    if given in library.names():
        return Path(library.path(given))
    if path.suffix or path.parent != Path("."):
        raise Mistake(f"There is no file or folder '{click.format_filename(given)}'.")
    raise NotFound("folder, file or example", click.format_filename(given), library.names())


@contextmanager
def working(what: str) -> Iterator[Callable[[str], None]]:
    """Show on a terminal that something goes on, and what of it when told; elsewhere say nothing."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.markup import escape

    with Console(stderr=True).status(f"{what} ...") as status:
        yield lambda part: status.update(f"{what}: {escape(part)} ...")
