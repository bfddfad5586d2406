"""Puts wards and their beds into the database: furniture, as somebody lists it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import Connection

COLUMNS = ("key", "facility", "facility_zh", "facility_en", "name_zh", "name_en", "kind", "bed", "serves", "sex",
           "oxygen", "place", "x_km", "y_km", "invented")  # fmt: skip


def load(connection: Connection[Any], wards: Sequence[Mapping[str, Any]], ids: Mapping[str, int]) -> int:
    """Write wards (`beds`: how many stand there; `place`: a place's key); beds that are there stay. Returns how many
    wards."""
    for ward in wards:
        values = {**{"sex": "any", "oxygen": False, "x_km": 0.0, "y_km": 0.0, "invented": False}, **ward}
        values["place"] = ids[str(ward["place"])]
        row = connection.execute(
            f"insert into hospital_ward ({', '.join(COLUMNS)}) values ({', '.join(f'%({c})s' for c in COLUMNS)})"
            " on conflict (key) do update set name_zh = excluded.name_zh, name_en = excluded.name_en returning id",
            values,
        ).fetchone()
        assert row is not None
        connection.execute(
            "insert into hospital_bed (ward, label, place) select %s, n::text, %s from generate_series(1, %s) n"
            " on conflict do nothing",
            [row[0], values["place"], int(ward["beds"])],
        )
    return len(wards)
