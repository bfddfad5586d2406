"""Today for programs: the same lines and acts as on the page, under the same rights, several acts in one request."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
import uuid_utils.compat as uuids
import world
from django.test import Client

pytestmark = pytest.mark.postgres
EARLIER = world.NOW - dt.timedelta(hours=1)


def fever(household: int = 1) -> str:
    body = {"household": household, "concerns": ["fever"], "temp10": 391}
    said = world.said("exception.raised", body, place=6, at=EARLIER)
    world.say(said)
    return str(said.id)


def press(who: str, *acts: dict[str, Any], status: int = 200) -> Any:
    answer = world.client(who).post("/api/today", json.dumps({"acts": acts}), content_type="application/json")
    assert answer.status_code == status, answer.content
    return answer.json()


def act(key: str, act: str, **form: Any) -> dict[str, Any]:
    return {"subject": f"exception/{key}", "what": "call_back", "at": 6, "act": act, "id": str(uuids.uuid7()),
            "form": form}  # fmt: skip


def test_who_owes_finds_the_line_with_its_acts_and_presses_several_at_once(staff):
    first, second = fever(1), fever(2)
    told = world.get("doctor", "/api/today").json()
    assert told["n"] == 2 and {line["subject"] for line in told["lines"]} == {
        f"exception/{first}",
        f"exception/{second}",
    }
    offered = {one["act"]: one for one in told["lines"][0]["acts"]}
    clinic = next(field for field in offered["clinic"]["fields"] if field["field"] == "clinic")
    assert "3" in clinic["choices"] and offered["mistaken"]["grave"]
    assert told["lines"][0]["row"]["temp10"] == 391 and told["lines"][0]["step"] == 0

    sent = act(first, "stay_home", temp10="38.8", exposed="no")
    done = press("doctor", sent, act(second, "clinic", clinic="3"), act(second, "stay_home"))["acts"]
    assert done == [{"done": True}, {"done": True}, {"gone": True}]
    assert [state for _key, state, _data in world.rows("referral")] == ["made"]


def test_a_refused_act_names_the_field_and_the_others_are_done(staff):
    first, second = fever(1), fever(2)
    refused, done = press("doctor", act(first, "stay_home", temp10="99"), act(second, "stay_home"))["acts"]
    assert refused["refused"]["field"] == "temp10" and done == {"done": True}
    assert press("doctor", act(first, "no_such_act"))["acts"][0]["refused"]["field"] == "act"


def test_a_field_that_the_act_has_not_is_refused_and_nothing_is_said(staff):
    told = press("doctor", act(fever(), "stay_home", temp="99"))["acts"][0]["refused"]
    assert (told["code"], told["field"]) == ("malformed", "temp")
    assert world.get("doctor", "/api/today").json()["n"] == 1


def test_what_another_holds_is_not_theirs_and_charlie_finds_nothing(staff):
    key = fever()
    assert world.get("tang", "/api/today").json()["lines"] == []
    assert press("tang", act(key, "no_answer"))["acts"] == [{"gone": True}]
    world.get("charlie", "/api/today", 404)
    assert Client().get("/api/today").status_code == 401


def test_what_cannot_be_read_is_refused_whole_and_a_session_needs_its_token(staff):
    fever()
    refused = press("doctor", {"subject": 7}, status=422)
    assert refused["code"] == "malformed" and refused["field"] == "acts"
    signed_in = world.browser("doctor")
    signed_in.handler.enforce_csrf_checks = True
    answer = signed_in.post("/api/today", json.dumps({"acts": []}), content_type="application/json")
    assert answer.status_code == 401


def test_a_program_that_reads_does_not_stop_the_bell(staff):
    body = {"household": 1, "concerns": ["breathless"]}
    world.say(world.said("exception.raised", body, place=6, at=EARLIER))
    world.get("doctor", "/api/today")
    assert world.client("doctor").get("/today/ring.json").json()["ring"] == 1


def test_a_grid_worker_is_told_which_doors_are_silent(staff):
    world.say(world.heard(1))
    told = world.get("zhao", "/api/today").json()["rounds"]
    assert [(one["what"], one["n"], one["of"]) for one in told] == [("hear_doors", 39, 40)]
    assert 1 not in told[0]["doors"] and len(told[0]["doors"]) == 39
