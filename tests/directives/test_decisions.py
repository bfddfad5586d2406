"""A signed decision reaches its owner elsewhere: on their Today, in both handovers, as a directive, as a paper."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import psycopg
import pytest
import world
from tests_support import owner_dsn

from tongzhou.directives.asked_back import name_in
from tongzhou.ledger import follow
from tongzhou.people.scope import holder_of

pytestmark = pytest.mark.postgres
DECIDE = {"form": "decide", "text": "Twenty nurses go to the second ward", "owner": "duty_officer", "at": "2",
          "due": "2020-03-10T18:00"}  # fmt: skip
KEY = "1/2020-03-10/1"
PAPER = f"/decision/{KEY}"


def decide(who: str = "duty", status: int = 302, **more: Any) -> str:
    return world.post(who, "/morning/", status, **{**DECIDE, **more})


def state() -> str:
    return world.rows("decision")[0][1]


def test_it_stands_on_its_owners_today_with_its_hour_and_is_closed_there(desks: dict[str, int]) -> None:
    decide()
    assert "not read" in world.words("duty", "/morning/")
    told = world.words("wu2", "/today")
    assert "Carry out the decision" in told and "Twenty nurses" in told and "18:00" in told
    assert "not read" not in world.words("duty", "/morning/") and "read 03-10 09:00" in world.words("duty", "/morning/")
    assert "Twenty nurses" not in world.page("xiao8", "/today")
    world.post("wu2", PAPER, form="settle", outcome="done", text="They came at noon")
    assert state() == "done" and "They came at noon" in world.words("duty", "/morning/")
    assert "Twenty nurses" not in world.words("wu2", "/today").partition("Done today")[0]


@pytest.mark.parametrize("owner", ["duty_officer", "dispatcher"])
def test_it_is_in_both_handovers_whoever_of_the_owners_desk_carries_it_out(desks: dict[str, int], owner: str) -> None:
    decide(owner=owner)
    for who in ("duty", "wu2"):
        assert "Twenty nurses" in world.words(who, "/handover/"), who
    assert "Twenty nurses" not in world.page("xiao8", "/handover/")


def test_one_act_makes_it_a_directive_that_closes_both(desks: dict[str, int]) -> None:
    decide()
    ticked = re.search(r'<input[^>]*name="to"[^>]*value="2"[^>]*>', world.page("duty", PAPER))
    assert ticked and "checked" in ticked[0]  # its owner's desk, and no other
    world.post("duty", PAPER, form="direct", to=["2"], what="staff", evidence="answer")
    assert state() == "sent" and "sent down as a directive" in world.words("duty", "/morning/")
    told = world.words("wu2", "/today")
    assert "Carry out the decision" not in told and "Read the directive" in told and "Twenty nurses" in told
    directive = world.rows("directive")[0][0]
    world.post("wu2", "/directives/", form=f"answer/{directive}/2", outcome="done", text="They came at noon")
    follow.catch_up()
    assert state() == "done" and "done: They came at noon" in world.words("duty", "/morning/")
    assert "Twenty nurses" not in world.words("wu2", "/today").partition("Done today")[0]


def test_what_was_counted_comes_back_with_the_decision(desks: dict[str, int]) -> None:
    decide(owner="dispatcher")
    world.post("duty", PAPER, form="direct", to=["2"], what="beds", evidence="figure", counted="Beds made free")
    world.post("wu2", "/directives/", form=f"answer/{world.rows('directive')[0][0]}/2", outcome="done", figure="320")
    follow.catch_up()
    assert state() == "done" and "done: Beds made free: 320" in world.words("duty", "/morning/")


def test_sent_down_it_presumes_what_its_post_is_about_and_that_an_answer_shows_it(desks: dict[str, int]) -> None:
    decide(owner="dispatcher")
    form = world.page("duty", PAPER).partition('id="direct"')[2]
    assert re.search(r'<option value="beds"\s+selected', form) and re.search(r'value="answer"[^>]*checked', form)


def test_its_owner_sends_it_further_down_and_what_ends_the_directive_ends_it(desks: dict[str, int]) -> None:
    decide()
    world.post("wu2", PAPER, form="direct", to=["3"], what="staff", evidence="answer")
    directive, _state, data = world.rows("directive")[0]
    assert data["to"] == [3] and data["decision"] == KEY and data["due"].startswith("2020-03-10T18:00")
    assert "Twenty nurses" in world.words("hong3", "/today")
    world.post("wu2", "/directives/", form=f"end/{directive}", reason="withdrawn")
    follow.catch_up()
    assert state() == "dropped"


def test_nobody_else_sends_it_down(desks: dict[str, int]) -> None:
    decide(copies=["8"])
    assert "Twenty nurses" in world.words("xiao8", PAPER) and 'name="what"' not in world.page("xiao8", PAPER)
    world.post("xiao8", PAPER, form="direct", to=["9"], what="staff", evidence="answer")
    assert world.rows("directive") == [] and state() == "open"
    world.page("hong3", PAPER, 404)
    world.page("charlie", PAPER, 404)


def test_numbers_of_the_year_are_given_once_and_never_again(desks: dict[str, int]) -> None:
    decide()
    world.say(world.said("decision.taken", _body(2, serial=2), place=1))
    (_key, _state, second) = world.rows("decision")[1]
    assert second["serial"] == 2
    with psycopg.connect(**owner_dsn()) as owner:
        row = owner.execute(
            "select f.id from ledger_fact f join ledger_kind k on k.id = f.kind where k.name = 'decision.taken'"
            " and f.body like '%%\"number\":2%%'"
        ).fetchone()
    assert row
    world.say(world.said("fact.withdrawn", {"reason": "other"}, place=1, corrects=row[0]))
    for wrong in (1, 2, 4):
        refused = world.say(world.said("decision.taken", _body(3, serial=wrong), place=1)).refused
        assert refused[0].field == "body.serial", wrong
    decide(text="Masks to the second ward")
    assert [data.get("serial") for _key, _state, data in world.rows("decision")] == [1, 3]
    assert world.say(world.said("decision.taken", _body(1, serial=1, text="Thirty nurses go"), place=1)).accepted == 1
    world.at(dt.datetime(2021, 1, 4, 9, tzinfo=world.NOW.tzinfo))
    decide(due="2021-01-04T18:00")
    assert "No. 1 of 2021" in world.words("duty", "/decision/1/2021-01-04/1")
    assert "〔2021〕1号" in world.words("duty", "/decision/1/2021-01-04/1", language="zh-hans")


def _body(number: int, **more: Any) -> dict[str, Any]:
    return {"place": 1, "day": "2020-03-10", "number": number, "text": "Masks to the second ward", "owner": "commander",
            "at": 1, "due": "2020-03-10T18:00:00+08:00", **more}  # fmt: skip


def test_signed_on_the_commanders_behalf_it_says_so_and_the_commander_confirms(desks: dict[str, int]) -> None:
    decide(signed_for="telephone")
    assert "on behalf of the commander, who said so by telephone" in world.words("duty", PAPER)
    assert "指挥长电话授权" in world.page("duty", PAPER, language="zh-hans")
    assert "on behalf of the commander" in world.words("duty", PAPER)
    assert "Confirm what was written down for you" in world.words("wu", "/today")
    assert 'name="signed_for"' not in world.page("wu", "/morning/")  # who is the commander signs as such


def test_a_telephone_notice_is_read_back_and_stands_on_the_paper_that_prints(desks: dict[str, int]) -> None:
    decide(copies=["8"])
    world.post("duty", PAPER, form="told", to="2", who="duty_officer", read_back="as_written")
    text = world.words("duty", PAPER)
    assert "Wu duty officer word for word" in text and "Copy to Xiao" in text
    assert "JD-1-200310-1" in text and "Written by hand" in text
    chinese = world.words("duty", PAPER, language="zh-hans")
    assert "电话通知" in chinese and "复述" in chinese and "抄送" in chinese
    assert 'name="read_back"' not in world.page("wu2", PAPER)


def test_a_decision_that_nobody_carried_out_is_told_in_its_words(desks: dict[str, int]) -> None:
    decide()
    world.at(world.NOW.replace(hour=20))
    told = world.words("duty", "/morning/")
    assert "not carried out: Twenty nurses" in told and "Carry out the decision: 1" not in told


def test_the_same_words_are_asked_back_and_signed_again_only_where_it_is_meant(desks: dict[str, int]) -> None:
    decide()
    text = decide(status=422)
    assert "The same words were signed already: No. 1 of 2020" in text and 'name="meant"' in text
    assert len(world.rows("decision")) == 1
    decide(meant="on")
    assert [data["serial"] for _key, _state, data in world.rows("decision")] == [1, 2]


def test_what_reads_like_a_name_is_asked_back(desks: dict[str, int]) -> None:
    assert name_in("核实王小明的病情") == "王小明" and name_in("请李强家属到场") == "李强"
    assert name_in("Ring Mr Wang") == "Wang"
    for matter in ("二十名护士到二病区", "增派流调人员到黄冈", "Twenty nurses go to the second ward", "核实重症人数"):
        assert name_in(matter) == "", matter
    assert "“王小明”像是人名" in world.post(
        "duty", "/morning/", 422, language="zh-hans", **{**DECIDE, "text": "核实王小明的病情"}
    )
    assert world.rows("decision") == []


def test_the_paper_names_the_post_beside_who_signed_and_shows_no_key(desks: dict[str, int]) -> None:
    body = _body(1, serial=1, about=["bulletin/hu.980000/2020-03-09"])
    assert world.say(world.said("decision.taken", body, place=1)).accepted == 1
    decide(text="Masks to the third ward")
    told = world.words("duty", PAPER)
    assert "the figures published of 2020-03-09" in told and "bulletin/" not in told
    assert "Signed by duty officer, " in world.words("duty", "/decision/1/2020-03-10/2")
    page = world.page("duty", "/decision/1/2020-03-10/2")
    assert "Signature</p><p>Official seal" in page and '<dt class="noprint">State' in page
    assert "in their own post" in page
    assert re.search(r"Carried out by</dt><dd>.*?(<u class=\"blank\"|<a [^>]*tel:)", page)
    assert "may be left open" not in world.words("duty", "/morning/").partition("Signed as")[2][:40]


def test_words_in_the_other_language_are_marked_and_a_post_of_the_desk_is_read_or_not(desks: dict[str, int]) -> None:
    decide(text="发两百件防护服", owner="publisher", at="1")
    for path in (PAPER, "/morning/"):
        assert "发两百件防护服 Written in Chinese only." in world.words("duty", path)
        assert "只有" not in world.words("duty", path, language="zh-hans")
    assert "publisher" in world.words("duty", "/morning/") and "not read" in world.words("duty", "/morning/")


def test_one_number_of_the_year_is_given_once_in_one_sending_too(desks: dict[str, int]) -> None:
    both = [world.said("decision.taken", _body(n, serial=1), place=1) for n in (1, 2)]
    told = world.say(*both)
    assert told.accepted == 1 and told.refused[1].field == "body.serial"
    further = [world.said("decision.taken", _body(n, serial=n), place=1) for n in (2, 3)]
    assert world.say(*further).accepted == 2


def test_a_desk_decides_what_is_done_in_its_own_branch_alone(desks: dict[str, int]) -> None:
    own = holder_of(desks["wu2"])
    for at in (1, 9):  # above it, and beside it
        refused = world.say(world.said("decision.taken", _body(1, place=2, at=at), place=2), authority=own).refused
        assert refused[0].field == "at", at
    assert world.say(world.said("decision.taken", _body(1, place=2, at=3), place=2), authority=own).accepted == 1
