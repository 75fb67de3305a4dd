"""What is still asked? Questions without an answer, and the sites that nobody has heard of for longest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from takeroot.analysis.explanation.citing import each_reference
from takeroot.vocabulary.tables import ACTIONS, NOTES, SITES

if TYPE_CHECKING:
    from datetime import date

    from takeroot.vocabulary.programme import Programme

#: The days of the rows that tell something of a site; what was planned for it, or given to it, tells nothing of it.
HEARD = {
    "stages": ("on",),
    "deliveries": ("on",),
    "adaptations": ("on",),
    "values": ("on",),
    "notes": ("on",),
    "entries": ("on",),
    "experiments": ("since", "until"),
    "actions": ("done",),
}


def unanswered(programme: Programme) -> pl.DataFrame:
    """Questions that people asked and nobody has answered: notes that end in a question mark, and that no note cites.

    Parameters
    ----------
    programme
        Its notes. A question is a note from no source whose title is the question; an answer is a note that is
        ``about`` it.

    Returns
    -------
    DataFrame
        The longest open first: ``on``, ``site``, ``title``, ``voice`` and ``reference``.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> notes = {"on": ["2024-05-01", "2024-05-02", "2024-05-03"], "id": ["a", "b", "c"]}
    >>> notes |= {"title": ["Who rings?", "Who pays?", "We do"], "about": [None, None, "notes:a"]}
    >>> unanswered(Programme("Falls", notes=notes))["title"].to_list()
    ['Who pays?']
    """
    notes = programme.notes.with_columns(reference=NOTES.references(programme.notes))
    asked = notes.filter(pl.col("title").str.strip_chars().str.ends_with("?"), pl.col("source_kind").is_null())
    answered = each_reference(programme, "notes", "about").select(reference="cited").unique()
    asked = asked.join(answered, on="reference", how="anti", maintain_order="left")
    return asked.sort("on", "reference").select("on", "site", "title", "voice", "reference")


def overdue(programme: Programme, today: date) -> pl.DataFrame:
    """Actions that are not done, and whose day has passed.

    Parameters
    ----------
    programme
        Its actions.
    today
        The day on which it is asked.

    Returns
    -------
    DataFrame
        The longest due first: ``due``, ``site``, ``title``, ``owner`` and ``reference``.

    Examples
    --------
    >>> from datetime import date
    >>> from takeroot.vocabulary.programme import Programme
    >>> actions = {"title": ["Ring", "Write"], "due": ["2024-05-01", "2024-07-01"]}
    >>> overdue(Programme("Falls", actions=actions), date(2024, 6, 1))["title"].to_list()
    ['Ring']
    """
    actions = programme.actions.with_columns(reference=ACTIONS.references(programme.actions))
    late = actions.filter(pl.col("due") < today, pl.col("done").is_null(), pl.col("status").fill_null("open") == "open")
    return late.sort("due", "reference").select("due", "site", "title", "owner", "reference")


def last_heard(programme: Programme) -> pl.DataFrame:
    """Every site, and the latest day of anything that tells of it.

    Parameters
    ----------
    programme
        Its sites and what is recorded of them, up to ``as_at``.

    Returns
    -------
    DataFrame
        By the codes of the sites: ``site``, ``who``, ``heard`` (empty, where nothing is recorded of it) and
        ``reference``.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> notes = {"on": ["2024-05-01", "2024-06-01"], "title": ["One", "Two"], "site": ["A", "A"]}
    >>> programme = Programme("Falls", sites={"site": ["B", "A"]}, notes=notes)
    >>> last_heard(programme).select("site", "heard").rows()
    [('A', datetime.date(2024, 6, 1)), ('B', None)]
    """
    told = [pl.DataFrame(schema={"site": pl.String(), "heard": pl.Date()})]
    for table, columns in HEARD.items():
        rows: pl.DataFrame = getattr(programme, table)
        for column in columns:
            days = rows.filter(pl.col("site").is_not_null(), pl.col(column).is_not_null())
            if programme.as_at is not None:
                days = days.filter(pl.col(column) <= programme.as_at)
            told.append(days.group_by("site").agg(heard=pl.col(column).max()))
    latest = pl.concat(told).group_by("site").agg(pl.col("heard").max())
    sites = programme.sites.select("site", who=pl.coalesce("name", "site"), reference=SITES.references(programme.sites))
    found = sites.join(latest, on="site", how="left", maintain_order="left")
    return found.select("site", "who", "heard", "reference").sort("site")
