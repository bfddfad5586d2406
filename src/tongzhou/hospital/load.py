"""Puts wards, their beds and the points of places into the database: furniture, as somebody lists it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from psycopg import Connection

from tongzhou.ledger import clock
from tongzhou.ledger.time import local_day
from tongzhou.sites.drafts import Details, Draft
from tongzhou.sites.keep import listed

SOURCE = "list of wards"
COLUMNS = ("key", "facility", "facility_zh", "facility_en", "name_zh", "name_en", "kind", "bed", "serves", "sex",
           "oxygen", "place", "x_km", "y_km", "invented")  # fmt: skip


def load(connection: Connection[Any], wards: Sequence[Mapping[str, Any]], ids: Mapping[str, int]) -> int:
    """Write wards (`beds`: how many stand there; `place`: a place's key); beds that are there stay. Houses and wards
    are sites under their own keys. Returns how many wards."""
    sites: list[Draft] = []
    now = clock.read(connection).now
    for ward in wards:
        values = {**{"sex": "any", "oxygen": False, "x_km": None, "y_km": None, "invented": False}, **ward}
        values["place"] = ids[str(ward["place"])]
        row = connection.execute(
            f"insert into hospital_ward ({', '.join(COLUMNS)}) values ({', '.join(f'%({c})s' for c in COLUMNS)})"
            f" on conflict (key) do update set {', '.join(f'{c} = excluded.{c}' for c in COLUMNS[1:])} returning id",
            values,
        ).fetchone()
        assert row is not None
        connection.execute(
            "insert into hospital_bed (ward, label, place) select %s, n::text, %s from generate_series(1, %s) n"
            " on conflict do nothing",
            [row[0], values["place"], int(ward["beds"])],
        )
        sites += _sites(values, local_day(now))
    listed(connection, sites, now)
    return len(wards)


HOUSES = {"fangcang": "fangcang", "hotel": "isolation_point", "observation": "isolation_point"}  # else a hospital


def _sites(ward: Mapping[str, Any], since: dt.date) -> Iterator[Draft]:
    """The house and the ward, as sites; one key for both is the house's."""
    at = {"place": ward["place"], "invented": bool(ward["invented"]), "since": since, "source": SOURCE}
    kind = HOUSES.get(ward["kind"], "hospital")
    yield Draft(ward["facility"], kind, name_zh=ward["facility_zh"], name_en=ward["facility_en"], **at)
    part = Details(part_of=ward["facility"])
    if ward["key"] != ward["facility"]:
        yield Draft(ward["key"], "ward", name_zh=ward["name_zh"], name_en=ward["name_en"], details=part, **at)


def points(connection: Connection[Any], given: Sequence[Mapping[str, Any]], ids: Mapping[str, int]) -> int:
    """Write where places lie (`place`: a place's key, `x_km`, `y_km`, `source`). Returns how many."""
    for one in given:
        connection.execute(
            "insert into hospital_point values (%s, %s, %s, %s) on conflict (place)"
            " do update set x_km = excluded.x_km, y_km = excluded.y_km, source = excluded.source",
            [ids[str(one["place"])], float(one["x_km"]), float(one["y_km"]), one.get("source", "")],
        )
    return len(given)
