"""The line list: filtered, found by name or number with no name in the ledger, paged, exported, merged with a trail."""

from __future__ import annotations

import csv
import datetime as dt
import re
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
import uuid_utils.compat as uuids
import world
from world import client, page

from tongzhou.ledger import door
from tongzhou.people import vault

pytestmark = pytest.mark.postgres


def case(n: int = 0, *, home: int = 6, reporting: int = 3, back: int = 0, **held: str) -> str:
    fact = world.said("case.identified", {"classification": "suspected", "age": 20 + n % 60, "epi": ["E1"],
                                          "onset": "2020-03-05", "sex": "female",
                                          "clinical": ["C1", "C2"]},
                      place=reporting, at=world.NOW - dt.timedelta(hours=back, minutes=n))  # fmt: skip
    world.say(
        type(fact)(**{**{f: getattr(fact, f) for f in fact.__struct_fields__}, "home": home, "reporting": reporting})
    )
    if held:
        with door.ledger() as connection:
            vault.put(connection, f"case/{fact.id}", held, place=reporting, sees="cases")
    return str(fact.id)


def shown(text: str) -> list[str]:
    """Keys of the line list, in order."""
    return re.findall(r'<td class="c-person"><a href="/cases/([0-9a-f-]{36})"', text)


def test_found_by_number_name_and_card(staff: dict[str, int]) -> None:
    wang = case(1, name="王小雨", telephone="139 1111 2222", identity="420111197001011234")
    li = case(2, name="李雨", telephone="13700000000")
    world.say(world.said("case.reported", {"case": li, "card": "420111-7"}, place=3))
    for query, found in {"13911112222": [wang], "+86 139-1111-2222": [wang], "420111197001011234": [wang],
                         "王小雨": [wang], "雨": [wang, li], "420111-7": [li], "赵": []}.items():  # fmt: skip
        assert shown(page("lin", f"/cases/?q={query.replace('+', '%2B')}")) == found, query
    assert "No case matches" in page("lin", "/cases/?q=赵")
    assert shown(page("an", "/cases/?q=王小雨")) == []  # another county's clinician
    page("charlie", "/cases/?q=王小雨", 404)


def test_filters_and_wrong_dates(staff: dict[str, int]) -> None:
    old, new = case(0, back=24 * 20), case(0)
    assert shown(page("lin", "/cases/?since=2020-03-01")) == [new]
    assert shown(page("lin", "/cases/?until=2020-03-01")) == [old]
    assert shown(page("lin", "/cases/?since=2020-03-10&until=2020-03-10")) == [new]
    world.say(
        world.said("case.classified", {"case": old, "classification": "excluded", "basis": "two_negatives"}, place=3)
    )
    assert shown(page("lin", "/cases/?state=excluded")) == [old]
    assert "since" in page("lin", "/cases/?since=yesterday", 422)


def test_pages_follow_one_another_without_gap_or_repeat(staff: dict[str, int]) -> None:
    keys = [case(n) for n in range(205)]
    seen: list[str] = []
    path = "/cases/?since=2020-03-01"
    for _ in range(3):
        text = page("lin", path)
        seen += shown(text)
        assert "100 of 205 cases" in text or "5 of 205 cases" in text
        following = re.search(r'href="[?]([^"]*after=[^"]*)"', text)
        if following is None:
            break
        path = "/cases/?" + following[1].replace("&amp;", "&")
    assert seen == keys and len(seen) == 205


def test_the_export_streams_what_the_asker_may_see_and_no_name(staff: dict[str, int]) -> None:
    key = case(1, name="王小雨", telephone="13911112222")
    far = case(2, home=10, reporting=9)
    rows = exported("lin")
    assert [row["key"] for row in rows] == [key] and rows[0]["state"] == "suspected"
    assert [row["key"] for row in exported("an")] == [far]
    raw = b"".join(client("lin").get("/cases/export.csv").streaming_content).decode()
    assert "王小雨" not in raw and "13911112222" not in raw
    assert client("charlie").get("/cases/export.csv").status_code == 404
    card = b"".join(client("lin").get("/cases/export.csv?layout=national-card").streaming_content).decode("utf-8-sig")
    told = next(iter(csv.DictReader(StringIO(card))))
    assert (told["病例分类"], told["性别"], told["发病日期"]) == ("疑似病例", "女", "2020-03-05")
    assert (
        told["患者姓名"] == "" and told["现住地址国标"] == "980101001001-1"
    )  # names are not held; places by their code
    assert client("lin").get("/cases/export.csv?layout=nobodys").status_code == 422
    assert client("zhao").get("/cases/export.csv").status_code == 404


