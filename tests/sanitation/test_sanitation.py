"""Sanitation: a home after a case with its hour of reopening, waste by weight at both ends, the clean-up, the text."""

from __future__ import annotations

import datetime as dt
import uuid
from types import SimpleNamespace
from typing import Any

import furnished
import pytest
import world
from django.db import transaction

from tongzhou.coverage.queries import coverage
from tongzhou.ledger import door, follow
from tongzhou.ledger.kinds import Said
from tongzhou.measures.entry import Measure
from tongzhou.people.scope import holder_of, set_scope
from tongzhou.sanitation import announce, rule

pytestmark = pytest.mark.postgres
PATH = "/sanitation/"
HOUR = dt.timedelta(hours=1)


def fact(kind: str, body: dict[str, Any], place: int, at: dt.datetime = world.NOW, **more: Any) -> Said:
    import msgspec

    return msgspec.structs.replace(world.said(kind, body, place=place, at=at), **more)


def identified(at: dt.datetime = world.NOW - HOUR, home: int | None = 6, **more: Any) -> tuple[Said, Said]:
    sent = fact("referral.made", {"household": 3}, 6, at - HOUR, reporting=3)
    case = fact("case.identified", {"classification": "suspected", "referral": str(sent.id)} | more, 3, at,
                home=home, reporting=3)  # fmt: skip
    world.say(sent, case)
    follow.catch_up()
    return sent, case


def disinfections() -> list[tuple[str, dict[str, Any]]]:
    return [(state, data) for _key, state, data in world.rows("disinfection")]


def test_a_case_that_is_identified_has_its_home_disinfected_once(staff: dict[str, int]) -> None:
    _sent, case = identified()
    follow.catch_up()
    [(state, data)] = disinfections()
    assert state == "waiting" and data["household"] == 3 and data["edition"] == "plan_2020_01"
    assert "case" not in data and "person" not in data, "the door, and nothing of who it is"
    page = world.page("lead", PATH)
    assert "Door 3" in page and "1 home is to be disinfected." in page
    assert world.client("zhao").get(PATH).status_code == world.client("duty").get(PATH).status_code == 404
    with door.ledger() as ledger:
        due = ledger.execute("select due, rule from ledger_owed where what = 'disinfect' and step = 0").fetchall()
    assert due == [(world.NOW + 11 * HOUR, "DISINF-01")]

    [(key, _state, _data)] = world.rows("disinfection")
    world.post("lead", PATH, 422, form=f"done/{key}", about=f"disinfection/{key}", agent="chlorine_1000")
    world.post("lead", PATH, form=f"not/{key}", about=f"disinfection/{key}", problem="no_material")
    assert disinfections()[0][0] == "not_done", "it is owed still"
    world.post("lead", PATH, form=f"done/{key}", about=f"disinfection/{key}", agent="chlorine_1000", done_by="property",
               litres="20")  # fmt: skip
    [(state, data)] = disinfections()
    reopens = dt.datetime.fromisoformat(data["reopens_at"])
    assert (state, reopens) == ("done", world.NOW + dt.timedelta(minutes=90))
    assert "closed until 03-10 10:30" in world.page("lead", PATH)
    assert "03-10 10:30 前不能进" in world.page("lead", PATH, language="zh-hans")
    world.at(world.NOW + 2 * HOUR)
    assert "open since 03-10 10:30" in world.page("lead", PATH)
    world.say(fact("case.classified", {"case": str(case.id), "classification": "confirmed", "basis": "pcr"}, 3))
    follow.catch_up()
    assert len(disinfections()) == 1, "confirmed later it is the same case"


def test_an_excluded_case_calls_it_off_and_a_withdrawn_one_takes_it_back(staff: dict[str, int]) -> None:
    _sent, case = identified()
    world.say(fact("case.classified", {"case": str(case.id), "classification": "excluded", "basis": "two_negatives"},
                   3))  # fmt: skip
    follow.catch_up()
    assert [state for state, _data in disinfections()] == ["off"]
    _sent, other = identified(world.NOW)
    world.say(fact("fact.withdrawn", {}, 3, corrects=other.id))
    follow.catch_up()
    assert sorted(state for state, _data in disinfections()) == ["off", "void"]


