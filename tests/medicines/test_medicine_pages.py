"""The pages of medicines: the desk, one medicine, the pharmacy's queue, the bags; papers; and what no carrier reads."""

from __future__ import annotations

import re

import pytest
import uuid_utils.compat as uuids
import world
from medicines_town import answered, asked, data, furnish, refused, said, state, taken, wanted

from tongzhou.people.scope import holder_of

pytestmark = pytest.mark.postgres


@pytest.fixture
def staff(staff: dict[str, int]) -> dict[str, int]:
    return staff | furnish()


def test_a_need_is_taken_over_the_pharmacy_asked_and_answered_and_the_bag_brought_all_on_pages(
    staff: dict[str, int],
) -> None:
    need = said("need.stated", {"household": 1, "items": {"medicine": 1}, "medicine_last_dose": "2020-03-12"}, place=6)
    taken(need)
    page = world.words("lead", "/medicines/")
    assert "Door 1 · last dose 2020-03-12 · Take it over here" in page and "is written down yet" in page
    new = {"household": "1", "medicine": "med|box", "quantity": "2", "lasts": "28", "last_dose": "2020-03-12"}
    world.post("lead", f"/medicines/?need={need.id}", form="new", **new)
    [(key, _state, told)] = world.rows("remedy")
    assert told["need"] == str(need.id) and state("need", str(need.id)) == "carried"
    page = world.words("lead", "/medicines/")
    assert "1 medicine runs out within two days." in page and "Amlodipine, 2 box" in page
    world.post("lead", f"/medicines/{key}", form="asked", pharmacy="near")
    taken()
    [(script, _state, _data)] = world.rows("script")
    page = world.words("pharma", "/pharmacy/")
    assert "1 request is to be filled." in page and "Amlodipine, 2 box" in page and "Door" not in page
    world.post("pharma", "/pharmacy/", 422, form=f"partly/{script}", given="2", there_on="2020-03-14", seen="waiting")
    world.post("pharma", "/pharmacy/", form=f"ready/{script}", fen="46.50", seen="waiting")
    page = world.words("helps", "/bags/")
    number = data("bag", script)["number"]
    assert f"Bag {number} · at the door by" in page and "46.50 yuan to be paid" in page and "Door 1" in page
    world.post("helps", "/bags/", form=f"card/{script}", receipt="4711", who="own")
    taken()
    assert "receipt 4711" in world.words("pharma", "/pharmacy/")
    world.post("helps", "/bags/", form=f"fetched/{script}", seen="packed")
    world.post("helps", "/bags/", form=f"taken/{script}", paid="46.50", seen="carried")
    assert state("bag", script) == "taken" and data("remedy", key)["last_dose"] == "2020-04-09"
    [(card, _state, _data)] = world.rows("card")
    world.post("helps", "/bags/", form=f"returned-handed/{card}")
    world.press("lead", "sign_card", "signed")
    assert state("card", card) == "back"


def test_who_answers_after_somebody_else_is_told_who_did_what(staff: dict[str, int]) -> None:
    key = wanted()
    script = asked(key)
    answered(script, key, "ready", who=holder_of(staff["pharma"]))
    browser = world.browser("pharma")
    told = browser.post(
        "/pharmacy/", {"form": f"out/{script}", "seen": "waiting", "about": f"script/{script}"}, follow=True
    ).content.decode()
    assert state("script", script) == "ready"
    assert "pharmacy answered" in told


@pytest.mark.parametrize(
    ("what", "who", "act", "typed"),
    [
        ("ask_pharmacy", "lead", "ask", {"pharmacy": "near"}),
        ("last_dose_near", "lead", "counted", {"last_dose": "2020-03-20"}),
        ("fill_script", "pharma", "partly", {"given": "1", "there_on": "2020-03-14"}),
        ("fill_script", "pharma", "other_brand", {"brand": "Norvasc"}),
        ("fill_script", "pharma", "out", {}),
    ],
)
def test_each_duty_is_done_where_it_stands_on_today(
    staff: dict[str, int], what: str, who: str, act: str, typed: dict[str, str]
) -> None:
    key = wanted()
    if what == "fill_script":
        asked(key)
    before = world.rows("remedy")
    world.press(who, what, act, **typed)
    taken()
    assert world.rows("remedy") != before


def test_brand_bag_and_money_are_settled_on_today(staff: dict[str, int]) -> None:
    key = wanted()
    script = asked(key)
    answered(script, key, "other_brand", brand="Norvasc")
    assert "there is: Norvasc" in world.words("doctor", "/today")
    world.press("doctor", "judge_brand", "yes")
    taken()
    world.press("pharma", "fill_script", "ready", fen="12")
    taken()
    world.press("helps", "fetch_bag", "fetched")
    world.press("helps", "carry_bag", "refused")
    world.press("lead", "settle_bag", "again")
    world.press("helps", "fetch_bag", "fetched")
    world.press("helps", "carry_bag", "taken")
    assert state("bag", script) == "unpaid"
    world.press("lead", "collect_bag", "paid", paid="12.00")
    assert state("bag", script) == "taken"
    other = wanted(household=2)
    answered(asked(other), other, "out")
    world.press("lead", "ask_another", "ask", pharmacy="third")
    taken()
    assert state("remedy", other) == "asked"


