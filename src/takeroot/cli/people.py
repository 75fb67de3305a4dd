"""Who may sign in to the workbench, from the machine that it runs on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from takeroot.cli.running import workbench
from takeroot.cli.steps import Steps


@click.group(cls=Steps)
def person() -> None:
    """Let people sign in to the workbench, from the machine that it runs on."""


AT: Callable[..., Any] = click.option("--at", default="", help="Where the workbench is reached, for the address.")


@person.command("add")
@click.argument("sign_in")
@click.option("--name", default="", help="What they are called.")
@click.option("--begins", is_flag=True, help="They may begin programmes.")
@click.option("--keeps-house", is_flag=True, help="They look after sign-ins and the workbench itself.")
@AT
def person_add(sign_in: str, name: str, begins: bool, keeps_house: bool, at: str) -> None:
    """Make a sign-in, and print the address by which its owner chooses a password, once, within a day."""
    click.echo(workbench("letting_in").add(sign_in, name=name, begins=begins, keeps_house=keeps_house, at=at))


@person.command("reset")
@click.argument("sign_in")
@click.option("--second-step", is_flag=True, help="Take their second step off as well.")
@AT
def person_reset(sign_in: str, second_step: bool, at: str) -> None:
    """Print an address by which somebody sets a new password, once, within a day."""
    click.echo(workbench("letting_in").reset(sign_in, second_step=second_step, at=at))


@person.command("role")
@click.argument("sign_in")
@click.argument("programme")
@click.argument("role")
@click.option("--site", "sites", multiple=True, help="A site that the role is for; once for each.")
def person_role(sign_in: str, programme: str, role: str, sites: tuple[str, ...]) -> None:
    """Give somebody a role in a programme, by the name it has in addresses."""
    workbench("letting_in").give_role(sign_in, programme, role, sites)
    click.echo(f"{sign_in} is {role} of {programme} now.", err=True)


@person.command("list")
def person_list() -> None:
    """List who may sign in, and what they may do here."""
    for line in workbench("letting_in").everybody():
        click.echo("\t".join(line))
