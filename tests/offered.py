"""A supplier's offer in the small town of world.py, and what doors order from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import furnished
import msgspec
import world

from tongzhou.ledger import follow
from tongzhou.ledger.kinds import Said
from tongzhou.people.scope import holder_of

HOUR = dt.timedelta(hours=1)
SHOP, POINT = "xz.super", "xz.point"
SITES = (
    f"{SHOP},supermarket,同舟超市,Tongzhou supermarket,980101001001,2020-01-01,,,,,,,,,,,\n"
    f"{POINT},delivery_point,东门配送点,East gate point,980101001001,2020-01-01,,,,,,,,,,,\n"
)
CABBAGE = {"name": "大白菜", "grams": 2500, "price": 1000, "stock": 40, "group": "vegetable"}
EGGS = {"name": "鸡蛋", "grams": 1000, "price": 1200, "stock": 20, "group": "egg", "most": 2}
POTATOES = {"name": "土豆", "grams": 1500, "price": 750, "stock": 30, "group": "vegetable", "loose": True}
CLOSES = world.NOW + 8 * HOUR  # 17:00
NEXT = (world.NOW + dt.timedelta(days=1)).date()


def town() -> None:
    furnished.bring(SITES)


def fact(kind: str, body: dict[str, Any], place: int = 5, at: dt.datetime = world.NOW, **more: Any) -> Said:
    return msgspec.structs.replace(world.said(kind, body, place=place, at=at), **more)


def drawn(*lines: dict[str, Any], **more: Any) -> Said:
    body = {"supplier": SHOP, "point": POINT, "lines": list(lines or (CABBAGE, EGGS, POTATOES)), "fee": 0,
            "closes": CLOSES.isoformat(), "delivers": str(NEXT)}  # fmt: skip
    return fact("offer.drawn", body | more)


def opened(staff: dict[str, int], *lines: dict[str, Any], **more: Any) -> str:
    """The key of an offer that the lead wrote down and the supply desk signed."""
    offer = drawn(*lines, **more)
    told = world.say(offer, authority=holder_of(staff["lead"]))
    assert not told.refused, told.refused
    told = world.say(fact("offer.opened", {"offer": str(offer.id)}), authority=holder_of(staff["mei"]))
    assert not told.refused, told.refused
    return str(offer.id)


def wish(line: int, units: int, of: Sequence[dict[str, Any]] = (CABBAGE, EGGS, POTATOES)) -> dict[str, Any]:
    one = of[line - 1]
    return {"line": line, "units": units, "price": one["price"], "grams": one["grams"], "group": one["group"]}


def place(offer: str, door: int, *wishes: tuple[int, int], of: Any = (CABBAGE, EGGS, POTATOES),
          at: dt.datetime = world.NOW, **more: Any) -> Said:  # fmt: skip
    body = {"offer": offer, "household": door, "lines": [wish(line, units, of) for line, units in wishes]}
    return fact("order.placed", body | more, 6 if door <= 40 else 7, at)


def closed(staff: dict[str, int], offer: str) -> None:
    """The clock passes the hour, and the supplier gets the sheet."""
    from tongzhou.ledger import door
    from tongzhou.necessities import books

    world.at(CLOSES)
    with door.ledger() as ledger:
        orders = books.wanted(ledger, offer)
    lines = [{"line": line, "units": units} for line, units in books.totals(orders).items()]
    told = world.say(fact("offer.sent", {"offer": offer, "orders": len(orders), "lines": lines}, at=CLOSES),
                     authority=holder_of(staff["lead"]))  # fmt: skip
    assert not told.refused, told.refused
    follow.catch_up()


def came(staff: dict[str, int], offer: str, *lines: tuple[int, int, int], minute: int = 0) -> None:
    """It is the morning of the next day, and so much came: line, units, grams."""
    at = world.NOW + dt.timedelta(days=1, minutes=minute)
    world.at(at)
    body = {"offer": offer, "lines": [{"line": n, "units": units, "grams": grams} for n, units, grams in lines]}
    told = world.say(fact("offer.received", body, at=at), authority=holder_of(staff["lead"]))
    assert not told.refused, told.refused
    follow.catch_up()


def order(offer: str, door: int) -> tuple[str, dict[str, Any]]:
    return next((state, data) for key, state, data in world.rows("order") if key == f"{offer}.{door}")


def owed() -> list[tuple[str, str]]:
    """What is owed at its first step, with whose it is."""
    from tongzhou.ledger import door

    with door.ledger() as ledger:
        return ledger.execute(
            "select what, role from ledger_owed where noun in ('offer', 'order', 'basket', 'change') and step = 0"
            " order by 1, 2"
        ).fetchall()


def bag(staff: dict[str, int], offer: str, *doors: int, who: str = "zhao", grid: int = 6) -> Said:
    """Who carries these doors on the next day."""
    body = {"offer": offer, "carrier": staff[who], "doors": list(doors), "day": str(NEXT)}
    return fact("basket.made", body, at=world.NOW + dt.timedelta(days=1), reporting=grid)
