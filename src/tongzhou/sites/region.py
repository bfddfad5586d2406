"""The sites of a region's files: every `sites.csv` and `sites.geojson` in its folder, and its published facilities."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from psycopg import Connection

from tongzhou.places.region_rows import Finding
from tongzhou.places.region_types import Facility, Region
from tongzhou.sites import files
from tongzhou.sites.check import Around, Box, disagreements
from tongzhou.sites.drafts import Draft, read
from tongzhou.sites.importing import english
from tongzhou.sites.keep import keep
from tongzhou.tables import BadInput

NAMES = ("sites.csv", "sites.csv.gz", "sites.geojson")
FACILITIES = "facilities.csv"
INVENTED = "invented"
KINDS = {"new_hospital": "hospital", "fangcang": "fangcang"}  # of facilities.csv
Line = tuple[str, int, Draft]


def check_sites(folder: Path, region: Region) -> list[Finding]:
    """Everything that is wrong in a region's sites, by file, row and field."""
    lines, findings = drafts(folder, region, {place.key: n for n, place in enumerate(region.places, 1)})
    around = Around((), frozenset(n for n, p in enumerate(region.places, 1) if p.invented), _boxes(region))
    for n, wrong in disagreements([draft for _file, _row, draft in lines], around):
        file, row, _draft = lines[n]
        findings.append(Finding(file, row, wrong.field, wrong.english().partition(": ")[2]))
    sources = {source.id for source in region.sources}
    for file, row, draft in lines:
        if draft.source not in sources:
            told = f"{draft.source or 'no source'} is not in sources.yaml; add it with title, issuer and date"
            findings.append(Finding(file, row, "source", told))
    return findings


def load(connection: Connection[Any], folder: Path, region: Region, ids: Mapping[str, int], now: dt.datetime) -> int:
    """Write the region's sites down; how many were new or said something new. Raises RegionSites with what is wrong."""
    lines, findings = drafts(folder, region, ids)
    kept = keep(connection, [draft for _file, _row, draft in lines], now, dry=bool(findings))
    for n, wrong in kept.wrong.items():
        findings.append(Finding(lines[n][0], lines[n][1], wrong[0].field, english(wrong)))
    if findings:
        raise RegionSites(findings)
    return len(kept.written)


class RegionSites(Exception):
    """A region's sites cannot be taken as they are."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(str(findings[0]))
        self.findings = findings


def drafts(folder: Path, region: Region, ids: Mapping[str, int]) -> tuple[list[Line], list[Finding]]:
    """The region's sites with file and row, and what cannot be read. A facility that was published is a site."""
    lines: list[Line] = []
    findings: list[Finding] = []
    for n, facility in enumerate(region.facilities, start=2):
        if facility.kind not in KINDS:
            findings.append(Finding(FACILITIES, n, "kind", f"{facility.kind} is none of {', '.join(KINDS)}"))
        elif facility.place in ids:
            lines.append((FACILITIES, n, _published(facility, region, ids)))
    places = dict(ids) | {place.code: ids[place.key] for place in region.places if place.code}
    for path in sorted(one for name in NAMES for one in folder.rglob(name)):
        if not region.invented_counties and path.is_relative_to(folder / INVENTED):
            continue  # of counties that this ledger does not hold
        _read(path, str(path.relative_to(folder)), places, region.codes_of, lines, findings)
    return lines, findings


def _published(facility: Facility, region: Region, ids: Mapping[str, int]) -> Draft:
    since = facility.first_admission or region.codes_of
    return Draft(facility.key, KINDS[facility.kind], ids[facility.place], facility.name_zh, facility.name_en,
                 region.invented, since, facility.closed, facility.source)  # fmt: skip


def _read(
    path: Path, name: str, places: Mapping[str, int], since: dt.date, lines: list[Line], findings: list[Finding]
) -> None:
    try:
        brought = files.read(path.read_bytes(), name)
    except BadInput as error:
        findings.append(Finding(name, 0, "", str(error)))
        return
    findings += [
        Finding(name, 0, column, "is no column of sites; docs/sites.md names them") for column in brought.unread
    ]
    findings += [Finding(name, n, "", why) for n, _row, why in brought.damaged]
    findings += [Finding(name, n, "", english(why)) for n, _row, why in brought.wrong]
    for n, row in brought.rows:
        draft, wrong = read(row, places, since)
        findings += [Finding(name, n, one.field, one.english().partition(": ")[2]) for one in wrong]
        if draft:
            lines.append((name, n, draft))


def _boxes(region: Region) -> Callable[[int], tuple[str, Box] | None]:
    """The box of the smallest place around a place that has a boundary, by the latest command tree."""
    outlines = {outline.place: outline.box for outline in region.outlines}
    by_key = {place.key: place for place in region.places}
    parents: dict[str, str | None] = {}
    for link in sorted((one for one in region.links if one.tree == "command"), key=lambda one: one.valid_from):
        parents[link.place] = link.parent

    def of(number: int) -> tuple[str, Box] | None:
        at: str | None = region.places[number - 1].key
        seen: set[str] = set()
        while at and at not in seen:
            if at in outlines:
                return by_key[at].name_en if at in by_key else at, outlines[at]
            seen.add(at)
            at = parents.get(at)
        return None

    return of
