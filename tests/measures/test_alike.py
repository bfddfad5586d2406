"""A second proposal of the same kind at the same place is asked about; the form takes nothing from whoever errs."""

from __future__ import annotations

import datetime as dt
import re

import measures_town as town
import pytest
import world

from tongzhou.measures import gate

pytestmark = pytest.mark.postgres


@pytest.fixture
def staff(staff: dict[str, int]) -> dict[str, int]:
    town.hire()
    return staff


def test_the_same_again_is_questioned_with_its_link(staff: dict[str, int]) -> None:
    key = town.proposed()
    for other in ({}, {"places": "同舟里"}, {"start": "2020-03-20T00:00", "until": "2020-03-30T12:00", "review": ""}):
        shown = world.post("hua", "/measures/draft", 409, **town.typed(**other))
        assert "stands here for these days already" in shown and f'href="/measures/{key}/desk"' in shown
        assert "阻断小区内传播" in shown and f'name="beside" value="{key}"' in shown
    assert len(world.rows("measure")) == 1
    world.post("hua", "/measures/draft", **town.typed(beside=[key]))
    assert f'href="/measures/{key}/desk"' in world.page("shi", f"/measures/{town.newest()}/desk")  # and whoever decides
    assert [data.get("beside", []) for _key, _state, data in world.rows("measure")] == [[], [key]]


def test_what_only_looks_alike_is_taken(staff: dict[str, int]) -> None:
    town.proposed()
    for other in (
        {"type": "closure"},
        {"start": "2020-03-24T12:00", "until": "2020-03-31T12:00", "review": "2020-03-28T12:00"},
    ):
        world.post("hua", "/measures/draft", **town.typed(**other))
    town.proposed(type="place_isolation", buildings="3")
    town.proposed(type="place_isolation", buildings="5、6")
    assert len(world.rows("measure")) == 5


def test_an_ended_one_is_not_asked_about(staff: dict[str, int]) -> None:
    key = town.approved()
    world.post("hong", f"/measures/{key}/desk", form="end", text="不再需要")
    town.proposed()


def test_places_are_ticked_in_the_tree(staff: dict[str, int]) -> None:
    """Open an area, look for a part of a name, tick: what was typed elsewhere stays, and nothing is said or judged."""
    typed = town.typed(places="", aim="阻断楼内传播", lighter="")
    first = world.page("hong", "/measures/draft")
    assert 'name="picked" value="4"' in first and 'name="pick" value="4"' in first and 'value="9"' not in first
    opened = world.post("hong", "/measures/draft", 200, **typed, pick="4")
    assert 'name="picked" value="5"' in opened and "阻断楼内传播" in opened and 'class="errs"' not in opened
    found = world.post("hong", "/measures/draft", 200, **typed, find="Tongzhou", picked=["4"])
    assert re.search(r'name="picked" value="4" checked', found) and 'name="picked" value="5"' in found
    assert "lies in it" in world.post("hong", "/measures/draft", 200, **typed, find="Far", pick="find")
    assert world.rows("measure") == []
    world.post("hong", "/measures/draft", 422, **{**typed, "lighter": "只测体温"}, picked=["10"], send="1")
    world.post("hong", "/measures/draft", **{**typed, "lighter": "只测体温"}, picked=["5"], send="1")
    assert world.rows("measure")[0][2]["places"] == [5]


def test_reasons_stand_beside_their_fields(staff: dict[str, int]) -> None:
    shown = world.post("hong", "/measures/draft", 422, **town.typed(places="", aim=""))
    assert 'href="#id_places"' in shown and 'href="#id_aim"' in shown
    shown = world.post("hong", "/measures/draft", 422, **town.typed(basis="依法办理", evidence="听说有病例"))
    for field, told in (("basis", "names no article"), ("evidence", "hearsay")):
        assert re.search(rf'id="id_{field}_error">[^<]*{told}', shown), field
        assert f'href="#id_{field}"' in shown and "There is no override" in shown
    assert shown.count('class="bad"') == 1  # the part of the form in which both stand


def test_starting_from_an_earlier_one_asks_only_for_what_is_fresh(staff: dict[str, int]) -> None:
    key = town.approved()
    assert f"?from={key}" in world.page("hong", "/measures/draft")
    page = world.page("hong", f"/measures/draft?from={key}")
    left = [name for name in ("type", "basis", "aim", "telephone", "places", "evidence", "lighter", "why", "start",
                              "until") if not _filled(page, name)]  # fmt: skip
    assert left == ["evidence", "lighter", "why", "start", "until"]
    assert world.client("anhe").get(f"/measures/draft?from={key}").status_code in (200, 404)


def _filled(page: str, name: str) -> bool:
    return bool(
        re.search(rf'name="{name}"[^>]* value="[^"]', page)
        or re.search(rf'<textarea[^>]*name="{name}"[^>]*>\s*[^<\s]', page)
        or re.search(rf'<select name="{name}".*?<option value="[^"]+" selected', page, re.S)
    )


def test_a_review_left_open_is_at_half_and_no_later_than_the_gate_allows(staff: dict[str, int]) -> None:
    """A review on the end itself would leave nothing to look at."""
    town.proposed(review="")
    told = world.rows("measure")[0][2]
    start, until, review = (dt.datetime.fromisoformat(told[name]) for name in ("start", "until", "review"))
    half = start + min((until - start) / 2, dt.timedelta(days=7))
    assert half - dt.timedelta(hours=16) <= review <= half < until and 9 <= review.hour < 18, "by day"


def test_nobody_is_registered_where_nothing_is_collected_and_all_words_come_at_once(staff: dict[str, int]) -> None:
    typed = town.typed(text="每户两天一人出小区一次，出入登记", collects="nothing")
    assert "nothing is collected, but its words say" in world.post("hong", "/measures/draft", 422, **typed)
    without = {**typed, "text": "每户两天一人出小区一次，出入不登记", "why": ""}
    assert "its words say" not in world.post("hong", "/measures/draft", 422, **without)
    named = gate.all_by_origin("疫区来人一律不准进，只许本地人出入")
    assert len(named) >= 2 and any("本地" in one for one in named), named
    assert gate.small_counts({"evidence": "本街道新增发热 3 例，其中 1 例疑似，共 13 例"}) == ["3 例", "1 例"]
    assert gate.small_counts({"evidence": "24 cases, one case at school"}) == ["one case"]
