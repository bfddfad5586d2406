"""Tables as people bring them: what is understood, what comes back, and that nothing is lost or chosen in silence."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tongzhou.tables.harmless import harmless
from tongzhou.tables.nothing import is_error, is_nothing
from tongzhou.tables.reader import Choices, Limits, Line, NotATable, open_table
from tongzhou.tables.reader.heading import headings, plain

AT = dt.datetime(2020, 2, 1, 9, 30)  # noqa: DTZ001  a spreadsheet knows no zone
HEAD = "姓名,联系电话,现住址,病例分类,发病日期,诊断日期"


def read(content: bytes | str, **choices: str) -> list[Line]:
    content = content.encode() if isinstance(content, str) else content
    return list(open_table(content, Choices(**choices)).lines())


def cells(content: bytes | str, **choices: str) -> list[list[str]]:
    return [line.cells for line in read(content, **choices)]


def workbook(fill: Callable[[Workbook], Any]) -> bytes:
    book = Workbook()
    fill(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# --- text ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", [",", ";", "\t", "|", "，"])
def test_the_separator_is_judged_below_a_title_that_has_none(mark: str) -> None:
    text = f"某区病例登记表（截至二月十日，共两人）\n姓名{mark}性别{mark}年龄\n甲{mark}男{mark}41\n乙{mark}女{mark}52\n"
    assert cells(text)[1:] == [["姓名", "性别", "年龄"], ["甲", "男", "41"], ["乙", "女", "52"]]


def test_a_line_that_names_the_separator_is_no_row() -> None:
    told = read("sep=;\r\na;b,c\r\n1;2,5\r\n")
    assert [(line.n, line.cells) for line in told] == [(1, ["a", "b,c"]), (2, ["1", "2,5"])]
    assert cells('"a","=""00123"""\n') == [["a", "00123"]]  # by which a program guards a text against the spreadsheet


def test_inches_and_stray_quotes_cost_no_other_row() -> None:
    rows = [f"人{n},1387009000{n},某路{n}号,确诊,2020-02-0{n},2020-02-0{n}" for n in range(1, 9)]
    inches = [row.replace("号", '号 6" 管旁') if n in (1, 5) else row for n, row in enumerate(rows)]
    assert [len(line.cells) for line in read("\n".join([HEAD, *inches]))] == [6] * 9
    opened = [row.replace("某路", '"某路') if n == 1 else row for n, row in enumerate(rows)]
    for swallowing in (opened, [*opened[:5], opened[5].replace("号", '号 8"'), *opened[6:]]):
        told = read("\n".join([HEAD, *swallowing]))
        assert [line.n for line in told if line.trouble] == [3] and len(told) == 9
        assert told[2].trouble == "quotes" and told[2].cells[0] == "人2"


def test_a_value_over_several_lines_is_one_row_as_the_spreadsheet_counts() -> None:
    told = read('a;b\n"x;1";2\n"two\nlines";3\n4;"a ""b"" c"\n"never closed;4\n5;6\n')
    assert [(line.n, line.cells) for line in told[1:4]] == [(2, ["x;1", "2"]), (3, ["two\nlines", "3"]),
                                                            (4, ["4", 'a "b" c'])]  # fmt: skip
    assert told[4].trouble == "quotes" and told[5].cells == ["5", "6"] and told[5].n == 6
    wide = f'{HEAD}\n甲,1,"某路\n三号, 四楼\n",确诊,2020-02-01,2020-02-02\n乙,2,某路,确诊,2020-02-01,2020-02-02\n'
    assert [len(one) for one in cells(wide)] == [6, 6, 6] and not any(line.trouble for line in read(wide))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_usual_encoding_and_line_end(encoding: str, end: str) -> None:
    text = end.join(["姓名,病例分类", "王小雨,确诊病例", "𬭎𬱖,疑似病例", ""])
    assert cells(text.encode(encoding)) == [["姓名", "病例分类"], ["王小雨", "确诊病例"], ["𬭎𬱖", "疑似病例"]]


