"""What to talk about: people's own words, where views differ most and what to ask, and what can be begun from there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import polars as pl

from takeroot.analysis import assessment
from takeroot.vocabulary.instrument import Construct, Instrument
from takeroot.web.addresses import address
from takeroot.web.panels.assess.constructs import OTHERS, roots, under
from takeroot.web.panels.assess.dots import in_words, said_of
from takeroot.web.roles import May

#: So much of what people wrote of a topic is shown at first, and at most.
FIRST, ALL = 8, 500


@dataclass(frozen=True)
class Begun:
    """What can be begun from the answers to a round, by whom.

    Parameters
    ----------
    slug, of, about
        The programme, what was asked, and what is known of the round.
    may
        What whoever reads may do.
    """

    slug: str
    of: Instrument
    about: dict[str, Any]
    may: frozenset[May]

    def at(self, root: Construct) -> tuple[tuple[str, str], ...]:
        """Links to forms with the construct and the round filled in: what each says, and where it leads."""
        known = {one.id for one in self.of.constructs}
        topic = root.name if root.id in known else self.of.short or self.of.title
        round_ = f"{self.of.short or self.of.title}, round {self.about['round']}"
        site = {} if self.about["subject"] in ("programme", "all") else {"site": self.about["subject"]}
        heard = f"From {round_}, on {topic}: "
        forms: tuple[tuple[str, str, May, dict[str, str]], ...] = (
            ("Ask a question", "notes", May.TELL, {"title": f"Question: {topic}", "text": heard, **site}),
            ("Note an action", "actions", May.REVIEW, {"title": f"{topic} ({round_}): ", **site}),
            ("Write a note", "notes", May.TELL, {"title": f"{topic}: what was said", "text": heard, **site}),
            ("Write an account", "accounts", May.TELL, {"question": "other", "text": heard}),
        )
        begun = ((says, address("record-row", self.slug, table), leave, cells) for says, table, leave, cells in forms)
        return tuple(
            (says, f"{where}?{urlencode(cells)}") for says, where, leave, cells in begun if leave in self.may and where
        )


@dataclass(frozen=True)
class Words:
    """What people wrote of a topic: some of it, and where the rest is, with how much there is."""

    title: str
    said: tuple[str, ...]
    rest: str = ""
    onward: str = ""


def comments(of: Instrument, frame: pl.DataFrame, whole: str = "") -> list[Words]:
    """What people wrote and released, by construct; never by role, and in the order of the alphabet.

    Parameters
    ----------
    whole
        The topic of which all is asked for.
    """
    topics, known = [], set[str | None]()
    for root in roots(of):
        within = under(of, root.id)
        known |= set(within)
        topics.append((root.id, root.name, frame.filter(pl.col("of").is_in(within, nulls_equal=True))))
    topics.append(("rest", OTHERS, frame.filter(~pl.col("of").is_in(list(known), nulls_equal=True))))
    return [_words(name, title, sorted(mine["comment"]), whole) for name, title, mine in topics if mine.height]


def _words(name: str, title: str, said: list[str], whole: str) -> Words:
    most = ALL if name == whole else FIRST
    if len(said) <= most:
        return Words(title, tuple(said))
    if name == whole:
        return Words(title, tuple(said[:most]), f"The first {most:,} of {len(said):,}; all go out with the figures.")
    return Words(title, tuple(said[:most]), f"All {len(said):,} on {title.casefold()}", f"?words={name}#comments")


def differ(of: Instrument, mine: pl.DataFrame, begun: Begun) -> list[dict[str, Any]]:
    """Where views differ most, what to ask, and what can be begun from there."""
    names = {question.id: question.short or question.asks for question in of.questions}
    above = {one: root for root in roots(of) for one in under(of, root.id)}
    every = [prompt.asks for prompt in of.discussion]
    told = assessment.dots(of, mine).filter((pl.col("n") > 0) & (pl.col("state") != "blank"))
    told = told.with_columns(says=in_words(of, told))
    found = []
    for row in assessment.differing(of, mine).iter_rows(named=True):
        answers = told.filter(question=row["question"]).select("says", "n").rows()
        found.append(
            {
                **row,
                "title": names[row["question"]],
                "said": said_of(row),
                "answers": answers,
                "ask": row["ask"] or every[:2],
                "begun": begun.at(above[row["of"]]),
            }
        )
    return found
