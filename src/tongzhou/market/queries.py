"""Prices, alerts and produce under the scope of whoever asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from tongzhou.ledger import known
from tongzhou.ledger.owed import moment_in
from tongzhou.ledger.time import local_day
from tongzhou.market import policy, watch
from tongzhou.market.asks import POINTS, SHOPS
from tongzhou.places.queries import Name, above, covers_of, official_code
from tongzhou.sites.drafts import Draft
from tongzhou.sites.queries import choices

COUNTIES = ("county", "zone")
RUNNING = ("raised", "looked", "explained", "decided")
DAYS = 7  # for which what is over stands on the page


@dataclass(frozen=True)
class Alert:
    """An alert with its last figures."""

    key: str
    place: int
    state: str
    data: dict[str, Any]

    @property
    def good(self) -> watch.Good:
        return self.data["item"], self.data["grade"]

    @property
    def raised(self) -> dt.datetime:
        at = moment_in(self.data["raised_at"])
        assert at is not None
        return at


def alerts(covers: str, now: dt.datetime, at: dt.datetime | None = None) -> list[Alert]:
    """Alerts of a branch: those that wait for a look or a decision first, the gravest first; then what is over since a
    few days."""
    rows = known.rows("market_alert", covers=covers, at=at)
    since = now - dt.timedelta(days=DAYS)
    found = [Alert(row["key"], row["place"], row["state"], row["data"]) for row in rows]
    found = [one for one in found if one.state in RUNNING or (moment_in(one.data["since"]) or now) >= since]
    weight = {"act": 0, "warn": 1, "watch": 2, "calm": 3}
    order = {"raised": 0, "looked": 0, "decided": 1, "explained": 2, "over": 3}
    return sorted(found, key=lambda one: (order[one.state], weight[one.data["level"]], one.data["raised_at"], one.key))


def county_of(place: int) -> Name | None:
    """The county of a place, or itself."""
    return next(iter(above([place], COUNTIES).get(place, ())), None)


def counties(covers: str, asked: Any = connection) -> list[int]:
    """The counties of a branch in which anybody told a price."""
    with asked.cursor() as cursor:
        cursor.execute(_COUNTIES, [covers])
        return [place for (place,) in cursor.fetchall()]


_COUNTIES = """
select n.place from places_name n
where n.level in ('county', 'zone') and n.valid_to is null and n.place <@ %s::int4multirange and exists (
  select from places_cover c, unnest(c.covers) g join ledger_row r on r.noun = 'price' and r.place >= lower(g)
    and r.place < upper(g) where c.place = n.place and c.tree = 'command' and c.valid_to is null and r.state <> 'void')
order by n.place
"""


@dataclass(frozen=True)
class County:
    """What shops of a county said, as it is judged on a day. `told`: the words of the last days; `base`: those of the
    days before the event."""

    place: int
    code: str | None
    event: policy.Event | None
    day: dt.date
    edition: str
    lines: list[watch.Line]
    told: list[watch.Told]
    base: list[watch.Told]


def county(place: int, now: dt.datetime, asked: Any = connection, days: int = 0) -> County:
    """A county now: each item on the last of these days of which a price is known. `days`: how far back words reach (as
    far as the rules need them)."""
    code, today = official_code(place, asked), local_day(now)
    event, held = policy.market().event(code), policy.limits(today, code)
    if held is None:
        return County(place, code, event, today, "", [], [], [])
    numbers, edition = held
    back = max(days, numbers.run_days, numbers.fresh_days) + 1
    first = event.first_day if event else None
    every = watch.words(asked, covers_of(place), first, today - dt.timedelta(days=back), today, numbers.baseline_days)
    every = [one for one in every if one.at <= now]
    told = [one for one in every if first is None or one.day >= first]
    by_day: dict[dt.date, set[watch.Good]] = {}
    for one in told:
        by_day.setdefault(one.day, set()).add(one.good)
    lines: dict[watch.Good, watch.Line] = {}
    for day in sorted(by_day):  # the last day on which an item was told of
        lines |= {line.good: line for line in watch.lines(every, first, day, code) if line.good in by_day[day]}
    order = {item.code: n for n, item in enumerate(policy.market().items)}
    found = sorted(lines.values(), key=lambda line: (order.get(line.good[0], 999), line.good))
    base = [one for one in every if first is not None and one.day < first]
    return County(place, code, event, today, edition, found, told, base)


def shops(day: dt.date, covers: str | None = None) -> list[Draft]:
    return choices(day, SHOPS, covers)


def points(day: dt.date, covers: str) -> list[Draft]:
    return choices(day, POINTS, covers)


def last_told(site: str, place: int, now: dt.datetime) -> dict[watch.Good, watch.Told]:
    """What a shop said last of each item, in the days for which its list is kept."""
    days = int(policy.market().values["list_days"])
    found = watch.words(connection, f"{{[{place},{place}]}}", None, local_day(now) - dt.timedelta(days=days),
                        local_day(now), 0)  # fmt: skip
    return {one.good: one for one in found if one.site == site and one.at <= now}


def produce(covers: str, now: dt.datetime) -> list[dict[str, Any]]:
    """Produce that is to be offered, or waits for answers; and what ended in the last days."""
    rows = known.rows("produce", covers=covers, running=now)
    return [_told(row, "reported_at") for row in rows if row["state"] in ("reported", "offered")]


def offers(covers: str, now: dt.datetime) -> list[dict[str, Any]]:
    """What delivery points of a branch, and those that are offered produce of it, were asked: waiting first."""
    since = now - dt.timedelta(days=DAYS)
    inside = [_told(row, "offered_at", "due") for row in known.rows("produce_offer")]
    found = [one for one in inside if one["state"] == "waiting" or one["offered_at"] >= since]
    return sorted(found, key=lambda one: (one["state"] != "waiting", one["due"], one["key"]))


def _told(row: dict[str, Any], *moments: str) -> dict[str, Any]:
    one = {**row["data"], **{name: row[name] for name in ("key", "place", "state")}}
    return one | {name: moment_in(one[name]) for name in moments}


def directives(keys: Iterable[str | None]) -> dict[str, dict[str, Any]]:
    """The directives that carry decisions out, as they stand."""
    wanted = [key for key in keys if key]
    return {row["key"]: {**row["data"], "state": row["state"]} for row in known.rows("directive", keys=wanted)}


def of_alerts(found: Sequence[Alert]) -> dict[str, dict[str, Any]]:
    return directives(one["directive"] for alert in found for one in alert.data["decisions"])
