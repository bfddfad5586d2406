"""Lists of prices by command and by page, alerts for programs, and what everybody sees."""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import market_town as town
import pytest
import uuid_utils.compat as uuids
import world
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from market_town import DAY, alerts, before, quote, say

from tongzhou.cli.market import market

pytestmark = pytest.mark.postgres
LIST = """told_at,shop,item,price,unit,stock,days,source
2020-03-10,hu.one,大米,3.20,斤,充足,9,货架
2020-03-10T08:00,二店,rice,6.30,kg,,,telephone
2020-03-10T08:00,hu.three,oil,12.5,L,low,2,
2020-03-10T08:00,hu.three,rice,3.20,barrel,,,
2020-03-10T08:00,nowhere,rice,3.20,斤,,,
2020-03-10T08:00,hu.one,gold,3.20,斤,,,
2020-03-10T08:00,hu.one,milk,3.20,斤,,,
2020-03-10T08:00,hu.one,salt,three,斤,,,
2020-03-11T08:00,hu.one,salt,2.00,斤,,,
"""


@pytest.fixture
def shops(staff: dict[str, int]) -> dict[str, int]:
    return town.furnish(staff)


def command(*args: str) -> tuple[dict[str, Any], str]:
    told = CliRunner().invoke(market, [*args, "--json"], catch_exceptions=False)
    assert told.exit_code == 0, told.output
    return json.loads(told.stdout.splitlines()[-1]), told.stderr


def test_good_rows_go_in_and_the_others_come_back_with_the_reason(shops: dict[str, int], tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text(LIST, encoding="utf-8")
    dry, _err = command("import", str(file), "--as", "mei", "--dry-run")
    assert (dry["accepted"], dry["refused"], world.rows("price")) == (3, 6, [])
    told, _err = command("import", str(file), "--as", "mei")
    assert (told["accepted"], told["refused"], told["rows"]) == (3, 6, 9)
    back = Path(told["refused_file"]).read_text(encoding="utf-8-sig")
    for words in ("'barrel' is no unit that anybody knows", "'nowhere' is no shop", "'gold' is no item of the list",
                  "is not reckoned into", "'three' is no sum in yuan", "has not come yet",
                  "不是认得的单位"):  # fmt: skip
        assert words in back, words
    found = sorted((data["item"], data["site"], data["yuan"], data["source"]) for _k, _s, data in world.rows("price"))
    assert found == [("oil", "hu.three", 12.5, "list"), ("rice", "hu.one", 3.2, "shelf"),
                     ("rice", "hu.two", 3.15, "telephone")]  # fmt: skip
    again, _err = command("import", str(file), "--as", "mei")
    assert (again["accepted"], again["repeated"]) == (0, 3), "twice changes nothing"


def test_a_list_of_another_branch_comes_back(shops: dict[str, int], tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text("told_at,shop,item,price,unit\n2020-03-10,an.shop,rice,3.20,斤\n", encoding="utf-8")
    told, _err = command("import", str(file), "--as", "mei")
    assert (told["accepted"], told["refused"]) == (0, 1) and world.rows("price") == []


def test_chinese_headings_are_read(shops: dict[str, int], tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_bytes("时间,商店,品目,价格,单位\n2020-03-10,一店,大白菜,2.5,公斤\n".encode("gb18030"))
    told, _err = command("import", str(file), "--as", "mei")
    assert told["accepted"] == 1 and world.rows("price")[0][2]["yuan"] == 1.25


def test_the_page_looks_first_and_then_takes_in(shops: dict[str, int]) -> None:
    client = world.client("mei")
    file = SimpleUploadedFile("prices.csv", LIST.encode(), "text/csv")
    looked = client.post("/market/import", {"id": str(uuids.uuid7()), "file": file}).content.decode()
    assert "Record 3 prices" in looked and "is no unit that anybody knows" in looked and world.rows("price") == []
    content = {"content": base64.b64encode(LIST.encode()).decode(), "called": "prices.csv"}
    back = client.post("/market/import/refused", {"form": "back", "id": str(uuids.uuid7()), **content})
    assert back.content.decode("utf-8-sig").count("\n") == 7
    client.post("/market/import", {"form": "take", "id": str(uuids.uuid7()), **content})
    assert len(world.rows("price")) == 3
    assert world.client("zhao").get("/market/import").status_code in (403, 404)


def test_alerts_for_programs(shops: dict[str, int]) -> None:
    before()
    say(quote("hu.one", 4.0, stock="none"))
    found, _err = command("alerts")
    assert found["to_look"] == 2 and found["to_decide"] == 0
    price = next(one for one in found["alerts"] if one["sort"] == "price")
    assert (price["item"], price["unit"], price["yuan"], price["baseline_yuan"], price["over_pct"], price["level"],
            price["county"], price["points"]) == ("rice", "g500", 4.0, 3.0, 33.3, "act", "洪区", 6)  # fmt: skip
    assert command("alerts", "--place", "hu.980201")[0]["alerts"] == []


def test_everybody_sees_ten_items_without_script_or_account(shops: dict[str, int]) -> None:
    from django.test import Client

    assert "No shop told a price yet." in Client(headers={"Accept-Language": "en"}).get("/prices/").content.decode()
    say(quote("hu.one", 3.2), quote("hu.two", 3.6, world.NOW - dt.timedelta(minutes=30), stock="none"),
        quote("hu.one", 13.0, world.NOW - 3 * DAY, item="oil", unit="litre"))  # fmt: skip
    page = " ".join(Client(headers={"Accept-Language": "en"}).get("/prices/").content.decode().split())
    assert "<script" not in page and page.count("<li>") == 10
    rice = re.search(r"<li><b>rice \(ordinary\)</b>.*?</li>", page)
    assert rice and "<b>3.40</b> yuan per 500 g" in rice[0] and "told at 03-10 09:00" in rice[0]
    assert "1 of 1 shops have none" in rice[0] and "Shop One" not in page
    oil = re.search(r"<li><b>cooking oil</b>.*?</li>", page)
    assert oil and "price not known" in oil[0], "of three days ago nobody knows"
    chinese = Client(headers={"Accept-Language": "zh-hans"}).get("/prices/").content.decode()
    assert "大米（普通）" in chinese and "价格不清楚" in chinese
    told = Client().get("/prices/list.json").json()["counties"]
    known = [(one["item"], one["yuan"]) for one in told[0]["items"]]
    assert known[:3] == [("rice", 3.4), ("flour", None), ("oil", None)]
    assert world.client("mei").get("/prices/?at=9").status_code == 404
    assert alerts() != [] and "suspected" not in page
