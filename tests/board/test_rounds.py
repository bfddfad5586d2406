"""Rounds: silent doors, wards not counted since the shift began, goods not counted today; owed by whoever goes there,
and by the desk from the hour at which it comes up."""

from __future__ import annotations

import datetime as dt

import pytest
import world
from django.db import transaction

from tongzhou.command.rounds import Round, rounds
from tongzhou.ledger.owed import tables
from tongzhou.ledger.time import zone
from tongzhou.people.scope import holder_of, set_scope

pytestmark = pytest.mark.postgres
NOON = world.NOW.replace(hour=12)
WARD = {"key": "h.a", "facility": "h", "facility_zh": "东医院", "facility_en": "East Hospital", "name_zh": "一病区",
        "name_en": "Ward 1", "kind": "designated", "bed": "general", "serves": "confirmed", "place": "hu.980101",
        "beds": 3}  # fmt: skip


def owed(by: int, now: dt.datetime, what: str = "hear_doors") -> list[Round]:
    holder = holder_of(by)
    with transaction.atomic():
        set_scope(holder)
        return [one for one in rounds(holder, now) if one.what == what]


def test_a_round_runs_from_its_last_start():
    turn = tables()[-1].rounds["count_ward"]
    night = dt.datetime(2020, 3, 10, 3, tzinfo=zone())
    assert turn.at(night) == (night.replace(day=9, hour=20), night.replace(day=9, hour=22))
    assert turn.at(night.replace(hour=8))[0] == night.replace(hour=8)


def test_a_grid_worker_owes_the_doors_that_nobody_heard_of(staff):
    world.say(*(world.heard(n, place=6) for n in range(1, 39)), world.heard(39, "no_answer", place=6))
    (one,) = owed(staff["zhao"], world.NOW)
    assert (one.place, one.n, one.of, one.doors, one.due) == (6, 2, 40, (39, 40), NOON)
    assert [(one.place, one.n) for one in owed(staff["qian"], world.NOW)] == [(7, 40)]
    assert owed(staff["charlie"], world.NOW) == [] and owed(staff["doctor"], world.NOW) == []
    world.say(world.heard(39, place=6), world.heard(40, place=6))
    assert owed(staff["zhao"], world.NOW) == []


def test_silent_doors_come_up_to_the_lead_as_counts_by_grid(staff):
    world.say(*(world.heard(n, place=6) for n in range(1, 39)))
    assert owed(staff["lead"], NOON) == []
    found = owed(staff["lead"], NOON + dt.timedelta(hours=2))
    assert [(one.place, one.n, one.of, one.doors) for one in found] == [(6, 2, 40, ()), (7, 40, 40, ())]
    assert owed(staff["wu"], NOON + dt.timedelta(hours=9)) == []


def test_a_ward_is_owed_until_it_is_counted_in_this_shift(staff):
    world.wards([WARD])
    (one,) = owed(staff["nurse"], world.NOW, "count_ward")
    assert (one.place, one.n, one.of, one.due) == (3, 1, 1, world.NOW.replace(hour=10))
    world.say(world.said("ward.counted", {"ward": 1, "staffed": 1}, place=3))
    assert owed(staff["nurse"], world.NOW, "count_ward") == []
    assert [one.n for one in owed(staff["nurse"], world.NOW.replace(hour=20), "count_ward")] == [1]


def test_the_store_of_a_post_is_owed_though_it_was_never_counted_and_something_was_published(staff):
    body = {"place": 2, "item": "n95", "usable": 100}
    assert world.say(world.said("stock.counted", body | {"source": "a newspaper"}, place=2)).accepted == 1
    (one,) = owed(staff["mei"], world.NOW, "count_stock")
    assert (one.place, one.n, one.of) == (2, 1, 1)
    assert world.say(world.said("stock.counted", body | {"item": "gown"}, place=2)).accepted == 1
    assert owed(staff["mei"], world.NOW, "count_stock") == []


def test_a_store_is_owed_until_it_is_counted_today(staff):
    body = {"place": 2, "item": "n95", "usable": 100}
    assert world.say(world.said("stock.counted", body, place=2, at=world.NOW - dt.timedelta(days=1))).accepted == 1
    (one,) = owed(staff["mei"], world.NOW, "count_stock")
    assert (one.place, one.n, one.of, one.due) == (2, 1, 1, world.NOW.replace(hour=10))
    assert world.say(world.said("stock.counted", body, place=2)).accepted == 1
    assert owed(staff["mei"], world.NOW, "count_stock") == []


