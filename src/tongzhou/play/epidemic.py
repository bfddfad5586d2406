"""The epidemic inside the invented places: a plain chain of infections, stated whole in `scenarios/people.yaml`.

Each day everybody who is ill and at home may give it to each member of the household and to one other person of the
grid, each with its own chance. Who it is depends on the seed and on who gave it, never on an order. No real person and
no real figure goes in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tongzhou.play.chance import Chance
from tongzhou.play.town import Household, Town

Person = tuple[int, int]  # household, which of its members


@dataclass
class Ill:
    """How somebody's illness goes. `fever` in tenths of a degree; none where it is not felt. `from_day`: from which day
    on they say so."""

    onset: dt.date
    covid: bool
    fever: int | None
    breathless: bool
    severe: bool
    from_day: dt.date
    said: bool = False  # somebody was told of the fever
    away: bool = False  # no longer at home

    @property
    def concerns(self) -> list[str]:
        """What is told where the fever is."""
        return ["fever", *(["breathless"] if self.breathless else [])]


@dataclass
class Epidemic:
    town: Town
    told: Mapping[str, Any]
    chance: Chance
    first: dt.date
    ill: dict[Person, Ill] = field(default_factory=dict)
    of_household: dict[int, set[Person]] = field(default_factory=dict)

    def begin(self) -> None:
        """The first who fall ill, drawn from all doors."""
        doors = sorted(self.town.households)
        for n in range(int(self.told["ill_at_first"]) if doors else 0):
            home = self.town.households[self.chance.one(doors, "first", n)]
            onset = self.first + dt.timedelta(
                days=self.chance.whole(0, int(self.told["first_days"]) - 1, "first day", n)
            )
            self._falls_ill((home.id, self.chance.whole(0, home.people - 1, "first who", n)), onset, covid=True)

    def day(self, day: dt.date) -> None:
        """What one day adds: infections given by those who are ill and at home, and colds."""
        told = self.told
        for person, one in sorted(self.ill.items()):
            since = (day - one.onset).days
            if not one.covid or one.away or not told["infectious_from"] <= since <= told["infectious_to"]:
                continue
            home = self.town.households[person[0]]
            for member in range(home.people):
                if self.chance.of("gives", day, person, member) < told["household_a_day"]:
                    self._infected((home.id, member), day)
            if self.chance.of("gives in the grid", day, person) < told["grid_a_day"]:
                other = self.chance.one(self.town.of_grid[home.grid], "to whom", day, person)
                self._infected((other.id, self.chance.whole(0, other.people - 1, "which", day, person)), day)
        self._colds(day)

    def fever_at(self, household: int, day: dt.date) -> tuple[Person, Ill] | None:
        """Somebody of the household whose fever is felt, owned up to, and not told of yet."""
        for person in sorted(self.of_household.get(household, ())):
            one = self.ill[person]
            if one.fever and not one.said and not one.away and one.from_day <= day <= one.onset + dt.timedelta(days=10):
                return person, one
        return None

    def of(self, household: int | None) -> Ill | None:
        """Whoever is most plainly ill at this door, as a clinic would find it."""
        found = [self.ill[person] for person in sorted(self.of_household.get(household or 0, ()))]
        return max(found, key=lambda one: (one.covid, one.fever or 0), default=None)

    def taken_away(self, household: int | None) -> None:
        """Whoever is ill at this door lies in a bed elsewhere now."""
        for person in self.of_household.get(household or 0, ()):
            self.ill[person].away = self.ill[person].away or self.ill[person].covid

    def not_heard(self, household: int) -> None:
        """What was said of a fever at this door reached nobody: it is said again."""
        for person in self.of_household.get(household, ()):
            self.ill[person].said = False

    def happens(self, home: Household, day: dt.date, temp10: int, breathless: bool) -> Ill:
        """A fever that a scenario tells of: the clinic will find what the scenario's epidemic is."""
        person = (home.id, 0)
        self._falls_ill(person, day, covid=True)
        one = self.ill[person]
        one.fever, one.breathless, one.from_day, one.said = temp10, breathless, day, True
        return one

    def _infected(self, person: Person, day: dt.date) -> None:
        if person not in self.ill or not self.ill[person].covid:
            low, high = self.told["incubation"]
            self._falls_ill(
                person, day + dt.timedelta(days=self.chance.whole(low, high, "incubation", person)), covid=True
            )

    def _falls_ill(self, person: Person, onset: dt.date, *, covid: bool) -> None:
        told, drawn = self.told, self.chance.of
        felt = not covid or drawn("felt", person) < told["feverish"]
        fever = self.chance.whole(376, 394, "fever", person) if felt else None
        breathless = covid and felt and drawn("breathless", person) < told["breathless"]
        hides = covid and felt and drawn("hides", person) < told["hides"]
        from_day = onset + dt.timedelta(days=int(told["hides_days"]) if hides else 0)
        self.ill[person] = Ill(onset, covid, fever, breathless, drawn("severe", person) < told["severe"], from_day)
        self.of_household.setdefault(person[0], set()).add(person)

    def _colds(self, day: dt.date) -> None:
        share = self.told["other_fevers_per_1000"] / 1000
        for home in self.town.households.values():
            if self.chance.of("cold", day, home.id) < share * home.people:
                person = (home.id, self.chance.whole(0, home.people - 1, "cold who", day, home.id))
                if person not in self.ill:
                    self._falls_ill(person, day, covid=False)
