"""PRICE-01 of a shop: both readings beside each other, by the notice of the place and the day; at most a suspicion."""

from __future__ import annotations

import datetime as dt

import pytest

from tongzhou.market import policy, readings
from tongzhou.market.watch import Told

DAY, EARLIER = dt.date(2020, 2, 20), dt.datetime(2020, 1, 18, 9, tzinfo=dt.UTC)
WUHAN, YICHANG, CHANGSHA = "420111", "420502", "430102"


def told(yuan: float, cost: float | None = None, at: dt.datetime = EARLIER) -> Told:
    return Told("k", at, 5, "shop", ("rice", "ordinary"), yuan, cost, None, None, "shelf", None)


@pytest.mark.parametrize(
    ("place", "now", "before", "outcome", "above", "grew"),
    [
        (WUHAN, (12, 10), (10, 8), "needs_ruling", True, False),  # X76: both readings, and they contradict
        (WUHAN, (13, 10), (10, 8), "gouging_suspected", True, True),
        (WUHAN, (12, None), (10, None), "gouging_suspected", True, None),
        (WUHAN, (10, 7), (10, 8), "needs_ruling", False, True),
        (WUHAN, (10, None), (10, None), "no_finding", False, None),
        (WUHAN, (12, None), None, "insufficient_data", None, None),
        (YICHANG, (12, 10), (10, 8), "no_finding", True, False),  # the share of the cost did not grow
        (YICHANG, (13, 10), (10, 8), "gouging_suspected", True, True),
        (YICHANG, (13, None), (10, None), "insufficient_data", True, None),
        (CHANGSHA, (12, 10), (10, 8), "no_finding", True, False),
        (CHANGSHA, (12, 8), (10, 8), "gouging_suspected", True, None),
        ("110101", (12, 10), (10, 8), "no_pack", True, False),
    ],
)
def test_the_notice_of_the_place_decides_which_reading_holds(
    place: str, now: tuple[float, float | None], before: tuple[float, float | None] | None, outcome: str,
    above: bool | None, grew: bool | None,
) -> None:  # fmt: skip
    found = readings.read(told(*now), [told(*before)] if before else [], DAY, place)
    assert (found.outcome, found.above, found.grew) == (outcome, above, grew)
    assert outcome in ("needs_ruling", "gouging_suspected", "no_finding", "insufficient_data", "no_pack"), "no penalty"


def test_what_was_never_sold_before_is_judged_by_its_margin() -> None:
    found = readings.read(told(11.6, 10), [], DAY, WUHAN, known_none=True)
    assert found.suspected, "X77: 16 % is more than 15 %"
    assert readings.read(told(11.6, 10), [], DAY, YICHANG, known_none=True).outcome == "needs_ruling"


def test_the_earlier_price_is_the_last_one_up_to_the_day_of_the_notice() -> None:
    days = [dt.datetime(2020, 1, day, 9, tzinfo=dt.UTC) for day in (10, 21, 22)]
    said = [told(price, at=at) for price, at in zip((3.0, 3.1, 3.5), days, strict=True)]
    assert readings.base_until(DAY, WUHAN) == dt.date(2020, 1, 21)
    assert readings.base_until(DAY, CHANGSHA) == dt.date(2020, 1, 23)
    assert readings.base_until(DAY, "110101") is None
    [kept] = readings.last_before(said, readings.base_until(DAY, WUHAN)).values()
    assert [one.yuan for one in kept] == [3.0, 3.1]


def test_the_event_is_that_of_the_smallest_area() -> None:
    of = policy.market()
    assert [of.event(code).first_day.day for code in (WUHAN, CHANGSHA, "110101", None)] == [22, 24, 20, 20]  # type: ignore[union-attr]


def test_every_item_has_a_unit_that_is_known_and_ten_are_asked_for() -> None:
    of = policy.market()
    assert all(item.unit in of.unit and set(item.grades) <= set(of.grade) for item in of.items)
    assert [item.ask for item in of.asked] == list(range(1, 11))
    assert of.reckoned("rice", 605, "kg") == 3.025 and of.reckoned("oil", 100, "kg") is None
    words = [word for one in of.items for word in {one.code, one.zh, one.en, *one.also}]
    assert len(words) == len(set(words)), "a word means one item"
