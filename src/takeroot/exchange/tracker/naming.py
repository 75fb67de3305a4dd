"""The words and the colours of a tracker, with what each most likely means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping as Keys
from collections.abc import Sequence

from takeroot.errors import quoted
from takeroot.exchange.tracker import colours
from takeroot.exchange.tracker.asking import meant
from takeroot.exchange.tracker.headings import heading
from takeroot.exchange.tracker.legend import by_key
from takeroot.exchange.tracker.mapping import ColourMeaning, ColumnMeaning, Mapping, WordMeaning
from takeroot.exchange.tracker.periods import day_in
from takeroot.exchange.tracker.seeing import Seen
from takeroot.exchange.tracker.sheets import Value, shown
from takeroot.exchange.tracker.words import NO, STAGES, STRUCK, YES, of_word, parted, plain
from takeroot.vocabulary.stages import Stage

#: Distinct words of one column that are looked at; a column of more is no status.
WORDS = 60


def _filled(one: Seen, mapping: Mapping, means: Sequence[str]) -> list[tuple[ColumnMeaning, list[Value]]]:
    """The columns of these meanings, and what stands below them."""
    rows = one.body.rows
    found = []
    for each in one.header.headings:
        column = mapping.column(each.text)
        if column is not None and (column.means in means or column.suggested.split(" ")[0] in means):
            found.append((column, [one.sheet.value(row, each.column) for row in rows]))
    return found


def words_in(
    chosen: Sequence[Seen], mapping: Mapping, known: Mapping | None, key: Keys[str, str]
) -> tuple[WordMeaning, ...]:
    """Every word that stands where a stage is said, with what it meant before, or most likely means."""
    words: dict[tuple[str, str], WordMeaning] = {
        (plain(one.word), heading(one.column)): one for one in (known.words if known else ())
    }
    for one in chosen:
        if any((row, one.names) in one.sheet.struck for row in one.body.rows):
            _add(words, STRUCK, ColumnMeaning(heading=STRUCK, means="status"), key)
        for column, values in _filled(one, mapping, ("status", "status in month", "reached", "began")):
            said = dict.fromkeys(parted(shown(value))[0] for value in values if _is_word(value, column))
            if len(said) > WORDS and column.means not in ("began", "reached"):
                said = dict.fromkeys(list(said)[:WORDS])
            if column.means == "status" and any(word in key and len(word) < 3 for word in said):
                said |= dict.fromkeys(word for word in key if len(word) < 3)
            for word in said:
                _add(words, word, column, key)
    return tuple(words.values())


def _is_word(value: Value, column: ColumnMeaning) -> bool:
    """Whether a value may be the word of a status: text, yes or no, and under a status also a small number."""
    numbered = column.means == "status" and isinstance(value, int | float) and 0 <= value <= 20
    return isinstance(value, str | bool) or numbered


def _add(words: dict[tuple[str, str], WordMeaning], word: str, column: ColumnMeaning, key: Keys[str, str]) -> None:
    if not word or len(word) > 120:
        return
    if column.means == "asked" and column.suggested.startswith("reached "):
        column = column.model_copy(update={"means": "reached", "stage": STAGES[column.suggested.split(" ")[1]]})
    under = column.heading if column.means == "reached" else ""
    if (word, heading(under)) in words or (word, "") in words:
        return
    meaning = of_word(word)
    if column.means == "reached":
        if day_in(word, "day-first") is not None:
            return
        if word in YES and column.stage is not None:
            words[word, heading(under)] = _of(word, under, column.stage, "under this heading it means yes")
        elif word in NO or meaning.stage is Stage.NOT_REACHED or (meaning.stage is None and meaning.sure == "sure"):
            words[word, heading(under)] = _of(word, under, "nothing", "under this heading it means no, or nothing yet")
        else:
            why = "it is neither yes nor no"
            words[word, heading(under)] = WordMeaning(
                word=word, column=under, suggested="nothing", sure="asked", why=why
            )
        return
    if column.means == "asked" and meaning.sure != "sure" and column.suggested != "status":
        return
    if column.means == "began" and (word in YES or meaning.sure != "sure" or meaning.stage is None):
        return
    stage = meaning.stage.value if meaning.stage else "nothing"
    answer = meant(stage, meaning.before_use, meaning.reason_kind or "")
    if meaning.sure != "sure":
        suggested = answer if meaning.stage or "different" in meaning.why else ""
        why = meaning.why
        if word in key:
            suggested = by_key(key[word]) or suggested
            why = f"the key says {quoted(key[word], 80)}"
        words[word, ""] = WordMeaning(word=word, suggested=suggested, sure="asked", why=why)
        return
    words[word, ""] = WordMeaning(
        word=word,
        means=meaning.stage or "nothing",
        before_use=meaning.before_use,
        reason_kind=meaning.reason_kind or "",  # type: ignore[arg-type]  # one of the three
        why=meaning.why,
    )


def _of(word: str, column: str, means: Stage | str, why: str) -> WordMeaning:
    return WordMeaning(word=word, column=column, means=means, why=why)  # type: ignore[arg-type]


def colours_in(
    chosen: Sequence[Seen], mapping: Mapping, known: Mapping | None, key: Keys[str, str]
) -> tuple[ColourMeaning, ...]:
    """The colours of rows, asked about only where no words say where sites stand."""
    said = {one.colour: one for one in (known.colours if known else ())}
    count: Counter[str] = Counter()
    worded = any(one.means in ("status", "reached") or one.suggested == "status" for one in mapping.columns)
    for one in chosen:
        rows = one.body.rows
        looked = [each.column for each in one.header.headings]
        for row in rows if one.sheet.colours else ():
            count.update({colour for c in looked if (colour := one.sheet.cell(row, c).colour)})
    for colour, rows_of in count.most_common(20):
        if colour in said:
            continue
        if worded:
            why = "words beside it say where sites stand"
            said[colour] = ColourMeaning(colour=colour, means="nothing", why=why)
        else:
            why = f"{rows_of:,} rows have it, and no words say where these sites stand"
            suggested = {"green": "using", "amber": "preparing"}.get(colours.colour_name(colour), "")
            if colour in key:
                suggested = by_key(key[colour]) or suggested
                why = f"the key says {quoted(key[colour], 80)}"
            said[colour] = ColourMeaning(colour=colour, suggested=suggested, why=why)
    return tuple(said.values())
