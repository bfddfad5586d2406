"""Tested by doing: whoever owes a thing signs in, finds it on Today, presses the act, and it is not owed any more."""

from __future__ import annotations

import datetime as dt
import importlib.resources
import re
from dataclasses import dataclass, field
from typing import Any

import msgspec
import psycopg
import pytest
import uuid_utils.compat as uuids
import world
from django.test import Client
from tests_support import owner_dsn

from tongzhou.ledger import door, follow
from tongzhou.ledger.kinds import KINDS, Behalf, Said
from tongzhou.pages.acts import ACTS
from tongzhou.people.scope import holder_of
from tongzhou.today import log

pytestmark = pytest.mark.postgres
DAY = world.NOW.date().isoformat()
SOON = (world.NOW + dt.timedelta(hours=9)).isoformat()
WARD = {"facility": "h1", "facility_zh": "一院", "facility_en": "First", "key": "h1.w", "name_zh": "一病区",
        "name_en": "Ward 1", "place": "hu.980101", "kind": "designated", "serves": "confirmed", "bed": "general",
        "beds": 4}  # fmt: skip


@dataclass
class Story:
    """What is said before, who owes then what, at which desk, and by which act it is done."""

    what: str
    who: str
    act: str
    facts: list[Said]
    form: dict[str, str] = field(default_factory=dict)
    at: dt.datetime = world.NOW


EMPTY = {"place": 3, "item": "n95", "usable": 0, "used": 500}


def fact(kind: str, body: dict[str, Any], place: int, at: dt.datetime = world.NOW, **envelope: Any) -> Said:
    return msgspec.structs.replace(world.said(kind, body, place=place, at=at), **envelope)


EARLIER = world.NOW - dt.timedelta(hours=1)


def _fever() -> tuple[Said, str]:
    one = fact("exception.raised", {"household": 1, "concerns": ["fever"], "temp10": 391}, 6, EARLIER)
    return one, str(one.id)


def _case(**more: Any) -> tuple[Said, str]:
    body = {"classification": "suspected", "epi": ["E1"], "clinical": ["C1", "C2"], "age": 44, **more}
    one = fact("case.identified", body, 3, EARLIER, home=6, reporting=3)
    return one, str(one.id)


def _contact(home: int | None = 6) -> list[Said]:
    case, key = _case()
    body = {"case": key, "category": "household", "first_day": DAY, "last_day": DAY, "household": 1}
    return [case, fact("contact.named", body, 3, EARLIER, **({"home": home} if home else {}))]


def _request(severity: str = "mild") -> Said:
    body = {"infection": "confirmed", "severity": severity, "age": 44, "self_care": True, "chronic": False,
            "flu_negative": True, "household": 1}  # fmt: skip
    return fact("bed.requested", body, 3, EARLIER, home=6)