def test_nothing_is_disinfected_without_a_dated_rule(staff: dict[str, int]) -> None:
    before = dt.datetime(2020, 1, 20, 9, tzinfo=world.NOW.tzinfo)
    assert rule.in_force(before.date()) is None and rule.in_force(world.NOW.date()) is not None
    identified(before)
    assert disinfections() == []
    body = {"what": "home", "edition": "plan_2020_01", "household": 3}
    refused = world.say(fact("disinfection.ordered", body, 6, before)).refused
    assert refused[0].field == "body.edition"
    assert rule.reopens("plan_2020_01", "vinegar", world.NOW) is None, "an agent that no rule names opens nothing"


def test_history_of_a_list_and_a_case_without_a_home_order_nothing(staff: dict[str, int]) -> None:
    identified(world.NOW - dt.timedelta(days=20), source="plain")
    identified(home=None)
    assert disinfections() == []


def test_a_corrected_identification_orders_anew_only_what_is_not_done(staff: dict[str, int]) -> None:
    _sent, case = identified()
    [(key, *_rest)] = world.rows("disinfection")
    done = {"disinfection": key, "outcome": "done", "agent": "chlorine_1000", "done_by": "cdc"}
    world.say(fact("disinfection.done", done, 6))
    again = {"classification": "confirmed", "onset": "2020-03-08"}
    world.say(fact("case.identified", again, 3, world.NOW - HOUR, home=6, reporting=3, corrects=case.id))
    follow.catch_up()
    assert [state for state, _data in disinfections() if state in ("waiting", "not_done")] == []


def waste(reporting: int | None = 3, **more: Any) -> Said:
    body = {"slip": 2041, "sort": "masks", "bags": 4, "weight10": 100} | more
    return fact("waste.collected", body, 5, reporting=reporting)


def test_waste_is_weighed_at_both_ends_and_a_difference_is_explained(staff: dict[str, int]) -> None:
    world.post("lead", PATH, form="collect", slip="2041", sort="masks", bags="4", weight10="10.0")
    [(key, state, data)] = world.rows("manifest")
    assert (state, data["weight10"], data["bags"]) == ("made", 100, 4)

    def owed() -> list[tuple[str, str, int]]:
        with door.ledger() as ledger:
            found = "select what, role, place from ledger_owed where noun = 'manifest' and step = 0"
            return ledger.execute(found).fetchall()

    assert owed() == [("receive_waste", "supply_officer", 3)]
    world.say(fact("waste.received", {"manifest": key, "bags": 4, "weight10": 97}, 3))
    assert world.rows("manifest")[0][1] == "received" and owed() == [], "scales differ by as much"
    world.say(waste(slip=2042))
    other = next(one for one, state, _data in world.rows("manifest") if state == "made")
    world.say(fact("waste.received", {"manifest": other, "bags": 3, "weight10": 76}, 3))
    assert owed() == [("explain_waste", "supply_officer", 3)]
    assert "the plant weighed something else" not in (page := world.words("lead", PATH))
    assert "3 bags, 7.6 kg · differs: to be explained" in page
    gone = world.said("fact.withdrawn", {"reason": "slip"}, place=5, corrects=uuid.UUID(other))
    assert world.say(gone).refused[0].code == "already_decided", "what the plant weighed does not vanish"
    world.say(fact("waste.explained", {"manifest": other, "why": "other_manifest"}, 3))
    assert owed() == [] and "bags went under another manifest" in world.words("lead", PATH)


