"""Whoever disagrees by telephone or on paper hears a short number: the desks find it again, and its answer."""

from __future__ import annotations

import re

import measures_town as town
import pytest
import world

from tongzhou.measures import numbered

pytestmark = pytest.mark.postgres
TOLD = {
    "form": "told",
    "sort": "appeal",
    "text": "三天一次不够，家里有两个老人",
    "urgent": "no",
    "channel": "telephone",
}


@pytest.fixture
def staff(staff: dict[str, int]) -> dict[str, int]:
    return staff | town.hire()


def wrote(key: str, who: str = "pan") -> str:
    """Where the desk is led after it wrote one down."""
    return world.post(who, f"/measures/{key}/desk", **TOLD)


def test_the_caller_hears_a_number_the_hour_and_whom_to_ring(staff: dict[str, int]) -> None:
    key = town.approved()
    told = world.words("pan", wrote(key))
    (number,) = set(re.findall(r"0310-\d{5}", told))
    assert f"Your number is {number}. Somebody who did not decide it answers by 2020-03-13 09:00" in told
    assert "Ring 027-8888 0000 then" in told
    assert number in world.words("pan", "/measures/desk") and number in world.words("pan", "/today")
    ((_key, _state, row),) = world.rows("appeal")
    assert number not in str(row), "no fact holds it"


def test_the_answer_is_found_by_the_number_and_an_exception_says_for_whom(staff: dict[str, int]) -> None:
    key = town.approved()
    (number,) = set(re.findall(r"0310-\d{5}", wrote(key)))
    ((appeal, _state, _row),) = world.rows("appeal")
    form = f"answer/{appeal}"
    world.post("pan", f"/measures/{key}/desk", form=form, outcome="excepted", text="准许每天出门一次")
    told = world.words("pan", f"/measures/appeals?number={number.replace('-', '')}")
    assert "准许每天出门一次" in told and f"the exception is for whoever asked under the number {number}" in told
    assert "家里有两个老人" in told
    assert "准许每天出门一次" in world.words("pan", f"/measures/{key}/desk")
    duty = world.words("hong", f"/measures/appeals?number={number}")
    assert "准许每天出门一次" in duty and "家里有两个老人" not in duty, "nobody but law desks reads what was written"
    assert "No appeal and no question of your area" in world.words("anhe", f"/measures/appeals?number={number}")
    assert "Month, day and five digits" in world.page("pan", "/measures/appeals?number=abc", status=422)


@pytest.mark.parametrize(("typed", "number"), [("0310-48273", "0310-48273"), (" ０３１０４８２７３ ", "0310-48273"),
                                               ("0310 48273", "0310-48273"), ("310-48273", ""), ("", "")])  # fmt: skip
def test_a_number_is_read_as_people_type_it(typed: str, number: str) -> None:
    assert numbered.written(typed) == number
