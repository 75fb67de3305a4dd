"""The rules a chart is judged by: named, versioned, printed with every result, and stored with the measure.

=============  ======================================================================================================
``mdc``        NHS England's Making Data Count, as announced in November 2023
``mdc-2021``   the same as NHSRplotthedots 0.2.2 has it: the older two of three, moving ranges screened
``mdc-6``      ``mdc`` with six points for a shift and six for a trend
``run-classic``  run charts as improvement is taught: six on one side of the median, five rising or falling
``anhoej``     the longest run and the number of crossings, each against what chance allows for so many points
``scotland-9`` run charts with nine on one side of the median
=============  ======================================================================================================

A team may write its own as a small file: see :mod:`takeroot.vocabulary.rulesets_in_files`.

References
----------
NHS England, Making Data Count: XmR charts, with the two-in-three rule as announced in November 2023.
NHS-R Community, NHSRplotthedots 0.2.2: the rules as they stood in 2021.
Perla RJ, Provost LP, Murray SK. The run chart: a simple analytical tool for learning from variation in healthcare
processes. BMJ Qual Saf 2011;20:46-51.
Anhøj J, Olesen AV. Run charts revisited: a simulation study of run chart rules for detection of non-random variation in
health care processes. PLoS ONE 2014;9:e113825.
MacKintosh J. runcharter (NHS Scotland's nine points on one side of the median).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import Field, field_serializer, field_validator, model_validator

from takeroot.errors import NotFound
from takeroot.vocabulary.rule import Declared, Key, Name, Words

#: Three sigma, where sigma is the average moving range over 1.128, to every digit a computer has.
THREE_SIGMA = 3 / 1.128


class RuleSet(Declared):
    """What counts as a signal, and how limits are set.

    Parameters
    ----------
    name, version, source
        What it is called, which version this is, and whose rules they are.
    astronomical
        Whether a point beyond a limit is a signal.
    shift
        So many consecutive points strictly on one side of the centre; ``no``, in a file, where this is no rule.
    on_centre
        Whether a point on the centre ``break``-s a run on one side, as a gap does, or the run ``skip``-s both.
    trend
        So many consecutive points each strictly above (or below) the one before; ``no``, where this is no rule.
    ties
        Whether a point equal to the one before ``break``-s a trend, as a gap does, or the trend ``skip``-s both.
    two_of_three
        Three consecutive points on one side of the centre, of which at least two are ``beyond`` the near limit, or
        ``between`` the near limit and the limit. Only those two or three points are marked. ``no``: no rule.
    runs
        Whether a run that is longer, or crossings that are fewer, than chance allows are signals.
    at_limit
        What is shown when a target equals a limit. ``all``: pass where every point of the phase meets the target,
        fail where none does, else hit and miss. ``strict``: hit and miss.
    precedence
        Which signal gives a point its colour. ``improvement``: an improving one, if there is any. ``first``: the
        first in the order astronomical, trend, two of three, shift, longest run, crossings.
    constant
        Limits of an individuals chart are mean ± constant × average moving range; near limits two thirds of the way.
    screen
        Leave moving ranges of 3.267 times their average or more out, once, before the limits are set.
    least
        Points below which limits are only trial limits; it is said how many they rest on.
    judge_from
        Points in a phase below which nothing is shown of it: too few to judge. Above 1, limits are needed too, on a
        chart that has any.

    Examples
    --------
    >>> str(MDC).split("; ")[:2]
    ['mdc (2023-11): points beyond the limits', '7 points on one side of the centre']
    """

    name: Key
    version: Name
    source: Words = ""
    astronomical: bool = True
    shift: int | None = Field(default=7, ge=2, le=100)
    on_centre: Literal["break", "skip"] = "break"
    trend: int | None = Field(default=7, ge=3, le=100)
    ties: Literal["break", "skip"] = "break"
    two_of_three: Literal["beyond", "between", "no"] = "beyond"
    runs: bool = False
    at_limit: Literal["all", "strict"] = "all"
    precedence: Literal["improvement", "first"] = "improvement"
    constant: float = Field(default=2.66, gt=0, le=10)
    screen: bool = False
    least: int = Field(default=13, ge=1)
    judge_from: int = Field(default=13, ge=1)

    @field_validator("shift", "trend", mode="before")
    @classmethod
    def _no_rule(cls, said: object) -> object:
        return None if said in ("no", False) else said

    @field_serializer("shift", "trend")
    def _said(self, points: int | None) -> int | str:
        return "no" if points is None else points

    @model_validator(mode="after")
    def _some_rule(self) -> RuleSet:
        if not (self.astronomical or self.shift or self.trend or self.two_of_three != "no" or self.runs):
            raise ValueError("at least one rule is needed: astronomical, shift, trend, two_of_three or runs")
        return self

    @property
    def near(self) -> float:
        """Two thirds of the way to the limits."""
        return self.constant * 2 / 3

    def __str__(self) -> str:
        thirds = "beyond two sigma" if self.two_of_three == "beyond" else "between two and three sigma"
        screened = "those of 3.267 times the average or more left out" if self.screen else "none left out"
        centred = " (points on it left out)" if self.on_centre == "skip" else ""
        tied = " (points equal to the one before left out)" if self.ties == "skip" else ""
        few = (
            f"nothing is judged under {self.judge_from}"
            if self.judge_from > 1
            else f"limits are on trial under {self.least}"
        )
        said = [
            "points beyond the limits" if self.astronomical else "",
            f"{self.shift} points on one side of the centre{centred}" if self.shift else "",
            f"{self.trend} points rising or falling{tied}" if self.trend else "",
            f"two of three points on one side {thirds}" if self.two_of_three != "no" else "",
            "a run longer, or crossings of the centre fewer, than chance allows" if self.runs else "",
            f"limits of single values at ± {self.constant:.6g} average moving ranges, {screened}",
            f"{few} points",
            "the colour is that of an improving signal, if there is one"
            if self.precedence == "improvement"
            else "the colour is that of the first of these: beyond a limit, trend, two of three, one side",
            "a target equal to a limit is passed where every point meets it, and failed where none does"
            if self.at_limit == "all"
            else "a target equal to a limit may be hit or missed",
        ]
        return f"{self.name} ({self.version}): {'; '.join(one for one in said if one)}."


MDC = RuleSet(name="mdc", version="2023-11", source="NHS England, Making Data Count, as announced in November 2023")
MDC_2021 = RuleSet(
    name="mdc-2021",
    version="0.2.2",
    source="NHSRplotthedots 0.2.2",
    two_of_three="between",
    at_limit="strict",
    precedence="first",
    screen=True,
    least=12,
    judge_from=1,
)
MDC_6 = RuleSet(
    name="mdc-6",
    version="2023-11",
    source="NHS England, Making Data Count, with six points, as its spreadsheet lets people choose",
    shift=6,
    trend=6,
)
RUN_CLASSIC = RuleSet(
    name="run-classic",
    version="2011",
    source="Perla, Provost and Murray, BMJ Qual Saf 2011;20:46-51; without its table of runs and judgement by eye",
    astronomical=False,
    shift=6,
    on_centre="skip",
    trend=5,
    ties="skip",
    two_of_three="no",
    least=10,
    judge_from=10,
)
ANHOEJ = RuleSet(
    name="anhoej",
    version="2014",
    source="Anhøj and Olesen, PLoS ONE 2014;9:e113825",
    shift=None,
    trend=None,
    two_of_three="no",
    runs=True,
    precedence="first",
    at_limit="strict",
    constant=THREE_SIGMA,
    least=12,
    judge_from=10,
)
SCOTLAND_9 = RuleSet(
    name="scotland-9",
    version="runcharter",
    source="MacKintosh, runcharter, after NHS Scotland; a new median is suggested, never set by itself",
    astronomical=False,
    shift=9,
    on_centre="skip",
    trend=None,
    two_of_three="no",
    least=10,
    judge_from=10,
)

RULE_SETS = {rules.name: rules for rules in (MDC, MDC_2021, MDC_6, RUN_CLASSIC, ANHOEJ, SCOTLAND_9)}


def apart(own: tuple[RuleSet, ...]) -> tuple[RuleSet, ...]:
    """The rule sets of a programme, each with a name that neither another of them nor a built-in one has."""
    names = [rules.name for rules in own]
    for name in names:
        if name in RULE_SETS:
            raise ValueError(f"a name other than that of a built-in rule set is needed, such as 'our-{name}'")
        if names.count(name) > 1:
            raise ValueError(f"a name of its own is needed for each; '{name}' is given twice")
    return own


def named(rules: RuleSet | str, own: Iterable[RuleSet] = ()) -> RuleSet:
    """The rule set of this name; a rule set is its own.

    Parameters
    ----------
    own
        The rule sets that a programme declares besides.

    Raises
    ------
    NotFound
        If there is none of this name.
    """
    if isinstance(rules, RuleSet):
        return rules
    known = RULE_SETS | {one.name: one for one in own}
    if rules not in known:
        raise NotFound("rule set", rules, known)
    return known[rules]
