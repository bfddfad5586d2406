"""A measure from its proposal to its end: gate, level above, public page, appeal, off by itself."""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from typing import Any

import measures_town as town
import msgspec
import psycopg
import pytest
import world
from django.test import Client
from tests_support import owner_dsn

from tongzhou.ledger import door
from tongzhou.measures import gate, register
from tongzhou.measures.kinds import MeasureDrafted
from tongzhou.people import mine, telephone
from tongzhou.people.scope import Resident, holder_of

ZONE = world.NOW.tzinfo
pytestmark = pytest.mark.postgres


@pytest.fixture
def staff(staff: dict[str, int]) -> dict[str, int]:
    town.hire()
    return staff


def public(path: str, status: int = 200, language: str = "en") -> str:
    answer = Client(headers={"Accept-Language": language}).get(path)
    assert answer.status_code == status, answer.content.decode()[-400:]
    return " ".join(answer.content.decode().split())


def holding(place: int, now: dt.datetime) -> list[str]:
    with world.seen_by(1):
        return [one.key for one in register.in_force(place, now, ["leaving"])]


def owed(key: str) -> set[str]:
    with door.ledger() as connection:
        return {row[0] for row in connection.execute("select what from ledger_owed where key = %s", [key])}


def pressed(who: str, subject: str, what: str, at: int, act: str, **form: str) -> None:
    """The act stands on Today, and is pressed there."""
    html = world.page(who, "/today")
    assert f'value="{subject}"' in html and f'name="act" value="{act}"' in html
    world.post(who, "/today/act", subject=subject, what=what, at=str(at), act=act, **form)


def test_from_proposal_to_its_end(staff: dict[str, int]) -> None:
    key = town.proposed()
    assert town.state(key) == "drafted"
    assert f"/measures/{key}/desk" in world.page("shi", "/today")
    assert "nothing here" in public(f"/measures/{key}", 404) and "Tongzhouli" not in public("/measures/")
    assert holding(5, dt.datetime(2020, 3, 12, tzinfo=ZONE)) == []
    world.post("shi", f"/measures/{key}/desk", form="approve", number="武指〔2020〕17号")
    assert town.state(key) == "on_site"
    assert "Lake, Tongzhouli" in public("/measures/")
    entry = public(f"/measures/{key}")
    for told in ("approved; begins at 2020-03-11 00:00, in ", "Why nothing lighter is enough: ", "2020-03-24 12:00",
                 "No measure may tell people apart by origin",
                 "027-8888", "escape from violence", "Decided: Hong · Approved: Wu",
                 "72"):  # fmt: skip
        assert told.lower() in entry.lower(), told
    assert "<script" not in entry
    noon = dt.datetime(2020, 3, 24, 12, tzinfo=ZONE)
    assert holding(6, dt.datetime(2020, 3, 10, 23, 59, tzinfo=ZONE)) == []
    assert holding(6, dt.datetime(2020, 3, 11, tzinfo=ZONE)) == [key]
    assert holding(6, noon - dt.timedelta(minutes=1)) == [key]
    assert holding(6, noon) == [] and holding(10, dt.datetime(2020, 3, 12, tzinfo=ZONE)) == []
    world.at(noon)
    assert "it ended by itself" in public(f"/measures/{key}")
    assert owed(key) == {"review_measure", "see_measure_gone"}


def test_a_noon_review_ends_with_the_measure_and_the_barrier_is_owed(staff: dict[str, int]) -> None:
    key = town.approved(places="同舟里")
    world.at(dt.datetime(2020, 3, 24, 12, 5, tzinfo=ZONE))
    assert "Look whether the barrier is gone" in world.page("lead", "/today")
    assert "Review the measure" not in world.page("hong", "/today")
    world.post("lead", f"/measures/{key}/desk", form="look", gone="no", place="5")
    assert town.state(key) == "on_site"
    pressed("lead", f"measure/{key}", "see_measure_gone", 5, "gone")
    assert town.state(key) == "gone" and owed(key) == set()
    assert "seen to be gone" in public(f"/measures/{key}")