def stories() -> list[Story]:
    fever, f = _fever()
    reached = fact("exception.called_back", {"exception": f, "outcome": "reached", "advice": "clinic"}, 5, EARLIER)
    home = fact("exception.called_back", {"exception": f, "outcome": "reached", "advice": "stay_home"}, 5, EARLIER)
    short = fact("exception.called_back", {"exception": f, "outcome": "reached", "advice": "stay_home", "spo2": 88}, 5,
                 EARLIER)  # fmt: skip
    need = fact("need.stated", {"household": 1, "items": {"food": 1}}, 6, EARLIER)
    pills = fact("need.stated", {"household": 1, "items": {"medicine": 1}, "medicine_last_dose": DAY}, 6, EARLIER)
    not_met = fact("need.met", {"need": str(need.id), "outcome": "problem", "problem": "nobody_there"}, 6, EARLIER)
    task = fact("task.set", {"what": "visit", "household": 1, "due": SOON}, 6, EARLIER)
    joined = fact("teammate.joined", {"armband": 7, "sort": "cadre", "fit": ["gate"]}, 5, EARLIER)
    came = fact("teammate.came", {"teammate": str(joined.id)}, 5, EARLIER)
    given = fact("teammate.given", {"teammate": str(joined.id), "outcome": "gate"}, 5, EARLIER)
    not_done = fact("task.done", {"task": str(task.id), "outcome": "not_ready", "reason": "refused"}, 6, EARLIER)
    referral = fact("referral.made", {"exception": f, "household": 1}, 5, EARLIER, reporting=3)
    arrived = fact("referral.seen", {"referral": str(referral.id), "outcome": "arrived"}, 3, EARLIER)
    missing = fact("referral.seen", {"referral": str(referral.id), "outcome": "did_not_come"}, 3, EARLIER)
    case, c = _case()
    listed, _key = _case(source="plain")
    reported = fact("case.reported", {"case": c, "card": "4201-0001"}, 3, EARLIER)
    received = fact("case.received", {"case": c}, 3, EARLIER)
    near = _contact()
    k = str(near[-1].id)
    ill = fact("observation.recorded", {"contact": k, "temp10": 384, "symptoms": ["fever"]}, 6, EARLIER)
    lost = _contact(home=None)
    elsewhere = _contact(home=9)
    elsewhere.append(fact("contact.elsewhere", {"contact": str(elsewhere[-1].id), "county": 9}, 3, EARLIER))
    letter = fact("letter.sent", {"case": c, "contacts": [k]}, 9, EARLIER, reporting=3)
    ours = fact("letter.sent", {"case": c, "contacts": [k]}, 3, EARLIER, reporting=9)
    not_found = fact("letter.answered", {"letter": str(ours.id), "outcome": "not_found"}, 9, EARLIER)
    dependant = fact("dependant.stated", {"household": 1, "who": "child", "on": [f"case/{c}"]}, 5, EARLIER, home=6)
    gone = fact("member.left", {"household": 1, "who": f"case/{c}"}, 5, EARLIER, home=6)
    issued = fact("directive.issued", {"what": "service", "text": "Visit all over eighty", "to": [5], "due": SOON}, 1,
                  EARLIER)  # fmt: skip
    read = fact("directive.acknowledged", {"directive": str(issued.id)}, 5, EARLIER)
    partly = fact("directive.reported", {"directive": str(issued.id), "outcome": "partly"}, 5, EARLIER)
    asked = fact("support.requested", {"what": "staff", "text": "Two more workers"}, 5, EARLIER, reporting=1)
    handed = fact("duty.handed_over", {"place": 1, "to": 1}, 1, EARLIER)
    stood = fact("desk.stood_in", {"place": 5, "until": SOON, "reason": "ill"}, 1, EARLIER)
    decided = fact("decision.taken", {"place": 1, "day": DAY, "number": 1, "text": "Two beds more",
                                      "owner": "dispatcher", "at": 2, "due": SOON}, 1, EARLIER)  # fmt: skip
    alert = fact("alert.taken", {"alert": f"growth/3/{DAY}"}, 3, EARLIER)
    ruling = fact("ruling.asked", {"rule": "WORK-01", "text": "May a printer work"}, 5, EARLIER, reporting=1)
    closed = [fact("exception.closed", {"exception": f, "outcome": one}, 5, EARLIER) for one in ("well", "in_care")]
    seen = fact("referral.seen", {"referral": str(referral.id), "outcome": "arrived"}, 5, EARLIER,
                behalf=Behalf("clinician", 3))  # fmt: skip
    to_clean = fact("disinfection.ordered", {"what": "home", "edition": "plan_2020_01", "household": 1}, 6, EARLIER)
    bags = fact("waste.collected", {"slip": 2041, "sort": "masks", "bags": 4, "weight10": 100}, 5, EARLIER,
                reporting=2)  # fmt: skip
    weighed = fact("waste.received", {"manifest": str(bags.id), "bags": 3, "weight10": 70}, 2, EARLIER)
    cleanup = fact("cleanup.called", {"day": DAY, "works": ["ditches"]}, 5, EARLIER)
    weeks = world.NOW + dt.timedelta(days=20)
    return [
        Story("disinfect", "lead", "done", [to_clean], {"agent": "chlorine_1000", "done_by": "property"}),
        Story("receive_waste", "mei", "received", [bags], {"bags": "4", "weight10": "9.9"}),
        Story("explain_waste", "mei", "explained", [bags, weighed], {"why": "scale"}),
        Story("clean_up", "lead", "done", [cleanup], {"people": "20"}),
        Story("answer_directive", "lead", "not_ready", [issued, read], {"reason": "no_staff"}),
        Story("call_back", "doctor", "stay_home", [fever]),
        Story("send_on", "doctor", "in_care", [fever, reached]),
        Story("close_call", "doctor", "well", [fever, home], {"temp10": "36.5"}),
        Story("call_again", "doctor", "well", [fever, short], {"recovered": "on", "said_so": "on"}),
        Story("bring", "lead", "brought", [need]),
        Story("bring_medicine", "lead", "brought", [pills]),
        Story("look_for_another_way", "lead", "brought", [need, not_met]),
        Story("do_task", "zhao", "done", [task]),
        Story("give_duty", "lead", "give", [joined, came], {"outcome": "gate"}),
        Story("see_off", "lead", "went", [joined, came, given]),
        Story("settle_task", "lead", "done", [task, not_done]),
        Story("name_carer", "lead", "named", [case, dependant, gone], {"carer": "neighbour", "where": "home"}),
        Story("receive_referral", "tang", "arrived", [fever, referral]),
        Story("examine", "tang", "sent_home", [fever, referral, arrived]),
        Story("find_who_did_not_come", "doctor", "told", [fever, referral, missing], {"outcome": "arrived"}),
        Story("report_case", "tang", "reported", [case], {"card": "4201-0002"}),
        Story("link_card", "lin", "reported", [listed], {"card": "4201-0003"}),
        Story("receive_case", "lin", "received", [case, reported]),
        Story("investigate_case", "lin", "investigated", [case, reported, received]),
        Story("classify_case", "tang", "classified", [case], {"classification": "confirmed", "basis": "pcr"}),
        Story("settle_bed", "tang", "settled", [case], {"how": "has_one"}),
        Story("ask_for_stock", "mei", "asked", [fact("stock.counted", EMPTY, 3)], {"of": "above", "pieces": "90"}),
        Story("follow_up", "doctor", "asked", near, {"temp10": "36.6"}),
        Story("tell_begin", "doctor", "told", near),
        Story("tell_end", "doctor", "told", near, at=weeks),
        Story("symptoms_to_clinic", "doctor", "sent", [*near, ill], {"how": "car"}),
        Story("judge_symptoms", "lin", "not_ill", [*near, ill]),
        Story("find_contact", "lin", "found", lost, {"stay": "central", "depends": "nobody"}),
        Story("send_letter", "lin", "letter", elsewhere),
        Story("answer_letter", "lin", "answered", [letter], {"outcome": "taken_over"}),
        Story("ask_for_receipt", "lin", "answered", [ours], {"outcome": "taken_over"}, at=weeks),
        Story("search_again", "lin", "closed", [ours, not_found], {"outcome": "given_up"}),
        Story("read_directive", "lead", "read", [issued]),
        Story("answer_directive", "lead", "done", [issued, read], {"text": "All forty were visited"}),
        Story("end_directive", "duty", "done", [issued, partly]),
        Story("answer_support", "duty", "granted", [asked]),
        Story("take_desk", "wu", "taken", [handed]),
        Story("hand_back_desk", "wu", "back", [stood]),
        Story("carry_out", "sun", "done", [decided]),
        Story("explain_alert", "lin", "explained", [alert]),
        Story("needs_ruling", "wu", "rule", [ruling], {"outcome": "yes", "text": "It prints school books"}),
        Story("find_out", "lead", "withdraw", [fever, *closed], {"fact": str(closed[0].id)}),
        Story("confirm_spoken", "tang", "confirm", [fever, referral, seen]),
    ]


