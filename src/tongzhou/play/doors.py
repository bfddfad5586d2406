"""What is said at doors: by households themselves, by the worker who types their paper, and on the walk to those that
were silent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tongzhou.play.chance import Chance
from tongzhou.play.epidemic import Epidemic, Ill
from tongzhou.play.town import Household, Town
from tongzhou.play.values import ITEMS
from tongzhou.play.words import Teller, Word

REFRESH = dt.timedelta(hours=1)  # how long a worker walks before the list is fetched again; done, three times that


@dataclass
class Walk:
    """Where a worker stands: the silent doors to go to, and until when the phone has no network."""

    doors: list[int] = field(default_factory=list)
    asked: dt.datetime | None = None
    off_line: dt.datetime | None = None


@dataclass
class Doors:
    town: Town
    behaviour: Mapping[str, Mapping[str, Any]]
    chance: Chance
    teller: Teller
    epidemic: Epidemic
    zone: dt.tzinfo
    walks: dict[str, Walk] = field(default_factory=dict)

    def day(self, day: dt.date) -> Iterator[Word]:
        """What households say on a day by themselves, and what they need."""
        plan = self.behaviour["households"]
        for home in self.town.households.values():
            by = self.chance.weighted(plan["by"], "by", day, home.id)
            if self.chance.of("speaks", day, home.id) < plan["by_themselves"]:
                unwell = self.chance.of("unwell", day, home.id) < plan["unwell_per_1000"] / 1000
                yield from self._says(home, day, by, "unwell" if unwell else "well")
            if self.chance.of("needs", day, home.id) < plan["needs_per_100"] / 100:
                yield from self._needs(home, day, by)

    def said(self, home: Household, at: dt.datetime, by: str, *, state: str = "well", ill: Ill | None = None,
             send: dt.datetime | None = None) -> Iterator[Word]:  # fmt: skip
        """How a household is, by its page or through the worker; with a fever, the call to be made."""
        worker = self.town.worker.get(home.grid)
        if by != "page" and worker not in self.town.members:
            return
        fever = ill if ill and ill.fever else None
        state = "unwell" if fever else state
        if by == "page":
            form: dict[str, Any] = {
                "say": "unwell" if state == "unwell" else "well",
                "id": self.teller.id(at, home.id, state),
            }
            if fever:
                fever.said = True
                form |= {"concern": fever.concerns, "temp": str(fever.fever), "people": "1"}
            yield Word(send or at, "", household=home.id, form=form)
            return
        heard = self.teller.fact(at, "household.heard", None, {"household": home.id, "state": state, "channel": by})
        yield Word(send or at, worker or "", [heard])
        if fever:
            yield Word(send or at, worker or "", [self.teller.fever(at, home.grid, home.id, fever, by)])

    def needed(self, home: Household, at: dt.datetime, by: str, items: Mapping[str, int],
               last_dose: dt.date | None = None) -> tuple[str, list[Word]]:  # fmt: skip
        """A need, by the page or through the worker; its number, and the words."""
        if by == "page":
            form: dict[str, Any] = {"say": "need", "id": self.teller.id(at, home.id, "need"), "item": list(items)}
            return form["id"], [Word(at, "", household=home.id, form=form)]
        worker = self.town.worker.get(home.grid, "")
        body = {"household": home.id, "items": dict(items), "channel": by,
                "medicine_last_dose": last_dose.isoformat() if last_dose else None}  # fmt: skip
        fact = self.teller.fact(at, "need.stated", home.grid, body)
        return fact["id"], [Word(at, worker, [fact])] if worker in self.town.members else []

    def taken_back(self, home: Household, at: dt.datetime, fact: str) -> Word:
        """What a household said by its page it takes back there."""
        form = {"say": "withdraw", "id": self.teller.id(at, home.id, "withdraws", fact), "fact": fact}
        return Word(at, "", household=home.id, form=form)

    def visits(self, login: str, now: dt.datetime, minutes: int) -> list[Word]:
        """The doors that a worker comes to in this stretch of the walk."""
        walk, plan = self.walks[login], self.behaviour["walk"]
        n = round(plan["doors_an_hour"] * minutes / 60)
        here, walk.doors = walk.doors[:n], walk.doors[n:]
        send = max(now, walk.off_line) if walk.off_line else now
        words: list[Word] = []
        for left, door in enumerate(reversed(here)):
            at = now - dt.timedelta(minutes=minutes * left / n)
            words += self._visited(door, at, send)
        return words

    def walks_now(self, login: str, now: dt.datetime) -> bool:
        """Is it the hour to walk, and is this somebody who does?"""
        first, last = self.behaviour["walk"]["hours"]
        return login in self.walks and _at(first) <= now.timetz().replace(tzinfo=None) < _at(last)

    def wants_list(self, login: str, now: dt.datetime) -> bool:
        """Must the list of silent doors be fetched? Without a network it cannot, after the first time."""
        walk = self.walks[login]
        if walk.asked is None or walk.asked.date() != now.date():
            return True
        return not (walk.off_line and now < walk.off_line) and now - walk.asked >= (
            REFRESH if walk.doors else 3 * REFRESH
        )

    def listed(self, login: str, now: dt.datetime, rounds: Sequence[Mapping[str, Any]]) -> None:
        """The list that Today gave: only one's own grids, in the order of the way."""
        walk, plan = self.walks[login], self.behaviour["walk"]
        own = [one for one in rounds if one["what"] == "hear_doors"]
        walk.doors = [door for one in own for door in one["doors"] if door in self.town.households]
        first = walk.asked is None or walk.asked.date() != now.date()
        walk.asked = now
        if first and self.chance.of("off line", login, now.date()) < plan["off_line"]:
            walk.off_line = max(walk.off_line or now, self._moment(now.date(), plan["on_line_again"]))

    def _visited(self, door: int, at: dt.datetime, send: dt.datetime) -> Iterator[Word]:
        home, day = self.town.households[door], at.astimezone(self.zone).date()
        if self.chance.of("shut", day, door) < self.behaviour["households"]["shut"]:
            yield from self.said(home, at, "door", state="no_answer", send=send)
            return
        found = self.epidemic.fever_at(door, day)
        yield from self.said(home, at, "door", ill=found[1] if found else None, send=send)

    def _says(self, home: Household, day: dt.date, by: str, state: str) -> Iterator[Word]:
        plan, found = self.behaviour["households"], self.epidemic.fever_at(home.id, day)
        at = self._within(day, plan[by], "when", home.id)
        send = self._within(day, plan["paper_typed"], "typed", home.id) if by == "paper" else None
        for word in self.said(home, at, by, state=state, ill=found[1] if found else None, send=send):
            yield word
            if by == "page" and self.chance.of("twice", day, home.id) < plan["twice"]:
                yield word

    def _needs(self, home: Household, day: dt.date, by: str) -> Iterator[Word]:
        by = "phone" if by == "paper" else by
        at = self._within(day, ["08:00", "17:30"], "needs when", home.id)
        item = self.chance.weighted(ITEMS, "needs what", day, home.id)
        last = (
            day + dt.timedelta(days=self.chance.whole(1, 6, "last dose", day, home.id)) if item == "medicine" else None
        )
        id, words = self.needed(home, at, by, {item: 1}, last)
        yield from words
        if by == "page" and self.chance.of("withdraws", day, home.id) < self.behaviour["households"]["withdraws"]:
            yield self.taken_back(home, at + dt.timedelta(minutes=12), id)

    def _within(self, day: dt.date, hours: Sequence[str], *name: object) -> dt.datetime:
        return self.chance.moment(day, hours, self.zone, *name)

    def _moment(self, day: dt.date, hour: str) -> dt.datetime:
        return dt.datetime.combine(day, _at(hour), self.zone)


def _at(hour: str) -> dt.time:
    return dt.time.fromisoformat(hour)
