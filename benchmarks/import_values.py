"""How long a million values take from a CSV file that somebody sends to the record, and again, and out of it.

    python benchmarks/import_values.py [values]

Each step is timed in one process on a database of its own: processor seconds, seconds on the clock, and the most
memory held so far.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from read_values import made

REACH = "under 30 s to read, compare and store 1,000,000 values"


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print how long something took."""
    start, used = time.perf_counter(), time.process_time()
    yield
    used = time.process_time() - used
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what:46} {used:12.2f} {time.perf_counter() - start:9.2f} {most:9,.0f}", flush=True)


def main(values: int = 1_000_000) -> None:
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"TAKEROOT_HOME": home, "DJANGO_SETTINGS_MODULE": "takeroot.web.settings"}
        os.environ |= {"TAKEROOT_UPLOAD_MB": "500"}
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        from takeroot import Programme
        from takeroot.vocabulary import files
        from takeroot.web import actions, imports

        frame = made(values)
        row = actions.load_programme(Programme("A million values"), by="the benchmark")

        def send(data: bytes) -> imports.Preview:
            with timed("  kept"):
                kept = imports.keep("values.csv", [data])
                batch = actions.keep_batch(row, kept, person=None, by="the benchmark", kind=imports.kind_of(kept))
            with timed("  read and checked"):
                imports.taken_of(batch)
            with timed("  compared, and shown"):
                preview = imports.preview_of(batch)
            if preview.changes:
                with timed("  accepted: compared again, and stored"):
                    actions.accept_batch(row, batch, seen=preview.seen, by="the benchmark")
                row.refresh_from_db()
            return preview

        print(f"{values:,} values; to reach: {REACH}")
        print(f"{'':46} {'processor s':>12} {'clock s':>9} {'most MiB':>9}")
        data = files.csv_bytes(frame)
        with timed("sent for the first time"):
            send(data)
        with timed("sent again"):
            assert not send(data).changes
        changed = frame.with_columns(value=frame["value"] + (frame["site"] == "site 0001"))
        with timed("sent with 0.1 % of the values changed"):
            send(files.csv_bytes(changed))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
