"""Where sites stand as time goes on, how often they leave and return, and what an answer owes to its rule."""

from __future__ import annotations

import altair as alt
import polars as pl

from takeroot.charts.marks import ByHand, nothing
from takeroot.charts.strips import Row, months_beneath, stacked
from takeroot.charts.sustain import FEW, told_apart
from takeroot.charts.theme import Sheet
from takeroot.charts.wording import ENOUGH_FOR_A_PERCENTAGE, agree, counted, listed, number, percent, sentence

#: States in the order in which they stand; others follow in their own.
ORDER = ("embedded", "using", "paused", "stopped: decided", "stopped: replaced", "stopped: lapsed", "stopped: not said")
_IN_USE = ("embedded", "using", "in use")


def occupancy_over_time(occupancy: pl.DataFrame, *, rule: str = "", width: int = 720) -> alt.LayerChart:
    """The share of sites in each state, by months since the clock's zero; the rows sum to 100 % at every time.

    Parameters
    ----------
    occupancy
        What :func:`takeroot.sustainment.occupancy` gives, of one group.
    rule
        The rule in words.
    width
        In pixels; 340 for a phone.
    """
    title = "Where sites stand, by months since the clock began"
    if not occupancy.height:
        return nothing(Sheet(width, 2), title, f"{rule} Its clock has started nowhere yet.".strip())
    last = max(float(occupancy["months"].max() or 0), 1.0)
    there = occupancy["state"].unique().to_list()
    states = [*(state for state in ORDER if state in there), *sorted(set(there) - {*ORDER})]
    sheet = Sheet(width, 4, 62)
    hand, rows, told = ByHand(sheet), [], []
    for state in states:
        mine = told_apart(occupancy.filter(state=state).sort("months"), last, sheet.plot / 2)
        places = [(months / last, share) for months, share in mine.select("months", "share").iter_rows()]
        known = mine.drop_nulls(["lower", "upper"])
        lower, upper = (
            [(months / last, end) for months, end in known.select("months", name).iter_rows()]
            for name in ("lower", "upper")
        )
        end = mine.row(-1, named=True)
        rows.append(Row(state, percent(end["share"]), [*places, (1.0, places[-1][1])], lower, upper, state in _IN_USE))
        limits = f" ({percent(end['lower'])} to {percent(end['upper'])})" if end["lower"] is not None else ""
        told.append(f"{percent(end['share'])} {state}{limits}")
    followed = occupancy.group_by("months").agg(pl.col("at_risk").sum()).filter(pl.col("at_risk") >= FEW)["months"]
    until = float(followed.max() or 0) if len(followed) else 0.0
    few = f" After month {number(until)}, fewer than {FEW} sites are followed." if until < last else ""
    layers, base = stacked(hand, rows, 34 if sheet.narrow else 40)
    months_beneath(hand, last, base)
    return sheet.finished(
        [*layers, *hand.layers()],
        title=title,
        subtitle=f"{sentence(f'Rule: {rule}') if rule else ''} Each row from 0 to 100% of sites (Aalen-Johansen); "
        f"broken lines: 95% interval. At the right, at the end.{few}".strip(),
        says=f"After {number(last)} months: {listed(told)}. {rule}",
        height=base,
        below=34,
    )


def leaving_and_returning(
    lapses: pl.DataFrame, returns: pl.DataFrame, *, rule: str = "", width: int = 720
) -> alt.LayerChart:
    """How often a site has left, and how often one has come back, on average, by months since the clock's zero.

    Parameters
    ----------
    lapses, returns
        What :func:`takeroot.sustainment.mean_cumulative` gives of lapses, and of returns.
    rule
        The rule in words.
    width
        In pixels; 340 for a phone.
    """
    title = "Leaving and coming back, times a site"
    both = [("Left", lapses), ("Came back", returns)]
    if not any(frame.height for _, frame in both):
        return nothing(Sheet(width, 2), title, f"{rule} No site was followed.".strip())
    last = max(1.0, *(float(frame["months"].max() or 0) for _, frame in both if frame.height))
    tops = [float(frame[name].max() or 0) for _, frame in both for name in ("mean", "upper") if frame.height]
    top = max(0.1, *tops)
    sheet = Sheet(width, 4, 62)
    hand, rows, told = ByHand(sheet), [], []
    for name, frame in both:
        mine = frame.sort("months")
        if not mine.height:
            continue
        places = [(months / last, mean / top) for months, mean in mine.select("months", "mean").iter_rows()]
        known = mine.drop_nulls(["lower", "upper"])
        lower, upper = (
            [(months / last, end / top) for months, end in known.select("months", side).iter_rows()]
            for side in ("lower", "upper")
        )
        end = mine.row(-1, named=True)
        rows.append(Row(name, f"{end['mean']:.2f}", [*places, (1.0, places[-1][1])], lower, upper, name == "Left"))
        limits = f" (95% interval {end['lower']:.2f} to {end['upper']:.2f})" if end["lower"] is not None else ""
        many = int(mine["events"].sum())
        told.append(f"{name.lower()} {end['mean']:.2f} times{limits}, {counted(many, 'times')} in all")
    layers, base = stacked(hand, rows, 64 if sheet.narrow else 80)
    months_beneath(hand, last, base)
    return sheet.finished(
        [*layers, *hand.layers()],
        title=title,
        subtitle=f"{sentence(f'Rule: {rule}') if rule else ''} Mean number a site by then, both rows from 0 to "
        f"{top:.2f}; broken lines: 95% interval (Lawless and Nadeau).".strip(),
        says=f"After {number(last)} months a site had {' and '.join(told)}. {rule}",
        height=base,
        below=34,
    )


