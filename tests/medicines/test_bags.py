"""The sealed bag and the card: what carriers see, what becomes of them at the door, two sides of each moment."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
import world
from hypothesis import given, settings
from hypothesis import strategies as st
from medicines_town import answered, asked, data, furnish, owed, refused, said, state, taken, wanted

from tongzhou.medicines.order import Stop, late, ordered
from tongzhou.people.scope import Resident, holder_of

pytestmark = pytest.mark.postgres


@pytest.fixture
def staff(staff: dict[str, int]) -> dict[str, int]:
    return staff | furnish()


def packed(household: int = 1, **more: int) -> tuple[str, dict[str, str]]:
    key = wanted(household=household)
    script = asked(key)
    answered(script, key, "ready", **more)
    return script, {"bag": script, "remedy": key}


def test_taken_over_broken_not_opened_refused_and_unpaid_each_have_somebody(staff: dict[str, int]) -> None:
    bag, body = packed(fen=4650)
    helps = holder_of(staff["helps"])
    taken(said("bag.fetched", body), by=helps)
    assert state("bag", bag) == "carried" and owed("bag") == [("carry_bag", "volunteer")]
    for outcome, what in (("not_opened", "carry_bag"), ("seal_broken", "settle_bag"), ("refused", "settle_bag")):
        taken(said("bag.handed", body | {"outcome": outcome}), by=helps)
        assert state("bag", bag) == outcome and [one for one, _role in owed("bag")] == [what]
    taken(said("bag.settled", body | {"outcome": "again"}))
    assert state("bag", bag) == "packed"
    taken(said("bag.handed", body | {"outcome": "taken", "paid": 4000}), by=helps)
    assert state("bag", bag) == "unpaid" and owed("bag") == [("collect_bag", "community_lead")]
    taken(said("bag.paid", {"bag": bag, "paid": 650}))
    assert state("bag", bag) == "taken" and owed("bag") == [] and state("remedy", body["remedy"]) == "enough"


def test_a_bag_that_went_back_leaves_the_medicine_owed(staff: dict[str, int]) -> None:
    _bag, body = packed()
    taken(said("bag.fetched", body), said("bag.handed", body | {"outcome": "refused"}))
    assert state("remedy", body["remedy"]) == "at_door"
    taken(said("bag.settled", body | {"outcome": "returned"}))
    assert state("remedy", body["remedy"]) == "out" and ("ask_another", "community_lead") in owed()


def test_a_card_goes_out_and_back_and_each_side_writes_its_own(staff: dict[str, int]) -> None:
    bag, _body = packed()
    helps, pharma = holder_of(staff["helps"]), holder_of(staff["pharma"])
    card = said("card.taken", {"household": 1, "receipt": "4711", "bag": bag, "pharmacy": "near"}, home=6)
    taken(card, by=helps)
    key = str(card.id)
    assert owed("card") == [("return_card", "community_lead")] and data("script", bag)["card"]["receipt"] == "4711"

    def passed(step: str, side: str):  # type: ignore[no-untyped-def]
        return said("card.passed", {"card": key, "bag": bag, "household": 1, "step": step, "side": side})

    home = Resident(6, 1)
    assert refused(passed("left", "received"), by=helps).field == "side", "the pharmacy's side is the pharmacy's word"
    assert refused(passed("returned", "received"), by=helps).field == "side"
    assert refused(passed("taken", "handed"), by=pharma).field == "side"
    taken(said("card.passed", {"card": key, "bag": bag, "household": 1, "step": "taken", "side": "handed"}, place=6),
          by=home)  # fmt: skip
    taken(passed("left", "handed"), by=helps)
    taken(passed("left", "received"), by=pharma)
    assert data("card", key)["at"] == "pharmacy"
    taken(passed("fetched", "handed"), by=pharma)
    taken(passed("fetched", "received"), passed("returned", "handed"), by=helps)
    assert state("card", key) == "unsigned" and owed("card") == [("sign_card", "community_lead")]
    foreign = said("card.passed", {"card": key, "bag": bag, "household": 2, "step": "returned", "side": "received"},
                   place=6)  # fmt: skip
    assert refused(foreign, by=Resident(6, 2)).field == "household"
    taken(said("card.passed", {"card": key, "bag": bag, "household": 1, "step": "returned", "side": "received"},
               place=6), by=home)  # fmt: skip
    assert state("card", key) == "back" and owed("card") == []
    assert set(data("card", key)["said"]) >= {"taken.handed", "taken.received", "returned.handed", "returned.received"}


def test_a_bag_tells_carriers_a_number_a_door_cold_and_by_when(staff: dict[str, int]) -> None:
    bag, _body = packed(household=4)
    [told] = world.client("helps").get("/api/rows/bag").json()["rows"]
    assert told["key"] == bag and told["data"]["household"] == 4 and len(told["data"]["number"]) == 7
    assert told["data"]["by"].startswith("2020-03-12T12:00") and told["data"]["cold"] is False
    assert "med" not in {value for value in told["data"].values() if isinstance(value, str)}
    for noun in ("remedy", "script"):
        assert world.client("helps").get(f"/api/rows/{noun}").json()["rows"] == []


MIN = dt.timedelta(minutes=1)
stops = st.lists(
    st.builds(Stop, key=st.uuids().map(str), stair=st.sampled_from(["1-1", "1-2", "2-1"]),
              floor=st.integers(1, 7), by=st.one_of(st.none(), st.integers(5, 60).map(lambda n: world.NOW + n * MIN)),
              cold=st.booleans()),
    max_size=6, unique_by=lambda one: one.key,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(stops)
def test_no_bag_that_holds_a_last_dose_is_late_where_any_order_would_be_in_time(found: list[Stop]) -> None:
    mine = ordered(found, world.NOW, 6)
    assert sorted(one.key for one in mine) == sorted(one.key for one in found), "nobody is left out"
    if late(mine, world.NOW, 6):
        assert all(late(list(other), world.NOW, 6) for other in itertools.permutations(found))


def test_where_nothing_presses_it_is_one_stairwell_after_the_other_from_the_top(staff: dict[str, int]) -> None:
    found = [Stop("a", "1-1", 2, None), Stop("b", "1-2", 5, None), Stop("c", "1-1", 7, None), Stop("d", "1-2", 6, None)]
    assert [one.key for one in ordered(found, world.NOW, 6)] == ["c", "a", "d", "b"]
    cold = Stop("f", "2-1", 1, None, cold=True)
    assert ordered([*found, cold], world.NOW, 6)[0] is cold
    pressing = Stop("e", "1-2", 1, world.NOW + 12 * MIN)
    assert [one.key for one in ordered([*found, pressing], world.NOW, 6)] == ["c", "e", "a", "d", "b"]
