"""Lists of measures that others publish: taken in whole, without an end listed so, twice changes nothing."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
import world
from click.testing import CliRunner
from django.test import Client

from tongzhou.cli import main

pytestmark = pytest.mark.postgres
HEAD = "record_id,type,description,date_start,date_end,date_announced,target_city,city,province,link\n"


def taken(file: Path) -> dict[str, object]:
    told = CliRunner().invoke(main, ["measures", "import", str(file), "--json"], catch_exceptions=False)
    assert told.exit_code == 0, told.output
    return dict(json.loads(told.stdout.strip().splitlines()[-1]))


def test_a_list_is_taken_in(staff: dict[str, int], tmp_path: Path) -> None:
    rows = ["R_1,Lockdown,Compounds closed,2020-02-11,,2020-02-10,Wu,,Hu,http://x.test/1",
            "R_2,Quarantine,Fourteen days at home,2020-02-01,2020-02-15,,,,Hu,",
            "R_3,Curfew,,2020-02-01,,,,,Hu,", "R_4,Curfew,At night,soon,,,,,Hu,"]  # fmt: skip
    (tmp_path / "list.csv").write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    told = taken(tmp_path / "list.csv")
    assert (told["accepted"], told["refused"], told["without_an_end"]) == (2, 2, 1)
    assert taken(tmp_path / "list.csv")["accepted"] == 0
    page = " ".join(Client(headers={"Accept-Language": "en"}).get("/measures/elsewhere").content.decode().split())
    assert "· Hu ·" in page and "· – ·" not in page and "is not in force" not in page
    assert "no end listed" in page and "2020-02-15" in page and "Compounds closed" in page
    back = (tmp_path / "list-refused.csv").read_text(encoding="utf-8-sig")
    assert "the list says nothing of it" in back and "不是日期" in back
    assert [row[2]["place"] for row in world.rows("listed_measure")] == [1, 2]


def test_all_of_hubei_in_ten_seconds(staff: dict[str, int], shared: Path, tmp_path: Path) -> None:
    copy = tmp_path / "hubei.csv"
    copy.write_bytes((shared / "data/measures/coronanet_hubei.csv").read_bytes())
    start = time.process_time()
    told = taken(copy)
    assert (told["accepted"], told["refused"], told["without_an_end"]) == (241, 0, 138)
    assert time.process_time() - start < 10
