"""The moment is the speaker's word: nothing that was lies ahead, nothing is done to a thing before it began, what gives
or takes a right counts from when it is known, and a typed day has bounds."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from dataclasses import replace
from typing import Any

import msgspec
import pytest
import samples
import world

from tongzhou.ledger import cleaned, dated, door, follow, form
from tongzhou.ledger.fold import counted
from tongzhou.ledger.kinds import KINDS, Fact
from tongzhou.ledger.rebuild import rebuild
from tongzhou.people.scope import holder_of
from tongzhou.problems import Malformed, Problem

HOUR = dt.timedelta(hours=1)
NONE = dt.timedelta()


def checked(kind: str, body: bytes | None = None, at: dt.datetime = world.NOW, told: bool = True) -> form.Checked:
    said = world.said(kind, {}, at=at, place=5)
    said = msgspec.structs.replace(said, body=msgspec.Raw(body or samples.sample(kind)))
    return form.check(0, said, NONE, world.NOW, told=told)


def refusal(kind: str, body: bytes | None = None, at: dt.datetime = world.NOW) -> str | None:
    try:
        checked(kind, body, at)
    except Problem as problem:
        return problem.field
    return None


def test_nothing_that_was_lies_ahead_whatever_its_kind() -> None:
    for name, kind in KINDS.items():
        ahead = refusal(name, at=world.NOW + HOUR)
        assert kind.plans or ahead == "effective_at", name
        assert refusal(name, at=world.NOW + 2 * form.AHEAD) == "effective_at", name
    checked("liaison.called", at=world.NOW + form.SKEW)
    checked("liaison.called", at=world.NOW + HOUR, told=False)  # the program's own words follow their causes


def test_every_bound_is_held_on_both_sides() -> None:
    tried = 0
    for name, kind in KINDS.items():
        for field, (back, ahead) in kind.bounds.items():
            for days, field_refused in ((ahead + 2, field), (-back - 2, field)):
                at = world.NOW + dt.timedelta(days=days)
                text = at.isoformat() if kind.dated[field] in ("moment", "hour") else f"{at:%Y-%m-%d}"
                body = samples.SAMPLES[name] | {field: text}
                assert refusal(name, json.dumps(body).encode()) == field_refused, (name, field, text)
                tried += 1
    assert tried >= 16


def test_what_gives_or_takes_a_right_is_never_dated_back() -> None:
    assert {"measure.ended", "measure.eased", "certificate.decided", "certificate.ended"} <= {
        name for name, kind in KINDS.items() if kind.from_known
    }
    fact = Fact(uuid.uuid4(), "measure.ended", 3, None, None, world.NOW - 9 * HOUR, world.NOW, None, 1, None, 1, None)
    assert counted(fact).effective_at == world.NOW
    assert counted(replace(fact, effective_at=world.NOW + HOUR)).effective_at == world.NOW + HOUR
    look = replace(fact, kind="measure.checked")
    assert counted(look) is look, "a look holds from the moment that was said"


def test_signs_that_turn_the_writing_are_taken_out_and_choices_are_named_once() -> None:
    turned = "\u202e张三\u202c\u2066x\u2069\u200e"
    for ascii in (True, False):
        stored = json.dumps({"text": turned, "back": "\\u202e"}, ensure_ascii=ascii).encode()
        assert json.loads(cleaned.without_turns(stored)) == {"text": "张三x", "back": "\\u202e"}
    body = samples.SAMPLES["measure.found"] | {"text": f"封死{turned}", "places": [5, 6, 5], "limits": ["leaving"] * 9}
    found: Any = checked("measure.found", json.dumps(body).encode()).body
    assert (found.text, found.places, found.limits) == ("封死张三x", (5, 6), ("leaving",))
    assert dated.beyond(found, KINDS["measure.found"].bounds, world.NOW) is None
    with pytest.raises(Malformed):
        checked("measure.found", b"\xff")


# Each: what founds a thing and where, what is done to it, in which field it is named, by whom.
ACTS: list[tuple[str, dict[str, Any], int, str, dict[str, Any], str, str]] = [
    ("gate_list.taken_in", {"gate": "x.gate", "day": "2020-03-09"}, 5, "gate_list.destroyed", {}, "list", "lead"),
    ("cleanup.called", {"day": "2020-03-10", "works": ["rubbish"]}, 5, "cleanup.told", {"outcome": "done"}, "cleanup",
     "lead"),
    ("disinfection.ordered", {"what": "home", "edition": "plan_2020_01", "household": 3}, 6, "disinfection.done",
     {"outcome": "done", "agent": "chlorine_1000", "done_by": "firm"}, "disinfection", "lead"),
    ("need.stated", {"household": 3, "items": {"food": 1}}, 6, "need.met",
     {"outcome": "problem", "problem": "not_available"}, "need", "zhao"),
]  # fmt: skip


@pytest.mark.postgres
def test_nothing_is_done_to_a_thing_before_it_began(staff: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    from tongzhou.ledger.append import ASKS

    monkeypatch.delitem(ASKS, "gate_list.taken_in")  # no gate stands in this town
    for founds, body, place, does, more, field, who in ACTS:
        began = world.NOW - HOUR
        thing = world.said(founds, body, at=began, place=place)
        assert world.say(thing).accepted == 1, founds
        holder = holder_of(staff[who])

        done = {field: str(thing.id), **more}
        early = world.say(world.said(does, done, at=began - HOUR, place=place), authority=holder).refused[0]
        assert (early.code, early.field) == ("malformed", "effective_at"), does
        assert "03-10 07:55" in early.detail, "from when on it may be said, less what two clocks differ by"
        later = world.say(world.said(does, done, at=began + HOUR / 2, place=place), authority=holder)
        assert later.accepted == 1, (does, later.refused)
        far = world.say(world.said(does, done, at=began - HOUR, place=10), authority=holder_of(staff["far"]))
        assert all(problem.field != "effective_at" for problem in far.refused.values()), "nobody else learns when"
    # In one sending from a phone, too.
    task = world.said("task.set", {"what": "visit", "household": 3}, place=6)
    not_yet = {"task": str(task.id), "outcome": "not_ready", "reason": "nobody_there"}
    done = world.said("task.done", not_yet, at=world.NOW - HOUR, place=6)
    told = world.say(task, done, authority=holder_of(staff["lead"]))
    assert {n: problem.field for n, problem in told.refused.items()} == {1: "effective_at"}


def test_who_takes_back_what_was_said_takes_back_what_it_was_corrected_to(staff: dict[str, int]) -> None:
    """A household that adds a fever to its word, and then takes the word back, is called by nobody."""
    raised = world.said("exception.raised", {"household": 4, "concerns": ["fever"], "channel": "door"}, place=6)
    body = {"household": 4, "concerns": ["fever", "breathless"], "channel": "door"}
    more = world.said("exception.raised", body, place=6, corrects=raised.id)
    assert world.say(raised).accepted == world.say(more).accepted == 1
    ((_, state, data),) = world.rows("exception")
    assert state == "open" and data["concerns"] == ["breathless", "fever"]
    back = world.said("fact.withdrawn", {"reason": "slip"}, place=6, corrects=raised.id)
    assert world.say(back).accepted == 1
    assert [state for _, state, _ in world.rows("exception")] == ["void"]
    again = world.said("exception.raised", body, place=6, corrects=raised.id)  # said anew after all
    assert world.say(again).accepted == 1
    assert [state for _, state, _ in world.rows("exception")] == ["open"]
    follow.catch_up()
    assert rebuild().unchanged


def test_how_a_household_is_is_taken_back_with_what_it_was_corrected_to(staff: dict[str, int]) -> None:
    body = {"household": 4, "state": "well", "channel": "door"}
    well = world.said("household.heard", body, place=6)
    unwell = world.said("household.heard", {**body, "state": "unwell"}, place=6, corrects=well.id)
    back = world.said("fact.withdrawn", {"reason": "slip"}, place=6, corrects=well.id)
    states = []
    for one in (well, unwell, back):
        assert world.say(one).accepted == 1
        with door.ledger() as connection:
            days = connection.execute("select state from community_household_day where household = 4").fetchall()
        states.append([state for (state,) in days])
    assert states == [[1], [2], [0]]
    follow.catch_up()
    assert rebuild().unchanged
