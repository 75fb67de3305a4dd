"""Run every benchmark, each in a process of its own: ``make bench``, or ``python benchmarks/run.py spc`` for some.

A benchmark is a file of this folder that prints what it timed, each figure beside that of the tool people would use,
from the same run. Its first line says what it times. Times are not tests: machines differ, and neighbours are noisy.
"""

from __future__ import annotations

import ast
import os
import platform
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main(wanted: list[str]) -> int:
    """Run those whose names begin with a word that was given; all, if none was."""
    chosen = [
        path
        for path in sorted(HERE.glob("*.py"))
        if path.stem in names() and (not wanted or path.stem.startswith(tuple(wanted)))
    ]
    if not chosen:
        print(f"There is no benchmark of that name; there are: {', '.join(names())}.", file=sys.stderr)
        return 2
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores")
    failed = []
    for path in chosen:
        title = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or path.stem).partition("\n")[0]
        print(f"\n{path.stem}: {title}", flush=True)
        if subprocess.run([sys.executable, str(path)], cwd=HERE.parent, check=False).returncode:
            failed.append(path.stem)
    if failed:
        print(f"\nNot finished: {', '.join(failed)}.", file=sys.stderr)
    return bool(failed)


def names() -> list[str]:
    """The benchmarks there are; what times other tools is run by those that ask for it."""
    every = (path.stem for path in sorted(HERE.glob("*.py")))
    return [name for name in every if name != Path(__file__).stem and not name.endswith("_peers")]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
