"""`tongzhou wards import`: wards and their beds, and where places lie."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from tongzhou.cli import tables
from tongzhou.cli.setup import data_dir, opened
from tongzhou.cli.speaking import AS, Lister, lister
from tongzhou.engines.beds.model import BEDS, INFECTIONS, KINDS, TAKES
from tongzhou.tables.ids import plain_id
from tongzhou.tables.reader import Choices

NEEDED = (
    "key",
    "facility",
    "facility_zh",
    "facility_en",
    "name_zh",
    "name_en",
    "kind",
    "bed",
    "serves",
    "place",
    "beds",
)
CHOICES = {"kind": KINDS, "bed": BEDS, "serves": INFECTIONS, "sex": TAKES}
FARTHEST_KM = 2_000.0  # degrees and metres are caught by this
DEGREE_KM = 111.195  # of a great circle on a sphere of 6,371 km


def _centre(_ctx: click.Context, _param: click.Parameter, text: str | None) -> tuple[float, float] | None:
    """The middle of the plane on which kilometres are counted."""
    if text is None:
        return None
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError:
        raise click.BadParameter("longitude and latitude, as in 114.3,30.6") from None
    if not (abs(lon) <= 180 and abs(lat) < 85):
        raise click.BadParameter("longitude, then latitude, in degrees")
    return lon, lat


@click.group()
def wards() -> None:
    """Wards, their beds, and where places lie: furniture, as somebody lists it."""


@wards.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@tables.asked
@click.option(
    "--points",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Where places lie (CSV: place, source, and x_km, y_km or lon, lat), on one plane with the wards.",
)
@click.option("--centre", metavar="LON,LAT", callback=_centre,
              help="Middle of the plane for lon, lat: the same at every import.")  # fmt: skip
@AS
@data_dir
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def import_(
    file: Path,
    choices: Choices,
    points: Path | None,
    centre: tuple[float, float] | None,
    login: str | None,
    data_dir: Path | None,
    as_json: bool,
) -> None:
    """Take in FILE (CSV), one ward a row; a key already there is changed, beds are added and never taken away.

    Columns: key, facility, facility_zh, facility_en, name_zh, name_en, kind, bed, serves, place, beds; optional sex,
    oxygen, x_km, y_km (or lon, lat with --centre). Good rows go in; the others come back in FILE-refused.csv with the
    reason.
    """
    listed = tables.read(file, NEEDED, choices)
    located = tables.read(points, ("place",)) if points else None
    with opened(data_dir):
        from tongzhou.hospital import load
        from tongzhou.ledger import door
        from tongzhou.places.load import ids_by_key_or_code

        who = lister(login, "beds")
        with door.ledger() as connection:
            ids = ids_by_key_or_code(connection)
            stand = dict(connection.execute("select key, place from hospital_ward").fetchall())
            seen: set[str] = set()
            good = _good(listed, lambda row: _theirs(who, _ward(row, ids, seen, centre), ids, stand))
            load.load(connection, good, ids)
            where = _good(located, lambda row: _theirs(who, _point(row, ids, centre), ids, {})) if located else []
            load.points(connection, where, ids)
    back = [str(one) for table in (listed, located) if table and (one := table.give_back())]
    refused = len(listed.refused) + (len(located.refused) if located else 0)
    told = {"wards": len(good), "points": len(where), "refused": refused, "refused_files": back}
    click.echo(json.dumps(told) if as_json else f"{len(good)} wards and {len(where)} points are in.")
    for name in back:
        click.echo(f"Refused rows, with the reasons: {name}", err=True)


def _good(table: tables.Table, made: Callable[[dict[str, str]], dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows that can be taken in; the table keeps the others with the reason."""
    good = []
    for line, row in table:
        try:
            good.append(made(row))
        except ValueError as error:
            table.refuse(line, row, str(error))
    return good


def _theirs(who: Lister, made: dict[str, Any], ids: dict[str, int], stand: dict[str, int]) -> dict[str, Any]:
    """The row, where it names nothing of another place: neither where it is to stand nor where its key stands now."""
    if not who.holds(ids[made["place"]]):
        raise ValueError(f"place: {made['place']} is none of your places")
    if not who.holds(stand.get(made.get("key", ""), ids[made["place"]])):
        raise ValueError(f"key: {made['key']} is taken; choose another")
    return made


def _ward(
    row: dict[str, str], ids: dict[str, int], seen: set[str], centre: tuple[float, float] | None = None
) -> dict[str, Any]:
    for name in NEEDED:
        if not row.get(name):
            raise ValueError(f"{name}: empty")
    for name, choices in CHOICES.items():
        if row.get(name) and row[name] not in choices:
            raise ValueError(f"{name}: {row[name]!r} is not one of {', '.join(choices)}")
    if row["place"] not in ids:
        raise ValueError(f"place: there is no {row['place']!r} in this region")
    if row["key"] in seen:
        raise ValueError(f"key: {row['key']} stands in this file twice")
    row |= {"beds": plain_id(row["beds"])}
    if not row["beds"].isdecimal() or not 0 < int(row["beds"]) <= 5000:
        raise ValueError(f"beds: {row['beds']!r} is not a whole number from 1 to 5000")
    if row.get("oxygen") not in (None, "", "yes", "no"):
        raise ValueError(f"oxygen: {row['oxygen']!r} is not yes or no")
    made: dict[str, Any] = {name: row[name] for name in NEEDED}
    made |= {"sex": row.get("sex") or "any", "oxygen": row.get("oxygen") == "yes"}
    if any(row.get(name) for name in ("x_km", "y_km", "lon", "lat")):
        made["x_km"], made["y_km"] = _where(row, centre)
    seen.add(row["key"])
    return made


def _point(row: dict[str, str], ids: dict[str, int], centre: tuple[float, float] | None) -> dict[str, Any]:
    if row["place"] not in ids:
        raise ValueError(f"place: there is no {row['place']!r} in this region")
    x, y = _where(row, centre)
    return {**row, "x_km": x, "y_km": y}


def _where(row: dict[str, str], centre: tuple[float, float] | None) -> tuple[float, float]:
    """Kilometres east and north of the middle of the plane, as given or from degrees (equirectangular)."""
    if not (row.get("lon") or row.get("lat")):
        return _km(row, "x_km"), _km(row, "y_km")
    if centre is None:
        raise ValueError("lon: degrees need --centre LON,LAT")
    lon, lat = (_number(row, name, "degrees") for name in ("lon", "lat"))
    x = (lon - centre[0]) * DEGREE_KM * math.cos(math.radians(centre[1]))
    y = (lat - centre[1]) * DEGREE_KM
    if not (abs(x) <= FARTHEST_KM and abs(y) <= FARTHEST_KM):
        raise ValueError(f"lon: {row['lon']},{row['lat']} is too far from {centre[0]:g},{centre[1]:g}")
    return round(x, 3), round(y, 3)


def _number(row: dict[str, str], name: str, what: str) -> float:
    try:
        return float(row.get(name) or "")
    except ValueError:
        raise ValueError(f"{name}: {row.get(name) or ''!r} is not a number of {what}") from None


def _km(row: dict[str, str], name: str) -> float:
    value = _number(row, name, "km")
    if not abs(value) <= FARTHEST_KM:
        raise ValueError(f"{name}: {row[name]} km is too far; degrees or metres?")
    return value
