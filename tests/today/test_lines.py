"""What a line of Today says: whose it is, where, whom to ring, and what the act is done to; and who sees none of it."""

from __future__ import annotations

import datetime as dt
import re

import furnished
import msgspec
import psycopg
import pytest
import uuid_utils.compat as uuids
import world
from django.utils import translation
from tests_support import owner_dsn

from tongzhou.ledger import door, follow
from tongzhou.people import mine
from tongzhou.people.scope import holder_of
from tongzhou.persons import queries as persons
from tongzhou.persons.templatetags.persons import whom

pytestmark = pytest.mark.postgres
EARLIER = world.NOW - dt.timedelta(hours=1)
WARD = {"facility": "h1", "facility_zh": "一院", "facility_en": "First", "key": "h1.w", "name_zh": "一病区",
        "name_en": "Ward 1", "place": "hu.980101", "kind": "designated", "serves": "confirmed", "bed": "general",
        "beds": 2}  # fmt: skip
PLAIN = {"infection": "confirmed", "severity": "mild", "age": 44, "sex": "female", "self_care": True,
         "chronic": False, "flu_negative": True, "household": 1}  # fmt: skip


def ask_for_a_bed() -> str:
    fact = world.said("bed.requested", PLAIN, place=3, at=EARLIER)
    assert not world.say(fact).refused
    follow.catch_up()
    return str(fact.id)


def forms(html: str, act: str) -> list[str]:
    return [one for one in re.findall(r"<form.*?</form>", html) if f'name="act" value="{act}"' in one]


def sent(form: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))


def wards() -> list[int]:
    with door.ledger() as ledger:
        return [row[0] for row in ledger.execute("select id from hospital_ward order by id")]


def code_of(noun: str, key: str) -> str:
    with door.ledger() as ledger:
        row = ledger.execute("select person from ledger_row where noun = %s and key = %s", [noun, key]).fetchone()
        handle = ledger.execute("select handle from persons_cards(%s)", [[row[0]]]).fetchone() if row else None
    assert handle
    return persons.grouped(handle[0])


def test_signing_names_ward_bed_and_for_whom_and_signs_no_other(staff):
    world.wards([WARD])
    request = ask_for_a_bed()
    form = forms(world.page("sun", "/today"), "sign")[0]
    assert f"First · Ward 1 · Bed 1, for {code_of('request', request)}" in form
    seen, other = sent(form), ask_for_a_bed()
    bed, ward = int(seen["bed"]), wards()[0]
    assert not world.say(world.said("bed.assigned", {"request": other, "bed": bed, "ward": ward}, place=3)).refused
    html = world.post("sun", "/today/act", 422, **seen)
    assert "another bed is proposed by now" in html and "First · Ward 1 · Bed 2" in html
    assert {key: state for key, state, _data in world.rows("request")} == {request: "waiting", other: "assigned"}
    again = sent(next(one for one in forms(world.squeezed(html), "sign") if f"request/{request}" in one))
    assert world.post("sun", "/today/act", **again) == "/today"
    assert next(data["bed"] for key, _s, data in world.rows("request") if key == request) == int(again["bed"])


def test_where_no_bed_fits_the_line_says_why_and_offers_no_signature(staff):
    request = ask_for_a_bed()
    html = world.page("sun", "/today")
    assert not forms(html, "sign") and "no ward is open in your places" in html
    form = {"subject": f"request/{request}", "what": "assign_bed", "at": "3", "act": "sign"}
    assert "no bed fits now" in world.post("sun", "/today/act", 422, **form)


