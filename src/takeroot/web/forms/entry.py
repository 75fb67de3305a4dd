"""How an entry is asked for: which columns of its table come first, what each is called, and who may make it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from takeroot.vocabulary.column import Column
from takeroot.vocabulary.table import Table
from takeroot.vocabulary.tables import TABLES
from takeroot.web.roles import May


@dataclass(frozen=True)
class Ask:
    """How a column is asked for.

    Parameters
    ----------
    label, help
        What it is called, and a sentence on how to answer; what the table says it means, where there is none.
    preset
        What stands there until somebody says otherwise; ``today`` is the day.
    long
        Whether it may be several lines.
    words
        What each of its words is called, where the word itself does not say it.
    cards
        Whether its words stand below each other to be touched, rather than folded into a list.
    only
        Asked only where another column says this: the column, and its word.
    happened
        Whether it is the day of something that has happened, which can not lie ahead.
    needed
        Whether it must be said here, though the table lets it be empty.
    rule_sets
        Whether the rule sets are offered: those that are built in, and the programme's own.
    """

    label: str = ""
    help: str = ""
    preset: str = ""
    long: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    cards: bool = False
    only: tuple[str, str] | None = None
    happened: bool = False
    needed: bool = False
    rule_sets: bool = False


@dataclass(frozen=True)
class Entry:
    """A kind of entry: a row of a table, and how people are asked for it.

    Parameters
    ----------
    table
        The table, by name.
    title, says
        What people call it, and when it is for.
    leave
        What somebody must be allowed to do to make, amend or withdraw it.
    first, more
        The columns that are asked for at once, and those that are folded away.
    asks
        How its columns are asked for, where the table's own words would not do.
    signed
        The column in which its writer signs: it comes from who is there, never from a form.
    released
        Whether it is a draft until its writer releases it to the record.
    often
        Whether it stands among what is logged most.
    """

    table: str
    title: str
    says: str
    leave: May
    first: tuple[str, ...]
    more: tuple[str, ...] = ()
    asks: Mapping[str, Ask] = field(default_factory=dict)
    signed: str = ""
    released: bool = False
    often: bool = False

    @property
    def of(self) -> Table:
        """The table itself."""
        return TABLES[self.table]

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is asked for, in the order in which it is."""
        return self.first + self.more

    @property
    def of_sites(self) -> bool:
        """Whether somebody who speaks of named sites can make one: it says of which site it is."""
        return any(column.refers == "sites" for column in self.of.columns.values()) or self.table == "sites"

    def column(self, name: str) -> Column:
        """What the table says of a column."""
        return self.of.columns[name]
