"""What a what-if takes for granted: the causal assumption of every lever, in words.

A fitted coefficient is not an effect. Sites that are tied are alike in other ways too (homophily), and support goes to
sites that ask for it (selection). What a lever would *cause* is therefore assumed, never estimated, and is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from takeroot.simulation.comparing.choices import Choice
from takeroot.simulation.comparing.naming import size_said
from takeroot.simulation.strategy import Strategy

OF_ALL = (
    "What a lever causes is assumed, not estimated: its size was chosen by whoever asked. A fitted coefficient, such "
    "as that of peers or of support, is a statement of the model and not an effect.",
    "Beyond what is changed, everything goes on as the model says: no other policy, merger or emergency is in it.",
)
PEERS = (
    "that sites are swayed by those they are tied to, and not merely alike: sites that are tied share managers, means "
    "and patients (homophily) and chose each other (selection), which looks the same in a record"
)
SUPPORT = (
    "that support moves sites, and not merely goes to those that would have moved anyway: who asks for support is "
    "often readier (selection)"
)


def assumed(wanted: Sequence[Choice]) -> tuple[str, ...]:
    """What each choice takes for granted, a sentence each, and then what all do."""
    own = [sentence for choice in wanted for sentence in dict.fromkeys(_of(choice))]
    return (*own, *OF_ALL)


def _of(choice: Choice) -> Iterable[str]:
    for strategy in choice.strategies:
        for part in _parts(strategy):
            yield f"{choice.name} assumes {part}."


def _parts(strategy: Strategy) -> Iterable[str]:
    for number, size in strategy.adds.items():
        yield f"{_of_number(number)} (assumed size: {size_said(number, size)})"
    if strategy.seeds:
        yield (
            "that sites which begin because they were chosen stay, and sway others, as those do that chose it "
            "themselves (selection)"
        )
    if strategy.connects:
        yield f"of the ties it makes, {PEERS}; and that ties which are arranged carry as much as those that grew"
    for work in strategy.stops:
        yield f"that '{work}' can be stopped at once, at no cost of its own, and that the time set free comes here"


def _of_number(number: str) -> str:
    name = number.rpartition("|")[2].strip()
    if name.startswith("capacity: a month"):
        return "that room to bring sites on is what they wait for, and that new people are as able as those there now"
    if name == "capacity: growth":
        return "that sites in use do help to bring on others, and go on doing so"
    if name == "fit: adaptation":
        return "that sites adapt more when they may, and that adapting restores fit"
    term = name.partition(": ")[2]
    if term.startswith("peers"):
        return PEERS
    if term.startswith("support"):
        return SUPPORT
    if term.startswith("signal"):
        return "that the signal moves sites, and not what came along with it"
    move = name.partition(": ")[0].replace("_", " ").replace("→", "to")
    return f"that this alone makes sites go from {move} sooner, all else alike"
