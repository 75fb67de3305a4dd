"""What was worked out already: frames, results and drawings, each for one programme, revision, scope and call.

A :class:`Book` is what one person may know of one programme at one revision. It asks an analysis once and keeps what
came of it as a file; the next page, and the next process, opens that. A new revision has a new mark and so a new
folder: what was kept for an older one is never found again, and is thrown away. ::

    frames/<programme>/tables/<scope>/<table>-<mark>.arrow    a table, at the revision that last changed it
    frames/<programme>/tables/<scope>/of.<call>-<marks>.*     what is shown of groups, at those that changed answers
    frames/<programme>/tables/<scope>/long.<name>-<marks>.*   what long work made, at those that changed what it is of
    frames/<programme>/results-<mark>/<scope>/<call>.arrow    a result
    frames/<programme>/results-<mark>/<scope>/<call>.json     a drawing, or sentences
    frames/<programme>/results-<mark>/<scope>/<call>.html     what a page says to all who see as much

A file is written aside and then renamed, so that nobody reads half of one; of two threads that want the same thing, one
makes it and the other waits.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, is_dataclass
from functools import cache, cached_property, partial
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, cast
from weakref import WeakValueDictionary

import polars as pl
from django.conf import settings

import takeroot
from takeroot.reporting.results import Results
from takeroot.vocabulary.about import About
from takeroot.vocabulary.programme import Programme
from takeroot.vocabulary.tables import ANSWERS, ROUNDS, TABLES
from takeroot.web import archive
from takeroot.web.scope import Scope
from takeroot.web.stored import StoredProgramme

T = TypeVar("T")

#: What a frame may answer: one of the results, or a function of them.
Question: TypeAlias = "Callable[..., pl.DataFrame] | cached_property[pl.DataFrame]"


class Book:
    """What a scope lets somebody know of a programme, at its revision of now."""

    def __init__(self, row: StoredProgramme, scope: Scope) -> None:
        self.row, self.scope = row, scope
        self._at_hand: dict[Any, Any] = {}

    @cached_property
    def programme(self) -> Programme:
        """The programme itself."""
        return self.row.read(self.scope)

    @cached_property
    def results(self) -> Results:
        """The analyses of the programme, each worked out when it is first asked for."""
        return Results(self.programme)

    def at_hand(self, ask: Callable[..., T], /, *given: Any) -> T:
        """What was asked for this page already is not asked again; it is kept nowhere."""
        key = (ask, *map(repr, given))
        if key not in self._at_hand:
            self._at_hand[key] = ask(*given)
        return cast(T, self._at_hand[key])

    def frame(self, question: Question, /, **options: Any) -> pl.DataFrame:
        """A frame of the results: ``Results.reach``, or what a function makes of them."""
        asked = question.func if isinstance(question, cached_property) else question

        def answer() -> pl.DataFrame:
            return getattr(self.results, asked.__name__) if asked is not question else asked(self.results, **options)

        return self._once(_named(asked, options), ".arrow", answer, _write_frame, _read_frame)

    def of_groups(self, question: Callable[..., pl.DataFrame], /, **options: Any) -> pl.DataFrame:
        """What is shown of groups of people, made of rows that nobody reads one by one; the question keeps them back.

        It is asked of the book itself, and goes to :mod:`takeroot.web.answered` with the scope. It is kept for as long
        as neither rounds nor answers change, whatever else does.
        """
        named = _named(question, options)
        return self._while_unasked(named, ".arrow", lambda: question(self, **options), _write_frame, _read_frame)

    def held(self, name: str, of: tuple[str, ...]) -> pl.DataFrame | None:
        """What long work made and kept under a name, as long as nothing changed that it is of; else nothing.

        Parameters
        ----------
        name
            What it is called.
        of
            The tables that it is of. It is of what the programme says of itself, and of its last day, in any case.
        """
        try:
            return _read_frame(self._held(name, of))
        except OSError:
            return None

    def hold(self, name: str, of: tuple[str, ...], frame: pl.DataFrame) -> None:
        """Keep what long work made: see :meth:`held`."""
        path = self._held(name, of)
        _forget(path.parent, f"{path.name.partition('-')[0]}-*", path.name)
        _keep(path, partial(_write_frame, frame))

    def mark_of(self, of: tuple[str, ...]) -> str:
        """The same few letters while nothing changed in these tables, in the words on the programme, or its day."""
        row = self.row
        last_day = self._once("last day", ".json", lambda: str(self.programme.as_at), _write_words, _read_words)
        told = [*(row.marks.get(table, row.mark) for table in of), last_day, json.dumps(row.about, sort_keys=True)]
        return _short(repr(told))

    def _held(self, name: str, of: tuple[str, ...]) -> Path:
        return _tables(self.row, self.scope) / f"long.{_short(name)}-{self.mark_of(of)}.arrow"

    def drawing_of_groups(self, draw: Callable[..., str], /, **options: Any) -> str:
        """What a chart of these looks like, as mark-up, kept for as long."""
        named = _named(draw, options)
        return self._while_unasked(named, ".html", lambda: draw(**options), _write_text, _read_text)

    def _while_unasked(
        self,
        named: str,
        suffix: str,
        make: Callable[[], T],
        write: Callable[[T, Path], None],
        read: Callable[[Path], T],
    ) -> T:
        name = f"of.{_short(named)}"
        seen = Scope(self.scope.sites, self.scope.narrative)  # of groups all see alike who see as many sites
        path = _tables(self.row, seen) / f"{name}-{_short(repr(_asked_at(self.row)))}{suffix}"
        with _alone(path):
            with suppress(OSError):
                return read(path)
            made = make()
            _forget(path.parent, f"{name}-*", path.name)
            _keep(path, partial(write, made))
        return made

    def words(self, answer: Callable[..., list[Any]], kind: type[T], /, **options: Any) -> list[T]:
        """The sentences that an answer gives, each of one kind of dataclass."""

        def told(path: Path) -> list[T]:
            return [
                kind(**{name: tuple(v) if isinstance(v, list) else v for name, v in one.items()})
                for one in _read_words(path)
            ]

        return self._once(_named(answer, options), ".json", lambda: answer(self.results, **options), _write_words, told)

    def drawing(self, draw: Callable[..., str], /, *questions: Question, **options: Any) -> str:
        """What a chart of one or more frames looks like, as mark-up."""
        named = _named(draw, options | {"of": tuple(map(_named, questions))})
        return self._once(
            named, ".json", lambda: draw(*map(self.frame, questions), **options), _write_words, _read_words
        )

    def page(self, write: Callable[..., str], /, **options: Any) -> str:
        """What a page says, as mark-up: for all who see as much, so it may hold nothing of whoever reads it."""
        return self._once(_named(write, options), ".html", lambda: write(self, **options), _write_text, _read_text)

    def _once(
        self,
        named: str,
        suffix: str,
        make: Callable[[], T],
        write: Callable[[T, Path], None],
        read: Callable[[Path], T],
    ) -> T:
        path = self._path(named, suffix)
        with _alone(path):
            with suppress(OSError):
                return read(path)
            made = make()
            path = self._path(named, suffix)  # making it may have found a newer revision, and then it is of that one
            if not path.parent.exists():
                _forget(path.parent.parent.parent, "results-*", path.parent.parent.name)
            _keep(path, partial(write, made))
        return made

    def _path(self, named: str, suffix: str) -> Path:
        return folder(self.row, self.scope) / f"{_short(named)}{suffix}"


def _short(named: str) -> str:
    """The same few letters for the same call."""
    return blake2b(named.encode(), digest_size=16).hexdigest()


def _asked_at(row: StoredProgramme) -> list[str]:
    """The marks at which rounds and answers last changed."""
    return [row.marks.get(name, row.mark) for name in (ROUNDS.name, ANSWERS.name)]


def read(row: StoredProgramme, scope: Scope) -> Programme:
    """The programme at its revision of now, as far as a scope reaches; whole, or not at all, while others change it."""
    for _ in range(20):
        asked, about = row.mark, _about(row, scope)
        with _alone(_tables(row, scope)):
            frames, fetched = _held_or_fetched(row, scope)
            if fetched:
                row.refresh_from_db()
            if row.mark == asked:
                for path, frame in fetched.items():
                    _keep(path, partial(_write_frame, frame))
                    _forget(path.parent, f"{path.name.partition('-')[0]}-*", path.name)
                return Programme.kept(about, frames, archive.instruments_of(row))
    raise TimeoutError(f"{row.slug} changed again and again while it was read")


def _about(row: StoredProgramme, scope: Scope) -> About:
    """The programme in words; who sees a part of the sites sees them up to the same day as who sees them all."""
    about = archive.about_of(row, scope)
    if scope.whole or about.as_at:
        return about
    return about.model_copy(update={"as_at": read(row, Scope.everything()).as_at})


def _held_or_fetched(row: StoredProgramme, scope: Scope) -> tuple[dict[str, pl.DataFrame], dict[Path, pl.DataFrame]]:
    """Every table, and those of them that had to be fetched from the database, by where they are to be kept.

    A table is kept for the revision that last changed it, so that a note does not bring back half a million values.
    """
    frames, fetched = {}, {}
    for name, table in TABLES.items():
        path = _tables(row, scope) / f"{name}-{row.marks.get(name, row.mark)}.arrow"
        with suppress(OSError):
            frames[name] = _read_frame(path)
            continue
        frames[name] = fetched[path] = archive.table_of(row, scope, table)
    return frames, fetched


def _tables(row: StoredProgramme, scope: Scope) -> Path:
    """Where the tables are kept, as far as a scope reaches."""
    return Path(settings.CACHE) / str(row.pk) / "tables" / f"{scope.key}-{code()}"


def folder(row: StoredProgramme, scope: Scope) -> Path:
    """Where what was worked out for one revision and scope is kept."""
    return Path(settings.CACHE) / str(row.pk) / f"results-{row.mark}-{code()}" / scope.key


@cache
def code() -> str:
    """Which code worked things out: files that an older version kept are not found by a newer one."""
    told = blake2b(takeroot.__version__.encode(), digest_size=6)
    made_by = (path for path in Path(takeroot.__file__).parent.rglob("*") if path.suffix in (".py", ".html"))
    for path in sorted(made_by):
        told.update(f"{path.name}{path.stat().st_size}{path.stat().st_mtime_ns}".encode())
    return told.hexdigest()


def _write_frame(frame: pl.DataFrame, path: Path) -> None:
    with path.open("wb") as file:
        frame.write_ipc(file)


def _read_frame(path: Path) -> pl.DataFrame:
    return pl.read_ipc(path)


def _write_words(words: Any, path: Path) -> None:
    plain = (
        [asdict(one) if is_dataclass(one) and not isinstance(one, type) else one for one in words]
        if isinstance(words, list)
        else words
    )
    path.write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")


def _read_words(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _write_text(text: str, path: Path) -> None:
    path.write_bytes(text.encode())


def _read_text(path: Path) -> str:
    return path.read_bytes().decode()


def _named(call: Any, options: dict[str, Any] | None = None) -> str:
    """A call, written out: what it calls, and with what."""
    options = options or {}
    if isinstance(call, cached_property):
        return _named(call.func)
    if isinstance(call, partial):
        return _named(call.func, {**call.keywords, **options, "first": call.args})
    return (
        f"{call.__module__}.{call.__qualname__}({', '.join(f'{name}={options[name]!r}' for name in sorted(options))})"
    )


_locks: WeakValueDictionary[Path, Any] = WeakValueDictionary()
_locks_lock = threading.Lock()


class _Lock:
    """A lock that a weak dictionary can hold."""

    def __init__(self) -> None:
        self.lock = threading.RLock()

    def __enter__(self) -> None:
        self.lock.acquire()

    def __exit__(self, *_: object) -> None:
        self.lock.release()


def _alone(path: Path) -> _Lock:
    """One thread at a time makes one thing."""
    with _locks_lock:
        lock = _locks.get(path)
        if lock is None:
            lock = _locks[path] = _Lock()
        return lock


def _keep(path: Path, write: Callable[[Path], None]) -> None:
    """Write aside, then rename; who comes second finds it there. A full disk costs time, never a page."""
    draft = path.with_name(f".{secrets.token_hex(8)}{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write(draft)
        os.replace(draft, path)
        _trim(path)
    except OSError:
        with suppress(OSError):
            draft.unlink()


def _forget(place: Path, others: str, but: str) -> None:
    """Throw away what was kept for other revisions."""
    for other in place.glob(others):
        if other.name != but:
            shutil.rmtree(other, ignore_errors=True) if other.is_dir() else other.unlink(missing_ok=True)


#: How many bytes the folder holds, as far as this process knows; None until it has looked.
_held: int | None = None


def _trim(new: Path) -> None:
    """Keep the folder within its bound: the oldest go first."""
    global _held
    size = new.stat().st_size
    if _held is not None and _held + size <= settings.CACHE_BYTES:
        _held += size
        return
    files = [
        (file.stat().st_mtime_ns, file.stat().st_size, file)
        for file in Path(settings.CACHE).rglob("*.*")
        if file.is_file()
    ]
    _held = sum(size for _, size, _ in files)
    for _, size, file in sorted(files):
        if _held <= settings.CACHE_BYTES * 0.8:
            break
        file.unlink(missing_ok=True)
        _held -= size
