"""The numbered list of sources of a report: which publication, of which days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Source:
    """One publisher's series. `days`: when the publications that the report uses came out."""

    n: int
    id: str
    title_zh: str
    title_en: str
    issuer_zh: str
    issuer_en: str
    days: Sequence[str] = ()


@dataclass
class Sources:
    """Sources in the order in which the report first uses them."""

    region: Mapping[str, Any]
    used: dict[str, list[str]] = field(default_factory=dict)

    def number(self, id: str, published_on: str = "") -> int:
        """The number under which a figure of this source stands."""
        days = self.used.setdefault(id, [])
        if published_on and published_on not in days:
            days.append(published_on)
        return list(self.used).index(id) + 1

    @property
    def listed(self) -> list[Source]:
        known = self.region.get("sources", {})
        found = []
        for n, (id, days) in enumerate(self.used.items(), 1):
            told = known.get(id, {})
            title, issuer = told.get("title") or id, told.get("issuer", "")
            found.append(Source(n, id, told.get("title_zh") or title, title, told.get("issuer_zh") or issuer, issuer,
                                sorted(days)))  # fmt: skip
        return found

    @property
    def plain(self) -> list[list[Any]]:
        return [[id, *days] for id, days in self.used.items()]
