"""Lists of cases as people keep them: what goes in, what comes back and why, and that nothing goes in twice."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
import world
from django.utils.translation import gettext, override
from world import client

from tongzhou.cases import queries as held
from tongzhou.ledger import door
from tongzhou.linelist import days, identity, imports, taking, values
from tongzhou.linelist.appending import Busy
from tongzhou.linelist.import_views import FIELD_WORDS
from tongzhou.linelist.mapping import FIELDS, MappingError, mappings, read
from tongzhou.linelist.refusals import SENTENCES, reason, sentence, write
from tongzhou.linelist.values import Unreadable
from tongzhou.people import vault
from tongzhou.people.scope import EVERYWHERE, Holder, System, holder_of
from tongzhou.tables.reader import Limits, NotATable, open_table

LAST = dt.date(2020, 3, 10)
READER = Holder(None, {"epidemiologist": EVERYWHERE}, {"cases": EVERYWHERE})
HEAD = "卡片编号,患者姓名,有效证件号,性别,年龄,联系电话,现住地址国标,病例分类,发病日期,诊断时间,报告单位地区编码"


# --- values -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2020-01-05", "2020-01-05 00:00"),
        ("2020/1/5", "2020-01-05 00:00"),
        ("2020.1.5", "2020-01-05 00:00"),
        ("05.01.2020", "2020-01-05 00:00"),
        ("31/12/2019", "2019-12-31 00:00"),
        ("12/31/2019", "2019-12-31 00:00"),
        ("20200105", "2020-01-05 00:00"),
        ("43835", "2020-01-05 00:00"),
        ("43835.5", "2020-01-05 12:00"),
        ("1月5日", "2020-01-05 00:00"),
        ("12月28日", "2019-12-28 00:00"),
        ("2020年1月5日 13时20分", "2020-01-05 13:20"),
        ("2020-01-05 9:05:30", "2020-01-05 09:05"),
        ("5 Jan 2020", "2020-01-05 00:00"),
        ("January 5, 2020", "2020-01-05 00:00"),
        ("2020-01-05T10:00:00+08:00", "2020-01-05 10:00"),
        ("２０２０－０１－０５", "2020-01-05 00:00"),
    ],
)
def test_days_as_people_write_them(text: str, day: str) -> None:
    assert days.moment(values.clean(text), LAST).strftime("%Y-%m-%d %H:%M") == day


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2020-02-30", "date_impossible"),
        ("2019-13-01", "date_impossible"),
        ("2月30日", "date_impossible"),
        ("2020-01-05 25:00", "date_impossible"),
        ("01/02/2020", "date_ambiguous"),
        ("soon", "date_unreadable"),
        ("5", "date_unreadable"),
        ("99999", "date_unreadable"),
        ("13991112222", "date_unreadable"),
    ],
)
def test_days_that_are_none(text: str, code: str) -> None:
    with pytest.raises(Unreadable) as told:
        days.moment(text, LAST)
    assert told.value.code == code


def test_a_day_that_could_be_two_is_read_as_the_layout_says() -> None:
    assert days.moment("01/02/2020", LAST, day_first=True).date() == dt.date(2020, 2, 1)
    assert days.moment("01/02/2020", LAST, day_first=False).date() == dt.date(2020, 1, 2)
    assert days.moment("03/03/2020", LAST).date() == dt.date(2020, 3, 3)
    assert days.moment("2月29日", dt.date(2023, 1, 1)).date() == dt.date(2020, 2, 29)
    assert days.moment("1月5日", LAST, 2018).date() == dt.date(2018, 1, 5)


@pytest.mark.parametrize(
    ("text", "unit", "years"),
    [("45", "", 45), ("45岁", "", 45), ("3 months", "", 0), ("8月", "", 0), ("15个月", "", 1), ("12天", "", 0),
     ("1岁3个月", "", 1), ("3", "月", 0), ("30", "岁", 30), ("45.0", "", 45), ("6 weeks", "", 0), ("M3", "", 0),
     ("Y45", "", 45), ("0", "", 0), ("62 years old", "", 62)],
)  # fmt: skip
def test_ages(text: str, unit: str, years: int) -> None:
    assert values.age(text, unit) == years


@pytest.mark.parametrize("text", ["-3", "abc", "131", "1200", "40多岁", "4O"])
def test_ages_that_are_none(text: str) -> None:
    with pytest.raises(Unreadable):
        values.age(text)


def test_numbers_of_people() -> None:
    assert values.telephones("139-1111-2222") == ["139-1111-2222"]
    assert values.telephones("13911112222/027-88881234") == ["13911112222", "027-88881234"]
    assert values.telephones("0086 13900002222") == ["0086 13900002222"]
    assert values.telephones("13900000086 +86 13911112222") == ["13900000086", "+86 13911112222"]
    assert identity.identity("42011119700101123x") == "42011119700101123X"
    for wrong, code in {
        "123": "telephone_unreadable",
        "138001380001": "telephone_length",
        "1391234": "telephone_length",
        "1.39E+10": "telephone_rounded",
    }.items():
        with pytest.raises(Unreadable) as told:
            values.telephones(wrong)
        assert told.value.code == code
    with pytest.raises(Unreadable):
        identity.identity("4201111970010112")  # 16 digits


# --- files --------------------------------------------------------------------------------------------------


def rows(content: bytes) -> list[list[str]]:
    return [line.cells for line in open_table(content).lines()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_usual_encoding(encoding: str) -> None:
    text = "姓名,病例分类\n王小雨,确诊病例\n张𠮷,疑似病例\n"
    assert rows(text.encode(encoding)) == [["姓名", "病例分类"], ["王小雨", "确诊病例"], ["张𠮷", "疑似病例"]]


def test_lines_of_different_encodings_in_one_file() -> None:
    table = open_table(
        "姓名,地\n".encode() + "王小雨,联通\n".encode("gb18030") + "李雨,武汉\n".encode() + b"\xff\xff,x\n"
    )
    told = list(table.lines())
    assert [line.cells for line in told[:3]] == [["姓名", "地"], ["王小雨", "联通"], ["李雨", "武汉"]]
    assert told[3].trouble == "encoding" and not any(line.trouble for line in told[:3])
    assert table.encodings == {"utf-8": 2, "gb18030": 1, "unknown": 1}
    # the bytes of 联通 in GB 18030 are valid UTF-8 by accident
    alone = open_table("名\n".encode("gb18030") + "联通\n".encode("gb18030"))
    assert [line.cells for line in alone.lines()] == [["名"], ["联通"]]


def test_quotes_separators_and_rows_as_a_spreadsheet_counts_them() -> None:
    told = list(open_table(b'a;b\n"x;1";2\n"two\nlines";3\n"never closed;4\n5;6\n').lines())
    assert [(line.n, line.cells) for line in told[1:3]] == [(2, ["x;1", "2"]), (3, ["two\nlines", "3"])]
    assert told[3].trouble == "quotes" and told[4].cells == ["5", "6"] and told[4].n == 5


def test_gzip_excel_and_what_is_no_table() -> None:
    assert rows(gzip.compress(b"a,b\n1,2\n")) == [["a", "b"], ["1", "2"]]
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.create_sheet("list")
    sheet.append(["姓名", "电话", "日期", "年龄"])
    sheet.append(["王小雨", 13911112222, dt.date(2020, 1, 5), 4.5])
    out = io.BytesIO()
    book.save(out)
    assert rows(out.getvalue()) == [["姓名", "电话", "日期", "年龄"], ["王小雨", "13911112222", "2020-01-05", "4.5"]]
    for content, why in {b"\xd0\xcf\x11\xe0rest": "old_excel", b"%PDF-1.7": "no_table", b" \n": "empty_file",
                         b"PK\x03\x04rest": "broken_excel", b"\x1f\x8brest": "broken_gzip"}.items():  # fmt: skip
        with pytest.raises(NotATable, match=why):
            open_table(content)
    with pytest.raises(NotATable, match="too_large"):
        open_table(gzip.compress(b"a" * 100_000), limits=Limits(size=50_000))


def test_every_layout_is_readable_and_every_reason_is_said_in_both_languages() -> None:
    assert {one.name for one in mappings()} == {"national-card", "disclosures-2020", "ebola-simulated", "plain"}
    assert all(one.source and set(one.title) == {"zh", "en"} for one in mappings())
    with override("zh-hans"):
        assert all("\u4e00" <= gettext(word)[0] <= "\u9fff" for word in FIELD_WORDS.values())
    assert set(FIELD_WORDS) > FIELDS
    for code in SENTENCES:
        assert any("\u4e00" <= char <= "\u9fff" for char in sentence(code, "zh-hans")), code
        assert sentence(code, "en").isascii()


def test_a_wrong_layout_is_told_by_field(tmp_path: Path) -> None:
    for text, told in {"columns: [a]": "columns", "columns: {nose: [a]}": "nose", "x: 1\ncolumns: {}": "x",
                       "columns: {identified: [a]}": "classification",
                       "columns: {identified: [a]}\nfixed: {classification: ill}": "ill"}.items():  # fmt: skip
        (tmp_path / "m.yaml").write_text(text)
        with pytest.raises(MappingError, match=told):
            read(tmp_path / "m.yaml")


# --- into the ledger ----------------------------------------------------------------------------------------


def card(n: int, **other: str) -> str:
    """A row of the national layout; everything in it is invented."""
    row = {"card": f"9801-{n:05d}", "name": f"王{chr(0x4E00 + n)}", "identity": f"98010119700101{n:04d}", "sex": "男",
           "age": "45岁", "telephone": f"139{n:08d}", "home": "98010100", "class": "确诊病例", "onset": "2020/3/1",
           "identified": "2020-03-05 10:00:00", "reporting": "98010100"} | other  # fmt: skip
    return ",".join(row.values())


def national(*lines: str) -> bytes:
    return "\n".join([HEAD, *lines, ""]).encode()


def take(content: bytes, authority: Any = None, place: int | None = None, mapping: Any = None) -> imports.Result:
    table, binding = imports.open_list(content, mapping)
    return imports.run(table, binding, authority or System(), place=place)


def codes(result: imports.Result) -> dict[int, str]:
    return {one.n: " ".join(t.code for t in one.troubles) for one in result.refused}


def cases() -> list[tuple[Any, ...]]:
    with door.ledger() as connection:
        return connection.execute(
            "select key, place, state, data, effective_at from ledger_row where noun = 'case'"
            " order by effective_at, key"
        ).fetchall()


def test_good_rows_become_cases_and_names_go_to_the_vault_alone(staff: dict[str, int]) -> None:
    result = take(
        national(
            card(1),
            card(2, age="3 months", **{"class": "疑似病例"}),
            card(3, home="440106.0", sex="女", reporting="98010100.0"),
        )
    )
    assert (result.rows, result.added, result.known, result.refused) == (3, 3, 0, [])
    by_card = {row[3]["card"]: row for row in cases()}
    key, place, state, data, at = by_card["9801-00001"]
    assert (place, state, data["home"], data["age"], data["sex"], data["onset"], data["source"]) == (
        3, "confirmed", 3, 45, "male", "2020-03-01", "national-card")  # fmt: skip
    assert at == dt.datetime(2020, 3, 5, 10, tzinfo=world.NOW.tzinfo)
    assert by_card["9801-00002"][2] == "suspected" and by_card["9801-00002"][3]["age"] == 0
    assert by_card["9801-00003"][3]["home"] is None  # of another province
    with door.ledger() as connection:
        facts = " ".join(row[0] for row in connection.execute("select body from ledger_fact"))
        assert "13900000001" not in facts and "王" not in facts and "98010119700101" not in facts
        origins = {row[0] for row in connection.execute("select origin from ledger_append")}
        held = vault.read(connection, f"case/{key}", READER, "investigation")
    assert held == {"name": f"王{chr(0x4E01)}", "telephone": "13900000001", "identity": "980101197001010001",
                    "identity_unverified": "identity_check_digit identity_age identity_sex"}  # fmt: skip
    assert origins == {"imported"}


def test_a_place_code_that_a_spreadsheet_made_a_number_is_that_place_and_told_so(staff: dict[str, int]) -> None:
    """Code for code the same place as without the `.0`; what lost digits comes back and is nobody's place."""
    result = take(
        national(
            card(1, reporting="98010100", home="98010100"),
            card(2, reporting="98010100.0", home="98010100.0"),
            card(3, reporting="98010100.5"),
            card(4, reporting="9.80101E+07"),
        )
    )
    assert (result.rows, result.added) == (4, 2)
    assert len({(row[1], row[3]["home"]) for row in cases()}) == 1
    assert result.noted["point_zero"] == 2
    told = [(n, reason(one, "en")) for n, one in result.notes if one.code == "point_zero"]
    words = "98010100.0 → 98010100: was read as the whole number: a spreadsheet had put .0 behind it"
    assert told == [(3, words)] * 2
    assert [(one.n, *((t.code, t.detail) for t in one.troubles)) for one in result.refused] == [
        (4, ("place_unknown", "98010100.5")), (5, ("place_unknown", "9.80101E+07"))]  # fmt: skip


