"""Every analysis of one programme, each worked out when it is first asked for and once only.

A report and a page ask for the same frames many times; here they are kept together, with the names that people use for
sites and measures.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl

from takeroot.analysis import adoption, explanation, reach, spc, sustainment
from takeroot.reporting import foreseen as of_forecasts
from takeroot.reporting.asked import Asked
from takeroot.vocabulary.programme import Programme
from takeroot.vocabulary.rule import Rule

#: What a series of all sites together is called where a site would stand.
TOGETHER = "All sites together"
#: Columns of the sites by which reach is shown, where any site says it.
GROUPED_BY = ("region", "deprivation")
#: What may stand near a change of level: what happened and what was done, rather than what was planned or written.
LOGGED = ("event", "adaptation", "stage", "experiment", "support", "anchor", "decision")
#: Points that are made up, in all, to see what chance alone would give.
MADE_UP = 60_000
#: Groupings with more groups than this say little in a report.
MOST_GROUPS = 12


@dataclass(frozen=True, eq=False)
class Stay:
    """How long sites stay: times, the curve, leaving by reason; by one rule, or by several whose times are the same."""

    rules: tuple[Rule, ...]
    times: pl.DataFrame
    curve: pl.DataFrame
    leaving: pl.DataFrame

    @property
    def name(self) -> str:
        """What the rules are called."""
        return " and ".join(rule.name for rule in self.rules)

    @property
    def says(self) -> str:
        """The rules in words; without any, what is done instead."""
        if not self.rules:
            return "none is written down; here the clock starts at first use and stops at the first leaving recorded"
        return " ".join(str(rule) for rule in self.rules)


class Results:
    """What the analyses give for one programme, and for what is known of instruments beside it."""

    def __init__(
        self, programme: Programme, asked: Asked | None = None, foreseen: Mapping[str, pl.DataFrame] | None = None
    ) -> None:
        self.programme = programme
        self._asked = asked
        self._foreseen = foreseen
        self._months: dict[str, pl.DataFrame] = {}

    @classmethod
    def of(cls, programme: Programme | Results) -> Results:
        """Results as they are, or those of a programme."""
        return programme if isinstance(programme, Results) else cls(programme)

    @property
    def as_at(self) -> date | None:
        """The day up to which everything is counted."""
        return self.programme.as_at

    @cached_property
    def asked(self) -> Asked:
        """What is known of instruments beside the programme."""
        return self._asked or Asked(self.programme)

    @cached_property
    def foreseen(self) -> Mapping[str, pl.DataFrame]:
        """The forecast and the curves, as frames by name; none, where they were not worked out for whoever asks."""
        return of_forecasts.all_frames(self.programme, regions=False) if self._foreseen is None else self._foreseen

    @cached_property
    def site_names(self) -> dict[str, str]:
        """The name people use for each site; its code, where it has none, and beside it where two are called alike."""
        sites = self.programme.sites
        if not sites.height:
            return {}
        name = pl.coalesce("name", "site")
        alike = pl.format("{} ({})", name, "site")
        return dict(sites.select("site", pl.when(name.is_duplicated()).then(alike).otherwise(name)).iter_rows())

    @cached_property
    def _places(self) -> dict[str, int]:
        """The place of each site in the order of names, numbers in them by size."""
        ordered = sorted(self.site_names, key=lambda code: (_natural(self.site_names[code]), code))
        return {code: place for place, code in enumerate(ordered)}

    @cached_property
    def site_names_in_order(self) -> list[str]:
        """The sites, in the order of their names."""
        return sorted(self._places, key=self._places.__getitem__)

    def in_order(self, frame: pl.DataFrame, *then: str) -> pl.DataFrame:
        """Rows with the ``name`` of their site, in the order of the names and never of a value, and then as said."""
        name = pl.col("site").replace(self.site_names)
        place = pl.col("site").replace_strict(self._places, default=None, return_dtype=pl.Int64)
        ordered = frame.with_columns(name=name, _place=place).sort("_place", *then, nulls_last=True)
        return ordered.drop("_place")

    def site(self, code: str | None) -> str:
        """What a site is called; the whole programme, where none is said."""
        return "the whole programme" if code is None else self.site_names.get(code, code)

    @cached_property
    def measures(self) -> dict[str, dict[str, Any]]:
        """What is said of each measure, by its short name."""
        return {row["measure"]: row for row in self.programme.measures.iter_rows(named=True)}

    def measure(self, code: str) -> str:
        """What a measure is called."""
        return self.measures.get(code, {}).get("name") or code

    def unit(self, code: str) -> str:
        """The unit of a measure."""
        return self.measures.get(code, {}).get("unit") or ""

    @cached_property
    def components(self) -> dict[str, str]:
        """What people call each component, by its short name."""
        components = self.programme.components.unique("component", keep="last", maintain_order=True)
        return dict(components.select("component", pl.coalesce("name", "component")).iter_rows())

    def component(self, code: str) -> str:
        """What a component is called."""
        return self.components.get(code, code)

    # How far it spread.

    @cached_property
    def history(self) -> pl.DataFrame:
        """Where each site stood, by the reading chosen."""
        return adoption.history(self.programme)

    @cached_property
    def standing(self) -> pl.DataFrame:
        """Every site, and where it stands at the end of the record."""
        return adoption.standing(self.programme)

    @cached_property
    def by_stage(self) -> pl.DataFrame:
        """Sites by stage and month."""
        return adoption.by_stage(self.programme)

    @cached_property
    def reach(self) -> pl.DataFrame:
        """Sites and people reached, by month."""
        return adoption.reach(self.programme)

    @cached_property
    def now(self) -> dict[str, Any] | None:
        """Reach at the end of the record; nothing, where no stage is recorded."""
        told = self.history.height and self.reach.height
        return self.reach.sort("on").row(-1, named=True) if told else None

    @cached_property
    def reach_by(self) -> dict[str, pl.DataFrame]:
        """Reach by each grouping that sites have."""
        sites = self.programme.sites
        found = {}
        for by in GROUPED_BY:
            groups = sites[by].drop_nulls().n_unique() if by in sites.columns else 0
            if 1 < groups <= MOST_GROUPS and self.history.height:
                found[by] = self.grouped(by)
        return found

    def grouped(self, by: str) -> pl.DataFrame:
        """Reach by one grouping of the sites; figures of people are empty where too few would be told of."""
        groups = adoption.reach_by(self.programme, by)
        shown = ~reach.people_reached(self.programme, by)["withheld"]
        people = ("eligible_people", "people_at_sites_in_use", "people_share")
        return groups.with_columns(pl.when(shown).then(pl.col(name)).alias(name) for name in people)

    @cached_property
    def few_people(self) -> frozenset[str]:
        """The sites of which it is kept back how many people they are for."""
        few = self.programme.sites.filter(pl.col("eligible_people").is_between(1, reach.FLOOR - 1))["site"]
        return frozenset([*few, *reach.at_sites(self.programme).filter("withheld")["site"]])

    @cached_property
    def depth(self) -> pl.DataFrame:
        """How far within each site in use."""
        return adoption.depth(self.programme)

    @cached_property
    def planned(self) -> pl.DataFrame:
        """Every version of every plan, against what happened."""
        return adoption.planned_against_actual(self.programme)

    @cached_property
    def plan_lines(self) -> pl.DataFrame:
        """Sites planned to be in use, by version."""
        return adoption.plan_lines(self.programme)

    @cached_property
    def allocated(self) -> pl.DataFrame:
        """When each site was first to start, and when it did."""
        return adoption.allocated_and_actual(self.programme)

    @cached_property
    def conflicts(self) -> pl.DataFrame:
        """Where sources can not both be right."""
        return adoption.conflicts(self.programme)

    @cached_property
    def spells(self) -> pl.DataFrame:
        """Unbroken stays in use."""
        return adoption.spells(self.programme)

    # Whether it lasts.

    @cached_property
    def by_rule(self) -> pl.DataFrame:
        """Each rule for "sustained", and what it gives."""
        return sustainment.by_rule(self.programme)

    @cached_property
    def sustained(self) -> pl.DataFrame:
        """Each rule at each site."""
        return sustainment.sustained(self.programme)

    @cached_property
    def stays(self) -> list[Stay]:
        """Staying in use, by each rule; by first use alone where no rule is written down."""
        if not self.history.height:
            return []
        if not self.programme.rules:
            first = self.spells.filter(pl.col("spell") == 1)
            times = first.select("site", "months", event="ended_in_event")
            return [Stay((), times, sustainment.kaplan_meier(times), pl.DataFrame())]
        stays: list[Stay] = []
        for rule in self.programme.rules:
            times = sustainment.staying(self.programme, rule).drop("rule")
            same = next((stay for stay in stays if stay.times.equals(times)), None)
            if same is not None:
                stays[stays.index(same)] = replace(same, rules=(*same.rules, rule))
                continue
            stays.append(Stay((rule,), times, sustainment.kaplan_meier(times), sustainment.leaving(times)))
        return stays

    def months(self, rule: Rule, found: pl.DataFrame | None = None) -> pl.DataFrame:
        """What held at each site in each month by one rule; as it was found before, where that is given."""
        key = repr(rule)
        if found is not None or key not in self._months:
            self._months[key] = sustainment.by_month(self.programme, rule) if found is None else found
        return self._months[key]

    # What is measured.

    @cached_property
    def points(self) -> pl.DataFrame:
        """Every value up to the end of the record, with its limits and what it shows."""
        return spc.chart(self.values, **self._as_told)

    @cached_property
    def values(self) -> pl.DataFrame:
        """The values up to the end of the record."""
        values = self.programme.values
        return values if self.as_at is None else values.filter(pl.col("on") <= self.as_at)

    @property
    def _as_told(self) -> dict[str, Any]:
        """What charts are told of the values."""
        programme = self.programme
        return {
            "measures": programme.measures,
            "phases": programme.phases,
            "rule_sets": programme.about.rule_sets,
        }

    @cached_property
    def series(self) -> pl.DataFrame:
        """The latest phase of every series, in words."""
        programme = self.programme
        return _latest_phase(spc.summary(self.points, measures=programme.measures, rule_sets=programme.about.rule_sets))

    @cached_property
    def signals(self) -> pl.DataFrame:
        """Every unbroken run of one signal."""
        return spc.signals(self.points, rule_sets=self.programme.about.rule_sets)

    @cached_property
    def together(self) -> dict[str, pl.DataFrame]:
        """The points of each measure over all its sites, where values are counts over counts.

        A value that has no numerator or no denominator is left out of both sums.
        """
        counted = pl.all_horizontal(pl.col("numerator", "denominator").is_not_null())
        values = self.values.with_columns(counted=counted)
        whole = (
            values.group_by("measure")
            .agg(sites=pl.col("site").n_unique(), plain=(pl.col("value").is_not_null() & ~pl.col("counted")).any())
            .filter(pl.col("sites") > 1, ~pl.col("plain"))
        )
        pooled = (
            values.filter("counted", pl.col("denominator") > 0)
            .join(whole.select("measure"), on="measure", how="semi")
            .group_by("measure", "on")
            .agg(pl.col("numerator", "denominator").sum(), sites=pl.col("site").n_unique())
            .with_columns(site=pl.lit(TOGETHER))
            .sort("measure", "on")
        )
        if not pooled.height:
            return {}
        phases = self.programme.phases.filter(pl.col("site").is_null())
        sets = self.programme.about.rule_sets
        points = spc.chart(pooled, measures=self.programme.measures, phases=phases, rule_sets=sets)
        return {str(measure): mine for (measure,), mine in points.group_by("measure", maintain_order=True)}

    @cached_property
    def together_series(self) -> pl.DataFrame:
        """The latest phase of each measure over all its sites, in words."""
        together = pl.concat(self.together.values()) if self.together else self.points.clear()
        told = self.programme
        return _latest_phase(spc.summary(together, measures=told.measures, rule_sets=told.about.rule_sets))

    @cached_property
    def together_says(self) -> dict[str, str]:
        """What the latest phase of each measure over all its sites shows, in a sentence."""
        return dict(self.together_series.select("measure", "says").iter_rows())

    @cached_property
    def suggestions(self) -> pl.DataFrame:
        """Days from which limits might be worked out anew, each with what was logged near it; never done by itself."""
        log = self.timeline.filter(pl.col("kind").is_in(LOGGED)).select("reference", "site", "on", "says")
        return spc.suggestions(self.points, log=log, rule_sets=self.programme.about.rule_sets)

    @cached_property
    def chance(self) -> pl.DataFrame:
        """Signals found in each measure, beside how many chance alone would give."""
        times = max(1, min(MADE_UP // max(1, self.points.height), 50))
        return spc.chance(self.values, points=self.points, replicates=times, **self._as_told)

    @cached_property
    def funnels(self) -> dict[str, pl.DataFrame]:
        """Each measure across its sites, over the latest year, where values are counts over counts at several sites."""
        return {code: across for code, mine in self.together.items() if (across := self._funnel(code, mine)).height > 2}

    def _funnel(self, code: str, together: pl.DataFrame) -> pl.DataFrame:
        year = pl.col("on") > pl.lit(together["on"][-1]).dt.offset_by("-1y")
        counted = pl.all_horizontal(pl.col("numerator", "denominator").is_not_null())
        values, about = self.values.filter(counted, year, measure=code), self.measures.get(code, {})
        share = about.get("multiply") in (None, 1, 100) and (values["numerator"] <= values["denominator"]).all()
        kind = together["chart"][0] if together["chart"][0] in spc.FUNNELS else "p" if share else "u"
        least = about.get("least_denominator") or 0
        return spc.funnel(values, kind=kind, measures=self.programme.measures, least=least)

    # What happened, and why.

    @cached_property
    def changes(self) -> pl.DataFrame:
        """What changed, each with what speaks to it."""
        return explanation.changes(self.programme, points=self.points)

    @cached_property
    def signals_said(self) -> dict[str, str]:
        """Each signal in a sentence, by its reference."""
        return dict(self.changes.filter(kind="signal").select("reference", "says").iter_rows())

    @cached_property
    def timeline(self) -> pl.DataFrame:
        """Everything that is dated."""
        return explanation.timeline(self.programme, points=self.points)

    @cached_property
    def accounts(self) -> pl.DataFrame:
        """What people wrote, in every version."""
        return explanation.accounts(self.programme, points=self.points)

    @cached_property
    def voices(self) -> pl.DataFrame:
        """Whose voices are in the record, and whose are missing."""
        return explanation.voices(self.programme)

    @cached_property
    def _places_of_rows(self) -> dict[str, dict[str, int]]:
        """Where each row that was asked for stands in its table, by its id."""
        return {}

    def row(self, reference: str) -> dict[str, Any] | None:
        """The row that a reference means; nothing, if there is none. Thousands may be asked for."""
        table, _, of = reference.partition(":")
        frame = self.signals if table == "signals" else self.programme.tables.get(table)
        if frame is None:
            return None
        if table not in self._places_of_rows:
            ids = frame["reference"].str.strip_prefix("signals:") if table == "signals" else frame["id"]
            self._places_of_rows[table] = dict(
                zip(reversed(ids.to_list()), range(frame.height - 1, -1, -1), strict=True)
            )
        place = self._places_of_rows[table].get(of)
        return None if place is None else frame.row(place, named=True)

    def says(self, reference: str) -> str | None:
        """What the timeline says of a row; nothing, if it is not there."""
        return self._said.get(reference)

    @cached_property
    def _said(self) -> dict[str, str]:
        return dict(self.timeline.select("reference", "says").drop_nulls().iter_rows())


def followed(conflicts: pl.DataFrame) -> str:
    """What figures follow where the record allows several things, by the conflicts there are."""
    if not conflicts.height:
        return "the earliest that the record allows"
    nobody = conflicts["chosen"].is_null()
    if not nobody.any():
        return "the reading chosen"
    later = "the stage that comes later in the list of stages"
    return f"{later}, as nobody has chosen a reading" if nobody.all() else f"the reading chosen, else {later}"


def _natural(name: str) -> list[tuple[int, int, str]]:
    """A key by which *unit 2* stands before *unit 10*."""
    parts = re.split(r"(\d+)", name.casefold())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]


def _latest_phase(summary: pl.DataFrame) -> pl.DataFrame:
    return summary.filter(pl.col("phase") == pl.col("phase").max().over("measure", "site"))
