"""An offer from the supplier's list to the last fen, through the ledger."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from typing import Any

import offered
import pytest
import under_wuhan
import uuid_utils.compat as uuids
import world
from django.utils.translation import override
from offered import CABBAGE, CLOSES, EGGS, HOUR, POTATOES, fact, order, owed, place, wish

from tongzhou.ledger import follow
from tongzhou.people.scope import Resident, holder_of

pytestmark = pytest.mark.postgres


@pytest.fixture
def town(staff: dict[str, int]) -> Iterator[dict[str, int]]:
    offered.town()
    with override("en"):
        yield staff


def refused(*facts: Any, by: int | None = None, **more: Any) -> Any:
    told = world.say(*facts, authority=holder_of(by) if by else None, **more)
    assert told.refused, "taken"
    return next(iter(told.refused.values()))


def test_somebody_else_signs_what_one_wrote_down(town: dict[str, int]) -> None:
    offer = offered.drawn()
    world.say(offer, authority=holder_of(town["lead"]))
    assert owed() == [("open_offer", "supply_officer")]
    signed = {"offer": str(offer.id)}
    assert refused(fact("offer.opened", signed), by=town["lead"]).code == "not_yours"
    assert refused(fact("offer.opened", signed), by=town["zhao"]).code == "not_yours"
    assert refused(place(str(offer.id), 3, (1, 1))).code == "offer_not_open", "nobody orders before it is signed"
    assert not world.say(fact("offer.opened", signed), authority=holder_of(town["mei"])).refused
    assert world.rows("offer")[0][1] == "open"
    assert refused(fact("offer.opened", signed), by=town["mei"]).code == "stale"


def test_what_the_rules_forbid_does_not_open(town: dict[str, int]) -> None:
    wine = {"name": "白酒", "grams": 500, "price": 2800, "stock": 50, "group": "other", "needed": False}
    tied = offered.drawn(CABBAGE | {"tied": 2}, wine)
    world.say(tied)
    problem = refused(fact("offer.opened", {"offer": str(tied.id)}), by=town["mei"])
    assert problem.code == "not_to_be_opened" and "白酒" in problem.detail
    pack = {
        "name": "三口之家三日菜",
        "grams": 3000,
        "price": 10800,
        "stock": 50,
        "group": "pack",
        "parts": [
            {"name": "大白菜", "grams": 2500, "price": 1000},
            {"name": "礼盒白酒", "grams": 500, "needed": False},
        ],
    }
    spirits = offered.drawn(pack)
    world.say(spirits)
    assert refused(fact("offer.opened", {"offer": str(spirits.id)}), by=town["mei"]).code == "not_to_be_opened"
    beside = offered.drawn(CABBAGE, wine, POTATOES | {"tied": 1})
    world.say(beside)
    assert not world.say(fact("offer.opened", {"offer": str(beside.id)}), authority=holder_of(town["mei"])).refused
    world.say(fact("offer.returned", {"offer": str(tied.id), "reason": "tie_in"}), authority=holder_of(town["mei"]))
    assert ("mend_offer", "community_lead") in owed()


def test_a_low_price_pack_is_what_its_rule_says_or_is_not_called_so(town: dict[str, int]) -> None:
    parts = [{"name": name, "grams": 2500} for name in ("大白菜", "白萝卜")]
    pack = {"name": "平价包", "grams": 5000, "price": 1000, "stock": 50, "group": "pack", "cheap": True, "parts": parts}
    third = [{"name": name, "grams": grams} for name, grams in (("大白菜", 2000), ("白萝卜", 2000), ("土豆", 1000))]
    nowhere = offered.drawn(pack | {"parts": third})
    world.say(nowhere)
    problem = refused(fact("offer.opened", {"offer": str(nowhere.id)}), by=town["mei"])
    assert problem.code == "not_to_be_opened", "where no edition is in force nothing is called so"
    under_wuhan.declare()
    two = offered.drawn(pack)
    world.say(two)
    assert refused(fact("offer.opened", {"offer": str(two.id)}), by=town["mei"]).code == "not_to_be_opened", "X80"
    assert not world.say(fact("offer.opened", {"offer": str(nowhere.id)}), authority=holder_of(town["mei"])).refused


def test_a_door_is_counted_once(town: dict[str, int]) -> None:
    """foodsoft and chain messages: the same door by page and by telephone."""
    offer = offered.opened(town)
    assert not world.say(place(offer, 3, (1, 2)), authority=Resident(6, 3)).refused
    problem = refused(place(offer, 3, (1, 2), channel="phone"), by=town["zhao"])
    assert (problem.code, problem.field, problem.detail) == ("ordered_already", "household", "03-10 09:00")
    assert not world.say(place(offer, 3, (1, 1), (2, 1), channel="phone", how="add"),
                         authority=holder_of(town["zhao"])).refused  # fmt: skip
    assert {one["line"]: one["units"] for one in order(offer, 3)[1]["lines"]} == {1: 3, 2: 1}
    world.say(place(offer, 3, (3, 1), how="replace"))
    assert {one["line"]: one["units"] for one in order(offer, 3)[1]["lines"]} == {3: 1}
    assert refused(place(offer, 3, (2, 3), how="replace")).field == "lines", "at most two for one door"
    assert refused(place(offer, 81, (1, 1)), by=town["far"]).code == "not_yours", "a door of another community"
    world.say(fact("order.withdrawn", {"offer": offer, "household": 3}, 6))
    assert order(offer, 3)[0] == "withdrawn"
    assert not world.say(place(offer, 3, (1, 1))).refused, "and may order again"


def test_no_order_goes_through_once_the_stock_is_nought(town: dict[str, int]) -> None:
    """openfoodnetwork #5004 and its kin: stock taken away while somebody orders."""
    offer = offered.opened(town, CABBAGE | {"stock": 5}, EGGS, POTATOES)
    assert not world.say(place(offer, 3, (1, 4))).refused
    problem = refused(place(offer, 4, (1, 2)))
    assert (problem.code, problem.detail) == ("sold_out", "大白菜: 1 left")
    told = world.say(place(offer, 4, (1, 1)), place(offer, 5, (1, 1)))
    assert list(told.refused) == [1], "also in one request"
    assert not world.say(place(offer, 3, (1, 3), how="replace")).refused, "their own is given back first"
    world.say(fact("offer.changed", {"offer": offer, "line": 1, "stock": 0}), authority=holder_of(town["lead"]))
    assert refused(place(offer, 6, (1, 1))).code == "sold_out"
    assert refused(place(offer, 3, (1, 3), how="replace")).code == "sold_out"
    assert not world.say(place(offer, 6, (2, 1))).refused, "of everything else they may"


