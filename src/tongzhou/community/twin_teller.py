"""The mouth of the invented community: makes facts as plain dicts with reproducible ids and times."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from tongzhou.community.twin import Twin

Said = dict[str, Any]
# One telephone's clock ran ahead: whose, first and last day, by how much.
SKEWED = ("tan", dt.date(2020, 2, 3), dt.date(2020, 2, 6), dt.timedelta(hours=2, minutes=15))


@dataclass
class Teller:
    """Who holds which role, what time it is in the region, and how a fact is put into words."""

    twin: Twin
    zone: ZoneInfo
    rng: random.Random

    def at(self, day: dt.date, hour: float) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(), self.zone) + dt.timedelta(seconds=round(hour * 3600))

    def between(self, day: dt.date, first: float, last: float) -> dt.datetime:
        return self.at(day, self.rng.uniform(first, last))

    def about(self, day: dt.date, first: float, usual: float, last: float) -> dt.datetime:
        return self.at(day, self.rng.triangular(first, last, usual))

    def end(self) -> dt.datetime:
        return self.at(self.twin.rounds.last_day, 24)

    def worker(self, grid: str) -> str:
        return self.twin.workers[grid]

    def holder(self, role: str) -> str:
        return self.twin.holders[role]

    def say(
        self, kind: str, place: str, by: str, when: dt.datetime, body: Mapping[str, Any], *,
        lag: dt.timedelta | None = None, corrects: str | None = None, story: str = "",
    ) -> Said:  # fmt: skip
        received = when + (dt.timedelta(seconds=self.rng.randint(1, 40)) if lag is None else lag)
        recorded = when
        if by == SKEWED[0] and SKEWED[1] <= when.date() <= SKEWED[2]:
            recorded, story = when + SKEWED[3], story or "skewed"
        return {
            "id": self._uuid7(when), "kind": kind, "place": place, "by": by, "effective_at": when.isoformat(),
            "recorded_at": recorded.isoformat(), "received_at": received.isoformat(), "corrects": corrects,
            "body": dict(body), "story": story,
        }  # fmt: skip

    def _uuid7(self, when: dt.datetime) -> str:
        value = int(when.timestamp() * 1000) << 80 | 7 << 76 | self.rng.getrandbits(12) << 64
        return str(uuid.UUID(int=value | 2 << 62 | self.rng.getrandbits(62)))


def teller(twin: Twin, seed: int, part: str, zone: str) -> Teller:
    """Each part of the story draws from a stream of its own, so that one grows without the others."""
    return Teller(twin, ZoneInfo(zone), random.Random(f"{seed}:{part}"))
