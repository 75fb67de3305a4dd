"""What a team can do differently: levers, each adding to named terms of a model between two dates.

A strategy is a value. An approach to spread (control, participation, facilitation) is not a coefficient and not here:
what people who follow one *do* may be. A lever's size is an assumption; a page that compares strategies says so, and
how large it would have to be to change the order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from takeroot.errors import TakerootError, whole
from takeroot.simulation.model import stage_word
from takeroot.simulation.numbers import Numbers, finite, first_of, month_of
from takeroot.simulation.parameters import plain

#: What a strategy takes, in money and in people's time.
SPENT = ("cost_a_month", "cost_a_site", "effort_a_month", "effort_a_site")


@dataclass(frozen=True)
class Seeds:
    """Sites brought to a stage, once, when the strategy begins: those named, or so many of those with most ties."""

    sites: tuple[str, ...] = ()
    hubs: int = 0
    stage: str = "using"

    def __post_init__(self) -> None:
        object.__setattr__(self, "sites", tuple(self.sites))
        object.__setattr__(self, "stage", stage_word(self.stage))
        object.__setattr__(self, "hubs", whole(self.hubs, "The number of hubs to begin with", 0 if self.sites else 1))
        if self.sites and self.hubs:
            raise TakerootError("Seeds are either named sites or a number of hubs; give one of the two.")


@dataclass(frozen=True)
class Connections:
    """Ties that the strategy makes, both ways: each site with ``each`` others, of other regions where there are some.

    Who is connected with whom follows from the sites' ids, so that it is the same in every run. They count as ties of
    ``kind``.
    """

    each: int
    kind: str
    weight: float = 1.0

    def __post_init__(self) -> None:
        whole(self.each, "The number of others that each site is connected with", 1)
        if finite(self.weight, "The weight of a connection") <= 0:
            raise TakerootError(f"The weight of a connection is more than nothing; found {self.weight:g}.")


@dataclass(frozen=True)
class Strategy:
    """A set of levers, pulled between two dates.

    Parameters
    ----------
    name
        What people call it.
    adds
        What is added to the numbers of a model, by name: see :mod:`~takeroot.simulation.parameters`.
    since, until
        The month it begins, and the month it is over; from the first to the last simulated, if not given.
    sites, regions
        Only these sites, or those of these regions. All, if neither is given.
    seeds, connects
        Sites brought to a stage, ties made.
    stops
        Other work that ends when the strategy begins.
    cost_a_month, cost_a_site
        What it costs each month, and for each site that is seeded or brought on meanwhile, in units of the user's own.
    effort_a_month, effort_a_site
        The same of people's time, such as days.

    Examples
    --------
    >>> visits = Strategy("Peer visits", {"not_reached -> exploring": 0.7}, date(2026, 4, 1), date(2027, 4, 1))
    >>> print(visits)
    Peer visits (April 2026 until April 2027): adds 0.7 to not_reached → exploring.
    """

    name: str
    adds: Mapping[str, float] = field(default_factory=Numbers)
    since: date | int | None = None
    until: date | int | None = None
    sites: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    seeds: Seeds | None = None
    connects: Connections | None = None
    stops: tuple[str, ...] = ()
    cost_a_month: float = 0.0
    cost_a_site: float = 0.0
    effort_a_month: float = 0.0
    effort_a_site: float = 0.0

    def __post_init__(self) -> None:
        adds = {plain(name): number for name, number in self.adds.items()}
        object.__setattr__(self, "adds", Numbers(adds, f"{self.name}: "))
        for part in ("sites", "regions", "stops"):
            given = getattr(self, part)
            object.__setattr__(self, part, (given,) if isinstance(given, str) else tuple(given))
        if self.since is not None and self.until is not None and month_of(self.since) >= month_of(self.until):
            raise TakerootError(f"'{self.name}' is over before it begins; found {self.since} until {self.until}.")
        for cost in SPENT:
            finite(getattr(self, cost), f"{self.name}: {cost}")

    def __or__(self, other: Strategy) -> tuple[Strategy, ...]:
        return (self, other)

    def __str__(self) -> str:
        parts = [f"adds {number:g} to {name}" for name, number in self.adds.items()]
        if self.seeds:
            whom = ", ".join(self.seeds.sites) or f"the {self.seeds.hubs} sites with most ties"
            parts.append(f"brings {whom} to {self.seeds.stage.replace('_', ' ')}")
        if self.connects:
            parts.append(f"connects each site with {self.connects.each} others ({self.connects.kind})")
        parts += [f"stops '{work}'" for work in self.stops]
        only = [*self.sites, *(f"all of {region}" for region in self.regions)]
        where = f" Only at {', '.join(only)}." if only else ""
        ends = [f"{first_of(month_of(end)):%B %Y}" if end is not None else "" for end in (self.since, self.until)]
        since, until = ends[0], f"until {ends[1]}" if ends[1] else ""
        when = " ".join(filter(None, [since if until else f"from {since}" if since else "", until]))
        return f"{self.name}{f' ({when})' if when else ''}: {'; '.join(parts) or 'changes nothing'}.{where}"


def more_facilitators(a_month: float, **when: object) -> Strategy:
    """So many more sites can be brought on each step, in every region.

    Examples
    --------
    >>> print(more_facilitators(2, since=date(2026, 4, 1)))
    More facilitators (from April 2026): adds 2 to capacity: a month.
    """
    return _lever("More facilitators", {"capacity: a month": a_month}, when)


def train_the_trainer(growth: float, **when: object) -> Strategy:
    """Sites in use help to bring on others: each adds so much capacity."""
    return _lever("Train the trainer", {"capacity: growth": growth}, when)


def mandate(moves: Iterable[str], size: float, **when: object) -> Strategy:
    """A mandate or an incentive: some moves are likelier, for as long as it holds."""
    return _lever("Mandate or incentive", {move: size for move in moves}, when)


def seed_hubs(hubs: int, stage: str = "using", **when: object) -> Strategy:
    """Begin with the sites that have most ties."""
    return replace(_lever("Seed the hubs", {}, when), seeds=Seeds(hubs=hubs, stage=stage))


def connect(each: int, kind: str, weight: float = 1.0, **when: object) -> Strategy:
    """Connect each site with some others."""
    return replace(_lever("Connect sites", {}, when), connects=Connections(each, kind, weight))


def room_to_adapt(size: float, **when: object) -> Strategy:
    """More room to adapt: adapting is likelier."""
    return _lever("More room to adapt", {"fit: adaptation": size}, when)


def stop_other_work(*works: str, **when: object) -> Strategy:
    """Stop other work that competes."""
    return replace(_lever("Stop other work", {}, when), stops=works)


def _lever(name: str, adds: Mapping[str, float], when: Mapping[str, object]) -> Strategy:
    known = {"since", "until", "sites", "regions", "name", *SPENT}
    for word in when.keys() - known:
        raise TakerootError(f"A lever does not know '{word}'; it knows: {', '.join(sorted(known))}.")
    return Strategy(**{"name": name, "adds": adds, **when})  # type: ignore[arg-type]