def test_an_encoding_that_cannot_be_found_can_be_said() -> None:
    western = "name,town\nMüller,Köln\n".encode("cp1252")
    assert [line.trouble for line in read(western)] == ["", "encoding"]  # not as M黮ler
    assert cells(western, encoding="cp1252") == [["name", "town"], ["Müller", "Köln"]]
    assert cells("姓名,病例\n王,確診\n".encode("big5"), encoding="big5")[1] == ["王", "確診"]


def test_a_nul_is_dirt_in_its_row_and_no_encoding() -> None:
    told = read("a,b\n1,x\0y\n2,z\n" * 20)
    assert {line.trouble for line in told} == {"", "control"} and sum(bool(line.trouble) for line in told) == 20


def test_one_cell_never_costs_the_list() -> None:
    told = read(f'a,b\n1,"{"长" * 140_000}"\n2,{"长" * 140_000}\n3,x\n')
    assert [line.trouble for line in told] == ["", "long_cell", "long_cell", ""] and len(told[1].cells[1]) == 140_000
    assert [line.trouble for line in read("a,b\n" + "," * 5000 + "\n1,2\n")] == ["", "many_columns", ""]


def test_a_line_of_millions_of_cells_comes_back_as_it_is() -> None:
    for long in ('"",' * 3_000_000, "x," * 3_000_000):
        told = read(f"a,b\n{long}\n1,2\n")
        assert [line.trouble for line in told] == ["", "many_columns", ""] and len(told[1].cells) == 1_001
        assert ",".join(told[1].cells).replace('"', "") == long.replace('"', "")
    assert read(f'a,b\n"{"," * 5000}",2\n')[1].cells == ["," * 5000, "2"]


def test_a_list_packed_twice_and_marked_twice_is_read() -> None:
    packed = gzip.compress(gzip.compress(b"\xef\xbb\xbf" * 2 + "姓名,年龄\n甲,41\n".encode()))
    head, row = read(packed)
    assert plain(head.cells[0]) == "姓名" and row.cells == ["甲", "41"]


# --- workbooks ----------------------------------------------------------------------------------------------


def test_sheets_are_told_and_hidden_ones_are_not_taken() -> None:
    def fill(book: Workbook) -> None:
        book.active.title = "旧表"
        book.active.append(["old"])
        book.active.sheet_state = "hidden"
        book.create_sheet("新表").append(["new"])
        book.create_sheet("空")

    table = open_table(workbook(fill))
    assert [(one.name, one.visible) for one in table.look.sheets] == [("旧表", False), ("新表", True)]
    assert table.sheet.name == "新表" and [line.cells for line in table.lines()] == [["new"]]
    assert [line.cells for line in table.on("旧表").lines()] == [["old"]]
    with pytest.raises(NotATable, match="no_such_sheet"):
        open_table(workbook(fill), Choices(sheet="别的"))


def test_numbers_dates_and_errors_of_a_workbook() -> None:
    def fill(book: Workbook) -> None:
        book.active.append(["电话", "身份证号", "日期", "时间", "年龄", "错", "式"])
        book.active.append([13911112222, 420999198003051234, dt.date(2020, 2, 1), AT,
                            4.5, "#N/A", "=39+2"])  # fmt: skip

    head, row = cells(workbook(fill))
    assert head[0] == "电话"
    assert row == ["13911112222", "4.20999198003051E+17", "2020-02-01", "2020-02-01 09:30:00", "4.5", "#N/A", "=39+2"]


@pytest.mark.parametrize("mac", [False, True])
def test_both_date_systems(mac: bool) -> None:
    def fill(book: Workbook) -> None:
        if mac:
            book.epoch = CALENDAR_MAC_1904
        book.active.append([dt.date(2020, 2, 1)])

    assert cells(workbook(fill)) == [["2020-02-01"]]


