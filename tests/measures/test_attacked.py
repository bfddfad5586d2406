"""What a hostile colleague, a hostile resident and a hostile stranger tried on the register of measures."""

from __future__ import annotations

import datetime as dt
import json
import threading
import uuid
from typing import Any

import measures_town as town
import msgspec
import psycopg
import pytest
import uuid_utils.compat as uuids
import world
from django.test import Client
from tests_support import owner_dsn

from tongzhou.ledger import door
from tongzhou.ledger.append import append
from tongzhou.ledger.kinds import Behalf, Said
from tongzhou.measures import register
from tongzhou.people.scope import Resident, holder_of

ZONE = world.NOW.tzinfo
IN_FORCE = dt.datetime(2020, 3, 12, 9, tzinfo=ZONE)
SHUT = {"type": "closed_management", "text": "东门封死", "limits": ["leaving"], "places": [5], "appeal": 3}
pytestmark = pytest.mark.postgres


@pytest.fixture
def staff(staff: dict[str, int]) -> dict[str, int]:
    town.hire()
    with psycopg.connect(**owner_dsn()) as owner:
        return {name: id for id, name in owner.execute("select id, username from auth_user")}


def hold(who: int, role: str, place: int) -> None:
    with psycopg.connect(**owner_dsn()) as owner:
        owner.execute("insert into people_holding (staff, role, place) values (%s, %s, %s)", [who, role, place])


def tried(by: int, *facts: Said) -> Any:
    return world.say(*facts, authority=holder_of(by))


def codes(receipt: Any) -> list[str]:
    return [problem.code for problem in receipt.refused.values()]


def body(**other: Any) -> dict[str, Any]:
    """A proposal as the program says it, not its form."""
    typed = town.typed(**other)
    for name in ("start", "until", "review"):
        typed[name] = f"{typed[name][:16]}:00+08:00"
    typed |= {"places": typed["places"] if isinstance(typed["places"], list) else [5], "appeal": 3, "outing_days": 3}
    return {name: value for name, value in typed.items() if name != "buildings"}


def drafted(place: int = 3, to: int = 2, at: dt.datetime = world.NOW, **other: Any) -> Said:
    corrects = other.pop("corrects", None)
    said = world.said("measure.drafted", body(**other), place=place, at=at, corrects=corrects)
    return msgspec.structs.replace(said, reporting=to)


def approval(key: str, version: str | None = None, **more: Any) -> Said:
    return world.said("measure.approved", {"measure": key, "version": version or key, "number": "7号"}, place=2, **more)


def holding(now: dt.datetime = IN_FORCE) -> list[str]:
    with world.seen_by(1):
        return [one.key for one in register.in_force(5, now)]


def test_nobody_decides_as_a_desk_that_they_only_stand_above(staff: dict[str, int]) -> None:
    """The prefecture decides "as the county" and approves as itself: nobody above it would have read it."""
    assert tried(staff["shi"], drafted()).accepted == 0
    assert tried(staff["hong"], drafted()).accepted == 1


def test_whoever_wrote_any_version_neither_approves_nor_answers(staff: dict[str, int]) -> None:
    hold(staff["hong"], "commander", 2)
    hold(staff["hong"], "law_desk", 3)
    first = drafted()
    assert tried(staff["hong"], first).accepted == 1
    second = drafted(corrects=first.id, text="小区只留一个出入口")
    assert tried(staff["hua"], second).accepted == 1
    key, version = str(first.id), str(second.id)
    assert codes(tried(staff["hong"], approval(key, version))) == ["decided_by_you"]
    post = Behalf(role="commander", place=2, channel="telephone")
    assert codes(tried(staff["shi"], msgspec.structs.replace(approval(key, version), behalf=post))) == ["not_yours"]
    assert tried(staff["shi"], approval(key, version)).accepted == 1
    made = appeal(key)
    assert tried(staff["pan"], made).accepted == 1
    answer = {"appeal": str(made.id), "outcome": "stays", "text": "维持原来的做法"}
    assert codes(tried(staff["hong"], world.said("appeal.answered", answer, place=3))) == ["decided_by_you"]
    assert tried(staff["pan"], world.said("appeal.answered", answer, place=3)).accepted == 1


def appeal(key: str, id: uuid.UUID | None = None) -> Said:
    told = {"about": key, "sort": "appeal", "text": "买药要走四公里", "channel": "telephone"}
    return msgspec.structs.replace(world.said("appeal.made", told, place=3, id=id), reporting=3)


def test_no_word_is_sent_ahead_of_what_it_answers(staff: dict[str, int]) -> None:
    """An answer, a look or an approval that comes first is asked nothing, and would count when the rest arrives."""
    key = town.approved(who="pan")
    made = appeal(key)
    ahead = world.said("appeal.answered", {"appeal": str(made.id), "outcome": "stays", "text": "维持原样"}, place=3)
    assert codes(tried(staff["pan"], ahead)) == ["not_found"]
    assert tried(staff["pan"], made, msgspec.structs.replace(ahead, id=uuids.uuid7())).accepted == 1
    draft = drafted(type="closure")
    look = {"measure": str(draft.id), "place": 5, "gone": True}
    assert tried(staff["hong"], draft, world.said("measure.checked", look, place=3)).accepted == 1
    assert tried(staff["shi"], approval(str(uuids.uuid7()))).accepted == 0
    assert [state for _key, state, _data in world.rows("appeal")] == ["waiting"]


