"""Whoever owes something about an offer, an order or a bag finds it on Today, and it is over once it is done."""

from __future__ import annotations

import datetime as dt

import offered
import pytest
import world
from offered import CLOSES, fact, order, owed, place

from tongzhou.ledger import follow
from tongzhou.people.scope import holder_of

pytestmark = pytest.mark.postgres
MORNING = world.NOW + dt.timedelta(days=1)


@pytest.fixture
def town(staff: dict[str, int]) -> dict[str, int]:
    offered.town()
    return staff


def link(who: str, words: str, to: str) -> None:
    """They read what is owed, with the way to where it is done."""
    html = world.page(who, "/today")
    assert words in html and f'href="{to}' in html, (who, words)
    assert world.client(who).get(to.partition("#")[0]).status_code == 200


def test_each_step_of_an_offer_stands_on_the_today_of_whoever_owes_it(town: dict[str, int]) -> None:
    drawn = offered.drawn()
    world.say(drawn, authority=holder_of(town["lead"]))
    key = str(drawn.id)
    link("mei", "Take an offer apart and sign it", f"/necessities/offer/{key}")
    world.say(fact("offer.returned", {"offer": key, "reason": "price"}), authority=holder_of(town["mei"]))
    link("lead", "Have the supplier change an offer", f"/necessities/draw?of={key}")
    world.say(fact("offer.opened", {"offer": key}), authority=holder_of(town["mei"]))
    world.say(place(key, 3, (1, 2)), place(key, 4, (1, 1)), place(key, 5, (1, 1), pays="before"), place(key, 6, (1, 1)))
    assert owed() == [("send_sheet", "community_lead")] and "Give the supplier" not in world.page("lead", "/today")
    world.at(CLOSES)
    link("lead", "Give the supplier the sheet of an offer", f"/necessities/offer/{key}#sheet")
    change = fact("change.asked", {"offer": key, "household": 3, "what": "less"}, 6, CLOSES)
    world.say(change)
    world.press("lead", "answer_change", "refused", reason="bought")
    offered.closed(town, key)
    link("lead", "Count and weigh what the supplier brings", f"/necessities/offer/{key}#receive")
    offered.came(town, key, (1, 5, 12_500))
    link("lead", "Deal out the doors to carriers", f"/necessities/offer/{key}#bags")
    bag = offered.bag(town, key, 3, 4, 5, 6)
    world.say(bag, authority=holder_of(town["lead"]))
    link("zhao", "Carry a bag", f"/necessities/bag/{bag.id}")

    def brought(door: int, outcome: str, **more: object) -> None:
        body = {"offer": key, "household": door, "basket": str(bag.id), "outcome": outcome} | more
        assert not world.say(fact("order.brought", body, 6, MORNING), authority=holder_of(town["zhao"])).refused

    brought(3, "taken", cash=1500)
    brought(4, "nobody")
    brought(5, "taken", lines=[{"line": 1, "rotten": 1}])
    brought(6, "neighbour", cash=1000)
    assert world.rows("basket")[0][1] == "back"
    for who in ("zhao", "lead"):
        said = fact("basket.counted", {"basket": str(bag.id), "fen": 2400}, 6 if who == "zhao" else 5, MORNING)
        if who == "lead":
            world.press("lead", "count_money", "counted", fen="24.00")
        else:
            world.say(said, authority=holder_of(town[who]))
    assert world.rows("basket")[0][1] == "differs"
    world.press("lead", "explain_cash", "explained", why="lost")
    assert world.rows("basket")[0][1] == "explained"
    assert "5.00 yuan" in world.page("lead", "/today")
    world.press("lead", "collect_money", "paid")
    world.press("lead", "pay_back", "refunded")
    world.press("lead", "ask_neighbour", "has_it")
    assert (order(key, 6)[0], order(key, 6)[1]["cash"]) == ("brought", 1000)
    world.press("lead", "bring_again", "given_up")
    assert order(key, 4)[0] == "refused"
    link("lead", "Settle with the supplier", f"/necessities/offer/{key}#settle")
    world.say(fact("offer.settled", {"offer": key, "fen": 3000}, at=MORNING), authority=holder_of(town["lead"]))
    follow.catch_up()
    assert owed() == []
