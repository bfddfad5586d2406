"""Community cars: fixed journeys, the car of tomorrow, a car that fails, a birth; and what a driver reads."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, get_args

import pytest
import world
from medicines_town import data, furnish, owed, refused, said, state, taken

from tongzhou.cars import plan
from tongzhou.cars.plan import Busy, Car
from tongzhou.gates import kinds as gates
from tongzhou.ledger import door
from tongzhou.pages.telling import Home
from tongzhou.people.scope import holder_of

pytestmark = pytest.mark.postgres
TEN = world.NOW.replace(hour=10)


@pytest.fixture
def staff(staff: dict[str, int]) -> dict[str, int]:
    return staff | furnish()


def lift(household: int = 1, **more: Any) -> str:
    """Dialysis on Wednesday, Friday and Sunday; the town's clock stands on Tuesday 10 March."""
    given = {"household": household, "to": "hospital", "why": "dialysis", "days": ["wed", "fri", "sun"],
             "hour": "07:30", "stays_h": 4}  # fmt: skip
    given = {name: value for name, value in (given | more).items() if value is not None}
    one = said("lift.wanted", given, home=6)
    taken(one)
    return str(one.id)


def drive_of(key: str, n: int = -1) -> str:
    return [found for found, _state, told in world.rows("drive") if told["lift"] == key][n]


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    moment = world.NOW.replace(day=day, hour=hour, minute=minute)
    world.at(moment)
    return moment


def word(key: str, answer: str, moment: dt.datetime, by: Any = None) -> None:
    taken(said("drive.answered", {"drive": key, "answer": answer}, at=moment), by=by)


def test_the_car_of_tomorrow_is_owed_at_noon_signed_in_one_tap_and_goes_there_and_back(staff: dict[str, int]) -> None:
    key = lift()
    assert owed("lift") == [] and data("lift", key)["next"] == "2020-03-11"
    at(10, 12)
    assert owed("lift") == [("plan_car", "community_lead")]
    page = world.words("lead", "/cars/")
    assert re.search(r"07:30 Door 1 → Hong hospital · sitting · Car \d", page) and "dialysis" in page
    world.post(
        "lead", "/cars/", form="sign", seen=re.search(r'name="seen" value="([^"]+)"', world.page("lead", "/cars/"))[1]
    )  # type: ignore[index]
    drive = drive_of(key)
    assert owed("lift") == [] and owed("drive") == [("confirm_drive", "driver")]
    assert data("lift", key)["next"] == "2020-03-13", "the next day that is wanted"
    world.press("drives", "confirm_drive", "confirmed")
    at(11, 7)
    world.press("drives", "fetch_rider", "started")
    world.press("drives", "arrive", "arrived")
    at(11, 11)
    world.press("drives", "fetch_home", "back")
    world.press("drives", "bring_home", "home")
    assert state("drive", drive) == "home" and owed("drive") == []


def test_a_car_that_fails_is_replaced_by_the_next_free_one_in_one_tap(staff: dict[str, int]) -> None:
    first, second = lift(), lift(household=2)
    at(10, 12)
    for who, car in ((first, "car1"), (second, "car2")):
        world.press("lead", "plan_car", "send", car=car) if who == first else planned(second, car)
    key = drive_of(first)
    assert data("drive", key)["car"] == "car1"
    at(11, 7)
    with door.ledger() as ledger:
        assert ledger.execute("select count(*) from ledger_owed where what = 'confirm_drive'").fetchone()
    word(key, "not_ready", at(11, 7), by=holder_of(staff["drives"]))
    assert state("drive", key) == "failed" and ("replan_drive", "community_lead") in owed("drive")
    page = world.words("lead", "/today")
    assert "Send the next free car" in page and "Ambulance" in page, "the cars of the community drive already"
    world.press("lead", "replan_drive", "next")
    assert data("drive", key)["car"] == "van1" and state("drive", key) == "planned"
    word(key, "no_car", at(11, 7, 40))
    assert ("replan_drive", "community_lead") in owed("drive"), "owed at once, again"
    with door.ledger() as ledger:
        steps = ledger.execute(
            "select role, place from ledger_owed where what = 'replan_drive' order by step"
        ).fetchall()
    assert steps[0] == ("community_lead", 6) and ("desk", 4) in steps


