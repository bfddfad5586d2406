"""The public register is searched, grouped and paged, also with thousands of entries; what changed is told by day."""

from __future__ import annotations

import datetime as dt
import json
import re
import time
import uuid

import measures_town as town
import msgspec
import pytest
import world
from django.test import Client

from tongzhou.ledger import door
from tongzhou.measures import shelf

ZONE = world.NOW.tzinfo
pytestmark = pytest.mark.postgres


@pytest.fixture
def staff(staff: dict[str, int]) -> dict[str, int]:
    town.hire()
    return staff


def public(path: str, language: str = "en") -> str:
    answer = Client(headers={"Accept-Language": language}).get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return " ".join(answer.content.decode().split())


def test_found_by_place_kind_number_and_state(staff: dict[str, int]) -> None:
    closed = town.approved(places="同舟里")
    dinners = town.proposed(type="gathering_limit", limits=["gathering"], outing_days="", places="湖街")
    world.post("shi", f"/measures/{dinners}/desk", form="approve", number="武指〔2020〕18号")
    world.post("lead", "/measures/found", type="closed_management", text="东门用铁板封死", places="同舟里",
               limits=["leaving"], appeal="3")  # fmt: skip
    iron = town.newest()
    for asked, expected in (
        ("", {closed, dinners, iron}), ("q=Tongzhouli", {closed, iron}), ("q=同舟里", {closed, iron}),
        ("q=Wu+gathering", {dinners}), ("q=18号", {dinners}), ("q=nowhere", set()), ("state=in_fact", {iron}),
        ("state=coming&by=kind", {closed, dinners}), ("by=place", {closed, dinners, iron}), ("state=over", set()),
    ):  # fmt: skip
        shown = public(f"/measures/?{asked}")
        assert set(re.findall(r'<li> <a href="/measures/([0-9a-f-]{36})"', shown)) == expected, asked
    assert "Hong (3)" in public("/measures/?by=place") and "Closed management (2)" in public("/measures/?by=kind")
    assert "湖街" in public("/measures/?q=湖街&by=place", "zh-hans") and "<script" not in public(
        "/measures/?q=<script>"
    )
    world.post("hong", f"/measures/{closed}/desk", form="end", text="不再需要")  # what changed is read anew
    assert closed not in public("/measures/") and closed in public("/measures/?state=ended")


def test_whoever_looks_for_a_place_finds_what_ended_there_with_its_state(staff: dict[str, int]) -> None:
    key = town.approved(type="gathering_limit", limits=["gathering"], outing_days="", places="同舟里")
    world.post("hong", f"/measures/{key}/desk", form="end", text="不再需要")
    found = public("/measures/?q=同舟里")
    assert key in found and "Ended before its time (1)" in found and "all that were found (1)" in found
    assert "Nothing restricts anybody now" in public("/measures/")


def test_what_changed_by_day(staff: dict[str, int]) -> None:
    key = town.approved(places="同舟里")
    assert "approved" in public("/measures/changes").lower()
    world.at(dt.datetime(2020, 3, 12, 9, tzinfo=ZONE))
    world.post("hong", f"/measures/{key}/desk", form="ease", outing_days="2", text="申诉后放宽")
    world.at(dt.datetime(2020, 3, 25, 9, tzinfo=ZONE))
    for day, told in (("10", "Approved"), ("11", "In force from now on"), ("12", "shopping once in 2 days"),
                      ("24", "it ended by itself"), ("13", "Nothing changed")):  # fmt: skip
        assert told in public(f"/measures/changes?day=2020-03-{day}"), day
    for bad in ("0001-01-01", "x", "2020-13-01"):
        assert Client().get("/measures/changes", {"day": bad}).status_code == 422


def test_an_earlier_day_counts_no_appeal_that_was_made_since(staff: dict[str, int]) -> None:
    key = town.approved(places="同舟里")
    later = dt.datetime(2020, 3, 12, 9, tzinfo=ZONE)
    world.at(later)
    body = {"about": key, "sort": "appeal", "text": "买药要走四公里", "channel": "telephone"}
    made = msgspec.structs.replace(world.said("appeal.made", body, place=3, at=later), reporting=3)
    assert world.say(made).accepted == 1
    for at, n in (("", 1), ("?at=2020-03-11", 0)):
        (told,) = Client().get(f"/measures/register.json{at}").json()["measures"]
        assert told["appeals"]["made"] == n, at


@pytest.mark.parametrize("many", [201, 5000])
def test_thousands_are_paged_quickly(staff: dict[str, int], many: int) -> None:
    key = town.approved()
    data = next(data for one, _state, data in world.rows("measure") if one == key)
    with door.ledger() as connection:
        for n in range(many - 1):
            number = {"number": f"武指〔2020〕{n + 100}号"}
            connection.execute(
                "insert into ledger_row (noun, key, place, effective_at, known_from, state, sees, data, ends)"
                " select noun, %s, place, effective_at, known_from, state, sees, data || %s, ends from ledger_row"
                " where noun = 'measure' and key = %s",
                [str(uuid.UUID(int=n + 1)), json.dumps(number), key],
            )
    world.at(dt.datetime(2020, 3, 12, 9, tzinfo=ZONE))
    assert data["type"] == "closed_management"
    shown = public("/measures/")
    assert f"In force ({many})" in shown and f"{many - 30} more" in shown and len(shown) < 60_000
    last = -(-many // 30)
    assert "武指" not in shown and shown.count("<li> <a") == 30
    assert public(f"/measures/?page={last}").count("<li> <a") == (many % 30 or 30)
    assert public(f"/measures/?page={last + 5}").count("<li> <a") == 0
    assert public("/measures/?q=%E3%80%942020%E3%80%95100%E5%8F%B7").count("<li> <a") == 1
    spent = sorted(
        _cpu(path) for path in ("/measures/", "/measures/?page=3", "/measures/?q=lake", "/measures/?by=kind") * 3
    )
    assert spent[8] < 0.15, spent  # three in four; collections of garbage fall on some of them
    with world.seen_by(1):
        assert len(shelf.entries(dt.datetime(2020, 3, 12, 9, tzinfo=ZONE))) == many


def _cpu(path: str) -> float:
    start = time.thread_time()
    public(path)
    return time.thread_time() - start
