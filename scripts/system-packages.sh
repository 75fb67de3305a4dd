#!/usr/bin/env bash
# Chromium and PostgreSQL for the tests that need them: installed from Debian's packages when absent and that is allowed.
# Without them those tests are skipped, and pytest says why; on CI (CI=true) a skip for this reason is a failure.
set -uo pipefail

missing=()
command -v chromium chromium-browser google-chrome >/dev/null || missing+=(chromium)
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "Installing ${missing[*]} for the tests ..." >&2
    export DEBIAN_FRONTEND=noninteractive
    log=$(mktemp)
    if { apt-get update -qq && apt-get install -qq -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
        rm -f "$log"
        exit 0
    fi
    tail -n 5 "$log" >&2
    rm -f "$log"
fi
echo "Without ${missing[*]} the tests that need them are skipped; to run them, install: ${missing[*]}." >&2
[ "${CI:-}" = true ] && exit 1
exit 0
