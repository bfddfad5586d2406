"""What a lead does once on a morning, with what the ledger shows them: writes down who of the team came, and issues the
passes of the day where a measure asks for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from tongzhou.gates import ruling
from tongzhou.gates.number import LEAST, MOST, numbered
from tongzhou.ledger import door
from tongzhou.play.chance import Chance
from tongzhou.play.persons import NOBODY, Persons
from tongzhou.play.speak import Telephone
from tongzhou.play.town import Member, Town
from tongzhou.play.words import Teller, Word
from tongzhou.sites.named import standing

LEAD = "community_lead"
WHATS = {"shopping": 6, "medicine": 3, "medical": 2, "care": 1}  # what passes are for, by how often


@dataclass
class Mornings:
    town: Town
    telephone: Telephone
    behaviour: Mapping[str, Mapping[str, Any]]
    chance: Chance
    teller: Teller
    zone: dt.tzinfo
    done: set[tuple[str, dt.date]] = field(default_factory=set)
    persons: Persons = NOBODY

    def begin(self, now: dt.datetime) -> list[tuple[str, dt.datetime]]:
        """When leads begin their day."""
        first = dt.time.fromisoformat(self.behaviour["team"]["comes"][0])
        return [(LEAD, dt.datetime.combine(now.astimezone(self.zone).date(), first, self.zone))]

    def said(self, one: Member, now: dt.datetime) -> list[Word]:
        """At the first look of somebody who leads a community, between the hours of a morning."""
        first, last = (dt.time.fromisoformat(hour) for hour in self.behaviour["team"]["comes"])
        mark, places = (one.login, now.date()), [place for role, place in one.posts if role == LEAD]
        if not places or mark in self.done or not first <= now.astimezone(self.zone).time() < last:
            return []
        self.done.add(mark)
        facts = []
        for place in places:
            if self.town.leads.get(place) == one.login and not self.persons.owe(LEAD, place):
                facts += [*self._team(one, place, now), *self._passes(one, place, now)]
        return [Word(now, one.login, facts)] if facts else []

    def _team(self, one: Member, place: int, now: dt.datetime) -> list[dict[str, Any]]:
        plan, said = self.behaviour["team"], []
        goes = dt.datetime.combine(now.date(), dt.time.fromisoformat(plan["goes"]), self.zone)
        for row in self.telephone.rows(one.token, "teammate", place=str(place)):
            if row["state"] not in ("away", "absent"):
                continue
            here = self.chance.of("comes", row["key"], now.date()) < plan["shows_up"]
            if here:
                body = {"teammate": row["key"], "until": goes.isoformat()}
                said.append(self.teller.fact(now, "teammate.came", row["place"], body))
            elif row["state"] == "away":
                said.append(self.teller.fact(now, "teammate.absent", row["place"], {"teammate": row["key"]}))
        return said

    def _passes(self, one: Member, place: int, now: dt.datetime) -> list[dict[str, Any]]:
        """For each gate that a measure has kept, as many as its doors ask for in a morning; of these, what the order of
        the day lets a lead issue."""
        said = []
        asked = self.behaviour["gates"]["passes_per_100"] / 100
        for row in self.telephone.rows(one.token, "gate", place=str(place)):
            if not row["data"]["measures"]:
                continue
            lets = cache(partial(_may, row, now))
            for n in range(round(asked * self.town.doors_of.get(row["place"], 0))):
                what = self.chance.weighted(WHATS, "what", "pass", row["key"], now.date(), n)
                if (told := lets(what)).said == "issue":
                    said.append(self._pass(row, now, n, what, told))
        return said

    def _pass(self, row: Mapping[str, Any], now: dt.datetime, n: int, what: str, told: ruling.May) -> dict[str, Any]:
        drawn = ("pass", row["key"], now.date(), n)
        starts = now.replace(minute=0) + dt.timedelta(hours=self.chance.whole(1, 6, "starts", *drawn))
        body = {"gate": row["key"], "number": numbered(self.chance.whole(LEAST, MOST, "number", *drawn)),
                "what": what, "starts": starts.isoformat(),
                "until": (starts + dt.timedelta(hours=min(2, told.hours or 2))).isoformat(),
                "measure": told.measure, "edition": told.edition}  # fmt: skip
        return self.teller.fact(now, "pass.issued", row["place"], body)


def _may(row: Mapping[str, Any], now: dt.datetime, what: str) -> ruling.May:
    """What the page of the gate tells a lead who asks for somebody who was never out."""
    with door.ledger() as ledger:
        compound = standing(ledger, [row["key"]])[row["key"]][0].details.get("part_of") or ""
        return ruling.may_on(ledger, row["place"], now, what, "never", compound=compound)
