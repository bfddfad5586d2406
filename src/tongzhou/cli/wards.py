"""`tongzhou wards import`: wards and their beds, and where places lie."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from tongzhou.cli import tables
from tongzhou.cli.setup import opened
from tongzhou.cli.speaking import Lister, lister
from tongzhou.engines.beds.model import BEDS, INFECTIONS, KINDS, TAKES
from tongzhou.tables.ids import plain_id
from tongzhou.why import NO_PLACE, NOT_BETWEEN, NOT_YOURS, TAKEN, TWICE, gettext_noop, why

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
NOT_A_NUMBER = {
    "km": gettext_noop("%(said)r is not a number of km"),
    "degrees": gettext_noop("%(said)r is not a number of degrees"),
}
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
@tables.brings
@click.option(
    "--points",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Where places lie (CSV: place, source, and x_km, y_km or lon, lat), on one plane with the wards.",
)
@click.option("--centre", metavar="LON,LAT", callback=_centre,
              help="Middle of the plane for lon, lat: the same at every import.")  # fmt: skip
def import_(brought: tables.Brought, points: Path | None, centre: tuple[float, float] | None) -> None:
    """Take in FILE (CSV), one ward a row; a key already there is changed, beds are added and never taken away.

    Columns: key, facility, facility_zh, facility_en, name_zh, name_en, kind, bed, serves, place, beds; optional sex,
    oxygen, x_km, y_km (or lon, lat with --centre). Good rows go in; the others come back in FILE-refused.csv with the
    reason.
    """
    listed = brought.table(NEEDED)
    located = tables.read(points, ("place",)) if points else None
    with opened(brought.folder):
        from tongzhou.hospital import load
        from tongzhou.ledger import door
        from tongzhou.places.load import ids_by_key_or_code

        who = lister(brought.login, "beds")
        with door.ledger() as connection:
            ids = ids_by_key_or_code(connection)
            stand = dict(connection.execute("select key, place from hospital_ward").fetchall())
            seen: set[str] = set()
            good = _good(listed, lambda row: _theirs(who, _ward(row, ids, seen, centre), ids, stand))
            load.load(connection, good, ids)
            where = _good(located, lambda row: _theirs(who, _point(row, ids, centre), ids, {})) if located else []
            load.points(connection, where, ids)
            if brought.dry:
                connection.rollback()
        read = [one for one in (listed, located) if one]
        back = [one.give_back() for one in read]
    refused = len(listed.refused) + (len(located.refused) if located else 0)
    told = {"wards": len(good), "points": len(where), "refused": refused,
            "refused_files": [str(one) for one in back if one], "dry_run": brought.dry}  # fmt: skip
    would = "would go in" if brought.dry else "are in"
    click.echo(json.dumps(told) if brought.as_json else f"{len(good)} wards and {len(where)} points {would}.")
    for table, file_of in zip(read, back, strict=True):
        tables.say_refused(table, file_of, dry=brought.dry)


def _good(table: tables.Table, made: Callable[[dict[str, str]], dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows that can be taken in; the table keeps the others with the reason."""
    good = []
    for line, row in table:
        try:
            good.append(made(row))
        except ValueError as error:
            table.refuse(line, row, error.args[0])
    return good


def _theirs(who: Lister, made: dict[str, Any], ids: dict[str, int], stand: dict[str, int]) -> dict[str, Any]:
    """The row, where it names nothing of another place: neither where it is to stand nor where its key stands now."""
    if not who.holds(ids[made["place"]]):
        raise ValueError(why("place", NOT_YOURS, said=made["place"]))
    if not who.holds(stand.get(made.get("key", ""), ids[made["place"]])):
        raise ValueError(why("key", TAKEN, said=made["key"]))
    return made


def _ward(
    row: dict[str, str], ids: dict[str, int], seen: set[str], centre: tuple[float, float] | None = None
) -> dict[str, Any]:
    for name in NEEDED:
        if not row.get(name):
            raise ValueError(why(name, gettext_noop("empty")))
    for name, choices in CHOICES.items():
        if row.get(name) and row[name] not in choices:
            words = ", ".join(choices)
            raise ValueError(why(name, gettext_noop("%(said)r is not one of %(words)s"), said=row[name], words=words))
    if row["place"] not in ids:
        raise ValueError(why("place", NO_PLACE, said=row["place"]))
    if row["key"] in seen:
        raise ValueError(why("key", TWICE, said=row["key"]))
    row |= {"beds": plain_id(row["beds"])}
    if not row["beds"].isdecimal() or not 0 < int(row["beds"]) <= 5000:
        raise ValueError(why("beds", NOT_BETWEEN, said=row["beds"], least=1, most=5000))
    if row.get("oxygen") not in (None, "", "yes", "no"):
        raise ValueError(why("oxygen", gettext_noop("%(said)r is not yes or no"), said=row["oxygen"]))
    made: dict[str, Any] = {name: row[name] for name in NEEDED}
    made |= {"sex": row.get("sex") or "any", "oxygen": row.get("oxygen") == "yes"}
    if any(row.get(name) for name in ("x_km", "y_km", "lon", "lat")):
        made["x_km"], made["y_km"] = _where(row, centre)
    seen.add(row["key"])
    return made


def _point(row: dict[str, str], ids: dict[str, int], centre: tuple[float, float] | None) -> dict[str, Any]:
    if row["place"] not in ids:
        raise ValueError(why("place", NO_PLACE, said=row["place"]))
    x, y = _where(row, centre)
    return {**row, "x_km": x, "y_km": y}


def _where(row: dict[str, str], centre: tuple[float, float] | None) -> tuple[float, float]:
    """Kilometres east and north of the middle of the plane, as given or from degrees (equirectangular)."""
    if not (row.get("lon") or row.get("lat")):
        return _km(row, "x_km"), _km(row, "y_km")
    if centre is None:
        raise ValueError(why("lon", gettext_noop("degrees need --centre LON,LAT")))
    lon, lat = (_number(row, name, "degrees") for name in ("lon", "lat"))
    x = (lon - centre[0]) * DEGREE_KM * math.cos(math.radians(centre[1]))
    y = (lat - centre[1]) * DEGREE_KM
    if not (abs(x) <= FARTHEST_KM and abs(y) <= FARTHEST_KM):
        said = gettext_noop("%(said)s is too far from %(centre)s")
        raise ValueError(why("lon", said, said=f"{row['lon']},{row['lat']}", centre=f"{centre[0]:g},{centre[1]:g}"))
    return round(x, 3), round(y, 3)


def _number(row: dict[str, str], name: str, what: str) -> float:
    try:
        return float(row.get(name) or "")
    except ValueError:
        raise ValueError(why(name, NOT_A_NUMBER[what], said=row.get(name) or "")) from None


def _km(row: dict[str, str], name: str) -> float:
    value = _number(row, name, "km")
    if not abs(value) <= FARTHEST_KM:
        raise ValueError(why(name, gettext_noop("%(said)s km is too far; degrees or metres?"), said=row[name]))
    return value
