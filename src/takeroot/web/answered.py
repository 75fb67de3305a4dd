"""Rounds and their answers, for what shows groups: more than anybody may read row by row, so whoever asks withholds.

Of a round that was begun here counts what it promised, and not what a row of the record says of it; it is compared with
no round that came in a file. :mod:`takeroot.analysis.assessment` keeps back what would speak of too few.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import polars as pl
from django.db.models import Q
from django.utils import timezone

from takeroot.vocabulary.instrument import Instrument
from takeroot.vocabulary.tables import ANSWERS
from takeroot.web import archive
from takeroot.web.models import Asking, Programme, RoundRow
from takeroot.web.scope import Scope

#: Columns of rounds, as an assessment heeds them.
ROUNDS = {
    "round": pl.String(),
    "instrument": pl.String(),
    "edition": pl.String(),
    "subject": pl.String(),
    "kind": pl.String(),
    "opens": pl.Date(),
    "closes": pl.Date(),
    "invited": pl.Int64(),
    "floor": pl.Int64(),
    "shown_from": pl.Datetime("us"),
    "series": pl.String(),
    "thrown_away": pl.Boolean(),
    "here": pl.Boolean(),
}
#: How the series of rounds begin that were begun here.
_HERE, _FROM_FILES = "here ", "from files "


def rounds_of(programme: Programme, scope: Scope, today: date) -> pl.DataFrame:
    """Every round whose groups may be shown to whoever sees so much, with what each promised.

    Who reads narrative of every site is shown all; of named sites, the rounds about these alone. ``here`` says which
    were begun here.
    """
    rows = [*_begun(programme, scope, today), *_from_files(programme, scope)] if scope.narrative else []
    return pl.DataFrame(rows, schema=ROUNDS, orient="row")


def _begun(programme: Programme, scope: Scope, today: date) -> Iterator[tuple[Any, ...]]:
    mine = Asking.objects.filter(_about(scope, "site"), programme=programme).defer("texts").order_by("pk")
    for one in mine:
        gone = one.closed is not None and one.keep_until is not None and one.keep_until <= today
        subject = one.site or "programme"
        moment = timezone.localtime(one.closed).replace(tzinfo=None) if one.closed else None
        yield (
            one.round, one.instrument, one.edition, subject, one.kind, one.opens, one.closes, one.invited, one.floor,
            moment, f"{_HERE}{subject}", gone, True,
        )  # fmt: skip


def _from_files(programme: Programme, scope: Scope) -> Iterator[tuple[Any, ...]]:
    begun = Asking.objects.filter(programme=programme).values("round")
    rows = RoundRow.objects.filter(_about(scope, "subject"), programme=programme).exclude(round__in=begun)
    for one in rows.order_by("row"):
        moment = datetime.combine(one.closes + timedelta(days=1), time.min) if one.closes else None
        kind = "open" if one.kind == "open" else "anonymous"
        yield (
            one.round, one.instrument, one.edition, one.subject, kind, one.opens, one.closes, one.invited, None,
            moment, f"{_FROM_FILES}{one.subject}", False, False,
        )  # fmt: skip


def _about(scope: Scope, column: str) -> Q:
    return Q() if scope.sites is None else Q(**{f"{column}__in": sorted(scope.sites)})


def answers_of(programme: Programme, rounds: pl.DataFrame) -> pl.DataFrame:
    """The answers to these rounds, as far as they may be shown at all, with whether words are ``released``.

    Of rounds that were begun here no other words are kept; of those that came in files nobody knows it.
    """
    open_ = pl.col("kind") == "open"
    there = rounds.filter((open_ | pl.col("shown_from").is_not_null() | ~pl.col("here")) & ~pl.col("thrown_away"))
    names = there["round"].to_list()
    if not names:
        return ANSWERS.empty().with_columns(released=pl.lit(False))
    columns = [name for name in ANSWERS.columns if name != "id"]
    rows = archive.columns_where(programme, ANSWERS, columns, round__in=names)
    here = there.filter("here")["round"]
    return rows.with_columns(released=pl.col("round").is_in(here.implode()))


def instrument_of(programme: Programme, instrument: str, edition: str) -> Instrument | None:
    """The instrument as it stood when a round of this edition was last begun here; nothing, where none was."""
    asked = Asking.objects.filter(programme=programme, instrument=instrument, edition=edition)
    last = asked.order_by("-pk").first()
    return last.asks() if last else None
