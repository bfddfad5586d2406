"""A driver's trip stands on the driver's Today: whom, from where, to where, what to bring; of the illness nothing."""

from __future__ import annotations

import datetime as dt
import re

import furnished
import msgspec
import psycopg
import pytest
import world
from tests_support import owner_dsn

from tongzhou.ledger import door, follow
from tongzhou.ledger.kinds import Behalf
from tongzhou.people import vault
from tongzhou.people.scope import holder_of

pytestmark = pytest.mark.postgres
EARLIER = world.NOW - dt.timedelta(hours=1)
WARD = {"facility": "h1", "facility_zh": "一院", "facility_en": "First", "key": "h1.w", "name_zh": "一病区",
        "name_en": "Ward 1", "place": "hu.980101", "kind": "designated", "serves": "confirmed", "bed": "general",
        "beds": 2, "oxygen": True}  # fmt: skip
ILL = {"infection": "confirmed", "severity": "severe", "age": 71, "sex": "female", "household": 3, "oxygen": True}
HEALTH = ("severe", "confirmed", "重症", "确诊")


@pytest.fixture
def on_the_road(staff: dict[str, int]) -> str:
    return set_out(staff, ILL)


def set_out(staff: dict[str, int], ill: dict[str, object], home: bool = True) -> str:
    """Charlie drives: a severe patient at home is promised a bed, and his vehicle is on its way. The request's key."""
    world.wards([WARD])
    taken = furnished.bring("amb1,ambulance,一号车,Ambulance 1,980101,2020-01-01,,,舟A00120,,1,,,,,,\n"
                    "h1,hospital,一院,First,980101,2020-03-10,,000-20010001,,,,,,,,,\n")  # fmt: skip
    assert not taken.refused, taken.refused
    with psycopg.connect(**owner_dsn()) as owner:
        owner.execute("insert into people_holding (staff, role, place) values (%s, 'driver', 3)", [staff["charlie"]])
    with door.ledger() as ledger:
        ledger.execute("update community_household set building = '3', stairwell = '2', floor = 5, room = '501'"
                       " where id = 3")  # fmt: skip
    asked = world.said("bed.requested", ill, place=3, at=EARLIER)
    assert not world.say(asked).refused
    follow.catch_up()
    key = str(asked.id)
    with door.ledger() as ledger:
        vault.put(ledger, f"request/{key}", {"name": "王小雨", "telephone": "13800001111"}, place=3, sees="beds")
    sign(key)
    for name, form in (("accepted", {}), ("gone", {"vehicle": "amb1", "driver": str(staff["charlie"]),
                                                   "carried": "stretcher", "waits": "home" * home})):  # fmt: skip
        world.post("sun", "/beds/", form=f"{name}/{key}", **form)
    return key


def sign(key: str) -> None:
    bed = re.search(r'name="bed" value="(\d+)"', world.page("sun", "/beds/"))
    assert bed
    world.post("sun", "/beds/", form=f"sign/{key}", bed=bed[1])


def owed(key: str) -> set[str]:
    with door.ledger() as ledger:
        found = ledger.execute("select what from ledger_owed where noun = 'request' and key = %s", [key])
        return {row[0] for row in found}


def press(who: str, key: str, what: str, act: str, **form: str) -> str:
    return world.post(who, "/today/act", subject=f"request/{key}", what=what, at="3", act=act, **form)


def test_the_driver_reads_where_to_whom_and_what_to_bring_and_no_word_of_the_illness(on_the_road):
    html = world.page("charlie", "/today")
    for told in ("Pick up the patient", "Door 3 · Building 3", "To: First · Ward 1 · Bed 1", "tel:00020010001",
                 "Bring: stretcher, oxygen, full protective clothing", 
                 "Ambulance 1 · 舟A00120", "woman · 70"):  # fmt: skip
        assert told in html, told
    zh = world.page("charlie", "/today", language="zh-hans")
    assert "接患者" in zh and "3栋2单元" in zh and "携带：担架" in zh
    assert not [word for word in HEALTH if word in html or word in zh]
    assert "13800001111" not in html
    assert "Hand over" not in world.page("mei", "/today")


