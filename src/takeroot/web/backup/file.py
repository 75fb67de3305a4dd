"""A backup as a file: a zip of Parquet parts, and a manifest that says what must be in them.

::

    takeroot-backup.json             version, migrations, and of each table: columns, rows, parts, seal
    tables/<table>/00000.parquet     rows, in the order of their key
    files/<folder>/...               what the data folder keeps beside the database
"""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from takeroot.errors import TakerootError
from takeroot.web.backup.columns import HELD, Kept

MANIFEST = "takeroot-backup.json"
FORMAT = 1

#: Folders of the data folder that go along.
FOLDERS = ("uploads", "results")

_KEPT = ConfigDict(frozen=True, extra="forbid")
Whole = Annotated[int, Field(ge=0)]


class TableSaid(BaseModel):
    """What the manifest says of a table."""

    model_config = _KEPT

    name: str
    key: str
    columns: dict[str, str]
    rows: Whole
    parts: Whole
    seal: str

    @property
    def kept(self) -> Kept:
        """The table itself."""
        return Kept(self.name, self.key, self.columns)

    def part(self, number: int) -> str:
        """What a part is called."""
        return f"tables/{self.name}/{number:05}.parquet"


class FileSaid(BaseModel):
    """What the manifest says of a file of the data folder."""

    model_config = _KEPT

    name: str
    bytes: Whole
    seal: str


class Manifest(BaseModel):
    """What a backup says of itself."""

    model_config = _KEPT

    what: Literal["a backup of Takeroot"] = "a backup of Takeroot"
    format: Whole = FORMAT
    version: str
    made: str
    database: str
    migrations: tuple[str, ...]
    tables: tuple[TableSaid, ...]
    files: tuple[FileSaid, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows there are in all tables."""
        return sum(table.rows for table in self.tables)


def seal_of(content: bytes) -> str:
    """What the content of a file comes to."""
    return blake2b(content, digest_size=16).hexdigest()


class Backup:
    """A backup that is open to be read."""

    def __init__(self, path: Path, zipped: zipfile.ZipFile) -> None:
        self.path, self._zipped = path, zipped
        self.manifest = self._manifest()

    def frames(self, table: TableSaid) -> Iterator[pl.DataFrame]:
        """The rows of a table, part by part."""
        for number in range(table.parts):
            frame = pl.read_parquet(BytesIO(self._zipped.read(table.part(number))))
            if frame.schema != pl.Schema(table.kept.schema):
                raise damaged(self.path, f"{table.part(number)} has other columns than the manifest says")
            yield frame

    def files(self) -> Iterator[tuple[str, bytes]]:
        """The files of the data folder, each with its place, whole and as the manifest says."""
        for said in self.manifest.files:
            place = PurePosixPath(said.name)
            if place.is_absolute() or ".." in place.parts or "\\" in said.name or place.parts[0] not in FOLDERS:
                raise damaged(self.path, f"it names a file that is none of the data folder's: {said.name}")
            content = self._zipped.read(f"files/{said.name}")
            if seal_of(content) != said.seal:
                raise damaged(self.path, f"the file {said.name} is not what the manifest says")
            yield said.name, content

    def _manifest(self) -> Manifest:
        if MANIFEST not in self._zipped.namelist():
            raise TakerootError(f"'{self.path}' is no backup of Takeroot: it holds no {MANIFEST}.")
        said = json.loads(self._zipped.read(MANIFEST))
        if isinstance(said, dict) and isinstance(said.get("format"), int) and said["format"] > FORMAT:
            raise newer(self.path, str(said.get("version", "a later one")))
        manifest = Manifest.model_validate(said)
        unknown = {kind for table in manifest.tables for kind in table.columns.values()} - set(HELD)
        if unknown:
            raise newer(self.path, manifest.version)
        return manifest


def damaged(path: Path, why: str) -> TakerootError:
    """The sentence for a backup that is not whole."""
    return TakerootError(f"The backup '{path}' is damaged ({why}): nothing was restored; use another copy of it.")


def newer(path: Path, version: str) -> TakerootError:
    """The sentence for a backup from the future."""
    return TakerootError(
        f"The backup '{path}' was made by a newer Takeroot ({version}): install that version or a later one first."
    )


@contextmanager
def opened(path: Path) -> Iterator[Backup]:
    """A backup, to be read; whatever is wrong with it is one sentence.

    Raises
    ------
    TakerootError
        If there is no such file, or it is no backup, or it is damaged, or a newer Takeroot made it.
    """
    try:
        with zipfile.ZipFile(path) as zipped:
            yield Backup(path, zipped)
    except FileNotFoundError:
        raise TakerootError(f"There is no file '{path}'.") from None
    except zipfile.BadZipFile as error:
        raise damaged(path, str(error) or "the zip can not be read") from None
    except KeyError as error:
        raise damaged(path, str(error.args[0]) if error.args else "a part is missing") from None
    except ValidationError:
        raise damaged(path, "its manifest can not be understood") from None
    except (zlib.error, EOFError, json.JSONDecodeError, UnicodeDecodeError, pl.exceptions.PolarsError) as error:
        raise damaged(path, str(error).strip().splitlines()[0] if str(error).strip() else "it ends early") from None
    except OSError as error:
        raise TakerootError(f"'{path}' can not be read ({error.strerror or error}).") from None


def written(zipped: zipfile.ZipFile, frame: pl.DataFrame, name: str) -> None:
    """Add a part; Parquet is pressed already."""
    part = BytesIO()
    frame.write_parquet(part, compression="zstd")
    zipped.writestr(name, part.getvalue())
