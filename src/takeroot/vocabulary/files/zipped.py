"""Zips, opened warily and written always alike.

What a zip says of itself may be wrong by mistake or on purpose: sizes, names, the number of its entries. Everything is
bounded before it is unpacked, and what is unpacked must be what was announced.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from takeroot.vocabulary.files.disk import contents, write_file
from takeroot.vocabulary.files.sheet import LARGEST, refused

#: Entries of a zip; a programme has some forty files, a workbook a few for each sheet.
ENTRIES = 10_000

#: What programs leave in zips and folders on their own account.
_LEFT_BEHIND = ("__macosx", ".ds_store", "thumbs.db", "desktop.ini")
_AT_ONCE = 2**20


def members(path_or_bytes: Path | str | bytes, name: str = "", *, within: Collection[str] = ()) -> dict[str, bytes]:
    """The files of a zip, by name; one folder around all of them is taken away.

    Parameters
    ----------
    path_or_bytes
        The zip.
    name
        What faults call it, where it comes as bytes.
    within
        Folders whose files belong to it, and keep the name of their folder before their own.

    Raises
    ------
    FaultyInput
        If it is no zip, is damaged or locked, unpacks to more than 512 MiB, or has names that could lead elsewhere.
    """
    if isinstance(path_or_bytes, bytes):
        data, where = path_or_bytes, name or "zip"
    else:
        data, where = contents(Path(path_or_bytes)), Path(path_or_bytes).name
    entries = {name: entry for name, entry in opened(data, where).items() if not _left_behind(name)}
    tops = {name.split("/")[0] for name in entries}
    top = f"{tops.pop()}/" if len(tops) == 1 and all("/" in name for name in entries) else ""
    if top.removesuffix("/") in within:
        top = ""
    for name in entries:
        folder = name.removeprefix(top).rpartition("/")[0]
        if folder and folder not in within:
            raise refused(
                f"the files of a programme lie beside one another; '{name}' lies in a folder of its own", where
            )
    return {name.removeprefix(top): b"".join(inflated(data, entry, where)) for name, entry in entries.items()}


def opened(data: bytes, where: str) -> dict[str, zipfile.ZipInfo]:
    """The entries of a zip by name, after everything that can be known before unpacking was checked."""
    if data.count(b"PK\x01\x02") > ENTRIES:
        raise refused(f"the zip has over {ENTRIES:,} entries; zip only the files that belong together", where)
    try:
        listed = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError):
        raise refused("the file is damaged or was cut short; make it or fetch it again", where) from None
    entries: dict[str, zipfile.ZipInfo] = {}
    known: set[str] = set()
    for entry in listed:
        name = entry.orig_filename.removeprefix("./")
        if not name:
            continue
        if _leads_elsewhere(name):
            raise refused(
                f"the entry {name[:80]!r} could lead out of the zip; names such as 'stages.csv' are needed", where
            )
        if name.casefold() in known:
            raise refused(f"the entry {name[:80]!r} stands twice; keep one of them", where)
        if entry.flag_bits & 0x1:
            raise refused("the zip is locked with a password; make one without", where)
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise refused(f"the entry {name[:80]!r} is packed in an uncommon way; make the zip anew", where)
        known.add(name.casefold())
        entries[name] = entry
    if sum(entry.file_size for entry in entries.values()) > LARGEST:
        raise refused(f"it unpacks to more than {LARGEST // 2**20} MiB, which is the most that is read", where)
    return {name: entry for name, entry in entries.items() if not name.endswith("/")}


def _leads_elsewhere(name: str) -> bool:
    parts = name.removesuffix("/").split("/")
    odd = "\\" in name or ":" in name or any(ord(letter) < 32 for letter in name)
    return odd or any(part in ("", ".", "..") for part in parts)


def _left_behind(name: str) -> bool:
    parts = name.casefold().split("/")
    return parts[0] in _LEFT_BEHIND or parts[-1] in _LEFT_BEHIND or parts[-1].startswith("._")


def inflated(data: bytes, entry: zipfile.ZipInfo, where: str) -> Iterator[bytes]:
    """What an entry holds, piece by piece, and never more of it than was announced."""
    try:
        start = entry.header_offset + 30
        start += int.from_bytes(data[start - 4 : start - 2], "little") + int.from_bytes(
            data[start - 2 : start], "little"
        )
        packed = memoryview(data)[start : start + entry.compress_size]
        whole = (
            data[entry.header_offset : entry.header_offset + 4] == b"PK\x03\x04" and len(packed) == entry.compress_size
        )
        size = check = 0
        for piece in _pieces(packed, entry.compress_type):
            size, check = size + len(piece), zlib.crc32(piece, check)
            if size > entry.file_size:
                break
            yield piece
    except zlib.error:
        whole = False
    if not whole or size != entry.file_size or check != entry.CRC:
        says = f"the file is damaged or was cut short (in {entry.filename[:80]!r}); make it or fetch it again"
        raise refused(says, where)


def _pieces(packed: memoryview, way: int) -> Iterator[bytes]:
    if way == zipfile.ZIP_STORED:
        for at in range(0, len(packed), _AT_ONCE):
            yield bytes(packed[at : at + _AT_ONCE])
        return
    unpack = zlib.decompressobj(-15)
    for at in range(0, len(packed), _AT_ONCE):
        left: bytes | memoryview = packed[at : at + _AT_ONCE]
        while left and not unpack.eof:
            yield unpack.decompress(left, _AT_ONCE)
            left = unpack.unconsumed_tail
    yield unpack.flush()
    if not unpack.eof:
        raise zlib.error("cut short")


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files: in order of name, without the hour, so that the same files make the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            made.writestr(entry, files[name])
    return packed.getvalue()


def write_zip(path: Path | str, files: Mapping[str, bytes]) -> None:
    """Write a zip of these files; wholly, or not at all."""
    write_file(path, zip_bytes(files))