def test_the_same_list_again_adds_nothing_and_a_changed_row_is_told(staff: dict[str, int]) -> None:
    content = national(*(card(n) for n in range(30)), card(30, onset="2020-02-30"))
    first = take(content)
    before = cases()
    again = take(content)
    assert (first.added, again.added, again.known, codes(again)) == (30, 0, 30, codes(first))
    assert cases() == before
    with door.ledger() as connection:
        assert connection.execute("select count(*) from ledger_fact").fetchone() == (60,)
    changed = take(national(card(1, age="46岁"), card(30)))
    assert codes(changed) == {2: "changed"} and changed.added == 1


SEALED = {"name": ("王另", "患者姓名"), "telephone": ("13988887777", "联系电话"),
          "identity": ("98010119700101777X", "有效证件号"), "address": ("另一路2号", "现住详细地址")}  # fmt: skip


def _with_address(line: str, address: str = "甲路1号") -> bytes:
    return "\n".join([f"{HEAD},现住详细地址", f"{line},{address}", ""]).encode()


def test_a_correction_is_never_dropped_in_silence_sealed_or_not(staff: dict[str, int]) -> None:
    assert take(_with_address(card(1))).added == 1
    assert take(_with_address(card(1, telephone="+86 139-0000-0001"))).known == 1  # the same number
    for name, (other, heading) in SEALED.items():
        line = _with_address(card(1), other) if name == "address" else _with_address(card(1, **{name: other}))
        (back,) = take(line).refused
        assert (back.troubles[0].code, back.troubles[0].differs) == ("changed", heading), name
    (back,) = take(_with_address(card(1, age="46岁", **{"class": "排除"}))).refused  # what stands in the open as well
    assert set(back.troubles[0].differs.split(", ")) == {"病例分类", "年龄"}
    lin = holder(staff["lin"])
    with door.ledger() as connection:
        key = cases()[0][0]
        vault.correct(connection, f"case/{key}", {"name": "王正"}, lin, world.NOW, place=3, sees="cases")
    assert take(_with_address(card(1))).known == 1 == take(_with_address(card(1, name="王正"))).known  # corrected there


