"""Addresses of doors under the asker's scope, and a door found by its running number or as people say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from psycopg import Connection

from tongzhou.ledger.door import ledger
from tongzhou.places.queries import above
from tongzhou.problems import Malformed
from tongzhou.sites import doors
from tongzhou.sites.doors import Door, NotUnderstood
from tongzhou.sites.templatetags.doors import address

_OF = """
select id, building, stairwell, floor, room from community_household
where id = any(%s) and (building, stairwell, room) <> ('', '', '')
"""


def of(numbers: Iterable[int | None]) -> dict[int, Door]:
    """The addresses of these households; one without an address, or outside the asker's scope, is left out."""
    wanted = sorted({number for number in numbers if number})
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_OF, [wanted])
        return {row[0]: Door(*row[1:]) for row in cursor.fetchall()}


def called(number: int | None, known: Mapping[int, Door]) -> str:
    """A door as people say it: its running number, and its address where that is known; empty where none is named."""
    return _("Door %(n)s") % {"n": number} + address(known, number) if number else ""


def for_the_way(ledger: Connection[Any], numbers: Iterable[int | None]) -> dict[int, Door]:
    """The same for whoever is sent to a door and sees no households: asked as the ledger, about what they owe."""
    wanted = sorted({number for number in numbers if number})
    return {row[0]: Door(*row[1:]) for row in ledger.execute(_OF, [wanted])}


def places(ledger: Connection[Any], numbers: Iterable[int | None]) -> dict[int, int]:
    """Where doors lie, whoever asks: for the question whether somebody may name one."""
    wanted = sorted({number for number in numbers if number})
    asked = "select id, place from community_household where id = any(%s)"
    return dict(ledger.execute(asked, [wanted]).fetchall()) if wanted else {}


def lies_in(number: int, place: int) -> bool:
    """Is there a door of this number in the branch of a place? Asked as the ledger: whoever investigates sees no
    households. One elsewhere and one that is nowhere are answered alike."""
    with ledger() as connection:
        return connection.execute(_LIES_IN, [number, place]).fetchone() is not None


_LIES_IN = """
select from community_household h join places_cover c on c.covers @> h.place
where h.id = %s and c.place = %s and c.tree = 'command' and c.valid_to is null
"""


def around(place: int) -> int:
    """The community that a place lies in; the place itself, where it lies in none."""
    return next((one.id for one in above([place], ["community"]).get(place, ())), place)


def find(text: str, field: str = "household") -> int | None:
    """The number of the household: the running number as it is, else the one door of the asker's places that has this
    address. None where nothing was typed. Raises Malformed where it is not understood, or is none or several doors."""
    plain = text.strip()
    if not plain or (plain.isascii() and plain.isdigit() and len(plain) < 10):
        return int(plain) if plain else None
    try:
        told = doors.parse(plain)
    except NotUnderstood as error:
        raise Malformed(_("“%(part)s” is not understood; say 3栋2单元501 or the door number") % {"part": error.part},
                        field) from None  # fmt: skip
    found = _having(told)
    if len(found) != 1:
        words = (
            _("no door of yours is %(door)s") if not found else _("several doors are %(door)s; give the door number")
        )
        raise Malformed(words % {"door": doors.written(told)}, field)
    return found[0]


def within(ledger: Connection[Any], place: int, told: int | Door) -> tuple[int, int] | None:
    """The one household within a place that has this number or address, and where it lies: for whoever stands there and
    has no list of doors. None where there is none, or several."""
    door = Door() if isinstance(told, int) else told
    number = told if isinstance(told, int) else None
    found = ledger.execute(_WITHIN, {"place": place, "number": number, "building": door.building, "room": door.room,
                                     "stairwell": door.stairwell, "floor": door.floor}).fetchall()  # fmt: skip
    return (found[0][0], found[0][1]) if len(found) == 1 else None


_WITHIN = """
select h.id, h.place from community_household h
join places_cover c on c.place = %(place)s and c.tree = 'command' and c.valid_to is null and c.covers @> h.place
where case when %(number)s::integer is not null then h.id = %(number)s else
  h.room = %(room)s and h.building = %(building)s and (%(stairwell)s = '' or h.stairwell = %(stairwell)s)
  and (%(floor)s::smallint is null or h.floor is null or h.floor = %(floor)s) end limit 2
"""


def _having(told: Door) -> list[int]:
    """At most two doors that have every part that was said."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id from community_household where room = %(room)s and building = %(building)s"
            " and (%(stairwell)s = '' or stairwell = %(stairwell)s)"
            " and (%(floor)s::smallint is null or floor is null or floor = %(floor)s) limit 2",
            {"building": told.building, "stairwell": told.stairwell, "floor": told.floor, "room": told.room},
        )
        return [row[0] for row in cursor.fetchall()]
