"""A medicine that somebody takes every day: alarm, pharmacy, another brand, the rest, and nobody else's business."""

from __future__ import annotations

import datetime as dt

import pytest
import world
from medicines_town import answered, asked, data, furnish, open_scripts, owed, refused, said, state, taken, wanted

from tongzhou.ledger import door
from tongzhou.people.scope import holder_of

pytestmark = pytest.mark.postgres


@pytest.fixture
def staff(staff: dict[str, int]) -> dict[str, int]:
    return staff | furnish()


def at_day(day: int, hour: int = 9) -> dt.datetime:
    moment = world.NOW.replace(day=day, hour=hour)
    world.at(moment)
    return moment


def test_two_days_before_the_last_dose_somebody_owes_that_it_comes_and_more_do_where_it_is_late(
    staff: dict[str, int],
) -> None:
    key = wanted(last="2020-03-20")
    assert owed() == [], "ten days are left"
    at_day(15)
    assert owed() == [("ask_pharmacy", "community_lead")], "five days before"
    at_day(18, 7)
    assert ("last_dose_near", "community_lead") not in owed()
    at_day(18, 8)
    assert ("last_dose_near", "community_lead") in owed(), "the number of days stands in rulebooks/policies/medicines"
    with door.ledger() as connection:
        steps = connection.execute(
            "select role, place, owes_from from ledger_owed where what = 'last_dose_near' order by step"
        ).fetchall()
    noon = world.NOW.replace(day=20, hour=12)
    assert steps[1:] == [("desk", 4, noon), ("desk", 3, noon + dt.timedelta(hours=4))], steps
    script = asked(key, at=at_day(18, 9))
    assert ("last_dose_near", "community_lead") in owed(), "asked is not brought"
    answered(script, key, "ready")
    bag = {"bag": script, "remedy": key}
    taken(said("bag.fetched", bag, at=at_day(19)), said("bag.handed", bag | {"outcome": "taken"}, at=at_day(19, 10)))
    assert owed() == [] and data("remedy", key)["last_dose"] == "2020-04-17", "28 days after the last dose"
    at_day(20, 13)
    assert owed() == []


def test_a_part_is_carried_and_the_rest_stays_owed_by_the_pharmacy(staff: dict[str, int]) -> None:
    key = wanted()
    script = asked(key)
    assert owed("script") == [("fill_script", "pharmacist")]
    assert (
        refused(said("script.answered", {"script": script, "remedy": key, "outcome": "partly", "given": 2})).field
        == "given"
    )
    answered(script, key, "partly", given=1, there_on="2020-03-14")
    [rest] = open_scripts(key)
    told = data("script", rest)
    assert (told["quantity"], told["rest"], told["due"]) == (1, True, "2020-03-14") and rest != script
    assert owed("script", "bag") == [("fetch_bag", "volunteer"), ("fill_script", "pharmacist")]
    bag = {"bag": script, "remedy": key}
    taken(said("bag.fetched", bag), said("bag.handed", bag | {"outcome": "taken"}))
    assert data("remedy", key)["last_dose"] == "2020-03-26" and state("remedy", key) == "asked"
    assert data("bag", rest)["number"] != data("bag", script)["number"], "a bag of its own"


def test_another_brand_is_asked_of_the_doctor_and_never_put_in_unasked(staff: dict[str, int]) -> None:
    key = wanted()
    script = asked(key)
    assert (
        refused(said("script.answered", {"script": script, "remedy": key, "outcome": "other_brand"})).field == "brand"
    )
    answered(script, key, "other_brand", brand="Norvasc")
    assert state("script", script) == "brand" and state("bag", script) == "empty"
    assert ("judge_brand", "community_doctor") in owed() and owed("script", "bag") == []
    word = {"remedy": key, "script": script}
    assert refused(said("remedy.judged", word | {"outcome": "yes"}), by=holder_of(staff["lead"])).code == "not_yours"
    taken(said("remedy.judged", word | {"outcome": "yes"}), by=holder_of(staff["doctor"]))
    assert state("script", script) == "allowed" and owed("script") == [("fill_script", "pharmacist")]
    answered(script, key, "ready")
    assert state("bag", script) == "packed"
    other = wanted(household=2)
    script = asked(other)
    answered(script, other, "other_brand", brand="Norvasc")
    taken(said("remedy.judged", {"remedy": other, "script": script, "outcome": "no"}))
    assert ("ask_another", "community_lead") in owed() and state("bag", script) == "empty"