def test_the_same_people_in_another_writing_are_known_and_others_told_by_number(staff: dict[str, int]) -> None:
    head, said = "姓名,联系电话,身份证号,性别,年龄,病例分类,发病日期,诊断日期", "男,45,确诊,2020-03-01,2020-03-05"
    assert take(f"{head}\n王甲,13809732233,,{said}\n".encode(), place=3).added == 1
    again = take(f"{head}\n王甲,13809732233.0,,{said.replace('45', '45.0')}\n".encode(), place=3)
    assert (again.added, again.known) == (0, 1)
    (back,) = take(f"{head}\n王甲,13809732233.0,,{said.replace('45', '46')}\n".encode(), place=3).refused
    told = back.troubles[0]
    assert (told.code, told.differs, told.case) == ("in_ledger", "年龄", cases()[0][0])
    assert told.case not in reason(told, "en") and "differs there: 年龄" in reason(told, "en")


def test_dirty_rows_come_back_with_row_field_and_reason_and_can_be_brought_again(staff: dict[str, int]) -> None:
    wrong = {
        "onset": ("2020-02-30", "date_impossible"), "identified": ("2020-04-01", "date_future"),
        "class": ("重症", "class_unknown"), "home": ("980199", "place_unknown"),
        "reporting": ("440100", "place_elsewhere"),
        "age": ("abc", "age_unreadable"), "sex": ("妇", "sex_unknown"), "telephone": ("139", "telephone_unreadable"),
        "card": ("", "empty"), "identity": ("1234567890123456", "identity_unreadable"),
    }  # fmt: skip
    lines = [card(n, **{name: text}) for n, (name, (text, _)) in enumerate(wrong.items())]
    both = card(98, onset="2020-03-07", age="200")  # ill after the diagnosis, and of no age
    result = take(national(*lines, both, card(99)))
    told = codes(result)
    assert [told[n] for n in range(2, 12)] == [code for _, code in wrong.values()]
    assert told[12] == "date_order age_impossible" and result.added == 1
    out = io.StringIO()
    write(out, result.binding.headings, result.refused)
    back = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert back[0]["退回行 refused_row"] == "2" and back[0]["退回列 refused_field"] == "发病日期"
    assert back[0]["reason"] == "发病日期 2020-02-30: there is no such day" and "没有这一天" in back[0]["原因"]
    assert back[0]["患者姓名"] == f"王{chr(0x4E00)}"
    corrected = out.getvalue().replace("2020-02-30", "2020-02-28")
    repaired = take(corrected.encode())
    assert repaired.added == 1 and repaired.binding.mapping.name == "national-card"