@pytest.mark.parametrize("story", stories(), ids=lambda one: f"{one.what}-{one.act}")
def test_whoever_owes_it_does_it_on_today(staff, story):
    for one in story.facts:
        receipt = world.say(one)
        assert not receipt.refused, (one.kind, receipt.refused)
    world.at(story.at)
    name, line = owed(story.what, story.at)
    html = world.page(story.who, "/today")
    assert f'name="act" value="{story.act}"' in html, f"{story.who} does not find the act"
    zh = world.page(story.who, "/today", language="zh-hans")
    assert not re.search(r">[a-z_]{4,}<", zh), "a code on a Chinese page"
    form = {"subject": name, "what": story.what, "at": str(line), "act": story.act, **story.form}
    assert world.post(story.who, "/today/act", **form) == "/today"
    if story.what == "send_letter":
        follow.catch_up()  # a letter is one word: that each of its contacts is told of follows from it
    assert owed(story.what, story.at) == ("", 0), "it is still owed"


@pytest.mark.parametrize("story", stories(), ids=lambda one: f"{one.what}-{one.act}")
def test_what_was_said_with_no_more_than_it_needs_stops_nobodys_page(staff, story):
    for one in story.facts:
        needed = {field.encode_name for field in msgspec.structs.fields(KINDS[one.kind].body) if field.required}
        body = {name: value for name, value in msgspec.json.decode(one.body).items() if name in needed}
        world.say(msgspec.structs.replace(one, body=msgspec.Raw(msgspec.json.encode(body))))
    world.at(story.at)
    for who in {story.who, "lead"}:
        assert "<h1" in world.page(who, "/today", language="zh-hans")


