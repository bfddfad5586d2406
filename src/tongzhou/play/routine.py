"""What posts do on their own round: count the ward of a shift and a store of a day, ask after those who said that they
are unwell and no more, and let people go home."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tongzhou.play.chance import Chance
from tongzhou.play.epidemic import Epidemic
from tongzhou.play.persons import NOBODY, Persons
from tongzhou.play.speak import Telephone
from tongzhou.play.town import Member, Town
from tongzhou.play.words import Teller, Word

# Those that the player says, and whose they are.
ROUNDS = {"count_ward": "ward_nurse", "count_stock": "supply_officer", "ask_unwell": "community_doctor"}


@dataclass
class Routine:
    town: Town
    telephone: Telephone
    behaviour: Mapping[str, Mapping[str, Any]]
    chance: Chance
    teller: Teller
    epidemic: Epidemic
    done: set[tuple[object, ...]] = field(default_factory=set)
    persons: Persons = NOBODY

    def counts(self, one: Member, told: Mapping[str, Any], now: dt.datetime) -> list[Word]:
        """The rounds that Today shows somebody as their own: each is said once, as it was before. What came up to a
        desk is said below."""
        words = []
        for turn in told["rounds"]:
            mark = (turn["what"], turn["place"], turn["due"])  # whoever looks first says it for all of the post
            own = turn["what"] in ROUNDS and turn["desk"] is None
            if not own or not turn["n"] or mark in self.done or self._left(turn, now):
                continue
            if turn["what"] == "ask_unwell":  # each door is asked once; others may join the same round
                words += self._asked(one, turn, now)
                continue
            self.done.add(mark)
            said = self._wards(one, turn, now) if turn["what"] == "count_ward" else self._stock(one, turn, now)
            words += [Word(now, one.login, said)] if said else []
        return words

    def _asked(self, one: Member, turn: Mapping[str, Any], now: dt.datetime) -> list[Word]:
        """The doctor rings: it has passed, or somebody has a fever and is called back."""
        said: list[dict[str, Any]] = []
        for door in turn["doors"]:
            if ("ask_unwell", door, now.date()) in self.done:
                continue
            self.done.add(("ask_unwell", door, now.date()))
            found = self.epidemic.fever_at(door, now.date())
            state = "unwell" if found else "well"
            heard = {"household": door, "state": state, "channel": "phone"}
            said.append(self.teller.fact(now, "household.heard", turn["place"], heard))
            if found:
                said.append(self.teller.fever(now, turn["place"], door, found[1], "phone"))
        return [Word(now, one.login, said)] if said else []

    def leaving(self, one: Member, now: dt.datetime) -> list[Word]:
        """Once in the morning a ward lets those go home whose days are over and whose samples say so."""
        first, last = (dt.time.fromisoformat(hour) for hour in self.behaviour["stays"]["leaves_at"])
        mark = (one.login, "leaving", now.date())
        if "ward_nurse" not in one.roles or mark in self.done or not first <= now.time() < last:
            return []
        self.done.add(mark)
        low, high = self.behaviour["stays"]["days"]
        places = {place for role, place in one.posts if role == "ward_nurse"}
        if any(self.persons.owe("ward_nurse", place) for place in places):
            return []
        said: list[dict[str, Any]] = []
        for row in self.telephone.rows(one.token, "request", state="admitted"):
            asked = dt.datetime.fromisoformat(row["data"]["asked_at"])
            if now - asked >= dt.timedelta(days=self.chance.between(low, high, "stay", row["key"])):
                at = next((ward.place for ward in self.town.wards if ward.id == row["data"]["ward"]), None)
                said += self._goes_home(row, at or min(places), now)
        return [Word(now, one.login, said[at : at + 400]) for at in range(0, len(said), 400)]

    def _left(self, turn: Mapping[str, Any], now: dt.datetime) -> bool:
        """Is it left to a person of the same post, who has time for it yet?"""
        in_time = now <= dt.datetime.fromisoformat(turn["due"])
        return self.persons.owe(ROUNDS[turn["what"]], turn["place"], in_time=in_time)

    def _goes_home(self, row: Mapping[str, Any], at: int, now: dt.datetime) -> list[dict[str, Any]]:
        samples = [(now - dt.timedelta(hours=hours)).isoformat() for hours in (60, 30)]
        found = {"request": row["key"], "days_normal_temp": 5, "symptoms_improved": True, "imaging_improved": True,
                 "negatives": samples}  # fmt: skip
        left = {"request": row["key"], "bed": row["data"]["bed"], "how": "discharged", "destination": "isolation",
                "ruling": "rule"}  # fmt: skip
        return [self.teller.fact(now, "patient.examined", at, found), self.teller.fact(now, "patient.left", at, left)]

    def _wards(self, one: Member, turn: Mapping[str, Any], now: dt.datetime) -> list[dict[str, Any]]:
        before = {row["key"]: row["data"].get("staffed") for row in self.telephone.rows(one.token, "ward")}
        return [self.teller.fact(now, "ward.counted", ward.place,
                                 {"ward": ward.id, "staffed": before.get(str(ward.id)) or ward.beds})
                for ward in self.town.wards if ward.place == turn["place"]]  # fmt: skip

    def _stock(self, one: Member, turn: Mapping[str, Any], now: dt.datetime) -> list[dict[str, Any]]:
        said = []
        for row in self.telephone.rows(one.token, "stock", place=str(turn["place"])):
            if row["place"] != turn["place"]:
                continue
            held, used = row["data"], round(row["data"].get("used") or 0)
            body = {"place": row["place"], "item": held["item"], "usable": max(0, held["usable"] - used), "used": used,
                    "need": held.get("need"), "house": held.get("house")}  # fmt: skip
            said.append(self.teller.fact(now, "stock.counted", row["place"], body))
        return said