def planned(key: str, car: str, by: Any = None, n: int = 11, **more: Any) -> Any:
    told = data("lift", key)
    body = {"lift": key, "household": told["household"], "day": f"2020-03-{n}", "to": told["to"], "car": car,
            "starts": f"2020-03-{n}T07:30:00+08:00", "stays_h": 4}  # fmt: skip
    fact = said("drive.planned", body | more, home=6, at=world.NOW.replace(hour=12))
    taken(fact, by=by)
    return fact


def test_one_car_is_in_one_place(staff: dict[str, int]) -> None:
    first, second = lift(), lift(household=2)
    at(10, 12)
    planned(first, "car1")
    told = data("lift", second)
    body = {"lift": second, "household": told["household"], "day": "2020-03-11", "to": "hospital", "car": "car1",
            "starts": "2020-03-11T08:00:00+08:00"}  # fmt: skip
    moment = world.NOW.replace(hour=12)
    assert refused(said("drive.planned", body, home=6, at=moment)).field == "car"
    assert (
        refused(said("drive.planned", body | {"car": "car2", "household": 3}, home=6, at=moment)).field == "household"
    )
    assert refused(said("drive.planned", body | {"car": "car2", "seat": "stretcher"}, home=6, at=moment)).field == "car"
    assert refused(said("drive.planned", body | {"car": "near"}, home=6, at=moment)).field == "car", "a pharmacy"
    taken(said("drive.planned", body | {"starts": "2020-03-11T10:00:00+08:00"}, home=6, at=moment))


def test_a_birth_is_at_once_and_rings(staff: dict[str, int]) -> None:
    key = lift(why="birth", days=None, hour=None, stays_h=None, at_once=True)
    assert state("lift", key) == "urgent" and owed("lift") == [("send_car", "community_lead")]
    with door.ledger() as ledger:
        [clock, urgency] = ledger.execute(
            "select clock, urgency from ledger_owed where what = 'send_car' and step = 0"
        ).fetchone()
    assert (clock, urgency) == ("life", 3), "a danger to life rings where nobody opens it"
    world.press("lead", "send_car", "send", car="car1")
    drive = drive_of(key)
    assert owed("lift") == [] and data("drive", drive)["starts"].startswith("2020-03-10T")
    for answer in ("confirmed", "started", "arrived"):
        word(drive, answer, world.NOW)
    assert state("drive", drive) == "there" and owed("drive") == [], "one way"


def test_who_does_not_come_down_is_looked_after(staff: dict[str, int]) -> None:
    key = lift()
    at(10, 12)
    planned(key, "car1")
    drive = drive_of(key)
    word(drive, "confirmed", at(10, 13))
    word(drive, "nobody", at(11, 7, 30))
    world.press("lead", "find_rider", "off")
    assert state("drive", drive) == "off" and owed("drive") == []


def test_a_day_on_which_they_do_not_go_needs_no_car_and_the_last_day_ends_it(staff: dict[str, int]) -> None:
    key = lift(until="2020-03-13")
    at(10, 12)
    world.press("lead", "plan_car", "skip")
    assert data("lift", key)["next"] == "2020-03-13" and data("lift", key)["skipped"] == ["2020-03-11"]
    at(12, 12)
    planned(key, "car1", n=13)
    assert state("lift", key) == "over" and owed("lift") == []