def test_twice_in_the_file(staff: dict[str, int]) -> None:
    same = {"identity": "980101197001010001"}
    result = take(national(
        card(1),
        card(1, age="60"),  # 3: the same card
        card(3, **same),  # 4: the same identity number
        card(4, telephone="+86 139-0000-0001", name=f"王{chr(0x4E01)}", identity=""),  # 5: telephone and name
        card(5, telephone="13900000001"),  # a relative on the same telephone: another name
        card(6, onset="?!", **same),  # 7: dirty, and so the original of nothing
    ))  # fmt: skip
    assert codes(result) == {3: "twice_in_file", 4: "twice_in_file", 5: "twice_in_file", 7: "date_unreadable"}
    assert {one.troubles[0].field for one in result.refused[:3]} == {"卡片编号", "有效证件号", "联系电话"}
    assert {one.troubles[0].detail for one in result.refused[:3]} == {"2"} and result.added == 2


def test_in_the_ledger_already(staff: dict[str, int]) -> None:
    take(national(card(1), card(2)))
    keys = {row[3]["card"]: row[0] for row in cases()}
    result = take("病例分类,诊断日期,姓名,身份证号,电话,卡号,报告地编码\n".encode() + "\n".join([
        "确诊,2020-03-06,,,,9801-00001,980101",
        "确诊,2020-03-06,另人,980101197001010002,,,980101",
        f"确诊,2020-03-06,王{chr(0x4E01)},,13900000001,,980101",
        "确诊,2020-03-06,亲属,,13900000001,,980101",
        "",
    ]).encode())  # fmt: skip
    assert codes(result) == dict.fromkeys((2, 3, 4), "in_ledger") and result.added == 1
    found = {one.n: one.troubles[0].case for one in result.refused}
    assert found == {2: keys["9801-00001"], 3: keys["9801-00002"], 4: keys["9801-00001"]}