def test_a_review_is_the_law_desks_and_reaches_the_desk_when_it_is_due(staff: dict[str, int]) -> None:
    town.approved(places="同舟里")
    early = dt.datetime(2020, 3, 17, 9, 0, tzinfo=ZONE)
    world.at(early)
    assert "Review the measure" in world.page("pan", "/today") and "Review" not in world.page("hong", "/today")
    world.at(early + dt.timedelta(hours=3))
    assert all("Review the measure" in world.page(who, "/today") for who in ("pan", "hong"))
    key = world.rows("measure")[-1][0]
    assert 'value="review"' in world.page("pan", f"/measures/{key}/desk"), "whoever owes the review may give it"
    with psycopg.connect(**owner_dsn()) as owner:
        owner.execute("delete from people_holding where role = 'law_desk'")
    mine._AREAS.clear()
    world.at(early)
    assert "Review the measure" in world.page("hong", "/today"), "where there is no law desk it is the desk's at once"


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"until": "2020-03-26T12:00"}, "14 days"),
        ({"review": "2020-03-19T12:00"}, "review"),
        ({"passes": ["fire"]}, "childbirth"),
        ({"support": ["food"]}, "medicine"),
        ({"basis": "传染病防治法"}, "no article"),
        ({"evidence": "听说有病例"}, "hearsay"),
        ({"text": "湖北籍人员不得出入"}, "name nobody by where they come from"),
        ({"text": "Residents from other provinces stay inside"}, "name nobody by where they come from"),
        ({"type": "rural_road_block"}, "never allowed on a road"),
        ({"lighter": "没有考虑过"}, "nothing is said here that can be judged"),
    ],
)
def test_the_gate_says_why(staff: dict[str, int], other: dict[str, Any], told: str) -> None:
    answer = world.post("hong", "/measures/draft", 422, **town.typed(**other))
    assert told in answer and "阻断小区内传播" in answer  # what was typed is still there
    assert world.rows("measure") == []


def test_nobody_approves_their_own_and_only_the_level_above(staff: dict[str, int]) -> None:
    key = town.proposed()
    for who in ("hong", "hua", "anhe", "lead"):
        answer = world.client(who).post(
            f"/measures/{key}/desk", {"form": "approve", "number": "1号", "id": str(world.uuids.uuid7())}
        )
        assert answer.status_code in (302, 404, 403)
        assert town.state(key) == "drafted", who
    said = world.said("measure.approved", {"measure": key, "version": key, "number": "1号"}, place=3)
    by = {name: id for id, name in ids()}
    for who in ("hong", "hua"):
        receipt = world.say(said, authority=holder_of(by[who]))
        assert receipt.accepted == 0
    assert town.state(key) == "drafted"


def ids() -> list[tuple[int, str]]:
    import psycopg
    from tests_support import owner_dsn

    with psycopg.connect(**owner_dsn()) as owner:
        return owner.execute("select id, username from auth_user").fetchall()


def test_what_was_changed_after_it_was_read_is_not_approved(staff: dict[str, int]) -> None:
    key = town.proposed()
    drafted = world.rows("measure")[0][2]
    body = {name: drafted[name] for name in MeasureDrafted.__struct_fields__ if drafted.get(name) is not None}
    changed = world.said("measure.drafted", {**body, "places": [4]}, place=3, corrects=uuid.UUID(key))
    by = {name: id for id, name in ids()}
    assert world.say(msgspec.structs.replace(changed, reporting=2), authority=holder_of(by["hong"])).accepted == 1
    read = world.said("measure.approved", {"measure": key, "version": key, "number": "1号"}, place=2)
    assert world.say(read, authority=holder_of(by["shi"])).accepted == 0
    assert town.state(key) == "drafted"
    assert holding(6, dt.datetime(2020, 3, 12, tzinfo=ZONE)) == []


def test_places_as_people_say_them(staff: dict[str, int]) -> None:
    town.proposed(places="湖、同舟里（虚构）")
    assert world.rows("measure")[0][2]["places"] == [4, 5]
    for places, told in (
        ("远村", "no place of yours"),
        ("%", "no place of yours"),
        ("grid", "may be Grid 1, Grid 2; say"),
    ):
        assert told in world.post("hong", "/measures/draft", 422, **town.typed(places=places))


def test_the_notice_says_who_decided_and_by_which_law(staff: dict[str, int]) -> None:
    notice = public(f"/measures/{town.approved()}/notice")
    assert "Decided by Hong, approved by Wu (武指〔2020〕17号). Basis: 《传染病防治法》第四十二条." in notice
    assert "由洪区决定" in notice


