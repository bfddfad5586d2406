"""Words from outside, subjects offered, words said in somebody's name, desks stood in for: who sees what, and acts."""

from __future__ import annotations

import re
from typing import Any

import pytest
import uuid_utils.compat as uuids
import world
from world import client, get, page, post, rows

from tongzhou.ledger import door, worded

pytestmark = pytest.mark.postgres
WARDS = [
    {"key": f"{facility}.a", "facility": facility, "facility_zh": zh, "facility_en": en, "name_zh": "一病区",
     "name_en": "Ward 1", "kind": "designated", "bed": "general", "serves": "confirmed", "place": place, "beds": 3}
    for facility, zh, en, place in [
        ("h", "东医院", "East Hospital", "hu.980101"), ("x", "远医院", "Far Hospital", "hu.980201"),
    ]
]  # fmt: skip
LATE = world.EVENING.replace(hour=23, minute=40)
NUMBER = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}")


@pytest.fixture
def staff(staff: dict[str, int]) -> dict[str, int]:
    world.wards(WARDS)
    return staff


def send(who: str, kind: str, body: dict[str, Any], place: int, **more: Any) -> dict[str, Any]:
    """What this member of staff's device is answered."""
    fact = {"id": str(uuids.uuid7()), "kind": kind, "effective_at": LATE.isoformat(), "place": place, "body": body}
    answer = client(who).post("/api/facts", {"facts": [{**fact, **more}]}, content_type="application/json")
    told: dict[str, Any] = answer.json()
    assert told["refused"] == [], told
    return {**told, "id": fact["id"]}


def state(noun: str, key: str) -> str:
    return next(row[1] for row in rows(noun) if row[0] == key)


def place_of(noun: str, key: str) -> int:
    with door.ledger() as connection:
        row = connection.execute("select place from ledger_row where noun = %s and key = %s", [noun, key]).fetchone()
    assert row is not None
    return int(row[0])


def section(html: str, id: str) -> str:
    """What one part of the page says, without its marks-up."""
    return " ".join(re.sub("<[^>]+>", " ", html.partition(f'id="{id}"')[2].partition("</section>")[0]).split())


def behind(html: str) -> str:
    """What the main link says of what is owed on this page."""
    link = re.search(r'<a href="/waiting/"[^>]*>[^<]*(?:<b class="n[^"]*" title="([^"]*)")?', html)
    assert link
    return link[1] or ""


def act(who: str, part: str, choice: dict[str, str], path: str = "/waiting/") -> str:
    """Press a button of the first entry in a part of the page, as a browser would; the page afterwards. `say` is what
    its form does."""
    browser, typed = client(who), {name: value for name, value in choice.items() if name != "say"}
    html = browser.get(path).content.decode()
    inside = html.partition(f'id="{part}"')[2].partition("</section>")[0]
    answer = browser.post("/waiting/", {**hidden(inside, choice["say"]), **typed}, follow=True)
    assert answer.status_code == 200, answer.content.decode()[-500:]
    return " ".join(answer.content.decode().split())


def hidden(html: str, says: str) -> dict[str, str]:
    """What the first form that says this holds beside what is typed."""
    form = next(one for one in re.findall("<form.*?</form>", html, re.S) if f'name="form" value="{says}/' in one)
    return {name: value for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
            if name != "csrfmiddlewaretoken"}  # fmt: skip


def case() -> str:
    """A case of Hong county, which Lin and Tang hold."""
    key = world.suspected()
    world.at(LATE)
    return key


def from_outside(key: str) -> dict[str, Any]:
    return send("an", "case.classified", {"case": key, "classification": "confirmed", "basis": "pcr"}, 9)


def test_charlie_finds_no_page_and_no_link(staff: dict[str, int]) -> None:
    get("charlie", "/waiting/", 404)
    get("charlie", "/waiting/hand/case/x", 404)
    post("charlie", "/waiting/", 404, form="take/x")
    assert "/waiting/" not in page("charlie", "/me")


