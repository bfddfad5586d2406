"""Whether the invented counties of a region are whole: every desk held, every community closed by a gate, every ward in
a house, and nothing of them in a figure of the region. Reads files only."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tongzhou.engines.beds.model import BEDS, INFECTIONS, KINDS
from tongzhou.people import posts
from tongzhou.places.invented import read_marked
from tongzhou.places.invented_types import County
from tongzhou.places.region_rows import Finding
from tongzhou.places.region_types import Region
from tongzhou.sites.drafts import Draft
from tongzhou.sites.region import drafts

SEED = 20200310
HOUSES = ("hospital", "fangcang", "isolation_point")
STANDS = dt.date(2020, 3, 10)  # the day on which the furniture is held against the places: the demonstration's last


@dataclass(frozen=True)
class _Site:
    file: str
    row: int
    draft: Draft
    place: str


def check(folder: Path, region: Region) -> list[Finding]:
    """Everything that is not whole, by file and line."""
    keys = [place.key for place in region.places]
    lines, _unread = drafts(folder, region, {key: n for n, key in enumerate(keys)})
    sites = [_Site(file, row, draft, keys[draft.place]) for file, row, draft in lines]
    found = list(_counted(region))
    everybody: Counter[str] = Counter()
    for county in region.invented_counties:
        told = list(posts.check(county, folder, SEED))
        found += told
        if not told:
            members = {one.login for one in posts.members(county, folder, SEED)}
            everybody.update(members)
            found += _wards(county, folder, sites, members)
        found += _sites(county, sites)
        found += _medicines(county, sites)
    found += [Finding("invented", 0, "login", f"{login} stands in {times} counties; a login is one person")
              for login, times in everybody.items() if times > 1]  # fmt: skip
    return found


def _counted(region: Region) -> Iterator[Finding]:
    """Published figures are of real places only."""
    invented = {place.key for county in region.invented_counties for place in region.places if place.invented}
    tables: list[tuple[str, Iterable[Any]]] = [
        ("bulletins.csv", region.bulletins),
        ("indicators.csv", region.indicator_figures),
        ("population.csv", region.population),
        ("facilities.csv", region.facilities),
        ("designated_beds.csv", region.designated_beds),
        ("risk_published.csv", region.risk),
        ("tiles.csv", region.tiles),
        ("community_published.yaml", region.communities),
    ]
    for file, rows in tables:
        for n, row in enumerate(rows, start=2):
            if row.place in invented:
                yield Finding(file, n, "place", f"{row.place} is invented: it has no published figure")


def _sites(county: County, sites: list[_Site]) -> Iterator[Finding]:
    """What stands in the county's folder stands in the county, and each of its communities has a gate."""
    levels, name = county.levels(), str(Path(county.file).parent)
    for one in sites:
        if one.file.startswith(f"{name}/") and one.place not in levels:
            yield Finding(one.file, one.row, "place", f"{one.place} is no place of this county")
    gated = {one.place for one in sites if one.draft.kind == "gate" and _stands(one.draft)}
    for key, level in levels.items():
        if level == "community" and key not in gated:
            yield Finding(f"{name}/sites.csv", 0, "kind", f"{key} has no gate on {STANDS}")


def _stands(draft: Draft) -> bool:
    return draft.since <= STANDS and (draft.until is None or draft.until > STANDS)


def _medicines(county: County, sites: list[_Site]) -> Iterator[Finding]:
    known = {one.draft.key for one in sites if one.draft.kind == "medicine"}
    for one in county.homes.chronic:
        if one.medicine and one.medicine not in known:
            yield Finding(county.file, 0, "medicine", f"{one.medicine} is no medicine of the region's sites")


def _wards(county: County, folder: Path, sites: list[_Site], members: set[str]) -> Iterator[Finding]:
    """Every ward has a house of this county, beds, and somebody who counts them."""
    file = str(Path(county.file).with_name("wards.yaml"))
    told: Mapping[str, Any] = read_marked(folder / file, file).values
    levels = county.levels()
    houses = {one.draft.key for one in sites if one.draft.kind in HOUSES and one.place in levels}
    beds = {ward["key"]: ward["beds"] for ward in told["wards"]}
    for ward in told["wards"]:
        n = ward.line
        if ward["facility"] not in houses:
            yield Finding(file, n, "facility", f"{ward['facility']} is no house of this county (sites.csv)")
        if ward["place"] not in levels:
            yield Finding(file, n, "place", f"{ward['place']} is no place of this county")
        for field, words in (("kind", KINDS), ("bed", BEDS), ("serves", INFECTIONS)):
            if ward[field] not in words:
                yield Finding(file, n, field, f"“{ward[field]}” is none of {', '.join(words)}")
        if not ward.get("invented"):
            yield Finding(file, n, "invented", f"{ward['key']} is invented; say so")
    for counted in told["staffed"]:
        n = counted.line
        for key, staffed in counted.items():
            if key != "day" and not 0 <= staffed <= beds.get(key, -1):
                yield Finding(file, n, "staffed", f"{key}: {staffed} staffed of {beds.get(key, 'no')} beds")
    if told["counted_by"] not in members:
        yield Finding(file, 0, "counted_by", f"{told['counted_by']} holds no post of this county")
