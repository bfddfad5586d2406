"""Whether a region's files agree with each other and with what region.yaml expects."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from tongzhou.places.bulletins import published
from tongzhou.places.region import read_region
from tongzhou.places.region_rows import Finding, RegionError
from tongzhou.places.region_types import Link, Place, Region


def check_region(path: Path | str) -> list[Finding]:
    """Everything that is wrong in a region's folder; an empty list where nothing is."""
    try:
        region, findings = read_region(Path(path))
    except RegionError as error:
        return [error.finding]
    for check in (
        _keys,
        _numbers,
        _invented,
        _counties,
        _trees,
        _preorder,
        _references,
        _sources,
        _bulletins,
        _indicators,
        _risk,
        _tiles,
        _county_numbers,
        _expected,
    ):
        findings += check(region)
    return findings


def _keys(region: Region) -> Iterator[Finding]:
    for key, times in Counter(place.key for place in region.places).items():
        if times > 1:
            yield Finding("places.csv", 0, "key", f"{key} stands {times} times; a key is one place")
    if region.root not in {place.key for place in region.places}:
        yield Finding("region.yaml", 0, "root", f"{region.root} is no place in places.csv")


def _numbers(region: Region) -> Iterator[Finding]:
    """A county gives numbers of its own under its code: six digits that no other county has."""
    counties = [place for place in region.places if place.level == "county"]
    for place in counties:
        if not re.fullmatch(r"[0-9]{6}", place.code):
            yield Finding("places.csv", 0, "code", f"{place.key}: a county's code has six digits, not {place.code}")
    for code, times in Counter(place.code for place in counties).items():
        if times > 1:
            yield Finding("places.csv", 0, "code", f"{code} is the code of {times} counties; each needs its own")


def _invented(region: Region) -> Iterator[Finding]:
    statistical = {link.place for link in region.links if link.tree == "statistical"}
    for place in region.places:
        if place.invented != place.code.startswith(region.reserved_prefix):
            yield Finding(
                "places.csv",
                0,
                "code",
                f"{place.key}: invented codes, and only they, begin with {region.reserved_prefix}",
            )
        if place.invented and (place.counted or place.key in statistical):
            yield Finding("places.csv", 0, "invented", f"{place.key} would be counted in the statistics")


def _counties(region: Region) -> Iterator[Finding]:
    """The invented counties: whose orders hold there, their households and codes."""
    keys = {place.key: place for place in region.places}
    for county in region.invented_counties:
        of = keys.get(county.orders_as)
        if county.orders_as and (of is None or of.invented):
            yield Finding(county.file, 0, "orders_as", f"{county.orders_as} is no real place whose orders could hold")
        for key in county.levels():
            if not keys[key].code.startswith(county.prefecture.code[:4]):
                yield Finding(county.file, 0, "code", f"{key}: {keys[key].code} is no code of {county.prefecture.code}")
    first = 1
    for county in sorted(region.invented_counties, key=lambda one: one.homes.first):
        if county.homes.first != first:
            told = f"is {county.homes.first}, the households before it end at {first - 1}"
            yield Finding(county.file, 0, "first", told)
        first = county.homes.first + sum(grid.households for one in county.communities() for grid in one.grids)


def _trees(region: Region) -> Iterator[Finding]:
    """Links name places, those of one place do not overlap, and each day's tree hangs from the root."""
    keys = {place.key for place in region.places}
    by_place: dict[tuple[str, str], list[Link]] = defaultdict(list)
    for link in region.links:
        by_place[link.tree, link.place].append(link)
        for key in (link.place, link.parent):
            if key is not None and key not in keys:
                yield Finding("places.csv", 0, f"parent_{link.tree}", f"{link.place} names {key}, which is no place")
    for (tree, place), links in by_place.items():
        links.sort(key=lambda link: link.valid_from)
        for earlier, later in pairwise(links):
            if earlier.valid_to is None or earlier.valid_to > later.valid_from:
                yield Finding("links.csv", 0, "valid_to", f"{place} has two {tree} parents on {later.valid_from}")
    for tree in {link.tree for link in region.links}:
        for day in sorted({link.valid_from for link in region.links if link.tree == tree}):
            parents = region.parents(tree, day)
            for key in _adrift(parents, {region.root, *(one.prefecture.key for one in region.invented_counties)}):
                yield Finding("places.csv", 0, f"parent_{tree}", f"{key} does not hang from {region.root} on {day}")


def _adrift(parents: dict[str, str | None], roots: set[str]) -> Iterator[str]:
    """Places from which no way leads up to the root of the region or of an invented county."""
    safe = set(roots)
    for key in parents:
        path: list[str] = []
        at: str | None = key
        while at is not None and at not in safe and at not in path:
            path.append(at)
            at = parents.get(at)
        if at in safe:
            safe.update(path)
        else:
            yield key


def _preorder(region: Region) -> Iterator[Finding]:
    """In the latest command tree every subtree is one range of rows."""
    latest: dict[str, Link] = {}
    for link in region.links:
        if link.tree == "command" and (link.place not in latest or latest[link.place].valid_from < link.valid_from):
            latest[link.place] = link
    open_: list[str] = []
    for place in region.places:
        link_ = latest.get(place.key)
        if link_ is None:
            continue
        while open_ and open_[-1] != link_.parent:
            open_.pop()
        if link_.parent is not None and not open_:
            yield Finding(
                "places.csv",
                0,
                "parent_command",
                f"{place.key} does not stand below {link_.parent}; sort rows in preorder",
            )
            return
        open_.append(place.key)


