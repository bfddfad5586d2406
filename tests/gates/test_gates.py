"""A gate's phone in its shift, and the page of its community's lead: what a measure orders and not a minute longer."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import gates_town as gates
import measures_town as measures
import pytest
import uuid_utils.compat as uuids
import world
from django.test import Client

from tongzhou.gates import forms
from tongzhou.gates.phone import COOKIE
from tongzhou.ledger import door, follow
from tongzhou.people import sweeping
from tongzhou.people.scope import holder_of

pytestmark = pytest.mark.postgres
NINE = gates.START.replace(hour=9)


@pytest.fixture
def town(staff: dict[str, int]) -> dict[str, int]:
    gates.furnish()
    return staff


def phone(gate: str = gates.GATE, place: int = 5) -> Client:
    client = Client(headers={"Accept-Language": "en", "Accept": "application/json"})
    answer = client.get(f"/gate/in/{gates.lent(gate, place, hours=400)}")
    assert answer.status_code == 302 and client.cookies[COOKIE]["httponly"]
    return client


def listed(one: Client) -> dict[str, Any]:
    answer = one.get("/gate/list.json")
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def sent(one: Client, path: str, status: int = 200, **body: Any) -> dict[str, Any]:
    answer = one.post(path, json.dumps(body), "application/json")
    assert answer.status_code == status, (path, answer.status_code, answer.content)
    return dict(answer.json())


def says(one: Client, kind: str, at: dt.datetime = NINE, **body: Any) -> dict[str, Any]:
    fact = {"id": str(uuids.uuid7()), "kind": kind, "effective_at": at.isoformat(), "place": 5, "body": body}
    return sent(one, "/gate/send", facts=[fact], device="gate")


def states() -> list[str]:
    return [state for key, state, _data in world.rows("gate") if key == gates.GATE]


def test_a_gate_is_owed_while_the_measure_holds_and_free_at_its_noon_whatever_ran(town: dict[str, int]) -> None:
    assert states() == []
    gates.closed(collects="temperature")
    assert states() == ["unkept"]
    today = world.page("lead", "/today")
    assert "See that somebody keeps the gate" in today and "South gate" in today
    one = phone()
    told = listed(one)
    assert set(told["asks"]) == {"passes", "temperature"}
    assert told["asks"]["passes"]["until"] == "2020-03-24T12:00:00+08:00"  # the phone is off at its noon by itself
    until = NINE.replace(hour=18)
    says(one, "gate.shift_began", gate=gates.GATE, until=until.isoformat(), phone=told["phone"])
    assert states() == ["kept"] and "South gate" not in world.page("lead", "/today")
    world.at(until)
    assert "South gate" in world.page("lead", "/today")  # the shift is over, nobody said anything
    with door.ledger() as ledger:
        desk, name = ledger.execute("select at, noun || '/' || key from ledger_owed where what = 'keep_gate'"
                                    " and key = %s limit 1", [gates.GATE]).fetchone()  # fmt: skip
    form = {"subject": name, "what": "keep_gate", "at": str(desk), "act": "stands"}
    world.post("lead", "/today/act", **form, until=(until + dt.timedelta(hours=6)).strftime("%Y-%m-%dT%H:%M"))
    assert states() == ["kept"]
    world.at(dt.datetime(2020, 3, 24, 11, 59, tzinfo=NINE.tzinfo))
    assert set(listed(one)["asks"]) == {"passes", "temperature"}
    world.at(dt.datetime(2020, 3, 24, 12, 0, tzinfo=NINE.tzinfo))
    assert listed(one)["asks"] == {}  # nothing ran since: the register alone answers
    told = sent(one, "/gate/issue", what="shopping")
    assert told["said"] == "not_needed" and told["number"] is None
    follow.tick()  # the first look after an outage
    assert states() == ["free"] and world.rows("gate")[0][2]["measures"] == {}
    assert "South gate" not in world.page("lead", "/today")


def test_an_end_before_its_time_frees_the_gate_at_its_minute(town: dict[str, int]) -> None:
    key = gates.closed()
    world.post("hong", f"/measures/{key}/desk", form="end", text="十四天无新发")
    assert listed(phone())["asks"] == {}
    follow.tick()
    assert states() == ["free"]


def test_a_phone_says_no_more_than_its_gate_and_nothing_once_it_is_taken_back(town: dict[str, int]) -> None:
    gates.closed()
    nobody = Client(headers={"Accept": "application/json"})
    for path in ("/gate/list.json", "/gate/send", "/gate/used", "/gate/call", "/gate/enter", "/gate/issue"):
        answer = nobody.get(path) if path.endswith("json") else nobody.post(path, "{}", "application/json")
        assert answer.status_code in (401, 422), path
    assert nobody.get("/gate/").status_code == 200 and nobody.get("/gate/in/xxxx").cookies.get(COOKIE) is None
    one = phone()
    until = NINE.replace(hour=18).isoformat()
    for gate in (gates.NORTH, gates.FAR):
        assert says(one, "gate.shift_began", gate=gate, until=until)["refused"][0]["code"] == "not_yours"
    mine = listed(one)["phone"]
    for phone_ in (None, mine + 1):  # another's number, or none
        for kind, body in (("gate.shift_began", {"until": until}), ("gate.counted", {"hour": NINE.isoformat()})):
            told = says(one, kind, gate=gates.GATE, phone=phone_, **body)
            assert (told["refused"][0]["code"], told["refused"][0]["field"]) == ("not_yours", "phone")
    for year, field in (("2198-12-30T00:00:00+08:00", "until"), ("2020-03-11T08:00:00+08:00", "until")):
        assert says(one, "gate.shift_began", gate=gates.GATE, phone=mine, until=year)["refused"][0]["field"] == field
    counted = world.said("gate.counted", {"gate": gates.GATE, "hour": NINE.isoformat(), "phone": 999999}, at=NINE,
                         place=5)  # fmt: skip
    assert world.say(counted, authority=holder_of(town["lead"])).refused[0].field == "phone", "lent to no gate"
    assert says(one, "household.heard", household=1, state="well", channel="door")["refused"]
    assert says(one, "gate.ordered", gate=gates.GATE, measure=str(uuids.uuid7()))["refused"]
    told = listed(one)
    lead = holder_of(town["lead"])
    for gate, refused in ((gates.NORTH, 1), (gates.GATE, 0)):
        ended = world.said("gate_phone.ended", {"gate": gate, "phone": told["phone"]}, at=NINE, place=5)
        assert len(world.say(ended, authority=lead).refused) == refused
    assert one.get("/gate/list.json").status_code == 401


def test_counts_of_an_hour_count_once_however_often_they_are_sent_and_two_phones_add_up(
    town: dict[str, int],
) -> None:
    gates.closed()
    one, other = phone(), phone()
    hour, mine, theirs = NINE.isoformat(), listed(one)["phone"], listed(other)["phone"]
    for n in (3, 7, 7):
        told = says(one, "gate.counted", gate=gates.GATE, phone=mine, hour=hour, out={"pass": n, "exception": 2},
                    back={"free": 1}, reasons={"dialysis": 1})  # fmt: skip
        assert not told["refused"]
    says(other, "gate.counted", gate=gates.GATE, phone=theirs, hour=hour, out={"staff": 5})
    assert listed(one)["counted"] == {"out": 14, "back": 1}
    html = world.words("lead", "/gates/")
    assert "Today out 14, in 1." in html and "exceptions, let through at once 2" in html
    assert says(one, "gate.counted", gate=gates.GATE, hour=hour, reasons={"violence": 1})["refused"], "there is no such"


def test_an_hour_is_a_full_one_of_these_days_that_has_begun(town: dict[str, int]) -> None:
    gates.closed()
    one = phone()
    told = {"gate": gates.GATE, "phone": listed(one)["phone"], "out": {"pass": 20_000}}
    odd = [NINE.replace(year=1950), NINE.replace(year=2150), NINE.replace(hour=10), NINE.replace(hour=20),
           NINE - dt.timedelta(days=3), NINE.replace(second=1), NINE.replace(microsecond=500_000),
           NINE.replace(hour=8, minute=30)]  # fmt: skip
    for hour in odd:
        assert says(one, "gate.counted", **told, hour=hour.isoformat())["refused"][0]["field"] == "hour", hour
    assert listed(one)["counted"] == {"out": 0, "back": 0} and not world.rows("gate_day")
    for hour in (NINE - dt.timedelta(days=2), NINE, NINE.astimezone(dt.UTC)):
        assert not says(one, "gate.counted", **told, hour=hour.isoformat())["refused"]
    assert listed(one)["counted"] == {"out": 20_000, "back": 0}, "the same hour, whatever zone it was written in"


def test_a_phone_that_was_cleared_counts_anew_and_both_counts_are_added(town: dict[str, int]) -> None:
    gates.closed()
    one = phone()
    told = {"gate": gates.GATE, "phone": listed(one)["phone"], "hour": NINE.isoformat()}
    first, second = str(uuids.uuid7()), str(uuids.uuid7())
    says(one, "gate.counted", **told, tally=first, n=3, out={"staff": 5})
    says(one, "gate.counted", **told, tally=second, n=1, out={"vehicle": 2})  # the next shift, in the same hour
    says(one, "gate.counted", **told, tally=second, n=2, out={"vehicle": 3})
    assert listed(one)["counted"] == {"out": 8, "back": 0}


def test_an_address_opens_one_phone_and_the_lead_is_told_of_any_other(town: dict[str, int]) -> None:
    gates.closed()
    address = f"/gate/in/{gates.lent()}"
    one, other = Client(headers={"Accept": "application/json"}), Client(headers={"Accept": "application/json"})
    assert one.get(address).status_code == 302 and one.get(address).status_code == 302, "opened again by the same"
    listed(one)
    refused = other.get(address)
    assert refused.status_code == 404 and "用过" in refused.content.decode() and COOKIE not in other.cookies
    other.cookies[COOKIE] = address.rpartition("/")[2]  # the address itself is no key
    assert other.get("/gate/list.json").status_code == 401 and listed(one)["gate"]["key"] == gates.GATE
    assert "its address was tried on another phone, 1 time" in world.words("lead", "/gates/")


def named() -> dict[str, str]:
    """An entry of the register."""
    return {
        "id": str(uuids.uuid7()),
        "name": "王小明",
        "telephone": "13812345678",
        "way": "out",
        "at": NINE.isoformat(),
    }


def test_no_byte_to_a_gates_phone_or_from_it_tells_of_a_person_a_door_or_anybodys_health(town: dict[str, int]) -> None:
    gates.closed(collects="names")
    world.fever(household=3)
    with door.ledger() as ledger:
        ledger.execute("update community_household set building = '3', stairwell = '2', room = '501' where id = 7")
    one = phone()
    call = {"id": str(uuids.uuid7()), "door": "3-2-501", "temp10": 378, "at": NINE.isoformat(),
            "telephone": "13912345678"}  # fmt: skip
    entry = named()
    answers = [one.post("/gate/call", json.dumps(call), "application/json"),
               one.post("/gate/enter", json.dumps(entry), "application/json"), one.get("/gate/list.json"),
               one.get("/gate/"), one.post("/gate/issue", '{"what": "medicine"}', "application/json")]  # fmt: skip
    told = "".join(answer.content.decode() for answer in answers)
    words = ("13912345678", "13812345678", "王小明", "3-2-501", "temp10", "37.8", "fever", "household", "38.5")
    assert [one.status_code for one in answers] == [200] * 5 and not [word for word in words if word in told]
    with door.ledger() as ledger:
        said = ledger.execute("select string_agg(body, ' ') from ledger_fact f join ledger_kind k on k.id = f.kind"
                              " where k.name like 'gate%' or k.name like 'pass%'").fetchone()[0]  # fmt: skip
    assert not [word for word in words if word in said]
    assert world.browser("wu").get("/gates/").status_code == 404, "a commander sees no cards"


def test_a_fever_at_the_gate_asks_for_a_call_and_nobody_is_turned_back(town: dict[str, int]) -> None:
    gates.closed(collects="temperature")
    with door.ledger() as ledger:
        ledger.execute("update community_household set building = '3', stairwell = '2', room = '501' where id = 7")
    one, id = phone(), str(uuids.uuid7())
    body = {"id": id, "temp10": 373, "at": NINE.isoformat(), "telephone": "13912345678"}
    assert sent(one, "/gate/call", 422, **body, door="9-9-999")["code"] == "unknown_household"
    assert sent(one, "/gate/call", 422, **(body | {"telephone": "12"}), door="7")["field"] == "telephone"
    assert sent(one, "/gate/call", 422, **body, door="90")["code"] == "unknown_household", "a door of another community"
    for _ in range(2):  # sent again from a phone that got no answer
        sent(one, "/gate/call", **body, door="3-2-501")
    [(key, state, data)] = world.rows("exception")
    assert (key, state, data["household"], data["temp10"], data["callback"]) == (id, "open", 7, 373, f"exception/{id}")
    assert "37.3 ℃" in world.page("doctor", "/today")
    closing = world.said("exception.closed", {"exception": key, "outcome": "well"}, at=NINE, place=5)
    before = world.rows("gate")
    assert world.say(closing, authority=holder_of(town["doctor"])).accepted == 1
    assert world.rows("gate") == before and set(listed(one)["asks"]) == {"passes", "temperature"}


def test_whoever_feels_ill_is_rung_also_where_no_measure_takes_temperatures(town: dict[str, int]) -> None:
    one, id = phone(), str(uuids.uuid7())
    sent(one, "/gate/call", id=id, door="7", at=NINE.isoformat())
    [(key, state, data)] = world.rows("exception")
    assert (key, state, data["household"], data["temp10"], data["concerns"]) == (id, "open", 7, None, ["unwell"])


def test_names_are_taken_only_where_ordered_lie_sealed_and_are_gone_after_fourteen_days(town: dict[str, int]) -> None:
    gates.closed()
    one = phone()
    entry = named()
    assert sent(one, "/gate/enter", 422, **entry)["field"] == "name", "counts are ordered, not names"
    measures.approved(collects="names", limits=["visiting"], type="data_collection", start="2020-03-11T09:30",
                      until="2020-03-24T12:00", review="2020-03-17T12:00", outing_days="", groups=["visitors"],
                      beside=[])  # fmt: skip
    world.at(NINE.replace(minute=40))
    assert "names" in listed(one)["asks"]
    for _ in range(2):  # sent again from a phone that got no answer
        sent(one, "/gate/enter", **(entry | {"at": NINE.replace(minute=35).isoformat()}))
    with door.ledger() as ledger:
        held = ledger.execute("select expires_at, sees from people_vault_key where owner like 'gate/%'").fetchall()
        assert held == [(NINE.replace(minute=40) + dt.timedelta(days=14), "cases")]
        for table in ("people_vault_item", "people_vault_index"):
            text = str(ledger.execute(f"select * from {table}").fetchall())
            assert "王小明" not in text and "13812345678" not in text
        assert ledger.execute("select count(*) from people_vault_index where owner like 'gate/%'").fetchone() == (0,)
    assert "1 entry lies sealed; the first is erased by itself on 2020-03-25 09:40" in world.words("lead", "/gates/")
    again = entry | {"at": NINE.replace(minute=35).isoformat(), "name": "李大明"}
    sent(one, "/gate/enter", **again)  # under the same number: it takes the place of none
    assert "2 entries lie sealed" in world.words("lead", "/gates/")
    world.at(NINE + dt.timedelta(days=2))
    assert sent(one, "/gate/enter", 422, **again)["field"] == "at", "nobody writes down who passed days ago"
    world.at(NINE + dt.timedelta(days=15))
    sweeping.sweep()
    with door.ledger() as ledger:
        assert ledger.execute("select count(*) from people_vault_item where owner like 'gate/%'").fetchone() == (0,)
        assert ledger.execute("select keys_destroyed, signature is not null from people_deletion_report"
                              " order by id desc limit 1").fetchone() == (2, True)  # fmt: skip


def test_sheets_with_names_are_owed_until_they_are_destroyed(town: dict[str, int]) -> None:
    gates.closed()
    html = world.page("lead", f"/gates/?open=list-{gates.GATE}")
    assert "A paper list of names came in" in html
    taken = world.said("gate_list.taken_in", {"gate": gates.GATE, "day": "2020-03-11", "sheets": 2}, at=NINE, place=5)
    assert world.say(taken, authority=holder_of(town["lead"])).accepted == 1
    with door.ledger() as ledger:
        due = ledger.execute("select due from ledger_owed where what = 'destroy_list'").fetchone()
    assert due == (dt.datetime(2020, 3, 26, 0, 0, tzinfo=NINE.tzinfo),)
    assert "2 sheets of 2020-03-11 lie in the cupboard" in world.words("lead", "/gates/")
    form = {"subject": f"gate_list/{taken.id}", "what": "destroy_list", "at": "5", "act": "destroyed", "by": "burnt"}
    assert world.client("lead").post("/today/act", {"id": str(uuids.uuid7()), **form}).status_code == 302
    assert [state for _key, state, _data in world.rows("gate_list")] == ["destroyed"]


def lent_at_the_desk(hours: str = "8") -> Client:
    """A phone that the lead lends on the page of the gates, opened."""
    lead = world.browser("lead")
    form = hidden(lead.get("/gates/").content.decode(), f"lend-{gates.GATE}")
    shown = lead.post("/gates/", form | {"hours": hours}).content.decode()
    one = Client(headers={"Accept-Language": "en", "Accept": "application/json"})
    address = re.search(r"/gate/in/[\w-]+", shown)
    assert address and one.get(address.group()).status_code == 302
    return one


def press(what: str, act: str, noun: str, **fields: str) -> None:
    [(key, _state, _data)] = world.rows(noun)
    world.post("lead", "/today/act", subject=f"{noun}/{key}", what=what, at="5", act=act, **fields)


def test_a_phone_owes_todays_keys_and_then_itself(town: dict[str, int]) -> None:
    gates.closed()
    world.at(NINE.replace(hour=20))
    one = lent_at_the_desk()
    keys, itself = "See that the gate", "Get the gate"
    assert keys in world.words("lead", "/today"), "it never had any"
    listed(one)
    shown = world.words("lead", "/today")
    assert keys not in shown and itself not in shown
    world.at(NINE + dt.timedelta(hours=15))  # midnight: its keys are those of yesterday
    shown = world.words("lead", "/today")
    assert keys in shown and "last seen 03-11 20:00; it must get a network once" in shown and "Phone" in shown
    listed(one)
    assert keys not in world.words("lead", "/today")
    world.at(NINE + dt.timedelta(hours=19))  # four o'clock: its shift is over
    assert one.get("/gate/list.json").status_code == 401
    shown = world.words("lead", "/today")
    assert itself in shown and keys not in shown
    press("get_phone_back", "returned", "gate_phone", how="lost")
    assert [(state, data["how"]) for _key, state, data in world.rows("gate_phone")] == [("back", "lost")]
    assert itself not in world.words("lead", "/today") and "收回小区门手机" not in world.words(
        "lead", "/today", "zh-hans"
    )


def test_a_phone_that_is_taken_back_on_today_is_no_gates_any_more_and_undone_it_is_again(town: dict[str, int]) -> None:
    gates.closed()
    one = lent_at_the_desk()
    phone_ = listed(one)["phone"]
    says(one, "gate.shift_began", gate=gates.GATE, until=NINE.replace(hour=17).isoformat(), phone=phone_)
    world.at(NINE.replace(hour=10))
    [(key, _state, _data)] = world.rows("gate_phone")
    with door.ledger() as ledger:
        ledger.execute("update gates_phone set keys_day = '2020-03-10'")
    lead = world.browser("lead")
    lead.post("/gates/", hidden(lead.get("/gates/").content.decode(), f"back-{phone_}"))
    assert one.get("/gate/list.json").status_code == 401 and states() == ["unkept"]
    with door.ledger() as ledger:
        [(fact,)] = ledger.execute("select f.id from ledger_fact f join ledger_kind k on k.id = f.kind"
                                   " where k.name = 'gate_phone.ended'").fetchall()  # fmt: skip
    back = world.said("fact.withdrawn", {"reason": "slip"}, at=NINE.replace(hour=10), place=5, corrects=fact)
    assert world.say(back, authority=holder_of(town["lead"])).accepted == 1
    assert listed(one)["phone"] == phone_ and key


def test_names_of_a_gate_are_owed_where_the_clock_did_not_erase_them(town: dict[str, int]) -> None:
    gates.closed(collects="names", type="data_collection", groups=["visitors"], limits=["visiting"], outing_days="")
    one = phone()
    for _ in range(2):
        sent(one, "/gate/enter", **named())
    [(key, state, data)] = world.rows("gate_register")
    assert (key, state) == (f"{gates.GATE}-2020-03-11", "lies") and "王" not in json.dumps(data, default=str)
    gone = {"gate": gates.GATE, "day": "2020-03-11"}
    early = world.said("gate_register.erased", gone, at=NINE, place=5)
    assert world.say(early, authority=holder_of(town["lead"])).refused[0].field == "day", "they lie there"
    owed = "Erase the names that the gate wrote down"
    world.at(NINE + dt.timedelta(days=14, hours=14))
    assert owed not in world.words("lead", "/today")
    world.at(NINE + dt.timedelta(days=14, hours=16))  # nothing ran that night
    follow.tick()
    assert world.rows("gate_register")[0][1] == "lies"
    shown = world.words("lead", "/today")
    assert owed in shown and "Names of 2020-03-11" in shown and "2 entries lie sealed" in shown
    press("erase_register", "erase", "gate_register")
    assert world.rows("gate_register")[0][1] == "erased" and owed not in world.words("lead", "/today")
    with door.ledger() as ledger:
        assert ledger.execute("select count(*) from people_vault_item where owner like 'gate/%'").fetchone() == (0,)
        assert ledger.execute("select keys_destroyed, reason from people_deletion_report order by id desc limit 1"
                              ).fetchone() == (2, "expired")  # fmt: skip


def test_names_that_the_clock_erased_are_told_as_gone_by_themselves(town: dict[str, int]) -> None:
    gates.closed(collects="names", type="data_collection", groups=["visitors"], limits=["visiting"], outing_days="")
    sent(phone(), "/gate/enter", **named())
    world.at(NINE + dt.timedelta(days=15))
    sweeping.sweep()
    follow.tick()
    assert [state for _key, state, _data in world.rows("gate_register")] == ["erased"]
    assert "Erase the names" not in world.words("lead", "/today")


def hidden(html: str, name: str) -> dict[str, str]:
    form = next(
        one for one in re.findall(r"<form[^>]*method=.post.*?</form>", html, re.DOTALL) if f'value="{name}"' in one
    )
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))


def test_a_phone_is_lent_for_no_longer_than_the_signed_table_says(monkeypatch: pytest.MonkeyPatch) -> None:
    assert forms.shifts() == [4, 8, 12, 24]
    monkeypatch.setattr(forms.limits, "hours", {"lend_h": dt.timedelta(hours=8)}.__getitem__)
    assert forms.shifts() == [4, 8]


def test_the_lead_lends_a_phone_issues_cards_and_prints_them(town: dict[str, int]) -> None:
    gates.closed()
    lead = world.client("lead")
    form = hidden(lead.get("/gates/").content.decode(), f"lend-{gates.GATE}")
    shown = lead.post("/gates/", form | {"hours": "8"}).content.decode()
    address = re.search(r"/gate/in/([\w-]{20,})", shown)
    assert address and "cannot be shown again" in shown
    one = Client()
    one.get(address[0])
    number = listed(one)["phone"]
    page = world.words("lead", "/gates/")
    assert f"Phone {number}, lent until 03-11 17:00 · has today's keys, seen at 09:00" in page
    world.at(NINE + dt.timedelta(hours=7))
    path = f"/gates/?at=5&open=issue-{gates.GATE}"
    form = hidden(lead.get(path).content.decode(), f"issue-{gates.GATE}")
    refused = lead.post(path, form | {"what": "shopping", "begins": "now", "hours": "2", "cards": "2"})
    assert refused.status_code == 422 and "Say when somebody of the household was out last" in refused.content.decode()
    typed = {
        "what": "shopping",
        "begins": "now",
        "hours": "2",
        "cards": "9",
        "last_out": "2020-03-01",
        "to": "hu.pharmacy",
    }
    for _ in range(2):  # pressed twice
        lead.post(path, form | typed)
    cards = world.rows("pass")
    assert len(cards) == 9 and len({data["number"] for _key, _state, data in cards}) == 9
    paper = world.page("lead", f"/gates/cards?gate={gates.GATE}", language="zh-hans")
    assert paper.count('class="pass-card"') == 9 and paper.count("MG-01") >= 2 and "湖街药店" in paper
    number = cards[0][2]["number"]
    assert f"{number[:4]} {number[4:]}" in paper
    assert world.client("zhao").get("/gates/").status_code == 404
    assert world.client("lead").get(f"/gates/cards?gate={gates.FAR}").status_code == 404
    assert len(listed(one)["cards"]) == 9 and listed(one)["sites"]["hu.pharmacy"]["en"] == "Lake pharmacy"


def test_what_no_edition_answers_goes_to_the_law_desk_and_no_card_is_issued(town: dict[str, int]) -> None:
    gates.closed(groups=["residents", "staff"])
    path = f"/gates/?at=5&open=issue-{gates.GATE}"
    lead = world.client("lead")
    form = hidden(lead.get(path).content.decode(), f"issue-{gates.GATE}")
    told = lead.post(path, form | {"what": "work", "begins": "now", "hours": "2", "cards": "1"}, follow=True)
    assert "The law desk is asked to rule" in told.content.decode() and world.rows("pass") == []
    with door.ledger() as ledger:
        owed = ledger.execute("select role, at from ledger_owed where what = 'needs_ruling' and step = 0").fetchone()
    assert owed == ("law_desk", 3)
    assert "Rule where no edition answers" in world.page("pan", "/today")


def test_a_tally_sheet_is_typed_in_and_the_desks_above_read_numbers(town: dict[str, int]) -> None:
    gates.closed()
    path, form = "/gates/", f"tally-{gates.GATE}"
    hour = NINE.replace(hour=8).isoformat()
    assert "One number at least" in world.post("lead", path, 422, form=form, hour=hour)
    world.post("lead", path, form=form, hour=hour, **{"out-staff": "40", "back-staff": "12", "out-exception": "2"})
    world.post("lead", path, form=form, hour=hour, **{"out-staff": "41", "back-staff": "12", "out-exception": "2"})
    page = world.words("lead", path)
    assert "Today out 43, in 12." in page, "the later sheet of an hour takes the place of the earlier"
    paper = world.words("lead", f"/gates/tally?gate={gates.GATE}")
    assert "MG-02" in paper and "hearses" in paper
    above = world.words("wu", "/gates/counts?at=4")
    assert re.search(r"Tongzhouli \d+ \d+ 43 12 2", above), above
    assert world.words("wu", "/gates/counts").count(" 43 12 2") == 1 and "Grid" not in above
    for who, asked, status in (("charlie", "", 404), ("lead", "", 404), ("wu", "?at=99999", 404)):
        world.get(who, f"/gates/counts{asked}", status)