def test_a_list_tells_nothing_of_people_in_other_places(staff: dict[str, int]) -> None:
    take(national(card(1, reporting="980201", home="980201")))
    lin = holder(staff["lin"])
    result = take(
        national(card(1, identity="", telephone="", card="9801-00009"), card(1), card(5, reporting="980201")), lin
    )
    assert codes(result) == {3: "in_ledger_elsewhere", 4: "not_yours"}
    assert result.refused[0].troubles[0].detail == "" and result.added == 1
    assert codes(take(national(card(7, identity="980101197001010001")), lin)) == {}  # may be asked by nobody


def holder(staff: int) -> Holder:
    from tongzhou.people.scope import holder_of

    return holder_of(staff)


def test_one_import_at_a_time(staff: dict[str, int]) -> None:
    from tongzhou.linelist.appending import alone

    with door.ledger() as connection, alone(connection), pytest.raises(Busy):
        take(national(card(1)))
    assert take(national(card(1))).added == 1


def test_an_old_case_from_a_list_asks_nobody_what_blocked_it(staff: dict[str, int]) -> None:
    take(national(card(1, identified="2020-02-01", onset="2020-01-30"), card(2, identified="2020-03-10 08:00")))
    old, new = (queries_case(row[0]) for row in cases())
    assert not any(clock.asks or clock.left is not None for clock in old["clocks"]) and old["past"]
    assert new["clocks"][1].state == "waiting" and not new["past"]