def test_two_at_once_do_not_get_the_last_one(town: dict[str, int]) -> None:
    offer = offered.opened(town, CABBAGE | {"stock": 3}, EGGS, POTATOES)
    taken: list[int] = []

    def one(door: int) -> None:
        told = world.say(place(offer, door, (1, 1)))
        taken.extend([] if told.refused else [door])

    threads = [threading.Thread(target=one, args=(door,)) for door in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 3 == len(world.rows("order"))


def test_it_closes_by_its_own_hour_and_nobody_closes_it(town: dict[str, int]) -> None:
    """openfoodnetwork #13519: what happens after closing deletes no line of an order. coopcycle: nor is it moved to
    another day."""
    offer = offered.opened(town)
    world.say(place(offer, 3, (1, 2), pays="before"))
    world.at(CLOSES)
    problem = refused(place(offer, 4, (1, 1), at=CLOSES))
    assert (problem.code, problem.detail) == ("orders_closed", "since 03-10 17:00")
    assert refused(place(offer, 4, (1, 1), at=CLOSES - HOUR)).code == "orders_closed", "dating it back does not help"
    assert not world.say(place(offer, 5, (1, 1), at=CLOSES - HOUR, channel="paper", paper=1204)).refused
    assert refused(place(offer, 3, (1, 1), how="replace", at=CLOSES)).code == "orders_closed"
    assert refused(fact("order.withdrawn", {"offer": offer, "household": 3}, 6, CLOSES)).code == "orders_closed"
    assert [one["units"] for one in order(offer, 3)[1]["lines"]] == [2] and order(offer, 3)[0] == "ordered"
    assert ("send_sheet", "community_lead") in owed()

    asked = fact("change.asked", {"offer": offer, "household": 3, "what": "nothing"}, 6, CLOSES)
    assert not world.say(asked, authority=Resident(6, 3)).refused
    assert ("answer_change", "community_lead") in owed()
    world.say(fact("change.answered", {"change": str(asked.id), "outcome": "refused", "reason": "bought"}, 6, CLOSES))
    offered.closed(town, offer)
    assert refused(place(offer, 6, (1, 1), at=CLOSES - HOUR, channel="paper", paper=7)).code == "orders_closed"
    assert [what for what, _role in owed()] == ["receive_offer"]


def test_a_price_that_changed_since_it_was_shown_is_not_ordered_at(town: dict[str, int]) -> None:
    offer = offered.opened(town)
    dearer = place(offer, 3, (1, 1), of=(CABBAGE | {"price": 900}, EGGS, POTATOES))
    assert refused(dearer).code == "stale"


def test_the_supplier_brings_sixty_per_cent(town: dict[str, int]) -> None:
    """foodsoft #764: who ordered first does not get all. Each door that gets less is told, by the fact in its name."""
    offer = offered.opened(town)
    for door in range(1, 11):
        world.say(place(offer, door, (1, 2)))
    offered.closed(town, offer)
    offered.came(town, offer, (1, 12, 30_000))
    dealt = [order(offer, door)[1]["dealt"].get("1", 2) for door in range(1, 11)]
    assert sorted(dealt) == [1] * 8 + [2] * 2, "everybody has one before anybody has two"
    offered.came(town, offer, (1, 20, 50_000), minute=1)
    assert all(order(offer, door)[1]["dealt"].get("1", 2) == 2 for door in range(1, 11)), "the rest came after all"
    offered.came(town, offer, minute=2)
    assert {order(offer, door)[0] for door in range(1, 11)} == {"nothing"}, "nobody pays for nothing"


def test_packs_of_which_more_is_asked_than_there_is(town: dict[str, int]) -> None:
    pack = POTATOES | {"name": "平价包", "dealt": True, "most": 1, "stock": 4}
    offer = offered.opened(town, CABBAGE, EGGS, pack)
    for door in range(1, 11):
        assert not world.say(place(offer, door, (3, 1))).refused
    assert refused(place(offer, 3, (3, 1), how="add")).field == "lines"
    offered.closed(town, offer)
    assert sorted(order(offer, door)[1]["dealt"].get("3", 1) for door in range(1, 11)) == [0] * 6 + [1] * 4


def test_from_the_door_to_the_last_fen(town: dict[str, int]) -> None:
    """openfoodnetwork #6417, #6363, #11809; foodsoft #646; coopcycle #1355: short, rotten, swapped, refused, nobody,
    unpaid: each has an end, and the money comes out."""
    offer = offered.opened(town, fee=100)
    told = [world.say(place(offer, door, *wishes, fee=100, **more)) for door, wishes, more in (
        (1, [(1, 2), (3, 2)], {}), (2, [(1, 1), (2, 1)], {"pays": "before"}), (3, [(2, 2)], {"swaps": ["egg"]}),
        (4, [(1, 1)], {}), (5, [(1, 1)], {}), (6, [(3, 1)], {}))]  # fmt: skip
    assert not any(one.refused for one in told)
    offered.closed(town, offer)
    offered.came(town, offer, (1, 6, 15_000), (2, 3, 3_000), (3, 3, 4_500))
    now = world.NOW + dt.timedelta(days=1)
    assert ("make_bags", "community_lead") in owed()
    bag = offered.bag(town, offer, 1, 2, 3, 4, 5, 6)
    assert not world.say(bag, authority=holder_of(town["lead"])).refused
    twice = offered.bag(town, offer, 6, who="qian", grid=7)
    assert refused(twice).field == "doors", "nobody carries a door twice"

    def brought(door: int, outcome: str, *lines: dict[str, Any], cash: int = 0, into: Any = bag) -> Any:
        body = {"offer": offer, "household": door, "basket": str(into.id), "outcome": outcome, "cash": cash,
                "lines": list(lines)}  # fmt: skip
        return world.say(fact("order.brought", body, 6, now), authority=holder_of(town["zhao"]))

    assert not brought(1, "taken", {"line": 3, "short": 400}, cash=2000 + 1500 - 200 + 100).refused
    assert order(offer, 1)[0] == "brought" and order(offer, 1)[1]["refund"] == 200
    assert not brought(2, "taken", {"line": 2, "rotten": 1}).refused
    assert order(offer, 2)[0] == "refund" and order(offer, 2)[1]["balance"] == -1200, "paid before: it goes back"
    wrong = {"line": 2, "missing": 1, "swapped": 1, "instead": 1, "price": 1, "grams": 2500}
    assert brought(3, "taken", wrong).refused[0].field == "lines"
    assert not brought(3, "taken", wrong | {"price": 1000}).refused
    assert order(offer, 3)[0] == "unpaid" and order(offer, 3)[1]["due"] == 1200 + 1000 + 100
    assert not brought(4, "refused").refused and order(offer, 4)[0] == "refused"
    assert not brought(5, "nobody").refused
    assert not brought(6, "neighbour", cash=850).refused
    assert {("bring_again", "community_lead"), ("ask_neighbour", "community_lead"), ("pay_back", "community_lead"),
            ("collect_money", "community_lead"), ("count_money", "community_lead")} <= set(owed())  # fmt: skip

    key = str(bag.id)

    def counted(who: str, fen: int, of: str = key) -> None:
        said = fact("basket.counted", {"basket": of, "fen": fen}, 6 if who == "zhao" else 5, now)
        assert not world.say(said, authority=holder_of(town[who])).refused

    counted("zhao", 4250)
    counted("zhao", 4250)
    assert world.rows("basket")[0][1] == "back", "one person alone does not count it"
    counted("lead", 4230)
    assert world.rows("basket")[0][1] == "back", "the two say different sums: again"
    counted("lead", 4250)
    assert (world.rows("basket")[0][1], world.rows("basket")[0][2]["counted"]) == ("counted", 4250)
    assert brought(6, "neighbour", cash=800).refused[0].field == "basket", "what is counted does not change"
    gone = fact("fact.withdrawn", {}, 6, now, corrects=bag.id)
    assert refused(gone).code == "already_decided"

    def settle(fen: int) -> Any:
        return world.say(fact("offer.settled", {"offer": offer, "fen": fen}, at=now), authority=holder_of(town["lead"]))

    assert settle(1).refused[0].code == "not_even", "two doors have no end yet"
    world.say(
        fact("order.brought", {"offer": offer, "household": 6, "basket": key, "outcome": "taken", "cash": 850}, 6, now)
    )
    again = offered.bag(town, offer, 5)
    assert not world.say(again, authority=holder_of(town["lead"])).refused
    assert not brought(5, "taken", cash=1100, into=again).refused
    for who in ("zhao", "lead"):
        counted(who, 1100, str(again.id))
    due = 3400 + 1100 + 2300 + 0 + 1100 + 850
    assert (problem := settle(due - 1).refused[0]).code == "not_even" and f"{due / 100:.2f}" in problem.detail
    assert not settle(due).refused
    assert world.rows("offer")[0][1] == "settled"
    assert sorted(what for what, _role in owed()) == ["collect_money", "pay_back"], "what a door owes stays owed"

    even = {"offer": offer, "household": 3, "what": "paid"}
    assert refused(fact("order.evened", even | {"fen": 2301}, 6, now)).field == "fen"
    world.say(
        fact("order.evened", even | {"fen": 2300}, 6, now),
        fact("order.evened", {"offer": offer, "household": 2, "what": "refunded", "fen": 1200}, 6, now),
    )
    assert owed() == []


def test_of_anothers_offer_nobody_reads_how_it_stands_by_being_refused(town: dict[str, int]) -> None:
    fang = world.make_staff("", {"fang": ("方", [("community_lead", 10)])})["fang"]
    offer, none = offered.drawn(), uuids.uuid7()
    world.say(offer, authority=holder_of(town["lead"]))
    for kind, body in (("offer.settled", {"fen": 0}), ("offer.received", {"lines": []}), ("offer.sent", {"lines": []})):
        told = [world.say(fact(kind, {"offer": str(key), **body}, place=10), authority=holder_of(fang))
                for key in (offer.id, none)]  # fmt: skip
        theirs, unknown = [([problem.code for problem in one.refused.values()], one.waiting) for one in told]
        assert theirs == unknown, kind
    assert [state for _key, state, _data in world.rows("offer")] == ["drawn"]


def test_an_offer_that_stops_gives_back_what_was_paid(town: dict[str, int]) -> None:
    """A group head stops: nobody waits for what does not come."""
    offer = offered.opened(town)
    world.say(place(offer, 3, (1, 2), pays="before"), place(offer, 4, (1, 2)))
    world.say(fact("offer.stopped", {"offer": offer, "reason": "head"}), authority=holder_of(town["mei"]))
    follow.catch_up()
    assert (order(offer, 3)[0], order(offer, 3)[1]["balance"]) == ("refund", -2000)
    assert order(offer, 4)[0] == "nothing" and owed() == [("pay_back", "community_lead")]


def test_what_carriers_read_has_no_person_in_it(town: dict[str, int]) -> None:
    offer = offered.opened(town)
    world.say(place(offer, 3, (1, 2)))
    _state, data = order(offer, 3)
    assert not {"name", "telephone", "person", "age", "ill"} & set(data)
    assert wish(1, 2) == data["lines"][0]
