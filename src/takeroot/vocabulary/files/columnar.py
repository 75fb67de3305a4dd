"""Parquet, read in a process of its own.

A damaged Parquet file can end the whole process that reads it (it asks for more memory than there is), and a few bytes
can stand for more rows than any memory holds. So a child reads it, within bounds, and hands over a frame.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import PurePath

import polars as pl

from takeroot.vocabulary.files.sheet import CELLS, LARGEST, Sheet, refused

SECONDS = 120
_MEMORY = 16 * 2**30  # addresses, of which polars reserves many more than it uses
_CHILD = f"""
import io, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, ({_MEMORY}, {_MEMORY}))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except (ImportError, ValueError, OSError):
    pass
import polars as pl
data = io.BytesIO(sys.stdin.buffer.read())
found = pl.scan_parquet(data)
width = max(1, len(found.collect_schema()))
rows = found.select(pl.len()).collect().item()
if rows * width > {CELLS}:
    sys.exit("cells")
data.seek(0)
frame = pl.read_parquet(data)
if sum(frame[c].str.len_bytes().sum() for c in frame.columns if frame[c].dtype == pl.String) > {LARGEST}:
    sys.exit("text")
frame.write_ipc_stream(sys.stdout.buffer)
sys.stdout.buffer.flush()
"""


def read(name: str, data: bytes) -> Sheet:
    """The one table of a Parquet file, its columns of the kinds they have.

    Raises
    ------
    FaultyInput
        If no table can be made of it.
    """
    damaged = refused("the Parquet file is damaged or was cut short; write it anew, or as CSV UTF-8", name)
    if not (data.startswith(b"PAR1") and data.endswith(b"PAR1") and len(data) >= 12):
        raise damaged
    try:
        child = subprocess.run(
            [sys.executable, "-c", _CHILD],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env=os.environ | {"POLARS_MAX_THREADS": "2"},
        )
    except subprocess.TimeoutExpired:
        raise refused(
            f"the Parquet file was not read within {SECONDS} seconds; split it into several files", name
        ) from None
    if child.stderr.strip() in (b"cells", b"text"):
        most = f"{CELLS:,} cells and {LARGEST // 2**20} MiB of text"
        raise refused(f"at most {most} are read from one file; split it into several files", name)
    if child.returncode:
        raise damaged
    frame = pl.read_ipc_stream(io.BytesIO(child.stdout))
    rows = pl.Series("row", range(2, frame.height + 2), dtype=pl.UInt32)
    return Sheet(PurePath(name).stem, name, frame, rows)
