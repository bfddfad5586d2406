"""After discharge: where they live, day n of fourteen, asked, visited, over by itself; nobody else is told."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import world
from world import at

from tongzhou.hospital import kinds as _kinds  # noqa: F401

pytestmark = pytest.mark.postgres
LEFT = dt.datetime(2020, 3, 4, 15, tzinfo=world.NOW.tzinfo)


def page(who: str, status: int = 200, language: str = "en") -> str:
    return world.page(who, "/aftercare/", status, language)


def post(who: str, key: str, status: int = 302, **form: Any) -> str:
    return world.post(who, "/aftercare/", status, **{**form, "form": f"{form['form']}/{key}"})


def discharged(how: str = "discharged", destination: str = "home", home: int = 6) -> str:
    body = {"infection": "confirmed", "severity": "mild", "age": 44, "household": 3}
    asked = world.said("bed.requested", body, place=3, at=LEFT - dt.timedelta(days=12))
    asked = type(asked)(**{f: getattr(asked, f) for f in asked.__struct_fields__} | {"home": home})
    left = {"request": str(asked.id), "bed": 1, "how": how, "destination": destination}
    assert not world.say(asked, world.said("patient.left", left, place=3, at=LEFT)).refused
    return str(asked.id)


def test_the_doctor_asks_each_day_and_it_ends_by_itself(staff: dict[str, int]) -> None:
    key = discharged()
    text = page("doctor")
    assert "Door 3" in text and "day 6 of 14" in text and "1 person has still" in text
    post("doctor", key, form="asked", temp10="36,8")
    text = page("doctor")
    assert "0 persons have still" in text and "36.8" in text and "Save once more" in text
    post("doctor", key, form="asked", temp10="36.9", symptoms="cough")
    assert "Symptoms again" in page("doctor")
    assert "30.0" in post("doctor", key, 422, form="asked", temp10="66")
    at(dt.datetime(2020, 3, 18, 23, 59, tzinfo=world.NOW.tzinfo))
    assert "day 14 of 14" in page("doctor")
    at(dt.datetime(2020, 3, 19, 0, 1, tzinfo=world.NOW.tzinfo))
    text = page("doctor")
    assert "of 14" not in text and "week 2, day 15" in text  # only the visits are left
    post("doctor", key, form="seen")
    assert "no visit is due yet" in page("doctor")


def test_symptoms_on_the_last_day_stay_on_the_list(staff: dict[str, int]) -> None:
    key = discharged()
    at(dt.datetime(2020, 3, 18, 22, tzinfo=world.NOW.tzinfo))
    post("doctor", key, form="asked", temp10="38.4", symptoms="fever")
    at(dt.datetime(2020, 3, 19, 8, tzinfo=world.NOW.tzinfo))
    text = page("doctor")
    assert "Symptoms again" in text and "days at home are over" in text
    at(dt.datetime(2020, 4, 20, 8, tzinfo=world.NOW.tzinfo))
    assert "Symptoms again" in page("doctor"), "what is owed without an end is found"
    post("doctor", key, form="asked", temp10="36.6")
    assert "Symptoms again" not in page("doctor") and "38.4" not in page("doctor")


def test_visits_of_weeks_two_and_four_are_due_and_done(staff: dict[str, int]) -> None:
    key = discharged()
    assert "week 2" not in page("doctor") and "0 visits to the hospital are due" in page("doctor")
    at(dt.datetime(2020, 3, 12, 9, tzinfo=world.NOW.tzinfo))
    assert "week 2, day 8" in page("doctor") and "1 visit to the hospital is due" in page("doctor")
    post("doctor", key, form="seen")
    assert "They were there" not in page("doctor") and "seen at the hospital" in page("doctor")
    at(dt.datetime(2020, 3, 27, 9, tzinfo=world.NOW.tzinfo))
    assert "week 4, day 23" in page("doctor")
    post("doctor", key, form="seen")
    assert "Nobody is in aftercare" in page("doctor")


def test_only_where_they_live_and_only_who_went_home(staff: dict[str, int]) -> None:
    discharged("transferred", "hospital")
    discharged("died", "mortuary")
    assert "Nobody is in aftercare" in page("doctor")
    discharged()
    assert "Door 3" in page("zhao") and "Nobody is in aftercare" in page("far") and "Nobody" in page("qian")
    for who in ("charlie", "wu", "lin", "sun"):
        page(who, 404)
    chinese = page("doctor", language="zh-hans")
    assert "第 6 天，共 14 天" in chinese and "出院后随访" in chinese
