"""`tongzhou bulletin import`: published figures from a table."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from pathlib import Path
from typing import Any

import click

from tongzhou.cli import tables
from tongzhou.cli.importing import append_rows, finish
from tongzhou.cli.setup import data_dir, opened

NEEDED = ("day", "place", "confirmed", "cured", "dead", "published_on", "source")
NAMESPACE = uuid.UUID("0b6c1d8e-4a0e-5d5c-8e63-2f0a7d1b9c44")


@click.group()
def bulletin() -> None:
    """Figures as they were published."""


@bulletin.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@data_dir
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def import_(file: Path, data_dir: Path | None, as_json: bool) -> None:
    """Append FILE (CSV: day, place, confirmed, cured, dead, published_on, source, note) to the ledger.

    `place` is a place's key or code. Good rows go in; the others come back in FILE-refused.csv with the reason.
    Importing a file twice changes nothing.
    """
    table = tables.read(file, NEEDED)
    with opened(data_dir):
        told = _append(table)
    finish(table, told, as_json)


def _append(table: tables.Table) -> dict[str, Any]:
    from tongzhou.ledger import door

    with door.ledger() as connection:
        region = connection.execute("select zone from places_region").fetchone()
        if region is None:
            raise click.ClickException("There is no region here yet: tongzhou region load regions/hubei")
        found = {key: (id, key) for key, id in connection.execute("select key, id from places_place")}
        found |= {
            code: (id, key)
            for code, id, key in connection.execute(
                "select n.code, p.id, p.key from places_name n join places_place p on p.id = n.place where code <> ''"
            )
        }
    facts = [(line, row, made) for line, row in table if (made := _fact(table, line, row, found, str(region[0])))]
    return append_rows(table, facts)


def _fact(table: tables.Table, line: int, row: dict[str, str], places: dict[str, tuple[int, str]], zone: str) -> Any:
    """The fact a row says; None where the row is refused."""
    from zoneinfo import ZoneInfo

    import msgspec

    from tongzhou.ledger.kinds import Said

    body: dict[str, Any] = {"source": row["source"], "note": row.get("note", "")}
    try:
        days = {name: _day(row, name) for name in ("day", "published_on")}
        body |= {name: str(day) for name, day in days.items()}
        body |= {name: _count(row, name) for name in ("confirmed", "cured", "dead")}
        _filled(row, "source")
        if days["published_on"] < days["day"]:
            raise ValueError("published_on: lies before day")
        if row["place"] not in places:
            raise ValueError(f"place: there is no {row['place']!r} in this region")
    except ValueError as error:
        table.refuse(line, row, str(error))
        return None
    place, body["unit"] = places[row["place"]]
    published = dt.datetime.combine(days["published_on"], dt.time(8), ZoneInfo(zone))
    close = dt.datetime.combine(days["day"] + dt.timedelta(days=1), dt.time(), ZoneInfo(zone))
    content = uuid.uuid5(NAMESPACE, json.dumps(body, sort_keys=True)).int
    stamp = int(published.timestamp() * 1000) << 80
    id = uuid.UUID(int=stamp | 7 << 76 | (content >> 40 & 0xFFF) << 64 | 2 << 62 | content & (1 << 62) - 1)
    return Said(id, "bulletin.published", min(close, published), msgspec.Raw(json.dumps(body).encode()), place)


def _filled(row: dict[str, str], name: str) -> str:
    if not row[name]:
        raise ValueError(f"{name}: is empty")
    return row[name]


def _day(row: dict[str, str], name: str) -> dt.date:
    try:
        return dt.date.fromisoformat(_filled(row, name))
    except ValueError:
        raise ValueError(f"{name}: {row[name]!r} is not a day like 2020-03-10") from None


def _count(row: dict[str, str], name: str) -> int:
    text = _filled(row, name)
    if not text.isdecimal():
        raise ValueError(f"{name}: {text!r} is not a whole number of 0 or more")
    return int(text)
