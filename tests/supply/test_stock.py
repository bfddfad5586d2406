"""Mei's noon: what runs out first; stores counted by the piece; nothing said of what was not counted."""

from __future__ import annotations

import datetime as dt
import json
import re
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import uuid_utils.compat as uuids
import world
from django.test import Client

from tongzhou.ledger import clock, door
from tongzhou.ledger.fold import fold
from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.rebuild import rebuild
from tongzhou.ledger.time import close_of
from tongzhou.outlook.cover import covers
from tongzhou.people.scope import System, holder_of
from tongzhou.supply import policy, queries
from tongzhou.supply.kinds import StockCounted

pytestmark = pytest.mark.postgres
WARD = {"facility_zh": "东医院", "facility_en": "East Hospital", "name_zh": "一病区", "name_en": "Ward 1",
        "kind": "designated", "bed": "general", "serves": "confirmed", "beds": 3}  # fmt: skip
WARDS = [
    WARD | {"key": "h.a", "facility": "h", "place": "hu.980101"},
    WARD | {"key": "x.a", "facility": "x", "place": "hu.980201", "facility_en": "Far Hospital"},
]


@pytest.fixture
def staff(staff: dict[str, int]) -> dict[str, int]:
    world.wards(WARDS)
    return staff


def page(who: str, path: str = "/supply/", status: int = 200, language: str = "en") -> str:
    return world.page(who, path, status, language)


def post(who: str, status: int = 302, language: str = "en", **form: Any) -> str:
    return world.post(
        who, "/supply/", status, language, **{name.replace("__", "-"): value for name, value in form.items()}
    )


def count(place: int = 3, house: str | None = "h", item: str = "coverall", at: dt.datetime = world.NOW,
          **more: Any) -> Any:  # fmt: skip
    body = {"place": place, "item": item, "usable": 100, **({"house": house} if house else {}), **more}
    return world.said("stock.counted", body, place=place, at=at)


def first_row(text: str) -> str:
    return text.partition("<tbody>")[2].partition("</tr>")[0]


def test_a_nurse_counts_her_house_and_the_supply_desk_sees_what_runs_out_first(staff: dict[str, int]) -> None:
    assert "No store was counted" in page("mei")
    post("nurse", store="3/h", usable__coverall="90", used__coverall="60", need__coverall="45",
         usable__n95="1000", need__n95="100")  # fmt: skip
    text = page("mei")
    row = first_row(text)
    assert "Medical coverall" in row and "East Hospital" in row and "1.5 days" in row and "level high" in row
    assert "1 last less than 2 days." in text and "10.0 days" in text and "GB 19082" in text
    assert "不足 2 天" in page("mei", language="zh-hans")
    seen = world.squeezed(page("wu"))
    assert len(re.findall('<tr><td class="c-good', seen)) == 2 and 'name="usable-' not in seen  # no form


def test_the_list_goes_into_a_file_that_excel_opens(staff: dict[str, int]) -> None:
    post("nurse", store="3/h", usable__coverall="90", used__coverall="60", need__coverall="45")
    answer = world.get("mei", "/supply/?as=csv")
    told = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert told[0] == 'Good,Store,"Lasts, days","Usable, pieces",Needed a day,Counted'
    assert told[1].startswith("Medical coverall,") and told[1].endswith(",1.5,90,60.0,2020-03-10 09:00")


def test_the_need_stands_as_it_was_told_and_what_is_empty_is_not_counted(staff: dict[str, int]) -> None:
    post("nurse", store="3/h", usable__gown="500", need__gown="90")
    assert re.search('name="need-gown" value="90"', page("nurse"))
    post("nurse", store="3/h", usable__coverall="7", need__gown="90")  # the gown's need stands there untouched
    with door.ledger() as connection:
        rows = connection.execute("select data ->> 'item', data ->> 'usable' from ledger_row where noun = 'stock'")
        assert sorted(rows.fetchall()) == [("coverall", "7"), ("gown", "500")]
    assert "usable-gown" in post("nurse", 422, store="3/h", need__gown="80")
    assert "usable-n95" in post("nurse", 422, store="3/h", used__n95="3")
    assert "usable" in post("nurse", 422, store="3/h")
    assert "usable-n95" in post("nurse", 422, store="3/h", usable__n95="2 boxes")


def test_the_form_sent_twice_is_one_count(staff: dict[str, int]) -> None:
    form = {"id": str(uuids.uuid7()), "store": "3/h", "usable-n95": "5"}
    for _ in range(2):
        assert Client(headers=world.bearer("nurse")).post("/supply/", form).status_code == 302
    with door.ledger() as connection:
        assert connection.execute("select count(*) from ledger_fact").fetchone() == (1,)


