"""The signed list of items with their units, and when the event began (rulebooks/policies/market.yaml); the limits of
an alert as the rules PRICE-ALERT and STOCK-ALERT have them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from django.utils.translation import get_language

from tongzhou import rules
from tongzhou.engines.market.model import Limits
from tongzhou.tables.policy import shipped

PRICE, STOCK = "PRICE-ALERT", "STOCK-ALERT"


@dataclass(frozen=True)
class Named:
    """Something with a name in both languages."""

    code: str
    zh: str
    en: str

    @property
    def called(self) -> str:
        return self.en if get_language() == "en" else self.zh


@dataclass(frozen=True)
class Unit(Named):
    """A unit of a price: `of` grams, litres or pieces, within its `sort`."""

    sort: str
    of: int
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item(Named):
    """Something that is bought. The unit is part of it. `ask`: its place among the ten that people ask for."""

    unit: str
    grades: tuple[str, ...]
    ask: int | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Event(Named):
    """What prices are compared with: the days before it. `code`: the digits with which an area's code begins."""

    first_day: dt.date


@dataclass(frozen=True)
class Market:
    items: tuple[Item, ...]
    units: tuple[Unit, ...]
    grades: tuple[Named, ...]
    events: tuple[Event, ...]
    values: Mapping[str, Any]
    words: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def item(self) -> dict[str, Item]:
        return {one.code: one for one in self.items}

    @cached_property
    def unit(self) -> dict[str, Unit]:
        return {one.code: one for one in self.units}

    @cached_property
    def grade(self) -> dict[str, Named]:
        return {one.code: one for one in self.grades}

    @cached_property
    def asked(self) -> list[Item]:
        """The ten that people ask for, in their order."""
        return sorted((one for one in self.items if one.ask), key=lambda one: one.ask or 0)

    def event(self, code: str | None) -> Event | None:
        """The event whose days before are the baseline at a place: that of the smallest area that has one."""
        found = [one for one in self.events if (code or "").startswith(one.code)]
        return max(found, key=lambda one: len(one.code), default=None)

    def reckoned(self, item: str, fen: float, unit: str) -> float | None:
        """A price in yuan for the item's own unit; None where the unit is of another sort, or not known."""
        known, told = self.item.get(item), self.unit.get(unit)
        own = self.unit[known.unit] if known else None
        if own is None or told is None or own.sort != told.sort:
            return None
        return fen * own.of / told.of / 100


@cache
def market() -> Market:
    """The shipped list."""
    raw = shipped("market")
    return Market(
        tuple(Item(one["code"], one["zh"], one["en"], one["unit"], tuple(one["grades"]), one.get("ask"),
                   tuple(one.get("also", ()))) for one in raw["items"]),
        tuple(Unit(one["code"], one["zh"], one["en"], one["sort"], one["of"], tuple(map(str, one.get("also", ()))))
              for one in raw["units"]),
        tuple(Named(one["code"], one["zh"], one["en"]) for one in raw["grades"]),
        tuple(Event(str(one["area"]), one["zh"], one["en"], one["first_day"]) for one in raw["events"]),
        raw["values"],
    )  # fmt: skip


def limits(day: dt.date, code: str | None) -> tuple[Limits, str] | None:
    """The numbers of both rules on a day at a place, and their editions; None where one of them has none."""
    price, stock = rules.in_force(PRICE, day, code), rules.in_force(STOCK, day, code)
    if price is None or stock is None:
        return None
    found = Limits(
        baseline_days=price.whole("baseline_days"),
        least_points=price.whole("least_points"),
        watch=float(price.number("watch_pct")),
        warn=float(price.number("warn_pct")),
        act=float(price.number("act_pct")),
        run_days=price.whole("run_days"),
        outlier_pct=float(price.number("outlier_pct")),
        short_days=float(stock.number("short_days")),
        out_days=float(stock.number("out_days")),
        short_share=float(stock.number("short_share_pct")),
        out_share=float(stock.number("out_share_pct")),
        fresh_days=stock.whole("fresh_days"),
    )
    return found, price.edition
