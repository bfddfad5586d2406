"""The sentence of the outlook by its rules, and the picture of how often earlier forecasts were right."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import translation

from tongzhou.command.published import Published
from tongzhou.outlook import checked
from tongzhou.outlook.ahead import Ahead, Checked
from tongzhou.outlook.sentence import sentence

DAY = dt.date(2020, 3, 10)
CURVE = [Published(DAY - dt.timedelta(days=n), 0, 0, 0, "", "s", fresh=70 + n) for n in range(14)]  # a mean of 73


def told(*quantiles: float, direction: str = "falling") -> str:
    days = [(DAY + dt.timedelta(days=7), quantiles)] if quantiles else []
    found = sentence(Ahead(days, direction=direction), CURVE)
    with translation.override("en"):
        return str(found)


@pytest.mark.parametrize(
    ("quantiles", "begins", "outer"),
    [
        ((4, 9, 20, 38, 60), "It goes on falling: about 9–38", "60"),
        ((4, 9, 20, 38, 90), "Most likely it goes on falling: about 9–38", ""),
        ((80, 90, 95, 110, 140), "It goes on rising: about 90–110", "80"),
        ((50, 90, 95, 110, 140), "Most likely it goes on rising: about 90–110", "140"),
        ((20, 60, 95, 110, 140), "It may rise or fall: about 60–110", "140"),
    ],
)
def test_a_case_each_by_where_the_range_lies(quantiles: tuple[float, ...], begins: str, outer: str) -> None:
    said = told(*quantiles)
    assert said.startswith(begins) and "by 17 March, now 73 (mean of seven days)" in said
    assert " 20 " not in said and " 95 " not in said  # never the middle number
    assert not outer or f"about {outer}" not in said
    assert said.count(".") == 2 and not any(word in said.lower() for word in ("double", "halve", "tomorrow"))


def test_where_no_distance_is_judged_there_is_no_figure_for_it() -> None:
    for direction, begins in (("rising", "Rising, and"), ("falling", "Falling, and"), ("either", "It may rise or")):
        said = told(direction=direction)
        assert said.startswith(begins) and "no figure for next week" in said and "from 80 to 73 in a week" in said
    assert sentence(Ahead([], "few"), CURVE) is None and sentence(None, CURVE) is None
    gap = [CURVE[0], CURVE[1].day, *CURVE[2:]]
    days = ((DAY + dt.timedelta(days=7), (4.0, 9.0, 20.0, 38.0, 60.0)),)
    assert "mean of seven" not in str(sentence(Ahead(list(days), direction="falling"), gap))


def test_the_facts_of_the_sentence_are_part_of_a_signed_report() -> None:
    one = sentence(Ahead([(DAY, (4.0, 9.0, 20.0, 38.0, 60.0))], direction="falling"), CURVE)
    assert one and one.facts == {"outlook": "falls", "day": DAY, "low": 9, "high": 38, "outer": 60}


def test_the_ranges_are_counted_and_drawn_and_what_came_outside_is_a_cross() -> None:
    right = Checked(DAY, 40, 60, 90, 61, 120)
    found = [replace(right, day=DAY + dt.timedelta(days=n), came=came) for n, came in enumerate([61, 70, 300, 0, 55])]
    verdict = checked.verdict(found)
    assert (verdict["n"], verdict["held"], verdict["should"], verdict["narrow"]) == (5, 3, 5, True)
    drawn = checked.picture(found)
    assert drawn and [mark["held"] for mark in drawn["marks"]] == [True, True, False, False, True]
    assert all(mark["top"] < mark["came"] < mark["top"] + mark["high"] for mark in drawn["marks"] if mark["held"])
    assert all(0 <= mark["came"] <= drawn["height"] for mark in drawn["marks"]) and checked.picture([]) is None