def test_out_of_stock_another_pharmacy_is_asked_also_in_another_county(staff: dict[str, int]) -> None:
    key, lead = wanted(), holder_of(staff["lead"])
    first = asked(key, by=lead)
    answered(first, key, "out", who=holder_of(staff["pharma"]), elsewhere="far")
    assert state("remedy", key) == "out" and data("remedy", key)["elsewhere"] == "far"
    assert ("ask_another", "community_lead") in owed()
    second = asked(key, "far", by=lead)
    answered(second, key, "ready", place=10, who=holder_of(staff["other"]))
    assert state("bag", second) == "packed" and state("remedy", key) == "ready"
    foreign = said("script.answered", {"script": second, "remedy": key, "outcome": "out"})
    assert refused(foreign, by=holder_of(staff["pharma"])).code == "not_yours", "another pharmacy's request"
    assert state("script", second) == "ready"


def test_what_was_asked_of_one_pharmacy_is_called_off_when_another_is_asked_or_nobody_needs_it(
    staff: dict[str, int],
) -> None:
    key = wanted()
    first = asked(key)
    assert refused(said("remedy.asked", {"remedy": key, "pharmacy": "near"})).code == "stale"
    second = asked(key, "far")
    assert (state("script", first), state("script", second)) == ("dropped", "waiting")
    taken(said("remedy.ended", {"remedy": key, "why": "moved"}))
    assert state("script", second) == state("bag", second) == "dropped" and owed() == []


def test_a_need_that_was_stated_is_taken_over_and_owed_once(staff: dict[str, int]) -> None:
    need = said("need.stated", {"household": 1, "items": {"medicine": 1}, "medicine_last_dose": "2020-03-12"}, place=6)
    mixed = said("need.stated", {"household": 2, "items": {"medicine": 1, "food": 1}}, place=6)
    taken(need, mixed)
    assert ("bring_medicine", "community_lead") in owed("need")
    given = {"household": 2, "medicine": "med", "quantity": 2, "of": "box", "lasts": 28, "last_dose": "2020-03-12"}
    assert refused(said("remedy.wanted", given | {"need": str(need.id)}, home=6)).field == "need", "another door's"
    wanted(need=str(need.id))
    wanted(household=2, need=str(mixed.id))
    assert state("need", str(need.id)) == "carried" and owed("need") == [("bring_medicine", "community_lead")]
    assert state("need", str(mixed.id)) == "open", "its food is brought still"


def test_each_pharmacy_sees_its_own_requests_and_no_door(staff: dict[str, int]) -> None:
    near, far = wanted(), wanted(household=3)
    first, second = asked(near), asked(far, "far")
    for who, own, foreign in (("pharma", first, second), ("other", second, first)):
        told = world.client(who).get("/api/rows/script").json()["rows"]
        assert [one["key"] for one in told] == [own] and foreign not in str(told)
        assert "household" not in told[0]["data"]
        for noun in ("remedy", "bag", "card", "need", "exception"):
            assert world.client(who).get(f"/api/rows/{noun}").json()["rows"] == [], noun
    assert world.client("lead").get("/api/rows/script").json()["rows"] == []
    assert {one["key"] for one in world.client("lead").get("/api/rows/remedy").json()["rows"]} == {near, far}
    assert world.client("far").get("/api/rows/remedy").json()["rows"] == [], "the far pharmacy's neighbours see nothing"
    assert world.client("far").get("/api/rows/bag").json()["rows"] == []


@pytest.mark.parametrize(
    "words", ["氨氯地平 密码 8241", "card pin 1234", "PASSWORD: rose", "医保卡 824 193", "口令八二四一九三"]
)
def test_the_password_of_a_card_is_written_down_nowhere(staff: dict[str, int], words: str) -> None:
    given = {"household": 1, "quantity": 2, "of": "box", "lasts": 28, "last_dose": "2020-03-12"}
    assert refused(said("remedy.wanted", given | {"text": words}, home=6)).field == "text"
    key = wanted()
    script = asked(key)
    body = {"script": script, "remedy": key, "outcome": "other_brand", "brand": words}
    assert refused(said("script.answered", body)).field == "brand"
    for kind, more in (("card.taken", {"receipt": "4711", "pharmacy": "near"}), ("remedy.wanted", given)):
        body = {"household": 1, "bag": script} | more if kind == "card.taken" else dict(more, medicine="med")
        told = refused(said(kind, body | {"password": "824193"}, home=6))
        assert told.code == "malformed", "there is no such field"
    with door.ledger() as ledger:
        assert "824193" not in str(ledger.execute("select body from ledger_fact").fetchall())


@pytest.mark.parametrize("words", ["氨氯地平片 5 mg × 28", "二甲双胍缓释片 0.5 g", "Levothyroxine 50 µg, 100 tablets"])
def test_names_and_strengths_are_no_password(staff: dict[str, int], words: str) -> None:
    given = {"household": 1, "quantity": 2, "of": "box", "lasts": 28, "last_dose": "2020-03-12", "text": words}
    taken(said("remedy.wanted", given, home=6))