def test_the_page_opens_at_the_store_that_is_owed_though_it_lies_below(staff: dict[str, int]) -> None:
    holder = holder_of(staff["mei"])
    assert not world.say(count(6, None, at=world.NOW - dt.timedelta(days=1)), authority=holder).refused
    assert 'name="store" value="6/"' not in page("mei")
    assert 'name="store" value="6/"' in page("mei", "/supply/?place=6")
    post("mei", store="6/", usable__coverall="5", sure="on")
    assert 'name="store" value="6/"' in page("mei", "/supply/?store=6/")


def test_where_nothing_was_counted_lately_nothing_is_said_not_to_run_out(staff: dict[str, int]) -> None:
    assert not world.say(count(2, None, at=world.NOW - dt.timedelta(days=32), need=9, source="a paper")).refused
    text = page("mei", "/supply/?place=2")
    assert "Nothing here was counted in the last 2 days: cover is unknown." in text and "running out" not in text
    assert 'name="store" value="2/"' in text
    assert "最近 2 天" in page("mei", language="zh-hans")


def test_nobody_counts_or_sees_another_branchs_store(staff: dict[str, int]) -> None:
    assert not world.say(count(9, "x", used=10)).refused
    assert "Far Hospital" not in page("mei") and "Far Hospital" in page("wu")
    post("mei", 404, store="9/x", usable__coverall="1")
    post("wu", 403, store="3/h", usable__coverall="1")
    page("charlie", status=404)
    post("charlie", 404, store="3/h", usable__coverall="1")
    mei = holder_of(staff["mei"])
    for fact in (count(9, "x"), count(9, None)):
        assert world.say(fact, authority=mei).refused[0].code == "not_yours"


@pytest.mark.parametrize(
    ("fact", "field"),
    [
        (lambda: world.said("stock.counted", {"place": 9, "item": "n95", "usable": 1}, place=3), "body.place"),
        (lambda: count(9, "h"), "body.house"),
        (lambda: count(3, "nowhere"), "body.house"),
        (lambda: count(item="ventilator"), "body.item"),
    ],
)
def test_a_count_is_of_a_store_that_stands_there_and_of_a_known_good(
    staff: dict[str, int], fact: Any, field: str
) -> None:
    told = world.say(count(item="gown"), fact())
    assert [problem.field for problem in told.refused.values()] == [field] and told.accepted == 1


def facts(*told: tuple[int, int, int | None]) -> list[Fact]:
    """(day of March, usable, used)"""
    made = []
    for n, (day, usable, used) in enumerate(told):
        at = dt.datetime(2020, 3, day, 15, n, tzinfo=world.NOW.tzinfo)
        body = StockCounted(place=3, item="n95", usable=usable, used=used)
        made.append(Fact(uuids.uuid7(), "stock.counted", 3, None, None, at, at, None, 1, None, n, body))
    return made


def test_the_newest_count_stands_and_use_is_the_mean_of_the_days_of_a_week_in_any_order() -> None:
    told = facts((1, 9, 900), (3, 50, 10), (8, 70, 20), (8, 71, 40), (9, 60, None))
    for order in permutations(told):
        row = fold("stock/3/own/n95", list(order))
        assert row is not None
        # The first is older than a week; of the eighth the last word counts; the ninth told no use.
        assert (row.data["usable"], row.data["used"], row.data["used_days"]) == (60, 25.0, 2)


def test_kept_up_equals_rebuilt(staff: dict[str, int]) -> None:
    world.say(count(used=10), count(usable=3, used=20, at=world.NOW - dt.timedelta(days=1)), count(9, "x", item="gown"))
    assert rebuild().unchanged


@pytest.mark.parametrize(
    ("usable", "used", "need", "days", "level"),
    [
        (100, 50, 40, 2.0, "amber"),
        (100, 40, 50, 2.0, "amber"),
        (100, 51, None, 100 / 51, "red"),
        (100, None, 20, 5.0, "amber"),
        (101, None, 20, 5.05, "green"),
        (0, None, 20, 0.0, "red"),
        (100, None, None, None, "unknown"),
        (100, 0, 0, None, "unknown"),
    ],
)
def test_days_of_cover_are_usable_over_the_larger_of_use_and_need(
    usable: int, used: float | None, need: int | None, days: float | None, level: str
) -> None:
    line = made(usable, used, need)
    assert (None if line.cover is None else pytest.approx(line.cover)) == days and line.level == level


