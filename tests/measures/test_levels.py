"""Which level holds is read in one way, by gate, register and page; what follows stands before it is signed."""

from __future__ import annotations

import datetime as dt
import json
import time

import measures_town as town
import pytest
import world

from tongzhou.ledger import door
from tongzhou.measures import gate, register
from tongzhou.measures.held import levels_at
from tongzhou.people.scope import holder_of

ZONE = world.NOW.tzinfo
LISTS = ["2020-02-28", "2020-03-03", "2020-03-06", "2020-03-09", "2020-03-12", "2020-03-15", "2020-03-18", "2020-03-21"]
pytestmark = pytest.mark.postgres


@pytest.fixture
def staff(staff: dict[str, int]) -> dict[str, int]:
    """Eight lists by count, two of them with the county by name: high, then low."""
    town.hire()
    series = [{"as_of": day, "units": 2, "low": 1, "medium": 0, "high": 1, "source": "list"} for day in LISTS]
    with door.ledger() as connection:
        source = json.dumps({"risk_series": series})
        connection.execute("update places_region set source = source || %s::jsonb", [source])
        for day, level in (("2020-02-28", "high"), ("2020-03-12", "low")):
            connection.execute(
                "insert into places_fact (place, name, value, valid_from, source)"
                " values (3, 'risk_published', %s, %s, '')",
                [json.dumps({"level": level}), day],
            )
    return staff


def sign(staff: dict[str, int], level: str, since: str, at: dt.datetime = world.NOW) -> None:
    told = {"unit": 3, "level": level, "since": since, "text": "按公布名单"}
    assert world.say(world.said("level.signed", told, place=1, at=at), authority=holder_of(staff["wu"])).accepted == 1


def test_everybody_reads_the_same_level(staff: dict[str, int]) -> None:
    """A list holds from the day after; what is signed goes before it, from its hour on."""
    sign(staff, "medium", "2020-03-11T10:00:00+08:00")
    for at, level in (
        ("2020-02-28T23:59", None), ("2020-02-29T00:00", "high"), ("2020-03-11T09:59", "high"),
        ("2020-03-11T10:00", "medium"), ("2020-03-20T00:00", "medium"),
    ):  # fmt: skip
        moment = dt.datetime.fromisoformat(at).replace(tzinfo=ZONE)
        with door.ledger() as connection:
            held = levels_at(connection, [3, 6, 9], moment)
            stands = gate.stands(connection, [3, 6, 9], moment)
        assert {place: one.level for place, one in held.items()} == ({3: level, 6: level} if level else {}), at
        assert [stands[place].risk for place in (3, 6, 9)] == [level or "", level or "", ""], at


def test_a_checkpoint_is_off_by_a_published_list(staff: dict[str, int]) -> None:
    """Nobody signed anything: the county is low by the list of the twelfth, from the thirteenth on."""
    road = {"type": "road_checkpoint", "limits": ["passing"], "outing_days": "", "groups": ["vehicles"]}
    world.post("hong", "/measures/draft", **town.typed(**road, places="湖街"))
    key = town.newest()
    world.post("wu", f"/measures/{key}/desk", form="approve", number="鄂指〔2020〕9号")
    for at, on in (("2020-03-12T23:59", [key]), ("2020-03-13T00:00", [])):
        with world.seen_by(1):
            moment = dt.datetime.fromisoformat(at).replace(tzinfo=ZONE)
            assert [one.key for one in register.in_force(4, moment, ["passing"])] == on, at


@pytest.mark.parametrize(("clock", "n"), [("2020-03-10T09:00", 4), ("2020-03-19T09:00", 7), ("2020-03-22T09:00", 8)])
def test_every_list_that_was_published_by_then(staff: dict[str, int], clock: str, n: int) -> None:
    world.at(dt.datetime.fromisoformat(clock).replace(tzinfo=ZONE))
    shown = world.page("wu", "/levels/?day=2020-02-28")
    assert [day for day in LISTS if f'<th scope="row">{day}</th>' in shown] == LISTS[:n]
    assert "One unit is on it." in shown
    since = "2020-02-28" if n == 4 else "2020-03-12"
    assert f"Unit by unit nothing is known since the list of {since}" in shown
    assert ("high, by the list of 2020-02-28" in shown) == (n == 4)
    assert "no figures of its own are held here" in shown


def test_a_change_is_seen_with_what_follows_and_signed(staff: dict[str, int]) -> None:
    road = {"type": "road_checkpoint", "limits": ["passing"], "outing_days": "", "groups": ["vehicles"]}
    world.post("hong", "/measures/draft", **town.typed(**road, places="湖街"))
    world.post("wu", f"/measures/{town.newest()}/desk", form="approve", number="鄂指〔2020〕9号")
    start = time.thread_time()
    shown = world.page("wu", "/levels/3?level=low&since=2020-03-12T10:00")
    assert time.thread_time() - start < 2
    for told in ("high, by the list of 2020-02-28", "You, for Hu;", "low from 03-12 10:00 on:", "1 measures are off",
                 "No road checkpoint may be proposed or stand here"):  # fmt: skip
        assert told in shown, told
    world.post("wu", "/levels/3", level="low", since="2020-03-12T10:00", text="十四天无新增")
    assert "low</b> from 03-12 10:00 on" in world.page("wu", "/levels/3")
    listed = world.page("lin", "/levels/").partition('id="signed"')[2].partition("</section>")[0]
    assert 'href="/levels/3"' in listed and "from 2020-03-12 10:00 on" in listed and "十四天无新增" in listed
    assert "Commander or duty officer of Wu or Hu." in world.page("lin", "/levels/3")