@pytest.mark.parametrize("who", [name for name in world.STAFF if name != "charlie"])
def test_everybody_else_has_the_page_with_a_sentence_where_nothing_waits(staff: dict[str, int], who: str) -> None:
    html = page(who, "/waiting/")
    assert "All you said counts." in html and "Nobody outside said anything of what you hold." in html
    assert behind(html) == ""
    assert "您说的都已计入" in page(who, "/waiting/", language="zh-hans")


def test_every_kind_and_every_noun_has_words() -> None:
    from tongzhou.ledger.fold import CALLED

    assert worded.unsaid() == [] and all(CALLED.values())


def test_a_word_from_outside_waits_for_whoever_holds_the_case_and_counts_when_taken_over(staff: dict[str, int]) -> None:
    key = case()
    assert from_outside(key)["waiting"] == [0]
    assert state("case", key) == "suspected"
    html = page("lin", "/waiting/")
    told = section(html, "outside")
    assert "case classified · confirmed" in told and "case · suspected · woman · 41 years · Hong" in told
    assert "An · 安" in told and not NUMBER.search(told)
    assert "from outside, does not count" in page("lin", f"/cases/{key}")
    assert "from outside, does not count" in page("lin", f"/source/case/{key}")
    assert behind(html) == "1 to do"
    for other in ("zhao", "nurse", "sun", "wu", "far"):  # who may not classify has nothing to take over
        assert "confirmed" not in section(page(other, "/waiting/"), "outside")
    after = act("lin", "outside", {"say": "take"})
    assert "Taken over: case classified · confirmed" in after and behind(after) == ""
    assert state("case", key) == "confirmed"
    assert "from outside, does not count" not in page("lin", f"/cases/{key}")
    assert "All you said counts." in page("an", "/waiting/")


def test_a_word_left_with_a_reason_stays_and_never_counts(staff: dict[str, int]) -> None:
    key = case()
    from_outside(key)
    before = section(page("an", "/waiting/"), "own")
    assert "Left: case classified" in act("lin", "outside", {"say": "leave", "reason": "another_person"})
    assert state("case", key) == "suspected"
    assert "Nobody outside" in section(page("lin", "/waiting/"), "outside")
    assert section(page("an", "/waiting/"), "own") == before  # nor does it tell that anybody has looked


def test_ones_own_words_tell_the_same_of_an_unknown_and_of_a_foreign_case(staff: dict[str, int]) -> None:
    foreign = case()
    from_outside(foreign)
    told = section(page("an", "/waiting/"), "own")
    assert "another desk holds it" in told and "suspected" not in told and not NUMBER.search(told)
    from_outside(str(uuids.uuid7()))
    both = section(page("an", "/waiting/"), "own")
    one = "case classified · confirmed · PCR · case An · 03-10 23:40"
    assert both == told.replace("· 1", "· 2", 1).replace(f"{one} ", f"{one} {one} ", 1)


def test_a_word_on_a_bed_that_nobody_spoke_of_before_waits_where_the_bed_stands(staff: dict[str, int]) -> None:
    world.at(LATE)
    with door.ledger() as connection:
        row = connection.execute("select id, ward from hospital_bed where place = 9 order by id").fetchone()
    assert row is not None
    told = send("nurse", "bed.closed", {"bed": row[0]}, 3)
    assert told["waiting"] == [0]
    with door.ledger() as connection:
        found = connection.execute("select holder from ledger_pending").fetchall()
    assert found == [(9,)]
    assert "bed closed" in section(page("nurse", "/waiting/"), "own")


def test_nobody_takes_over_a_word_that_does_not_wait_for_them(staff: dict[str, int]) -> None:
    fact = from_outside(case())["id"]
    post("an", "/waiting/", form=f"take/{fact}")
    post("sun", "/waiting/", form=f"take/{fact}")
    assert len(rows("case")) == 1 and rows("case")[0][1] == "suspected"


