"""What was put into the synthetic programme, written down for tests."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from synthetic import measuring, places, spread
from synthetic.chance import SEED

from takeroot.vocabulary.programme import Programme

#: Stage changes and adaptations about which the record says nothing, on purpose.
WITHOUT_AN_ACCOUNT = ("stages:mar-01-lapsed", "stages:dap-14-lapsed", "adaptations:dap-08-no-medicines")
#: Changes that one person or group has explained, and nobody contradicts.
WITH_AN_ACCOUNT = (
    "stages:vel-02-paused",
    "stages:qui-04-lapsed",
    "stages:ost-01-stopped",
    "adaptations:home-by-lunch",
)
#: Changes of which people give accounts or reasons that differ, or with a reason from which somebody dissents.
ACCOUNTS_DIFFER = (
    "stages:qui-01-replaced",
    "stages:ost-08-stopped",
    "adaptations:board-on-paper",
    "adaptations:calls-by-any",
)

_SIGNALS = {
    ("readmissions", "vel-01"): "has an account",
    ("bundle_complete", "vel-08"): "has an account",
    ("late_discharges", "mar-06"): "has an account",
    ("confidence_at_home", "ost-06"): "accounts differ",
}


def write(path: Path, programme: Programme, sites: dict[str, spread.Site], found: dict[tuple[str, str], str]) -> None:
    """Write what was put in."""
    signals = [
        {
            "reference": found[one.measure, one.site],
            "measure": one.measure,
            "site": one.site,
            "kind": one.kind,
            "first": one.first.isoformat(),
            "last": one.last.isoformat(),
            "shows": one.shows,
            "cause": one.cause,
            "state": _SIGNALS.get((one.measure, one.site), "no account yet"),
        }
        for one in measuring.PLANTED
    ]
    changes = {
        "no account yet": [*WITHOUT_AN_ACCOUNT],
        "has an account": [*WITH_AN_ACCOUNT],
        "accounts differ": [*ACCOUNTS_DIFFER],
    }
    stopped: dict[str, list[str]] = {}
    for site in sites.values():
        for row in site.history:
            if row["stage"] == "stopped" and row.get("source") is None:
                stopped.setdefault(row["reason_kind"], []).append(site.name)
    work = programme.other_work.sort("site", "name")
    truth: dict[str, Any] = {
        "seed": SEED,
        "as_at": spread.AS_AT.isoformat(),
        "sites": programme.sites.height,
        "signals": signals,
        "changes": changes,
        "cites_nothing": ["accounts:sponsor"],
        "stopped": {kind: sorted(stopped[kind]) for kind in sorted(stopped)},
        "closed_while_in_use": ["mar-08"],
        "never_approached": sorted(places.NEVER_APPROACHED),
        "not_eligible": sorted(places.NOT_ELIGIBLE),
        "conflicts": [
            {"site": "dap-03", "on": "2023-10-02", "chosen": "preparing", "other": "using"},
            {"site": "mar-03", "on": "2023-10-02", "chosen": "stopped", "other": "using"},
            {"site": "mar-04", "on": "2023-10-02", "chosen": "paused", "other": "using"},
        ],
        "competes": work.filter(relation="competes").select("site", "name").rows(),
        "reinforces": work.filter(relation="reinforces").select("site", "name").rows(),
        "monthly_chances_in_logits": spread.CHANCES,
    }
    truth["competes"], truth["reinforces"] = (
        [f"{site}: {name}" for site, name in truth[key]] for key in ("competes", "reinforces")
    )
    yaml = YAML()
    yaml.width, yaml.default_flow_style = 120, False
    out = io.StringIO()
    out.write("# What scripts/make_synthetic.py put into the synthetic programme. Written by it; change it there.\n")
    yaml.dump(truth, out)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(out.getvalue(), encoding="utf-8")