def test_the_ward_and_the_vehicle_are_named_and_who_drives_is_asked(staff):
    world.wards([WARD])
    furnished.bring("amb1,ambulance,一号车,Ambulance 1,980101,2020-01-01,,,舟A00120,,1,,,,,,\n")
    with psycopg.connect(**owner_dsn()) as owner:
        owner.execute("insert into people_holding (staff, role, place) values (%s, 'driver', 2)", [staff["mei"]])
    request = ask_for_a_bed()
    world.post("sun", "/today/act", **sent(forms(world.page("sun", "/today"), "sign")[0]))
    told = f"First · Ward 1 · Bed 1, for {code_of('request', request)}"
    taken = forms(world.page("nurse", "/today"), "accepted")[0]
    assert told in taken
    world.post("nurse", "/today/act", **sent(taken))
    assert told in forms(world.page("nurse", "/today"), "admitted")[0]
    form = forms(world.page("sun", "/today"), "on_the_way")[0]
    assert told in form and "Ambulance 1 · 舟A00120" in form and f'value="{staff["mei"]}">梅' in form
    way = sent(form)
    assert "One of the choices that are offered." in world.post(
        "sun", "/today/act", 422, **way, driver=str(staff["far"])
    )
    assert world.post("sun", "/today/act", **way, vehicle="amb1", driver=str(staff["mei"])) == "/today"
    vehicle = world.rows("request")[0][2]["vehicle"]
    assert (vehicle["vehicle"], vehicle["driver"]) == ("amb1", staff["mei"])
    assert "舟A00120 · 梅" in world.page("sun", "/beds/")


def test_a_call_shows_number_sex_and_age_band_door_and_the_telephone_in_one_tap(staff):
    fever = world.fever(household=3)
    with door.ledger() as ledger:
        ledger.execute("update community_household set building = '3', stairwell = '2', floor = 5, room = '501'"
                       " where id = 3")  # fmt: skip
    follow.catch_up()
    person = world.rows("exception")[0][2]["person"]
    told = {"classification": "suspected", "epi": ["E1"], "clinical": ["C1", "C2"], "age": 44, "sex": "female"}
    assert not world.say(world.said("case.identified", told | {"person": person}, place=3, at=EARLIER)).refused
    world.at(world.EVENING - dt.timedelta(hours=4))
    html = world.page("doctor", "/today")
    assert code_of("exception", fever) in html and "woman · 40 to 49 years" in html
    assert "3栋2单元" in world.page("doctor", "/today", language="zh-hans") and "13800001111" not in html
    row = {"whose": None, "person": None, "sex": "female", "age": 44, "household": 3}
    with translation.override("en"):
        assert whom(row) == "Door 3 · woman · 40 to 49 years", "a receipt says no more of the age than its line"
    line = {"subject": f"exception/{fever}", "what": "call_back", "at": "6"}
    assert world.post("doctor", "/today/name", **line).startswith("/me/prove"), "no program opens a name"
    answer = world.browser("doctor").post("/today/name", line)
    told = answer.content.decode()
    assert 'href="tel:13800001111"' in told and "138 0000 1111" in told and "Opened to: Call back" in told
    assert answer.headers["Cache-Control"] == "no-store" and f'action="/today/name#d-exception-{fever}' not in told
    with door.ledger() as ledger:
        read = ledger.execute("select staff, purpose, owner from people_reading").fetchall()
    assert read == [(staff["doctor"], "call_back", f"exception/{fever}")]
    assert world.browser("doctor").get("/today/name").headers["Location"] == "/today"


def test_medicine_for_next_week_does_not_press_today_and_a_round_is_something_to_do(staff):
    for household, last in ((1, "2020-03-10"), (2, "2020-03-16")):
        said = world.said("need.stated", {"household": household, "items": {"medicine": 1}, "medicine_last_dose": last},
                          place=6, at=EARLIER)  # fmt: skip
        assert not world.say(said).refused
    world.wards([WARD])
    follow.catch_up()
    now, later = world.page("lead", "/today").split('id="g-bring"')
    assert 'id="g-now"' in now and "Door 1" in now and "Door 2" not in now and "Door 2" in later
    html = world.page("nurse", "/today")
    assert "g-rounds" in html and "Nothing is owed by you now" not in html


