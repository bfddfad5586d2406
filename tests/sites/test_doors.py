"""Doors have an address beside their running number: brought with the list, shown where somebody goes, found again."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
import world
from click.testing import CliRunner

from tongzhou.ledger import door


@pytest.fixture
def addressed(staff: dict[str, int], tmp_path: Path, monkeypatch: Any) -> dict[str, Any]:
    """The list of doors brought again, now with addresses; what became of it."""
    from tongzhou.cli import households as command

    monkeypatch.setattr(command, "opened", lambda _dir: nullcontext())
    file = tmp_path / "doors.csv"
    file.write_text(
        "number,place,stair,people,door\n"
        "3,980101001001-1,1,2,3栋2单元501\n"
        "4,980101001001-1,1,2,3-2-502\n"
        "5,980101001001-1,1,2,3-502\n"  # a building or a stairwell?
        "6,980101001001-1,1,2,3栋2单元501室\n"  # the same door
        "41,980101001001-2,1,2,Building 3 stairwell 1 room 502\n"
        "90,980201001001,1,2,9栋1单元901\n"
        "7,980101001001-1,1,2,\n"
    )
    ran = CliRunner().invoke(command.households, ["import", str(file), "--json"])
    assert ran.exit_code == 0, ran.output
    return json.loads(ran.stdout) | {"back": (tmp_path / "doors-refused.csv").read_text(encoding="utf-8-sig")}


def test_what_is_not_understood_or_stands_twice_comes_back(addressed: dict[str, Any]) -> None:
    assert (addressed["accepted"], addressed["refused"]) == (5, 2)
    assert "'3-502' is not understood" in addressed["back"] and "stands in this file twice" in addressed["back"]


def test_a_list_without_the_column_keeps_addresses(addressed: dict[str, Any], tmp_path: Path) -> None:
    from tongzhou.cli import households as command

    file = tmp_path / "again.csv"
    file.write_text("number,place,stair,people\n3,980101001001-1,1,4\n")
    assert CliRunner().invoke(command.households, ["import", str(file)]).exit_code == 0
    with door.ledger() as connection:
        row = connection.execute("select people, building, room from community_household where id = 3").fetchone()
    assert row == (4, "3", "501")


def test_who_goes_there_reads_the_address_beside_the_number(addressed: dict[str, Any]) -> None:
    world.fever(3)
    page = world.page("doctor", "/callbacks/")
    assert "Door 3 · Building 3, stairwell 2, room 501" in page
    assert " · 3栋2单元501室" in world.page("doctor", "/callbacks/", language="zh-hans")
    told = world.get("zhao", "/doorway/list.json").json()
    doors = {one["id"]: one for one in told["doors"]}
    assert doors[3]["door"] == {"zh": "3栋2单元501室", "en": "Building 3, stairwell 2, room 501"}
    assert doors[3]["storey"] == 5 and doors[7]["door"] == {"zh": "", "en": ""} and doors[7]["storey"] is None


def test_a_door_is_found_by_its_old_number_and_by_its_address(addressed: dict[str, Any]) -> None:
    for said in ("3", "3栋2单元501", "3-2-501", "三栋二单元五零一室"):
        assert "Door 3" in world.post("lead", "/doorway/slips", 200, form="door", household=said), said
    for said in ("9栋1单元901", "3栋502", "3-502", "8栋1单元101", "by the gate"):  # foreign, two, unclear, none, none
        page = world.post("lead", "/doorway/slips", 422, form="door", household=said)
        assert "Building" not in page or said not in page
    assert "several doors are 3栋502室" in world.post("lead", "/doorway/slips", 422, form="door", household="3栋502")
    assert "no door of yours is 9栋1单元901室" in world.post(
        "lead", "/doorway/slips", 422, form="door", household="9栋1单元901"
    )


def test_charlie_learns_no_address(addressed: dict[str, Any]) -> None:
    world.get("charlie", "/doorway/list.json", 404)
    world.get("charlie", "/callbacks/", 404)


def test_the_twins_addresses_are_of_one_door_each() -> None:
    from tongzhou.community.homes import households
    from tongzhou.demo import REGION
    from tongzhou.places.region import load_region

    for county in load_region(REGION).invented_counties:
        homes = households(county, 7)
        assert len({(home.grid.rpartition(".")[0], home.door) for home in homes}) == len(homes)
        if county.homes.doors == "stairwells":
            assert all(home.door.storey and home.door.storey <= 20 for home in homes)
