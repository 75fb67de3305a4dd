"""Does it last? Each rule for "sustained" beside the others; no rule is the default."""

from __future__ import annotations

import altair as alt
import polars as pl

from takeroot.charts.marks import ByHand, nothing
from takeroot.charts.theme import Sheet
from takeroot.charts.wording import listed, number, percent, sentence, wrapped


def sustained_by_rule(by_rule: pl.DataFrame, *, width: int = 720) -> alt.LayerChart:
    """Each rule for "sustained" with the share it gives and its interval; no rule is the default.

    Parameters
    ----------
    by_rule
        What :func:`takeroot.sustainment.by_rule` gives.
    width
        In pixels; 340 for a phone.
    """
    sheet = Sheet(width, left=8, right=12)
    title = "Sustained, by each rule"
    if not by_rule.height:
        return nothing(sheet, title, "No rule for “sustained” is written down yet.")
    hand = ByHand(sheet)
    told, y = [], 0.0
    for row in by_rule.iter_rows(named=True):
        says = row.get("says") or row["rule"]
        verdict = (
            f"{number(row['sustained'])} of {number(row['judged'])} sustained"
            if row["judged"]
            else "none can be judged yet"
        )
        y = hand.name(y + sheet.letters, row["rule"], verdict, "ink")
        rest = says.removeprefix(f"{row['rule']}: ")
        for line in wrapped(sentence(rest), sheet.plot, sheet.letters - 0.5):
            y += sheet.line
            hand.words(0, y, line, hue="soft", size=sheet.letters - 0.5)
        y += 16
        hand.track(y)
        if row["share"] is not None:
            hand.line(row["lower"] * sheet.plot, y, row["upper"] * sheet.plot, y, "main", 4)
            hand.dot(row["share"] * sheet.plot, y, size=120)
        y += 14 + sheet.letters
        others = [
            f"{number(row[name])} {label}"
            for name, label in (
                ("not_sustained", "not sustained"),
                ("not_known", "not known"),
                ("too_early", "too early to judge"),
            )
            if row[name]
        ]
        hand.words(0, y - 3, listed(others) if others else "", hue="soft", size=sheet.letters - 0.5)
        y += 16
        told.append(
            f"{says} {sentence(verdict)[:-1]}"
            + (f", {percent(row['lower'])} to {percent(row['upper'])}" if row["share"] is not None else "")
            + (f"; {listed(others)}" if others else "")
        )
    hand.percentages(y - 12)
    return sheet.finished(
        hand.layers(),
        title=title,
        subtitle="Dot: share of the sites that the rule can judge. Bar: 95% interval (Wilson). No rule is the default.",
        says=f"{'. '.join(told)}.",
        height=y,
        below=20,
    )
