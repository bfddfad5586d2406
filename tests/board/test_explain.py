"""Why a row is as it is, in sentences: rules with their edition, clocks, wards that were not ready, tasks."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import world

from tongzhou.ledger import door
from tongzhou.ledger.explain import Why, explain

pytestmark = pytest.mark.postgres
WARD = {"key": "h.a", "facility": "h", "facility_zh": "东医院", "facility_en": "East Hospital", "name_zh": "一病区",
        "name_en": "Ward 1", "kind": "designated", "bed": "general", "serves": "confirmed", "place": "hu.980101",
        "beds": 3}  # fmt: skip


def page(who: str, subject: str, language: str = "en") -> str:
    return world.page(who, f"/source/{subject}", language=language)


def say(kind: str, body: dict[str, Any], **more: Any) -> str:
    fact = world.said(kind, body, **more)
    assert not world.say(fact).refused
    return str(fact.id)


def why(subject: str) -> dict[str, Why]:
    with door.ledger() as connection:
        told = explain(connection, subject)
    assert told is not None
    return {one.about: one for one in told["reasons"]}


def test_a_case_tells_the_definition_of_its_day_and_both_clocks(staff: dict[str, int]) -> None:
    body = {"classification": "suspected", "epi": ["E1"], "clinical": ["C1", "C2"], "onset": "2020-03-08", "age": 61}
    key = say("case.identified", body, place=3, at=world.NOW - dt.timedelta(hours=3))
    told = why(f"case/{key}")
    assert told["definition"].rule == "CASE-T7" and told["definition"].edition
    late = told["report"]
    assert late.rule == "CLK-01" and late.due == world.NOW - dt.timedelta(hours=1) and "investigation" not in told
    text = page("lin", f"case/{key}")
    assert "by 2020-03-10 08:00" in text and late.en in text
    assert (
        "direct network report of an identified case (Monitoring plan, third edition" in text and "CLK-01" not in text
    )
    chinese = page("lin", f"case/{key}", "zh-hans")
    assert late.zh in chinese and "《新型冠状病毒感染的肺炎病例监测方案（第三版）》" in chinese
    assert "2020-03-10 06:00" in text and "E1" in text and "[&#x27;" not in text  # as people write it, by local time
    say("case.received", {"case": key}, place=3)
    assert "24 h 0 min left" in why(f"case/{key}")["investigation"].en


def test_a_contact_tells_when_observation_ends_by_itself(staff: dict[str, int]) -> None:
    body = {"case": "0170bbd2-0000-7000-8000-000000000004", "category": "household", "close": True,
            "first_day": "2020-02-28", "last_day": "2020-03-01"}  # fmt: skip
    key = say("contact.named", body, place=3)
    told = why(f"contact/{key}")["observation"]
    assert told.rule == "CC-E6" and told.edition
    assert told.due == dt.datetime(2020, 3, 16, tzinfo=world.NOW.tzinfo)  # 15 March 24:00


def test_a_task_tells_whom_it_serves_and_that_it_is_overdue(staff: dict[str, int]) -> None:
    key = say("task.set", {"what": "visit", "due": "2020-03-10T08:00:00+08:00", "about": "home/12"}, place=6)
    told = why(f"task/{key}")
    assert told["task"].en == "open, overdue" and told["task"].due == world.NOW - dt.timedelta(hours=1)
    assert told["serves"].en == "home/12" and "待办，已超时" in page("zhao", f"task/{key}", "zh-hans")
    say("task.done", {"task": key}, place=6)
    assert why(f"task/{key}")["task"].en == "done"


def test_a_request_tells_the_fangcang_rule_the_ward_that_refused_and_when_the_patient_may_leave(
    staff: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tongzhou.hospital.reasons.official_code", lambda place, connection: "420106")
    world.wards([WARD])
    with door.ledger() as connection:
        ward, bed = connection.execute("select ward, min(id) from hospital_bed group by ward").fetchone() or (0, 0)
    key = say("bed.requested", {"infection": "confirmed", "severity": "mild", "age": 66}, place=3)
    told = why(f"request/{key}")
    assert told["fangcang"].rule == "FANGCANG" and told["fangcang"].edition and "placement" in told
    say("ward.answered", {"request": key, "bed": bed, "ward": ward, "answer": "not_ready", "reason": "no_oxygen"},
        place=3)  # fmt: skip
    assert "no oxygen" in why(f"request/{key}")[f"ward/{ward}"].en
    say("patient.admitted", {"request": key, "bed": bed, "ward": ward}, place=3)
    say("ward.counted", {"ward": ward, "staffed": 0}, place=3)
    told = why(f"request/{key}")
    assert told["discharge"].rule == "DISCH-T7" and "placement" not in told
    assert "1 beyond what is usable" in why(f"ward/{ward}")[f"ward/{ward}"].en
    told = why(f"bed/{bed}")
    assert told["held"].en == f"for request/{key} (lies there)" and "3 stand, 0 staffed" in told[f"ward/{ward}"].en
    assert "超出可用 1" in page("nurse", f"bed/{bed}", "zh-hans")


def test_a_directive_tells_each_place_by_name_and_what_its_tasks_show(staff: dict[str, int]) -> None:
    body = {"what": "service", "text": "Visit every door", "to": [5], "due": "2020-03-10T18:00", "evidence": "tasks",
            "task": "visit"}  # fmt: skip
    key = say("directive.issued", body, place=4)
    assert why(f"directive/{key}")["place/5"].en == "Tongzhouli: silent"
    task = say("task.set", {"what": "visit", "about": f"directive/{key}"}, place=6)
    assert why(f"directive/{key}")["place/5"].zh == "同舟里：已阅，任务完成 0/1"
    say("task.done", {"task": task, "about": f"directive/{key}"}, place=6)
    told = why(f"directive/{key}")["place/5"]
    assert told.en == "Tongzhouli: done, 1 of 1 tasks done: the last task closed it"
    assert told.due == world.NOW.replace(hour=18)


def test_an_answer_has_a_clock_and_aftercare_an_end(staff: dict[str, int]) -> None:
    asked = say("support.requested", {"what": "beds", "text": "Forty beds", "urgency": "urgent"}, place=2)
    told = why(f"support/{asked}")["answer"]
    assert told.due == world.NOW + dt.timedelta(hours=2) and told.en == "within its time"
    world.at(world.NOW + dt.timedelta(hours=3))
    assert why(f"support/{asked}")["answer"].zh == "已超时"
    request = say("bed.requested", {"infection": "confirmed", "severity": "mild", "age": 40}, place=3)
    say("patient.left", {"request": request, "bed": 1, "how": "discharged", "destination": "home"}, place=3)
    told = why(f"aftercare/{request}")["aftercare"]
    assert told.en == "day 0 of 14" and told.rule == "AFTER" and f"{told.due:%Y-%m-%d %H:%M}" == "2020-03-25 00:00"


def test_what_was_withdrawn_or_has_no_rules_still_shows_its_facts(staff: dict[str, int]) -> None:
    key = say("need.stated", {"household": 3, "items": {"food": 1}}, place=6)
    assert why(f"need/{key}") == {} and "need stated" in page("zhao", f"need/{key}")
