"""What one site may see of a programme: its own rows, and what is shared with every site.

Rows of other sites, of the programme's plans and decisions, and narrative that is not released to all are left out, as
in the workbench for somebody who speaks for that site alone.
"""

from __future__ import annotations

import polars as pl

from takeroot.errors import NotFound
from takeroot.vocabulary.about import Eligible
from takeroot.vocabulary.programme import Programme
from takeroot.vocabulary.tables import TABLES

#: What every site sees of the whole programme: what it is, never how the others fare.
SHARED = frozenset(
    {
        *("components", "core_claims", "measures", "phases", "anchors", "findings"),
        *("events", "supports", "needs", "responsibilities", "conditions", "adaptations"),
    }
)
#: What only those see who may read narrative.
NARRATIVE = frozenset({"entries", "links", "rounds", "answers", "codings"})


def seen_by(programme: Programme, site: str) -> Programme:
    """The programme as far as a site may see it.

    Parameters
    ----------
    programme
        The whole, or what somebody may see of it.
    site
        The site, by its short name or the one that people use.

    Raises
    ------
    NotFound
        If there is no such site.

    Examples
    --------
    >>> notes = {"on": ["2024-01-01"], "title": ["Nobody has time"], "site": ["B"], "visibility": ["all"]}
    >>> both = Programme("Falls", sites={"site": ["A", "B"]}, notes=notes)
    >>> sorted(seen_by(both, "A").tables), seen_by(both, "A").sites["site"].to_list()
    (['sites'], ['A'])
    """
    site = code_of(programme, site)
    frames = {name: _seen(name, frame, site) for name, frame in programme.tables.items()}
    kept = {name: frame for name, frame in frames.items() if frame.height}
    about = programme.about.model_copy(update={"eligible": Eligible(), "as_at": programme.as_at})
    return Programme.kept(about, kept)


def code_of(programme: Programme, site: str) -> str:
    """The short name of a site, which may be given by the name that people use.

    Raises
    ------
    NotFound
        If no site is called so, or several are.
    """
    sites = programme.sites
    codes = sites["site"].to_list()
    if site in codes:
        return site
    named = sites.filter(pl.col("name") == site)["site"].to_list()
    if len(named) != 1:
        raise NotFound("site", site, codes)
    return str(named[0])


def _seen(name: str, frame: pl.DataFrame, site: str) -> pl.DataFrame:
    """The rows of a table that the site may see."""
    if name in NARRATIVE:
        return frame.clear()
    if name == "explanations":
        return frame.filter(pl.col("visibility") == "all")
    if name == "sites":
        return frame.filter(pl.col("site") == site)
    places = [column for column, told in TABLES[name].columns.items() if told.refers == "sites"]
    if not places:
        return frame if name in SHARED else frame.clear()
    own = pl.all_horizontal(pl.col(place).eq_missing(pl.lit(site)) for place in places)
    if name == "notes":
        own &= pl.col("visibility") == "all"
    if name in SHARED:
        released = pl.col("visibility").fill_null("") != "site" if name == "adaptations" else pl.lit(value=True)
        own |= pl.col("site").is_null() & released
    return frame.filter(own)
