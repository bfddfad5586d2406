"""The invented hospital's story: what its ward, its dispatcher and its clinicians said, day by day, the same each
time."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from tongzhou.ledger.story import Told, tell

ASKED_DAYS, VISITS = 14, (10, 25)  # after a discharge: asked each day; seen at the hospital, in days


def read(folder: Path) -> dict[str, Any]:
    """The wards of an invented county's folder."""
    told: dict[str, Any] = yaml.safe_load((folder / "wards.yaml").read_text())
    return told


def story(
    told: Mapping[str, Any], beds: Mapping[str, list[int]], wards: Mapping[str, int], zone: ZoneInfo
) -> Iterator[Told]:
    """All that was said, in no order. `beds`: bed ids by ward key; `wards`: ward ids by key."""
    for counted in told["staffed"]:
        at = _at(counted["day"], zone, 7, 30)
        for key, staffed in counted.items():
            if key != "day":
                yield tell(at, told["counted_by"], "ward.counted", {"ward": wards[key], "staffed": staffed})
    for name, group in told.get("patients", {}).items():
        yield from _group(name, {**group, "home": told["home"]}, beds, wards, zone)


def _group(
    name: str, group: Mapping[str, Any], beds: Mapping[str, list[int]], wards: Mapping[str, int], zone: ZoneInfo
) -> Iterator[Told]:
    rng = random.Random(f"wards {name}")
    for n in range(group["count"]):
        asked_on = group["first"] + dt.timedelta(days=n // 12)
        at = _at(asked_on, zone, 9, 0) + dt.timedelta(minutes=rng.randrange(0, 500))
        age = rng.randint(*group["ages"])
        body = {
            "infection": "confirmed", "severity": group["severity"], "age": age,
            "need": "icu" if group["severity"] == "critical" else "general", "self_care": group["severity"] == "mild",
            "chronic": False, "flu_negative": True, "sex": "female" if n % 2 else "male",
            "oxygen": True if group["severity"] in ("severe", "critical") else None,
        }  # fmt: skip
        asked = tell(at, "tang", "bed.requested", body, f"{name} {n}", home=group["home"])
        yield asked
        request = str(asked.id)
        if group["ward"] is None:
            if group["until"]:  # a bed was found elsewhere: they left this list
                yield from _elsewhere(request, at, group["until"], beds, wards, zone, n)
            continue
        yield from _stay(request, at, group, beds[group["ward"]][n], wards[group["ward"]], rng)


def _stay(
    request: str, at: dt.datetime, group: Mapping[str, Any], bed: int, ward: int, rng: random.Random
) -> Iterator[Told]:
    one = {"request": request, "bed": bed}
    yield tell(at + dt.timedelta(minutes=40), "sun", "bed.assigned", {**one, "ward": ward})
    yield tell(at + dt.timedelta(minutes=55), "ning", "ward.answered", {**one, "ward": ward, "answer": "accepted"})
    yield tell(at + dt.timedelta(minutes=60), "sun", "vehicle.answered", {"request": request, "answer": "on_the_way"})
    yield tell(at + dt.timedelta(minutes=130), "ning", "patient.admitted", {**one, "ward": ward})
    left = at + dt.timedelta(days=group["stay_days"] + rng.randrange(-6, 7), minutes=rng.randrange(0, 200))
    yield tell(left, "ning", "patient.left", {**one, "how": "discharged", "destination": "isolation"})
    yield tell(left + dt.timedelta(hours=3), "ning", "bed.cleaned", {"bed": bed})
    yield from _after(request, left, group["home"])


def _after(request: str, left: dt.datetime, home: str) -> Iterator[Told]:
    """The community's doctor asks each day how they are, and tells of the two visits to the hospital."""
    rng = random.Random(f"after {request}")
    for day in range(1, max(VISITS) + 1):
        at = (left + dt.timedelta(days=day)).replace(hour=10, minute=rng.randrange(60), second=0)
        said = {"request": request, "temp10": rng.randint(361, 369), "visit": True if day in VISITS else None}
        if day <= ASKED_DAYS or day in VISITS:
            yield tell(at, "he", "aftercare.recorded", said, place=home)


def _elsewhere(
    request: str, at: dt.datetime, until: dt.date, beds: Mapping[str, list[int]], wards: Mapping[str, int],
    zone: ZoneInfo, n: int,
) -> Iterator[Told]:  # fmt: skip
    """Taken in beds of the hall that stand in for another house's, one after another."""
    ward = "tz.fangcang.a"
    one = {"request": request, "bed": beds[ward][-1 - n]}
    came = max(_at(until, zone, 10, 0), at) + dt.timedelta(minutes=15 * n)
    yield tell(came, "ning", "patient.admitted", {**one, "ward": wards[ward]})
    left = {**one, "how": "transferred", "destination": "hospital"}
    yield tell(came + dt.timedelta(hours=2), "ning", "patient.left", left)
    yield tell(came + dt.timedelta(hours=4), "ning", "bed.cleaned", {"bed": one["bed"]})


def _at(day: dt.date, zone: ZoneInfo, hour: int, minute: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), zone)