def _references(region: Region) -> Iterator[Finding]:
    keys = {place.key for place in region.places}
    tables: list[tuple[str, Iterable[Any]]] = [
        ("bulletins.csv", region.bulletins),
        ("population.csv", region.population),
        ("facilities.csv", region.facilities),
        ("designated_beds.csv", region.designated_beds),
        ("risk_published.csv", region.risk),
        ("tiles.csv", region.tiles),
        ("numbers.csv", region.numbers),
        ("boundaries.geojson", region.outlines),
        ("community_published.yaml", region.communities),
        ("region.yaml", region.definition_changes),
        ("region.yaml", region.explanations),
        ("indicators.csv", region.indicator_figures),
    ]
    for file, rows in tables:
        for number, row in enumerate(rows, start=2):
            if row.place not in keys:
                yield Finding(file, number, "place", f"{row.place} is no place in places.csv")


def _sources(region: Region) -> Iterator[Finding]:
    known = {source.id for source in region.sources}
    used: dict[str, str] = {}
    tables: list[tuple[str, Iterable[Any]]] = [
        ("places.csv", region.places),
        ("links.csv", region.links),
        ("bulletins.csv", region.bulletins),
        ("population.csv", region.population),
        ("facilities.csv", region.facilities),
        ("designated_beds.csv", region.designated_beds),
        ("risk_published.csv", region.risk),
        ("risk_series.csv", region.risk_series),
        ("community_published.yaml", region.communities),
        ("region.yaml", region.definition_changes),
        ("region.yaml", region.explanations),
        ("indicators.csv", region.indicator_figures),
        ("numbers.csv", region.numbers),
    ]
    for file, rows in tables:
        for row in rows:
            used.setdefault(row.source, file)
    for source, file in used.items():
        if source not in known:
            yield Finding(file, 0, "source", f"{source} is not in sources.yaml; add it with title, issuer and date")


def _bulletins(region: Region) -> Iterator[Finding]:
    times = Counter((row.day, row.place, *published(row)) for row in region.bulletins)
    for (day, place, on, at, _restated), n in times.items():
        if n > 1:
            yield Finding("bulletins.csv", 0, "day", f"{place} has {n} rows for {day} published on {on} at {at}")


def _indicators(region: Region) -> Iterator[Finding]:
    known = {one.id for one in region.indicators}
    for name in sorted({one.indicator for one in region.indicator_figures} - known):
        yield Finding("indicators.csv", 0, "indicator", f"{name} is not in indicators.yaml; add it with names and unit")
    times = Counter((one.day, one.place, one.indicator, *published(one)) for one in region.indicator_figures)
    for (day, place, name, on, at, _restated), n in times.items():
        if n > 1:
            yield Finding("indicators.csv", 0, "day", f"{place} has {n} rows of {name} for {day}, {on} at {at}")


def _risk(region: Region) -> Iterator[Finding]:
    for series in region.risk_series:
        if series.low + series.medium + series.high != series.units:
            yield Finding("risk_series.csv", 0, "units", f"{series.as_of}: levels do not add up to {series.units}")
        levels = Counter(row.level for row in region.risk if row.as_of == series.as_of)
        if levels and (levels["low"], levels["medium"], levels["high"]) != (
            series.low,
            series.medium,
            series.high,
        ):
            yield Finding("risk_published.csv", 0, "level", f"{series.as_of}: the units listed give {dict(levels)}")


def _tiles(region: Region) -> Iterator[Finding]:
    levels: dict[str, Place] = {place.key: place for place in region.places}
    taken: dict[tuple[str, int, int], str] = {}
    for tile in region.tiles:
        other = taken.setdefault((tile.level, tile.col, tile.row), tile.place)
        if other != tile.place:
            yield Finding("tiles.csv", 0, "col", f"{other} and {tile.place} stand on one tile")
        if tile.place in levels and levels[tile.place].level != tile.level:
            yield Finding("tiles.csv", 0, "level", f"{tile.place} is no {tile.level}")
    for level in {tile.level for tile in region.tiles}:
        missing = {p.key for p in region.places if p.level == level and p.counted} - {t.place for t in region.tiles}
        for key in sorted(missing):
            yield Finding("tiles.csv", 0, "place", f"{key} has no tile")


def _county_numbers(region: Region) -> Iterator[Finding]:
    """Two places with one number would give one handle to two persons."""
    for number, times in Counter(one.number for one in region.numbers).items():
        if times > 1:
            yield Finding("numbers.csv", 0, "number", f"{number} stands {times} times; each place has its own")


def _expected(region: Region) -> Iterator[Finding]:
    counts = region.counts()
    real = [place for place in region.places if not place.invented]
    counts["village_level_rows"] = sum(place.level == "community" for place in real)
    counts["quasi_township"] = sum(place.kind == "quasi_township" for place in real)
    risk = Counter(row.as_of.isoformat() for row in region.risk)
    for name, number in region.expected.items():
        if name == "risk_units":
            for day, units in number.items():
                if risk[day] != units:
                    yield Finding(
                        "risk_published.csv", 0, "as_of", f"{day} has {risk[day]} units, {units} are expected"
                    )
        elif counts.get(name, 0) != number:
            yield Finding("places.csv", 0, "level", f"{counts.get(name, 0)} of {name}, {number} are expected")
