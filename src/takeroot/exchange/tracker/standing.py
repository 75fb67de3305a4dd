"""Where a site stands, told by dates and by snapshots: what is new, what is confirmed, what must be asked.

The rules, in order:

- A day in a column of its own wins over a snapshot.
- A stage that a snapshot tells for the first time holds *from the snapshot's own day*: the site stood there on that
  day, and when it came there is not known. Nothing earlier is made up.
- A stage that differs from that of the snapshot before is known as a span: ``on`` is the day after that snapshot (or
  after the last dated change, if that is later), ``on_before`` the day after this one.
- The same stage again confirms it, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from takeroot.exchange.tracker.dating import Span
from takeroot.vocabulary.stages import Stage

_DAY = timedelta(days=1)
_BEGINNING = ("not_reached", "exploring", "preparing")


@dataclass(frozen=True)
class From:
    """Where in the tracker something stands."""

    sheet: str
    row: int
    column: str


@dataclass(frozen=True)
class Dated:
    """A stage and its day, from a column of days."""

    stage: Stage
    span: Span
    at: From
    reason: str = ""


@dataclass(frozen=True)
class Told:
    """A stage that a site is said to be in, on the day of a snapshot; or by then to have ``reached``."""

    on: date
    stage: Stage
    before_use: Stage | None
    reason_kind: str
    reason: str
    at: From
    word: str = ""
    reached: bool = False


@dataclass(frozen=True)
class Held:
    """A stage of the site that the record holds from this source."""

    stage: Stage
    span: Span
    id: str
    reason: str = ""


@dataclass(frozen=True)
class Written:
    """A row for the table of stages."""

    stage: Stage
    span: Span
    at: From
    reason: str = ""
    reason_kind: str = ""


@dataclass
class Standing:
    """What one site's dates and snapshots come to.

    Parameters
    ----------
    unused
        Words that mean another stage here, since the site is not known to have used the improvement.
    first
        Days on which the site was seen, with nothing known of before.
    """

    rows: list[Written] = field(default_factory=list)
    confirmed: int = 0
    replaced: list[str] = field(default_factory=list)
    asked: list[tuple[str, str, From]] = field(default_factory=list)
    faults: list[tuple[str, From]] = field(default_factory=list)
    reasons_left: list[tuple[str, From]] = field(default_factory=list)
    unused: list[tuple[str, Stage]] = field(default_factory=list)
    first: list[date] = field(default_factory=list)


@dataclass(frozen=True)
class _Known:
    """One entry of a site's history while it is being told."""

    on: date
    stage: Stage
    dated: bool
    held: bool
    last: date
    column: str = ""


def standing(
    site: str,
    dated: Sequence[Dated],
    told: Sequence[Told],
    held: Sequence[Held],
    days: Sequence[date],
    seen: frozenset[date],
    decided: Callable[[str], str],
) -> Standing:
    """What is new of one site.

    Parameters
    ----------
    site
        Its name, for questions.
    dated, told
        What the tracker says of it, the snapshots in order of their days.
    held
        What the record holds of it from this source.
    days
        Every day of which the tracker speaks or spoke, in order.
    seen
        Those of which it spoke when it was taken before.
    decided
        The answer to a question, if there is one.
    """
    out = Standing()
    left = list(held)
    history: list[_Known] = []
    for one in sorted(dated, key=lambda one: (one.span.on, rank(one.stage))):
        if _dated(site, one, dated, left, seen, decided, out):
            history.append(_Known(one.span.on, one.stage, True, False, one.span.last, one.at.column))
    history += [_Known(one.span.on, one.stage, False, True, one.span.last) for one in left]
    for said in sorted(told, key=lambda one: one.on):
        _told(site, said, history, left, days, seen, decided, out)
    return out


def _dated(
    site: str,
    one: Dated,
    others: Sequence[Dated],
    left: list[Held],
    seen: frozenset[date],
    decided: Callable[[str], str],
    out: Standing,
) -> bool:
    """Take one day of a stage; whether it now holds."""
    same = [held for held in left if held.stage == one.stage]
    for held in same:
        if held.span == one.span or (
            held.span.last == held.span.on
            and one.span.on <= held.span.on <= one.span.last
            and one.span.last > one.span.on
        ):
            if one.reason and not held.reason and held.span == one.span:
                out.rows.append(_row(one))
            else:
                out.confirmed += 1
                if one.reason and one.reason != held.reason:
                    out.reasons_left.append((one.reason, one.at))
            return True
    narrower = [h for h in same if h.span.on <= one.span.on <= h.span.last and h.span.last > h.span.on]
    mine = {each.span for each in others if each.stage == one.stage}
    moved = [
        h
        for h in same
        if h not in narrower and h.span not in mine and (h.span.on not in seen or h.span.on < one.span.on)
    ]
    moved = [
        h
        for h in moved
        if not any(each.span.on <= h.span.on <= each.span.last for each in others if each.stage == h.stage)
    ]
    if moved:
        key = f"moved:{site}|{one.at.column}|{one.span.on.isoformat()}"
        answer = decided(key)
        if answer == "before":
            out.confirmed += 1
            return False
        if not answer:
            was = ", ".join(f"{h.span.on:%-d %b %Y}" for h in moved[:3])
            out.asked.append(
                (
                    key,
                    f"'{one.at.column}' of '{site}' was {was} and is now {one.span.on:%-d %b %Y}. Which holds?",
                    one.at,
                )
            )
            return False
        narrower += moved if answer == "now" else []
    for gone in narrower:
        left.remove(gone)
        if gone.span.on != one.span.on:  # a row of the same day is written over
            out.replaced.append(gone.id)
    out.rows.append(_row(one))
    return True