def test_a_door_that_is_unwell_alone_is_owed_by_its_doctor_and_by_the_lead_from_an_hour(staff):
    def told(who: str, hours: float) -> list[tuple[int, int, int, tuple[int, ...]]]:
        found = owed(staff[who], world.NOW + dt.timedelta(hours=hours), "ask_unwell")
        return [(one.place, one.n, one.of, one.doors) for one in found]

    with_a_call = world.said("exception.raised", {"household": 2, "concerns": ["fever"]}, place=6)
    world.say(world.heard(1, "unwell"), world.heard(2, "unwell"), with_a_call, world.heard(3, "unwell"))
    assert told("doctor", 0) == [(6, 2, 3, (1, 3))] and told("charlie", 9) == []
    (one,) = owed(staff["doctor"], world.NOW, "ask_unwell")
    assert one.due == world.NOW + dt.timedelta(hours=2)
    assert told("lead", 2) == [] and told("lead", 2.5) == [(6, 2, 3, (1, 3))]
    lines = world.get("doctor", "/api/today").json()["rounds"]
    assert [one["doors"] for one in lines if one["what"] == "ask_unwell"] == [[1, 3]]
    assert world.get("doctor", "/doorway/list.json").json()["unwell"] == [1, 3]
    page = world.browser("doctor", "zh-hans").get("/today").content.decode()
    assert "回访报了“不适”的住户" in page and "/doorway/#doors" in page

    asked = world.heard(1, "unwell", at=world.NOW + dt.timedelta(minutes=1))
    send = {"facts": [{"id": str(asked.id), "kind": asked.kind, "place": 6,
                       "body": {"household": 1, "state": "unwell", "channel": "door"},
                       "effective_at": asked.effective_at.isoformat()}]}  # fmt: skip
    answer = world.client("doctor").post("/api/facts", send, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert told("doctor", 0) == [(6, 1, 3, (3,))]
    world.say(world.heard(3, "well", at=world.NOW + dt.timedelta(minutes=2)))
    assert told("doctor", 0) == told("lead", 9) == []


def test_a_door_that_was_unwell_yesterday_is_owed_until_it_is_heard_from_today(staff):
    yesterday = world.NOW - dt.timedelta(days=1)
    world.say(world.heard(1, "unwell", at=yesterday), world.heard(2, "unwell", at=yesterday))
    assert [one.doors for one in owed(staff["doctor"], world.NOW, "ask_unwell")] == [(1, 2)]
    world.say(world.heard(2, "well"), world.heard(1, "no_answer"))
    assert [one.doors for one in owed(staff["doctor"], world.NOW, "ask_unwell")] == [(1,)]


def test_the_press_desk_owes_the_figures_of_yesterday_place_by_place_and_enters_them(staff: dict[str, int]) -> None:
    def figures(day: int, place: int, unit: str, n: int) -> None:
        body = {"unit": unit, "day": f"2020-03-0{day}", "confirmed": n, "cured": 1, "dead": 0, "source": "test",
                "published_on": f"2020-03-{day + 1:02}", "published_at": "08:00", "version": "first"}  # fmt: skip
        close = dt.datetime(2020, 3, day + 1, tzinfo=zone())
        assert world.say(world.said("bulletin.published", body, place=place, at=close)).accepted == 1

    press = world.make_staff("!", {"press": ("文", [("publisher", 1)])})["press"]
    assert owed(press, world.NOW, "tell_figures") == []  # no place published lately: nothing is expected
    figures(8, 1, "hu.980000", 100)
    figures(8, 2, "hu.980100", 60)
    (one,) = owed(press, world.NOW, "tell_figures")
    assert (one.place, one.n, one.of, one.due) == (1, 2, 2, world.NOW.replace(hour=8))
    assert "Enter yesterday" in world.page("press", "/today") and "2 of 2 are missing" in world.words(
        "press", "/bulletins/"
    )
    sent = {"form": "enter", "unit": "hu.980000", "day": "2020-03-09", "confirmed": "113", "cured": "5", "dead": "",
            "new_confirmed": "13", "new_cured": "4", "new_dead": "", "published_on": "2020-03-10",
            "published_at": "08:30", "read": "bulletin of 10 March"}  # fmt: skip
    world.post("press", "/bulletins/", **sent)
    told = world.words("press", "/bulletins/")
    assert "1 of 2 are missing" in told and "113 +13 5 – 2020-03-10 Correct" in told
    assert [one.n for one in owed(press, world.NOW, "tell_figures")] == [1]
    again = world.post("press", "/bulletins/", 422, **{**sent, "confirmed": "111", "new_confirmed": "11"})
    assert "published already: 113 confirmed. 111 will stand as a correction" in again
    world.post("press", "/bulletins/", **{**sent, "confirmed": "111", "new_confirmed": "11", "meant": "on"})
    source = world.words("press", "/source/bulletin/hu.980000/2020-03-09")
    assert "Only the figure is held here, not the text" in source and "bulletin of 10 March" in source
    assert "113" in source and "111" in source and "restated" in source
    fall = {**sent, "unit": "hu.980100", "confirmed": "59", "new_confirmed": ""}
    assert "the total falls" in world.post("press", "/bulletins/", 422, **fall)
    assert 'href="#enter-read"' in world.post("press", "/bulletins/", 422, **{**fall, "read": ""})
    world.page("duty", "/bulletins/", 404)
    assert "2 of 2 in, asked for by 08:00" not in world.words("press", "/today")
    figures(9, 2, "hu.980100", 61)
    assert "yesterday&#x27;s figures</a> · 2 of 2 in, asked for by 08:00" in world.page("press", "/today")
    told = world.page("press", "/morning/", 404)
    assert "It is there for:" in told and "duty officer" in told and "publisher" not in told.split("<h1>")[1]
