"""The signed table of goods and of what is short: rulebooks/policies/stock.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

from tongzhou.tables.policy import read_policy


@dataclass(frozen=True)
class Item:
    """A good as it is counted: by the piece, and only what meets the standard."""

    code: str
    zh: str
    en: str
    standard: str


@dataclass(frozen=True)
class Stock:
    red_days: float  # below: red
    amber_days: float  # below: amber; from here on green
    stale_days: float  # an older count says nothing of today
    mean_days: int  # days over which use is averaged
    items: tuple[Item, ...]
    source: str = ""
    signed_by: str = ""
    signed_on: str = ""

    @cached_property
    def by_code(self) -> dict[str, Item]:
        return {item.code: item for item in self.items}

    def level(self, days: float | None) -> str:
        """`red`, `amber` or `green` of days of cover; `unknown` without."""
        if days is None:
            return "unknown"
        return "red" if days < self.red_days else "amber" if days <= self.amber_days else "green"


@cache
def stock() -> Stock:
    return read_policy(None, "stock", Stock, {"items": Item})