def test_a_look_before_the_end_clears_nothing(staff: dict[str, int]) -> None:
    """Also where the clock of whoever looks runs ahead, and says that it is over already."""
    key = town.approved(places="同舟里")
    end = dt.datetime(2020, 3, 24, 12, tzinfo=ZONE)
    for now, said in ((IN_FORCE, IN_FORCE), (end - dt.timedelta(minutes=3), end)):
        world.at(now)
        look = world.said("measure.checked", {"measure": key, "place": 5, "gone": True}, place=5, at=said)
        assert tried(staff["lead"], look).accepted == 1
        assert town.state(key) == "on_site" and holding() == [key]
    world.at(end)
    seen = world.said("measure.checked", {"measure": key, "place": 5, "gone": True}, place=5, at=end)
    assert tried(staff["lead"], seen).accepted == 1 and town.state(key) == "gone"


@pytest.mark.parametrize("backdated", [False, True])
def test_no_approval_after_the_start_is_made_public_before_it(staff: dict[str, int], backdated: bool) -> None:
    key = town.proposed()
    world.at(IN_FORCE)
    given = {"at": world.NOW} if backdated else {"at": IN_FORCE}
    assert codes(tried(staff["shi"], approval(key, **given))) == ["not_through_gate"]
    assert holding() == []


def test_what_was_made_lighter_or_ended_does_not_come_back(staff: dict[str, int]) -> None:
    key = town.approved()
    world.at(IN_FORCE)
    eased = world.said(
        "measure.eased", {"measure": key, "lifts": ["visiting"], "text": "申诉后放宽"}, place=3, at=IN_FORCE
    )
    ended = world.said("measure.ended", {"measure": key, "text": "不再需要"}, place=3, at=IN_FORCE)
    assert tried(staff["hong"], eased).accepted == tried(staff["hong"], ended).accepted == 1
    for fact in (eased, ended):
        gone = world.said("fact.withdrawn", {"reason": "other"}, place=3, at=IN_FORCE, corrects=fact.id)
        assert codes(tried(staff["hong"], gone)) == ["not_yours"]
    assert holding() == []


def test_what_bound_people_does_not_leave_the_register(staff: dict[str, int]) -> None:
    """Its author changes or withdraws what was approved; whoever closed withdraws what somebody found."""
    key = town.approved()
    for fact in (
        drafted(corrects=uuid.UUID(key), text="小区不得出入"),
        world.said("fact.withdrawn", {"reason": "other"}, place=3, corrects=uuid.UUID(key)),
        world.said("desk.numbered", {"place": 3, "telephone": "027-8500 0001"}, place=3, corrects=uuid.UUID(key)),
        world.said("measure.found", SHUT, place=3, corrects=uuid.UUID(key)),
    ):
        assert codes(tried(staff["hong"], fact)) == ["already_decided"], fact.kind
    assert town.state(key) == "on_site"
    found = world.said("measure.found", SHUT, place=5)
    assert tried(staff["lead"], found).accepted == 1
    for fact in (
        world.said("fact.withdrawn", {"reason": "other"}, place=5, corrects=found.id),
        drafted(corrects=found.id),
    ):
        assert codes(tried(staff["hua"], fact)) == ["not_yours"], fact.kind
    assert town.state(str(found.id)) == "in_fact"


def test_nobody_at_the_door_reads_or_takes_back_an_appeal(staff: dict[str, int]) -> None:
    key = town.approved()
    told = {"about": key, "sort": "appeal", "text": "网格员不让我买药", "channel": "page"}
    made = msgspec.structs.replace(world.said("appeal.made", told, place=6), reporting=3)
    with door.ledger() as connection:
        assert append(connection, [made], Resident(6, 3), device="slip").accepted == 1
    for who in ("zhao", "lead", "hong", "hua"):
        for path in ("/api/rows?noun=appeal", "/api/facts?kind=appeal.made", "/measures/desk", f"/measures/{key}/desk"):
            answer = world.client(who).get(path)
            assert "网格员不让我买药" not in json.dumps(answer.content.decode(), ensure_ascii=False), (who, path)
            assert str(made.id) not in answer.content.decode(), (who, path)
    assert "网格员不让我买药" in world.page("pan", f"/measures/{key}/desk")
    for who in ("zhao", "lead", "pan"):
        gone = world.said("fact.withdrawn", {"reason": "other"}, place=6, corrects=made.id)
        assert tried(staff[who], gone).accepted == 0
    assert [state for _key, state, _data in world.rows("appeal")] == ["waiting"]