def exported(who: str, query: str = "") -> list[dict[str, Any]]:
    answer = client(who).get(f"/cases/export.csv{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_entered_twice_is_found_merged_and_parted_again(staff: dict[str, int]) -> None:
    first = case(5, identity="420111197001011234")
    second = case(1, identity="420111 1970 0101 1234", name="王小雨")
    stranger = case(2, identity="420111198001011234")
    assert "Perhaps entered twice" in page("lin", f"/cases/{second}") and first in page("lin", f"/cases/{second}")
    assert "Perhaps entered twice" not in page("lin", f"/cases/{stranger}")
    form = {"id": str(uuids.uuid7()), "form": f"merge-{first}"}
    assert client("tang").post(f"/cases/{second}", {**form, "id": str(uuids.uuid7())}).status_code == 403
    assert client("lin").post(f"/cases/{second}", form).status_code == 302
    assert second not in shown(page("lin", "/cases/?since=2020-03-01"))
    assert shown(page("lin", "/cases/?state=merged")) == [second]
    text = page("lin", f"/cases/{second}")
    assert "The same person as" in text and "case merged" in text  # the trail stays
    world.say(world.said("fact.withdrawn", {"reason": "slip"}, place=3, corrects=uuids.UUID(form["id"])))
    assert second in shown(page("lin", "/cases/?since=2020-03-01"))


def test_namesakes_who_fell_ill_together_are_asked_about_and_shared_numbers_are_listed(staff: dict[str, int]) -> None:
    first = case(4, name="王小雨", identity="420111197001011234", telephone="13800001111")
    second = case(3, name="王小雨", identity="420111197001015678")
    third = case(2, name="王雨", identity="420111197001019999", telephone="138 0000 1111")
    text = page("lin", f"/cases/{second}")
    assert "same name, sex and age" in text and first in text and third not in text
    assert "same name, sex and age" not in page("lin", f"/cases/{third}")
    listed = page("lin", "/cases/twice")
    assert "The same telephone" in listed and first in listed and third in listed and second not in listed
    assert "王" not in listed.partition('id="main">')[2] and "13800001111" not in listed
    assert client("tang").get("/cases/twice").status_code == 404
    form = {"id": str(uuids.uuid7()), "form": f"merge-{first}"}
    assert client("lin").post(f"/cases/{third}", form).status_code == 302
    assert "No number stands at two cases" in page("lin", "/cases/twice")


def test_one_table_with_views_chips_and_an_order_in_words(staff: dict[str, int]) -> None:
    late, new = case(0, back=3), case(1)
    old = case(2, back=24 * 20)
    for key, days in ((old, 20), (late, 0)):
        moment = world.NOW - dt.timedelta(days=days, hours=2)
        world.say(world.said("case.reported", {"case": key, "card": f"4201-{key[:4]}"}, place=3, at=moment))
    text = page("lin", "/cases/")
    assert "3 cases" in text and "3 of 3 cases, due first" in text and "as of 09:00" in text
    tabs = re.findall(r'<a href="/cases/([^"]*)"[^>]*>([^<]*) <span class="n[^"]*">(\d+)<', text)
    assert tabs == [
        ("", "All", "3"),
        ("?view=running", "Clocks that run", "1"),
        ("?since=2020-03-10", "New today", "2"),
    ]
    assert shown(text)[0] == new and "1 h 59 min left" in text
    assert shown(page("lin", "/cases/?view=running")) == [new]
    text = page("lin", "/cases/?state=suspected&since=2020-03-01&until=2020-03-09")
    assert "classification: suspected" in text and 'href="?since=2020-03-01&until=2020-03-09"' in text.replace(
        "&amp;", "&"
    )
    # Nothing matches: which condition to drop, and what that gives.
    text = page("lin", "/cases/?state=confirmed&since=2020-03-10")
    assert "No case matches" in text and "without “classification: confirmed”: 2 cases" in text
    assert "without “identified from" not in text and "Drop all of them" in text  # dropping that gives none
    assert "one of the classifications" in page("lin", "/cases/?state=sick", 422)


def test_a_row_has_an_edge_only_where_a_clock_is_open_and_late(staff: dict[str, int]) -> None:
    late, met = case(0, back=3), case(1, back=3)
    moment = world.NOW - dt.timedelta(hours=2)
    world.say(world.said("case.reported", {"case": met, "card": "4201-1"}, place=3, at=moment))
    text = page("lin", "/cases/")
    marked = re.findall(r'<tr class="now">\s*<td class="c-person"><a href="/cases/([0-9a-f-]{36})"', text)
    assert marked == [late] and "1 h 0 min over" in text and "in time" in text


def test_the_export_says_what_the_page_says_in_words_and_runs_no_formula(staff: dict[str, int]) -> None:
    key = case(1, name="王小雨")
    world.say(world.said("case.reported", {"case": key, "card": "-1-cmd"}, place=3))
    raw = b"".join(client("lin", "zh-hans").get("/cases/list.csv?column=state&column=card").streaming_content).decode()
    told = list(csv.reader(StringIO(raw.lstrip("\ufeff"))))
    assert told[1][-2:] == ["疑似", "'-1-cmd"] and "王小雨" not in raw and not re.search("[a-z]{4}", told[0][2])
    answer = client("lin").get("/cases/list.xlsx")
    assert "UTF-8''invented-line%20list.xlsx" in answer["Content-Disposition"]
    rows = list(openpyxl.load_workbook(BytesIO(answer.content)).active.values)
    assert rows[0][1:7] == ("Sex", "Age", "Lives in", "Onset", "Identified", "Classification")
    assert [str(one) for one in rows[1][4:6]] == ["2020-03-05 00:00:00", "2020-03-10 08:59:00"]
    assert rows[1][1:4] == ("female", 21, "Grid 1, Tongzhouli") and rows[1][6] == "suspected"
    assert rows[0][-2].startswith("Reported, 2 h: hours left") and rows[1][-2] == "in time"
    late = case(0, back=3)
    again = openpyxl.load_workbook(BytesIO(client("lin").get("/cases/list.xlsx").content))
    told = [row[-2] for row in again.active.values]
    assert late and -1.0 in told  # hours that can be reckoned with
    assert client("charlie").get("/cases/list.csv").status_code == 404
    assert client("zhao").get("/cases/list.xlsx").status_code == 404