#: What may be otherwise about a rule, as people say it.
CHANGED = {
    "months": "For how many months",
    "zero": "Clock starts at",
    "grace": "Months out overlooked",
    "core share": "Share of the core",
}


def rules_varied(varied: pl.DataFrame, *, rule: str = "", width: int = 720) -> alt.LayerChart:
    """What a rule would answer if one thing about it were otherwise.

    Parameters
    ----------
    varied
        What :func:`takeroot.sustainment.varied` gives, of one rule.
    rule
        The rule in words.
    width
        In pixels; 340 for a phone.
    """
    sheet = Sheet(width, 8, 12)
    title = "How the answer changes with the rule"
    if not varied.height:
        return nothing(sheet, title, "No rule for “sustained” is written down yet.")
    hand, y, told = ByHand(sheet), 0.0, []
    left = round(sheet.plot * (0.3 if sheet.narrow else 0.2))
    right = round(sheet.plot * (0.2 if sheet.narrow else 0.16))
    plot = sheet.plot - left - right
    for (changed,), mine in varied.group_by("changed", maintain_order=True):
        hand.words(0, y + sheet.letters, CHANGED.get(str(changed), str(changed)), bold=True)
        y += sheet.letters + 8
        for row in mine.iter_rows(named=True):
            y += 18
            to, own = row["to"], row["declared"]
            hand.words(0, y + 4, to, bold=own)
            hand.line(left, y, left + plot, y, "grid", 2)
            said = f"{number(row['sustained'])} of {number(row['judged'])}" if row["judged"] else "none yet"
            hand.words(sheet.plot, y + 4, said, hue="ink" if own else "soft", bold=own, align="right")
            if row["share"] is not None:
                ends = (left + row["lower"] * plot, left + row["upper"] * plot)
                hand.line(ends[0], y, ends[1], y, "main" if own else "quiet", 4 if own else 2)
                if row["judged"] >= ENOUGH_FOR_A_PERCENTAGE:
                    hand.dot(left + row["share"] * plot, y, "diamond" if own else "circle", size=120 if own else 60)
        y += 14
        shares = mine.filter(pl.col("judged") >= ENOUGH_FOR_A_PERCENTAGE)["share"].drop_nulls()
        if len(shares):
            told.append(
                f"by {CHANGED.get(str(changed), str(changed)).lower()}, from {percent(shares.min())} to "
                f"{percent(shares.max())}"
            )
    hand.percentages(y - 10, left, plot)
    bare = varied.filter(pl.col("judged").is_between(1, ENOUGH_FOR_A_PERCENTAGE - 1)).height
    kept = (
        f" Where fewer than {ENOUGH_FOR_A_PERCENTAGE} sites are judged, only how many, and the interval."
        if bare
        else ""
    )
    few = varied.filter(pl.col("judged") == 0).height
    goes = f"The share sustained of those judged goes {'; '.join(told)}." if told else "Judged are too few for shares."
    none = f" {counted(few, 'variants')} {agree(few, 'judges', 'judge')} no site yet." if few else ""
    return sheet.finished(
        hand.layers(),
        title=title,
        subtitle=f"{sentence(f'Rule: {rule}') if rule else ''} Diamond: as it is declared. Circles: one thing "
        f"otherwise. Bars: 95% interval.{kept} No row is better than another.",
        says=f"{goes}{none} {rule}",
        height=y,
        below=22,
    )
