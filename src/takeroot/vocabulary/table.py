"""A table: an agreement about columns, with the one doorway through which rows come in.

``TABLE.read(source)`` takes a polars or pandas frame, anything polars makes a frame of, or the path of a CSV, Excel or
Parquet file. It gives a polars frame with the table's columns, of the table's kinds (see
:mod:`~takeroot.vocabulary.column`), or raises one :class:`~takeroot.errors.FaultyInput` that lists every fault with its
row and column.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import polars as pl

from takeroot.vocabulary import door
from takeroot.vocabulary.column import Agreement, Dates, IntoFrame

_LETTERS = b"abcdefghijklmnopqrstuvwxyz234567"


class Table(Agreement):
    """An agreement about columns that frames and files are read by; its parts are those of an agreement."""

    def read(
        self, source: IntoFrame, *, dates: Dates | None = None, encoding: str | None = None, strict: bool = False
    ) -> pl.DataFrame:
        """A copy of the source with these columns of these kinds.

        Parameters
        ----------
        source
            A frame, columns by name, or the path of a CSV, Excel or Parquet file (its one sheet, or that of this name).
        dates
            How days such as 03/04/2024 are written, where every one in a column reads both ways.
        encoding
            How the bytes of a CSV file are to be read, if not as UTF-8.
        strict
            Refuse columns that the table does not have. Else they travel along, after the table's own.

        Raises
        ------
        FaultyInput
            With every fault, its row and its column.

        Examples
        --------
        >>> from takeroot.vocabulary.tables import VALUES
        >>> VALUES.read({"measure": ["falls"], "site": ["A"], "on": ["2024-03"], "value": ["4"]}).row(0)[:4]
        ('falls', 'A', datetime.date(2024, 3, 1), 4.0)
        """
        return door.read(self, source, dates=dates, encoding=encoding, strict=strict)

    def identified(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame with an ``id`` in every row: its own, or a short hash of its key that is the same everywhere."""
        own = frame["id"] if "id" in frame.columns else pl.Series("id", [None] * frame.height, dtype=pl.String)
        if not frame.height or not own.null_count():
            return frame.with_columns(own.cast(pl.String))
        keys = frame.select(pl.col(self.unique_by).cast(pl.String).fill_null("\x1f"))
        joined = keys.select(pl.concat_str(pl.all(), separator="\x1e")).to_series()
        made = [short for part in _parts(joined) for short in _short(part)]
        return frame.with_columns(id=pl.Series(own).fill_null(pl.Series(made)))

    def references(self, frame: pl.DataFrame) -> pl.Series:
        """``table:id`` of each row."""
        return (self.name + ":" + self.identified(frame)["id"]).rename("reference")


def _parts(keys: pl.Series) -> Iterator[list[str]]:
    """Some thousands at a time, so that a million are not held as bits."""
    return (part.to_series().to_list() for part in keys.to_frame().iter_slices(20_000))


def _short(keys: list[str]) -> list[str]:
    """64 bits of a hash as 13 letters and digits: a million rows share one with odds of about one in thirty million.

    Base 32 as of RFC 4648, in small letters and without padding, for many keys at once.
    """
    import numpy as np

    digests = b"".join(hashlib.blake2b(key.encode(), digest_size=8).digest() for key in keys)
    bits = np.unpackbits(np.frombuffer(digests, dtype=np.uint8).reshape(-1, 8), axis=1)
    fives = np.pad(bits, ((0, 0), (0, 1))).reshape(len(keys) * 13, 5)
    letters = np.frombuffer(_LETTERS, np.uint8)[np.packbits(fives, axis=1)[:, 0] >> 3].tobytes().decode()
    return [letters[at : at + 13] for at in range(0, len(letters), 13)]
