"""No sentence of the register names people by where they come from: every free field of every kind is asked about."""

from __future__ import annotations

import measures_town as town
import msgspec
import psycopg
import pytest
import world
from django.utils import translation
from measures_town import BY_ORIGIN
from tests_support import owner_dsn

from tongzhou.ledger import worded
from tongzhou.ledger.kinds import KINDS
from tongzhou.measures import gate
from tongzhou.pages import spoken
from tongzhou.people.scope import holder_of

# In their own words: whoever disagrees says what happened to them, the answer repeats it, a list is quoted.
QUOTED = {"appeal.made", "appeal.answered", "measure.listed"}
ASKED = [(kind, field) for kind in sorted(KINDS) if kind.startswith(("measure.", "level.")) and kind not in QUOTED
         for field in worded.free(kind)]  # fmt: skip
LONG = ("湖北籍人员不得进入小区", "Residents from Hubei stay at home")
WHO = {"measure.approved": "shi", "measure.declined": "shi", "measure.found": "lead", "level.signed": "wu"}
AT = {"measure.approved": 2, "measure.declined": 2, "measure.found": 5, "level.signed": 1}


@pytest.mark.parametrize("text", BY_ORIGIN)
def test_thirty_scopes(text: str) -> None:
    assert gate.by_origin(text)


@pytest.mark.postgres
def test_every_free_field_of_every_kind(staff: dict[str, int]) -> None:
    town.hire()
    assert len(ASKED) >= 15 and ("measure.drafted", "evidence") in ASKED and ("measure.reviewed", "evidence") in ASKED
    with psycopg.connect(**owner_dsn()) as owner:
        ids = {name: id for id, name in owner.execute("select id, username from auth_user")}
    draft, running = town.proposed(type="closure"), town.approved()
    drafted = next(data for key, _state, data in world.rows("measure") if key == draft)
    whole = {name: drafted[name] for name in KINDS["measure.drafted"].body.__struct_fields__ if name in drafted}
    bodies = {
        "measure.drafted": whole | {"type": "gathering_limit"},
        "measure.approved": {"measure": draft, "version": draft, "number": "7号"},
        "measure.declined": {"measure": draft, "version": draft, "text": "不需要这一项"},
        "measure.reviewed": {"measure": running, "evidence": "仍有三例", "review": "2020-03-16T12:00:00+08:00"},
        "measure.eased": {"measure": running, "lifts": ["visiting"], "text": "申诉后放宽"},
        "measure.ended": {"measure": running, "text": "不再需要"},
        "measure.found": {"type": "closure", "text": "东门封死", "limits": ["leaving"], "places": [5], "appeal": 3},
        "level.signed": {"unit": 3, "level": "low", "since": "2020-03-11T00:00:00+08:00", "text": "十四天无新增"},
    }
    assert {kind for kind, _field in ASKED} == bodies.keys()
    for kind, field in ASKED:
        for bad in LONG:
            bad = f"《传染病防治法》第四十二条，{bad}" if field == "basis" else bad
            body = bodies[kind] | {field: bad}
            said = world.said(kind, body, place=AT.get(kind, 3))
            said = msgspec.structs.replace(said, reporting=2) if kind == "measure.drafted" else said
            receipt = world.say(said, authority=holder_of(ids[WHO.get(kind, "hong")]))
            [problem] = receipt.refused.values()
            named = {problem.field, *(name for name, _words in problem.reasons)}
            assert field in named and "come from" in problem.detail, (kind, field, problem)
    for kind, body in bodies.items():
        if kind != "measure.declined":  # it was approved before
            said = world.said(kind, body, place=AT.get(kind, 3))
            said = msgspec.structs.replace(said, reporting=2) if kind == "measure.drafted" else said
            assert world.say(said, authority=holder_of(ids[WHO.get(kind, "hong")])).accepted == 1, kind


@pytest.mark.postgres
def test_a_closure_by_origin_is_shown_as_such(staff: dict[str, int]) -> None:
    """Whoever finds one says that it is one, without a word for whom."""
    town.hire()
    world.post("lead", "/measures/found", type="closed_management", text="村口用土堆封死，把人挡回", places="同舟里",
               limits=["leaving"], appeal="3", by_origin="yes")  # fmt: skip
    for who, path in (("lead", f"/measures/{town.newest()}"), ("lead", "/measures/")):
        assert "turned away by where they come from, which no measure may do" in world.page(who, path)
        if "/desk" not in path and path != "/measures/":
            shown = world.page(who, path)
            assert "土堆" not in shown and "土堆" in world.page("pan", f"/measures/{town.newest()}/desk")
            assert "for the desk that settles it" in shown and "whoever decided it:" not in shown
            assert "by origin or status" not in shown
    for who in ("zhao", "anhe"):
        desk = world.page(who, f"/measures/{town.newest()}/desk")
        assert "土堆" not in desk and "for the desk that settles it" in desk, who
    for who, noun in (("zhao", "measure"), ("anhe", "measure"), ("lin", "measure"), ("lin", "fact")):
        source = world.page(who, f"/source/{noun}/{town.newest()}")
        assert "土堆" not in source and "not told to you" in source, (who, noun)
        assert "土堆" in world.page("pan", f"/source/{noun}/{town.newest()}"), noun
    for who, told in (("pan", True), ("lead", True), ("zhao", False), ("anhe", False)):
        rows = world.get(who, "/api/rows/measure").json()["rows"]
        assert [row["data"]["text"] == "村口用土堆封死，把人挡回" for row in rows] == [told], who


@pytest.mark.postgres
def test_the_approver_reads_them_before_approving(staff: dict[str, int]) -> None:
    town.hire()
    key = town.proposed(text="小区只留值守出入口，村民凭证进出")
    shown = world.page("shi", f"/measures/{key}/desk")
    assert "Words of a place or of persons that were written freely" in shown and "村民" in shown
    assert "Words of a place or of persons" not in world.page("hong", f"/measures/{key}/desk")


def test_of_a_sentence_in_both_languages_the_reader_has_one() -> None:
    both = "演练：走访独居老人 / Exercise: call on the old who live alone"
    with translation.override("zh-hans"):
        assert spoken.own(both) == "演练：走访独居老人" and "Exercise" not in spoken.marked(both)
    with translation.override("en"):
        assert spoken.own(both) == "Exercise: call on the old who live alone"
        assert spoken.own("三栋 / building 3") == "building 3"
        for text in ("湖北 / 武汉", "5 / 6", "体温 / 38", "Exercise / drill", "《法》第四十二条"):
            assert spoken.own(text) == text, "any other stands as it is"
