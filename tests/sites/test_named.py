"""Facts that name a site: it is known, was there on the day and is of the kind; a vehicle is of one's own."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import psycopg
import pytest
import world
from furnished import bring
from tests_support import owner_dsn

from tongzhou.ledger import door
from tongzhou.people.scope import Resident, holder_of

WARDS = [{"key": "w", "facility": "h", "facility_zh": "洪区医院", "facility_en": "Hong Hospital", "name_zh": "一病区",
          "name_en": "Ward 1", "kind": "designated", "bed": "general", "serves": "confirmed", "place": "hu.980101",
          "beds": 2, "invented": True}]  # fmt: skip
SITES = """\
car.own,ambulance,一号救护车,Car 1,980101,2020-03-01,,,舟A00001,2,0,,,,,,
car.lying,ambulance,二号救护车,Car 2,980101,2020-03-01,,,舟A00002,2,1,,,,,,
car.later,ambulance,三号救护车,Car 3,980101,2020-03-11,,,舟A00003,2,1,,,,,,
car.gone,ambulance,四号救护车,Car 4,980101,2020-01-01,2020-03-01,,舟A00004,2,1,,,,,,
car.far,ambulance,安县救护车,An car,980201,2020-03-01,,,舟A00005,2,1,,,,,,
gate,gate,东门,Gate,980101,2020-01-01,,,,,,,,,,,
market,market,渡口市场,Ferry Market,980201,2020-01-01,,,,,,,,,,,
med,medicine,氨氯地平片 5 mg,Amlodipine 5 mg,980000,2020-01-01,,,,,,,,,,tablet,box=14 tablet
"""


@pytest.fixture
def town(staff: dict[str, int]) -> dict[str, int]:
    assert not bring(SITES).refused
    return staff


def said_by(who: str, staff: dict[str, int], kind: str, body: dict[str, Any], place: int) -> str:
    """The code of the refusal; nothing where it was taken."""
    with door.ledger() as connection:
        from tongzhou.ledger.append import append

        receipt = append(connection, [world.said(kind, body, place=place)], holder_of(staff[who]))
    return next((problem.code for problem in receipt.refused.values()), "")


def promised() -> str:
    """A patient of Hong with a bed that the ward keeps for them."""
    world.wards(WARDS)
    asked = world.said("bed.requested", {"infection": "confirmed", "severity": "moderate"}, place=3)
    with door.ledger() as connection:
        row = connection.execute("select id, ward from hospital_bed order by id limit 1").fetchone()
    assert row is not None
    one = {"request": str(asked.id), "bed": row[0], "ward": row[1]}
    world.say(asked)
    world.say(world.said("bed.assigned", one, place=3))
    world.say(world.said("ward.answered", {**one, "answer": "accepted"}, place=3))
    return str(asked.id)


def test_a_vehicle_is_ones_own_and_there_that_day(town: dict[str, int]) -> None:
    with psycopg.connect(**owner_dsn()) as owner:  # a dispatcher of Hong county only
        owner.execute("insert into people_holding (staff, role, place) values (%s, 'dispatcher', 3)", [town["tang"]])
    said: dict[str, Any] = {"request": promised(), "answer": "on_the_way"}

    def code(vehicle: str, **more: str) -> str:
        return said_by("tang", town, "vehicle.answered", {**said, "vehicle": vehicle, **more}, 3)

    assert code("car.lying", carried="stretcher") == "" and code("car.own", carried="seat") == ""
    assert code("car.own", carried="stretcher") == "malformed", "it has none"
    assert code("car.later") == code("car.gone") == "site_not_there"
    assert code("no.such") == "unknown_site"
    assert code("car.far") == "not_yours"
    assert code("gate") == "malformed", "no vehicle"
    assert said_by("tang", town, "vehicle.answered", said, 3) == "", "nobody has to tell which one"


def test_the_dispatcher_chooses_a_vehicle_and_the_ward_sees_which_one_comes(town: dict[str, int]) -> None:
    request = promised()
    page = world.page("sun", "/beds/")
    assert "Car 2 · 舟A00002 · seats 2, stretchers 1" in page and "Car 3" not in page and "Car 4" not in page
    world.post("sun", "/beds/", form=f"gone/{request}", vehicle="car.lying", carried="stretcher")
    told = "Car 2 · 舟A00002 · on a stretcher"
    assert told in world.page("sun", "/beds/") and "on the way with a patient" in world.page("sun", "/beds/")
    with door.ledger() as connection:
        ward = connection.execute("select id from hospital_ward").fetchone()
    assert ward is not None and told in world.page("nurse", f"/beds/ward/{ward[0]}")
    assert "二号救护车 · 舟A00002 · 躺担架" in world.page("sun", "/beds/", language="zh-hans")


def test_where_somebody_was_may_lie_in_another_county(town: dict[str, int]) -> None:
    case = world.suspected()
    form = {"form": "exposure", "setting": "market", "first_day": "2020-03-08", "last_day": "2020-03-08"}
    assert "no site called" in world.post("lin", f"/cases/{case}/interview", 422, venue="Nowhere Market", **form)
    world.post("lin", f"/cases/{case}/interview", venue="渡口市场", **form)
    assert "Ferry Market" in world.page("lin", f"/cases/{case}/interview")
    assert world.rows("interview")[0][2]["exposures"][0]["venue"] == "market"
    wrong = {"case": case, "setting": "market", "first_day": "2020-03-08", "last_day": "2020-03-08", "venue": "car.own"}
    assert said_by("tang", town, "exposure.stated", wrong, 3) == "malformed"


def test_a_household_chooses_its_medicine_and_no_box_without_a_number(town: dict[str, int]) -> None:
    def need(of: str, medicine: str = "med") -> str:
        body = {"household": 3, "items": {"medicine": 1}, "channel": "page",
                "medicines": [{"medicine": medicine, "quantity": 2, "of": of}]}  # fmt: skip
        receipt = world.say(world.said("need.stated", body, place=6), authority=Resident(6, 3))
        return next((problem.code for problem in receipt.refused.values()), "")

    assert (need("bottle"), need("box", "nothing"), need("box", "market")) == ("malformed", "unknown_site", "malformed")
    assert need("box") == "" and need("tablet") == ""
    told = world.get("zhao", "/doorway/list.json").json()
    assert [(one["medicine"], one["of"], one["zh"]) for one in told["medicines"]] == [
        ("med", "tablet", "氨氯地平片 5 mg · 片"),
        ("med", "box", "氨氯地平片 5 mg · 盒"),
    ], "each unit and pack that was declared may be chosen at the door"
    needs = told["needs"]
    assert {one["wanted"]["zh"] for one in needs} == {"氨氯地平片 5 mg, 2 盒", "氨氯地平片 5 mg, 2 片"}


def test_the_households_own_page_offers_the_list_and_shows_what_was_asked(town: dict[str, int]) -> None:
    from django.test import Client

    from tongzhou.community import queries
    from tongzhou.doorway.resident import digest_of

    with door.ledger() as connection:
        queries.give_slip(connection, 3, digest_of("slip-of-three"), world.NOW + dt.timedelta(days=30))
    own = Client(headers={"Accept-Language": "en"})
    page = own.get("/h/slip-of-three").content.decode()
    assert 'value="med|box"' in page and 'value="med|tablet"' in page and 'value="med|bottle"' not in page
    form = {"say": "need", "medicine": "med|box", "quantity": "2", "id": str(world.said("x", {}).id)}
    assert own.post("/h/slip-of-three", form).status_code == 302
    assert "Amlodipine" in own.get("/h/slip-of-three").content.decode()
    (need,) = world.rows("need")
    assert need[2]["medicines"] == [{"medicine": "med", "quantity": 2, "of": "box"}] and uuid.UUID(need[0])


def test_houses_and_wards_are_sites_and_are_called_as_their_keeper_says(town: dict[str, int]) -> None:
    world.wards(WARDS)
    with psycopg.connect(**owner_dsn()) as owner:
        owner.execute("insert into people_holding (staff, role, place) values (%s, 'site_keeper', 2)", [town["mei"]])
    page = world.page("mei", "/sites/?kind=ward")
    assert "Ward 1" in page and "Hong Hospital" in world.page("mei", "/sites/w"), "a ward, and the house it belongs to"
    assert "Hong Hospital" in world.page("sun", "/beds/")
    with door.ledger() as connection:
        newest = connection.execute("select max(id) from sites_version where site = 'h'").fetchone()
    assert newest is not None
    change = {"name_zh": "洪区中心医院", "name_en": "Hong Central Hospital", "place": "Hong", "since": "2020-03-10"}
    world.post("mei", "/sites/h", saw=newest[0], form="change", invented="on", hours="24/7", **change)
    for who, path in (("sun", "/beds/"), ("sun", "/beds/houses")):
        told = world.page(who, path)
        assert "Hong Central Hospital" in told and "Hong Hospital" not in told, path
    world.wards([{**WARDS[0], "key": "h2", "facility": "h2", "facility_en": "Lake Hotel", "name_en": "Third floor"}])
    assert "Lake Hotel · Third floor" in world.page("sun", "/beds/"), (
        "one key for a house and its only ward: the house's"
    )
    world.wards(WARDS)  # the list of wards brought again names it as before, and what was written besides stays
    assert "Hong Hospital" in world.page("sun", "/beds/") and "24/7" in world.page("mei", "/sites/h")