def test_a_row_of_a_list_runs_no_clock_of_a_clinic_that_never_saw_it(staff: dict[str, int]) -> None:
    """What became of a suspicion and the receipt are owed by whoever brings lists, from when the list was here; of a
    moment of which only the day is known no hour runs."""
    take(national(card(1, identified="2020-03-09", onset="2020-03-08", **{"class": "疑似病例"})))
    with door.ledger() as connection:
        owed = connection.execute("select what, role, since from ledger_owed where step = 0 order by 1").fetchall()
    assert [(what, role) for what, role, _since in owed] == [
        ("classify_case", "epidemiologist"), ("receive_case", "epidemiologist")]  # fmt: skip
    assert all(since.astimezone(world.NOW.tzinfo).date() == world.NOW.date() for *_, since in owed)
    (one,) = cases()
    assert {clock.state for clock in queries_case(one[0])["clocks"]} == {"waiting"}


def test_an_outbreak_before_there_were_places_is_taken_in_and_told(staff: dict[str, int]) -> None:
    """This region's tree of places begins with 2019."""
    result = take(national(card(1), card(2, identified="2014-05-05", onset="2014-05-01")), READER)
    assert (result.added, result.noted["before_region"]) == (2, 1)


def queries_case(key: str) -> dict[str, Any]:
    from django.db import transaction

    from tongzhou.people.scope import set_scope

    with transaction.atomic():
        set_scope(READER)
        return held.case(key, world.NOW)


# --- the lists at hand, the command, the page -----------------------------------------------------------------


def test_the_simulated_ebola_list_loses_its_impossible_rows(staff: dict[str, int], shared: Path) -> None:
    content = gzip.decompress((shared / "data/contacts/ebola_sim_linelist_dirty.csv.gz").read_bytes())
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    days = ("date_of_infection", "date_of_onset", "date_of_hospitalisation", "date_of_outcome")
    wrong = {n for n, row in enumerate(rows, 2)
             if (given := [row[day] for day in days if row[day]]) != sorted(given)}  # fmt: skip
    part = b"\n".join(content.splitlines()[:1501])
    result = take(part, place=3)
    assert set(codes(result)) == {n for n in wrong if n <= 1501} and set(codes(result).values()) == {"date_order"}
    assert result.rows == 1500 and result.added == 1500 - len(result.refused) and len(wrong) == 200


def test_the_disclosures_of_2020_go_in_but_for_those_without_a_day(staff: dict[str, int], shared: Path) -> None:
    content = (shared / "data/linelist/w2020_cases.csv.gz").read_bytes()
    result = take(content, place=3)
    told = list(csv.DictReader(io.StringIO(gzip.decompress(content).decode())))
    empty = sum(1 for row in told if not row["confirm_date"])
    assert result.binding.mapping.name == "disclosures-2020" and result.rows == 1795
    assert sum(1 for code in codes(result).values() if code.startswith("empty")) == empty
    assert result.added == 1795 - len(result.refused) and len(result.refused) < empty + 10
    assert take(content, place=3).added == 0


def test_the_command_writes_the_refusal_file_and_tells_in_json(staff: dict[str, int], tmp_path: Path) -> None:
    from tongzhou.cli.linelist import _beside, _give_back, _place, _taken
    from tongzhou.linelist.understand import Choices

    file = tmp_path / "list.csv"
    file.write_bytes(national(card(1), card(2, onset="2020-02-30"), card(3, name="=1+1", sex="x")))
    told, result = _taken(file, Choices(), None, None, READER, as_json=True)
    back = _give_back(_beside(file), result)
    assert (told["rows"], told["added"], told["refused"], told["by_reason"]) == (
        3, 1, 2, {"date_impossible": 1, "formula": 1})  # fmt: skip
    assert json.loads(json.dumps(told))["columns"]["card"] == "卡片编号"
    assert back == tmp_path / "list-refused.csv" and back.stat().st_mode & 0o777 == 0o600
    assert "'=1+1" in back.read_text(encoding="utf-8-sig")
    assert _place("980101") == 3
    import click

    with pytest.raises(click.UsageError, match="--place"):
        _place("1")
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(click.UsageError, match="fits no layout"):
        _taken(tmp_path / "other.csv", Choices(), None, None, READER, as_json=True)


