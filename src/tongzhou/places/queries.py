"""Names of places as they are today."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True)
class Name:
    id: int
    name_zh: str
    name_en: str
    level: str


def names(places: list[int]) -> dict[int, Name]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct on (place) place, name_zh, name_en, level from places_name where place = any(%s)"
            " order by place, valid_from desc",
            [places],
        )
        return {row[0]: Name(*row) for row in cursor.fetchall()}
