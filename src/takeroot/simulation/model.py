"""How sites move between stages: a model declared as values that can be read aloud.

Each step, a month unless said otherwise, every site draws once: it makes one of the moves that its stage allows, or
stays. On the ``logit`` scale staying is the reference of a multinomial logit, and each move has the utility ::

    base + covariates·β + γ·exposure to peers (by kind of tie) + δ·signals + support + φ·fit
         + others (negative where other work competes, positive where it reinforces) − memory of an earlier stop

On the ``rate`` scale the same sum is a rate a month, never below nothing, and the chance of a move is 1 − exp(−rates):
so contagion, SI, SIS, Bass and independent cascades are models of this kind too. ``print(model)`` says all in
sentences, and every term can be switched off: ``model.without("peers")``.

A coefficient is a statement of the model, not an effect: sites that are tied are alike in other ways too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from takeroot.errors import NotFound, TakerootError
from takeroot.simulation.numbers import Numbers, finite
from takeroot.vocabulary.stages import IN_USE, Stage

#: The stages a model may speak of, in the order in which results count them. *Unknown* is recorded, never simulated.
STAGES = tuple(stage.value for stage in Stage if stage is not Stage.UNKNOWN)
#: The terms that can be switched off.
TERMS = ("covariates", "peers", "signals", "support", "fit", "others", "memory", "capacity")
#: Kinds of tie that need no table of ties.
EVERYONE, SAME_REGION, ANY = "everyone", "same region", "any"


@dataclass(frozen=True)
class Move:
    """A step from one stage to another, and what makes it likely.

    Parameters
    ----------
    source, target
        The stages it leads from and to.
    base
        Its utility when nothing else speaks: on the logit scale, see :func:`~takeroot.simulation.numbers.logit`, or a
        rate a month.
    covariates, signals, support
        Coefficients by name of what the sites, the system and the programme bring.
    peers
        Coefficients of the exposure to peers, by kind of tie.
    others
        Coefficients of other work at the site, by its name: negative where it competes, positive where it reinforces.
    fit
        How much a perfect fit is worth, against a fit that has drifted by one.
    memory
        How much an earlier stop takes away, while it is fresh.
    needs_capacity
        Whether somebody has to bring the site on, so that the programme's capacity limits how many can in a month.
    """

    source: str
    target: str
    base: float = 0.0
    covariates: Mapping[str, float] = field(default_factory=Numbers)
    peers: Mapping[str, float] = field(default_factory=Numbers)
    signals: Mapping[str, float] = field(default_factory=Numbers)
    support: Mapping[str, float] = field(default_factory=Numbers)
    others: Mapping[str, float] = field(default_factory=Numbers)
    fit: float = 0.0
    memory: float = 0.0
    needs_capacity: bool = False

    def __post_init__(self) -> None:
        for end in ("source", "target"):
            object.__setattr__(self, end, stage_word(getattr(self, end)))
        if self.source == self.target:
            raise TakerootError(f"A move leads to another stage; found one from '{self.source}' to itself.")
        for term in ("covariates", "peers", "signals", "support", "others"):
            object.__setattr__(self, term, Numbers(getattr(self, term), f"{self.name}: {term}"))
        for term in ("base", "fit", "memory"):
            object.__setattr__(self, term, finite(getattr(self, term), f"{self.name}: {term}"))

    @property
    def name(self) -> str:
        """The move as strategies and parameters name it: ``preparing → using``."""
        return f"{self.source} → {self.target}"


@dataclass(frozen=True)
class Peers:
    """Exposure to peers, along one kind of tie.

    Parameters
    ----------
    kind
        The kind of tie, as in the table of ties; ``any`` for all of them. ``everyone`` and ``same region`` need no
        ties.
    near
        The stages that exert influence: those in use, if not said otherwise. Whoever has stopped exerts none.
    share
        Whether exposure is the share of peers (by weight) or their sum.
    at_least
        A threshold: exposure counts as one from here on and as nothing below. A number, or the covariate that holds it.
    """

    kind: str
    near: tuple[str, ...] = IN_USE
    share: bool = True
    at_least: float | str | None = None

    def __post_init__(self) -> None:
        near = (self.near,) if isinstance(self.near, str) else tuple(self.near)
        object.__setattr__(self, "near", tuple(stage_word(stage) for stage in near))
        if not near:
            raise TakerootError(f"Peers by '{self.kind}' need at least one stage that exerts influence.")
        if self.at_least is not None and not isinstance(self.at_least, str):
            object.__setattr__(self, "at_least", finite(self.at_least, f"The threshold of peers by '{self.kind}'"))


@dataclass(frozen=True)
class Capacity:
    """How many sites can be brought on in a month, in each region.

    ``a_month`` holds for every region, or by region. Every site in use adds ``growth`` (train the trainer), up to
    ``most``. Parts of a site are carried to the next month, capacity that nobody needed is not. Who comes first when
    more sites want to begin than can, is settled by chance.
    """

    a_month: float | Mapping[str, float] = 1.0
    growth: float = 0.0
    most: float | None = None

    def __post_init__(self) -> None:
        each = self.a_month if isinstance(self.a_month, Mapping) else {"everywhere": self.a_month}
        numbers = Numbers(each, "Capacity in")
        rest = {"Growth": self.growth, "The most capacity": 0.0 if self.most is None else self.most}
        for name, number in {**numbers, **rest}.items():
            if finite(number, name) < 0:
                raise TakerootError(f"Capacity can not be below nothing; found {number:g} ({name}).")
        object.__setattr__(self, "a_month", numbers if isinstance(self.a_month, Mapping) else numbers["everywhere"])


@dataclass(frozen=True)
class Fit:
    """How well the improvement fits the place while in use: it drifts as the context moves, and adapting restores it.

    ``drift`` is what is lost in a month. ``adaptation`` is the chance of adapting in a month, on the logit scale, and
    ``restores`` the share of what was lost that an adaptation brings back. A site that begins anew begins with a good
    fit.
    """

    drift: float = 0.02
    adaptation: float = -2.0
    restores: float = 0.8

    def __post_init__(self) -> None:
        for name in ("drift", "adaptation", "restores"):
            object.__setattr__(self, name, finite(getattr(self, name), f"Fit: {name}"))
        if self.drift < 0 or not 0 <= self.restores <= 1:
            raise TakerootError(
                f"Fit has a drift of nothing or more, and restores a share; found {self.drift:g}, {self.restores:g}."
            )


@dataclass(frozen=True)
class Memory:
    """How long an earlier stop is remembered: after ``half_life`` months half as much; always, if not given."""

    half_life: float | None = 24.0

    def __post_init__(self) -> None:
        if self.half_life is not None and finite(self.half_life, "The half-life of memory") <= 0:
            raise TakerootError(f"The half-life of memory is more than nothing; found {self.half_life:g}.")


@dataclass(frozen=True)
class Model:
    """How one improvement spreads and lasts: moves, and the terms they share.

    Parameters
    ----------
    name
        The improvement, in a word or two.
    moves
        What can happen. Stages that no move speaks of may be stood in, and are never left.
    peers
        How exposure is counted, by kind of tie; a kind that a move names and that is not here is a share of those in
        use.
    capacity, fit, memory
        Shared terms; ``None`` switches them off.
    scale
        ``logit`` or ``rate``: what the sum of the terms means.
    step
        A month, a quarter or a year: 1, 3 or 12 months. Bases, rates, drift and capacity are those of a step.

    Examples
    --------
    >>> from takeroot.simulation import logit
    >>> model = Model("Huddles", (Move("not_reached", "using", logit(0.03), peers={"any": 2.0}),))
    >>> print(model.without("peers"))
    Huddles: how sites move between stages, month by month.
    A site not reached moves to using: about 3.0 in 100 a month where nothing else speaks.
    """

    name: str
    moves: tuple[Move, ...]
    peers: tuple[Peers, ...] = ()
    capacity: Capacity | None = None
    fit: Fit | None = None
    memory: Memory | None = None
    scale: Literal["logit", "rate"] = "logit"
    step: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "moves", tuple(self.moves))
        object.__setattr__(self, "peers", tuple(self.peers))
        once([move.name for move in self.moves], f"'{self.name}' has the move")
        once([peers.kind for peers in self.peers], f"'{self.name}' counts peers by")
        if self.scale not in ("logit", "rate"):
            raise TakerootError(f"The scale of a model is 'logit' or 'rate'; found '{self.scale}'.")
        if self.step not in (1, 3, 12):
            raise TakerootError(f"A step is 1, 3 or 12 months; found {self.step}.")

    @property
    def exposures(self) -> tuple[Peers, ...]:
        """How exposure is counted, for every kind of tie that a move names."""
        declared = {peers.kind: peers for peers in self.peers}
        named = dict.fromkeys(kind for move in self.moves for kind in move.peers)
        return tuple(declared.get(kind) or Peers(kind) for kind in {**dict.fromkeys(declared), **named})

    def without(self, *terms: str) -> Model:
        """The same model with some terms switched off: see :data:`TERMS`."""
        changed = self
        for term in terms:
            if term not in TERMS:
                raise NotFound("term", term, TERMS)
            empty: dict[str, object] = {} if term == "capacity" else {term: 0.0 if term in ("fit", "memory") else {}}
            empty |= {"needs_capacity": False} if term == "capacity" else {}
            moves = tuple(replace(move, **empty) for move in changed.moves)  # type: ignore[arg-type]
            shared: dict[str, object] = {term: () if term == "peers" else None}
            changed = replace(changed, moves=moves, **(shared if term in SHARED else {}))  # type: ignore[arg-type]
        return changed

    def __str__(self) -> str:
        from takeroot.simulation.sentences import of_model

        return of_model(self)


SHARED = ("peers", "capacity", "fit", "memory")


@dataclass(frozen=True)
class Together:
    """Several improvements at the same sites, which compete with or reinforce each other.

    A move of one speaks of another by its name, in ``others``. With ``exclusive``, a site uses one of them at most:
    when a site would begin two in the same step, chance decides which.
    """

    models: tuple[Model, ...]
    exclusive: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "models", tuple(self.models))
        once([model.name for model in self.models], "Together has the improvement")
        if not 1 <= len(self.models) <= 8:
            raise TakerootError(f"Together has one to eight improvements; found {len(self.models)}.")
        if len({model.step for model in self.models}) > 1:
            raise TakerootError("Improvements that are simulated together have the same step.")

    @property
    def step(self) -> int:
        """Months in a step."""
        return self.models[0].step

    def without(self, *terms: str) -> Together:
        """The same improvements with some terms switched off."""
        return replace(self, models=tuple(model.without(*terms) for model in self.models))

    def __str__(self) -> str:
        from takeroot.simulation.sentences import of_several

        return of_several(self)


def improvements(model: Model | Together) -> tuple[Model, ...]:
    """The models of the improvements: one, or several together."""
    return model.models if isinstance(model, Together) else (model,)


def stage_word(stage: str) -> str:
    """A stage that a model may speak of, as it is written in tables."""
    word = str(stage).strip().replace(" ", "_")
    if word not in STAGES:
        raise NotFound("stage of a model", word, STAGES)
    return word


def once(names: Iterable[str], says: str) -> None:
    """A sentence, if a name is there twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise TakerootError(f"{says} '{name}' twice; say it once.")
        seen.add(name)