def test_a_county_signs_no_level_of_its_streets(staff: dict[str, int]) -> None:
    """The level nearest to a place counts at the gate: a street signed high would allow its county a checkpoint."""
    for unit in (4, 5, 6):
        told = {"unit": unit, "level": "high", "since": "2020-03-09T00:00:00+08:00", "text": "按公布名单"}
        assert tried(staff["hua"], world.said("level.signed", told, place=3)).accepted == 0


def test_two_who_approve_and_correct_in_one_moment(staff: dict[str, int]) -> None:
    """Whatever comes first: what holds is a version that was read."""
    for type in ("closed_management", "place_isolation", "closure"):
        first = drafted(type=type)
        assert tried(staff["hong"], first).accepted == 1
        second = drafted(corrects=first.id, type=type, text="小区只留一个出入口")
        both = threading.Barrier(3)

        def go(who: str, fact: Said, gate: threading.Barrier = both) -> None:
            gate.wait()
            tried(staff[who], fact)

        hold_two = [("shi", approval(str(first.id))), ("shi", approval(str(first.id))), ("hua", second)]
        threads = [threading.Thread(target=go, args=one) for one in hold_two]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        state, data = next((s, d) for key, s, d in world.rows("measure") if key == str(first.id))
        assert (state == "drafted") == (data["version"] == str(second.id)), state
        with door.ledger() as connection:
            (n,) = connection.execute(
                "select count(*) from ledger_touch t join ledger_fact f on f.id = t.fact join ledger_kind k"
                " on k.id = f.kind where k.name = 'measure.approved' and t.subject = %s", [f"measure/{first.id}"]
            ).fetchone()  # fmt: skip
        assert n <= 1


BAD = ["\x00", "%00", "9" * 5000, "0001-01-01", "9999-12-31", "2020-02-30", "-1", "١٢-٠٣", "<script>alert(1)</script>",
       "2020-03-10' or 1=1--", "../../etc/passwd"]  # fmt: skip


def test_strangers_ask_anything_of_the_public_pages(staff: dict[str, int]) -> None:
    key, draft = town.approved(), None
    draft = town.proposed(text="第二个提案，尚未批准", type="closure")
    stranger = Client(headers={"Accept-Language": "en"})
    for bad in BAD:
        for path, asked in (
            ("/measures/", {"at": bad}), (f"/measures/{key}", {"at": bad}), (f"/measures/{key}/notice", {"at": bad}),
            ("/measures/elsewhere", {"after": bad}),
        ):  # fmt: skip
            answer = stranger.get(path, asked)
            assert answer.status_code < 500, (path, bad)
            assert "<script>alert" not in answer.content.decode()
    for other in ("x", "%00", "%F0%9F%98%80", str(uuids.uuid7()), draft, draft.upper(), "9" * 3000):
        for path in (f"/measures/{other}", f"/measures/{other}/notice"):
            answer = stranger.get(path)
            assert answer.status_code < 500 and "第二个提案" not in answer.content.decode(), path
    for day in ("2020-03-09", "2020-03-10", "2020-03-11"):
        assert "第二个提案" not in stranger.get("/measures/", {"at": day}).content.decode()
        assert draft not in stranger.get("/measures/", {"at": day}).content.decode()


def test_hostile_closures_stop_no_page(staff: dict[str, int]) -> None:
    for more in (
        {"until": "2199-12-31T23:59:00+08:00"}, {"until": "1900-01-01T00:00:00+08:00"},
        {"until": "2198-12-31T23:59:00-15:59"}, {"buildings": ["ZZZZZZ"] * 60}, {"places": [5] * 50},
        {"text": "{{ x }}{% load x %}%(n)d %s \u202e\u200b\ud7ff"}, {"number": "javascript:alert(1)"},
        {"basis": "「」\U0001f600" * 40},
    ):  # fmt: skip
        found = world.said("measure.found", SHUT | {"limits": ["leaving"] * 11} | more, place=5)
        tried(staff["lead"], found)
        if world.rows("measure") and any(key == str(found.id) for key, _state, _data in world.rows("measure")):
            assert Client().get(f"/measures/{found.id}").status_code == 200, more
    assert Client().get("/measures/").status_code == 200
    assert Client().get("/measures/?at=2020-03-09").status_code == 200
    assert world.client("pan").get("/measures/desk").status_code == 200
    for who in ("pan", "lead"):
        assert world.client(who).get("/today").status_code == 200


def test_hostile_proposals_are_refused_and_stop_nothing(staff: dict[str, int]) -> None:
    far = {"start": "2198-12-20T00:00", "until": "2198-12-31T23:59", "review": "2198-12-24T00:00"}
    for more in (far, far | {"data_end": "2199-12-31"}, {"until": "2020-03-10T00:00"}, {"review": "1901-01-01T00:00"},
                 {"data_end": "9999-99-99"}, {"places": [5] * 50}, {"places": [999999]}):  # fmt: skip
        fact = drafted(**more)
        tried(staff["hong"], fact)
    assert world.client("shi").get("/today").status_code == 200
    assert world.client("shi").get("/measures/desk").status_code == 200
    assert holding() == []
