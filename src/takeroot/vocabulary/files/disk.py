"""Files and folders on disk: read within bounds, written wholly or not at all."""

from __future__ import annotations

import secrets
import shutil
import stat
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from takeroot.errors import Fault, FaultyInput
from takeroot.vocabulary.files.sheet import LARGEST, refused


def contents(path: Path | str, limit: int = LARGEST) -> bytes:
    """What a file holds.

    Raises
    ------
    FaultyInput
        If there is no such file, it can not be read, or it holds more than ``limit`` bytes.
    """
    path = Path(path)
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise refused(f"a file is needed; '{path}' is a folder", path.name)
        if not stat.S_ISREG(kind):  # a pipe or a device, of which nobody knows whether it ends
            raise refused(f"a file is needed; '{path}' is a pipe or a device", path.name)
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except FileNotFoundError:
        if path.is_symlink():
            raise refused("a link to a file that is not there; put the file itself in its place", path.name) from None
        raise refused(f"there is no file '{path}'", path.name) from None
    except (OSError, ValueError) as error:
        raise refused(f"the file can not be read ({_reason(error)})", path.name) from None
    if len(data) > limit:
        raise refused(f"the file holds more than {limit // 2**20} MiB, which is the most that is read", path.name)
    return data


def lying_in(path: Path) -> dict[str, Path] | None:
    """What lies in a folder, by name; none, where the path is that of a file.

    Raises
    ------
    FaultyInput
        If there is nothing there, or it can not be looked into.
    """
    try:
        return {each.name: each for each in sorted(path.iterdir())}
    except NotADirectoryError:
        return None
    except FileNotFoundError:
        raise FaultyInput([Fault(f"there is no file or folder '{path}'")]) from None
    except (OSError, ValueError) as error:
        raise refused(f"the folder can not be read ({_reason(error)})", path.name) from None


@contextmanager
def writing(path: Path | str) -> Iterator[Path]:
    """A file to write to, which takes the place of ``path`` when all of it is written.

    Raises
    ------
    FaultyInput
        If nothing can be written there.
    """
    path = Path(path).resolve()
    made = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        made.open("xb").close()
        yield made
        if path.exists():
            made.chmod(path.stat().st_mode & 0o777)
        made.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from None
    finally:
        with suppress(OSError):
            made.unlink(missing_ok=True)


def write_file(path: Path | str, data: bytes) -> None:
    """Write a file; wholly, or not at all."""
    with writing(path) as made:
        made.write_bytes(data)


def write_all(path: Path | str, files: Mapping[str, bytes], *, ours: Collection[str] = ()) -> None:
    """Write files into a folder; all of them, or none.

    They are written apart first, and take their places when all of them lie there. Other files of the folder are left
    alone.

    Parameters
    ----------
    path
        The folder; made where there is none, in a folder that exists.
    files
        What they hold, by name; of one that lies in a folder of the folder, with the name of that before it.
    ours
        Names of files that are taken away where ``files`` does not have them: a table that has no rows any more.

    Raises
    ------
    FaultyInput
        If they can not be written; the folder is then as it was.
    """
    path = Path(path).resolve()
    if path.exists() and not path.is_dir():
        raise refused(f"a folder is needed to write to; '{path}' is a file", path.name)
    names = {*files, *ours}
    for name in sorted(names):
        if (path / name).is_dir():
            raise refused(f"a folder called '{name}' stands where that file would go; move it away", path.name)
    try:
        # Within a folder that exists, so that both are sure to be on one disk.
        beside = Path(tempfile.mkdtemp(dir=path if path.exists() else path.parent, prefix=".takeroot-", suffix=".part"))
    except OSError as error:
        raise _unwritable(path, error) from None
    new, old = beside / "new", beside / "old"
    try:
        new.mkdir()
        old.mkdir()
        for name, data in files.items():
            (new / name).parent.mkdir(exist_ok=True)
            (new / name).write_bytes(data)
        if path.exists():
            _swap(path, new, old, names)
        else:
            new.rename(path)
    except OSError as error:
        raise _unwritable(path, error) from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _swap(path: Path, new: Path, old: Path, names: Collection[str]) -> None:
    """Put the new files in the places of the old ones; if one will not go, put the old ones back."""
    moved: list[str] = []
    try:
        for name in sorted(names):
            moved.append(name)
            if (path / name).exists():
                (old / name).parent.mkdir(exist_ok=True)
                (path / name).rename(old / name)
            if (new / name).exists():
                (path / name).parent.mkdir(exist_ok=True)
                (new / name).rename(path / name)
    except OSError:
        for name in moved:
            with suppress(OSError):
                if (old / name).exists():
                    (old / name).replace(path / name)
                elif not (new / name).exists():
                    (path / name).unlink(missing_ok=True)
        raise


def _unwritable(path: Path, error: OSError) -> FaultyInput:
    if isinstance(error, FileNotFoundError) and not path.parent.exists():
        return refused(f"there is no folder '{path.parent}' to write to", path.name)
    return refused(f"nothing can be written there ({_reason(error)})", path.name)


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()