def test_name_and_telephone_open_in_one_tap_for_the_trip(on_the_road, staff):
    line = {"subject": f"request/{on_the_road}", "what": "pick_up", "at": "3"}
    html = " ".join(world.browser("charlie").post("/today/name", line).content.decode().split())
    assert "王小雨" in html and "138 0000 1111" in html and "Opened to: Pick up the patient" in html
    with door.ledger() as ledger:
        assert ledger.execute("select staff, purpose from people_reading").fetchall() == [(staff["charlie"], "pick_up")]


def test_one_tap_for_each_step_each_with_undo(on_the_road):
    for what, act, follows in (("pick_up", "picked_up", "hand_over"), ("hand_over", "handed_over", "free_vehicle")):
        assert press("charlie", on_the_road, what, act) == "/today"
        assert owed(on_the_road) == {"admit", follows}
    done = world.page("charlie", "/today")
    assert not [word for word in HEALTH if word in done]
    fact = re.search(r'name="fact" value="([^"]+)"', done)
    assert fact and world.post("charlie", "/today/undo", fact=fact[1]) == "/today"
    assert owed(on_the_road) == {"admit", "hand_over"}
    press("charlie", on_the_road, "hand_over", "handed_over")
    press("charlie", on_the_road, "free_vehicle", "free")
    assert owed(on_the_road) == {"admit"}


def test_a_vehicle_that_is_free_before_the_ward_wrote_anything_may_go_again(on_the_road):
    assert "on the way with a patient" in world.page("sun", "/beds/")
    for what, act in (("pick_up", "picked_up"), ("hand_over", "handed_over"), ("free_vehicle", "free")):
        press("charlie", on_the_road, what, act)
    beds = world.page("sun", "/beds/")
    assert "on the way with a patient" not in beds and "handed over · Ambulance 1 · 舟A00120 · on a stretcher" in beds
    assert owed(on_the_road) == {"admit"}, "nobody is asked for a second vehicle"


def test_the_ward_is_told_on_today_which_vehicle_comes_and_how_far_it_is(on_the_road):
    told = "舟A00120 · on a stretcher"
    assert f"on the way · Ambulance 1 · {told}" in world.page("nurse", "/today")
    press("charlie", on_the_road, "pick_up", "picked_up")
    press("charlie", on_the_road, "hand_over", "handed_over")
    today, ward = world.page("nurse", "/today"), world.page("sun", "/beds/")
    assert f"handed over · Ambulance 1 · {told}" in today and f"handed over · Ambulance 1 · {told}" in ward


def test_whoever_sends_a_vehicle_home_without_a_door_is_asked_for_it(staff):
    key = set_out(staff, {name: value for name, value in ILL.items() if name != "household"}, home=False)
    assert "From where nobody said: ask" in world.page("charlie", "/today")
    again = {"form": f"gone/{key}", "vehicle": "amb1", "driver": str(staff["charlie"]), "waits": "home"}
    assert "No door is known of this patient." in world.post("sun", "/beds/", 422, **again)
    assert "no household" in world.post("sun", "/beds/", 422, **again, door="90")  # a door of another prefecture
    world.post("sun", "/beds/", **again, door="3")
    assert "From: Door 3 · Building 3" in world.page("charlie", "/today")


def test_the_dispatcher_says_which_vehicle_goes_or_that_it_is_settled_by_telephone(on_the_road):
    again = {"form": f"gone/{on_the_road}", "carried": "seat"}
    html = world.post("sun", "/beds/", 422, **again)
    assert "settled by telephone" in html and "not told" not in html
    world.post("sun", "/beds/", vehicle="-", **again)
    with door.ledger() as ledger:
        (told,) = ledger.execute("select data->'vehicle' from ledger_row where noun = 'request'").fetchone()
    assert "vehicle" not in told and told["carried"] == "seat"


def test_who_cannot_says_so_and_the_dispatcher_sends_another(on_the_road):
    press("charlie", on_the_road, "pick_up", "not_ready", reason="road_closed")
    assert owed(on_the_road) == {"admit", "bring_patient"}
    told = "vehicle not ready · Ambulance 1 · 舟A00120 · on a stretcher · road closed"
    assert told in world.page("sun", "/beds/") and told in world.page("sun", "/today")


def test_the_driver_says_that_it_lies_with_the_patient(on_the_road):
    press("charlie", on_the_road, "pick_up", "not_ready", reason="refused")
    told = world.page("sun", "/today", language="zh-hans")
    assert "没有接到患者" in told and "患者不肯走" in told and "车未就绪" not in told


