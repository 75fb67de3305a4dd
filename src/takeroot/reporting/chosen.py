"""What people take away: the measures and sites that they choose, charted, with what an honest copy of them must say.

A workbook, slides and a zip of pictures all say the same, because they all take it from here.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from takeroot import __version__
from takeroot.charts.wording import counted, day, listed, lowered, number, sentence
from takeroot.errors import NotEnough, NotFound
from takeroot.reporting.kinds import KINDS
from takeroot.reporting.results import TOGETHER, Results
from takeroot.vocabulary.programme import Programme
from takeroot.vocabulary.rulesets import RULE_SETS, RuleSet, named

BETTER = {"up": "Higher is better", "down": "Lower is better", "neither": "Neither direction is better"}
#: The order of a row of the table that a board reads.
_ROW = (
    *("measure", "name", "site", "place", "unit", "latest_on", "latest", "target", "centre", "lower", "upper"),
    *("variation", "assurance", "says", "phase", "n", "gaps", "chart", "rules", "improves"),
)


@dataclass(frozen=True, eq=False)
class Chosen:
    """Measures and sites of a programme, as somebody chose them.

    Parameters
    ----------
    whole
        The programme that they are of.
    results
        The results of what was chosen: only its values, judged by the rule set asked for.
    measures
        The codes of the measures, in the order in which they are shown.
    sites
        The codes of the sites asked for; none, where all sites are meant.
    rules
        The rule set asked for; none, where each measure names its own.
    """

    whole: Programme
    results: Results
    measures: tuple[str, ...]
    sites: tuple[str, ...] = ()
    rules: RuleSet | None = None

    @classmethod
    def of(
        cls,
        programme: Programme | Results,
        *,
        measures: Iterable[str] = (),
        sites: Iterable[str] = (),
        rules: RuleSet | str | None = None,
    ) -> Chosen:
        """The measures and sites of these names or codes; all, where none is named.

        Parameters
        ----------
        programme
            The programme, or its results.
        measures, sites
            What people call them, or their short names.
        rules
            A rule set to judge every measure by, or its name; each measure's own, if not given.

        Raises
        ------
        NotFound
            If there is no such measure, site or rule set.
        NotEnough
            If there is no value to chart.
        """
        results = Results.of(programme)
        whole = results.programme
        with_values = results.values["measure"].unique(maintain_order=True).to_list()
        known = [code for code in results.measures if code in with_values]
        known += [code for code in with_values if code not in known]
        asked = tuple(_found("measure", measures, {code: results.measure(code) for code in known}))
        at = results.values["site"].unique().to_list()
        where = tuple(_found("site with values", sites, {code: results.site(code) for code in sorted(at)}))
        judged = None if rules is None else named(rules, whole.about.rule_sets)
        if asked or where or judged:
            results = Results(_part(results, asked, where, judged))
        if not results.values["value"].count() and not results.values["numerator"].count():
            of = f" of {listed([results.measure(code) for code in asked])}" if asked else ""
            at_sites = f" at {listed([results.site(code) for code in where])}" if where else ""
            raise NotEnough(
                f"There is nothing to chart: no values{of}{at_sites} are recorded in '{whole.name}'. "
                "Add values: measure, site, month and number."
            )
        there = set(results.values["measure"].unique().to_list())
        return cls(whole, results, tuple(code for code in asked or known if code in there), where, judged)

    @cached_property
    def summary(self) -> pl.DataFrame:
        """One row for each measure and site, in the order of the measures and of the sites' names.

        Where a measure is also looked at over all its sites together, that row comes first.
        """
        results = self.results
        sites = results.in_order(results.series.with_columns(_all=pl.lit(False))).rename({"name": "place"})
        whole = results.together_series.with_columns(_all=pl.lit(True), place=pl.lit(TOGETHER))
        whole = whole.clear() if self.sites else whole
        rows = pl.concat([whole, sites.select(whole.columns)])
        rows = rows.with_columns(
            pl.when(_judged(rows, results)).then(name).alias(name) for name in ("lower", "upper")
        ).with_columns(
            name=pl.col("measure").map_elements(results.measure, return_dtype=pl.String),
            unit=pl.col("measure").map_elements(results.unit, return_dtype=pl.String),
            improves=pl.col("measure").map_elements(self.improves, return_dtype=pl.String),
            _order=pl.col("measure").replace_strict({c: i for i, c in enumerate(self.measures)}, return_dtype=pl.Int64),
        )
        return rows.sort("_order", ~pl.col("_all"), maintain_order=True).select(_ROW)

    def improves(self, measure: str) -> str:
        """Which direction is better."""
        return self.results.measures.get(measure, {}).get("improves") or "neither"

    @cached_property
    def rule_sets(self) -> list[RuleSet]:
        """The rule sets that judged, in order of their names."""
        own = self.results.programme.about.rule_sets
        return [named(name, own) for name in self.results.points["rules"].drop_nulls().unique().sort().to_list()]

    def rules_of(self, measure: str) -> RuleSet:
        """The rule set that judged a measure."""
        name = self.results.points.filter(measure=measure)["rules"][0]
        return named(name, self.results.programme.about.rule_sets)

    def kind_of(self, measure: str) -> str:
        """What kind of chart a measure has, in words."""
        return KINDS[self.results.points.filter(measure=measure)["chart"][0]]

    @property
    def phases(self) -> pl.DataFrame:
        """The dated decisions about these charts, in order of measure and day."""
        rows = self.results.programme.phases
        place = pl.col("measure").replace_strict(
            {code: place for place, code in enumerate(self.measures)}, default=None, return_dtype=pl.Int64
        )
        here = pl.col("site").is_null() | pl.col("site").is_in(self.sites) if self.sites else pl.lit(True)
        return rows.filter(pl.col("measure").is_in(self.measures), here).sort(place, "on", "site", "kind")

    def command(self, file: str) -> str:
        """The command that gives the same file again."""
        words = ["takeroot", "measures", "PROGRAMME", "-o", file]
        if len(self.measures) < self.whole.values["measure"].n_unique():
            words += [word for code in self.measures for word in ("--measure", code)]
        words += [word for code in self.sites for word in ("--site", code)]
        if self.rules:
            by_name = self.rules in (*RULE_SETS.values(), *self.whole.about.rule_sets)
            words += ["--rules", self.rules.name if by_name else f"{self.rules.name}.yaml"]
        return shlex.join(words)

    @cached_property
    def facts(self) -> list[tuple[str, str]]:
        """What stands on the first page: whose, what, by which rules, up to when, and what was left out."""
        results, about = self.results, self.whole.about
        late = results.programme.values.height - results.values.height
        gaps = results.points["value"].null_count()
        at = listed([results.site(code) for code in self.sites])
        everywhere = f"{counted(results.values['site'].n_unique(), 'sites')}, in the order of their names."
        made_up = "Yes: this programme is synthetic. No site, person or figure in it is real."
        facts = [
            ("Programme", about.name),
            ("Made up", made_up if about.synthetic else ""),
            ("Measures", listed([results.measure(code) for code in self.measures])),
            ("Sites", at or everywhere),
            ("Data as of", f"{day(results.as_at)}." + (f" {counted(late, 'later values')} left out." if late else "")),
            ("Missing values", f"{counted(gaps, 'periods')} without a value." if gaps else "None."),
        ]
        facts += [(f"Rule set {one.name}, version {one.version}", _in_words(one)) for one in self.rule_sets]
        facts += [
            (f"Chart: {results.measure(code)}", f"{self.kind_of(code)}; rule set {self.rules_of(code).name}.")
            for code in self.measures
        ]
        return [(name, text) for name, text in facts if text]

    @cached_property
    def decided(self) -> list[tuple[str, str]]:
        """Exclusions, recalculations and baselines with who decided and why, and least denominators."""
        rows = self.phases.filter(pl.col("kind").is_in(["exclude", "recalculate", "baseline"]))
        said = [(self._title(row), self._why(row)) for row in rows.iter_rows(named=True)]
        if not said:
            said.append(("Exclusions and recalculations", "None."))
        for code in self.measures:
            least = self.results.measures.get(code, {}).get("least_denominator")
            if least is not None:
                text = f"Values on a denominator below {number(least)} are drawn, set no limits and are not judged."
                said.append((f"Least denominator: {self.results.measure(code)}", text))
        if not any(name.startswith("Least") for name, _ in said):
            said.append(("Least denominators", "None is set: every value is judged, however few it rests on."))
        return [*said, ("Suppression", "No figure was suppressed or rounded.")]

    def again(self, file: str) -> list[tuple[str, str]]:
        """How to get the same again."""
        from takeroot.reporting.sections.method import fingerprint

        return [
            ("Command", self.command(file)),
            ("Version", f"takeroot {__version__}, polars {pl.__version__}"),
            ("Content of the programme", f"{fingerprint(self.whole)} (sha256 of its words and tables)"),
        ]

    def _title(self, row: dict[str, Any]) -> str:
        where = self.results.site(row["site"]) if row["site"] else "all sites"
        what = {"exclude": "Left out of the limits", "recalculate": "Limits anew", "baseline": "Baseline"}[row["kind"]]
        return f"{what}: {self.results.measure(row['measure'])}, {where}"

    def _why(self, row: dict[str, Any]) -> str:
        begin = day(row["on"])
        if row["kind"] == "recalculate":
            when = f"From {begin}."
        elif row["until"]:
            when = f"From {begin} to {day(row['until'])}."
        else:
            when = f"{begin}." if row["kind"] == "exclude" else f"From {begin} on."
        why = sentence(row["reason"]) if row["reason"] else "No reason is recorded."
        by = f"Decided by {row['by']}." if row["by"] else "Who decided is not recorded."
        shown = self.results.says(row["evidence"] or "") or row["evidence"]
        evidence = f"Evidence: {sentence(shown)}" if shown else ""
        return " ".join(part for part in (when, why, evidence, by) if part)


def finding(name: str, says: str) -> str:
    """What a chart shows, as a title: the measure, and the plain sentence."""
    return f"{name}: {lowered(says)}" if says else name


def _found(what: str, asked: Iterable[str], known: dict[str, str]) -> Sequence[str]:
    """The codes of what was asked for, by code or by name, each once."""
    by_name: dict[str, list[str]] = {}
    for code, name in known.items():
        by_name.setdefault(name.casefold(), []).append(code)
    found: list[str] = []
    for word in asked:
        codes = [word] if word in known else by_name.get(word.strip().casefold(), [])
        if not codes:
            raise NotFound(what, word, {*known, *known.values()})
        if len(codes) > 1:
            raise NotFound(f"one {what} alone that is called", word, codes)
        found += [code for code in codes if code not in found]
    return found


def _part(results: Results, measures: Collection[str], sites: Collection[str], rules: RuleSet | None) -> Programme:
    """The programme with only these values, and its measures judged by another rule set where one is asked for."""
    whole = results.programme
    about, frames = whole.about, whole.tables
    values = whole.values.filter(
        pl.col("measure").is_in(measures) if measures else pl.lit(True),
        pl.col("site").is_in(sites) if sites else pl.lit(True),
    )
    frames = {**frames, "values": values}
    if rules is not None:
        own = [one for one in about.rule_sets if one.name != rules.name]
        about = about.model_copy(update={"rule_sets": (*own, *([] if rules.name in RULE_SETS else [rules]))})
        told = values.select("measure").unique(maintain_order=True).join(whole.measures, on="measure", how="anti")
        described = pl.concat([whole.measures, told], how="diagonal_relaxed")
        frames["measures"] = described.with_columns(rules=pl.lit(rules.name))
    return Programme.kept(about.model_copy(update={"as_at": results.as_at}), frames, whole.instruments)


def _judged(rows: pl.DataFrame, results: Results) -> pl.Series:
    """Whether the latest phase of each row has points enough to be judged, so that its limits are drawn."""
    points = pl.concat([results.points, *results.together.values()], how="diagonal_relaxed")
    latest = points.group_by("measure", "site").agg(judged=pl.col("judged").sort_by("on").last())
    return rows.select("measure", "site").join(latest, on=["measure", "site"], how="left", maintain_order="left")[
        "judged"
    ]


def _in_words(rules: RuleSet) -> str:
    said = str(rules).partition(": ")[2]
    return f"{sentence(said)} Source: {sentence(rules.source)}" if rules.source else sentence(said)