def _told(
    site: str,
    said: Told,
    history: list[_Known],
    left: list[Held],
    days: Sequence[date],
    seen: frozenset[date],
    decided: Callable[[str], str],
    out: Standing,
) -> None:
    """Take what a snapshot says."""
    past = _past(history, said.on)
    now = _last(past, said.on)
    used = any(one.stage.ever_used for one in past)
    stage = said.before_use if said.before_use is not None and not used else said.stage
    passed = said.reached and any(rank(one.stage) >= rank(stage) for one in past)
    if now is not None and (passed or _confirms(now, stage)):
        out.confirmed += 1
        if said.reason and not any(h.stage == stage and h.reason == said.reason for h in left) and said.on not in seen:
            out.reasons_left.append((said.reason, said.at))
        return
    if now is not None and now.dated and _speaks_against(now.stage, stage):
        if said.on not in seen or said.on == max(seen):
            since = f"'{now.column}' says {now.stage.label} since {now.on:%-d %b %Y}"
            says = f"'{said.word}' says {stage.label}, but {since}; the day was taken"
            out.faults.append((says, said.at))
        return
    before = max((day for day in days if day < said.on), default=None)
    if said.on in seen and now is not None:
        key = f"earlier:{site}|{said.on.isoformat()}"
        answer = decided(key)
        if answer != "now":
            if not answer:
                was = f"On {said.on:%-d %b %Y} '{site}' was {now.stage.label}"
                asks = f"{was}; the tracker now says {stage.label} for that day. Which holds?"
                out.asked.append((key, asks, said.at))
            return
        for gone in [h for h in left if (before is None or h.span.on > before) and h.span.on <= said.on]:
            left.remove(gone)
            out.replaced.append(gone.id)
            history[:] = [one for one in history if one.dated or (one.on, one.stage) != (gone.span.on, gone.stage)]
        past = _past(history, said.on)
        now = _last(past, said.on)
    stood = before is not None and any(
        one.on <= before and not (one.dated and not _was_held(one, left)) for one in past
    )
    if stood and before is not None and now is not None:
        on = min(max(before, now.on) + _DAY, said.on)
        span = Span(on, said.on + _DAY if said.on > on else None)
    else:
        span = Span(said.on)
        out.first.append(said.on)
    if stage is not said.stage:
        out.unused.append((said.word, stage))
    history.append(_Known(span.on, stage, False, True, span.last))
    kind = said.reason_kind if stage is Stage.STOPPED else ""
    reason = said.reason if stage in (Stage.STOPPED, Stage.PAUSED, Stage.DECLINED) else ""
    if said.reason and not reason:
        out.reasons_left.append((said.reason, said.at))
    out.rows.append(Written(stage, span, said.at, reason, kind))


def _past(history: Sequence[_Known], day: date) -> list[_Known]:
    """What was known up to a day."""
    return [one for one in history if one.on <= day]


def _last(past: Sequence[_Known], day: date) -> _Known | None:
    """What was known last; what is known as a month or a year counts by its last day."""
    best, place = None, None
    for one in past:
        here = (min(one.last, day), one.on, one.dated, rank(one.stage))
        if place is None or here >= place:
            best, place = one, here
    return best


def _was_held(one: _Known, left: Sequence[Held]) -> bool:
    """Whether the record holds the day that a column says."""
    return any(held.stage == one.stage and held.span.on == one.on for held in left)


def _confirms(now: _Known, stage: Stage) -> bool:
    """Whether a snapshot says no more than what holds already: *using* says no more than a day of embedding."""
    return now.stage == stage or (now.dated and now.stage is Stage.EMBEDDED and stage is Stage.USING)


def _speaks_against(now: Stage, stage: Stage) -> bool:
    """Whether a snapshot speaks against a day: what was begun is said not to have begun, or what ended to go on."""
    if stage in _BEGINNING:
        return rank(stage) < rank(now)
    return now is Stage.STOPPED and stage.in_use


def rank(stage: Stage) -> int:
    """How far a stage is on the way; what is not known is behind all others."""
    return -1 if stage is Stage.UNKNOWN else list(Stage).index(stage)


def _row(one: Dated) -> Written:
    return Written(one.stage, one.span, one.at, one.reason)