def test_cannot_because_and_passed_on_stand_beside_done(on_the_road, staff):
    with psycopg.connect(**owner_dsn()) as owner:
        owner.execute("insert into people_holding (staff, role, place) values (%s, 'driver', 3)", [staff["mei"]])
    press("charlie", on_the_road, "pick_up", "passed", to=str(staff["mei"]))
    assert "Pick up the patient" in world.page("mei", "/today")
    assert "Pick up the patient" not in world.page("charlie", "/today")
    press("mei", on_the_road, "pick_up", "hindered", hindered="no_transport")
    assert "Pick up the patient" in world.page("sun", "/today"), "the dispatcher owes it as well"


def test_it_is_the_named_drivers_until_it_is_late(on_the_road, staff):
    with psycopg.connect(**owner_dsn()) as owner:
        owner.execute("insert into people_holding (staff, role, place) values (%s, 'driver', 3)", [staff["mei"]])
    assert "Pick up the patient" not in world.page("mei", "/today")
    world.at(world.NOW + dt.timedelta(hours=2))
    assert "Pick up the patient" in world.page("mei", "/today") and "Pick up the patient" in world.page("sun", "/today")


def test_a_bed_that_is_taken_back_calls_the_trip_off(on_the_road):
    world.post("sun", "/beds/", form=f"release/{on_the_road}", reason="elsewhere")
    assert owed(on_the_road) == {"assign_bed", "free_vehicle"}
    assert "Called off" in world.page("charlie", "/today")
    press("charlie", on_the_road, "free_vehicle", "free")
    assert owed(on_the_road) == {"assign_bed"}


def test_with_the_patient_in_the_vehicle_the_trip_goes_on_to_the_next_bed(on_the_road):
    press("charlie", on_the_road, "pick_up", "picked_up")
    world.post("sun", "/beds/", form=f"release/{on_the_road}", reason="elsewhere")
    assert owed(on_the_road) == {"assign_bed", "hand_over"}
    assert "No bed is promised now" in world.page("charlie", "/today")
    sign(on_the_road)
    world.post("sun", "/beds/", form=f"accepted/{on_the_road}")
    assert owed(on_the_road) == {"admit", "hand_over"}, "nobody sends a second vehicle"


def test_the_dispatcher_writes_down_what_the_driver_said_by_telephone(on_the_road, staff):
    html = world.page("sun", "/beds/")
    assert "The driver said by telephone" in html and "Who rang" in html
    form = {"form": f"picked_up/{on_the_road}", "read_back": "as_written"}
    refused = world.post("sun", "/beds/", 422, **form, who="", minute="2020-03-10T08:59")
    assert "A minute from 03-10 09:00 to 03-10 09:00." in refused and "Not said yet." in refused
    world.at(world.NOW + dt.timedelta(minutes=30))
    world.post("sun", "/beds/", **form, who=str(staff["charlie"]), minute="2020-03-10T09:20")
    assert owed(on_the_road) == {"admit", "hand_over"} and "the patient is in the vehicle" in world.page(
        "sun", "/beds/"
    )
    today = world.page("charlie", "/today")
    assert "Confirm what was written down for you" in today
    told = r"孙 · 03-10 09:20 · by telephone · Charlie · [\d ]{14} · .*the patient is in the vehicle · word for word"
    assert re.search(told, today)


def test_a_patient_who_lies_in_the_bed_was_handed_over_and_yesterday_is_not_asked_after(on_the_road):
    world.post("sun", "/beds/", form=f"admitted/{on_the_road}")
    assert owed(on_the_road) == {"free_vehicle"}
    world.at(world.NOW + dt.timedelta(hours=30))
    assert "Clean the vehicle" not in world.page("charlie", "/today")


def test_who_only_drives_opens_no_page_of_beds(on_the_road):
    for path in ("/beds/", "/beds/houses", f"/beds/patient/{on_the_road}", f"/source/request/{on_the_road}",
                 "/api/rows/request"):  # fmt: skip
        world.get("charlie", path, 404)


def test_a_program_of_the_driver_reads_the_trip_and_nothing_of_the_illness(on_the_road):
    (line,) = world.get("charlie", "/api/today").json()["lines"]
    assert line["row"].keys() == {"key", "place", "subject", "trip", "told"}
    assert any("Bring: stretcher" in told for told in line["row"]["told"])