def test_a_sentence_is_read_in_its_own_language_or_said_to_be_missing(staff: dict[str, int]) -> None:
    """What, where, when and for whom stand in both; the free sentence in the languages in which it was written."""
    key = town.approved()
    page = public(f"/measures/{key}")
    asked = page.partition("What it asks")[2].partition("</dd>")[0]
    assert '<span lang="zh">小区只留值守出入口' in asked and "<b>Written in Chinese only.</b>" in asked
    assert '<span lang="zh">阻断小区内传播</span>' in page and "leaving the compound" in page
    assert "只有" not in public(f"/measures/{key}", language="zh-hans").partition("<dl>")[2]
    paper = public(f"/measures/{key}/notice")
    assert "It begins at 11 March 2020, 00:00 and ends by itself at 24 March 2020, 12:00." in paper
    assert "In the words of whoever decided it: Written in Chinese only." in paper and "2020年3月24日12时00分" in paper
    said = "One staffed gate stays open; one person of each household may shop every three days"
    both = town.approved(type="closure", translation=said)
    assert said in public(f"/measures/{both}") and "小区只留" not in public(f"/measures/{both}")
    assert "小区只留" in public(f"/measures/{both}", language="zh-hans")
    paper = public(f"/measures/{both}/notice")
    assert said in paper and "小区只留" in paper and "Chinese only" not in paper


def test_eased_never_heavier(staff: dict[str, int]) -> None:
    key = town.approved()
    world.at(dt.datetime(2020, 3, 12, 9, tzinfo=ZONE))
    desk = f"/measures/{key}/desk"
    world.post("hong", desk, 422, form="ease", until="2020-03-30T12:00", text="更久一些")
    world.post("hong", desk, 422, form="ease", text="什么也没有放宽")
    world.post("hong", desk, 422, form="ease", outing_days="5", text="五天一次")
    world.post("hong", desk, form="ease", outing_days="2", lifts=["visiting"], text="申诉后放宽")
    data = world.rows("measure")[0][2]
    assert data["outing_days"] == 2 and data["limits"] == ["leaving"]
    assert "once in 2 days" in public(f"/measures/{key}")
    world.post("hong", desk, form="ease", frees=["5"], text="同舟里十四天无新发")
    assert holding(4, dt.datetime(2020, 3, 13, tzinfo=ZONE)) == [key]
    world.post("hong", desk, form="end", text="不再需要")
    assert holding(4, dt.datetime(2020, 3, 13, tzinfo=ZONE)) == []
    assert "Ended before its time" in public(f"/measures/{key}")
    before = public(f"/measures/{key}?at=2020-03-11")
    assert "in force" in before and "once in 3 days" in before and "not yet" not in before


def test_a_renewal_brings_fresh_evidence(staff: dict[str, int]) -> None:
    key = town.approved()
    world.at(dt.datetime(2020, 3, 24, 9, tzinfo=ZONE))
    again = {"renews": key, "start": "2020-03-24T12:00", "until": "2020-03-31T12:00", "review": "2020-03-28T12:00",
             "data_end": "2020-04-07"}  # fmt: skip
    answer = world.post("hong", "/measures/draft", 422, **town.typed(**again))
    assert "fresh evidence" in answer
    world.post("hong", "/measures/draft", **town.typed(**again, evidence="三月二十日又有两例，均在同舟里"))


def test_an_appeal_is_answered_by_somebody_else(staff: dict[str, int]) -> None:
    key = town.approved(who="pan")  # the law desk of the county wrote it
    world.at(dt.datetime(2020, 3, 11, 9, tzinfo=ZONE))
    desk = f"/measures/{key}/desk"
    world.post(
        "pan", desk, form="told", sort="appeal", text="买药要走四公里，三天一次不够", urgent="yes", channel="telephone"
    )
    ((appeal, state, _data),) = world.rows("appeal")
    assert "had no part" in (shown := world.page("pan", desk)) and f"answer/{appeal}" not in shown
    assert state == "waiting" and owed(appeal) == {"answer_appeal"}
    refused = world.post("pan", desk, 403, form=f"answer/{appeal}", outcome="stays", text="维持原来的做法")
    assert "Somebody else" in refused
    assert "1 waiting" in public(f"/measures/{key}")


def test_where_a_street_has_no_lead_of_its_own_the_desk_above_looks_whether_it_is_gone(staff: dict[str, int]) -> None:
    key = town.approved(places="湖街")
    world.at(dt.datetime(2020, 3, 24, 12, 5, tzinfo=ZONE))
    assert "see_measure_gone" in owed(key)
    pressed("hong", f"measure/{key}", "see_measure_gone", 4, "gone")
    assert town.state(key) == "gone"


