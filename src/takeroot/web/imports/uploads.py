"""Files that were sent, kept for as long as somebody decides about them.

Each lies in a folder of its own with a random name, for its owner's eyes only; what the sender called it is text and
leads nowhere. What was made of it lies beside it. All of it goes when the file has come in or was dropped.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePath

from django.conf import settings

from takeroot.errors import TakerootError

#: What a file was called is shown, never followed; so many letters of it are enough to know it by.
LONGEST_NAME = 120
#: Seconds for which a file may be on its way without anything that names it.
A_DAY = 24 * 60 * 60


@dataclass(frozen=True)
class Kept:
    """A file that was sent: what it was called, where it lies, how large it is, and the SHA-256 of what it holds."""

    name: str
    kept_as: str
    size: int
    digest: str


def keep(name: str, chunks: Iterable[bytes]) -> Kept:
    """Keep a file that was sent, whole or not at all.

    Raises
    ------
    TakerootError
        If it is larger than may be sent, or empty.
    """
    kept_as = secrets.token_hex(16)
    place = where(kept_as)
    place.mkdir(parents=True, mode=0o700)
    size, told = 0, sha256()
    try:
        with open(place / "sent", "xb", opener=_for_its_owner) as file:
            for chunk in chunks:
                size += len(chunk)
                if size > settings.UPLOAD_BYTES:
                    raise TakerootError(too_large())
                told.update(chunk)
                file.write(chunk)
        if not size:
            raise TakerootError("The file is empty; choose one that holds something.")
    except BaseException:
        forget(kept_as)
        raise
    return Kept(plain_name(name), kept_as, size, told.hexdigest())


def largest() -> int:
    """The most bytes that may be sent."""
    return settings.UPLOAD_BYTES


def too_large() -> str:
    """What is said of a file that is larger than may be sent."""
    return (
        f"The file is larger than {settings.UPLOAD_BYTES / 2**20:,.0f} MB, which is the most that may be sent: "
        "send it in parts, or ask who looks after the workbench to raise TAKEROOT_UPLOAD_MB."
    )


def where(kept_as: str) -> Path:
    """The folder of a file that was sent."""
    return Path(settings.HOME) / "uploads" / kept_as


def sent(kept_as: str) -> bytes:
    """What the file holds.

    Raises
    ------
    TakerootError
        If it is not there any more.
    """
    try:
        return (where(kept_as) / "sent").read_bytes()
    except OSError:
        raise TakerootError("The file itself is not kept any more; send it again.") from None


def forget(kept_as: str) -> None:
    """Throw a file away, and what was made of it."""
    if kept_as:
        shutil.rmtree(where(kept_as), ignore_errors=True)


def sweep(named: Iterable[str]) -> None:
    """Throw away what nothing names: of an upload that was cut off, and of files that were decided about."""
    home, kept = Path(settings.HOME) / "uploads", set(named)
    for each in home.iterdir() if home.is_dir() else ():
        with suppress(OSError):
            if each.name not in kept and time.time() - each.stat().st_mtime > A_DAY:
                forget(each.name)


def plain_name(name: str) -> str:
    r"""What the sender called it, in one line, without folders and without what can not be seen.

    Examples
    --------
    >>> plain_name("../../etc/wards\u202e.csv")
    'wards.csv'
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(letter for letter in last if not unicodedata.category(letter).startswith("C"))
    tidy = " ".join(unicodedata.normalize("NFC", seen).split()).strip(". ") or "file"
    if len(tidy) <= LONGEST_NAME:
        return tidy
    suffix = PurePath(tidy).suffix[:10]
    return tidy[: LONGEST_NAME - len(suffix)] + suffix


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
