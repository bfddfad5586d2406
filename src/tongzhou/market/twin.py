"""Prices in the shops of the invented counties: before the event, week by week, and these days. One item became much
dearer and was decided upon, one begins to, one runs out; a village has cabbage that nobody fetches. Nobody ever
bought there."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from tongzhou.ledger.story import Told, tell

EVENT = dt.date(2020, 1, 22)
BEFORE = (14, 11, 8, 5, 2, 1)  # days before the event on which the shops were asked
USUAL = {  # yuan for the item's unit, in January
    "rice": 2.85, "flour": 2.60, "oil": 13.50, "pork": 25.00, "eggs": 5.20, "cabbage": 1.60, "potatoes": 2.10,
    "radish": 1.30, "milk": 12.00, "salt": 2.50,
}  # fmt: skip
UNITS = {"oil": "litre", "milk": "litre"}
GRADES = {"pork": "belly"}
PAID = 0.85  # of the price in January


@dataclass(frozen=True)
class Course:
    """What became of an item: how much of January's price it costs on the last three days, and what is left of it."""

    last: tuple[float, ...] = (1.02, 1.01, 1.02)
    stock: str = "plenty"
    days: int = 9


@dataclass(frozen=True)
class Market:
    """A county with its shops by key of site and of place, who asks them, who decides; and what became dear."""

    county: str
    monitor: str
    desk: str
    shops: tuple[tuple[str, str], ...]
    courses: Mapping[str, Course]
    below: tuple[str, ...] = ()  # keys of places that the directive goes to
    dear: str = ""  # the item that was decided upon
    produce: tuple[str, str, str, str, str] | None = None  # village, its lead, point, its place, the supply officer


MARKETS = {
    "tz": Market(
        "tz.county", "shang", "dong",
        (("tz.supermarket.1", "tz.matou"), ("tz.supermarket.2", "tz.fanyingli"),
         ("tz.tongzhouli.market", "tz.tongzhouli"), ("tz.dengta.market", "tz.dengta")),
        {"pork": Course((1.18, 1.33, 1.36)), "cabbage": Course((1.06, 1.13, 1.14)),
         "oil": Course(stock="low", days=2)},
        ("tz.dukou",), "pork",
    ),
    "gj": Market(
        "gj.county", "pan", "kong", (("gj.supermarket", "gj.shiqiao"),), {"eggs": Course((1.05, 1.12, 1.15))},
        produce=("gj.chayuan", "ye", "gj.qingshi.point", "gj.qingshi", "gj-county-supply"),
    ),
}  # fmt: skip


def story(one: Market, ids: Mapping[str, int], last: dt.date, zone: ZoneInfo) -> Iterator[Told]:
    """All that was said of prices in a county until the morning of `last`."""
    rng = random.Random(f"market {one.county}")
    for back in BEFORE:
        yield from _basket(one, EVENT - dt.timedelta(days=back), {}, rng, zone, 10.0)
    week = EVENT + dt.timedelta(days=7)
    while week < last - dt.timedelta(days=3):
        yield from _basket(one, week, {}, rng, zone, 10.0)
        week += dt.timedelta(days=7)
    for n in range(3):
        day = last - dt.timedelta(days=2 - n)
        yield from _basket(one, day, {item: course.last[n] for item, course in one.courses.items()}, rng, zone, 7.5,
                           told=True)  # fmt: skip
    if one.dear:
        yield from _decided(one, ids, last - dt.timedelta(days=1), zone)
    if one.produce:
        yield from _produce(*one.produce, one.county, ids, last, zone)


def _at(day: dt.date, hours: float, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), zone) + dt.timedelta(minutes=round(hours * 60))


def _basket(
    one: Market, day: dt.date, dearer: Mapping[str, float], rng: random.Random, zone: ZoneInfo, hour: float, *,
    told: bool = False,
) -> Iterator[Told]:  # fmt: skip
    """The ten items in every shop on a day; with `told` also what is left of them."""
    for n, (site, place) in enumerate(one.shops):
        for m, (item, usual) in enumerate(USUAL.items()):
            course = one.courses.get(item, Course())
            factor = dearer.get(item, 1.0)
            yuan = usual * factor * (1 + 0.02 * (n - 1)) * (1 + rng.uniform(-0.01, 0.01))
            body = {"site": site, "item": item, "grade": GRADES.get(item, "ordinary"), "fen": round(yuan * 100),
                    "unit": UNITS.get(item, "g500"), "source": "shelf" if n % 2 else "telephone"}  # fmt: skip
            if told:
                body |= {"stock": course.stock, "days": course.days + n}
            if item == one.dear and n < 3:  # the invoice: of two shops the cost rose as well
                body["cost"] = round(usual * PAID * (1 + (factor - 1) * (1.3, 0.4, 1.3)[n]) * 100)
            yield tell(_at(day, hour + n / 10 + m / 100, zone), one.monitor, "price.quoted", body, place=place)


def _decided(one: Market, ids: Mapping[str, int], day: dt.date, zone: ZoneInfo) -> Iterator[Told]:
    """The day before: raised in the morning, looked at, decided upon at noon, read by the street."""
    usual, item = USUAL[one.dear], one.dear
    over = one.courses[item].last[1]
    figures = {"day": day.isoformat(), "fen": round(usual * over * 100), "base": round(usual * 100),
               "over10": round((over - 1) * 1000), "points": len(BEFORE) * len(one.shops),
               "shops": len(one.shops)}  # fmt: skip
    body = {"item": item, "grade": GRADES.get(item, "ordinary"), "sort": "price", "level": "act", **figures}
    raised = tell(_at(day, 8.0, zone), one.monitor, "market.alerted", body, place=one.county)
    alert = str(raised.id)
    yield raised
    yield tell(_at(day, 9.5, zone), one.monitor, "market.looked", {"alert": alert, "finding": "real", "how": "shelf"},
               place=one.county)  # fmt: skip
    due = _at(day + dt.timedelta(days=2), 18, zone)
    text = "投放储备冻猪肉 20 吨，在四家店以不高于 19.5 元/500 克出售；报每天卖出多少吨"
    issued = tell(_at(day, 11.5, zone), one.desk, "directive.issued",
                  {"what": "market", "text": text, "to": [ids[one.county], *(ids[key] for key in one.below)],
                   "due": due.isoformat()}, place=one.county)  # fmt: skip
    yield issued
    body = {"alert": alert, "action": "release_reserve", "directive": str(issued.id)}
    yield tell(_at(day, 11.51, zone), one.desk, "market.decided", body, place=one.county)


def _produce(village: str, lead: str, point: str, at: str, officer: str, county: str, ids: Mapping[str, int],
             last: dt.date, zone: ZoneInfo) -> Iterator[Told]:  # fmt: skip
    """Cabbage of a village, a part of which is offered to a delivery point that has not answered yet."""
    day = last - dt.timedelta(days=1)
    told = tell(_at(day, 10, zone), lead, "produce.reported",
                {"item": "cabbage", "kg": 2_400, "until": (day + dt.timedelta(days=6)).isoformat(), "fen_kg": 120},
                place=village, reporting=county)  # fmt: skip
    yield told
    due = _at(last, 12, zone).isoformat()
    body = {"produce": str(told.id), "point": point, "at": ids[at], "kg": 800, "due": due}
    yield tell(_at(day, 15, zone), officer, "produce.offered", body, place=county)


def markets(keys: Sequence[str]) -> list[Market]:
    """Those of the counties that have shops here."""
    return [MARKETS[key] for key in keys if key in MARKETS]
