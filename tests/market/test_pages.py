"""A basket at the shelf, the county's alerts with look and decision, produce from the village to the delivery point."""

from __future__ import annotations

import datetime as dt
import re

import market_town as town
import pytest
import world
from market_town import DAY, alerts, before, quote, say

from tongzhou.ledger import follow
from tongzhou.people.scope import holder_of

pytestmark = pytest.mark.postgres


@pytest.fixture
def shops(staff: dict[str, int]) -> dict[str, int]:
    return town.furnish(staff)


def test_a_basket_is_told_in_one_go_and_what_is_empty_is_not_told(shops: dict[str, int]) -> None:
    assert "Which shop are you in" in world.page("mei", "/market/entry")
    form = {"form": "basket", "site": "hu.one", "source": "shelf", "fen-rice.ordinary": "3.20",
            "stock-rice.ordinary": "low", "days-rice.ordinary": "2", "stock-oil.ordinary": "none"}  # fmt: skip
    world.post("mei", "/market/entry", **form)
    told = sorted((data["item"], data["fen"], data["unit"], data["stock"], data["days"])
                  for _key, _state, data in world.rows("price"))  # fmt: skip
    assert told == [("oil", None, "litre", "none", None), ("rice", 320, "g500", "low", 2)]
    page = world.page("mei", "/market/entry?site=hu.one")
    assert "3.20 on 03-10 09:00" in page and "yuan per 500 g" in page and "fen-fish.ordinary" not in page
    assert "fen-fish.ordinary" in world.page("mei", "/market/entry?site=hu.one&all=1")
    assert "3-10 09:00 报 3.20" in world.page("mei", "/market/entry?site=hu.one", language="zh-hans")


def test_a_basket_without_a_word_or_with_a_wrong_one_comes_back_with_all_that_was_typed(shops: dict[str, int]) -> None:
    nothing = world.post("mei", "/market/entry", 422, form="basket", site="hu.one", source="shelf")
    assert "The price or the stock of one item at least." in nothing
    wrong = {
        "form": "basket",
        "site": "hu.one",
        "source": "shelf",
        "fen-rice.ordinary": "3.2O",
        "fen-oil.ordinary": "12",
    }
    text = world.post("mei", "/market/entry", 422, **wrong)
    assert 'value="3.2O"' in text and 'value="12"' in text and world.rows("price") == []


def test_one_price_in_another_unit_with_the_invoice(shops: dict[str, int]) -> None:
    priced = {"good": "pork.belly", "fen": "50", "unit": "kg", "cost": "41.5", "source": "receipt"}
    world.post("mei", "/market/entry", form="single", site="hu.one", **priced)
    [(_key, _state, data)] = world.rows("price")
    assert (data["item"], data["grade"], data["yuan"], data["cost"]) == ("pork", "belly", 25.0, 20.75)


def test_a_lead_tells_of_the_shops_of_the_community_and_of_no_other(shops: dict[str, int]) -> None:
    page = world.page("lead", "/market/entry")
    assert "Shop One" in page and "Shop Two" not in page, "the only one is chosen"
    world.post("lead", "/market/entry", 404, form="basket", site="hu.two", source="shelf", **{"fen-rice.ordinary": "3"})
    for who in ("charlie", "zhao"):
        assert world.client(who).get("/market/entry").status_code in (403, 404)
    assert world.client("lead").get("/market/").status_code in (403, 404)


def raised() -> str:
    before()
    say(quote("hu.one", 4.0), quote("hu.two", 3.9), quote("hu.three", 9.0))
    [key] = [key for key, state, _data in world.rows("market_alert") if state == "raised"]
    return key


def test_an_alert_is_looked_at_and_decided_upon_and_the_directive_carries_it_out(shops: dict[str, int]) -> None:
    key = raised()
    page = world.page("mei", "/market/?at=3")
    assert "rice (ordinary) · price" in page and "4.00 yuan, 3.00 before: +33.3 %" in page
    assert "Compared with the median of the 14 days before 2020-01-20" in page
    assert "大米（普通）" in world.page("mei", "/market/?at=3", language="zh-hans") or "大米" in world.page(
        "mei", "/market/?at=3", language="zh-hans")  # fmt: skip
    world.post("mei", "/market/?at=3", form=f"look/{key}", about=f"market_alert/{key}", seen="raised", finding="real",
               how="telephone")  # fmt: skip
    assert alerts() == [("price", "rice", "looked", "act")]
    assert "Sign the decision" not in world.page("mei", "/market/?at=3"), "the desk decides"
    world.at(world.NOW + dt.timedelta(minutes=30))
    path, due = "/market/?at=3", (world.NOW + DAY).strftime("%Y-%m-%dT%H:%M")
    form = {"form": f"decide/{key}", "about": f"market_alert/{key}", "seen": "looked", "action": "release_reserve"}
    text = world.post("sun", path, 422, **form)
    assert text.count("Not said yet.") >= 3, "to whom, what, by when"
    world.post("sun", path, **form, to="4", text="Sell 20 tonnes of the reserve of rice at 2.90", due=due)
    follow.catch_up()
    assert alerts() == [("price", "rice", "decided", "act")]
    [(directive, _state, data)] = world.rows("directive")
    assert data["what"] == "market" and data["to"] == [4]
    [(_key, _state, told)] = world.rows("market_alert")
    assert told["decisions"][0]["directive"] == directive
    assert "release of the reserve" in world.page("mei", path) and "0 of 1 desks" in world.page("mei", path)
    answer = {"directive": directive, "outcome": "done", "text": "储备大米已放出十吨"}
    done = world.said("directive.reported", answer, place=4, at=world.NOW + dt.timedelta(hours=1))
    world.at(world.NOW + dt.timedelta(hours=1))
    say(done)
    assert "1 of 1 desks" in world.page("mei", path)


