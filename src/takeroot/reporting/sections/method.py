"""What is missing, and how every figure was computed."""

from __future__ import annotations

import hashlib
import json

import polars as pl

from takeroot import __version__
from takeroot.charts.wording import counted, day, listed
from takeroot.reporting.blocks import Block, Column, Facts, Grid, Missing, Part, Points, Section, Words
from takeroot.reporting.results import Results
from takeroot.reporting.sections.charting import kinds
from takeroot.vocabulary.programme import Programme
from takeroot.vocabulary.rulesets import named

#: Tables that a report would show, what is missing without them, and what to record.
_WANTED = {
    "stages": "where sites stand, and since when: a row for each site and change of stage",
    "plans": "what was planned: how many sites by when, or a date for each site",
    "deliveries": "how much is delivered: a share or a word for each site and component",
    "values": "what the measures say: measure, site, month and number",
    "findings": "what was found, here or elsewhere: a sentence, an estimate with its interval, and a source",
    "adaptations": "what was adapted: what changed, who decided, whether its function is kept",
    "conditions": "what enables and limits: a condition, whose view it is, and which way it works",
    "notes": "what people saw and said: dated notes with their voice, for and against",
    "accounts": "what changed and why: a signed account that cites the record",
    "anchors": "what makes it institutional: policies, budget lines, contracts, job descriptions",
    "decisions": "what was decided, by whom and why, and who disagreed",
    "core_claims": "what is core, according to whom and why",
}


def missing(results: Results) -> Section:
    """What is not recorded, and what to record so that it can be shown."""
    programme = results.programme
    about = programme.about
    gaps = [f"Not recorded: {what}." for table, what in _WANTED.items() if table not in programme.tables]
    if not programme.rules:
        gaps.append("Not written down: what “sustained” means here. Several rules may stand side by side.")
    if results.now is not None and results.now["eligible"] is None:
        gaps.append("Not known: how many sites could take it up. State it, or list the sites that could.")
    for name, text in (
        ("as replicated", about.success.replicated),
        ("as what changed and why", about.success.changed),
        ("as explained by theory", about.success.explained),
    ):
        if not text:
            gaps.append(f"Not stated: success, {name}.")
    blocks: list[Block] = [Points(tuple(gaps))] if gaps else []
    remarks = tuple(programme.remarks)
    if remarks:
        blocks.append(
            Part("What looks like a slip", (Words("Not at fault, but perhaps not meant.", quiet=True), Points(remarks)))
        )
    if programme.codings.height:
        blocks.append(Words(f"Recorded and not shown in this report: {counted(programme.codings.height, 'codings')}."))
    if not gaps:
        blocks.insert(
            0, Words("Every table that this report shows has rows. That they are complete, nobody can compute.")
        )
    return Section("missing", "What is missing", tuple(blocks))


def computed(results: Results) -> Section:
    """Days, rules, denominators, readings and versions, and the command that gives the same again."""
    programme = results.programme
    about = programme.about
    now = results.now
    as_at = ""
    if results.as_at:
        as_at = (
            f"{day(results.as_at)}. Nothing after that day is counted, and what had not happened by then is censored."
        )
        as_at += "" if about.as_at else " It is the latest day in the record, as none is stated."
    facts = [
        ("As at", as_at),
        ("Denominator", now["counted_from"] if now is not None else ""),
        ("Sites", f"{counted(programme.sites.height, 'sites')} listed." if programme.sites.height else ""),
    ]
    blocks: list[Block] = [Facts(tuple(facts))]
    if about.readings:
        blocks.append(
            Part(
                "Readings chosen where sources conflict",
                (
                    Points(
                        tuple(
                            f"Between {listed(reading.between)}: {reading.chosen}. Chosen by {reading.by}, "
                            f"because: {reading.why}"
                            for reading in about.readings
                        )
                    ),
                ),
            )
        )
    rules = [str(rule) for rule in programme.rules]
    blocks.append(
        Part(
            "Rules for “sustained”",
            (Points(tuple(rules)) if rules else Missing("None is written down."),),
        )
    )
    if results.series.height:
        blocks.append(_rule_sets(results))
    blocks.append(Part("Methods", (Points((*_METHODS, *kinds(results))),)))
    blocks.append(
        Part(
            "To get the same again",
            (
                Facts(
                    (
                        ("Command", "`takeroot report PROGRAMME -o report.html`"),
                        ("Versions", f"takeroot {__version__}, polars {pl.__version__}"),
                        ("Content of the programme", f"{fingerprint(programme)} (sha256 of its words and tables)"),
                        ("Sources", "; ".join(about.sources)),
                    )
                ),
            ),
        )
    )
    return Section("computed", "How every figure was computed", tuple(blocks))


_METHODS = (
    "Sites by stage are counted at the end of each month, over the sites open then. The same stage recorded "
    "again opens no "
    "new spell; “unknown” is only ever recorded, and leaves what was true before it.",
    "Staying in use is a Kaplan-Meier curve with a 95% log interval. A site closed while in use, or of which "
    "nothing is known "
    "since, is censored and not counted as having left. Leaving by reason is the cumulative incidence "
    "(Aalen-Johansen).",
    "Shares under a rule have a Wilson 95% interval, over the sites that the rule can judge.",
    "Limits of a chart are worked out within each phase, from the points that a baseline names or else from all that "
    "nobody left out, and judged by the rule set named. Signals of phases with too few points are not looked for.",
    "A count of sites or people comes with a percentage only where its denominator is at least 20, and always "
    "beside its "
    "counts. Curves, intervals and dots are on a scale of percentages whatever they rest on; how many stands "
    "with them.",
    "Sites are listed in the order of their names. Nothing ranks them.",
)


def _rule_sets(results: Results) -> Part:
    used = [
        named(name, results.programme.about.rule_sets)
        for name in results.points["rules"].drop_nulls().unique().sort().to_list()
    ]
    rows = [{"name": one.name, "version": one.version, "says": str(one), "source": one.source} for one in used]
    return Part(
        "Rule sets of control charts",
        (
            Grid.of(
                pl.DataFrame(rows, schema=["name", "version", "says", "source"]),
                "Rule sets used, with their versions.",
                Column("name", "Rule set"),
                Column("version", "Version"),
                Column("says", "In words"),
                Column("source", "Source"),
            ),
        ),
    )


def fingerprint(programme: Programme) -> str:
    """The content of a programme in 16 letters: the same for the same words and rows, in whatever order they came.

    Examples
    --------
    >>> fingerprint(Programme("Falls")) == fingerprint(Programme("Falls"))
    True
    >>> len(fingerprint(Programme("Falls")))
    16
    """
    seen = hashlib.sha256(json.dumps(programme.about.model_dump(mode="json"), sort_keys=True).encode())
    for name, frame in sorted(programme.tables.items()):
        seen.update(f"\x00{name}\x00".encode())
        seen.update(frame.select(sorted(frame.columns)).sort("id").write_csv().encode())
    return seen.hexdigest()[:16]
