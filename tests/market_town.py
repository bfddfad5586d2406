"""Shops of the small town of world.py and what they say: Mei watches prices in Hong county, Zheng decides there."""

from __future__ import annotations

import datetime as dt
from typing import Any

import furnished
import psycopg
import world
from tests_support import owner_dsn

from tongzhou.ledger import follow
from tongzhou.ledger.kinds import Said

SHOPS = """hu.one,supermarket,一店,Shop One,hu.980101001001,2019-10-31,,,,,,,,,,,
hu.two,shop,二店,Shop Two,hu.980101001,2019-10-31,,,,,,,,,,,
hu.three,market,三市场,Market Three,hu.980101,2019-10-31,,,,,,,,,,,
hu.point,delivery_point,配送点,Delivery point,hu.980101001001,2019-10-31,,,,,,,,,,,
an.shop,shop,远店,Far Shop,hu.980201,2019-10-31,,,,,,,,,,,
"""
PLACE = {"hu.one": 5, "hu.two": 4, "hu.three": 3, "an.shop": 9}
DAY = dt.timedelta(days=1)
EVENT = dt.datetime(2020, 1, 20, 9, tzinfo=world.NOW.tzinfo)


def furnish(staff: dict[str, int]) -> dict[str, int]:
    furnished.bring(SHOPS)
    with psycopg.connect(**owner_dsn()) as owner:
        for who, role, place in (("mei", "price_monitor", 3), ("sun", "duty_officer", 3), ("an", "duty_officer", 9)):
            owner.execute("insert into people_holding (staff, role, place) values (%s, %s, %s)",
                          [staff[who], role, place])  # fmt: skip
    return staff


def quote(site: str, yuan: float | None, at: dt.datetime = world.NOW, item: str = "rice", **more: Any) -> Said:
    priced = {} if yuan is None else {"fen": round(yuan * 100), "unit": more.pop("unit", "g500")}
    body = {"site": site, "item": item, "source": "shelf", **priced, **more}
    corrects = body.pop("corrects", None)
    return world.said("price.quoted", body, place=PLACE[site], at=at, corrects=corrects)


def before(item: str = "rice", yuan: float = 3.0, shops: tuple[str, ...] = ("hu.one", "hu.two", "hu.three")) -> None:
    """What the shops of Hong county took in the days before the event."""
    told = world.say(*(quote(shop, yuan, EVENT - n * DAY, item) for n in (2, 5) for shop in shops))
    assert not told.refused, told.refused
    follow.catch_up()


def say(*facts: Said) -> None:
    told = world.say(*facts)
    assert not told.refused, told.refused
    follow.catch_up()


def alerts() -> list[tuple[str, str, str, str]]:
    """Sort, item, state and level of each alert."""
    return [(data["sort"], data["item"], state, data["level"]) for _key, state, data in world.rows("market_alert")
            if state != "void"]  # fmt: skip