def test_a_question_of_somebody_whom_nothing_holds_up_stands_on_the_law_desks_today(staff: dict[str, int]) -> None:
    about = town.approved()
    body = {"about": about, "sort": "question", "text": "可以下楼取药吗", "channel": "page"}
    asked = msgspec.structs.replace(world.said("appeal.made", body, place=6), reporting=3)
    assert not world.say(asked, authority=Resident(6, 3), device="slip").refused
    page = world.page("pan", "/today", language="zh-hans")
    assert "可以下楼取药吗" in page and "此刻被拦" not in page


def test_a_household_disagrees_and_reads_the_answer(staff: dict[str, int]) -> None:
    key = town.approved()
    slip = slip_of(3)
    at_home = Client(headers={"Accept-Language": "en"})
    page = " ".join(at_home.get(f"/h/{slip}/measures").content.decode().split())
    assert "Closed management: Lake, Tongzhouli" in page
    assert "From 2020-03-11 00:00; ends by itself at 2020-03-24 12:00" in page and "shopping once in 3 days" in page
    assert "Always let through, at once and without proof: emergency care, childbirth, dialysis" in page
    assert f"/h/{slip}/measures" in at_home.get(f"/h/{slip}").content.decode().partition("What applies to us")[2]
    number = re.search(rf'name="id" value="([^"]+)"><input type="hidden" name="form" value="{key}"', page)
    assert number
    sent = {"form": key, "id": number[1], "sort": "appeal", "text": "老人每周三次透析，不该排队", "held_up": "dialysis"}
    assert at_home.post(f"/h/{slip}/measures", {**sent, "text": "电话13800001111"}).status_code == 422
    assert 'value="domestic_violence_escape"' not in page  # everybody who lives there reads this page
    fled = {**sent, "held_up": "domestic_violence_escape"}
    assert at_home.post(f"/h/{slip}/measures", fled).status_code == 422
    assert at_home.post(f"/h/{slip}/measures", sent).status_code == 302
    assert at_home.post(f"/h/{slip}/measures", sent).status_code == 302  # pressed twice
    for path in (f"/h/{slip}/measures?said=1", f"/h/{slip}/measures"):  # at the gate the page is opened again
        page = at_home.get(path).content.decode()
        assert "No measure may hold this up: dialysis and medicine. It passes at once" in page, path
        assert "027-8888" in page.partition("Ring now:")[2][:200], path
    ((appeal, _state, data),) = world.rows("appeal")
    assert "household" not in data and data["channel"] == "page" and data["held_up"] == "dialysis"
    with door.ledger() as connection:
        told = "select due - since, urgency from ledger_owed where key = %s"
        assert connection.execute(told, [appeal]).fetchall()[0] == (dt.timedelta(hours=1), 3)
    assert "此刻被拦，要去：透析" in world.page("pan", "/today", language="zh-hans")
    assert "老人每周三次透析" in world.page("pan", "/today", language="zh-hans")
    pressed("pan", f"appeal/{appeal}", "answer_appeal", 3, "answer", outcome="excepted", text="透析随时放行，不用证明")
    assert "透析随时放行" in at_home.get(f"/h/{slip}/measures").content.decode()
    assert "透析随时放行" not in Client().get(f"/h/{slip_of(4)}/measures").content.decode()
    assert "0 changed it, 1 excepted somebody, 0 left it as it is" in public(f"/measures/{key}")


def test_off_at_noon_everywhere_with_nothing_running(staff: dict[str, int]) -> None:
    """No follower runs before or after: register, page, list, file, household, desk and Today read the clock."""
    key, slip = town.approved(places="同舟里"), slip_of(3)
    for at, on in ((dt.datetime(2020, 3, 24, 11, 59, tzinfo=ZONE), True),
                   (dt.datetime(2020, 3, 24, 12, tzinfo=ZONE), False)):  # fmt: skip
        world.at(at)
        assert bool(holding(6, at)) == on
        assert ("In force; " in public(f"/measures/{key}")) == on
        assert (f'href="/measures/{key}"' in public("/measures/")) == on
        [told] = json.loads(public("/measures/register.json"))["measures"]
        assert (told["phase"] == "in_force") == on
        assert ("Ends by itself at 2020-03-24 12:00." in public(f"/h/{slip}/measures")) == on
        assert ("No measure restricts anybody here." not in world.page("hong", "/measures/desk")) == on
        assert ("Look whether the barrier is gone" not in world.page("lead", "/today")) == on