def test_who_may_not_see_the_row_sees_the_code_alone_and_the_telephone_of_the_nearest_desk(staff):
    fever, _another = world.fever(household=3), world.fever(household=4)
    for place, number in ((5, "02700000005"), (1, "02700000001")):
        assert not world.say(world.said("desk.numbered", {"place": place, "telephone": number}, place=place)).refused
    follow.catch_up()
    world.at(world.EVENING + dt.timedelta(hours=5))
    html = world.page("duty", "/today")
    assert code_of("exception", fever) in html
    for hidden in ("38.5", "Door 3", "Show name", "years"):
        assert hidden not in html, hidden
    assert html.count('Tongzhouli <a class="ring" href="tel:02700000005">') == 2
    assert html.count("Grid 1, Tongzhouli has no telephone of its own.") == 1, "said once, not on every line"
    line = {"subject": f"exception/{fever}", "what": "call_back", "at": "6"}
    assert world.browser("duty").post("/today/name", line).status_code == 403
    for who in ("far", "sun", "an"):
        assert code_of("exception", fever) not in world.page(who, "/today")
        assert world.browser(who).post("/today/name", line).headers["Location"] == "/today"
    with world.seen_by(staff["far"]):
        assert persons.codes([f"exception/{fever}"]) == {}
    with world.seen_by(staff["charlie"]):
        assert persons.codes([f"exception/{fever}"]) == {}
    with door.ledger() as ledger:
        assert ledger.execute("select count(*) from people_reading").fetchone() == (0,)


def test_whoever_it_came_up_to_reads_who_is_late_and_rings_and_it_comes_back_if_it_is_not_done(staff):
    fever = world.fever(household=3)
    assert not world.say(world.said("desk.numbered", {"place": 5, "telephone": "02700000005"}, place=5)).refused
    follow.catch_up()
    late = world.EVENING + dt.timedelta(hours=5)
    world.at(late)
    html, zh = world.page("duty", "/today"), world.page("duty", "/today", language="zh-hans")
    assert "Late: community doctor, Grid 1, Tongzhouli." in html and "逾期未办：社区医生，同舟里 一网格。" in zh
    assert f'<option value="{staff["doctor"]}">周' in html, "it may be passed down by name"
    for hidden in ("38.5", "Door 3", "Show name"):
        assert hidden not in html
    form = sent(forms(html, "urged")[0])
    assert world.post("duty", "/today/act", **form) == "/today"
    assert not forms(world.page("duty", "/today"), "urged"), "they see to it: it waits for two hours"
    assert "they see to it" in world.page("duty", "/today").partition('id="g-done"')[2]
    assert "The desk above rang about it at 03-11 02:00." in world.page("doctor", "/today")
    world.at(late + dt.timedelta(hours=2))
    html = world.page("duty", "/today")
    assert "Rung about at 03-11 02:00." in html and forms(html, "unreached")
    with door.ledger() as ledger:
        steps = dict(ledger.execute("select place, owes_from from ledger_owed where key = %s and step > 0", [fever]))
    assert steps[5] < late, "what the lead owes is put off by nobody above"
    world.post("doctor", "/today/act", 422, **form | {"id": str(uuids.uuid7())})


def test_a_contact_whose_community_nobody_knows_is_the_investigators_and_the_desk_may_pass_it_on(staff):
    day = world.NOW.date().isoformat()
    case = world.said("case.identified", {"classification": "suspected", "epi": ["E1"], "clinical": ["C1", "C2"]},
                      place=3, at=EARLIER)  # fmt: skip
    near = {"case": str(case.id), "category": "household", "first_day": day, "last_day": day}
    named = msgspec.structs.replace(world.said("contact.named", near, place=3, at=EARLIER), home=3)
    assert not world.say(case, named).refused
    html = world.page("lin", "/today")
    assert "Tell that observation begins" in html and "Tell that observation begins" not in world.page(
        "doctor", "/today"
    )
    line = {"subject": f"observation/{named.id}", "what": "tell_begin", "at": "3"}
    assert world.post("lin", "/today/act", **line, act="told") == "/today"
    with psycopg.connect(**owner_dsn()) as owner:  # nobody holds the post: it falls to the desk, which may not read it
        owner.execute("delete from people_holding where role = 'epidemiologist'")
        owner.execute("insert into people_holding (staff, role, place) values (%s, 'duty_officer', 3)", [staff["mei"]])
    mine._AREAS.clear()
    assert "Ask how a contact is today" in world.page("mei", "/today")
    line["what"] = "follow_up"
    assert world.post("mei", "/today/act", **line, act="hindered", hindered="no_staff") == "/today"