def made(usable: int, used: float | None, need: int | None, *, house: str | None = "h", source: str | None = None,
         item: str = "n95", stale: bool = False) -> queries.Line:  # fmt: skip
    store = queries.Store(3, house, "洪区", "Hong")
    return queries.Line("k", policy.stock().by_code[item], store, usable, used, need, world.NOW, stale, source)


def test_a_count_older_than_two_days_says_nothing_of_today(staff: dict[str, int]) -> None:
    world.say(count(used=90, at=world.NOW - dt.timedelta(days=2, hours=1)))
    assert "counted too long ago" in first_row(page("mei")) and "last less than" not in page("mei")


def test_what_was_published_of_a_place_is_added_to_no_store() -> None:
    lines = [
        made(10, 5, None),
        made(30, 5, None),
        made(1000, None, 4000, house=None, source="S48"),
        made(1, 1, 1, stale=True),
    ]
    found = covers(lines, None)
    assert [(one.published, one.stores, one.usable, one.today) for one in found] == [
        (True, 1, 1000, 0.25),
        (False, 2, 40, 4.0),
    ]


def test_the_stock_lasts_as_long_as_the_beds_let_it() -> None:
    line = made(100, 10, None)
    even, fuller = np.ones((50, 14)), np.tile(2.0 ** np.arange(1, 15), (50, 1))
    assert covers([line], even)[0].days == pytest.approx((10.0,) * 3)
    # 20, 40, then 40 of the third day's 80
    assert covers([line], fuller)[0].days == pytest.approx((2.5,) * 3)
    spread = np.concatenate([np.ones((50, 14)), np.zeros((50, 14))])
    _median, low, high = covers([line], spread)[0].days or ()
    assert low == pytest.approx(10.0) and high == float("inf")


def publish(counts: list[int], unit: str = "hu.980100", place: int = 2, last: dt.date = dt.date(2020, 3, 9)) -> None:
    total = 0
    for n, fresh in enumerate(counts):
        total += fresh
        day = last - dt.timedelta(days=len(counts) - 1 - n)
        body = {"unit": unit, "day": day.isoformat(), "confirmed": total, "cured": 0, "dead": 0,
                "published_on": (day + dt.timedelta(days=1)).isoformat(), "source": "test", "note": ""}  # fmt: skip
        assert not world.say(
            world.said("bulletin.published", body, place=place, at=close_of(day)), origin="imported"
        ).refused


def test_the_outlook_tells_how_long_goods_last_and_lays_the_places_side_by_side(staff: dict[str, int]) -> None:
    publish([round(5 * 1.12**n) for n in range(20)])
    publish([2] * 8, "hu.980200", 8)
    text = page("duty", "/outlook/2?day=2020-03-09")
    assert "No store here was counted in the last 2" in text
    afternoon = dt.datetime(2020, 3, 9, 15, tzinfo=world.NOW.tzinfo)
    assert not world.say(
        count(usable=400, used=100, at=afternoon), count(usable=1, used=100, item="gown", at=world.NOW)
    ).refused
    shown = page("duty", "/outlook/2?day=2020-03-09").partition('id="goods"')[2].partition("</table>")[0]
    assert "Medical coverall" in shown and "gown" not in shown  # that was counted the next morning
    days = float(shown.partition('<span class="level')[2].partition(">")[2].partition("<")[0])
    assert 2 < days < 4 and ">4.0<" in shown  # beds fill, so it lasts less than at today's use
    places = page("duty", "/outlook/1/places?day=2020-03-09")
    wu, xiao = places.index(">Wu<"), places.index(">Xiao<")
    assert wu < xiao and "double in" in places[wu:xiao] and "Medical coverall" in places[wu:xiao]
    assert "may rise or fall" in places[xiao:] and "no store counted" in places[xiao:]
    assert "下级地区一览" in page("duty", "/outlook/1/places?day=2020-03-09", language="zh-hans")
    page("charlie", "/outlook/1/places", 404)
    page("lin", "/outlook/1/places", 404)


def test_an_alert_is_raised_below_the_red_line(staff: dict[str, int]) -> None:
    at = dt.datetime(2020, 3, 9, 15, tzinfo=world.NOW.tzinfo)
    world.say(count(usable=10, used=100, at=at), count(usable=900, used=100, item="gown", at=at))
    text = page("duty", "/alerts/?day=2020-03-09")
    assert "goods run out" in text and "East Hospital Medical coverall 0.1 days" in text and "gown" not in text
    assert "物资将尽" in page("duty", "/alerts/?day=2020-03-09", language="zh-hans")