def owed(what: str, at: dt.datetime = world.EVENING) -> tuple[str, int]:
    with door.ledger() as connection:
        row = connection.execute(
            "select noun || '/' || key, at from ledger_owed where what = %s and step = 0 and owes_from <= %s limit 1",
            [what, at],
        ).fetchone()
    return row or ("", 0)


def drawn(who: str, what: str, act: str, language: str = "en") -> str:
    """The form of an act as it stands on Today."""
    forms = re.findall(r"<form.*?</form>", world.page(who, "/today", language=language), re.DOTALL)
    found = [one for one in forms if f'name="what" value="{what}"' in one and f'name="act" value="{act}"' in one]
    assert found, f"{who} does not find {act}"
    return found[0]


def press(who: str, what: str, act: str, **form: str) -> None:
    """Find it on Today, press the act with all that its form carries; it is not owed any more."""
    name, desk = owed(what)
    assert name, f"nobody owes {what}"
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', drawn(who, what, act)))
    assert (sent["subject"], sent["at"]) == (name, str(desk))
    where = world.post(who, "/today/act", **(sent | form))
    assert where == "/today" and owed(what) != (name, desk)


def test_a_patient_comes_to_a_bed_and_home_again_by_what_is_owed(staff):
    world.wards([WARD])
    world.say(_request())
    press("sun", "assign_bed", "sign")
    press("nurse", "answer_promise", "accepted")
    driver(staff)
    press("sun", "bring_patient", "on_the_way")
    press("charlie", "pick_up", "picked_up")
    press("charlie", "hand_over", "handed_over")
    press("nurse", "admit", "admitted")
    press("charlie", "free_vehicle", "free")
    key, _state, data = world.rows("request")[0]
    left = {"request": key, "bed": data["bed"], "how": "discharged", "destination": "home"}
    world.say(fact("patient.left", left, 3))
    press("doctor", "ask_after", "asked", temp="36.5")
    press("nurse", "clean_bed", "cleaned")
    world.say(fact("bed.closed", {"bed": data["bed"]}, 3))
    press("nurse", "reopen_bed", "cleaned")
    world.say(fact("facility.closing", {"facility": "h1"}, 3))
    press("sun", "close_house", "closed")
    world.say(fact("aftercare.recorded", {"request": key, "symptoms": ["fever"]}, 5))
    press("doctor", "see_after_symptoms", "asked", temp="36.8")
    world.at(world.NOW + dt.timedelta(days=8))
    name, _desk = owed("visit_hospital", world.NOW + dt.timedelta(days=8))
    assert name == f"aftercare/{key}" and 'value="visit"' in world.page("doctor", "/today")


def driver(staff) -> None:
    """Charlie drives for the county."""
    with psycopg.connect(**owner_dsn()) as owner:
        owner.execute("insert into people_holding (staff, role, place) values (%s, 'driver', 3)", [staff["charlie"]])


def test_a_word_and_an_offer_from_outside_are_owed(staff):
    case, c = _case()
    world.say(case)
    said = world.said("sample.taken", {"case": c, "label": "T1"}, place=9)
    assert world.say(said, authority=holder_of(staff["an"])).waiting == (0,)
    press("lin", "take_word", "take")
    offered = world.said("subject.offered", {"subject": f"case/{c}", "to": 9}, place=3)
    assert not world.say(offered, authority=holder_of(staff["lin"])).refused
    assert owed("take_over") == (f"case/{c}", 9)


def test_what_is_contested_is_owed_by_whoever_wrote_it_down(staff):
    world.wards([WARD])
    world.say(_request())
    press("sun", "assign_bed", "sign")
    key, _state, data = world.rows("request")[0]
    body = {"request": key, "bed": data["bed"], "ward": data["ward"], "answer": "accepted"}
    spoken = fact("ward.answered", body, 3, behalf=Behalf("ward_nurse", 3))
    assert not world.say(spoken, authority=holder_of(staff["sun"])).refused
    press("nurse", "confirm_spoken", "contest", reason="not_said")
    assert owed("look_into_contested") == (f"spoken/{spoken.id}", 3)


