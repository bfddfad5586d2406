"""A proposal that the level above does not agree to: whoever proposed it is told why, and takes it up."""

from __future__ import annotations

import measures_town as town
import pytest
import uuid_utils.compat as uuids
import world

pytestmark = pytest.mark.postgres
WHY = "证据写明了三例，县以下可能看出是谁，请改写后再报"


@pytest.fixture(autouse=True)
def people(staff: dict[str, int]) -> None:
    town.hire()


def declined() -> str:
    key = town.proposed()
    world.post("shi", f"/measures/{key}/desk", form="decline", text=WHY)
    assert town.state(key) == "declined"
    return key


def owes() -> bool:
    return "take_up_declined" in world.page("pan", "/today")


def test_whoever_proposed_it_reads_why_on_today_on_its_page_and_at_the_desk() -> None:
    key = declined()
    for path in ("/today", "/measures/desk", f"/measures/{key}/desk"):
        assert WHY in world.page("pan", path, language="zh-hans"), path
    assert f"/measures/draft?from={key}" in world.page("pan", "/today")


def test_it_is_left_at_that() -> None:
    key = declined()
    assert owes()
    world.post("pan", "/today/act", subject=f"measure/{key}", what="take_up_declined", at="3", act="left")
    assert town.state(key) == "dropped" and not owes()
    assert WHY in world.page("pan", f"/measures/{key}/desk"), "why stays on its page"
    assert 'name="form" value="drop"' not in world.page("pan", f"/measures/{key}/desk")


def test_it_is_mended_and_proposed_again_and_each_page_tells() -> None:
    key = declined()
    page = world.page("pan", f"/measures/draft?from={key}")
    assert "阻断小区内传播" in page, "what was typed stands there again"
    world.post("pan", f"/measures/draft?from={key}", **town.typed(evidence="二月二十日以来有小区内感染"))
    again = next(one for one, state, _data in world.rows("measure") if state == "drafted")
    assert town.state(key) == "dropped" and again != key and not owes()
    assert f"/measures/{again}/desk" in world.page("pan", f"/measures/{key}/desk")


def test_what_waits_is_taken_back_by_whoever_proposed_it_and_by_nobody_else() -> None:
    key = town.proposed()
    assert 'value="withdraw"' not in world.page("shi", f"/measures/{key}/desk")
    assert world.post("hong", f"/measures/{key}/desk", form="withdraw", id=str(uuids.uuid7())) == "/measures/desk"
    assert town.state(key) == "void" and key not in world.page("shi", "/today")
