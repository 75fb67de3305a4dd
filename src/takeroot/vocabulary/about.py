"""What ``programme.yaml`` says: the programme in words, and what it means by its words.

Only the name is needed to begin. What is left empty is shown as empty.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from takeroot.vocabulary.frameworks import FrameworkChoice
from takeroot.vocabulary.rule import Day, Declared, Key, Name, Rule, Words
from takeroot.vocabulary.rulesets import RuleSet, apart

Sharing = Literal["own only", "named peers", "all"]


class Success(Declared):
    """What success means in each of the three approaches; any may be empty, and is shown as such.

    Parameters
    ----------
    replicated
        As something to be done again elsewhere, and measured.
    changed
        As what changed, and why.
    explained
        As a theory of why it works, for whom, and where.
    """

    replicated: Words = ""
    changed: Words = ""
    explained: Words = ""


class MeantBy(Declared):
    """What the programme means by the three words.

    Parameters
    ----------
    spread, scale_up, sustained
        In its own words.
    """

    spread: Words = ""
    scale_up: Words = ""
    sustained: Words = ""


class Eligible(Declared):
    """How many sites could take it up, where not all of them are listed, and how that is known.

    Parameters
    ----------
    sites
        How many.
    how_known
        How that is known: printed with every share.
    all_listed
        Whether the eligible sites listed are all there are. Where they are not, and ``sites`` does not say how many
        there are, no share of sites is given.
    """

    sites: int | None = Field(default=None, gt=0)
    how_known: Words = ""
    all_listed: bool = True


class Approach(Declared):
    """The approach to spread, in any mix: described, not scored.

    Parameters
    ----------
    hierarchical_control, participatory_adaptation, facilitated_evolution
        What the programme does of it.
    """

    hierarchical_control: Words = ""
    participatory_adaptation: Words = ""
    facilitated_evolution: Words = ""


class Reading(Declared):
    """Which of several sources the figures follow, where they conflict; figures show the range besides.

    Parameters
    ----------
    between
        The sources that conflict, as they stand in the ``source`` column of the stages.
    chosen
        The one that figures follow.
    by, why
        Who chose it, and why.
    """

    between: tuple[Key, ...] = Field(min_length=2)
    chosen: Key
    by: Name
    why: Name


class About(Declared):
    """The programme in words.

    Parameters
    ----------
    name
        What it is called.
    aim, sponsor
        What it wants, and who pays for it or asked for it.
    start, end
        The first and the last day of the programme itself.
    as_at
        The day up to which the record is complete; the latest day in it, where empty. Everything is counted up to
        here, and what has not happened by then is censored.
    synthetic
        Whether it is made up; said on every page and report.
    improvement, theory
        What is spread, and how it is thought to work, in sentences.
    success, meant_by
        What success means, and what is meant by spread, scale-up and sustained.
    rules
        The rules for "sustained": any number, none of them the default.
    eligible
        How many sites could take it up.
    approach
        How it is spread.
    readings
        Which source the figures follow, where sources conflict.
    rule_sets
        The programme's own rule sets for charts, which measures may name besides those that are built in.
    frameworks
        The frameworks that it chose to work with, when and why; an earlier choice stays beside a later one.
    sharing
        What a site may see of others: its own only, its named peers, or all.
    sources
        Where the programme as a whole is known from.
    """

    name: Name
    aim: Words = ""
    sponsor: Words = ""
    start: Day | None = None
    end: Day | None = None
    as_at: Day | None = None
    synthetic: bool = False
    improvement: Words = ""
    theory: Words = ""
    success: Success = Success()
    meant_by: MeantBy = MeantBy()
    rules: tuple[Rule, ...] = ()
    eligible: Eligible = Eligible()
    approach: Approach = Approach()
    readings: tuple[Reading, ...] = ()
    rule_sets: Annotated[tuple[RuleSet, ...], AfterValidator(apart)] = ()
    frameworks: tuple[FrameworkChoice, ...] = ()
    sharing: Sharing = "own only"
    sources: tuple[Name, ...] = ()
