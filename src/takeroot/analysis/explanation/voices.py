"""Whose voices are in the record, and whose are missing? Groups of people, and what is said by each.

A note says whose voice it is, in words; explanations and accounts say by whom they are. These words are sorted into
the few groups of people that any programme has, by the words they hold; what belongs to none stands as other voices.
A group of which nothing is heard is shown with nothing, because a story that lacks a voice does not say so itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

#: The groups of people, and beginnings of words by which a voice belongs to one; the first that fits.
GROUPS: dict[str, str] = {
    "patients, carers and communities": (
        r"patient|(?<!home )carer|famil(?:y|ies)\b(?! doctor| physician| practice)|relative|parent|mother|father|"
        r"public|lay\b|"
        r"communit(?:y|ies)\b(?! nurs| midwi| doctor| team| hospital| pharmac| therap| staff| health)|resident\b|"
        r"service user|volunteer|citizen"
    ),
    "those who study, fund or regulate it": (
        "evaluat|research|author|academic|et al|fund|commission|regulat|inspect|ministr|policy|insur|audit|universit|"
        r"(?:19|20)\d\d"
    ),
    "those who run or support the programme": (
        "programme|project|faculty|coach|facilitat|trainer|improvement|sponsor|steering|foundation|collaborative|analyst"
    ),
    "those who lead and manage": "manage|matron|director|board|executive|chief|head|lead|chair|commander|owner",
    "those who do the work": (
        "nurs|midwi|doctor|physician|clinic|consultant|surg|anaesth|obstet|geriatric|therap|pharmac|staff|sister|team|"
        "ward|worker|practitioner|paramedic|porter|clerk|assistant|junior|registrar|dietit|radiograph|"
        "home care|gp|first sites"
    ),
}
OTHERS = "other voices"
_PATTERNS = {group: re.compile(rf"\b(?:{words})", re.IGNORECASE) for group, words in GROUPS.items()}
#: The tables that are in somebody's voice.
TABLES_OF = ("notes", "explanations", "accounts")

_VOICES = {
    "group": pl.String(),
    "notes": pl.Int64(),
    "explanations": pl.Int64(),
    "accounts": pl.Int64(),
    "sites": pl.Int64(),
    "latest": pl.Date(),
    "named": pl.String(),
}


def groups_of(voice: str) -> list[str]:
    """The groups of people to which a voice belongs: one for each of several who speak together.

    Examples
    --------
    >>> groups_of("ward manager"), groups_of("community nurse"), groups_of("Ada")
    (['those who lead and manage'], ['those who do the work'], ['other voices'])
    >>> groups_of("nurses and carers' group")
    ['patients, carers and communities', 'those who do the work']
    """
    parts = re.split(r"\band\b|[,;/&]", voice)
    found = {next((group for group, pattern in _PATTERNS.items() if pattern.search(part)), OTHERS) for part in parts}
    return [group for group in GROUPS if group in found] or [OTHERS]


def voices(programme: Programme) -> pl.DataFrame:
    """Each group of people, and how much of the story is in its voice; those of whom nothing is heard among them.

    Parameters
    ----------
    programme
        Its notes, explanations and accounts.

    Returns
    -------
    DataFrame
        In the order of :data:`GROUPS`, other voices last, if there are any: ``group``, ``notes``, ``explanations``,
        ``accounts`` (every version counts), ``sites`` (at how many a note is in that voice), ``latest`` (the last day)
        and ``named`` (the voices as they were written, in the order in which they were first heard). Notes of which it
        is not said whose voice they are count nowhere.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> notes = {"on": ["2024-05-01"] * 2, "title": ["One", "Two"], "voice": ["nurse", "carer"]}
    >>> voices(Programme("Falls", notes=notes)).filter(notes=0)["group"].to_list()[-1]
    'those who lead and manage'
    """
    said = pl.concat(
        [
            frame.select(
                pl.col(column).str.strip_chars().replace("", None).alias("voice"),
                pl.col("site") if "site" in frame.columns else pl.lit(None, pl.String).alias("site"),
                "on",
                table=pl.lit(table),
            )
            for table, column, frame in (
                ("notes", "voice", programme.notes),
                ("explanations", "by", programme.explanations),
                ("accounts", "by", programme.accounts),
            )
        ]
    ).drop_nulls("voice")
    pairs = [(voice, group) for voice in said["voice"].unique() for group in groups_of(voice)]
    belongs = pl.DataFrame(pairs, schema={"voice": pl.String, "group": pl.String}, orient="row")
    said = said.join(belongs, on="voice")
    counted = said.group_by("group").agg(
        *(pl.col("table").filter(pl.col("table") == name).len().alias(name) for name in TABLES_OF),
        sites=pl.col("site").drop_nulls().n_unique(),
        latest=pl.col("on").max(),
        named=pl.col("voice").sort_by("on", "voice", nulls_last=True).unique(maintain_order=True).str.join("; "),
    )
    every = pl.DataFrame({"group": [*GROUPS, *([OTHERS] if OTHERS in belongs["group"] else [])]})
    every = every.join(counted, on="group", how="left", maintain_order="left")
    every = every.with_columns(pl.col(*TABLES_OF, "sites").fill_null(0))
    return every.select(pl.col(name).cast(kind) for name, kind in _VOICES.items())