def test_a_manifest_has_one_number_of_its_sender_a_site_of_its_own_and_a_plant_that_receives_it(
    staff: dict[str, int],
) -> None:
    first = waste()
    assert not world.say(first).refused
    assert world.say(waste(bags=9)).refused[0].field == "slip", "the plant could not know which was meant"
    told = world.say(waste(slip=2050), waste(slip=2050))
    assert told.accepted == 1 and told.refused[1].field == "slip", "also in one request"
    corrected = fact("waste.collected", {"slip": 2041, "sort": "masks", "bags": 5, "weight10": 100}, 5, reporting=3,
                     corrects=first.id)  # fmt: skip
    assert world.say(corrected).accepted == 1
    for where in (None, 6, 5):  # nobody, a grid, the sender itself
        assert world.say(waste(slip=2060, reporting=where)).refused[0].field == "reporting"
    assert world.say(waste(slip=2060, site="gj.whatever")).refused[0].code == "unknown_site"
    furnished.bring("xz.far,compound,远里,Far,980201001001,2020-01-01,,,,,,,,,,,\n")
    speaks = holder_of(staff["lead"])
    assert world.say(waste(slip=2060, site="xz.far"), authority=speaks).refused[0].code == "not_yours"


def test_a_disinfection_is_of_a_door_that_lies_there_or_of_a_site_that_there_is(staff: dict[str, int]) -> None:
    for body, field in (
        ({"what": "home", "household": 99}, "household"),
        ({"what": "home", "household": 999999}, "household"),
        ({"what": "home"}, "household"),
        ({"what": "site"}, "site"),
        ({"what": "site", "site": "gj.whatever"}, "site"),
    ):
        ordered = fact("disinfection.ordered", body | {"edition": "plan_2020_01"}, 6)
        assert world.say(ordered, authority=holder_of(staff["lin"])).refused[0].field == field, body


def test_a_clean_up_puts_itself_into_the_text_of_the_day(staff: dict[str, int]) -> None:
    aloud = PATH + "loudspeaker"
    before = world.words("lead", aloud)
    assert "ditches" not in before and "Not read out yet today; by 10:00." in before
    world.post("lead", PATH, form="call", day="2020-03-10", works=["ditches", "rubbish"])
    assert "Today we clean: ditches and ponds; rubbish at doors" in world.words("lead", aloud)
    assert "清沟渠和池塘" in world.words("lead", aloud, language="zh-hans")
    [(key, state, _data)] = world.rows("cleanup")
    assert state == "waiting"
    with transaction.atomic():
        set_scope(holder_of(staff["lead"]))
        [unit] = coverage([5], world.NOW)
    assert unit.found["announcements"].n == 1 and unit.found["cleanups"].n == 1
    world.post("lead", aloud, how="loudspeaker")
    world.post("lead", PATH, form=f"told/{key}", about=f"cleanup/{key}", people="34")
    with transaction.atomic():
        set_scope(holder_of(staff["lead"]))
        [unit] = coverage([5], world.NOW)
    assert unit.found["announcements"].n == 0 and unit.found["cleanups"].n == 0
    assert "Read out today, first at 09:00" in world.words("lead", aloud)


def test_the_text_of_the_day_says_the_number_twice_in_digits_and_what_holds_today(
    staff: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    aloud = PATH + "loudspeaker"
    assert "telephone: " not in world.words("lead", aloud), "where nobody keeps a number none is said"
    assert world.say(world.said("desk.numbered", {"place": 5, "telephone": "000-2100-0004"}, place=5)).accepted
    held = {"type": "closed_management", "limits": ["leaving"], "outing_days": 3, "passes": ["dialysis"], "places": [5],
            "appeal": 3}  # fmt: skip
    until = world.NOW + 24 * HOUR
    one = Measure("m", 5, "approved", "in_force", held | {"start": world.NOW, "until": until})
    monkeypatch.setattr(announce, "register", SimpleNamespace(in_force=lambda _place, _now: [one]))
    text = world.words("lead", aloud)
    assert text.count("000 2100 0004") == 2 and "ends by itself at 11 March 2020, 09:00" in text
    assert "once in 3 days" in text and "Always let through, at once and without proof" in text
    assert world.words("lead", aloud, language="zh-hans").count("000 2100 0004") == 2


def test_the_sheet_on_paper_has_its_number_and_no_name(staff: dict[str, int]) -> None:
    identified()
    paper = world.words("lead", PATH + "paper")
    assert "GZ-03" in paper and "Door 3" in paper and "Finished at" in paper
    assert "GZ-02" in world.words("lead", "/coverage/paper")
