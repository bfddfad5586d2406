"""Lists as they were really sent, kind by kind: what each cell is taken for, and files that are made to hurt."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from lists import HEAD, MARK, judged
from openpyxl import Workbook

from tongzhou.linelist.mapping import MappingError
from tongzhou.linelist.refusals import SENTENCES
from tongzhou.linelist.rows import Good, Refusal
from tongzhou.tables.reader import Limits, NotATable

FIELDS = ("姓名", "证件号", "联系电话", "性别", "年龄", "现住址", "病例分类", "发病日期", "诊断日期")


def told(field: str, texts: list[str]) -> dict[str, Any]:
    """What becomes of a row with this text in a field: the code of its refusal, or what is read there."""
    usual = {
        "性别": "男",
        "年龄": "41",
        "现住址": "某路",
        "病例分类": "确诊",
        "发病日期": "2020-02-01",
        "诊断日期": "2020-03-05",
    }
    rows = []
    for n, text in enumerate(texts):
        row = usual | {"姓名": f"某{chr(0x4E10 + n)}", "联系电话": f"1387{n:07d}"} | {field: text}
        rows.append("\t".join(row.get(name, "") for name in FIELDS))
    _binding, found = judged("\n".join(["\t".join(FIELDS), *rows]).encode())
    assert len(found) == len(texts)
    return dict(zip(texts, (_short(one, field) for one in found), strict=True))


def _short(one: Good | Refusal, field: str) -> Any:
    if isinstance(one, Refusal):
        return " ".join(trouble.code for trouble in one.troubles)
    body = json.loads(bytes(one.facts[0].body))
    notes = "".join(f" ({note.code})" for note in one.notes)
    held = {"证件号": "identity", "联系电话": "telephone", "姓名": "name", "现住址": "address"}.get(field)
    if held:
        more = f" + {one.held['other_telephones']}" if "other_telephones" in one.held else ""
        return one.held.get(held, "") + more + notes
    name = {"性别": "sex", "年龄": "age", "病例分类": "classification", "发病日期": "onset"}[field]
    if name == "age":
        return body.get("age_band", body.get("age"))
    if name == "classification" and any(fact.kind == "case.classified" for fact in one.facts):
        return "excluded"
    return body.get(name)


VALUES: dict[str, dict[str, Any]] = {
    "发病日期": {
        "1-Feb-20": "2020-02-01", "2/1/2020 9:30 AM": "2020-02-01", "2020-02-01 24:00": "2020-02-02",
        "43862.5": "2020-02-01", "2020.2.1.": "2020-02-01", "2020/2/1 上午9:30": "2020-02-01",
        "2月1日晚": "2020-02-01", "2020-2-1日": "2020-02-01", "Saturday, February 1, 2020": "2020-02-01",
        "周六 2020-02-01": "2020-02-01",
        "2020年02月01日 10时": "2020-02-01", "2020-02-01T08:00+0800": "2020-02-01",
        "2020-02-01T16:00:00Z": "2020-02-02", "2020-02-01 00:00:00.000": "2020-02-01",
        "20200201093000": "2020-02-01", "٢٠٢٠-٠٢-٠١": "2020-02-01",
        "2020-2-1 下午3时": "2020-02-01", "1月25": "2020-01-25", "12月31日": "2019-12-31",
        "1900-01-00": "date_impossible", "29/02/2019": "date_impossible", "2020-02-31T00:00:00Z": "date_impossible",
        "2020-02-01 12:60": "date_impossible", "2020-02-01T25:00": "date_impossible", "2020-02": "date_month",
        "2月": "date_month", "1/2/20": "date_ambiguous", "20-02-01": "date_ambiguous", "1-2-2020": "date_ambiguous",
        "０１／０２／２０２０": "date_ambiguous", "2020-02-01 10:00:00 UTC": "date_unreadable",
        "2.1": "date_unreadable",
        "2020-1-5 ~ 2020-1-7": "date_unreadable", "1580486400": "date_unreadable", "5 Junk 2020": "date_unreadable",
        "正月初八": "date_unreadable", "民国109年2月1日": "date_unreadable", "约2月1日": "date_unreadable",
        "2月上旬": "date_unreadable", "2020-02-01?": "date_unreadable", "2O20-02-01": "date_unreadable",
        "2020-W05-6": "date_unreadable", "4.3862E+04": "date_unreadable", "昨天": "date_unreadable",
        "########": "error_cell", "=TODAY()": "formula", "9999-12-31": "date_future", "2020-03-11": "date_future",
        "1899-12-31": "date_too_old", "\u202e10-20-0202": "date_too_old", "2020-03-10": "date_order"},
    "年龄": {
        "41.0": 41, "0041": 41, "１８": 18, "1.5岁": 1, "18月": 1, "3 d": 0, "新生儿": 0, "130": 130, "不详": None,
        "NaN": None, "40～49岁": "40-49", "40多": "40-49", "80岁以上": "80+", "<1": "0-0", "131": "age_impossible",
        "2020": "age_impossible", "4O": "age_unreadable", "-1": "age_unreadable", "1e2": "age_unreadable",
        "41/42": "age_unreadable", "男41": "age_unreadable", "约40": "age_unreadable", "四十一": "age_unreadable",
        "1979-01-01": "age_unreadable", "inf": "age_unreadable", "#VALUE!": "error_cell"},
    "性别": {
        "男": "male", "女性": "female", "F": "female", "1.0": "male", "2": "female", "先生": "male", "未知": None,
        "0": "sex_unknown", "男/女": "sex_unknown", "妇": "sex_unknown", "X": "sex_unknown", "TRUE": "sex_unknown"},
    "证件号": {
        "420999198003051213": "420999198003051213", "身份证420999198003051213": "twice_in_file",
        "居民身份证号码：420999198003051213": "twice_in_file", "'420999198003051213": "twice_in_file",
        "420999 19800305 1213": "twice_in_file", "420999198003051213\u200b": "twice_in_file",
        "４２０９９９１９８００３０５１２１３": "twice_in_file", "420999198003051213.0": "twice_in_file",
        "EA1234567": "EA1234567", "ea 1234567": "twice_in_file", "EB1234567": "EB1234567", "无": "",
        "H08765432(4)": "H08765432(4)", "4.20999E+17": "identity_rounded", "=420999": "formula",
        "42099919800305121": "identity_unreadable", "4209991980030512131": "identity_unreadable",
        "420999198003051213（母亲）": "identity_unreadable", "本人未带": "identity_unreadable",
        "420999198013451234": "420999198013451234 (identity_check_digit) (identity_birth)"},
    "联系电话": {
        "138-7112-0004": "138-7112-0004", "13871120004.0": "13871120004", "008613871120004": "008613871120004",
        "+86 138 7112 0004": "+86 138 7112 0004", "１３８７１１２０００４": "13871120004",
        "13871120005/13871120006": "13871120005 + 13871120006", "13871120007或87654321": "13871120007 + 87654321",
        "027-87654322": "027-87654322", "+852 9123 4567": "+852 9123 4567", "无": "",
        "1.387E+10": "telephone_rounded",
        "1387112000": "telephone_length", "138711200044": "telephone_length", "138****0004": "telephone_length",
        "110": "telephone_unreadable", "同上": "telephone_unreadable", "a@b.cn": "telephone_unreadable"},
    "病例分类": {
        "确诊病例": "confirmed", "临床诊断": "clinical", "无症状": "asymptomatic", "排除": "excluded",
        "CONFIRMED": "confirmed", "确诊?": "class_unknown", "疑似确诊": "class_unknown", "不是确诊": "class_unknown",
        "未确诊": "class_unknown", "确诊（轻症）": "class_unknown", "死亡": "class_unknown", "1": "class_unknown",
        "阳性": "class_unknown", "not a case": "class_unknown", "密接": "class_unknown"},
    "姓名": {
        "买买提·吐尔逊": "买买提·吐尔逊", "O'Brien": "O'Brien", "José": "José", "𠮷田": "𠮷田",
        "김철수": "김철수", "محمد": "محمد",
        "王\u200b雨": "王雨", "<b>x</b>": "<b>x</b>", "{{7*7}}": "{{7*7}}", "%s": "%s", "=王": "formula", "无": ""},
}  # fmt: skip


@pytest.mark.parametrize("field", VALUES)
def test_a_cell_is_what_it_says_or_comes_back_with_the_reason(field: str) -> None:
    assert told(field, list(VALUES[field])) == VALUES[field]


ROWS = [
    ["某甲", "13870000000", "男", "41", "某路", "确诊", "2020-02-01", "2020-03-01"],
    ["某乙", "13870000001", "女", "52", "某街", "疑似", "2020-02-02", "2020-03-02"],
    ["某丙", "13870000002", "男", "63", "某巷", "排除", "2020-02-03", "2020-03-03"],
]
TEXT = "\n".join(",".join(row) for row in [HEAD, *ROWS]) + "\n"


def book(change: Callable[[Workbook], Any] = lambda _book: None, **parts: Callable[[bytes], bytes] | None) -> bytes:
    """The list as a workbook; `parts`: files of it that are changed (`__` stands for a slash), or left out."""
    made, out = Workbook(), io.BytesIO()
    for row in [HEAD, *ROWS]:
        made.active.append(row)
    change(made)
    made.save(out)
    given = {name.replace("__", "/"): how for name, how in parts.items()}
    again = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(out.getvalue())) as old, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            how = given.get(name.removesuffix(".xml"), bytes)
            if how is not None:
                new.writestr(name, how(old.read(name)))
    return again.getvalue()


def page(rows: str, before: str = "", after: str = "") -> bytes:
    return f"<html><body>{before}<table>{rows}</table>{after}</body></html>".encode()


def _html(cell: str = "td") -> str:
    return "".join("<tr>" + "".join(f"<{cell}>{one}</{cell}>" for one in row) + "</tr>" for row in [HEAD, *ROWS])


def _packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return out.getvalue()


def _ods(rows: str) -> bytes:
    names = "".join(f' xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"' for one in SPACES)
    table = f'<table:table table:name="s">{rows}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    content = f'<?xml version="1.0"?><office:document-content{names}>{body}</office:document-content>'
    listed = f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{MANIFEST}"/>'
    return _packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": content.encode(),
                    "META-INF/manifest.xml": listed.encode()})  # fmt: skip


SPACES = ("office", "table", "text")
MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"


def _ods_row(row: list[str], more: str = "") -> str:
    cells = (f'<table:table-cell office:value-type="string"><text:p>{one}</text:p></table:table-cell>' for one in row)
    return f"<table:table-row{more}>{''.join(cells)}</table:table-row>"


ODS = "".join(map(_ods_row, [HEAD, *ROWS]))


def _reads_a_file(xml: bytes) -> bytes:
    entity = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    return entity + xml.replace(b"</sheetData>", b"<row><c t='str'><v>&e;</v></c></row></sheetData>")


def _very_hidden(made: Workbook) -> None:
    made.create_sheet("x")
    made.active.sheet_state = "veryHidden"


def _filtered(made: Workbook) -> None:
    made.active.row_dimensions[3].hidden = True


ODD = [True, 13870000003, 0.5, dt.time(9, 30), dt.timedelta(days=1), "确诊", "2020-02-01"]
MANY_CELLS = '<table:table-cell table:number-columns-repeated="99999"/>'
ENDLESS = f'<table:table-row table:number-rows-repeated="999999999">{MANY_CELLS}</table:table-row>'
IN = "in"  # every person of the list is in one row that goes in or comes back
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MANY = ["姓名", "备注", *[f"列{n}" for n in range(1_100)]]
FILES: dict[str, tuple[bytes, str]] = {
    "a mark of order and nothing else": (b"\xef\xbb\xbf", "empty_file"),
    "blanks and ends of lines": (b" \r\n\t\r\n" * 50, "empty_file"),
    "one byte": (b"x", "fits no layout"),
    "UTF-16 cut in the middle of a sign": (TEXT.encode("utf-16-le")[:-1], IN),
    "UTF-32 of the other order": (b"\0\0\xfe\xff" + TEXT.encode("utf-32-be"), IN),
    "UTF-8 marked twice": (b"\xef\xbb\xbf" * 2 + TEXT.encode(), IN),
    "UTF-8 read as Latin and written again": (TEXT.encode().decode("latin-1").encode(), "fits no layout"),
    "ends of a Mac": (TEXT.replace("\n", "\r").encode(), IN),
    "ends of every sort": (TEXT.replace("\n", "\r\n", 1).replace("疑似", "疑似\r").encode(), IN),
    "NUL between the signs of a line": (TEXT.replace("某乙", "某\0乙").encode(), IN),
    "a line of NULs in the middle, as of a disk that failed": (
        TEXT.replace("某乙", "\0" * 4_096 + "\n某乙").encode(), IN),
    "form feeds of a printer": (TEXT.replace("某乙", "\f某乙").encode(), IN),
    "the end of a file of CP/M": (TEXT.encode() + b"\x1a", IN),
    "a quotation mark that opens in the heading": (TEXT.replace("姓名", '"姓名').encode(), IN),
    "a quotation mark that nobody closes": (TEXT.replace("某乙", '"某乙').encode(), IN),
    "quotation marks of typography": (TEXT.replace("某街", "“某街，二号”").encode(), IN),
    "everything in single quotes": (TEXT.replace(",", "','").replace("\n", "'\n'").encode(), IN),
    "a separator at the end of each line": (TEXT.replace("\n", ",\n").encode(), IN),
    "an empty column in front": ("".join(f",{line}\n" for line in TEXT.splitlines()).encode(), IN),
    "headings again on each printed page": (TEXT.replace("某丙", ",".join(HEAD) + "\n某丙").encode(), IN),
    "two columns of one name": (TEXT.replace("现住址", "姓名").encode(), IN),
    "more columns than a sheet has": (",".join(MANY).encode() + b"\n" + b"," * 1_100, "fits no layout"),
    "a line of a million signs": (TEXT.replace("某街", "长" * 1_000_000).encode(), IN),
    "ten thousand empty lines": (TEXT.replace("某丙", "\n" * 10_000 + "某丙").encode(), IN),
    "columns by blanks": (TEXT.replace(",", "    ").encode(), "fits no layout"),
    "a table of a wiki": (TEXT.replace(",", " | ").encode(), IN),
    "JSON": (b'[{"name": "x", "onset": "2020-02-01"}]', "fits no layout"),
    "a letter": (b"From: a@example.org\nSubject: list\n\nsee below\n", "fits no layout"),
    "packed": (gzip.compress(TEXT.encode()), IN),
    "packed three times": (gzip.compress(gzip.compress(gzip.compress(TEXT.encode()))), IN),
    "packed and cut": (gzip.compress(TEXT.encode())[:-20], "broken_gzip"),
    "a packed file without end": (gzip.compress(b"a,b\n" * 8_000_000), "too_large"),
    "a folder packed as ZIP": (_packed({"list.csv": TEXT.encode()}), "no_table"),
    "a workbook with a password": (OLE + "EncryptedPackage".encode("utf-16-le") * 99, "old_excel"),
    "a workbook cut short": (book()[:-200], "broken_excel"),
    "a workbook whose sheet ends in the middle": (book(xl__worksheets__sheet1=lambda xml: xml[:-300]), "broken_excel"),
    "a workbook without its texts": (book(xl__sharedStrings=None), "*"),
    "a workbook that says it is smaller than it is": (
        book(xl__worksheets__sheet1=lambda xml: xml.replace(b'ref="A1:H4"', b'ref="A1:A1"')), IN),
    "a workbook that says it fills the whole sheet": (
        book(xl__worksheets__sheet1=lambda xml: xml.replace(b'ref="A1:H4"', b'ref="A1:XFD1048576"')), IN),
    "a workbook that reads the server's files": (book(xl__worksheets__sheet1=_reads_a_file), "*"),
    "a workbook hidden so that no menu shows it": (book(_very_hidden), "hidden_sheets"),
    "rows hidden by a filter": (book(_filtered), IN),
    "truth, shares and hours for values": (book(lambda made: made.active.append(ODD)), IN),
    "an open document": (_ods(ODS), IN),
    "an open document with a row ninety thousand times over": (
        _ods(ODS + _ods_row([""], ' table:number-rows-repeated="90000"')), IN),
    "an open document that fills with one cell": (_ods(ODS + ENDLESS), "*"),
    "a page": (page(_html()), IN),
    "a page whose cells nobody closes": (page(_html().replace("</td>", "").replace("</tr>", "")), IN),
    "a page of tables in tables": (page(f"<tr><td><table>{_html()}</table></td></tr>"), IN),
    "a page with a cell over a million rows": (page(_html().replace("<td>某丙", "<td rowspan=1000000>某丙")), IN),
    "a page with a cell over a million columns": (page(_html().replace("<td>某巷", "<td colspan=1000000>某巷")), "*"),
    "a page with a script": (page(_html(), "<script>document.write('<table><tr><td>x')</script>"), IN),
    "a page with headings marked": (page(_html("th")), IN),
    "a page without a table": (b"<html><body><p>13870000000</p></body></html>", "empty_file"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "wanted"), FILES.values(), ids=FILES)
def test_a_file_is_read_or_told_and_nobody_in_it_is_lost(content: bytes, wanted: str) -> None:
    """`*`: either, as long as it ends and says so."""
    try:
        _binding, found = judged(content, Limits(size=20 << 20), apart=b"opendocument" in content[:99])
    except (NotATable, MappingError) as told:
        assert wanted == "*" or wanted in str(told), str(told)
        assert wanted != IN and (str(told) in SENTENCES or isinstance(told, MappingError))
        return
    marks = [mark for one in found for mark in MARK.findall(" ".join(one.cells))]
    assert "root:" not in " ".join(cell for one in found for cell in one.cells)
    assert (
        wanted in (IN, "*") and sorted(set(marks)) == sorted(marks) and {"0000000", "0000001", "0000002"} <= set(marks)
    )
    assert all(t.code in SENTENCES for one in found if isinstance(one, Refusal) for t in one.troubles)