def test_what_is_wanted_says_when_and_from_a_door_that_is_there(staff: dict[str, int]) -> None:
    given = {"household": 1, "to": "hospital", "why": "dialysis"}
    for wrong, field in (
        ({}, "days"),
        ({"days": ["mon"]}, "hour"),
        ({"days": ["mon"], "once": "2020-03-12"}, "days"),
        ({"at_once": True, "household": 90}, "household"),
        ({"at_once": True, "to": "near2"}, "to"),
    ):
        told = refused(said("lift.wanted", given | wrong, home=6), by=holder_of(staff["lead"]))
        assert told.field == field, wrong
    world.post("lead", "/cars/", 422, form="new", household="1", to="hospital", why="dialysis", seat="seat",
               days="mon")  # fmt: skip
    world.post("lead", "/cars/", form="new", household="1", to="hospital", why="dialysis", seat="wheelchair",
               days="mon", hour="7:30", stays_h="4", companion="yes")  # fmt: skip
    [(_key, _state, told)] = world.rows("lift")
    assert (told["days"], told["hour"], told["companion"]) == (["mon"], "07:30", True)


HEALTH = re.compile(r"dialysis|透析|chemotherapy|化疗|birth|分娩|treatment|治疗", re.I)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_driver_reads_doors_and_hours_and_not_what_for(staff: dict[str, int], language: str) -> None:
    with door.ledger() as ledger:
        ledger.execute("update community_household set building = '3', stairwell = '2', room = '501' where id = 1")
    key = lift()
    at(10, 12)
    planned(key, "car1")
    client = world.client("drives", language)
    told = " ".join(re.sub(r"<[^>]+>", " ", client.get("/today").content.decode()).split())
    assert ("Door 1" in told and "Hong hospital" in told and "Every gate lets it through" in told) or language != "en"
    assert "501" in told and "07:30" in told
    for address in (
        "/today",
        "/api/today",
        "/api/rows/drive",
        "/api/rows/lift",
        "/cars/",
        "/cars/paper",
        "/medicines/",
    ):
        assert not HEALTH.search(client.get(address).content.decode()), address
    assert HEALTH.search(world.client("lead", language).get("/cars/").content.decode())
    assert not HEALTH.search(world.client("lead", language).get("/cars/paper").content.decode())
    for who in ("helps", "pharma", "far", "charlie"):
        assert world.client(who).get("/api/rows/drive").status_code == 404 or not world.client(who).get(
            "/api/rows/drive").json()["rows"], who  # fmt: skip


def test_the_household_is_told_when_it_is_fetched(staff: dict[str, int]) -> None:
    from tongzhou.cars.telling import drives

    key = lift()
    at(10, 12)
    planned(key, "car1")
    with door.ledger() as ledger:
        [told] = list(drives(Home(ledger, 1, 6, world.NOW)))
    assert told.at == dt.datetime(2020, 3, 11, 7, 30, tzinfo=world.NOW.tzinfo) and not HEALTH.search(told.what)


def test_at_a_gate_dialysis_and_birth_are_exceptions() -> None:
    assert {"dialysis", "birth", "ill"} <= set(get_args(gates.Reason))


def test_the_nearest_free_car_with_room_is_proposed_and_none_twice() -> None:
    day, away = dt.date(2020, 3, 11), dt.timedelta(minutes=75)
    cars = [Car("a", "car", 0, 4), Car("b", "car", 1, 1), Car("v", "ambulance", 2, 2, 1)]
    lifts = [{"key": n, "hour": hour, "seat": seat, "companion": along} for n, hour, seat, along in (
        ("1", "07:30", "seat", True), ("2", "07:40", "seat", False), ("3", "07:30", "stretcher", False),
        ("4", "08:00", "seat", True), ("5", "09:00", "seat", True))]  # fmt: skip
    found = plan.propose(lifts, day, cars, [], away)
    assert found == {"1": "a", "2": "b", "3": "v", "5": "a"}, "the fourth finds no car, and is told so"
    held = [Busy("a", plan.moment(day, "07:00"))]
    assert plan.propose(lifts[:1], day, cars, held, away) == {"1": "v"}, "an ambulance only where no car is left"
