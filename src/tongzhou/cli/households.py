"""`tongzhou households import`: the list of doors of a community."""

from __future__ import annotations

import json
from typing import Any

import click

from tongzhou.cli import tables
from tongzhou.cli.setup import opened
from tongzhou.cli.speaking import Lister, lister
from tongzhou.sites.doors import Door, NotUnderstood, parse
from tongzhou.tables.ids import plain_id
from tongzhou.why import NO_PLACE, NOT_BETWEEN, NOT_YOURS, TAKEN, TWICE, gettext_noop, why


@click.group()
def households() -> None:
    """Doors: a number, an address, a stairwell and how many people, never a list of persons."""


@households.command("import")
@tables.brings
def import_(brought: tables.Brought) -> None:
    """Take in FILE (CSV: number, place, stair, people and, where told, door: 3栋2单元501); a number already there is
    changed to what the file says, and keeps its address where the file has no column `door`.

    `place` is the code or key of a grid (or of a community without grids). Good rows go in; the others come back in
    FILE-refused.csv with the reason.
    """
    table = brought.table(("number", "place", "stair", "people"))
    with opened(brought.folder):
        from tongzhou.ledger import clock, door
        from tongzhou.ledger.time import local_day
        from tongzhou.places import roster
        from tongzhou.places.load import ids_by_key_or_code

        who = lister(brought.login, "households")
        with door.ledger() as connection:
            found = ids_by_key_or_code(connection)
            seen: set[object] = set()
            read = [(line, row, made) for line, row in table if (made := _row(table, line, row, found, seen))]
            stand = _standing(connection, [made[0] for _line, _row, made in read])
            rows = [made for line, row, made in read if _theirs(table, line, row, made, who, stand)]
            with connection.cursor() as cursor:
                cursor.executemany(_PUT + (_ADDRESS if "door" in table.columns else ""), rows)
            roster.recount(connection, local_day(clock.read(connection).now))
            if brought.dry:
                connection.rollback()
        back = table.give_back()
    told = {"accepted": len(rows), "refused": len(table.refused), "refused_file": str(back) if back else None,
            "dry_run": brought.dry}  # fmt: skip
    would = "would be" if brought.dry else "are"
    click.echo(json.dumps(told) if brought.as_json else f"{len(rows)} of {len(table.lines)} doors {would} in the list.")
    tables.say_refused(table, back, dry=brought.dry)


_PUT = (
    "insert into community_household (id, place, stair, people, building, stairwell, floor, room)"
    " values (%s, %s, %s, %s, %s, %s, %s, %s)"
    " on conflict (id) do update set place = excluded.place, stair = excluded.stair, people = excluded.people"
)
_ADDRESS = (
    ", building = excluded.building, stairwell = excluded.stairwell, floor = excluded.floor, room = excluded.room"
)


def _row(table: tables.Table, line: int, row: dict[str, str], places: dict[str, int], seen: set[object]) -> Any:
    try:
        number, stair, people = (_number(row, *limit) for limit in (("number", 1, 2**31 - 1), ("stair", 0, 999),
                                                                    ("people", 0, 99)))  # fmt: skip
        if row["place"] not in places:
            raise ValueError(why("place", NO_PLACE, said=row["place"]))
        if number in seen:
            raise ValueError(why("number", TWICE, said=number))
        door = _door(row)
        if door != Door() and (places[row["place"]], door) in seen:
            raise ValueError(why("door", TWICE, said=row["door"]))
    except ValueError as error:
        table.refuse(line, row, error.args[0])
        return None
    seen |= {number, (places[row["place"]], door)}
    return number, places[row["place"]], stair, people, door.building, door.stairwell, door.floor, door.room


def _door(row: dict[str, str]) -> Door:
    if not row.get("door"):
        return Door()
    try:
        return parse(row["door"])
    except NotUnderstood as error:
        said = gettext_noop("%(said)r is not understood; write 3栋2单元501 or 3-2-501")
        raise ValueError(why("door", said, said=error.part)) from None


def _standing(connection: Any, numbers: list[int]) -> dict[int, int]:
    """Where doors of these numbers are now."""
    found = connection.execute("select id, place from community_household where id = any(%s)", [numbers])
    return dict(found.fetchall())


def _theirs(table: tables.Table, line: int, row: dict[str, str], made: Any, who: Lister, stand: dict[int, int]) -> bool:
    """Does the row name nothing of another place: neither where the door is to be nor where its number is now?"""
    number, place, *_rest = made
    if not who.holds(place):
        table.refuse(line, row, why("place", NOT_YOURS, said=row["place"]))
    elif not who.holds(stand.get(number, place)):
        table.refuse(line, row, why("number", TAKEN, said=number))
    else:
        return True
    return False


def _number(row: dict[str, str], name: str, least: int, most: int) -> int:
    text = plain_id(row[name])
    if not text.isdecimal() or not least <= int(text) <= most:
        raise ValueError(why(name, NOT_BETWEEN, said=row[name], least=least, most=most))
    return int(text)