def test_a_second_role_opens_no_more_of_those_who_are_brought(on_the_road, staff):
    with psycopg.connect(**owner_dsn()) as owner:
        owner.execute("insert into people_holding (staff, role, place) values (%s, 'volunteer', 3)", [staff["charlie"]])
        beds = owner.execute("select data ->> 'bed', data ->> 'person' from ledger_row where key = %s", [on_the_road])
        bed, person = beds.fetchone()
    assert [world.get("charlie", f"/api/rows/{noun}").json()["rows"] for noun in ("request", "bed")] == [[], []]
    for path in (f"/source/request/{on_the_road}", f"/source/bed/{bed}", f"/persons/{person}"):
        world.get("charlie", path, 404)
    line = next(one for one in world.get("charlie", "/api/today").json()["lines"] if one["what"] == "pick_up")
    assert "severity" not in line["row"] and "Pick up the patient" in world.page("charlie", "/today")


def test_who_was_handed_over_is_no_longer_named_to_the_driver(on_the_road):
    press("charlie", on_the_road, "pick_up", "picked_up")
    assert "Show name" in world.page("charlie", "/today")
    press("charlie", on_the_road, "hand_over", "handed_over")
    assert "Show name" not in world.page("charlie", "/today")
    world.post("charlie", "/today/name", subject=f"request/{on_the_road}", what="free_vehicle", at="3", status=403,
               by=world.browser)  # fmt: skip


def word(by: int | None, key: str, answer: str, **more: object) -> str:
    """What a program is answered: nothing, or the code of the refusal."""
    said = world.said("vehicle.answered", {"request": key, "answer": answer, **more}, place=3)
    refused = world.say(said, authority=holder_of(by) if by else None).refused
    return refused[0].code if refused else ""


def state(key: str) -> str | None:
    found = next(data["trip"] for held, _state, data in world.rows("request") if held == key)
    return found and found["state"]


def test_a_step_without_a_trip_before_it_tells_of_nothing(staff):
    asked = world.said("bed.requested", ILL, place=3, at=EARLIER)
    world.say(asked)
    key = str(asked.id)
    for answer in ("picked_up", "handed_over", "free"):
        assert word(None, key, answer) == "" and state(key) is None and owed(key) == {"assign_bed"}, answer


def test_nobody_sets_out_to_whoever_lies_in_a_bed(on_the_road):
    world.post("sun", "/beds/", form=f"admitted/{on_the_road}")
    for answer in ("on_the_way", "picked_up"):
        word(None, on_the_road, answer)
        assert state(on_the_road) == "there" and owed(on_the_road) == {"free_vehicle"}, answer


def test_of_a_trip_its_driver_speaks_and_of_none_whoever_drives_elsewhere(on_the_road, staff):
    with psycopg.connect(**owner_dsn()) as owner:
        for who, place in (("mei", 3), ("far", 9)):
            owner.execute("insert into people_holding (staff, role, place) values (%s, 'driver', %s)",
                          [staff[who], place])  # fmt: skip
    assert word(staff["mei"], on_the_road, "free") == "not_yours"
    for driver in (staff["far"], staff["lin"], 987_654):
        assert word(staff["sun"], on_the_road, "on_the_way", driver=driver) == "malformed"
    assert word(staff["sun"], on_the_road, "on_the_way", driver=staff["mei"]) == ""
    assert word(staff["mei"], on_the_road, "picked_up") == "" and state(on_the_road) == "aboard"


def test_what_a_driver_said_is_asked_of_the_drivers_of_that_place(on_the_road, staff):
    with psycopg.connect(**owner_dsn()) as owner:
        owner.execute("insert into people_holding (staff, role, place) values (%s, 'driver', 9)", [staff["far"]])

    def rang(place: int, who: int) -> str:
        said = world.said("vehicle.answered", {"request": on_the_road, "answer": "picked_up"}, place=3)
        behalf = Behalf("driver", place, who=who, read_back="as_written")
        said = msgspec.structs.replace(said, behalf=behalf)
        refused = world.say(said, authority=holder_of(staff["sun"])).refused
        return refused[0].field if refused else ""

    assert rang(9, staff["charlie"]) == "behalf.place" and rang(3, staff["far"]) == "behalf.who"
    assert rang(3, staff["charlie"]) == "" and state(on_the_road) == "aboard"