WALKED = {"assign_bed", "answer_promise", "bring_patient", "pick_up", "hand_over", "free_vehicle",
          "admit", "clean_bed", "reopen_bed", "close_house",
          "ask_after", "see_after_symptoms", "visit_hospital", "take_word", "take_over",
          "look_into_contested"}  # fmt: skip
# Pressed or opened from Today in tests/measures/test_register.py.
WALKED |= {
    "approve_measure",
    "take_up_declined",
    "review_measure",
    "see_measure_gone",
    "settle_closure",
    "answer_appeal",
}
# In tests/gates/test_gates.py.
WALKED |= {"keep_gate", "destroy_list", "fetch_keys", "get_phone_back", "erase_register"}
# And these in tests/freeplaces/test_certificates.py.
WALKED |= {"name_contact", "ask_again", "call_today", "visit_week", "visit_missed", "find_person"}  # tests/liaisons
WALKED |= {"last_dose_near", "ask_pharmacy", "ask_another", "judge_brand", "fill_script", "fetch_bag", "carry_bag",
           "plan_car", "send_car", "confirm_drive", "fetch_rider", "arrive", "fetch_home", "bring_home", "replan_drive",
           "find_rider", "settle_bag", "collect_bag", "return_card", "sign_card"}  # tests/medicines  # fmt: skip
WALKED |= {"look_at_market", "decide_market", "offer_produce", "answer_produce"}  # tests/market
WALKED |= {"open_offer", "mend_offer", "send_sheet", "receive_offer", "make_bags", "carry_basket", "count_money",
           "explain_cash", "settle_offer", "bring_again", "ask_neighbour", "collect_money", "pay_back",
           "answer_change"}  # tests/necessities/test_today.py  # fmt: skip
WALKED |= {"check_place", "mend_measure", "sign_certificate", "publish_list"}


def test_every_duty_has_a_story():
    assert {story.what for story in stories()} | WALKED == set(ACTS)


def test_an_act_pressed_too_late_tells_who_was_first(staff):
    fever, key = _fever()
    world.say(fever)
    html = world.client("doctor")
    world.say(fact("exception.closed", {"exception": key, "outcome": "mistaken"}, 5))
    form = {"subject": f"exception/{key}", "what": "call_back", "at": "6", "act": "no_answer", "id": str(uuids.uuid7())}
    answer = html.post("/today/act", form, follow=True)
    assert "Nothing was said" in answer.content.decode()


def test_what_a_colleague_passed_on_meanwhile_is_told_as_that(staff):
    fever = fact("exception.raised", {"household": 1, "concerns": ["fever"]}, 6)
    key = str(fever.id)
    world.say(fever)
    with psycopg.connect(**owner_dsn()) as owner:
        owner.execute("insert into people_holding (staff, role, place) values (%s, 'community_doctor', 5)",
                      [staff["charlie"]])  # fmt: skip
    line = {"subject": f"exception/{key}", "what": "call_back", "at": "6"}
    world.post("doctor", "/today/act", **line, act="passed", to=str(staff["charlie"]))
    form = {**line, "act": "no_answer", "id": str(uuids.uuid7())}
    told = world.client("doctor").post("/today/act", form, follow=True).content.decode()
    assert "周 said" in told and "passed" in told
    assert "Given to you by name." in world.page("charlie", "/today")


def test_a_refused_act_keeps_what_was_typed(staff):
    fever, key = _fever()
    world.say(fever)
    form = {"subject": f"exception/{key}", "what": "call_back", "at": "6", "act": "stay_home", "temp10": "99",
            "spo2": "96", "id": str(uuids.uuid7())}  # fmt: skip
    answer = world.client("doctor").post("/today/act", form)
    html = " ".join(answer.content.decode().split())
    assert answer.status_code == 422 and 'value="99"' in html and 'value="96"' in html and "30.0 to 45.0" in html
    assert world.client("doctor").get("/today/act").headers["Location"] == "/today"


