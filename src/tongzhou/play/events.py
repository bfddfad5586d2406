"""What a scenario says will happen: checked against the region before the play begins, done in its minute."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tongzhou.ledger.kinds import KINDS
from tongzhou.pages.acts import ACTS
from tongzhou.play.desks import Desks, Wish
from tongzhou.play.doors import Doors, Walk
from tongzhou.play.marked import Marked, ScenarioError
from tongzhou.play.scenario import Event, Scenario
from tongzhou.play.town import Household, Town, household_at
from tongzhou.play.values import hour
from tongzhou.play.words import Teller, Word

NAMED = re.compile(r"\$([a-z0-9_]+)")
UNKNOWN = "00000000-0000-7000-8000-000000000000"  # stands for a fact of this scenario while a body is checked


@dataclass
class Events:
    scenario: Scenario
    town: Town
    doors: Doors
    desks: Desks
    teller: Teller
    named: dict[str, str] = field(default_factory=dict)  # what `as` calls a fact → its id

    def check(self) -> None:
        """Raises ScenarioError at the first line that contradicts the region."""
        self._check_behaviour()
        known: set[str] = set()
        for event in self.scenario.events:
            told = event.told
            if event.who is not None and event.who not in self.town.everybody:
                raise told.wrong("who", f"{event.who} is nobody of this region's staff.")
            if "door" in told and household_at(self.town, told["door"]) is None:
                raise told.wrong("door", f"there is no door {told['door'].get('nth')} in {told['door'].get('grid')}.")
            self._check_places(told, "place", "home", "reporting")
            if "of" in told and told["of"] not in known:
                raise told.wrong("of", f"nothing before this line is called {told['of']}.")
            if event.does == "says":
                self._check_body(told, known)
            if event.does == "answers":
                self._check_act(told, "act", str(told["duty"]), str(told["act"]))
            known |= {str(told["as"])} if "as" in told else set()
        for one in self.scenario.expected:
            self._check_places(one.told, "place")
            if one.told.get("ward", "") not in ("", *(ward.key for ward in self.town.wards)):
                raise one.told.wrong("ward", f"{one.told['ward']} is no ward of this region.")
            if "of" in one.told and one.told["of"] not in known:
                raise one.told.wrong("of", f"nothing in this scenario is called {one.told['of']}.")

    def _check_behaviour(self) -> None:
        """Posts that nobody holds in this region, and weights of acts that a duty does not have."""
        for post, told in self.scenario.behaviour["desks"].items():
            if isinstance(told, Marked) and told.file == self.scenario.file and post not in self.town.roles:
                raise ScenarioError(told.file, told.line, f"nobody of this region's staff is {post}.")
        for duty, said in self.scenario.behaviour["duties"].items():
            if isinstance(weights := said.get("acts"), Marked):
                for act in weights:
                    self._check_act(weights, act, duty, act)

    def _check_places(self, told: Marked, *names: str) -> None:
        for name in names:
            if name in told and told[name] != "here" and told[name] not in self.town.places:
                raise told.wrong(name, f"{told[name]} is no place of this region.")

    def doors_named(self) -> frozenset[int]:
        """The doors of which the scenario tells, be it in the body of a fact."""
        told = [found for event in self.scenario.events for found in _mappings(event.told)]
        homes = (household_at(self.town, one) for one in told if one.keys() == {"grid", "nth"})
        return frozenset(home.id for home in homes if home)

    def due(self, now: dt.datetime, before: dt.datetime) -> list[Word]:
        """The words of what happens after `before` and until now."""
        return [word for event in self.scenario.events if before < event.at <= now for word in self._happens(event)]

    def _happens(self, event: Event) -> Sequence[Word]:
        told = event.told
        if event.who is not None and event.who not in self.town.members:
            return []  # a person plays this one
        if event.does == "off_line":
            walk = self.doors.walks.setdefault(event.who or "", Walk())
            walk.off_line = self._until(event)
        elif event.does == "away":
            self.desks.away[event.who or ""] = self._until(event)
        elif event.does == "answers":
            subject = self.named.get(str(told["of"]), UNKNOWN) if "of" in told else ""
            wish = Wish(told["duty"], told["act"], dict(told.get("form") or {}), int(told.get("times", 1)), subject)
            self.desks.wishes.setdefault(event.who or "", []).append(wish)
        elif event.does == "says":
            return [self._says(event)]
        else:
            return self._at_the_door(event)
        return []

    def _until(self, event: Event) -> dt.datetime:
        midnight = event.at.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + hour(event.told, "until")

    def _at_the_door(self, event: Event) -> list[Word]:
        told, home = event.told, household_at(self.town, event.told["door"])
        assert home is not None
        by, send = str(told.get("by", "page")), self._sent(home, event)
        if event.does == "withdraw":
            return [self.doors.taken_back(home, event.at, self.named[str(told["of"])])]
        if event.does == "need":
            id, words = self.doors.needed(home, event.at, by, {str(k): int(v) for k, v in told.need("items").items()})
            self._call(told, id)
            return words
        ill = None
        if event.does == "fever":
            temp10 = round(float(told.get("temp", 38.3)) * 10)
            day = event.at.astimezone(self.doors.zone).date()
            ill = self.doors.epidemic.happens(home, day, temp10, bool(told.get("breathless")))
        words = list(self.doors.said(home, event.at, by, state=event.does if event.does != "fever" else "unwell",
                                     ill=ill, send=send))  # fmt: skip
        if words:
            self._call(told, words[-1].facts[0]["id"] if words[-1].facts else words[-1].form["id"])
        return words * 2 if told.get("twice") else words

    def _sent(self, home: Household, event: Event) -> dt.datetime | None:
        """When what is said at the door reaches the server: a phone without network sends it later."""
        if event.told.get("by") not in ("door", "phone"):
            return None
        walk = self.doors.walks.get(self.town.worker.get(home.grid, ""))
        return walk.off_line if walk and walk.off_line and event.at < walk.off_line else None

    def _says(self, event: Event) -> Word:
        told, here = event.told, self.town.members[event.who or ""].posts[0][1]
        place = self.town.places[told["place"]] if "place" in told else here
        where = {name: here if told[name] == "here" else self.town.places[told[name]]
                 for name in ("home", "reporting") if name in told}  # fmt: skip
        body = self._filled(told["body"])
        fact = self.teller.fact(event.at, str(told["kind"]), place, body, told.line, **where)
        if "of" in told and told["kind"] == "fact.withdrawn":
            fact["corrects"] = self.named[str(told["of"])]
        self._call(told, fact["id"])
        if told["kind"] == "case.identified" and (home := household_at(self.town, told.get("door") or {})):
            self.desks.door_of_case[fact["id"]] = home.id
        return Word(event.at, event.who or "", [fact])

    def _call(self, told: Marked, id: str) -> None:
        if "as" in told:
            self.named[str(told["as"])] = id

    def _filled(self, value: Any, known: dict[str, str] | None = None) -> Any:
        """A body with numbers for the keys of places, doors and the names of facts."""
        names = self.named if known is None else known
        if isinstance(value, Marked) and value.keys() == {"grid", "nth"}:
            home = household_at(self.town, value)
            if home is None:
                raise value.wrong("nth", f"there is no door {value.get('nth')} in {value.get('grid')}.")
            return home.id
        if isinstance(value, Marked) and value.keys() == {"ward", "nth"}:
            beds, nth = self.town.beds.get(str(value["ward"]), []), value["nth"]
            if not isinstance(nth, int) or not 1 <= nth <= len(beds):
                raise value.wrong("nth", f"there is no bed {nth} in {value['ward']}.")
            return beds[nth - 1]
        if isinstance(value, dict):
            return {
                name: self._ward(one) if name == "ward" else self._filled(one, known) for name, one in value.items()
            }
        if isinstance(value, list):
            return [self._filled(one, known) for one in value]
        if isinstance(value, str):
            return self.town.places.get(value) or NAMED.sub(lambda found: names[found[1]], value)
        return value

    def _ward(self, key: Any) -> Any:
        """The number of a ward for its key."""
        return next((ward.id for ward in self.town.wards if ward.key == key), key)

    def _check_body(self, told: Marked, known: set[str]) -> None:
        kind = KINDS.get(str(told.need("kind")))
        if kind is None:
            raise told.wrong("kind", f"{told['kind']} is no kind of fact.")
        try:
            body = self._filled(told["body"], dict.fromkeys(known, UNKNOWN))
            kind.decode(msgspec.json.encode(body))
        except KeyError as error:
            raise told.wrong("body", f"nothing before this line is called {error.args[0]}.") from None
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise told.wrong("body", f"this is not what {kind.name} says: {error}.") from None

    @staticmethod
    def _check_act(told: Marked, key: str, duty: str, act: str) -> None:
        acts = {one.name for one in ACTS.get(duty, ())} | {"hindered"}
        if duty not in ACTS:
            raise told.wrong("duty", f"{duty} is nothing that anybody owes.")
        if act not in acts:
            raise told.wrong(key, f"{duty} has no act {act}; it has {', '.join(sorted(acts))}.")


def _mappings(value: Any) -> Iterator[Marked]:
    """Every mapping of what was written, however deep."""
    if isinstance(value, Marked):
        yield value
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inside:
        yield from _mappings(one)