def test_a_case_handed_to_another_county_lies_there_once_it_accepts(staff: dict[str, int]) -> None:
    key = case()
    html = page("lin", f"/cases/{key}")
    assert "Hand over to another place" in html and ">An<" in html
    assert post("lin", f"/waiting/hand/case/{key}", form="offer", to=9, next=f"/cases/{key}") == f"/cases/{key}"
    assert place_of("case", key) == 3 and "until they accept, it stays here" in page("lin", f"/cases/{key}")
    told = section(page("an", "/waiting/"), "offered")
    assert "case · suspected" in told and "Hong → An" in told and not NUMBER.search(told)
    assert "From now on it lies with you" in act("an", "offered", {"say": "accept"})
    assert place_of("case", key) == 9
    assert "No place hands you anything over." in section(page("an", "/waiting/"), "offered")


def test_a_declined_request_stays_where_it_was(staff: dict[str, int]) -> None:
    post("tang", "/beds/ask", infection="confirmed", severity="mild", oxygen="no", depends="nobody")
    key = rows("request")[-1][0]
    assert f"/waiting/hand/request/{key}" in page("sun", "/beds/")
    assert "request for a bed" in page("tang", f"/waiting/hand/request/{key}")
    post("tang", f"/waiting/hand/request/{key}", form="offer", to=9)
    assert "Declined" in act("an", "offered", {"say": "decline", "reason": "no_capacity"})
    assert place_of("request", key) == 3
    assert "No place hands you anything over." in section(page("an", "/waiting/"), "offered")


def test_only_whoever_may_found_such_a_thing_hands_it_over_or_takes_it(staff: dict[str, int]) -> None:
    key = case()
    get("sun", f"/waiting/hand/case/{key}", 404)  # sees cases, founds none
    get("an", f"/waiting/hand/case/{key}", 404)
    post("lin", f"/waiting/hand/case/{key}", 422, form="offer", to=6)
    post("lin", f"/waiting/hand/case/{key}", form="offer", to=9)
    assert send("far", "subject.accepted", {"subject": f"case/{key}"}, 10)["waiting"] == [0]
    with world_role("far", "grid_worker", 9):
        assert send("far", "subject.accepted", {"subject": f"case/{key}"}, 9)["waiting"] == [0]
    assert place_of("case", key) == 3


class world_role:
    """Somebody holds a further role meanwhile."""

    def __init__(self, who: str, role: str, place: int) -> None:
        self.given = (who, role, place)

    def __enter__(self) -> None:
        import psycopg
        from tests_support import owner_dsn

        with psycopg.connect(**owner_dsn()) as owner:
            owner.execute(
                "insert into people_holding (staff, role, place) select id, %s, %s from auth_user where username = %s",
                [self.given[1], self.given[2], self.given[0]],
            )

    def __exit__(self, *_error: object) -> None:
        pass


def promised() -> tuple[str, int]:
    """A request with a signed bed in Hong county, and its ward."""
    post("tang", "/beds/ask", infection="confirmed", severity="severe", oxygen="no", depends="nobody")
    post("sun", "/beds/", form="all")
    key, _state, data = rows("request")[-1]
    return key, data["ward"]


def test_a_dispatcher_writes_down_what_the_ward_said_and_the_ward_confirms_it(staff: dict[str, int]) -> None:
    key, ward = promised()
    assert "The ward said by telephone" in page("sun", "/beds/")
    assert post("sun", "/beds/", form=f"accepted/{key}") == "/beds/"
    assert state("request", key) == "accepted"
    mark = "Written down by 孙 on behalf of ward nurse, Hong (by telephone"
    for who, path in (("sun", "/beds/"), ("nurse", f"/beds/ward/{ward}"), ("nurse", "/waiting/")):
        html = page(who, path)
        assert mark in html and "not confirmed yet" in html, path
    assert "That is what we said" not in page("sun", f"/beds/ward/{ward}")
    assert behind(page("nurse", "/waiting/")) == "1 to do"
    assert "Confirmed: ward answered · the ward takes the patient." in act("nurse", "spoken", {"say": "confirm"})
    html = page("nurse", f"/beds/ward/{ward}")
    assert mark in html and "confirmed by the post" in html and "That is what we said" not in html
    post("sun", f"/beds/ward/{ward}", form=f"admitted/{key}")
    assert page("sun", f"/beds/patient/{key}").count(mark) == 2


