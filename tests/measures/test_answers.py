"""An answer to an appeal is true to what became of the measure, and comes from somebody who had no part in it."""

from __future__ import annotations

import datetime as dt
import re

import measures_town as town
import msgspec
import pytest
import world
from django.test import Client

from tongzhou.people.scope import Resident, holder_of

pytestmark = pytest.mark.postgres


@pytest.fixture
def staff(staff: dict[str, int]) -> dict[str, int]:
    return staff | town.hire()


def asked(key: str, sort: str = "appeal") -> str:
    body = {"about": key, "sort": sort, "text": "三天一次不够，家里有两个老人", "channel": "page"}
    one = msgspec.structs.replace(world.said("appeal.made", body, place=6), reporting=3)
    assert not world.say(one, authority=Resident(6, 3), device="slip").refused
    return str(one.id)


def answered(staff: dict[str, int], appeal: str, outcome: str, who: str = "pan") -> list[str]:
    fact = world.said("appeal.answered", {"appeal": appeal, "outcome": outcome, "text": "已经看过，答复如下"}, place=3)
    return [one.code for one in world.say(fact, authority=holder_of(staff[who])).refused.values()]


def test_changed_is_said_only_of_what_was_changed(staff: dict[str, int]) -> None:
    key = town.approved()
    appeal = asked(key)
    assert answered(staff, appeal, "changed") == ["malformed"]
    world.at(world.NOW + dt.timedelta(minutes=5))
    world.post("hong", f"/measures/{key}/desk", form="ease", text="改为两天一次", outing_days="2")
    assert answered(staff, appeal, "changed") == []


def test_only_a_question_is_closed_as_answered(staff: dict[str, int]) -> None:
    key = town.approved()
    assert answered(staff, asked(key), "told") == ["malformed"]
    assert answered(staff, asked(key, "question"), "told") == []


def test_whoever_reviewed_it_has_decided_it(staff: dict[str, int]) -> None:
    key = town.approved()
    world.at(dt.datetime.fromisoformat("2020-03-16T13:00:00+08:00"))
    world.post("pan", f"/measures/{key}/desk", form="review", evidence="仍有新增", review="2020-03-20T12:00")
    assert answered(staff, asked(key), "stays") == ["decided_by_you"]


def test_a_notice_that_was_eased_says_which_rule_holds(staff: dict[str, int]) -> None:
    key = town.approved()
    world.at(dt.datetime.fromisoformat("2020-03-12T09:00:00+08:00"))
    world.post("hong", f"/measures/{key}/desk", form="ease", text="改为两天一次", outing_days="2")
    text = Client(headers={"Accept-Language": "en"}).get(f"/measures/{key}/notice?language=en").content.decode()
    told = re.findall(r"<p>(.*?)</p>", " ".join(text.split()))
    assert "One person of each household may go shopping once in 2 days." in told
    assert any(sentence.startswith("Made lighter on 12 March 2020") for sentence in told)
    assert any("before 12 March 2020" in sentence and "what stands above holds" in sentence for sentence in told)