def test_to_wait_is_a_decision_and_names_no_directive(shops: dict[str, int]) -> None:
    key = raised()
    say(world.said("market.looked", {"alert": key, "finding": "one_shop", "how": "shelf"}, place=3,
                   at=world.NOW + dt.timedelta(minutes=1)))  # fmt: skip
    world.at(world.NOW + dt.timedelta(minutes=2))
    form = {"form": f"decide/{key}", "about": f"market_alert/{key}", "seen": "looked", "action": "wait"}
    text = world.post("sun", "/market/?at=3", 422, **form, text="Look again on Friday")
    assert "This is said only of what somebody is to do." in text
    world.post("sun", "/market/?at=3", **form)
    assert alerts() == [("price", "rice", "decided", "act")] and world.rows("directive") == []


def test_shop_by_shop_both_readings_stand_beside_each_other_and_nobody_is_judged(shops: dict[str, int]) -> None:
    raised()
    page = world.words("mei", "/market/?at=3&item=rice.ordinary")
    assert "far off the others" in page and "No notice about prices is in force here" in page
    assert "no notice is in force here" in page and "suspected: to be looked into" not in page


def test_nobody_elsewhere_sees_the_county(shops: dict[str, int]) -> None:
    raised()
    assert world.client("an").get("/market/?at=3").status_code == 404
    assert "rice (ordinary)" not in world.words("an", "/market/")
    assert "Hong" in world.page("wu", "/market/")
    told = holder_of(shops["an"])
    [(key, _state, _data)] = world.rows("market_alert")
    fact = world.said("market.looked", {"alert": key, "finding": "mistake", "how": "shelf"}, place=9)
    assert world.say(fact, authority=told).refused or alerts()[0][2] == "raised"


def test_the_list_goes_into_a_file_that_excel_opens(shops: dict[str, int]) -> None:
    raised()
    answer = world.get("mei", "/market/?at=3&as=csv")
    told = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert told[0].startswith("Item,Unit,Price") and told[1].startswith(
        "rice (ordinary),yuan per 500 g,4.00,3.00,+33.3%"
    )


def test_produce_goes_from_the_village_to_a_point_that_answers(shops: dict[str, int]) -> None:
    world.post("lead", "/market/produce", form="report", item="cabbage", kg="800", until="2020-03-14", fen_kg="0.80")
    [(key, _state, data)] = world.rows("produce")
    assert data["county"] == 3 and data["left"] == 800 and data["fen_kg"] == 80
    form = {
        "form": f"offer/{key}",
        "about": f"produce/{key}",
        "seen": "800",
        "points": "hu.point",
        "due": "2020-03-10T20:00",
    }
    assert "800 kg are left to offer" in world.post("mei", "/market/produce?at=3", 422, **form, kg="801")
    world.post("mei", "/market/produce?at=3", **form, kg="500")
    [(offer, state, told)] = world.rows("produce_offer")
    assert (state, told["at"], told["kg"]) == ("waiting", 5, 500)
    assert "Delivery point" in world.page("lead", "/market/produce")
    world.post("lead", "/market/produce", 422, form=f"part/{offer}", about=f"produce_offer/{offer}", seen="waiting",
               kg="500")  # fmt: skip
    world.post(
        "lead", "/market/produce", form=f"part/{offer}", about=f"produce_offer/{offer}", seen="waiting", kg="300"
    )
    assert [state for _key, state, _data in world.rows("produce_offer")] == ["part"]
    [(_key, state, data)] = world.rows("produce")
    assert (state, data["taken"], data["left"]) == ("offered", 300, 500)
    assert "500 kg to offer" in world.page("mei", "/market/produce?at=3")
    world.post("mei", "/market/produce?at=3", **form | {"seen": "500"}, kg="400")
    world.press("lead", "answer_produce", "no", why="no_orders")
    [(_key, state, data)] = world.rows("produce")
    assert (state, data["taken"], data["left"]) == ("offered", 300, 500), "what nobody takes is to offer again"
    assert "Offer unsold produce" in world.page("mei", "/today")


def test_what_is_owed_is_pressed_on_today(shops: dict[str, int]) -> None:
    raised()
    world.press("mei", "look_at_market", "looked", finding="mistake", how="receipt")
    assert alerts() == [("price", "rice", "explained", "act")]


def test_no_code_stands_on_a_chinese_page(shops: dict[str, int]) -> None:
    raised()
    for path in ("/market/?at=3&item=rice.ordinary", "/market/entry?site=hu.one", "/market/produce?at=3"):
        found = set(re.findall(r"[A-Za-z]{4,}", world.words("mei", path, language="zh-hans")))
        assert found <= {"Excel"}, path