def test_the_ward_contests_in_one_tap_and_whoever_wrote_it_down_sees_it(staff: dict[str, int]) -> None:
    key, ward = promised()
    post("sun", f"/beds/ward/{ward}", form=f"admitted/{key}")
    html = page("nurse", f"/beds/ward/{ward}")
    form = hidden(html, "contest")
    answer = client("nurse").post("/waiting/", {**form, "reason": "not_said"})
    assert answer.headers["Location"] == f"/beds/ward/{ward}"  # back to where the button stood
    assert "we did not say that" in page("nurse", f"/beds/ward/{ward}")
    told = section(page("sun", "/waiting/"), "spoken")
    assert "Contested: what you wrote down for others" in told and "patient admitted" in told
    old = {"form": form["form"].replace("contest", "confirm"), "id": str(uuids.uuid7())}
    answer = client("nurse").post("/waiting/", old, follow=True)  # answered is answered
    assert "Nothing was said: this is not open here any more." in answer.content.decode()
    assert [row[1] for row in rows("spoken")] == ["contested"]


def test_by_telephone_a_ward_says_only_what_is_of_a_patient(staff: dict[str, int]) -> None:
    key, ward = promised()
    assert "The morning's count" not in page("sun", f"/beds/ward/{ward}")
    post("sun", f"/beds/ward/{ward}", form="counted", staffed="3")  # not offered: nothing is said
    post("tang", f"/beds/ward/{ward}", form=f"accepted/{key}")
    assert rows("ward") == [] and state("request", key) == "assigned"


def test_a_community_doctor_writes_down_what_the_clinic_said(staff: dict[str, int]) -> None:
    referral = world.referred()
    assert "The clinic said by telephone" in page("doctor", "/callbacks/")
    post("doctor", "/callbacks/", form=f"told/{referral}", outcome="arrived")
    assert state("referral", referral) == "arrived"
    mark = "Written down by 周 on behalf of clinician, Hong"
    assert mark in page("doctor", "/callbacks/") and mark in page("tang", "/clinic/")
    assert "referral seen · arrived" in section(page("tang", "/waiting/"), "spoken")
    assert "Contested" in act("tang", "spoken", {"say": "contest", "reason": "said_otherwise"})
    assert "we said something else" in page("doctor", "/callbacks/")
    post("doctor", "/callbacks/", 422, form=f"told/{referral}", outcome="identified")


def test_a_level_above_stands_in_for_a_desk_and_hands_it_back(staff: dict[str, int]) -> None:
    until = world.NOW.replace(hour=20).strftime("%Y-%m-%dT%H:%M")
    assert "Stand in for a desk that cannot answer" in page("wu", "/waiting/")
    browser = client("wu")
    form = {"id": str(uuids.uuid7()), "form": "stand_in", "place": "8", "until": until, "reason": "cut_off"}
    html = " ".join(browser.post("/waiting/", form, follow=True).content.decode().split())
    assert "You stand in for this desk" in html and "Xiao" in section(html, "desks")
    assert "Hu stands in until 03-10 20:00" in section(html, "desks")
    assert [row[:2] for row in rows("stand_in")] == [("8", "standing")]
    post("wu", "/waiting/", 422, form="stand_in", place=3, until=until, reason="ill")  # not right below
    post("wu", "/waiting/", 422, form="stand_in", place=2, until="2020-03-09T08:00", reason="ill")
    assert "Handed back" in act("wu", "desks", {"say": "hand_back"})
    assert [row[:2] for row in rows("stand_in")] == [("8", "back")]