READ = ("/bags/", "/bags/receipts", "/today", "/api/today", "/doorway/list.json", "/doorway/paper", "/api/rows/bag",
        "/api/rows/card", "/api/rows/remedy", "/api/rows/script", "/medicines/", "/pharmacy/", "/pharmacy/labels",
        "/coverage/", "/find")  # fmt: skip
HEALTH = re.compile(r"amlodipine|氨氯地平|norvasc|络活喜|5 mg|tablet|片|高血压|hypertension|\bage\b|岁", re.I)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_byte_that_reaches_a_carrier_names_a_medicine(staff: dict[str, int], language: str) -> None:
    key, other = wanted(), wanted(household=2, text="络活喜 5 mg", medicine=None)
    for one in (key, other):
        script = asked(one)
        answered(script, one, "ready", fen=100)
        taken(said("bag.fetched", {"bag": script, "remedy": one}))
    third = wanted(household=3)
    answered(asked(third), third, "partly", given=1, there_on="2020-03-14")
    client = world.client("helps", language)
    for address in READ:
        text = client.get(address).content.decode()
        assert not HEALTH.search(text), (address, HEALTH.search(text))
    for one in (key, other, third):
        assert client.get(f"/medicines/{one}").status_code == 404
    seen = world.client("zhao", language).get("/medicines/").content.decode()
    assert HEALTH.search(seen), "the test finds what it looks for"


def test_labels_bear_a_number_and_slips_stay_with_the_pharmacy(staff: dict[str, int]) -> None:
    key = wanted(cold=True)
    script = asked(key)
    page = world.words("pharma", "/pharmacy/labels")
    label, slip = page.split("Slip: stays at the pharmacy")
    assert data("script", script)["number"] in label and "Keep it cold" in label and "Amlodipine" not in label
    assert "Amlodipine, 2 box" in slip
    receipt = world.words("helps", "/bags/receipts")
    assert "Handed over by" in receipt and "Received by" in receipt and "password" in receipt
    assert world.client("helps").get("/pharmacy/labels").status_code in (403, 404)


def test_another_lead_opens_no_medicine_of_this_community(staff: dict[str, int]) -> None:
    key = wanted()
    assert world.client("far").get(f"/medicines/{key}").status_code == 404
    assert world.client("charlie").get("/medicines/").status_code in (403, 404)
    assert world.client("tang").get("/medicines/").status_code in (403, 404)


def test_a_household_says_it_once_on_its_page_and_by_telephone(staff: dict[str, int]) -> None:
    from tongzhou.doorway.household import Need
    from tongzhou.people.scope import Resident

    daily = {"item": ["medicine", "food"], "medicine": "med|box", "quantity": "2", "last_dose": "2020-03-12",
             "daily": "on", "lasts": "28"}  # fmt: skip
    form = Need({**daily, "id": str(uuids.uuid7())})
    assert form.is_valid(), form.errors
    taken(*form.facts(1, 6, world.NOW), by=Resident(6, 1))
    [(key, _state, told)] = world.rows("remedy")
    assert (told["quantity"], told["of"], told["lasts"], told["last_dose"]) == (2, "box", 28, "2020-03-12")
    assert [told["items"] for _key, _state, told in world.rows("need")] == [{"food": 1}], "the medicine is owed once"
    assert not Need({**daily, "lasts": "", "id": str(uuids.uuid7())}).is_valid()
    secret = Need({**daily, "medicine": "-", "text": "氨氯地平 密码 8241", "id": str(uuids.uuid7())})
    assert not secret.is_valid() and "password" in str(secret.errors)
    wants = said("need.stated", {"household": 1, "items": {"medicine": 1}, "text": "card pin: 8241"}, place=6)
    assert refused(wants, by=Resident(6, 1)).field == "text", "by whatever way it is said"
    taken(said("need.stated", {"household": 1, "items": {"repair": 1}, "text": "门锁密码忘了"}, place=6))
    desk = world.page("lead", "/doorway/telephone?door=2")
    assert "It is taken every day" in desk
    said_by_ear = {"who": "own", "state": "well", "read_back": "as_written", "channel": "phone", **daily}
    world.post("lead", "/doorway/telephone?door=2", form="spoken", **said_by_ear)
    assert [told["household"] for _key, _state, told in world.rows("remedy")] == [1, 2]
    assert state("remedy", key) == "enough"
