#!/usr/bin/env bash
# Choose versions and write the two lock files, with hashes and without index addresses.
# One resolution serves every system and every Python from 3.11 on; the tests' file keeps the versions of the first.
set -euo pipefail

python=${1:-python3}
"$python" -m pip install --quiet --disable-pip-version-check 'uv>=0.5'
compile=("$python" -m uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --upgrade
    --generate-hashes --no-emit-index-url --no-header --extra web --group build)
"${compile[@]}" --output-file requirements.lock
"${compile[@]}" --group dev --constraint requirements.lock --output-file requirements-dev.lock
