"""Where: sixty invented sites in five invented regions, what became of them, and the ties between them."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

from synthetic.chance import Chance

Row = dict[str, Any]

#: Region: its code, its two organisations, and where it lies (in the open sea, so that no map shows a real place).
REGIONS = {
    "Vellumshire": ("vel", ("Vellum Infirmaries", "Vellumshire Home Teams"), (0.4, 0.6)),
    "Quillfen": ("qui", ("Quillfen Hospitals", "Fenside Home Teams"), (0.5, 1.5)),
    "Marrowmere": ("mar", ("Marrowmere Hospitals", "Marrowmere Home Teams"), (1.5, 0.5)),
    "Dapplewold": ("dap", ("Dapplewold Hospitals", "Dapplewold Home Teams"), (1.6, 1.6)),
    "Ostlemark": ("ost", ("Ostlemark Infirmary", "Ostlemark Home Teams"), (1.0, 2.3)),
}
_BIRDS = "Heron Curlew Plover Siskin Dunlin Fieldfare Lapwing Redwing Turnstone Whimbrel Wryneck Yaffle".split()
_TREES = "Alder Bryony Comfrey Dogwood Elder Filbert Guelder Hornbeam Ivy Juniper Larch Medlar".split()
_STONES = "Agate Basalt Chert Dolerite Emery Flint Gabbro Haematite Jasper Kyanite Limonite Marl".split()
_FISH = "Bleak Chub Dace Elver Gudgeon Loach Minnow Perch Roach Tench Rudd Barbel".split()
_WINDS = "Bora Chinook Etesian Foehn Gregale Levanter Mistral Ostro Pampero Sirocco Tramontane Zonda".split()
_NAMES = dict(zip(REGIONS, (_BIRDS, _TREES, _STONES, _FISH, _WINDS), strict=True))

#: The wave each numbered site of a region was planned in; the rest were not planned.
_WAVES = {"1": (1,), "2": (3, 4, 5, 6), "3": (7, 8, 9, 10)}
_FIRST = {"vel": (1, 2)}
#: Sites that could not take it up, and why.
NOT_ELIGIBLE = {"dap-12": "For children only", "ost-10": "A maternity ward"}
#: Sites nobody approached.
NEVER_APPROACHED = ("vel-12", "qui-12", "mar-11", "mar-12", "dap-11", "dap-12", "ost-10")
OPENED = {"ost-12": date(2021, 11, 1), "ost-11": date(2022, 6, 1)}

#: What became of sites: the old, the new, from when, how, and the new one's name.
SUCCESSIONS = (
    ("vel-09", "vel-13", date(2023, 4, 1), "merged", "Turnstone and Whimbrel Team"),
    ("vel-10", "vel-13", date(2023, 4, 1), "merged", "Turnstone and Whimbrel Team"),
    ("qui-05", "qui-13", date(2022, 10, 1), "renamed", "Osier Ward"),
    ("dap-04", "dap-13", date(2023, 10, 1), "split", "Elver Team East"),
    ("dap-04", "dap-14", date(2023, 10, 1), "split", "Elver Team West"),
    ("mar-08", "mar-08", date(2024, 2, 1), "closed", ""),
)


def _wave(code: str, number: int) -> str:
    if number in _FIRST.get(code, _WAVES["1"]):
        return "1"
    return next((wave for wave in ("2", "3") if number in _WAVES[wave]), "")


def _kind(number: int) -> str:
    if number in (4, 9, 11):
        return "home team"
    return "community hospital" if number in (6, 12) else "ward"


def sites() -> list[Row]:
    """Every site, those that came later included."""
    rows = []
    closed = {old: on for old, new, on, _, _ in SUCCESSIONS}
    for region, (code, organisations, (latitude, longitude)) in REGIONS.items():
        chance = Chance("sites", code)
        for number in range(1, 13):
            site, kind = f"{code}-{number:02d}", _kind(number)
            wave = _wave(code, number)
            size = chance.whole(14, 34)
            name = f"{_NAMES[region][number - 1]} {kind.split()[-1].capitalize()}"
            rows.append(
                {
                    "site": site,
                    "name": f"{name} (invented)",
                    "kind": kind,
                    "part_of": None,
                    "organisation": organisations[kind == "home team"],
                    "region": region,
                    "wave": f"wave {wave}" if wave else None,
                    "planned": bool(wave),
                    "eligible": site not in NOT_ELIGIBLE,
                    "eligible_people": 0 if site in NOT_ELIGIBLE else size * chance.whole(14, 26),
                    "deprivation": chance.whole(1, 5),
                    "opened": OPENED.get(site),
                    "closed": closed.get(site),
                    "latitude": round(latitude + chance.between(-0.35, 0.35), 3),
                    "longitude": round(longitude + chance.between(-0.35, 0.35), 3),
                    "size": float(size),
                    "contact": "ward or team manager",
                    "note": NOT_ELIGIBLE.get(site),
                }
            )
    by_site = {row["site"]: row for row in rows}
    by_site["dap-05"]["part_of"] = "dap-06"
    for old, new, on, kind, name in SUCCESSIONS:
        if new == old or any(row["site"] == new for row in rows):
            continue
        row = {**by_site[old], "site": new, "name": f"{name} (invented)", "opened": on, "closed": None}
        if kind == "merged":
            row["eligible_people"] += by_site["vel-10"]["eligible_people"]
            row["size"] += by_site["vel-10"]["size"]
        if kind == "split":
            row["eligible_people"] //= 2
            row["size"] = row["size"] // 2
        rows.append(row)
    return rows


def successions() -> list[Row]:
    """One row for each site and what carried on from it."""
    return [{"site": old, "successor": new, "on": on, "kind": kind} for old, new, on, kind, _ in SUCCESSIONS]


def ties(places: list[Row]) -> list[Row]:
    """Ties of five kinds, most of them within a region."""
    chance, rows = Chance("ties"), []
    start = date(2020, 4, 1)
    first = [row for row in places if row["opened"] is None or row["opened"] < date(2022, 7, 1)]
    by_region = {region: [row for row in first if row["region"] == region] for region in REGIONS}

    def tie(source: Row, target: Row, kind: str, weight: float, since: date = start, until: date | None = None) -> None:
        opened = max(filter(None, (since, source["opened"], target["opened"])))
        rows.append(
            {
                "source": source["site"],
                "target": target["site"],
                "kind": kind,
                "weight": weight,
                "since": opened,
                "until": until,
            }
        )

    for each in by_region.values():
        for one in each:
            near = sorted(
                (other for other in each if other is not one),
                key=lambda other: (
                    (other["latitude"] - one["latitude"]) ** 2 + (other["longitude"] - one["longitude"]) ** 2
                ),
            )
            for other in near[:2]:
                tie(other, one, "geographic", 1.0)
        teams = [one for one in each if one["kind"] == "home team"]
        for one in (one for one in each if one["kind"] != "home team"):
            tie(one, chance.one_of(teams), "referral", round(chance.between(0.2, 1.0), 1))
        for kind in ("ward", "home team"):
            same = [one for one in each if one["kind"] == kind]
            for one, other in pairwise(same):
                tie(one, other, "managerial", 0.5)
        planned = [one for one in each if one["wave"]]
        for one in planned[1:]:
            tie(planned[0], one, "collaborative", 1.0, date(2021, 4, 1), date(2024, 4, 1))
    for _ in range(14):
        source, target = chance.one_of(first), chance.one_of(first)
        if source["region"] != target["region"]:
            tie(source, target, "professional", 0.5, date(2020 + chance.whole(0, 2), 1 + chance.whole(3, 8), 1))
    unique = {(row["source"], row["target"], row["kind"], row["since"]): row for row in rows}
    return list(unique.values())