def test_a_call_says_how_hot_and_where_the_number_stands(staff):
    fever, key = _fever()
    world.say(fever)
    html = world.page("doctor", "/today")
    assert "39.1 ℃" in html and f'href="/callbacks/#e-{key}"' in html
    assert f'id="e-{key}"' in world.page("doctor", "/callbacks/")
    world.at(EARLIER + dt.timedelta(hours=2))  # it came up to the lead, whose page call-backs are not
    assert "39.1 ℃" in (html := world.page("lead", "/today")) and "/callbacks/#" not in html


def test_the_clinic_of_ones_own_county_stands_chosen(staff):
    fever, _key = _fever()
    world.say(fever)
    offered = re.search(r'<select name="clinic".*?</select>', world.page("doctor", "/today"), re.DOTALL)
    assert offered and re.findall(r'<option value="(\d*)"( selected)?', offered[0])[1][1] == " selected"


def test_whoever_was_not_told_that_it_is_over_is_found_until_told(staff):
    for one in _contact():
        world.say(one)
    world.at(world.NOW + dt.timedelta(days=40))
    html = world.page("doctor", "/today")
    link = re.search(r'href="/follow-up/#(o-[^"]+)"', html)
    assert link and f'id="{link[1]}"' in world.page("doctor", "/follow-up/")


def test_a_word_is_about_the_subject_of_its_kind():
    touched = ["aftercare/1", "bed/7", "request/1"]
    assert log.about("bed.assigned", touched) == "bed/7"
    assert log.about("bed.requested", ["aftercare/1", "request/1"]) == "request/1"
    assert log.about("observation.told", touched) == "aftercare/1" and log.about("need.stated", None) == ""


def test_an_act_with_one_field_says_that_it_has_to_be_filled_in():
    """Also where all its fields are alike, and no browser's own bubble says it instead."""
    form = ACTS["symptoms_to_clinic"][0].made({}, "x")
    assert form is not None and form.marked == {"how": "required"}
    static = importlib.resources.files("tongzhou.today") / "static/today/today.js"
    assert "row.id" not in static.read_text()  # of a form with an input named id that would be the input


def test_whoever_is_not_signed_in_is_led_to_sign_in_and_back(staff):
    answer = Client().get("/today?from=40")
    assert (answer.status_code, answer["Location"]) == (302, "/login?next=%2Ftoday%3Ffrom%3D40")


def test_what_i_did_today_is_listed_and_taken_back(staff):
    need = fact("need.stated", {"household": 1, "items": {"food": 1}}, 6, EARLIER)
    world.say(need)
    form = {"subject": f"need/{need.id}", "what": "bring", "at": "6", "act": "brought"}
    html = world.client("lead").post("/today/act", {"id": str(uuids.uuid7()), **form}, follow=True).content.decode()
    done = re.search(r'name="fact" value="([0-9a-f-]{36})"', html)
    assert done and "Undo" in html and re.search(r"Brought · [^<]+\. Received", html)  # it says of what
    assert world.post("lead", "/today/undo", fact=done[1]) == "/today"
    assert owed("bring") == (f"need/{need.id}", 6)
    assert "taken back" in world.page("lead", "/today")


def test_what_failed_does_not_read_as_done_and_what_was_taken_back_keeps_its_door(staff):
    need = world.said("need.stated", {"household": 30, "items": {"food": 1}}, place=6)
    met = {"need": str(need.id), "outcome": "problem", "problem": "nobody_there"}
    world.say(need, world.said("need.met", met, place=6), authority=holder_of(staff["zhao"]))
    world.say(
        world.said("fact.withdrawn", {"reason": "slip"}, place=6, corrects=need.id), authority=holder_of(staff["zhao"])
    )
    page = world.squeezed(world.browser("zhao", "zh-hans").get("/today").content.decode())
    log = page.partition('id="g-done"')[2]
    assert "需求已满足" not in log and "需求办理结果" in log
    gone = log.partition('class="gone"')[2].partition("</li>")[0]
    assert "30" in gone, gone


def test_what_another_holds_is_not_mine(staff):
    fever, key = _fever()
    world.say(fever)
    for who in ("far", "tang", "charlie", "sun"):
        if who != "charlie":
            assert key not in world.page(who, "/today")
        world.client(who).post("/today/act", {"subject": f"exception/{key}", "what": "call_back", "at": "6",
                                              "act": "no_answer", "id": str(uuids.uuid7())})  # fmt: skip
    with door.ledger() as connection:
        assert connection.execute("select count(*) from ledger_fact").fetchone() == (1,)


