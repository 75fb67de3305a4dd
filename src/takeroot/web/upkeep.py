"""What is done beside serving, from the command line: backups kept, tried and brought back, and digests written."""

from __future__ import annotations

import os
import secrets
from datetime import date
from pathlib import Path

from takeroot.errors import TakerootError
from takeroot.web import answering, serving


def backup(path: Path | str) -> tuple[Path, str]:
    """Keep everything in one file: see :func:`takeroot.web.backup.backup`.

    Returns
    -------
    Path, str
        Where it is, and what is in it, in words.
    """
    answering.set_up()
    from django.conf import settings

    from takeroot.web import backup as keeping

    written, manifest = keeping.backup(path, home=settings.HOME)
    return written, _counted(manifest.rows, len(manifest.files))


def verify(path: Path | str) -> str:
    """Try a backup: see :func:`takeroot.web.backup.verify`; what is in it, in words."""
    answering.set_up()
    from takeroot.web import backup as keeping

    manifest = keeping.verify(path)
    return _counted(manifest.rows, len(manifest.files))


def restore(path: Path | str, into: str = "") -> str:
    """Bring a backup back: see :func:`takeroot.web.backup.restore`; what was restored, in words."""
    answering.set_up()
    from django.conf import settings

    from takeroot.web import backup as keeping

    manifest = keeping.restore(path, home=settings.HOME, into=into)
    return _counted(manifest.rows, len(manifest.files))


def _counted(rows: int, files: int) -> str:
    return f"{rows:,} rows and {files:,} {'file' if files == 1 else 'files'}"


def digest(folder: Path | str, *, since: date | None = None) -> tuple[int, int]:
    """Write to each member what changed, as far as they may see it: a text and a page for each, by their sign-in.

    Parameters
    ----------
    folder
        Where to; made, if it is not there.
    since
        The day from which they speak; a month ago, if not given.

    Returns
    -------
    tuple
        How many members there are, and to how many of them it was sent by e-mail as well.

    Raises
    ------
    TakerootError
        If the folder can not be written; or, once every file is, if e-mail could not be sent.
    """
    serving.prepare()
    from django.utils import timezone

    from takeroot.charts.wording import counted
    from takeroot.web import digest as of_digest

    today, written, sent = timezone.localdate(), 0, 0
    unsent: list[str] = []
    since = since or of_digest.a_month_ago(today)
    if since > today:
        raise TakerootError(f"{since} has not come yet; a digest speaks of what changed since a day before today.")
    try:
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for person in of_digest.people():
            told = of_digest.for_person(person, since, today)
            for suffix, words in ((".txt", of_digest.as_text(told)), (".html", of_digest.as_html(told))):
                _keep(folder / f"{of_digest.file_name(person)}{suffix}", words)
            written += 1
            try:
                sent += of_digest.send(person, told)
            except OSError as error:  # of the mail server, and no reason to leave the others out
                unsent.append(str(error.strerror or error))
    except OSError as error:
        raise TakerootError(f"{folder} can not be written ({error.strerror}); choose another folder.") from None
    if unsent:
        raise TakerootError(
            f"Wrote the digests of {counted(written, 'members')} to '{folder}', but could not send {len(unsent):,} of "
            f"them by e-mail ({unsent[0]}): check TAKEROOT_SMTP, and send those files in another way."
        )
    return written, sent


def _keep(path: Path, words: str) -> None:
    """A file for its owner's eyes, written aside and then put in its place."""
    draft = path.with_name(f".{secrets.token_hex(6)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(words)
    os.replace(draft, path)
