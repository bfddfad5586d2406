"""From a fever at a door to a case: nobody at the door diagnoses, the clinic may not refuse, clocks ask and never
punish."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace

import pytest
import uuid_utils.compat as uuids
import world
from django.test import Client
from world import EVENING, at, client, fever, page, post, referred, rows, suspected

from tongzhou import rules
from tongzhou.ledger import door, follow
from tongzhou.rules.words import Term, vocabulary

pytestmark = pytest.mark.postgres


@pytest.fixture
def staff(staff: dict[str, int]) -> dict[str, int]:
    at(EVENING)
    return staff


def test_a_fever_at_the_door_is_a_call_back_and_no_case(staff: dict[str, int]) -> None:
    first = fever()
    at(EVENING + dt.timedelta(minutes=20))
    text = page("doctor", "/callbacks/")
    assert "Door 3" in text and "38.5" in text and "waiting 5 h 20 min" in text and "13800001111" not in text
    assert "13800001111" in post("doctor", "/callbacks/", 200, by=world.browser, form=f"number/{first}")
    with door.ledger() as connection:
        assert connection.execute("select staff, purpose from people_reading").fetchall() == [
            (staff["doctor"], "call_back")
        ]
    assert rows("case") == []
    # Nobody answered: it stays on the list. At home: it leaves the list, and nobody is referred.
    post("doctor", "/callbacks/", form=f"call/{first}", advice="no_answer")
    assert "tried once" in page("doctor", "/callbacks/")
    post("doctor", "/callbacks/", form=f"call/{first}", advice="stay_home", spo2="98")
    assert "Nobody waits for a call" in page("doctor", "/callbacks/") and rows("referral") == []
    assert rows("exception")[0][2]["spo2"] == 98


def test_what_is_typed_wrong_is_named_and_nothing_is_kept(staff: dict[str, int]) -> None:
    exception = fever()
    form = {"form": f"call/{exception}", "advice": "clinic", "clinic": "x", "spo2": "abc", "temp10": "60"}
    text = post("doctor", "/callbacks/", 422, **form)
    assert text.count('class="err"') == 3 and all(f'value="{typed}"' in text for typed in ("abc", "60"))
    assert "3 things to put right" in text and "60? From 30.0 to 45.0." in text
    assert "One of the choices" in post("doctor", "/callbacks/", 422, form=f"call/{exception}", advice="dismiss")
    assert rows("exception")[0][1] == "open" and rows("referral") == []


def test_the_clinic_sees_who_is_sent_and_can_only_see_them(staff: dict[str, int]) -> None:
    referral = referred()
    text = page("tang", "/clinic/")
    assert "Grid 1" in text and "38.4" in text and "SpO₂ 95" in text and "exposed" in text
    assert "refuse" not in re.sub(r"a referral cannot be refused", "", text).lower()
    assert "One of the choices" in post("tang", "/clinic/", 422, form=f"seen/{referral}", outcome="refused")
    page("an", f"/clinic/{referral}/identify", 404)  # the clinic of another county
    assert "Nobody is on the way" in page("an", "/clinic/")
    page("zhao", "/clinic/", 404)
    at(EVENING + dt.timedelta(minutes=50))
    post("tang", "/clinic/", form=f"seen/{referral}", outcome="arrived")
    assert "arrived 03-10 21:50" in page("doctor", "/callbacks/")  # the clinic's reply comes back


def test_the_definition_proposes_and_the_clinician_judges(staff: dict[str, int]) -> None:
    referral = referred()
    text = post("tang", f"/clinic/{referral}/identify", 200, say="ask", E1="yes", C1="yes", C2="yes")
    assert "suspected" in text and "exposure and clinical criteria are met" in text
    assert "Diagnosis and Treatment Protocol, trial 7" in text and "CASE-T7" not in text
    assert len(re.findall('value="yes"[^>]*checked', text)) == 3  # nothing said is lost by asking
    text = post("tang", f"/clinic/{referral}/identify", 200, say="ask", E2="yes", C1="yes")
    assert "not enough is known" in text and "not suspected" not in text  # the CT was not done: that is no "no"
    assert "Not known: exposure in the 14 days before onset, clinical picture" in text
    denied = {f"E{n}": "no" for n in range(1, 5)}
    text = post("tang", f"/clinic/{referral}/identify", 200, say="ask", **denied, C1="yes", C2="no")
    assert "not suspected" in text and rows("case") == []


def test_a_criterion_of_a_new_edition_is_asked_without_a_change_of_the_page(staff: dict[str, int], monkeypatch) -> None:
    lost_smell = Term("C4", "嗅觉味觉减退", "lost smell or taste", within="clinical")
    monkeypatch.setitem(vocabulary("criteria").terms, "C4", lost_smell)
    old = rules.book()
    packs = [
        replace(pack, parameters={**pack.parameters, "clinical": ("C1", "C2", "C4")})
        if pack.rule_id == "CASE-T7"
        else pack
        for pack in old.packs
    ]
    monkeypatch.setattr(rules, "book", lambda: rules.RuleBook(packs))
    text = page("tang", "/clinic/identify")
    assert "Lost smell or taste" in text and "White cells" not in text
    assert "嗅觉味觉减退" in page("tang", "/clinic/identify", language="zh-hans")
    denied = {f"E{n}": "no" for n in range(1, 5)}
    said = {
        "say": "identify",
        **denied,
        "C1": "yes",
        "C2": "no",
        "C4": "yes",
        "home": "3",
        "classification": "suspected",
    }
    post("tang", "/clinic/identify", **said)
    assert rows("case")[0][2]["clinical"] == ["C1", "C4"] and "C2" in rows("case")[0][2]["denied"]


def test_identified_at_2330_reported_at_0131_is_missed_by_a_minute(staff: dict[str, int]) -> None:
    key = suspected()
    assert "1 h 0 min left" in at_page(key, EVENING.replace(hour=23, minute=30) + dt.timedelta(hours=1))
    assert "soon due" in at_page(key, EVENING.replace(hour=23, minute=30) + dt.timedelta(minutes=91))
    late = EVENING.replace(hour=23, minute=30) + dt.timedelta(hours=2, minutes=1)
    at(late)
    post("tang", f"/cases/{key}", form="reported", card="420111-2020-00017")
    text = page("tang", f"/cases/{key}")
    assert "missed" in text and "by 1 min" in text and "What blocked you?" in text
    assert "1 missed clock asks" in page("lin", "/cases/")
    post("tang", f"/cases/{key}", form="blocked-report", reason="system_down")  # one tap
    text = page("tang", f"/cases/{key}")
    assert "What blocked you?" not in text and "report system down" in text
    # In time to the minute is in time.
    with door.ledger() as connection:
        reported = connection.execute(
            "select f.id from ledger_fact f join ledger_kind k on k.id = f.kind where k.name = 'case.reported'"
        ).fetchone()[0]
    again = world.said("case.reported", {"case": key, "card": "420111-2020-00017"}, at=late - dt.timedelta(minutes=1),
                       place=3, corrects=reported)  # fmt: skip
    world.say(again)
    text = page("tang", f"/cases/{key}")
    assert "missed" not in text and "met" in text


def at_page(key: str, moment: dt.datetime) -> str:
    at(moment)
    return page("tang", f"/cases/{key}")


def test_the_investigation_clock_starts_at_the_cdcs_receipt(staff: dict[str, int]) -> None:
    key = suspected()
    assert "not started" in page("lin", f"/cases/{key}")
    at(EVENING + dt.timedelta(hours=5))
    post("lin", f"/cases/{key}", form="received")
    at(EVENING + dt.timedelta(hours=28))
    assert "1 h 0 min left" in page("lin", f"/cases/{key}")
    post("lin", f"/cases/{key}", form="investigated")
    assert rows("case")[0][2]["investigated_at"] is not None
    before = rows("case")[0][2]
    post("tang", f"/cases/{key}", form="received")  # not the clinician's to say, and not offered
    assert rows("case")[0][2] == before


def test_samples_and_the_history_of_classification(staff: dict[str, int]) -> None:
    key = suspected()
    follow.catch_up()
    before = json.loads(client("wu").get("/api/board/5.json?day=2020-03-10").content)["place"]
    post("tang", f"/cases/{key}", form="taken", label="S1", material="nose")
    post("lin", f"/cases/{key}", form="result-S1", result="positive")
    at(EVENING + dt.timedelta(hours=12))
    post("tang", f"/cases/{key}", form="classified", classification="confirmed", basis="pcr")
    state, data = rows("case")[0][1:]
    assert state == "confirmed" and [h["classification"] for h in data["history"]] == ["suspected", "confirmed"]
    assert data["samples"][0]["result"] == "positive"
    follow.catch_up()
    after = json.loads(client("wu").get("/api/board/5.json?day=2020-03-10").content)["place"]
    assert after.get("confirmed") == before.get("confirmed")  # what is published changes by publication alone


def test_who_sees_a_case(staff: dict[str, int]) -> None:
    key = suspected()
    for who, status in {"tang": 200, "lin": 200, "sun": 200, "an": 404, "doctor": 404, "zhao": 404, "wu": 404,
                        "charlie": 404}.items():  # fmt: skip
        page(who, f"/cases/{key}", status)
    text = page("tang", f"/cases/{key}")
    assert "王小雨" not in text and "13911112222" not in text
    assert "王小雨" in post("tang", f"/cases/{key}", 200, by=world.browser, form="open")
    with door.ledger() as connection:
        assert connection.execute("select count(*) from ledger_fact where body like '%%王小雨%%'").fetchone() == (0,)
        assert connection.execute("select purpose from people_reading").fetchall() == [("treatment",)]


def test_pressing_twice_says_it_once(staff: dict[str, int]) -> None:
    exception, id = fever(), str(uuids.uuid7())
    for _ in range(2):
        client("doctor").post("/callbacks/", {"id": id, "form": f"call/{exception}", "advice": "clinic", "clinic": "3"})
    assert len(rows("referral")) == 1 and rows("exception")[0][2]["tries"] == 1


def test_every_screen_in_both_languages(staff: dict[str, int]) -> None:
    key, exception = suspected(), fever(household=4)
    assert exception
    for who, path in [("doctor", "/callbacks/"), ("tang", "/clinic/"), ("tang", "/clinic/identify"), ("lin", "/cases/"),
                      ("lin", f"/cases/{key}")]:  # fmt: skip
        for language in ("zh-hans", "en"):
            text = Client(headers={**world.bearer(who), "Accept-Language": language}).get(path).content.decode()
            assert f'<html lang="{language}"' in text
            inside = text[text.index("<main") : text.index("</main>")]
            chinese = sum("一" <= char <= "鿿" for char in inside.replace("唐", ""))  # the name of whoever said it
            assert chinese > 15 if language == "zh-hans" else chinese == 0, (path, language, chinese)


def test_a_clinician_who_mistypes_loses_nothing_and_chooses_the_classification(staff: dict[str, int]) -> None:
    """One wrong field gives the form back with all that was typed; what the definition proposes is never chosen for
    the clinician, and asking it again changes neither the classification nor the county where somebody lives."""
    first = page("tang", "/clinic/identify")
    assert 'name="classification" value="suspected"' in first and not re.search(r'value="\w+"[^>]*checked', first)
    home = re.findall(r'<option value="(\d+)"', first.partition('name="home"')[2])[-1]
    typed = {"name": "张某某", "telephone": "13900001234", "age": "4x", "home": home, "classification": "confirmed",
             "E1": "yes", "C1": "yes", "C2": "yes", "id": str(uuids.uuid7())}  # fmt: skip
    for say, status in (("ask", 200), ("identify", 422)):
        html = post("tang", "/clinic/identify", status, say=say, **typed)
        for value in ("张某某", "13900001234", "4x"):
            assert f'value="{value}"' in html, (say, value)
        assert f'<option value="{home}" selected>' in html and re.search('value="confirmed"[^>]*checked', html)
    assert "“4x” is not a whole number" in html and "Nothing was recorded" in html and rows("case") == []


def test_nobody_in_danger_is_left_at_home_by_one_tap(staff):
    """SpO2 88 % and at home: asked about before, owed again within the hour, first on the page with its signs, and not
    closed as well again without a word; who is well measured waits for the evening."""
    keys = []
    for household, concerns in ((3, ["fever", "breathless"]), (4, ["fever"])):
        raised = world.said("exception.raised", {"household": household, "concerns": concerns, "temp10": 379}, place=6)
        assert not world.say(raised).refused
        keys.append(str(raised.id))
    first, other = keys
    line = {"subject": f"exception/{first}", "what": "call_back", "at": "6", "act": "stay_home", "spo2": "88"}
    assert "is this one for 120?" in world.post("doctor", "/today/act", 422, **line)
    form = {"form": f"call/{first}", "advice": "stay_home", "spo2": "88"}
    asked = world.post("doctor", "/callbacks/", 422, **form)
    assert "SpO2 88 %: is this one for 120?" in asked and 'name="at_home"' in asked
    assert owes(first) == ("call_back", 3)
    world.post("doctor", "/callbacks/", form=f"call/{other}", advice="stay_home", spo2="98")
    at(EVENING + dt.timedelta(minutes=10))
    world.post("doctor", "/callbacks/", **form, at_home="on")
    assert owes(first) == ("call_again", 3) and owes(other) == ("close_call", 0)
    text = page("doctor", "/callbacks/")
    assert "SpO2 88 %" in text and text.index(f"e-{first}") < text.index(f"e-{other}") and f'again/{first}"' in text
    assert "If that is over, tick here" in world.post(
        "doctor", "/callbacks/", 422, form=f"close/{first}", outcome="well"
    )
    world.post("doctor", "/callbacks/", form=f"again/{first}", advice="refuses", spo2="89")
    assert owes(first) == ("call_again", 3) and "will not go" in page("doctor", "/today") and rows("referral") == []
    at(EVENING + dt.timedelta(minutes=20))  # nothing measured: as it was measured last
    world.post("doctor", "/callbacks/", form=f"again/{first}", advice="stay_home", at_home="on")
    assert owes(first) == ("call_again", 3) and "SpO2 89 %" in page("doctor", "/callbacks/")
    world.post("doctor", "/callbacks/", 422, form=f"close/{first}", outcome="well")
    at(EVENING + dt.timedelta(minutes=30))
    world.post("doctor", "/callbacks/", form=f"again/{first}", advice="stay_home", spo2="97", at_home="on")
    world.post("doctor", "/callbacks/", form=f"again/{other}", advice="stay_home", temp10="39.4")
    assert owes(other) == ("close_call", 1)
    at(EVENING + dt.timedelta(minutes=40))
    world.post("doctor", "/callbacks/", form=f"again/{other}", advice="stay_home")
    assert owes(other) == ("close_call", 1)
    assert owes(first) == ("close_call", 0)
    well = {"form": f"close/{first}", "outcome": "well"}
    assert "Measured how much?" in world.post("doctor", "/callbacks/", 422, **well)
    assert "This is a fever" in world.post("doctor", "/callbacks/", 422, **well, temp10="38.7", said_so="on")
    world.post("doctor", "/callbacks/", **well, temp10="36.6")
    assert owes(first) is None


def test_a_fever_on_today_is_never_closed_by_one_tap_and_the_call_stands_first(staff: dict[str, int]) -> None:
    raised = world.said("exception.raised", {"household": 4, "concerns": ["fever"], "temp10": 387}, place=6)
    called = {"exception": str(raised.id), "outcome": "reached", "advice": "stay_home"}
    world.say(raised, world.said("exception.called_back", called, place=6))
    line = {"subject": f"exception/{raised.id}", "what": "close_call", "at": "6", "act": "well"}
    assert "Measured how much?" in world.post("doctor", "/today/act", 422, **line)
    assert owes(str(raised.id)) == ("close_call", 1)
    world.post("doctor", "/today/act", **line, said_so="on")
    assert owes(str(raised.id)) is None


def test_who_came_from_elsewhere_and_never_was_ill_has_an_end_of_their_own_after_fourteen_days(
    staff: dict[str, int],
) -> None:
    raised = world.said("exception.raised", {"household": 4, "concerns": ["newcomer"]}, place=6)
    called = {"exception": str(raised.id), "outcome": "reached", "advice": "stay_home", "temp10": 361}
    world.say(raised, world.said("exception.called_back", called, place=6))
    text = page("doctor", "/callbacks/")
    assert 'value="days_over"' in text and 'value="well"' not in text.partition('id="e-')[2]
    over = {"form": f"close/{raised.id}", "outcome": "days_over", "temp10": "36.4"}
    assert "14 days at home are not over yet" in world.post("doctor", "/callbacks/", 422, **over)
    at(world.NOW + dt.timedelta(days=14))
    world.post("doctor", "/callbacks/", **over)
    assert owes(str(raised.id)) is None and rows("exception")[0][2]["outcome"] == "days_over"


def owes(key: str) -> tuple[str, int] | None:
    with door.ledger() as ledger:
        return ledger.execute("select what, urgency from ledger_owed where key = %s and step = 0", [key]).fetchone()


def test_a_door_without_a_number_is_gone_to(staff):
    raised = world.said("exception.raised", {"household": 4, "concerns": ["fever"]}, place=6)
    world.say(raised)
    assert "somebody has to go there" in page("doctor", "/callbacks/") and 'value="visit"' in page("doctor", "/today")
    world.post("doctor", "/callbacks/", form=f"visit/{raised.id}")
    (task,) = rows("task")
    assert (task[2]["what"], task[2]["household"], task[2]["about"]) == ("visit", 4, f"exception/{raised.id}")
    assert "was asked to go there by 03-10 22:00" in page("doctor", "/callbacks/")
    assert 'value="visit"' not in page("doctor", "/today")


def test_whoever_is_breathless_or_short_of_oxygen_goes_on_foot_only_where_that_is_meant(staff):
    """Asked once, on the page of call-backs and on Today: 120 is one tap away, and the tick keeps the doctor's word."""
    for household, concerns, spo2, words in (
        (3, ["fever"], "91", "SpO2 91 %"),
        (4, ["breathless"], "97", "breathless"),
    ):
        raised = world.said("exception.raised", {"household": household, "concerns": concerns}, place=6)
        assert not world.say(raised).refused
        form = {"form": f"call/{raised.id}", "advice": "clinic", "clinic": "3", "temp10": "38.9", "spo2": spo2}
        asked = world.post("doctor", "/callbacks/", 422, **form)
        assert f"{words}: is this one for 120?" in asked and 'name="afoot"' in asked
        line = {"subject": f"exception/{raised.id}", "what": "call_back", "at": "6", "act": "clinic", "spo2": spo2}
        assert "is this one for 120?" in world.post("doctor", "/today/act", 422, **line, clinic="3")
        assert not [one for one in world.rows("referral") if one[2]["exception"] == str(raised.id)]
        world.post("doctor", "/callbacks/", **form, afoot="on")
        (sent,) = [one for one in world.rows("referral") if one[2]["exception"] == str(raised.id)]
        assert sent[2]["how"] == "self"


def test_the_number_that_was_opened_stands_there_still_when_a_field_is_refused_and_is_no_second_look(
    staff: dict[str, int],
) -> None:
    fever(household=4)
    key = rows("exception")[0][0]
    wrong = {"form": f"call/{key}", "advice": "stay_home", "temp10": "50"}
    assert 'href="tel:' not in world.post("doctor", "/callbacks/", 422, by=world.browser, **wrong), "nothing was opened"
    assert 'href="tel:13800001111"' in world.post("doctor", "/callbacks/", 200, by=world.browser, form=f"number/{key}")
    assert 'href="tel:13800001111"' in world.post("doctor", "/callbacks/", 422, by=world.browser, **wrong)
    assert 'href="tel:' not in page("doctor", "/callbacks/")
    with door.ledger() as ledger:
        looks = ledger.execute("select count(*) from people_reading where owner = %s", [f"exception/{key}"]).fetchone()
    assert looks == (1,)