def test_what_is_not_done_comes_up_without_a_word_of_the_person(staff):
    fever, _key = _fever()
    world.say(fever)
    world.at(EARLIER + dt.timedelta(hours=9))
    html = world.page("duty", "/today")
    assert "Call back" in html and "39.1" not in html and "It came up from" in html


def test_cannot_because_and_passed_to(staff):
    fever, key = _fever()
    world.say(fever)
    at = {"subject": f"exception/{key}", "what": "call_back", "at": "6"}
    world.post("doctor", "/today/act", **at, act="hindered", hindered="no_staff")
    assert "nobody free" in world.page("lead", "/today")
    answer = world.client("doctor").post("/today/act", {**at, "act": "passed", "to": "999", "id": str(uuids.uuid7())})
    assert answer.status_code == 422


def test_what_presses_rings_until_it_is_opened(staff):
    fever = fact("exception.raised", {"household": 1, "concerns": ["breathless"]}, 6, EARLIER)
    world.say(fever)
    assert world.client("doctor").get("/today/ring.json").json()["ring"] == 1
    world.page("doctor", "/today")
    assert world.client("doctor").get("/today/ring.json").json()["ring"] == 0


def test_nobody_puts_a_word_into_the_mouth_of_a_desk_below(staff):
    due = (world.NOW + dt.timedelta(hours=1)).isoformat()
    issued = fact("directive.issued", {"what": "service", "text": "Visit all over eighty", "to": [5], "due": due}, 1,
                  EARLIER)  # fmt: skip
    world.say(issued)
    world.at(world.NOW + dt.timedelta(hours=30))
    html = world.page("duty", "/today")
    assert "It came up from" in html and 'name="act" value="read"' not in html
    form = {"subject": f"directive/{issued.id}", "what": "read_directive", "at": "5", "act": "read"}
    world.post("duty", "/today/act", 422, **form)


def test_a_form_of_an_older_session_says_so_in_both_languages(staff):
    answer = Client(enforce_csrf_checks=True).post("/login", {"username": "lead", "password": world.PASSWORD})
    html = answer.content.decode()
    assert (
        answer.status_code == 403 and "没有提交" in html and "nothing was recorded" in html and 'href="/login"' in html
    )


def test_a_task_says_what_it_is(staff):
    said = {"what": "temperature", "household": 1, "due": SOON, "text": "Ask for all who live there"}
    world.say(fact("task.set", said, 6, EARLIER))
    html = world.page("zhao", "/today")
    assert "take temperatures" in html and "Ask for all who live there" in html


def test_who_depends_on_a_contact_who_is_looked_for_is_asked_once(staff):
    case, c = _case()
    named = fact("contact.named", {"case": c, "category": "household", "first_day": "2020-03-08",
                                   "last_day": "2020-03-09", "household": 3}, 3)  # fmt: skip
    world.say(case, named)
    asked = "Who depends on this person"
    assert asked in world.page("lin", "/today")
    told = fact("dependant.stated", {"household": 3, "who": "child", "on": [f"contact/{named.id}"], "years": 6}, 6)
    assert not world.say(told).refused
    assert asked not in world.page("lin", "/today")
    press("lin", "find_contact", "found", stay="central")
    assert world.rows("home")[0][2]["dependants"], "whoever depends on them is still known"


def test_whoever_reports_a_case_that_lives_elsewhere_owes_its_county_the_offer(staff):
    case = fact("case.identified", {"classification": "suspected", "age": 44}, 3, EARLIER, home=10, reporting=3)
    world.say(case)
    follow.catch_up()
    assert owed("offer_case") == (f"case/{case.id}", 3) and owed("take_over") == ("", 0)
    assert "The home lies in An" in world.page("lin", "/today")
    press("lin", "offer_case", "offer")
    assert owed("take_over") == (f"case/{case.id}", 9), "the county of the home owes the answer"
    declined = fact("subject.declined", {"subject": f"case/{case.id}"}, 9)
    assert not world.say(declined).refused
    assert owed("offer_case") == ("", 0), "whoever was asked once is not asked for ever"
    near = fact("case.identified", {"classification": "suspected", "age": 45}, 3, home=6, reporting=3)
    world.say(near)
    follow.catch_up()
    assert owed("offer_case") == ("", 0)


WALKED |= {"offer_case"}