def test_what_is_exported_is_recognised_when_it_comes_back(staff: dict[str, int], tmp_path: Path) -> None:
    from tongzhou.linelist import export, queries

    take(national(card(1), card(2, sex="女"), card(3, **{"class": "排除"})))
    everything = queries.Filter()
    assert export.write(tmp_path / "ours.csv", everything) == 3
    assert set(codes(take((tmp_path / "ours.csv").read_bytes())).values()) == {"in_ledger"}
    assert export.write(tmp_path / "cards.xlsx", everything, "national-card") == 3
    _, binding = imports.open_list((tmp_path / "cards.xlsx").read_bytes())
    assert binding.mapping.name == "national-card"
    lines = [line.cells for line in open_table((tmp_path / "cards.xlsx").read_bytes()).lines()]
    shown = dict(zip(lines[0], lines[1], strict=True))
    assert shown["患者姓名"] == "" and shown["联系电话"] == "" and shown["卡片编号"].startswith("9801-")
    assert {line[lines[0].index("病例分类")] for line in lines[1:]} == {"确诊病例", "排除"}
    with pytest.raises(MappingError, match="nowhere"):
        export.write(tmp_path / "x.csv", everything, "nowhere")


def upload(who: str, content: bytes, **form: str) -> Any:
    return client(who).post("/cases/import", {"file": io.BytesIO(content), **form})


def test_charlie_and_the_clinician_find_no_import_page(staff: dict[str, int]) -> None:
    for who in ("charlie", "tang", "zhao"):
        assert client(who).get("/cases/import").status_code == 404
        assert upload(who, national(card(1))).status_code == 404
    assert cases() == []


def test_the_page_shows_first_and_takes_in_afterwards(staff: dict[str, int]) -> None:
    content = national(card(1), card(2, onset="2020-02-30"), card(3, reporting="980201"))
    brought = upload("lin", content)
    assert brought.status_code == 302 and cases() == []  # nothing is said by looking
    page = client("lin").get(brought.url).content.decode()
    assert all(word in page for word in ("卡片编号", "card number", "there is no such day"))
    assert "3 rows: 1 would go in, 0 in the ledger already, 2 would come back." in page
    assert "lies outside your places" in page
    assert "识别结果" in client("lin", "zh-hans").get(brought.url).content.decode()
    assert client("lin").post(brought.url).status_code == 302
    assert len(cases()) == 1 and cases()[0][3]["identified_by"] == staff["lin"]
    page = client("lin").get(brought.url).content.decode()
    assert "lies outside your places" in page and "there is no such day" in page
    assert client("lin").post(brought.url).status_code == 302 and len(cases()) == 1  # pressed twice
    back = client("lin").get(f"{brought.url}/refused.csv").content.decode("utf-8-sig")
    assert [row["退回行 refused_row"] for row in csv.DictReader(io.StringIO(back))] == ["3", "4"]
    assert client("an").get(brought.url).status_code == 404
    with door.ledger() as connection:
        rows = connection.execute("select sealed from people_vault_item where owner like 'import/%' and field = 'file'")
        assert all(len(bytes(row[0])) < 40 for row in rows)  # the file itself is gone


