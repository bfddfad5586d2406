"""Residents go out and in at the gates of the played communities, and whoever keeps a gate counts them: by the hour and
by sort, never who. On some mornings nobody comes to a gate; then Today owes it to the lead. Who is measured with 37.3
or more goes home, and the community doctor is asked to ring."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tongzhou.play.chance import Chance
from tongzhou.play.epidemic import Epidemic
from tongzhou.play.town import Gate, Town
from tongzhou.play.words import Teller, Word

LATE = dt.timedelta(minutes=2)  # an hour is told after it is over
FEVER = 373  # tenths of a degree: from here on the gate asks for a call


@dataclass
class Gates:
    town: Town
    told: Mapping[str, Any]  # `gates` of scenarios/people.yaml
    chance: Chance
    teller: Teller
    epidemic: Epidemic
    zone: dt.tzinfo

    def day(self, day: dt.date) -> Iterator[Word]:
        """The shifts of a day and the counts of its hours."""
        first, last = (dt.time.fromisoformat(hour) for hour in self.told["shift"])
        for gate in self.town.gates:
            lead = self.town.leads.get(gate.place)
            if day < gate.since or lead is None or self.chance.of("gate kept", gate.key, day) >= self.told["kept"]:
                continue
            begins, ends = (dt.datetime.combine(day, hour, self.zone) for hour in (first, last))
            body = {"gate": gate.key, "until": ends.isoformat()}
            yield Word(begins, lead, [self.teller.fact(begins, "gate.shift_began", gate.place, body)])
            hour = begins
            while hour < ends:
                over = hour + dt.timedelta(hours=1)
                told = self._counted(gate, hour)
                yield Word(over + LATE, lead, [self.teller.fact(over, "gate.counted", gate.place, told)])
                hour = over
            yield from self._measured(gate, lead, day)

    def _measured(self, gate: Gate, lead: str, day: dt.date) -> Iterator[Word]:
        """Of those who feel ill and told nobody, some want to go out all the same."""
        for door in self.town.doors_behind(gate.place):
            found = self.epidemic.fever_at(door, day)
            if found is None or (found[1].fever or 0) < FEVER:
                continue
            if self.chance.of("goes out ill", found[0], day) >= self.told["goes_out_ill"]:
                continue
            at = self.chance.moment(day, self.told["shift"], self.zone, "at the gate", found[0])
            yield Word(at, lead, [self.teller.fever(at, self.town.households[door].grid, door, found[1], "door")])

    def _counted(self, gate: Gate, hour: dt.datetime) -> dict[str, Any]:
        doors = self.town.doors_of.get(gate.place, 0)
        ways: dict[str, dict[str, int]] = {}
        for way in ("out", "back"):
            drawn = {what: round(rate * doors / 100 * 2 * self.chance.of("gate", way, what, gate.key, hour))
                     for what, rate in self.told["an_hour"].items()}  # fmt: skip
            ways[way] = {what: n for what, n in drawn.items() if n}
        reasons = {"medicine": n} if (n := sum(ways[way].get("exception", 0) for way in ways)) else {}
        return {"gate": gate.key, "hour": hour.isoformat(), **ways, "reasons": reasons}
