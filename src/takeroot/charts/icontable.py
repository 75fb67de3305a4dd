"""What does every measure show at every site? Icons, one row for each site, one column for each measure.

Sites and measures keep the order in which they come; nothing is sorted by what it shows. Each cell has two icons: what
the latest point shows, and whether the target is in reach. An empty place is a measure that a site has no value of.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import polars as pl

from takeroot.analysis.spc import VARIATION
from takeroot.charts.icons import (
    Part,
    assurance_parts,
    assurance_says,
    variation_parts,
    variation_says,
)
from takeroot.charts.marks import ByHand, nothing
from takeroot.charts.theme import Sheet
from takeroot.charts.wording import agree, counted, listed, wrapped

_SIZE, _GAP, _ROW = 22, 4, 32
_COLUMNS = {
    "measure": pl.String(),
    "site": pl.String(),
    "variation": pl.String(),
    "high": pl.Boolean(),
    "assurance": pl.String(),
    "variation_says": pl.String(),
    "assurance_says": pl.String(),
    "says": pl.String(),
}


def icon_cells(rows: pl.DataFrame) -> pl.DataFrame:
    """What each measure shows at each site, in the order in which they come, to be set out as a table.

    Parameters
    ----------
    rows
        What :func:`takeroot.spc.summary` gives; of several phases the latest is taken. Whether an improvement or a
        concern lies high or low is read from ``high`` or, where the direction is there, from ``improves``; else from
        the latest value and its centre.

    Returns
    -------
    DataFrame
        One row for each measure and site that meet: ``measure``, ``site``, ``variation``, ``high``, ``assurance``,
        what both icons say in words (``variation_says``, ``assurance_says``), and ``says``.

    Examples
    --------
    >>> rows = {"measure": ["falls"], "site": ["A"], "variation": ["concern"], "assurance": [None]}
    >>> rows |= {"improves": ["down"]}
    >>> icon_cells(pl.DataFrame(rows)).select("high", "variation_says").row(0)
    (True, 'Unusual and worse: high values')
    """
    if not rows.height:
        return pl.DataFrame(schema=_COLUMNS)
    latest = rows
    if "phase" in rows.columns:
        latest = rows.filter(pl.col("phase") == pl.col("phase").max().over("measure", "site"))
    said = latest.with_columns(
        high=pl.when(pl.col("variation").is_in(["improvement", "concern"])).then(_high(rows)),
        says=pl.col("says") if "says" in rows.columns else pl.lit(None, dtype=pl.String),
        assurance=pl.col("assurance").cast(pl.String),
    )
    words = [
        (variation_says(variation, high), assurance_says(assurance))
        for variation, high, assurance in said.select("variation", "high", "assurance").iter_rows()
    ]
    return said.with_columns(
        variation_says=pl.Series([one for one, _ in words], dtype=pl.String),
        assurance_says=pl.Series([other for _, other in words], dtype=pl.String),
    ).select(*_COLUMNS)


def icon_table(rows: pl.DataFrame, *, title: str = "", width: int = 720) -> alt.LayerChart:
    """Measure by site, as icons.

    Parameters
    ----------
    rows
        What :func:`takeroot.spc.summary` gives, sites and measures in the order in which they shall stand.
    title
        In words.
    width
        In pixels; 340 for a phone. Measures that find no room beside each other stand in a further block beneath.
    """
    sheet = Sheet(width, left=2, right=6)
    name = title or "What each measure shows, by site"
    cells = icon_cells(rows)
    if not cells.height:
        return nothing(sheet, name, "No value is recorded.")
    sites, measures = (cells[column].unique(maintain_order=True).to_list() for column in ("site", "measure"))
    found = {(cell["measure"], cell["site"]): cell for cell in cells.iter_rows(named=True)}
    names = round(sheet.plot * (0.3 if sheet.narrow else 0.26))
    across = max(1, int((sheet.plot - names) // (2 * _SIZE + _GAP + (12 if sheet.narrow else 30))))
    across = -(-len(measures) // -(-len(measures) // across))
    each = min((sheet.plot - names) / across, 130)
    hand, y = ByHand(sheet), 0.0
    for begin in range(0, len(measures), across):
        block = measures[begin : begin + across]
        y = _heads(hand, block, names, each, y + (18 if begin else 0))
        for place, site in enumerate(sites):
            y = _row(hand, site, [found.get((measure, site)) for measure in block], (names, each, y), place)
    end = _key(hand, cells, y + 14)
    return sheet.finished(
        hand.layers(),
        title=name,
        subtitle="For each site in its given order: what the latest value shows, and beside it whether the target is "
        "in reach. An empty ring: too few points, or no target.",
        says=_told(cells, sites, measures),
        height=y,
        below=end - y + 10,
    )


def _high(rows: pl.DataFrame) -> pl.Expr:
    if "high" in rows.columns:
        return pl.col("high")
    lies = pl.col("latest") > pl.col("centre") if {"latest", "centre"} <= set(rows.columns) else pl.lit(None)
    if "improves" not in rows.columns:
        return lies
    told = (pl.col("improves") == "up") == (pl.col("variation") == "improvement")
    return pl.when(pl.col("improves").is_in(["up", "down"])).then(told).otherwise(lies)


def _heads(hand: ByHand, block: list[str], names: float, each: float, y: float) -> float:
    """The names of measures above their columns; gives where the rows begin."""
    small = hand.sheet.letters - 1
    lines = [wrapped(measure, each - 8, small * 1.05)[:3] for measure in block]
    deep = max(len(line) for line in lines)
    for place, words in enumerate(lines):
        for n, word in enumerate(words):
            base = y + (deep - len(words) + n + 1) * (small + 3)
            hand.words(names + place * each, base, word, size=small, bold=True)
    return y + deep * (small + 3) + 8


def _row(
    hand: ByHand, site: str, cells: list[dict[str, Any] | None], at: tuple[float, float, float], place: int
) -> float:
    """One site: its name and its icons; gives where the next begins."""
    names, each, y = at
    sheet = hand.sheet
    hand.line(0, y, sheet.plot, y, "grid", 1)
    words = wrapped(site, names - 8, sheet.letters)
    if len(words) > 2:
        words = [words[0], f"{words[1][:-1]}…"]
    tall = max(_ROW, len(words) * sheet.line + 8)
    middle = y + tall / 2
    for n, word in enumerate(words):
        hand.words(0, middle + (n - (len(words) - 1) / 2) * sheet.line + 0.35 * sheet.letters, word)
    for column, cell in enumerate(cells):
        x = names + column * each + _SIZE / 2
        if cell is None:
            hand.words(x - _SIZE / 2, middle + 0.35 * sheet.letters, "–", hue="soft")
            continue
        says = f"{cell['site']}, {cell['measure']}: {cell['says'] or cell['variation_says']}"
        _icon(hand, x, middle, variation_parts(cell["variation"], cell["high"]), says, f"{place:05d} {column:03d} 1")
        says = f"{cell['site']}, {cell['measure']}: {cell['assurance_says']}"
        parts = assurance_parts(cell["assurance"])
        _icon(hand, x + _SIZE + _GAP, middle, parts, says, f"{place:05d} {column:03d} 2")
    return y + tall


def _icon(hand: ByHand, x: float, y: float, parts: tuple[Part, ...], says: str = "", point: str = "") -> None:
    for order, part in enumerate(parts):
        told = {"says": says, "point": point} if order == 0 and says else {}
        hand.shape(x, y, _SIZE / 2, part.path, part.fill, part.stroke, part.weight, part.dash, order, **told)


def _key(hand: ByHand, cells: pl.DataFrame, y: float) -> float:
    """What the icons mean, for those that are there; gives where the key ends."""
    sheet = hand.sheet
    kinds = cells.select("variation", "high", "variation_says").unique(maintain_order=True)
    order = pl.col("variation").replace_strict({word: n for n, word in enumerate(VARIATION)}, return_dtype=pl.Int8)
    icons = [(variation_parts(word, high), says) for word, high, says in kinds.sort(order, "high").iter_rows()]
    assured = cells.select("assurance", "assurance_says").unique(maintain_order=True).sort("assurance", nulls_last=True)
    icons += [(assurance_parts(word), says) for word, says in assured.iter_rows() if word is not None]
    hand.line(0, y - 14, sheet.plot, y - 14, "axis", 1)
    columns = 1 if sheet.narrow else 2
    each, small = sheet.plot / columns, sheet.letters - 1
    told = [wrapped(says, each - _SIZE - 12, small)[:2] for _, says in icons]
    for begin in range(0, len(icons), columns):
        tall = max(_SIZE + 6, *(len(lines) * (small + 3) + 8 for lines in told[begin : begin + columns]))
        for column, ((parts, _), lines) in enumerate(
            zip(icons[begin : begin + columns], told[begin : begin + columns], strict=True)
        ):
            x, middle = column * each, y + tall / 2
            _icon(hand, x + _SIZE / 2, middle, parts)
            for n, line in enumerate(lines):
                base = middle + (n - (len(lines) - 1) / 2) * (small + 3) + 0.35 * small
                hand.words(x + _SIZE + 8, base, line, hue="soft", size=small)
        y += tall
    return y


def _told(cells: pl.DataFrame, sites: list[str], measures: list[str]) -> str:
    counts = []
    for word, meaning in VARIATION.items():
        n = cells.filter(variation=word).height
        if n:
            counts.append(f"{n} {meaning[0].lower()}{meaning[1:]}")
    empty = len(sites) * len(measures) - cells.height
    none = f" {counted(empty, 'places')} {agree(empty, 'has', 'have')} no value." if empty else ""
    told = [
        f"{n} will {'keep meeting' if word == 'pass' else 'keep missing'} the target unless something changes"
        for word in ("pass", "fail")
        if (n := cells.filter(assurance=word).height)
    ]
    chance = cells.filter(assurance="hit_and_miss").height
    told += [f"{chance} may meet or miss it by chance"] if chance else []
    targets = f" Of those with a target, {listed(told)}." if told else ""
    return f"{counted(len(sites), 'sites')} and {counted(len(measures), 'measures')}: {listed(counts)}.{targets}{none}"