def test_the_preview_knows_the_ledger_the_rights_and_every_row_that_comes_back(staff: dict[str, int]) -> None:
    take(national(card(1), card(2), card(3)))
    lines = [card(1), card(2, name="王另"), *(card(n) for n in range(10, 20)), card(20, onset="2020-02-30"),
             card(21, reporting="980201")]  # fmt: skip
    url = upload("lin", national(*lines)).url
    page, zh = (client("lin", language).get(url).content.decode() for language in ("en", "zh-hans"))
    assert "14 rows: 10 would go in, 1 in the ledger already, 3 would come back." in page
    back = page[page.index("Rows that would come back") :]
    assert all(word in back for word in ("differs there: 患者姓名", "there is no such day", "lies outside your places"))
    assert "With a note" in back  # identity numbers that do not agree
    assert "病例分类: clinical" not in zh and "确诊" in zh and ": male" not in zh and "各种编码的行数" in zh
    table, binding = imports.open_list(national(*lines))
    seen = imports.preview(table, binding, holder(staff["lin"]), 3)
    result = imports.run(table, binding, holder(staff["lin"]), place=3)
    assert (seen.result.added, seen.result.known, codes(seen.result)) == (result.added, result.known, codes(result))
    assert seen.known == {2}


def test_a_file_that_is_no_list_is_told_on_the_page(staff: dict[str, int]) -> None:
    for content, told in {
        b"%PDF-1.7": "This is no table",
        b"": "The file is empty",
    }.items():
        answer = upload("lin", content)
        assert answer.status_code == 422 and told in answer.content.decode(), content
    brought = upload("lin", b"a,b\n1,2\n")  # a table, of which nobody knows yet what it says
    page = client("lin").get(brought.url).content.decode()
    assert "None of the first 20 rows" in page and "Take it in" not in page
    assert client("lin").post(brought.url).status_code == 200
    assert cases() == []
    assert upload("lin", national(card(1)), layout="nowhere").status_code == 422
    assert upload("lin", national(card(1)), place="9").status_code == 422
    lines = HEAD + "\n" + "\n".join("x" for _ in range(100_001))
    assert "too large" in upload("lin", lines.encode()).content.decode()


def test_a_long_list_goes_in_by_itself_and_the_page_says_how_far_it_is(
    staff: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "AT_ONCE", 1)
    url = upload("lin", national(*(card(n) for n in range(1, 9)), card(9, onset="2020-02-30"))).url
    key = url.rpartition("/")[2]
    assert client("lin").post(url).status_code == 302
    begun = taking.so_far(key)
    assert client("lin").post(url).status_code == 302  # pressed twice
    again = taking.so_far(key)
    assert begun and again and begun.pid == again.pid and begun.of == 9
    if again.state == "running":
        page = client("lin").get(url).content.decode()
        assert "The list is being taken in" in page and "of about 9" in page
        assert "名单正在导入" in client("lin", "zh-hans").get(url).content.decode()
    assert client("an").get(url).status_code == 404
    for _ in range(600):
        if (progress := taking.so_far(key)) and progress.state != "running":
            break
        time.sleep(0.1)
    assert progress and (progress.state, progress.rows, progress.added, progress.refused) == ("done", 9, 8, 1)
    page = client("lin").get(url).content.decode()
    assert "What became of it" in page and "there is no such day" in page and len(cases()) == 8
    assert b"date_impossible" in client("lin").get(f"{url}/refused.csv").content


def test_what_was_stopped_in_the_middle_is_taken_in_again_and_doubles_nothing(staff: dict[str, int]) -> None:
    content = national(*(card(n) for n in range(1, 5)))
    url = upload("lin", content).url
    key = url.rpartition("/")[2]
    take(national(card(1), card(2)), holder_of(staff["lin"]))  # so far it had come
    taking._write(key, taking.Progress(2**22 + 1, 4, 2, 2))
    page = client("lin").get(url).content.decode()
    assert "The server was stopped in row 2." in page and "Take it in" in page
    assert client("lin").post(url).status_code == 302
    assert len(cases()) == 4 and "What became of it" in client("lin").get(url).content.decode()


def test_a_choice_that_cannot_be_stays_on_the_page_with_all_that_was_chosen(staff: dict[str, int]) -> None:
    url = upload("lin", national(card(1))).url
    sent = {"form": "look", "heading": "one", "order": "day", "column-2": "guardian", "leave_out": "on"}
    answer = client("lin").post(url, sent)
    page = " ".join(answer.content.decode().split())
    assert answer.status_code == 422 and "is not a whole number" in page
    assert 'value="one"' in page and '<option value="day" selected>' in page
    assert '<option value="guardian" selected>' in page and re.search('name="leave_out"[^>]* checked', page)
