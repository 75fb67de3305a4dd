"""Office files without the hour at which they were made, so that the same report makes the same bytes."""

from __future__ import annotations

import io
import re
import zipfile

from takeroot.vocabulary.files.zipped import zip_bytes

_HOUR = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")


def always_alike(content: bytes) -> bytes:
    """The same file, and the workbooks within it, in order of names and of no hour."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return zip_bytes({name: _alike(name, packed.read(name)) for name in packed.namelist()})


def _alike(name: str, content: bytes) -> bytes:
    if name.endswith(".xlsx"):
        return always_alike(content)
    if name == "docProps/core.xml":
        return _HOUR.sub(rb"\g<1>2000-01-01T00:00:00Z\g<3>", content)
    return content
