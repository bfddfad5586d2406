"""Saved views and columns of the line list; corrections that stay to be seen."""

from __future__ import annotations

from typing import Any

import pytest
import world
from django.test import Client
from world import page, post

pytestmark = pytest.mark.postgres


def identify(**more: Any) -> str:
    body = {"classification": "suspected", "epi": ["E1"], "clinical": ["C1", "C2"], "onset": "2020-03-08", "age": 41,
            "sex": "female", **more}  # fmt: skip
    fact = world.said("case.identified", body, place=3)
    assert world.say(fact).accepted == 1
    return str(fact.id)


def test_a_view_is_kept_for_the_team_with_its_columns_and_dropped_again(staff: dict[str, int]) -> None:
    identify()
    text = page("lin", "/cases/?state=suspected&column=onset&column=age")
    assert ">Onset<" in text and ">2020-03-08<" in text and ">Card<" not in text
    post("lin", "/cases/", say="save", name="Suspected by onset", state="suspected", column=["onset", "age"])
    text = page("tang", "/cases/")  # the clinician of the same county
    href = "?state=suspected&amp;column=onset&amp;column=age"
    assert "Suspected by onset" in text and href in text
    assert "Suspected by onset" not in page("an", "/cases/")  # another county
    text = page("lin", "/cases/" + href.replace("&amp;", "&"))
    view = text[text.index('name="view" value="') + 19 :][:36]
    post("lin", "/cases/", say="drop", view=view)
    assert "Suspected by onset" not in page("tang", "/cases/")


def test_the_search_box_fetches_its_answer_alone(staff: dict[str, int]) -> None:
    key = identify()
    assert world.say(world.said("case.reported", {"case": key, "card": "420111-1"}, place=3)).accepted == 1
    headers = {**world.bearer("lin"), "Accept-Language": "en", "HX-Request": "true"}
    part = Client(headers=headers).get("/cases/?q=420111-1").content.decode()
    assert key in part and "<html" not in part and "cases/export.csv?q=420111-1" in part
    assert 'hx-target="#found"' in page("lin", "/cases/") and '<div id="found">' in page("lin", "/cases/")
    other = Client(headers={**headers, **world.bearer("an")}).get("/cases/?q=420111-1").content.decode()
    assert key not in other and "No case matches" in other


def test_no_search_word_and_no_number_gets_into_a_view(staff: dict[str, int]) -> None:
    identify()
    assert "Keep this view" not in page("lin", "/cases/?q=420111-1&state=suspected")
    post("lin", "/cases/", 422, say="save", name="13800001111", state="suspected")
    post("lin", "/cases/", 422, say="save", name=" ", state="suspected")
    post("sun", "/cases/", 404, say="save", name="mine", state="suspected")  # a dispatcher reads the list only


def test_a_correction_is_seen_with_its_hour_and_its_author(staff: dict[str, int]) -> None:
    key = identify()
    post("tang", f"/cases/{key}", say="corrected", onset="2020-03-07", age="14", sex="female")
    text = page("lin", f"/cases/{key}")
    assert "14 years" in text and "41 years" not in text and "onset 2020-03-07" in text
    assert "corrected 03-10 09:00 by 唐" in text and "a correction" in text
    assert "onset" in post("tang", f"/cases/{key}", 422, say="corrected", onset="2020-03-07", age="14", sex="female")
    post("tang", f"/cases/{key}", say="corrected", onset="2020-03-07", age="15", sex="female")  # and once more
    assert "15 years" in page("lin", f"/cases/{key}")
    post("an", f"/cases/{key}", 404, say="corrected", onset="2020-03-07", age="16", sex="female")


def test_both_languages_are_complete(staff: dict[str, int]) -> None:
    key = identify()
    post("tang", f"/cases/{key}", say="corrected", onset="2020-03-07", age="14", sex="female")
    for path in (f"/cases/{key}", "/cases/?state=suspected&column=source&column=investigated"):
        text = page("lin", path, language="zh-hans")
        for english in ("Columns", "Keep", "Written", "corrected", "identified", "Onset"):
            assert f">{english}" not in text and f" {english} " not in text, (path, english)


def test_a_clinicians_warning_reaches_the_epidemiologist_and_nobody_takes_it_back(staff: dict[str, int]) -> None:
    post("tang", "/warnings/", what="unusual_pneumonia", patients="7")
    text = page("lin", "/warnings/")
    assert "unusual pneumonia" in text and "7 patients" in text
    assert "unusual pneumonia" in page("doctor", "/warnings/") or "No warning was given" in page("doctor", "/warnings/")
    page("duty", "/warnings/", 404)
    page("charlie", "/warnings/", 404)
    assert "One of the choices" in post("tang", "/warnings/", 422, what="rumour", patients="7")
    assert "不明原因肺炎" in page("lin", "/warnings/", language="zh-hans")


def test_a_household_called_back_is_closed_with_its_outcome(staff: dict[str, int]) -> None:
    raised = world.said("exception.raised", {"household": 4, "concerns": ["fever"], "channel": "door"}, place=6)
    called = {"exception": str(raised.id), "outcome": "reached", "advice": "stay_home"}
    assert world.say(raised, world.said("exception.called_back", called, place=6)).accepted == 2
    text = page("doctor", "/callbacks/")
    assert "Called, not closed yet" in text and "day 0" in text and "stay home" in text
    assert "One of the choices" in post("doctor", "/callbacks/", 422, form=f"close/{raised.id}", outcome="cured")
    post("doctor", "/callbacks/", form=f"close/{raised.id}", outcome="well")
    assert "Called, not closed yet" not in page("doctor", "/callbacks/")


def test_a_contact_with_symptoms_becomes_a_case(staff: dict[str, int]) -> None:
    key = identify()
    body = {"case": key, "category": "household", "first_day": "2020-03-08", "last_day": "2020-03-10", "household": 3}
    named = world.said("contact.named", body, place=3)
    ill = world.said("observation.recorded", {"contact": str(named.id), "temp10": 382, "symptoms": ["fever"]}, place=3)
    assert world.say(named, ill).accepted == 2
    assert "Became a case" in page("lin", f"/cases/{key}/interview")
    post("lin", f"/cases/{key}/interview", form=f"became-{named.id}")
    assert "Became a case" not in page("lin", f"/cases/{key}/interview")
