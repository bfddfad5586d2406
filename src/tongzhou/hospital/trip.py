"""A trip: from the vehicle's word that it is on its way to the vehicle that is clean and free, and what its driver owes
at each step.

It is folded with the request: a bed that is taken back before the patient is in the vehicle calls the trip off, a
patient who lies in the bed was handed over, whether the driver said so or not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tongzhou.hospital import kinds
from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.owed import Owed, after

# What the vehicle says → where the trip is then; `off`: it was called back before the patient was in it.
# `done`: whoever was in it was handed over, and the vehicle is free again.
STEPS = {"on_the_way": "coming", "picked_up": "aboard", "handed_over": "there"}
OWES = {"coming": "pick_up", "aboard": "hand_over", "there": "free_vehicle", "off": "free_vehicle"}
CALLED_OFF = ("bed.released", "ward.answered", "bed.granted")  # after which whoever was coming has nobody to bring
CARRIED = ("aboard", "there", "done")
TOLD = ("vehicle", "carried", "driver", "waits", "door")  # what a word may say of the vehicle
# The day after nobody asks any more whether it was cleaned after this trip: it has gone others since.
ASKED_H = 24


@dataclass(frozen=True)
class Trip:
    """Where a trip is and since when; `driver`: the account of whoever drives, where that was told."""

    state: str
    since: dt.datetime
    driver: int | None = None

    @property
    def data(self) -> dict[str, Any]:
        return {"state": self.state, "since": self.since}


def aboard(way: Trip | None) -> bool:
    """Is the patient in the vehicle?"""
    return way is not None and way.state == "aboard"


# A word → the states of a trip that it leads on from. Said of no trip, or of one that is over, it tells of nothing.
FROM = {
    "picked_up": ("coming", "aboard", "off"),
    "handed_over": ("coming", "aboard", "there"),
    "free": ("coming", "aboard", "there", "off", "done"),
}


def follows(answer: str, way: Trip | None, state: str) -> bool:
    """Does this word lead on in the trip of a request in this state? Nobody sets out to a patient who lies in a bed."""
    if answer in FROM:
        return way is not None and way.state in FROM[answer]
    return state not in ("admitted", "left", "handed_over")


def vehicle(known: dict[str, Any] | None, said: kinds.VehicleAnswered, way: Trip | None) -> dict[str, Any] | None:
    """What is known of the vehicle after its word: a step of the trip adds to what was told when it set out, and one
    that is not ready is still known by name. One that is free and had nobody in it is not on the way any more. `way`:
    the trip before this word."""
    told = {n: value for n in TOLD if (value := getattr(said, n)) is not None}
    if said.answer == "not_ready":
        return {**(known or {}), "answer": said.answer, "reason": said.reason, **told}
    if said.answer == "on_the_way":
        return {"answer": said.answer, "reason": said.reason, **told}
    if said.answer == "free" and way and way.state in ("coming", "off"):
        return None
    return {**(known or {}), "answer": "on_the_way", "reason": None, **told}


def after_word(way: Trip | None, fact: Fact, state: str, vehicle: Mapping[str, Any] | None) -> Trip | None:
    """The trip after a word about the request, which is in this state by then."""
    if fact.kind == "vehicle.answered":
        step = STEPS.get(fact.body.answer)
        if fact.body.answer == "free" and way and way.state in CARRIED:
            return replace(way, state="done", since=way.since if way.state == "done" else fact.effective_at)
        return Trip(step, fact.effective_at, (vehicle or {}).get("driver")) if step else None
    if way and way.state == "coming" and state == "waiting" and fact.kind in CALLED_OFF:
        return replace(way, state="off", since=fact.effective_at)
    if way and way.state in ("coming", "aboard") and fact.kind == "patient.admitted":
        return replace(way, state="there", since=fact.effective_at)
    return way


def owed(way: Trip | None) -> list[Owed]:
    """The next step, by whoever drives; by the drivers of the place where nobody said who."""
    if way is None or way.state not in OWES:
        return []
    until = after(way.since, hours=ASKED_H) if OWES[way.state] == "free_vehicle" else None
    return [Owed(OWES[way.state], way.since, to=way.driver, until=until)]