def test_what_ended_stays_on_the_households_page(staff: dict[str, int]) -> None:
    """When it ended and who saw on the spot that it is gone, for the days of the policy; its own answer names it."""
    key = town.approved(places="同舟里")
    slip = slip_of(3)
    world.say(msgspec.structs.replace(world.said("appeal.made", {
        "about": key, "sort": "question", "text": "买药怎么办", "channel": "page"}, place=6), reporting=3),
        authority=Resident(6, 3), device="slip")  # fmt: skip
    world.at(dt.datetime(2020, 3, 24, 12, 5, tzinfo=ZONE))
    shown = public(f"/h/{slip}/measures")
    assert "No measure restricts anybody at your door" in shown
    over = shown.partition("Ended at your door")[2]
    assert f'href="/measures/{key}"' in over and "has ended at 2020-03-24 12:00." in over
    assert "Nobody has looked on the spot yet" in over
    assert f'href="/measures/{key}">Closed management: Tongzhouli</a>' in shown.partition("Ended at your door")[0]
    world.post("lead", f"/measures/{key}/desk", form="look", gone="yes", place="5")
    assert "李 looked on the spot at 2020-03-24 12:05: nothing of it stands" in public(f"/h/{slip}/measures")
    world.at(dt.datetime(2020, 4, 7, 12, 1, tzinfo=ZONE))
    assert "Ended at your door" not in public(f"/h/{slip}/measures")


def test_a_place_that_was_freed_reads_since_when(staff: dict[str, int]) -> None:
    key = town.approved(places="湖街、同舟里")
    world.at(dt.datetime(2020, 3, 12, 9, tzinfo=ZONE))
    world.post("hong", f"/measures/{key}/desk", form="ease", frees=["4", "5"], text="十四天无新发")
    assert "has ended at 2020-03-12 09:00." in public(f"/h/{slip_of(3)}/measures")


def slip_of(household: int) -> str:
    import hashlib

    token = f"slip-of-{household}-0123456789abcdef"
    from tongzhou.community import queries

    with door.ledger() as connection:
        until = world.NOW + dt.timedelta(days=60)
        queries.give_slip(connection, household, hashlib.sha256(token.encode()).digest(), until)
    return token


def test_what_was_found_and_is_gone_stays_in_the_register_and_its_finders_words_in_no_page(
    staff: dict[str, int],
) -> None:
    world.post("lead", "/measures/found", type="closed_management", text="西门堵死", places="同舟里",
               limits=["leaving"], appeal="3", basis="王五说是上面定的", number="王五口头")  # fmt: skip
    key, home = town.newest(), f"/h/{slip_of(3)}/measures"
    shown = public(home.removesuffix("/measures"))
    assert "It holds in fact" in shown and "王五" not in shown and "Proposed by" not in shown
    assert "no law is named" not in (told := public(f"/measures/{key}")) and "王五" not in told
    assert key in public("/measures/") and f"/measures/{key}" not in public("/measures/?q=王五")
    world.post("lead", f"/measures/{key}/desk", form="look", gone="yes", place="5")
    assert town.state(key) == "gone" and key in public("/measures/?state=gone") and key in public("/measures/changes")
    told = public(f"/measures/{key}")
    assert "seen to be gone" in told and "Legal basis" not in told and "Approved:" not in told and "王五" not in told
    assert "西门堵死" in world.page("lead", f"/measures/{key}/desk")
    assert "nothing of it stands there any more" in public(home)
    assert Client().get(f"/measures/{key}/notice").status_code == 404


def test_a_closure_in_fact_is_public_with_what_it_lacks(staff: dict[str, int]) -> None:
    world.post("lead", "/measures/found", type="closed_management", text="东门用铁板封死，没有人值守", places="同舟里",
               limits=["leaving"], appeal="3")  # fmt: skip
    key = town.newest()
    page = public(f"/measures/{key}")
    assert "no law is named" in page and "no end was announced" in page and "No gate" in page
    assert holding(6, dt.datetime(2020, 3, 12, tzinfo=ZONE)) == []
    assert "tel:" not in page
    world.say(world.said("desk.numbered", {"place": 3, "telephone": "000 2100 0002"}, place=3))
    assert 'href="tel:00021000002"' in public(f"/measures/{key}"), "whoever disagrees can ring somebody"
    assert owed(key) == {"settle_closure"}
    assert "End the closure" in (today := world.page("pan", "/today")) and f"/measures/{key}/desk" in today


