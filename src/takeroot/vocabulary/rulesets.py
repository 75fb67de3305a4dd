"""The rules a control chart is judged by: named, versioned, printed with every result.

References
----------
NHS England, Making Data Count: XmR charts, with the two-in-three rule as announced in November 2023.
NHS-R Community, NHSRplotthedots 0.2.2: the rules as they stood in 2021.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from takeroot.errors import NotFound


@dataclass(frozen=True)
class RuleSet:
    """What counts as a signal, and how limits are set.

    Parameters
    ----------
    name, version, source
        What it is called, which version this is, and whose rules they are.
    shift
        Consecutive points strictly on one side of the centre.
    trend
        Consecutive points each strictly above (or below) the one before.
    two_of_three
        Three consecutive points on one side of the centre, of which at least two are ``beyond`` the near limit, or
        ``between`` the near limit and the limit. Only those two or three points are marked.
    at_limit
        What is shown when a target equals a limit. ``all``: pass where every point of the phase meets the target,
        fail where none does, else hit and miss. ``strict``: hit and miss.
    precedence
        Which signal gives a point its colour. ``improvement``: an improving one, if there is any. ``first``: the
        first in the order astronomical, trend, two of three, shift.
    constant
        Limits are mean ± constant × average moving range; near limits two thirds of the way.
    screen
        Leave moving ranges of 3.267 times their average or more out, once, before the limits are set.
    least
        Points below which limits are only trial limits; it is said how many they rest on.
    judge_from
        Points in a phase below which nothing is shown of it: too few to judge. Above 1, limits are needed too.

    Examples
    --------
    >>> str(MDC).split("; ")[:2]
    ['mdc (2023-11): 7 points on one side of the centre', '7 points rising or falling']
    """

    name: str
    version: str
    source: str
    shift: int = 7
    trend: int = 7
    two_of_three: Literal["beyond", "between"] = "beyond"
    at_limit: Literal["all", "strict"] = "all"
    precedence: Literal["improvement", "first"] = "improvement"
    constant: float = 2.66
    screen: bool = False
    least: int = 13
    judge_from: int = 13

    @property
    def near(self) -> float:
        """Two thirds of the way to the limits."""
        return self.constant * 2 / 3

    def __str__(self) -> str:
        thirds = "beyond two sigma" if self.two_of_three == "beyond" else "between two and three sigma"
        screened = "those of 3.267 times the average or more left out" if self.screen else "none left out"
        few = (
            f"nothing is judged under {self.judge_from}"
            if self.judge_from > 1
            else f"limits are on trial under {self.least}"
        )
        return (
            f"{self.name} ({self.version}): {self.shift} points on one side of the centre; {self.trend} points rising "
            f"or falling; two of three points on one side {thirds}; limits at ± {self.constant:g} average moving "
            f"ranges, {screened}; {few} points."
        )


MDC = RuleSet("mdc", version="2023-11", source="NHS England, Making Data Count, as announced in November 2023")
MDC_2021 = RuleSet(
    "mdc-2021",
    version="0.2.2",
    source="NHSRplotthedots 0.2.2",
    two_of_three="between",
    at_limit="strict",
    precedence="first",
    screen=True,
    least=12,
    judge_from=1,
)

RULE_SETS = {rules.name: rules for rules in (MDC, MDC_2021)}


def named(rules: RuleSet | str) -> RuleSet:
    """The rule set of this name; a rule set is its own.

    Raises
    ------
    NotFound
        If there is none of this name.
    """
    if isinstance(rules, RuleSet):
        return rules
    if rules not in RULE_SETS:
        raise NotFound("rule set", rules, RULE_SETS)
    return RULE_SETS[rules]
