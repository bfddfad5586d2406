"""An invented province of any size, in a database of its own."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import Connection, sql

from tongzhou.database.roles import Installation, prepare
from tongzhou.hospital.load import load
from tongzhou.places.cover import covers, store
from tongzhou.places.roster import recount

SINCE = dt.date(2019, 1, 1)


@dataclass
class Land:
    """Ids of an invented province's places by level; leaves are where households live."""

    root: int = 1
    prefectures: list[int] = field(default_factory=list)
    counties: list[int] = field(default_factory=list)
    leaves: list[int] = field(default_factory=list)
    parents: dict[int, int | None] = field(default_factory=dict)


def lay_out(prefectures: int, counties: int, leaves: int) -> Land:
    """A province → prefectures → counties → leaves, in preorder so that each branch is one range of ids."""
    land = Land(parents={1: None})
    next_id = 2
    for p in range(prefectures):
        prefecture, next_id = next_id, next_id + 1
        land.parents[prefecture] = 1
        land.prefectures.append(prefecture)
        own_counties = counties // prefectures + (p < counties % prefectures)
        for _ in range(max(1, own_counties)):
            county, next_id = next_id, next_id + 1
            land.parents[county] = prefecture
            land.counties.append(county)
            here = leaves * len(land.counties) // counties - leaves * (len(land.counties) - 1) // counties
            for _ in range(here):
                land.parents[next_id] = county
                land.leaves.append(next_id)
                next_id += 1
    return land


def furnish(connection: Connection[Any], land: Land) -> None:
    level = {1: "province"} | dict.fromkeys(land.prefectures, "prefecture") | dict.fromkeys(land.counties, "county")
    with connection.cursor() as cursor:
        with cursor.copy("copy places_place (id, key) from stdin") as copy:
            for place in land.parents:
                copy.write_row((place, f"bench.{place}"))
        with cursor.copy(
            "copy places_name (place, code, name_zh, name_en, pinyin, level, invented, valid_from) from stdin"
        ) as copy:
            for place in land.parents:
                copy.write_row(
                    (
                        place,
                        str(place),
                        f"地{place}",
                        f"Place {place}",
                        f"place{place}",
                        level.get(place, "community"),
                        True,
                        SINCE,
                    )
                )
    for tree in ("statistical", "command"):
        with (
            connection.cursor() as cursor,
            cursor.copy("copy places_link (tree, place, parent, valid_from) from stdin") as copy,
        ):
            for place, parent in land.parents.items():
                copy.write_row((tree, place, parent, SINCE))
        store(connection, tree, SINCE, None, covers(land.parents))
    connection.execute("insert into places_region values ('bench', '测省', 'Bench', 'Asia/Shanghai', 1)")


def make_worker(owner: Connection[Any], place: int, role: str = "community_lead") -> str:
    """A member of staff whose role covers `place`; returns the bearer token of their device."""
    token = f"bench-{place}-{role}"
    row = owner.execute(
        "insert into auth_user (username, password, first_name, last_name, email, is_superuser, is_staff, "
        "is_active, date_joined)"
        " values (%s, '!', '', '', '', false, false, true, now()) returning id",
        [token],
    ).fetchone()
    assert row is not None
    owner.execute("insert into people_holding (staff, role, place) values (%s, %s, %s)", [row[0], role, place])
    owner.execute(
        "insert into people_device (staff, token, name) values (%s, %s, 'bench')",
        [row[0], hashlib.sha256(token.encode()).digest()],
    )
    return token


def doors(owner: Connection[Any], rows: Iterable[tuple[int, int, int, int]], since: dt.date | None = SINCE) -> None:
    """Households as (number, place, stairwell, people), and from a day on how many of them each place has."""
    with (
        owner.cursor() as cursor,
        cursor.copy("copy community_household (id, place, stair, people) from stdin") as copy,
    ):
        for row in rows:
            copy.write_row(row)
    if since:
        recount(owner, since)


def ward(owner: Connection[Any], county: int, beds: int, *, key: str = "", kind: str = "designated",
         serves: str = "confirmed") -> int:  # fmt: skip
    """A ward with its beds in a hospital of a county; its number."""
    hospital = key or f"h{county}"
    told = {"key": key or f"{hospital}.a", "facility": hospital, "facility_zh": "测院", "facility_en": "Bench Hospital",
            "name_zh": "一病区", "name_en": "Ward 1", "kind": kind, "bed": "general", "serves": serves,
            "place": f"bench.{county}", "beds": beds}  # fmt: skip
    load(owner, [told], {f"bench.{county}": county})
    row = owner.execute("select id from hospital_ward where key = %s", [told["key"]]).fetchone()
    assert row is not None
    return int(row[0])


@contextmanager
def database(installation: Installation, name: str) -> Iterator[str]:
    """A fresh migrated database beside the real one, dropped afterwards; this process and its children use it."""
    from tongzhou.cli.setup import bring_up_to_date
    from tongzhou.play import stage

    bench = Installation(installation.home, name)
    dropped = sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
    with stage.admin(installation) as connection:
        connection.execute(dropped)
    prepare(bench, stage.dsn(installation))
    try:
        with stage.pointed(name):
            bring_up_to_date()
            yield name
    finally:
        with stage.admin(installation) as connection:
            connection.execute(dropped)


def owner_connection() -> Connection[Any]:
    from django.conf import settings

    from tongzhou.database.roles import OWNER

    given: dict[str, Any] = {**settings.INSTALLATION.connection(OWNER), "dbname": settings.DATABASES["owner"]["NAME"]}
    return psycopg.connect(**given)
