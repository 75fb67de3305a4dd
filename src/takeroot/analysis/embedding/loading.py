"""What else goes on at the sites, does it compete or reinforce, and what might be stopped? As people report it.

What might be stopped is asked and never answered here: a question says what the record holds, and people decide.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from takeroot.vocabulary.tables import COMPONENTS, DECISIONS, ENDINGS, MEASURES, OTHER_WORK

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

#: Decisions by which something is not to go further.
LOCAL = ("keep local", "spread no further", "scale back")
#: A component is asked about where it is known at so many sites, and delivered at half of them sometimes or never.
FEWEST = 3
_LITTLE = 0.25
_QUESTION = {
    "of": pl.String(),
    "what": pl.String(),
    "sites": pl.List(pl.String()),
    "known_at": pl.Int64(),
    "on": pl.Date(),
    "reference": pl.List(pl.String()),
}
#: What a plan to stop something should say, in the order in which it is asked.
ASKED = ("evidence", "decided_by", "remains", "measure")


def running(programme: Programme) -> pl.DataFrame:
    """The other work that goes on, on the day up to which is counted."""
    now = programme.as_at or date(9999, 1, 1)
    rows = programme.other_work
    rows = rows.with_columns(reference=OTHER_WORK.references(rows), like=_like("name"))
    return rows.filter((pl.col("since") <= now).fill_null(value=True), (pl.col("until") > now).fill_null(value=True))


def _like(column: str) -> pl.Expr:
    return pl.col(column).str.to_lowercase().str.strip_chars().str.replace_all(r"\s+", " ")


def load(programme: Programme) -> pl.DataFrame:
    """What other work asks of each site, on the day up to which is counted.

    Parameters
    ----------
    programme
        Its sites and the other work at them; its measures, and how long each takes.

    Returns
    -------
    DataFrame
        By the codes of the sites, each of which has a row: ``site``; ``works`` (how many pieces of other work go on),
        ``competes``, ``reinforces`` and ``others`` (how many of them are said to do that, or neither, or nothing is
        said); ``hours`` (of a month, of those that say so) and ``hours_said`` (how many do); ``minutes`` (a month, that
        the measures take which had values there in the last year, as far as they say so).

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> work = {"site": ["A", "A"], "name": ["Falls", "Sepsis"], "relation": ["competes", None]}
    >>> programme = Programme("Home", sites={"site": ["B", "A"]}, other_work=work | {"hours_a_month": [6, None]})
    >>> load(programme).select("site", "works", "competes", "hours").rows()
    [('A', 2, 1, 6.0), ('B', 0, 0, None)]
    """
    relation = pl.col("relation")
    rows = running(programme).unique(["site", "like"], keep="first", maintain_order=True)
    counts = rows.group_by("site").agg(
        works=pl.len().cast(pl.Int64),
        competes=(relation == "competes").sum().cast(pl.Int64),
        reinforces=(relation == "reinforces").sum().cast(pl.Int64),
        hours=pl.when(pl.col("hours_a_month").count() > 0).then(pl.col("hours_a_month").sum()),
        hours_said=pl.col("hours_a_month").count().cast(pl.Int64),
    )
    found = programme.sites.select("site").join(counts, on="site", how="left").join(_minutes(programme), "site", "left")
    numbers = ("works", "competes", "reinforces", "hours_said")
    found = found.with_columns(pl.col(numbers).fill_null(0))
    others = (pl.col("works") - pl.col("competes") - pl.col("reinforces")).alias("others")
    return found.with_columns(others).sort("site").select(
        "site", "works", "competes", "reinforces", "others", "hours", "hours_said", "minutes"
    )  # fmt: skip


def _minutes(programme: Programme) -> pl.DataFrame:
    """How long it takes each site to collect what it has collected in the last year."""
    values, now = programme.values, programme.as_at
    if now is not None:
        values = values.filter(pl.col("on") <= now, pl.col("on") > pl.lit(now).dt.offset_by("-1y"))
    takes = programme.measures.select("measure", "minutes_a_month").drop_nulls()
    each = values.select("site", "measure").unique().join(takes, on="measure")
    return each.group_by("site").agg(minutes=pl.col("minutes_a_month").sum())


def together_and_apart(programme: Programme) -> pl.DataFrame:
    """Each piece of other work that goes on, and at which sites it is said to compete, to reinforce, or neither.

    Parameters
    ----------
    programme
        Its other work, on the day up to which is counted. Names are matched without regard to capitals.

    Returns
    -------
    DataFrame
        By name: ``name``, ``competes``, ``reinforces`` and ``others`` (sites), ``how`` (in people's words, each with
        whose view it is), and ``reference`` (the rows that say so).

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> work = {"site": ["A", "B"], "name": ["Falls", "falls"], "relation": ["competes", "reinforces"]}
    >>> together_and_apart(Programme("Home", other_work=work)).select("name", "competes", "reinforces").rows()
    [('Falls', ['A'], ['B'])]
    """
    rows = running(programme).sort("like", "site", "reference")
    word, whose = pl.col("relation"), pl.format(" ({})", "according_to")
    said = pl.col("how").str.strip_chars_end(". ") + pl.when(pl.col("according_to").is_null()).then(
        pl.lit("")).otherwise(whose)  # fmt: skip
    at = pl.col("site").unique(maintain_order=True)
    return (
        rows.with_columns(said=said)
        .group_by("like", maintain_order=True)
        .agg(
            name=pl.col("name").min(),
            competes=at_where(word == "competes"),
            reinforces=at_where(word == "reinforces"),
            others=at_where(~word.is_in(["competes", "reinforces"]).fill_null(value=False)),
            how=pl.col("said").drop_nulls().unique(maintain_order=True),
            reference=pl.col("reference"),
            at=at.len(),
        )
        .select("name", "competes", "reinforces", "others", "how", "reference")
    )


def at_where(which: pl.Expr) -> pl.Expr:
    """The sites of some of the rows, each once."""
    return pl.col("site").filter(which).unique(maintain_order=True)


def might_stop(programme: Programme) -> pl.DataFrame:
    """What people may wish to ask of: is it still needed? Each with what the record holds of it.

    Parameters
    ----------
    programme
        Its other work, components with what is delivered of them, and measures. What a plan to stop something speaks of
        already is left out.

    Returns
    -------
    DataFrame
        By what it is and its name: ``of`` (``other work`` that is said to compete; ``component``, delivered sometimes
        or never at half of three or more sites at which the latest delivery is known, a share of a quarter or less
        counting so; ``measure``, still collected after the day until which it was to be), ``what``, ``sites`` (at which
        that is so), ``known_at`` (of how many sites it is known), ``on`` (for a measure, until when it was to be
        collected) and ``reference``.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> work = {"site": ["A", "B"], "name": ["Falls", "falls"], "relation": ["competes", "reinforces"]}
    >>> might_stop(Programme("Home", other_work=work)).select("of", "what", "sites", "known_at").rows()
    [('other work', 'Falls', ['A'], 2)]
    """
    found = pl.concat([_competing(programme), _hardly_delivered(programme), _still_collected(programme)])
    planned = programme.endings.select(like=_like("what")).unique()
    found = found.with_columns(like=_like("what")).join(planned, on="like", how="anti")
    order = ["other work", "component", "measure"]
    place = pl.col("of").replace_strict(order, range(3), return_dtype=pl.Int64)
    return found.sort(place, "what").select(pl.col(name).cast(kind) for name, kind in _QUESTION.items())


def _competing(programme: Programme) -> pl.DataFrame:
    works = together_and_apart(programme).filter(pl.col("competes").list.len() > 0)
    known = sum((pl.col(name).list.len() for name in ("competes", "reinforces", "others")), pl.lit(0))
    return works.select(
        pl.lit("other work").alias("of"), what="name", sites="competes", known_at=known.cast(pl.Int64),
        on=pl.lit(None, dtype=pl.Date), reference="reference",
    )  # fmt: skip


def _hardly_delivered(programme: Programme) -> pl.DataFrame:
    rows = programme.deliveries.filter(pl.col("delivered").is_not_null())
    if programme.as_at is not None:
        rows = rows.filter(pl.col("on") <= programme.as_at)
    share = pl.col("delivered").cast(pl.Float64, strict=False)
    little = pl.col("delivered").is_in(["sometimes", "never"]) | (share <= _LITTLE).fill_null(value=False)
    latest = pl.col("on") == pl.col("on").max().over("site", "component")
    rows = rows.filter(latest).group_by("component", "site").agg(little=little.all())
    found = rows.sort("site").group_by("component").agg(
        sites=pl.col("site").filter("little"), known_at=pl.len().cast(pl.Int64)
    )  # fmt: skip
    found = found.filter(pl.col("known_at") >= FEWEST, pl.col("sites").list.len() * 2 >= pl.col("known_at"))
    parts = programme.components
    parts = parts.with_columns(reference=COMPONENTS.references(parts)).sort("reference")
    parts = parts.group_by("component").agg(pl.col("reference"), name=pl.col("name").drop_nulls().last())
    found = found.join(parts, on="component", how="left")
    return found.select(
        pl.lit("component").alias("of"), what=pl.coalesce("name", "component"), sites="sites", known_at="known_at",
        on=pl.lit(None, dtype=pl.Date), reference=pl.col("reference").fill_null([]),
    )  # fmt: skip


def _still_collected(programme: Programme) -> pl.DataFrame:
    rows = programme.measures
    rows = rows.with_columns(reference=MEASURES.references(rows)).filter(pl.col("collected_until").is_not_null())
    values = programme.values
    if programme.as_at is not None:
        values = values.filter(pl.col("on") <= programme.as_at)
    after = values.join(rows.select("measure", "collected_until"), on="measure")
    after = after.filter(pl.col("on") > pl.col("collected_until")).sort("site")
    found = after.group_by("measure").agg(sites=pl.col("site").unique(maintain_order=True))
    known = values.group_by("measure").agg(known_at=pl.col("site").n_unique().cast(pl.Int64))
    found = found.join(known, on="measure").join(rows, on="measure")
    return found.select(
        pl.lit("measure").alias("of"), what=pl.coalesce("name", "measure"), sites="sites", known_at="known_at",
        on="collected_until", reference=pl.concat_list("reference"),
    )  # fmt: skip


def kept_local(programme: Programme) -> pl.DataFrame:
    """What was decided to stay local, to spread no further, or to be scaled back.

    Parameters
    ----------
    programme
        Its decisions.

    Returns
    -------
    DataFrame
        By day: ``on``, ``what``, ``site`` (empty for the programme), ``why``, ``by``, ``dissent`` and ``reference``.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> decisions = {"on": ["2024-02-01", "2024-01-01"], "what": ["keep local", "start"], "site": ["A", None]}
    >>> kept_local(Programme("Falls", decisions=decisions)).select("what", "site").rows()
    [('keep local', 'A')]
    """
    rows = programme.decisions
    rows = rows.with_columns(reference=DECISIONS.references(rows)).filter(pl.col("what").is_in(LOCAL))
    return rows.sort("on", "reference").select("on", "what", "site", "why", "by", "dissent", "reference")


def endings(programme: Programme) -> pl.DataFrame:
    """Every plan to stop something, where it stands, and what it does not say yet.

    Parameters
    ----------
    programme
        Its plans to stop something, and the day up to which it is counted.

    Returns
    -------
    DataFrame
        By the day of the plan: its columns, ``state`` (``stopped``, ``its day has passed``, ``planned``), ``unsaid``
        (which of evidence, decided_by, remains and measure it leaves empty; what is watched otherwise stands for a
        measure) and ``reference``.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> plan = {"what": ["Paper chart"], "on": ["2024-01-01"], "reason": ["Written twice"], "decided_by": ["matron"]}
    >>> endings(Programme("Falls", endings=plan)).select("state", "unsaid").row(0)
    ('planned', ['evidence', 'remains', 'measure'])
    """
    now = programme.as_at or date.min
    rows = programme.endings
    state = (
        pl.when((pl.col("done") <= now).fill_null(value=False)).then(pl.lit("stopped"))
        .when((pl.col("due") < now).fill_null(value=False)).then(pl.lit("its day has passed"))
        .otherwise(pl.lit("planned"))
    )  # fmt: skip
    empty = {name: pl.col(name).is_null() for name in ASKED} | {
        "measure": pl.col("measure").is_null() & pl.col("watch").is_null()
    }
    left = [pl.when(is_empty).then(pl.lit(name)) for name, is_empty in empty.items()]
    rows = rows.with_columns(state=state, unsaid=pl.concat_list(left).list.drop_nulls())
    return rows.with_columns(reference=ENDINGS.references(rows)).sort("on", "reference").drop("id")
