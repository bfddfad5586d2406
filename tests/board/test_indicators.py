"""Series published beside the bulletins: a name, a unit, a day and a number; what nobody entered is not held here."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pytest
import world
from click.testing import CliRunner

from tongzhou.cli import main
from tongzhou.ledger import door

pytestmark = pytest.mark.postgres
KNOWN = {"indicators": [
    {"id": "severe", "name_zh": "重症", "name_en": "Severe", "unit": "persons", "kind": "stock",
     "changes": [{"day": "2020-03-08", "text_en": "x", "text_zh": "x", "source": "x"}]},
    {"id": "tested", "name_zh": "检测", "name_en": "People tested", "unit": "persons", "kind": "flow", "changes": []},
]}  # fmt: skip
HEAD = "day,place,indicator,value,published_on,source,version,published_at,grade,read\n"
ROWS = """2020-03-08,hu.980100,severe,40,2020-03-09,hc,first,08:00,text,page 1
2020-03-08,hu.980100,severe,44,2020-03-09,hc,restated,20:00,text,page 2
2020-03-07,hu.980100,severe,30,2020-03-08,hc,,,,
2020-03-08,hu.980101,severe,7,2020-03-09,hc,,,single,
2020-03-08,hu.980100,masks_worn,1000,2020-03-09,hc,,,,
"""


@pytest.fixture
def held(staff: dict[str, int], tmp_path: Path) -> dict[str, int]:
    with door.ledger() as connection:
        connection.execute("update places_region set source = %s", [json.dumps(KNOWN)])
    assert take(tmp_path, ROWS)["accepted"] == 5
    return staff


def take(tmp_path: Path, rows: str, code: int = 0) -> dict[str, Any]:
    file = tmp_path / "indicators.csv"
    file.write_text(HEAD + rows)
    told = CliRunner().invoke(main, ["indicator", "import", str(file), "--json"])
    assert told.exit_code == code, told.output
    found: dict[str, Any] = json.loads(told.output.splitlines()[0])
    return found


def told(**asked: str) -> dict[str, Any]:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    found = world.get("duty", f"/api/board/2/indicators.json?day=2020-03-09&{query}").json()
    return {one["id"]: one for one in found["indicators"]}


def test_a_series_with_its_revision_and_its_change_of_definition(held: dict[str, int]) -> None:
    severe = told()["severe"]
    assert (severe["held"], severe["value"], severe["unit"], severe["day"]) == (True, 44, "persons", "2020-03-08")
    newest, before = severe["series"]
    assert (newest["first_value"], newest["definition_changed"], newest["grade"]) == (40, True, "text")
    assert (before["first_value"], before["definition_changed"], before["grade"]) == (None, False, "ungraded")


def test_what_nobody_entered_is_not_held_here_and_no_nought(held: dict[str, int]) -> None:
    tested = told()["tested"]
    assert (tested["held"], tested["value"], tested["series"]) == (False, None, [])
    assert "not held here" in world.page("duty", "/board/2/indicators?day=2020-03-09")
    assert "本平台未录入" in world.page("duty", "/board/2/indicators?day=2020-03-09", language="zh-hans")


def test_a_name_that_the_region_does_not_know_is_shown_as_it_stands(held: dict[str, int]) -> None:
    assert (told()["masks_worn"]["value"], told()["masks_worn"]["unit"]) == (1000, None)


def test_each_figure_is_known_from_its_moment(held: dict[str, int]) -> None:
    assert told(as_known_at="2020-03-09T10:00")["severe"]["value"] == 40
    assert told(as_known_at="2020-03-08T10:00")["severe"]["value"] == 30


def test_a_table_of_the_place_and_what_lies_in_it(held: dict[str, int]) -> None:
    text = world.get("duty", "/board/1/indicators.csv?day=2020-03-09").content.decode("utf-8-sig")
    rows = [(r["place"], r["indicator"], r["day"], r["value"]) for r in csv.DictReader(io.StringIO(text))]
    assert len(rows) == 4 and ("hu.980101", "severe", "2020-03-08", "7") in rows
    page = world.squeezed(world.page("duty", "/board/1/indicators?day=2020-03-09"))
    assert "In places below" in page and "Hong" in page


def test_bad_rows_come_back_and_the_future_is_refused(held: dict[str, int], tmp_path: Path) -> None:
    bad = [
        "2020-03-08,hu.980100,Severe Cases,1,2020-03-09,hc,,,,",
        "2020-03-08,hu.980100,severe,some,2020-03-09,hc,,,,",
        "2020-03-10,hu.980100,severe,1,2020-03-11,hc,,,,",
        "2020-03-08,nowhere,severe,1,2020-03-09,hc,,,,",
    ]
    found = take(tmp_path, "\n".join(bad) + "\n")
    refused = csv.DictReader(io.StringIO(Path(found["refused_file"]).read_text(encoding="utf-8-sig")))
    reasons = [row["reason"] for row in refused]
    assert [reason.partition(":")[0] for reason in reasons] == ["indicator", "value", "published_on", "place"]
    assert found["accepted"] == 0 and "ahead of this ledger's clock" in reasons[2]


def test_a_figure_leads_to_its_publications(held: dict[str, int]) -> None:
    text = world.page("duty", "/source/indicator/hu.980100/severe/2020-03-08")
    assert "page 1" in text and "page 2" in text
    assert dt.date(2020, 3, 8).isoformat() in text


@pytest.mark.parametrize("path", ["/board/2/indicators", "/board/2/indicators.csv", "/api/board/2/indicators.json"])
def test_charlie_and_others_branches_see_nothing(held: dict[str, int], path: str) -> None:
    world.get("charlie", path, 404)
    world.get("far", path, 404)