def test_every_page_in_both_languages(staff: dict[str, int]) -> None:
    key = town.approved()
    for language in ("en", "zh-hans"):
        for path in ("/measures/", f"/measures/{key}", f"/measures/{key}/notice"):
            public(path, language=language)
        for path in ("/measures/desk", "/measures/draft", "/measures/found", f"/measures/{key}/desk"):
            world.page("hong", path, language=language)
    chinese = public(f"/measures/{key}", language="zh-hans")
    assert "封闭管理：湖街、同舟里" in chinese and "自动" in chinese


ROAD = {"type": "road_checkpoint", "limits": ["passing"], "outing_days": "", "places": "湖街", "groups": ["vehicles"]}


def test_a_level_lifts_what_it_does_not_allow(staff: dict[str, int]) -> None:
    """A checkpoint that the province approved in a high-risk county is off from the hour at which it is low."""
    body = {"unit": 3, "level": "high", "since": "2020-03-10T00:00:00+08:00", "text": "按公布名单"}
    signed = world.said("level.signed", body, place=1)
    assert world.say(signed, authority=holder_of(staff["wu"])).accepted == 1
    world.post("hong", "/measures/draft", **town.typed(**ROAD))
    key = town.newest()
    assert world.rows("measure")[-1][2]["approver"] == 1  # the matrix: the province
    world.post("wu", f"/measures/{key}/desk", form="approve", number="鄂指〔2020〕9号")
    ten = dt.datetime(2020, 3, 12, 10, tzinfo=ZONE)
    with world.seen_by(1):
        assert [one.key for one in register.in_force(4, ten + dt.timedelta(hours=1), ["passing"])] == [key]
    told = world.page("wu", "/levels/3?level=low&since=2020-03-12T10:00")
    assert "1 measures are off" in told and "Road checkpoint: Lake" in told
    world.post("wu", "/levels/3", level="low", since="2020-03-12T10:00", text="十四天无新增")
    with world.seen_by(1):
        assert [one.key for one in register.in_force(4, ten - dt.timedelta(minutes=1), ["passing"])] == [key]
        assert register.in_force(4, ten, ["passing"]) == []
    world.at(ten)
    assert "does not allow it" in public(f"/measures/{key}")


@pytest.mark.parametrize("number", ["027-0010", "85000", "400-12"])
def test_a_number_that_rings_nowhere_is_no_telephone_of_a_measure(staff: dict[str, int], number: str) -> None:
    told = world.post("hong", "/measures/draft", 422, **town.typed(telephone=number))
    assert "Nobody is reached there" in told and 'id="id_telephone_error"' in told and not world.rows("measure")
    assert telephone.rings("12348") and telephone.rings("000 2001 0016") and telephone.rings("027-8500 0001")


def test_nobody_signs_the_level_of_their_own_county(staff: dict[str, int]) -> None:
    body = {"unit": 3, "level": "low", "since": "2020-03-11T00:00:00+08:00", "text": "我们很好"}
    said = world.said("level.signed", body, place=3)
    by = {name: id for id, name in ids()}
    assert world.say(said, authority=holder_of(by["hua"])).accepted == 0
    assert "Sign a level" not in world.page("hua", "/levels/3")


def test_one_government_that_stands_in_the_tree_twice_is_not_above_itself(staff: dict[str, int]) -> None:
    """As Xiantao: prefecture and county under one code."""
    with psycopg.connect(**owner_dsn()) as connection:
        assert sorted(gate.others_above(connection, 3)) == [1, 2]
        connection.execute("update places_name set code = '980100' where place in (2, 3)")
        assert gate.others_above(connection, 3) == [1]
        assert [one.id for one in gate.above(connection, 3, world.NOW)] == [3, 1]
    by = {name: id for id, name in ids()}
    body = {"unit": 3, "level": "low", "since": "2020-03-11T00:00:00+08:00", "text": "我们很好"}
    told = world.say(world.said("level.signed", body, place=2), authority=holder_of(by["shi"]))
    assert told.accepted == 0


def test_the_gate_speaks_at_once_of_what_is_filled_in(staff: dict[str, int]) -> None:
    """An open field is named together with what the gate says of the others; two characters are a lighter measure."""
    open_ = {
        "aim": "",
        "telephone": "",
        "evidence": "听说有病例",
        "basis": "传染病防治法",
        "passes": ["fire"],
        "lighter": "劝导",
    }
    told = world.post("hong", "/measures/draft", 422, **town.typed(**open_))
    for words in ("hearsay or an order is no evidence", "the legal basis names no article of a law",
                  "not in the exceptions: "):  # fmt: skip
        assert words in told, words
    assert 'id="id_lighter_error"' not in told and "nothing is said here" not in told
    assert not world.rows("measure")
