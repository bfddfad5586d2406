"""The hours of the day are a dated table that the morning, the handover and Today read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
import world
from django.urls import Resolver404, resolve

from tongzhou.command import morning
from tongzhou.directives import rhythm
from tongzhou.ledger.time import zone

LATER = """
rhythm: day
edition: test_2
valid_from: 2020-03-05
meetings:
  morning: {at: "07:30", minutes: 10, levels: [province]}
sheets:
  four_classes: {at: "10:00", roles: [duty_officer], page: /beds/}
"""


@pytest.fixture
def editions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The shipped edition and a later one."""
    for path in rhythm.TABLES.glob("*.yaml"):
        (tmp_path / path.name).write_text(path.read_text())
    (tmp_path / "later.yaml").write_text(LATER)
    monkeypatch.setattr(rhythm, "TABLES", tmp_path)
    rhythm.editions.cache_clear()
    yield tmp_path
    rhythm.editions.cache_clear()


def test_each_day_has_the_hours_of_its_edition(editions: Path) -> None:
    assert morning.over(dt.date(2020, 3, 3)) == dt.datetime(2020, 3, 4, 8, 50, tzinfo=zone())
    assert morning.over(dt.date(2020, 3, 4)) == dt.datetime(2020, 3, 5, 7, 40, tzinfo=zone())
    found = rhythm.coming(world.NOW, ["duty_officer"], ["province"])
    assert [(one.point.name, one.at.hour) for one in found] == [("four_classes", 10), ("morning", 7)]
    assert [one.point.name for one in rhythm.coming(world.NOW, ["duty_officer"], ["county"])] == ["four_classes"]
    assert rhythm.next_meeting(world.NOW) == rhythm.meetings(dt.date(2020, 3, 11))[0]


@pytest.mark.parametrize(
    ("was", "wrong"),
    [("[province]", "[moon]"), ("[duty_officer]", "[astrologer]"), ('"07:30"', '"25:30"'), ("meetings:", "meets:")],
)
def test_a_table_that_is_wrong_names_its_file_and_entry(editions: Path, was: str, wrong: str) -> None:
    (editions / "later.yaml").write_text(LATER.replace(was, wrong))
    with pytest.raises(ValueError, match=r"later.yaml, (morning|four_classes|rhythm)"):
        rhythm.editions()


def test_every_sheet_stands_on_a_page_and_has_words() -> None:
    for edition in rhythm.editions():
        for point in edition.points:
            assert point.name in rhythm.WORDS, point.name
            try:
                resolve(point.page.partition("#")[0])
            except Resolver404:
                pytest.fail(f"{point.name}: {point.page}")


@pytest.mark.postgres
def test_the_handover_and_today_tell_what_comes(desks: dict[str, int]) -> None:
    world.at(world.NOW.replace(hour=16))
    text = world.words("duty", "/handover/")
    assert "What comes in this shift 18:00 Evening meeting · 20:00 Report of the day" in text
    assert "Doors not heard from" not in text  # another post's
    assert "18:00 晚间会议" in world.words("duty", "/today", language="zh-hans")
    assert "Evening meeting" not in world.words("zhao", "/today")
    assert "Evening meeting" not in world.words("lead", "/today")  # no meeting at this level