def test_where_there_is_no_telephone_whoever_is_late_is_named(staff):
    world.fever(household=3)
    follow.catch_up()
    world.at(world.EVENING + dt.timedelta(hours=5))
    assert "Late: community doctor, Grid 1, Tongzhouli · 周." in world.page("duty", "/today")


def test_where_nobody_answers_the_next_desk_owes_it_at_once(staff):
    fever = world.fever(household=3)
    follow.catch_up()
    told = {"subject": f"exception/{fever}", "what": "call_back", "at": 6, "outcome": "no_answer"}
    early = world.EVENING - dt.timedelta(hours=4)
    steps = "select place from ledger_owed where key = %s and owes_from <= %s order by step"
    with door.ledger() as ledger:
        assert ledger.execute(steps, [fever, early]).fetchall() == [(6,), (5,)]
    world.at(early)
    by_lead = world.said("owed.urged", told, place=5, at=early)
    assert not world.say(by_lead, authority=holder_of(staff["lead"])).refused
    with door.ledger() as ledger:
        assert ledger.execute(steps, [fever, early]).fetchall() == [(6,), (5,), (4,)]
    refused = world.say(world.said("owed.urged", told, place=6, at=early), authority=holder_of(staff["doctor"])).refused
    assert refused[0].code == "not_yours", "whoever owes it first urges nobody"


def test_a_carer_is_named_for_somebody_with_a_number(staff):
    case = world.said("case.identified", {"classification": "suspected", "epi": ["E1"], "clinical": ["C1", "C2"],
                                          "age": 44}, place=3, at=EARLIER)  # fmt: skip
    world.say(case)
    stated = world.said("dependant.stated", {"household": 1, "who": "child", "years": 7, "on": [f"case/{case.id}"]},
                        place=5, at=EARLIER)  # fmt: skip
    world.say(stated, world.said("member.left", {"household": 1, "who": f"case/{case.id}"}, place=5, at=EARLIER))
    follow.catch_up()
    html = world.page("lead", "/today")
    line = re.search(r'<li id="d-home-1-name_carer.*?</li>', html)
    assert line and re.search(r'class="code" href="/persons/[^"]+">\d{4} \d{4} \d{4}<', line[0])


def test_a_need_says_what_is_to_be_brought(staff):
    world.say(world.said("need.stated", {"household": 1, "items": {"food": 2, "infant": 1}}, place=6, at=EARLIER))
    html = world.page("lead", "/today", language="zh-hans")
    assert "食品 ×2" in html and "婴儿用品" in html
    words = {"household": 2, "items": {"medicine": 1}, "text": "warfarin 2.5 mg, one box"}
    world.say(world.said("need.stated", words, place=6, at=EARLIER))
    assert "warfarin 2.5 mg, one box" in world.page("lead", "/today")


def test_an_opened_act_has_one_button_that_says_it(staff):
    """The head of an open form only folds it up."""
    world.fever(household=3)
    world.at(world.EVENING)
    text = " ".join(world.page("doctor", "/today").split())
    heads = re.findall(r'<summary[^>]*><span class="act">([^<]+)</span><span class="fold">Fold up</span>', text)
    assert "Stay home" in heads, re.findall("<summary.{90}", text)
    assert all(text.count(f">{head}</button>") == 1 for head in heads)
