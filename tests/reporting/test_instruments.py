"""Instruments in the report: what was chosen, asked, written and intended, and what is kept back."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import polars as pl
import pytest
from tests.journeys import respondents
from tests.reporting.made import HOSTILE, Page, wards

from takeroot import Programme
from takeroot.reporting.answered import roots, under
from takeroot.reporting.asked import Asked
from takeroot.reporting.report import Report
from takeroot.reporting.results import Results
from takeroot.vocabulary import instruments_in_files
from takeroot.vocabulary.own_instruments import PARAPHRASE

LIBRARY = instruments_in_files.library()
ASKED = [name for name, one in LIBRARY.items() if one.kind == "questionnaire" and not one.shell]
WRITTEN = [name for name, one in LIBRARY.items() if one.kind != "questionnaire"]
SITES = ("W1", "W2")
CLOSED = date(2024, 3, 1)


def rounds(*named: tuple[str, str, str]) -> dict[str, Any]:
    """Rounds by name, instrument and kind, each closed a month after the one before."""
    names, instruments, kinds = zip(*named, strict=True)
    ends = [date(CLOSED.year, CLOSED.month + nth, CLOSED.day) for nth in range(len(named))]
    editions = [LIBRARY[name].edition for name in instruments]
    return {
        "round": names, "instrument": instruments, "edition": editions, "subject": ["programme"] * len(named),
        "kind": kinds, "closes": ends,
    }  # fmt: skip


def answers(name: str, *people: tuple[str, str, dict[str, str]]) -> pl.DataFrame:
    """What people answered in a round: each a code, a role, and answers by question."""
    rows = [(name, who, role, asked, said) for who, role, told in people for asked, said in told.items()]
    return pl.DataFrame(rows, schema=["round", "respondent", "role", "question", "answer"], orient="row")


def six(name: str, many: int = 6, role: str = "nurse") -> list[tuple[str, str, dict[str, str]]]:
    """People who are made up, answering a questionnaire."""
    of = LIBRARY[name]
    told = [respondents.respondent(of, nth % 6) for nth in range(many)]
    return [(f"p{nth}", role, {q: said for (q, _), said in one.answers.items()}) for nth, one in enumerate(told)]


def entries(name: str, *written: tuple[str, dict[tuple[str, str | None], str]], by: str = "team") -> dict[str, Any]:
    """What was written to an instrument, by day, question and site."""
    rows = [(on, asked, site, text) for on, told in written for (asked, site), text in told.items()]
    days, asked, sites, texts = zip(*rows, strict=True)
    alike = {"instrument": name, "edition": LIBRARY[name].edition, "subject": "programme", "by": by}
    told = {column: [value] * len(rows) for column, value in alike.items()}
    return told | {"on": days, "question": asked, "site": sites, "text": texts}


def told(section: str, about: dict[str, Any] | None = None, asked: dict[str, Any] | None = None, **tables: Any) -> Page:
    """A section of the report of a programme, taken apart."""
    tables = {"sites": {"site": SITES, "name": ["Ward 1", "Ward 2"]}, **tables}
    programme = Programme({"name": "Ours", "as_at": "2024-12-31", **(about or {})}, **tables)
    results = Results(programme, Asked(programme, **asked) if asked else None)
    return Page(Report.of(results, only={section}).html())


# What people answered


@pytest.mark.parametrize("name", ASKED)
def test_every_answer_of_every_questionnaire_stands_under_its_construct(name: str) -> None:
    of, people = LIBRARY[name], six(name)
    page = told("asked", rounds=rounds(("spring", name, "anonymous")), answers=answers("spring", *people))
    assert of.title in page.text and PARAPHRASE in page.text
    assert "6 people answered. Nobody is named, and no group of fewer than 5 is shown." in page.text
    assert all(caution in page.text for caution in of.cautions)
    drawn = {root.name for root in roots(of) if any(shown(of, people, one) for one in under(of, root.id))}
    assert {f"{one}: how many gave each answer." for one in drawn} <= {label for label in labels(page)}
    assert of.scoring.total or "In all" not in page.text


def test_a_total_stands_where_its_authors_defined_one_and_after_the_dots() -> None:
    of = LIBRARY["nhs-sustainability"]
    best = {one.id: max(of.scale(one).options, key=lambda option: option.points or 0).value for one in of.questions}
    people = [(f"p{nth}", "nurse", best) for nth in range(5)]
    page = told("asked", rounds=rounds(("spring", of.id, "anonymous")), answers=answers("spring", *people))
    rows = cells(page.source, "What the answers come to.")
    at = rows.index(("th", "In all"))
    assert [text for _, text in rows[at : at + 4]] == ["In all", "100", "10", "10"]
    assert page.text.index("how many gave each answer") < page.text.index("What the answers come to.")
    assert "optimism" not in page.text


def shown(of: Any, people: Any, construct: str | None) -> bool:
    """Whether anybody answered a question of a construct that can be counted, often enough."""
    kinds = {one.id: of.scale(one).kind for one in of.questions if one.of == construct}
    counted = [one for one, kind in kinds.items() if kind not in ("text", "day")]
    thirds = {one.value for scale in of.scales for one in scale.thirds}
    said = [[told[one] for _, _, told in people if told.get(one, "") not in ("", *thirds)] for one in counted]
    return any(len([each for each in one if ":" not in each]) >= 5 for one in said)


def labels(page: Page) -> list[str]:
    """The captions of the tables."""
    return [str(each.get("aria-label")) for tag, each in page.elements if tag == "div" and each.get("aria-label")]


def test_nothing_is_shown_of_a_round_of_four_or_of_one_that_has_not_closed() -> None:
    name, few = "nhs-sustainability", answers("few", *six("nhs-sustainability", 4))
    later = answers("later", *six(name, 9))
    both = rounds(("few", name, "anonymous"), ("later", name, "anonymous"))
    both["closes"] = [date(2024, 12, 1), date(2025, 1, 1)]
    page = told("asked", rounds=both, answers=pl.concat([few, later]))
    assert "Fewer than 5 answered." in page.text
    assert "It is shown after the day on which it closes." in page.text
    assert [tag for tag, _ in page.elements if tag == "figure"] == []
    assert not re.search(r"\d people answered", page.text)


def test_a_round_is_shown_on_the_day_after_it_closed_and_no_clock_is_read() -> None:
    name = "nhs-sustainability"
    tables = {"rounds": rounds(("spring", name, "anonymous")), "answers": answers("spring", *six(name))}
    assert "6 people answered" in told("asked", {"as_at": "2024-03-01"}, **tables).text
    assert "6 people answered" not in told("asked", {"as_at": "2024-02-29"}, **tables).text
    unsaid = told("asked", {"as_at": None}, **tables)
    assert "6 people answered" not in unsaid.text and "as_at in programme.yaml" in unsaid.text
    assert "6 people answered" in told("asked", {"as_at": None}, {"on": date(2024, 3, 2)}, **tables).text
    assert "6 people answered" not in told("asked", {"as_at": None}, {"on": date(2024, 3, 1)}, **tables).text
    assert "6 people answered" not in told("asked", {"as_at": "2099-01-01"}, {"on": date(2024, 3, 1)}, **tables).text


def test_what_a_round_promised_is_kept() -> None:
    name = "nhs-sustainability"
    mine = pl.DataFrame(rounds(("spring", name, "anonymous"))).with_columns(
        floor=8, opens=None, invited=None, shown_from=pl.lit(CLOSED).cast(pl.Datetime)
    )
    tables = {"rounds": rounds(("spring", name, "anonymous")), "answers": answers("spring", *six(name, 7))}
    page = told("asked", None, {"rounds": mine}, **tables)
    assert "Fewer than 8 answered." in page.text
    assert "7 people answered" in told("asked", **tables).text


def test_questions_that_too_few_answered_are_named_and_not_shown() -> None:
    people = [(f"p{n}", "nurse", {"co1": "agree"} | ({"co2": "agree"} if n < 3 else {})) for n in range(7)]
    page = told("asked", rounds=rounds(("spring", "npt", "anonymous")), answers=answers("spring", *people))
    names = {one.id: one.short for one in LIBRARY["npt"].questions}
    assert f"1 question is withheld: {names['co2']}." in page.text
    assert "Nobody answered 21 questions" in page.text
    assert names["co2"] not in page.text.partition("how many gave each answer")[2].partition("To bear in mind")[0]


def test_small_groups_stand_together_and_it_is_said() -> None:
    people = six("nhs-sustainability", 6, "nurse") + six("nhs-sustainability", 7, "doctor")
    people += six("nhs-sustainability", 2, "chaplain")
    people = [(f"q{nth}", role, {"benefits": said["benefits"]}) for nth, (_, role, said) in enumerate(whole(people))]
    mine = {"rounds": rounds(("spring", "nhs-sustainability", "anonymous")), "answers": answers("spring", *people)}
    page = told("asked", **mine)
    assert "By role, one question at a time: 2 groups. Small ones stand together: chaplain or nurse." in page.text
    openly = {**mine, "rounds": rounds(("spring", "nhs-sustainability", "open"))}
    assert "By role" not in told("asked", **openly).text


def whole(people: list[Any]) -> list[Any]:
    """The same people, each with an answer to the first question."""
    of = LIBRARY["nhs-sustainability"]
    first, options = of.questions[0].id, of.scale(of.questions[0]).options
    return [(who, role, {"benefits": said.get(first, options[0].value)}) for who, role, said in people]


def test_what_moved_is_told_of_rounds_that_were_asked_in_the_same_way() -> None:
    said = [("agree", "disagree")[nth % 2] for nth in range(8)]
    before = answers("r1", *[(f"p{n}", "nurse", {"co1": one}) for n, one in enumerate(said)])
    after = answers("r2", *[(f"p{n}", "nurse", {"co1": "agree"}) for n in range(8)])
    tables = {"answers": pl.concat([before, after])}
    page = told("asked", rounds=rounds(("r1", "npt", "anonymous"), ("r2", "npt", "anonymous")), **tables)
    assert "What moved since r1" in [text for _, text in page.headings]
    assert "Of 1 question that can be compared, people agree more than before on 1." in page.text
    mixed = told("asked", rounds=rounds(("r1", "npt", "open"), ("r2", "npt", "anonymous")), **tables)
    assert "The round before, r1, was asked in another way" in mixed.text
    assert "What moved" not in mixed.text


def test_low_elements_are_places_to_prepare() -> None:
    of = LIBRARY["infra3s"]
    low, high = [one for one in of.questions if of.scale(one).kind == "number"][:2]
    people = [(f"p{n}", "observer", {low.id: "1", high.id: "5"}) for n in range(5)]
    page = told("asked", rounds=rounds(("spring", "infra3s", "anonymous")), answers=answers("spring", *people))
    assert f"Places to prepare, where the half-way answer is low: {low.short}." in page.text


def test_what_depends_on_what_stands_with_its_day_though_nothing_was_asked() -> None:
    one, two = LIBRARY["nasss"].questions[:2]
    links = {
        "instrument": ["nasss"] * 2, "from_question": [one.id] * 2, "to_question": [two.id] * 2,
        "text": ["more of one, more of the other", "too late"], "on": ["2024-01-05", "2025-01-05"],
    }  # fmt: skip
    page = told("asked", links=links)
    assert "It was not asked in a round here." in page.text
    assert "more of one, more of the other" in page.text and "5 Jan 2024" in page.text
    assert "too late" not in page.text


# What was written, and what is intended


@pytest.mark.parametrize("name", WRITTEN)
def test_every_record_and_plan_stands_with_what_changed_between_two(name: str) -> None:
    of = LIBRARY[name]
    once, again = (said_by(name, nth) for nth in (0, 1))
    section = "records" if of.kind == "record" else "intended"
    page = told(section, entries=entries(name, ("2024-02-01", once), ("2024-06-01", again)))
    assert "Written 2 times, on 1 Feb 2024 and 1 Jun 2024. By team." in page.text
    asked = [one for one in of.questions if not one.by_site]
    changed = sum(once[one.id, None] != again[one.id, None] for one in asked)
    assert f"From 1 Feb 2024 to 1 Jun 2024, of {len(asked)} answers: {changed} changed." in page.text
    assert all(caution in page.text for caution in of.cautions)
    assert PARAPHRASE in page.text


def said_by(name: str, nth: int) -> dict[tuple[str, str | None], str]:
    """What a team writes to an instrument, as entries have it."""
    said = respondents.team(LIBRARY[name], SITES, nth)
    words = {place: f"{answer}: {said.words[place]}" for place, answer in said.answers.items() if place in said.words}
    return {(question, site or None): text for (question, site), text in (said.answers | words).items()}


def test_a_judgement_stands_in_words_with_its_reasons() -> None:
    fit = {("fit-setting", None): "strained", ("fit-setting-reasons", None): "Two nurses have left"}
    page = told("records", entries=entries("dsf", ("2024-02-01", fit)))
    assert "Strained: it goes, with effort or friction" in page.text
    assert "Two nurses have left" in page.text
    assert "33 questions were left open." in page.text


def test_what_was_written_after_the_day_that_is_counted_is_not_shown() -> None:
    first, second = ({("learned", None): text} for text in ("Early", "Late"))
    page = told(
        "records", {"as_at": "2024-03-31"}, entries=entries("dsf", ("2024-02-01", first), ("2024-06-01", second))
    )
    assert "Early" in page.text and "Late" not in page.text


def test_records_of_sites_stand_in_the_order_of_names_and_say_where_places_differ() -> None:
    rows = entries("conditions7", *[("2024-02-01", {("leadership", site): "x"}) for site in SITES])
    of = LIBRARY["conditions7"]
    asked = next(one for one in of.questions if of.scale(one).kind == "one of")
    values = [one.value for one in of.scale(asked).options]
    rows |= {"subject": ["site"] * 2, "question": [asked.id] * 2, "site": ["W2", "W1"], "text": values[:2]}
    page = told("records", entries=rows)
    assert [text for level, text in page.headings if text.startswith("About")] == ["About Ward 1", "About Ward 2"]
    says = [one.says for one in of.scale(asked).options][:2]
    assert f"{says[1]}: Ward 1; {says[0]}: Ward 2" in page.text or f"{says[0]}: Ward 2; {says[1]}: Ward 1" in page.text


def test_a_plan_says_what_is_missing_and_counts_steps_where_logarithms_would_not() -> None:
    page = told("intended", entries=entries("full-scale", ("2024-02-01", {("full-number", None): "125"})))
    assert "28 questions of this plan have no answer: What is scaled; One unit;" in page.text
    assert "3 steps to 125 units, 5 times as many at each" in page.text
    more = {("full-number", None): "10", ("units-now", None): "12"}
    wrong = told("intended", entries=entries("full-scale", ("2024-02-01", more)))
    assert "It works in 12 units, which is more than the 10 of full scale" in wrong.text


def test_a_tracker_is_called_by_its_changes_and_judgements_of_team_and_faculty_stand_apart() -> None:
    first = {("elements", None): "Huddles\nCalls", ("element-1", "W1"): "testing", ("element-2", "W1"): "whole"}
    first |= {("progress-team", "W1"): "2.5: our chart", ("progress-faculty", "W1"): "2.0: a visit"}
    page = told("intended", entries=entries("ihi-spread", ("2024-02-01", first)))
    heads = [text for tag, text in cells(page.source, "Where each site stands") if tag == "th"]
    assert heads[heads.index("Site") :][:3] == ["Site", "Huddles", "Calls"]
    assert "In use in the whole unit (1 Feb 2024)" in page.text
    assert "1 site said nothing yet." in page.text
    assert "Progress, team 2.5 on 1 Feb 2024 and Progress, faculty 2 on 1 Feb 2024" in page.source
    assert "our chart" in page.text and "a visit" in page.text


def cells(source: str, after: str) -> list[tuple[str, str]]:
    """The cells of every table after some words, in order."""
    return re.findall(r"<(t[hd])\b[^>]*>(.*?)</t[hd]>", source.partition(after)[2])


def test_what_was_written_to_an_instrument_that_is_not_here_is_kept_and_said() -> None:
    rows = entries("dsf", ("2024-02-01", {("learned", None): "Something"})) | {"instrument": ["gone-survey"]}
    page = told("records", entries=rows)
    assert "Kept, and not shown question by question: gone-survey (1 answer)." in page.text


def test_what_anybody_wrote_is_only_words() -> None:
    page = told("records", entries=entries("dsf", ("2024-02-01", {("learned", None): HOSTILE}), by=HOSTILE))
    assert {tag for tag, _ in page.elements} & {"script", "img"} == set()
    assert page.open == [] and HOSTILE in " ".join(page.words)


# What was chosen, and where nothing is


def test_a_choice_stands_with_its_reason_and_what_serves_it_though_nothing_else_is_recorded() -> None:
    choice = {"chosen": ["npt"], "why": "Dates do not say whether it is normal", "by": "The board", "on": "2024-01-05"}
    page = Page(Report.of(Programme({"name": "Ours", "frameworks": [choice]})).html())
    assert "Dates do not say whether it is normal" in page.text
    assert "The board, 5 Jan 2024" in page.text
    assert "(not used yet)" in page.text


def test_there_are_no_sections_of_instruments_where_none_was_used() -> None:
    page = Page(Report.of(wards()).html())
    titles = [text for level, text in page.headings if level == 2]
    assert [one for one in titles if one.startswith(("What people answered", "What teams wrote", "What is int"))] == []
    assert "The frameworks chosen, and why" not in titles