def test_a_formula_with_a_kept_result_is_its_result() -> None:
    content = workbook(lambda book: book.active.append(["年龄", "=40+1", "=A1"]))

    def sheet(xml: bytes) -> bytes:
        return xml.replace(b"<f>40+1</f><v />", b"<f>40+1</f><v>41</v>").replace(
            b'r="C1"><f>A1</f><v />', b'r="C1" t="str"><f>A1</f><v></v>'
        )

    assert cells(repacked(content, "xl/worksheets/sheet1.xml", sheet)) == [["年龄", "41", "=A1"]]
    saved = repacked(content, "xl/worksheets/sheet1.xml", sheet)  # as a spreadsheet saves it, all reckoned
    saved = repacked(saved, "xl/workbook.xml", lambda xml: xml.replace(b' fullCalcOnLoad="1"', b""))
    assert cells(saved) == [["年龄", "41", "=A1"]]


def repacked(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return out.getvalue()


def test_merged_cells_hold_their_value_and_say_so() -> None:
    def fill(book: Workbook) -> None:
        for row in (["楼栋", "姓名"], ["一栋", "甲"], [None, "乙"], ["二栋", "丙"]):
            book.active.append(row)
        book.active.merge_cells("A2:A3")

    told = read(workbook(fill))
    assert [line.cells for line in told] == [["楼栋", "姓名"], ["一栋", "甲"], ["一栋", "乙"], ["二栋", "丙"]]
    assert [line.filled for line in told] == [(), (), (0,), ()]


def test_a_cell_far_away_ends_no_server_and_loses_no_row() -> None:
    def fill(book: Workbook) -> None:
        book.active.append(["姓名", "性别"])
        book.active["XFD60000"] = "x"

    told = read(workbook(fill))
    assert [(line.n, line.trouble) for line in told] == [(1, ""), (60_000, "many_columns")]


def test_a_blank_in_the_last_row_makes_no_long_list() -> None:
    def fill(book: Workbook) -> None:
        book.active.append(["姓名", "性别"])
        book.active.append(["甲", "男"])
        book.active["A1048576"] = " "

    table = open_table(workbook(fill))
    assert table.about() == 2 and [line.n for line in table.lines() if any(map(str.strip, line.cells))] == [1, 2]


def test_what_costs_too_much_is_told() -> None:
    content = workbook(lambda book: [book.active.append([f"x{n}", n]) for n in range(3000)])
    with pytest.raises(NotATable, match="too_hard"):
        open_table(content, limits=Limits(memory=1 << 20))
    with pytest.raises(NotATable, match="too_large"):
        open_table(content, limits=Limits(size=10_000))


@pytest.mark.parametrize("head", [b"<html><body>", b"\xef\xbb\xbf<!DOCTYPE html>\r\n", b"<meta charset=gb2312>", b""])
def test_a_page_saved_as_xls_is_read(head: bytes) -> None:
    page = "<table border=1><tr><th rowspan=2>姓名</th><th colspan=2>日期</th></tr>"
    page += "<tr><td>发病<br>日期</td><td>诊断</td></tr>"
    page += "<tr><td>壬&nbsp;甲</td><td>2020-02-01<td>2020-02-05</tr></table>"
    told = cells(head + page.encode("gb18030" if b"gb2312" in head else "utf-8"))
    assert told == [["姓名", "日期", "日期"], ["姓名", "发病 日期", "诊断"], ["壬 甲", "2020-02-01", "2020-02-05"]]


def test_the_xml_of_excel_2003_is_read_where_its_cells_stand() -> None:
    def cell(text: str, more: str = "") -> str:
        return f'<Cell{more}><Data ss:Type="String">{text}</Data></Cell>'

    rows = f"<Row>{cell('姓名')}{cell('日期', ' ss:MergeAcross=1')}{cell('电话')}</Row>"
    rows += f"<Row/><Row ss:Index='4'>{cell('甲')}{cell('138', ' ss:Index=4')}</Row>"
    page = '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook><Worksheet ss:Name="一">'
    told = read(f"{page}<Table>{rows}</Table></Worksheet></Workbook>")
    assert [(line.n, line.cells) for line in told] == [
        (1, ["姓名", "日期", "日期", "电话"]), (4, ["甲", "", "", "138"])]  # fmt: skip


def test_what_is_no_table_says_what_it_is() -> None:
    noise = bytes(range(256)) * 40
    for head in (b"", b"RIFF0000WEBP", b"\x00\x00\x00 ftypheic", b"II*\x00", b"BZh9", b"\xfd7zXZ\x00", b"PAR1", b"MZ"):
        with pytest.raises(NotATable, match="no_table"):
            open_table(head + noise)
    assert cells("a\x01b\n1\x012\n", separator="\x01") == [["a", "b"], ["1", "2"]]
    for content, why in {b"%PDF-1.7": "no_table", b"PK\x03\x04rest": "broken_excel",
                         b"\xd0\xcf\x11\xe0rest": "old_excel",
                         b"\x1f\x8brest": "broken_gzip", b"\xef\xbb\xbf \r\n": "empty_file"}.items():  # fmt: skip
        with pytest.raises(NotATable, match=why):
            open_table(content)


# --- headings, words for nothing, what is written out --------------------------------------------------------


def test_headings_of_two_rows_are_joined() -> None:
    lines = read("某表,,,\n姓名,日期,,病人\n,发病,诊断,电话\n甲,2020-02-01,2020-02-05,1\n")
    joined = [one for one in headings(lines) if one.n == 3][-1]
    assert joined.shown == ("姓名", "日期 发病", "日期 诊断", "病人 电话")
    assert joined.places()["日期发病"] == 1 and joined.places()["电话"] == 3 and joined.places()["姓名"] == 0
    assert [one.n for one in headings(lines, 2)] == [2, 2]


def test_headings_are_compared_without_units_width_and_stars() -> None:
    assert plain("＊ 发病_日期：") == "发病日期"
    (only,) = headings(read("*年龄（岁）,Date of Onset [dd/mm]\n"))
    assert set(only.places()) >= {"年龄", "dateofonset"}


def test_words_for_nothing_are_the_same_at_every_door() -> None:
    for word in ("", " ", "无", "没有", "#N/A", "N/A", "nan", "None", "－", "Unknown", "<NA>", "？"):
        assert is_nothing(word), word
    assert not any(map(is_nothing, ("0", "无锡", "no", "#VALUE!", "待查")))
    assert all(map(is_error, ("#VALUE!", "#DIV/0!", "########"))) and not any(map(is_error, ("#N/A", "#3", "3#")))


def test_no_cell_comes_back_as_a_formula() -> None:
    risky = ("=1+1", "-2+3+cmd|' /C calc'!A0", "+1+HYPERLINK(A1)", "@SUM(A1)", "\t=1", " =1", "＝1+1", "-1-A1", "%x",
             "\r\n=2", "|x", "+86 138-7112-0004")  # fmt: skip
    assert all(harmless(cell) == f"'{cell}" for cell in risky)
    for plain_cell in ("-5", "+3.5", "-", "1,5", "-1.5E-3", "a=b", "某路", "", "3-4号"):
        assert harmless(plain_cell) == plain_cell


def test_a_stray_mark_above_a_value_over_two_lines_makes_no_row_of_two_people() -> None:
    text = '姓名|电话|性别|住址|分类\n甲|1|男|"某|确诊\n"乙"|"2"|"男"|"两\n行"|"确诊"\n丙|3|男|某路|疑似\n'
    lines = list(open_table(text.encode()).lines())
    assert [sum(name in "".join(line.cells) for name in "甲乙丙") for line in lines] == [0, 1, 1, 1]
    assert lines[1].trouble == "quotes" and lines[2].cells == ["乙", "2", "男", "两\n行", "确诊"]


def test_signs_that_turn_the_direction_of_writing_are_read_by_nobody() -> None:
    """On the page that asks whether to take a list they would turn round what stands beside them."""
    text = "\u202e编号,name\nA\u200f1,\u2066gpj.exe\u2069\n"
    for alone in (False, True):
        table = open_table(text.encode(), alone=alone)
        assert [line.cells for line in table.lines()] == [["编号", "name"], ["A1", "gpj.exe"]]
        assert [line.cells for line in table.sheet.first] == [["编号", "name"], ["A1", "gpj.exe"]]
