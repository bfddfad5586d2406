"""Puts a region's furniture into the database: both trees with their dates, names, tiles, published attributes.

What was *published day by day* (bulletins) is not loaded here: those are facts, and somebody says them.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from psycopg import Connection

from tongzhou.places.cover import Cover, covers
from tongzhou.places.region_types import TREES, Region


class AlreadyLoaded(Exception):
    """The database holds another region."""


class NumberMoved(AlreadyLoaded):
    """The files give a county's number to another place: handles that were given would name another county."""


def load(connection: Connection[Any], region: Region) -> dict[str, int]:
    """Write the region unless it is there already; returns the ids of places by key."""
    held = connection.execute("select key from places_region").fetchone()
    if held is not None:
        if held[0] != region.key:
            raise AlreadyLoaded(f"This database holds the region {held[0]}; use another data folder for {region.key}.")
        ids = ids_by_key(connection)
        _numbers(connection, region, ids)
        return ids
    ids = {place.key: n for n, place in enumerate(region.places, 1)}
    _copy(connection, "places_place (id, key)", ((ids[p.key], p.key) for p in region.places))
    _copy(
        connection,
        "places_name (place, code, name_zh, name_en, pinyin, level, kind, invented, valid_from, valid_to)",
        (
            (ids[p.key], p.code, p.name_zh, p.name_en, p.pinyin, p.level, p.kind, p.invented, p.valid_from, p.valid_to)
            for p in region.places
        ),
    )
    _copy(
        connection,
        "places_link (tree, place, parent, valid_from, valid_to)",
        (
            (link.tree, ids[link.place], ids[link.parent] if link.parent else None, link.valid_from, link.valid_to)
            for link in region.links
        ),
    )
    for tree in TREES:
        _copy(
            connection,
            "places_cover (tree, place, parent, depth, covers, leaf, valid_from, valid_to)",
            _dated_covers(region, tree, ids),
        )
    _copy(
        connection,
        "places_tile (place, tree_level, col, row)",
        ((ids[t.place], t.level, t.col, t.row) for t in region.tiles),
    )
    _numbers(connection, region, ids)
    _copy(connection, "places_fact (place, name, value, valid_from, source)", _attributes(region, ids))
    connection.execute(
        "insert into places_region (key, name_zh, name_en, zone, root, source) values (%s, %s, %s, %s, %s, %s::jsonb)",
        [
            region.key,
            region.name_zh,
            region.name_en,
            region.timezone,
            ids[region.root],
            json.dumps(
                {
                    "sources": {s.id: {**asdict(s), "date": str(s.date)} for s in region.sources},
                    "definition_changes": [{**asdict(c), "day": str(c.day)} for c in region.definition_changes],
                    "explanations": [
                        {**asdict(c), "since": str(c.since), "until": str(c.until)} for c in region.explanations
                    ],
                    "indicators": [asdict(one) for one in region.indicators],
                    "risk_series": [{**asdict(c), "as_of": str(c.as_of)} for c in region.risk_series],
                    "counts": region.counts(),
                },
                ensure_ascii=False,
            ),
        ],
    )
    return ids


def lacks_invented(connection: Connection[Any], region: Region) -> bool:
    """Whether the database was loaded from an edition of the region's files without these invented counties."""
    if connection.execute("select exists (select from places_region)").fetchone() != (True,):
        return False
    roots = [one.prefecture.key for one in region.invented_counties]
    row = connection.execute("select count(*) from places_place where key = any(%s)", [roots]).fetchone()
    return row is None or row[0] < len(roots)


def _numbers(connection: Connection[Any], region: Region, ids: dict[str, int]) -> None:
    """County numbers, also those that the files brought after the region was loaded. Raises NumberMoved."""
    given = {one.number: ids[one.place] for one in region.numbers if one.place in ids}
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into places_number (number, place) values (%s, %s) on conflict (number) do nothing",
            list(given.items()),
        )
    for number, place in connection.execute("select number, place from places_number").fetchall():
        if given.get(number, place) != place:
            raise NumberMoved(f"The county number {number} belongs to another place; a number is never moved.")


def ids_by_key(connection: Connection[Any]) -> dict[str, int]:
    return dict(connection.execute("select key, id from places_place").fetchall())


def ids_by_key_or_code(connection: Connection[Any]) -> dict[str, int]:
    """As lists name places: by their key here, or by the official code."""
    codes = connection.execute("select code, place from places_name where code <> ''").fetchall()
    return ids_by_key(connection) | dict(codes)


def _copy(connection: Connection[Any], target: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"copy {target} from stdin") as copy:
        for row in rows:
            copy.write_row(row)


def _dated_covers(region: Region, tree: str, ids: dict[str, int]) -> Iterable[tuple[Any, ...]]:
    """A row for each place and span of days in which its branch did not change."""
    links = [link for link in region.links if link.tree == tree]
    days = sorted({link.valid_from for link in links} | {link.valid_to for link in links if link.valid_to})
    open_rows: dict[int, tuple[Cover, dt.date]] = {}
    for day in days:
        parents = region.parents(tree, day)
        now = {c.place: c for c in covers({ids[p]: ids[q] if q else None for p, q in parents.items()})}
        for place in set(open_rows) - set(now):
            yield _row(tree, *open_rows.pop(place), day)
        for place, cover in now.items():
            if place in open_rows and open_rows[place][0] != cover:
                yield _row(tree, *open_rows.pop(place), day)
            open_rows.setdefault(place, (cover, day))
    for cover, since in open_rows.values():
        yield _row(tree, cover, since, None)


def _row(tree: str, cover: Cover, since: dt.date, until: dt.date | None) -> tuple[Any, ...]:
    return (tree, cover.place, cover.parent, cover.depth, cover.as_multirange(), cover.leaf, since, until)


def _attributes(region: Region, ids: dict[str, int]) -> Iterable[tuple[Any, ...]]:
    for one in region.population:
        yield ids[one.place], "population", _value(one, "place", "as_of", "source"), one.as_of, one.source
    for risk in region.risk:
        yield ids[risk.place], "risk_published", _value(risk, "place", "as_of", "source"), risk.as_of, risk.source
    for beds in region.designated_beds:
        yield ids[beds.place], "designated_beds", _value(beds, "place", "day", "source"), beds.day, beds.source
    for outline in region.outlines:
        yield ids[outline.place], "outline", outline.as_json(), region.codes_of, "boundaries.geojson"
    for county in region.invented_counties:
        if county.orders_as:
            theirs = json.dumps({"place": ids[county.orders_as]})
            yield ids[county.prefecture.key], "orders_as", theirs, county.since, county.source
    for facility in region.facilities:
        since = facility.first_admission or region.codes_of
        yield (
            ids[facility.place],
            f"facility/{facility.key}",
            _value(facility, "place", "source"),
            since,
            facility.source,
        )


def _value(one: Any, *without: str) -> str:
    return json.dumps({k: v for k, v in asdict(one).items() if k not in without}, ensure_ascii=False, default=str)
