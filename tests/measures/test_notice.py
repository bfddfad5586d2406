"""The notice as it hangs at a door: first what was decided, last who issued it; and by day somebody looks again."""

from __future__ import annotations

import datetime as dt
import re

import furnished
import measures_town as town
import pytest
import world
from django.test import Client

from tongzhou.measures.forms import at_work

pytestmark = pytest.mark.postgres


@pytest.fixture
def staff(staff: dict[str, int]) -> dict[str, int]:
    return staff | town.hire()


def sentences(key: str) -> list[str]:
    """The Chinese half of the notice."""
    text = Client(headers={"Accept-Language": "zh-hans"}).get(f"/measures/{key}/notice").content.decode()
    return re.findall(r"<p>(.*?)</p>", " ".join(text.split()).partition('notice-text" lang="en"')[0])


def test_it_begins_with_what_was_decided_and_is_issued_on_a_day(staff: dict[str, int]) -> None:
    told = sentences(town.approved())
    assert "小区只留值守出入口" in told[0] and told[1].startswith("限制")
    assert told[-1].startswith("洪区，2020年3月10日") and told[-1].endswith("发布。")


def test_what_was_ended_by_decision_did_not_end_by_itself(staff: dict[str, int]) -> None:
    key = town.approved()
    assert any("自动失效" in one for one in sentences(key))
    world.at(dt.datetime.fromisoformat("2020-03-12T09:00:00+08:00"))
    world.post("hong", f"/measures/{key}/desk", form="end", text="不再需要")
    told = sentences(key)
    assert not any("自动失效" in one for one in told) and any("由决定提前解除" in one for one in told)


@pytest.mark.parametrize(("half", "proposed"), [("16T02:00", "15T17:00"), ("16T19:30", "16T17:00"),
                                                ("16T11:30", "16T11:30"), ("11T02:00", "11T02:00")])  # fmt: skip
def test_a_proposed_review_falls_into_working_hours(half: str, proposed: str) -> None:
    start = dt.datetime.fromisoformat("2020-03-11T00:00+08:00")
    wanted = dt.datetime.fromisoformat(f"2020-03-{proposed}+08:00")
    assert at_work(dt.datetime.fromisoformat(f"2020-03-{half}+08:00"), start) == wanted


LAW = "hu.law,law_desk,洪区法制组,Law desk of Hong,980101,2020-01-01,,00020010016,,,,,,,,,\n"


def test_the_form_offers_the_telephone_that_households_read(staff: dict[str, int]) -> None:
    assert not furnished.bring(LAW).refused
    assert 'name="telephone" value="00020010016"' in world.page("hong", "/measures/draft")
