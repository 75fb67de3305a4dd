"""What people say of changes besides their accounts: reasons, signals nobody has spoken of, and what nobody meant.

Gathered from the record for the second answer, each with the rows it rests on. Nothing of it is composed, and nothing
is inferred to be a reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from takeroot.analysis import fidelity
from takeroot.analysis.explanation.citing import each_reference
from takeroot.analysis.explanation.voices import GROUPS
from takeroot.analysis.fidelity.form import LOST
from takeroot.charts.wording import agree, counted, listed, number, sentence
from takeroot.reporting.results import Results
from takeroot.reporting.saying import entry
from takeroot.reporting.statement import Statement

#: So many of each sort are told; of more, the number.
MOST = 6


def gathered(results: Results) -> list[Statement]:
    """What the record holds of changes besides the accounts.

    Parameters
    ----------
    results
        The results of the programme's analyses.

    Returns
    -------
    list of Statement
        Changes that people marked as mattering, by a reason, an account or a note about them; signals that nobody has
        accounted for; where something lost what it is for; effects that nobody meant; and whose voices are missing.
    """
    return [one for part in (_marked, _signals, _lost, _unmeant, _voices) for one in part(results)]


def marked(results: Results) -> pl.DataFrame:
    """The changes that people marked as mattering: they gave a reason, cited it in an account, or noted it."""
    noted = each_reference(results.programme, "notes", "about")["cited"].unique()
    found = results.changes.with_columns(noted=pl.col("reference").is_in(noted.implode()))
    spoken = (pl.col("explanations") > 0) | (pl.col("accounts") > 0) | pl.col("noted")
    return found.filter(spoken).sort("on", "reference", descending=[True, False])


def mark(row: dict[str, Any]) -> str:
    """By what people marked a change as mattering, in a few words."""
    reasons, accounts = row["explanations"], row["accounts"]
    said = [
        counted(reasons, "reasons") if reasons else "",
        counted(accounts, "accounts") if accounts else "",
        "a note" if row["noted"] else "",
    ]
    return f"Marked by {listed([one for one in said if one])}."


def _marked(results: Results) -> Iterator[Statement]:
    found = marked(results)
    if not found.height:
        return
    differ = found.filter(state="accounts differ").height
    told = [
        f"{sentence(row['says'])} {mark(row)} [{row['reference']}]" for row in found.head(MOST).iter_rows(named=True)
    ]
    lead = (
        f"People gave a reason for {counted(found.height, 'changes')}, cited it or noted it"
        if found.height > 1
        else ("People gave a reason for one change, cited it or noted it")
    )
    apart = f"; of {number(differ)} the accounts differ" if differ else ""
    latest = "The latest: " if found.height > MOST else ""
    yield Statement(
        "\n\n".join((f"{lead}{apart}. {latest}".strip(), *told)),
        tuple(found["reference"]),
        about="Changes people marked as mattering",
    )


def _signals(results: Results) -> Iterator[Statement]:
    found = results.changes.filter("matters", kind="signal", state="no account yet").sort("on", descending=True)
    if not found.height:
        return
    latest = [f"{sentence(row['says'])} [{row['reference']}]" for row in found.head(3).iter_rows(named=True)]
    yield Statement(
        f"{counted(found.height, 'signals')} in measures {agree(found.height, 'has', 'have')} no account yet. "
        + "\n\n".join(("The latest:" if found.height > len(latest) else "", *latest)),
        tuple(found["reference"]),
        "Of many series some show a signal by chance alone." if found.height > 1 else "",
        "Signals with no account yet",
    )


def _lost(results: Results) -> Iterator[Statement]:
    """Where something is done and no longer does what it is for."""
    found = fidelity.form_and_function(results.programme).filter(pl.col("reads").is_in(LOST))
    if not found.height:
        return
    told, references = [], []
    for row in found.head(MOST).iter_rows(named=True):
        cited = [one.strip() for one in (row["references"] or "").split(";") if one.strip()]
        said = [f"{entry_.says} [{one}]" for one in cited if (entry_ := entry(results, one)) is not None]
        where = results.site(row["site"]) if row["site"] else "In the programme"
        reads = row["reads"].replace("still in use", "form kept (still in use)")
        told.append(f"{where}, {results.component(row['component'])}: {reads}. {' '.join(said)}")
        references += cited
    more = found.height - min(found.height, MOST)
    rest = f" And {number(more)} more." if more else ""
    yield Statement(
        "\n\n".join(told) + rest,
        tuple(dict.fromkeys(references)),
        "According to those who recorded it.",
        "Form kept, function lost" if found["reads"].str.contains("kept|still").all() else "Function lost",
    )


def _unmeant(results: Results) -> Iterator[Statement]:
    rows = results.programme.adaptations.filter(pl.col("effects_unintended").is_not_null())
    if results.as_at is not None:
        rows = rows.filter(pl.col("on") <= results.as_at)
    rows = rows.sort("on", "id", descending=[True, False])
    if not rows.height:
        return
    told = [
        f"{sentence(row['effects_unintended'])} ({row['what'].rstrip('.')}) [adaptations:{row['id']}]"
        for row in rows.head(MOST).iter_rows(named=True)
    ]
    more = rows.height - len(told)
    yield Statement(
        "\n\n".join(told) + (f" And {number(more)} more." if more else ""),
        tuple(f"adaptations:{row}" for row in rows["id"]),
        about="What nobody meant",
    )


def _voices(results: Results) -> Iterator[Statement]:
    """Whose voices the story does not have."""
    said = results.voices
    missing = said.filter(pl.sum_horizontal("notes", "explanations", "accounts") == 0)["group"].to_list()
    missing = [group for group in missing if group in GROUPS]
    if missing and results.programme.tables:
        yield Statement(
            f"Nothing that is shown here is in the voice of {listed(missing, 'or')}.", about="Whose voices are missing"
        )
