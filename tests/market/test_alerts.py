"""Prices raise alerts, move and calm them; somebody owes a look, then the desk a decision; nothing is a penalty."""

from __future__ import annotations

import datetime as dt
from typing import Any

import market_town as town
import pytest
import world
from market_town import DAY, alerts, before, quote, say

from tongzhou.ledger import door
from tongzhou.ledger.rebuild import rebuild
from tongzhou.people.scope import holder_of

pytestmark = pytest.mark.postgres


@pytest.fixture
def shops(staff: dict[str, int]) -> dict[str, int]:
    return town.furnish(staff)


def owed() -> list[tuple[str, str, dt.datetime]]:
    with door.ledger() as ledger:
        return ledger.execute(
            "select what, role, due from ledger_owed where noun = 'market_alert' and step = 0 order by due"
        ).fetchall()


def test_thirty_per_cent_on_one_day_is_owed_a_look_in_two_hours(shops: dict[str, int]) -> None:
    before()
    say(quote("hu.one", 3.2), quote("hu.two", 3.2))
    assert alerts() == []
    say(quote("hu.one", 3.9), quote("hu.two", 3.9))
    assert alerts() == [("price", "rice", "raised", "act")]
    assert owed() == [("look_at_market", "price_monitor", world.NOW + dt.timedelta(hours=2))]
    [(_key, _state, data)] = world.rows("market_alert")
    assert (data["fen"], data["base"], data["over10"], data["points"]) == (390, 300, 300, 6)


def test_twenty_per_cent_wants_two_days_and_calms_by_itself(shops: dict[str, int]) -> None:
    before()
    say(quote("hu.one", 3.6, world.NOW - DAY))
    assert alerts() == [], "one day above is not told as an alert"
    say(quote("hu.one", 3.6))
    assert alerts() == [("price", "rice", "raised", "warn")]
    world.at(world.NOW + DAY)
    say(quote("hu.one", 3.1, world.NOW + DAY))
    assert alerts() == [("price", "rice", "over", "calm")] and owed() == []


def test_too_few_prices_before_the_event_raise_nothing(shops: dict[str, int]) -> None:
    before(shops=("hu.one",))
    say(quote("hu.one", 9.0))
    assert alerts() == []


def test_a_shortage_at_an_unchanged_price_is_an_alert_of_its_own(shops: dict[str, int]) -> None:
    before()
    say(quote("hu.one", 3.0, stock="low", days=2), quote("hu.two", 3.0, stock="plenty", days=3))
    assert alerts() == [("stock", "rice", "raised", "watch")]
    say(quote("hu.one", None, world.NOW + dt.timedelta(seconds=1), stock="none"))
    assert alerts() == [("stock", "rice", "raised", "act")]


def test_another_county_is_another_alert(shops: dict[str, int]) -> None:
    before()
    say(quote("an.shop", 9.0), quote("hu.one", 3.0))
    assert alerts() == []


def test_a_price_that_is_put_right_takes_its_alert_with_it(shops: dict[str, int]) -> None:
    before()
    wrong = quote("hu.one", 39.0)
    say(wrong)
    assert alerts() == [("price", "rice", "raised", "act")]
    say(quote("hu.one", 3.0, corrects=wrong.id))
    assert alerts() == [] and owed() == []


def test_a_price_that_is_taken_back_leaves_what_the_others_say(shops: dict[str, int]) -> None:
    before()
    first = quote("hu.one", 4.0)
    say(first)
    say(quote("hu.two", 4.2))
    say(world.said("fact.withdrawn", {}, place=5, corrects=first.id))
    assert alerts() == [("price", "rice", "raised", "act")], "the other shop still says so"


def test_an_old_list_changes_no_alert_of_today(shops: dict[str, int]) -> None:
    before()
    say(quote("hu.one", 3.0))
    say(quote("hu.one", 9.0, world.NOW - 7 * DAY))
    assert alerts() == []


def look(finding: str, place: int = 3) -> None:
    [key] = [key for key, state, _data in world.rows("market_alert") if state != "over"]
    at = world.NOW + dt.timedelta(minutes=10)
    world.at(at)
    say(world.said("market.looked", {"alert": key, "finding": finding, "how": "telephone"}, place=place, at=at))


def test_what_is_real_owes_a_decision_and_a_higher_level_asks_again(shops: dict[str, int]) -> None:
    before()
    say(quote("hu.one", 3.6, world.NOW - DAY), quote("hu.one", 3.6))
    look("expected")
    assert alerts() == [("price", "rice", "explained", "warn")] and owed() == []
    world.at(world.NOW + DAY)
    say(quote("hu.one", 4.2, world.NOW + DAY))
    assert alerts() == [("price", "rice", "raised", "act")]
    [key] = [key for key, _state, _data in world.rows("market_alert")]
    world.at(later := world.NOW + DAY + dt.timedelta(minutes=20))
    say(world.said("market.looked", {"alert": key, "finding": "real", "how": "shelf"}, place=3, at=later))
    assert [what for what, _role, _due in owed()] == ["decide_market"]
    body: dict[str, Any] = {"alert": key, "action": "wait"}
    world.at(later := later + dt.timedelta(minutes=20))
    say(world.said("market.decided", body, place=3, at=later))
    assert alerts() == [("price", "rice", "decided", "act")] and owed() == []


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"item": "gold"}, "item"),
        ({"grade": "lean"}, "grade"),
        ({"unit": "litre"}, "unit"),
        ({"unit": "barrel"}, "unit"),
        ({"site": "hu.point"}, "site"),
        ({"site": "hu.nowhere"}, "site"),
        ({"fen": None, "unit": None}, "fen"),
        ({"unit": None}, "unit"),
    ],
)
def test_what_is_not_on_the_list_is_refused_and_never_guessed(
    shops: dict[str, int], more: dict[str, Any], field: str
) -> None:
    body = {"site": "hu.one", "item": "rice", "source": "shelf", "fen": 300, "unit": "g500"} | more
    fact = world.said("price.quoted", {name: one for name, one in body.items() if one is not None}, place=5)
    assert [problem.field.removeprefix("body.") for problem in world.say(fact).refused.values()] == [field]


def test_a_price_by_the_kilogram_is_reckoned_into_the_items_own_unit(shops: dict[str, int]) -> None:
    say(quote("hu.one", 6.05, unit="kg"))
    [(_key, _state, data)] = world.rows("price")
    assert (data["fen"], data["unit"], data["yuan"]) == (605, "kg", 3.025)


def test_nobody_quotes_a_shop_of_another_branch(shops: dict[str, int]) -> None:
    mei, lead = holder_of(shops["mei"]), holder_of(shops["lead"])
    assert world.say(quote("an.shop", 3.0), authority=mei).refused[0].code == "not_yours"
    assert world.say(quote("hu.two", 3.0), authority=lead).refused[0].code == "not_yours"
    assert not world.say(quote("hu.one", 3.0), authority=lead).refused
    assert not world.say(quote("hu.two", 3.0), quote("hu.three", 3.0), authority=mei).refused


def test_what_is_kept_up_equals_what_is_rebuilt(shops: dict[str, int]) -> None:
    before()
    say(quote("hu.one", 3.6, world.NOW - DAY), quote("hu.one", 3.9), quote("hu.two", None, stock="none"))
    look_at = alerts()
    assert rebuild().rows_changed == 0
    assert alerts() == look_at and len(look_at) == 2
