"""One entry of the register of measures, as it is at a moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from tongzhou.measures.fold import STANDS

Phase = Literal["drafted", "declined", "coming", "in_force", "lifted", "over", "ended", "gone", "in_fact"]
FOUND = frozenset({"text", "translation", "basis", "number"})


@dataclass(frozen=True)
class Measure:
    """One entry. `phase` at the moment it was asked for; `data` as the fold has it, its moments as moments."""

    key: str
    place: int
    state: str
    phase: Phase
    data: Mapping[str, Any]

    @property
    def ends(self) -> dt.datetime | None:
        """When it is, or was, off."""
        return self.data.get("ended_at") or self.data.get("until")

    @property
    def found(self) -> bool:
        """Nobody decided it: somebody found it on the spot, where it stands, or stood until it was seen to be gone."""
        return "found_at" in self.data

    @property
    def words(self) -> frozenset[str]:
        """Fields that hold the free words of whoever found a closure: for the desk that settles it, and for nobody
        else. Everybody sees what was chosen from lists."""
        return FOUND if self.found else frozenset()

    def without(self, fields: Collection[str]) -> Measure:
        """The same without what these fields hold."""
        return replace(self, data={name: None if name in fields else held for name, held in self.data.items()})

    @property
    def stands(self) -> bool:
        return self.data["type"] in STANDS

    @property
    def lacks(self) -> list[str]:
        """Of a closure that holds in fact: what a measure needs and it has not, as codes of `DEFECTS`."""
        if self.state != "in_fact":
            return []
        told = self.data
        return [
            *([] if told.get("basis") else ["basis"]),
            *([] if told.get("number") else ["approval"]),
            *([] if told.get("until") else ["end"]),
            "review",
            "exceptions",
            *(["origin"] if told.get("by_origin") else []),
        ]