def test_what_is_wrong_stands_beside_its_field_with_what_was_typed(staff: dict[str, int]) -> None:
    """Nothing is chosen beforehand; several errors at once, none of it lost."""
    assert not re.search(r"<option value=\"[^\"]+\" selected", page("wu", "/waiting/"))
    text = post("wu", "/waiting/", 422, form="stand_in", place=2, until="2020-03-09T08:00", reason="plague")
    wrong = text.partition('class="errs"')[2].partition("</ul>")[0]
    assert "A moment that is still to come." in wrong and "One of the choices" in wrong and wrong.count("<li>") == 2
    assert 'value="2" selected' in text and 'value="2020-03-09T08:00"' in text
    key = case()
    assert 'value="6"' not in post("lin", f"/waiting/hand/case/{key}", 422, form="offer", to="x")


def test_standing_in_ends_by_itself(staff: dict[str, int]) -> None:
    until = world.NOW.replace(hour=12).strftime("%Y-%m-%dT%H:%M")
    post("wu", "/waiting/", form="stand_in", place=2, until=until, reason="ill")
    assert "Wu · ill" in section(page("duty", "/waiting/"), "desks")
    world.at(world.NOW.replace(hour=13))
    assert "Every desk answers for itself." in section(page("duty", "/waiting/"), "desks")


def test_a_page_says_when_what_was_said_on_it_was_kept_and_waits(staff: dict[str, int]) -> None:
    """A patient of the next county is seen at the clinic here; the child at home is another desk's."""
    browser = client("tang")
    form = {"id": str(uuids.uuid7()), "say": "identify", "classification": "suspected", "home": "9", "household": "90",
            "depends": "child"}  # fmt: skip
    html = browser.post("/clinic/identify", form, follow=True).content.decode()
    assert "Kept, and it waits" in html and "receipt warning" in html
    assert "Kept, and it waits" not in browser.get("/clinic/").content.decode()  # said once
    assert len(rows("case")) == 1 and rows("home") == []
    with door.ledger() as connection:
        assert connection.execute("select count(*) from ledger_pending").fetchone() == (2,)
    own = section(browser.get("/waiting/").content.decode(), "own")
    assert "dependant stated" in own and "· 2" in own and "· 0" in section(page("an", "/waiting/"), "own")


def test_the_door_of_facts_names_the_positions_that_wait(staff: dict[str, int]) -> None:
    key = case()
    classified = {"case": key, "classification": "confirmed", "basis": "pcr"}
    bodies = [("case.classified", classified), ("warning.given", {"what": "cluster"}), ("case.classified", classified)]
    facts = [{"id": str(uuids.uuid7()), "kind": kind, "effective_at": world.NOW.isoformat(), "place": 9, "body": body}
             for kind, body in bodies]  # fmt: skip
    facts.insert(0, {"id": "no id", "kind": "case.classified"})
    answer = client("an").post("/api/facts", {"facts": facts}, content_type="application/json").json()
    assert [one["n"] for one in answer["refused"]] == [0] and answer["accepted"] == 3
    assert answer["waiting"] == [1, 3]


def test_ones_own_words_about_words_and_offers_are_shown_to_their_speaker(staff: dict[str, int]) -> None:
    key = case()
    send("zhao", "subject.offered", {"subject": f"case/{key}", "to": 9}, 6)
    send("zhao", "word.left", {"fact": str(uuids.uuid7()), "subject": "no_such/1"}, 6)
    own = section(page("zhao", "/waiting/"), "own")
    assert "offered to another place" in own and "something that there is not" in own and "· 2" in own
    assert "· 0" in section(page("qian", "/waiting/"), "own")