def test_a_list_of_counts_goes_in_and_bad_rows_come_back(staff: dict[str, int], tmp_path: Path) -> None:
    from tongzhou.cli import stock, tables

    file = tmp_path / "stock.csv"
    file.write_text(
        "counted_at,place,house,item,usable,used,need\n"
        "2020-03-10T08:00,980101,h,n95,120,30,\n"
        "2020-03-10T08:00,980101,h,n95,2 boxes,30,\n"
        "2020-03-10T08:00,hu.980201,h,n95,5,,\n"
        "2020-03-10T08:00,hu.980201,,ventilator,5,,\n"
        "2020-03-11T08:00,hu.980201,,n95,5,,\n"
        "soon,hu.980201,,n95,5,,\n"
        "2020-03-10T08:00,atlantis,,n95,5,,\n"
    )
    for accepted, repeated in ((1, 0), (0, 1)):
        table = tables.read(file, stock.NEEDED)
        assert stock._append(table, System(), dry=False) == {"accepted": accepted, "repeated": repeated}
    reasons = {line: reason for line, _row, reason in table.refused}
    assert sorted(reasons) == [3, 4, 5, 6, 7, 8]
    for line, words in {
        3: "usable: '2 boxes'",
        4: "house: ",
        5: "item: ",
        6: "has not come",
        7: "'soon'",
        8: "'atlantis'",
    }.items():
        assert words in reasons[line]
    assert "4.0 days" in page("mei")


def test_the_shipped_table_is_read_and_says_its_source() -> None:
    table = policy.stock()
    assert table.red_days < table.amber_days and "RULEBOOK 8" in table.source and not table.signed_by
    assert len({item.code for item in table.items}) == len(table.items) >= 5
    assert all(item.zh and item.en for item in table.items)


def test_the_explanation_names_the_counts(staff: dict[str, int]) -> None:
    from tongzhou.ledger.explain import explain

    world.say(count(used=10))
    with door.ledger() as connection:
        clock.read(connection)
        assert "stock.counted" in json.dumps(explain(connection, "stock/3/h/coverall"), default=str)


def test_the_situation_report_tells_what_runs_out_first_or_that_nothing_was_counted(staff: dict[str, int]) -> None:
    publish([3] * 5)
    report = "/report/sitrep?day=2020-03-09&lang=en"
    assert "days of cover: no store was counted" in page("wu", report)
    at = dt.datetime(2020, 3, 9, 15, tzinfo=world.NOW.tzinfo)
    world.say(count(usable=30, used=20, at=at), count(usable=900, used=100, item="gown", at=at))
    text = page("wu", report)
    told = text.rpartition("what runs out first")[2].partition("</ul>")[0]
    assert told.index("1.5 days") < told.index("9.0 days") and "no store was counted" not in text
    assert "coverall" in page("wu", told.partition('href="')[2].partition('"')[0])


def test_a_store_with_nothing_left_of_what_each_day_needs_is_owed_more_until_that_was_asked_for(
    staff: dict[str, int],
) -> None:
    counted = {"store": "3/h", "usable__n95": "0", "used__n95": "500"}
    post("nurse", **counted)
    text = world.page("mei", "/today")
    assert "Ask for what a store has run out of" in text and "none left; 500 needed a day" in text
    line = {"subject": "stock/3/h/n95", "what": "ask_for_stock", "at": "3", "act": "asked"}
    world.post("mei", "/today/act", 422, **line, of="above")
    world.post("mei", "/today/act", **line, of="above", pieces="2000")
    text = world.page("mei", "/today")
    assert "run out of" not in text.partition("Done today")[0] and "what a store lacks was asked for" in text
    world.at(world.NOW + dt.timedelta(hours=1))
    post("nurse", **counted)
    assert "Ask for what a store has run out of" in world.page("mei", "/today"), "it did not come"
    world.at(world.NOW + dt.timedelta(hours=2))
    post("nurse", store="3/h", usable__n95="700")
    assert "Ask for what a store has run out of" not in world.page("mei", "/today").partition("Done today")[0]


def test_a_receipt_of_a_count_names_the_good_and_ten_times_the_last_count_is_asked_back(staff: dict[str, int]) -> None:
    post("nurse", store="3/h", usable__coverall="1200", usable__n95="300")
    text = world.page("nurse", "/today")
    assert "Medical coverall · 1,200 pieces" in text and "300 pieces" in text
    asked = post("nurse", 422, store="3/h", usable__coverall="12000", usable__n95="310")
    assert "Medical coverall: 1,200 before, 12,000 now: ten times more or less?" in asked and "N95" not in asked[
        asked.index("1,200 before") : asked.index("ten times more")]  # fmt: skip
    post("nurse", store="3/h", usable__coverall="12000", sure="on")
    assert "Never counted here:" in page("nurse") and "gown" in page("nurse").partition("Never counted here:")[2][:200]
