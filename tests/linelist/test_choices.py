"""What is understood of a list before anything is said, and that nothing in it is chosen in silence."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import world
from django.test import Client
from openpyxl import Workbook

from tongzhou.cli.linelist import import_
from tongzhou.ledger import door
from tongzhou.linelist import imports
from tongzhou.linelist.imports import open_list
from tongzhou.linelist.mapping import MappingError
from tongzhou.linelist.understand import Choices, understand
from tongzhou.people import findable, vault
from tongzhou.people.scope import EVERYWHERE, Holder, System
from tongzhou.tables.reader import NotATable

READER = Holder(None, {"epidemiologist": EVERYWHERE}, {"cases": EVERYWHERE})
HEAD = "姓名,联系电话,身份证号,性别,年龄,现住址,病例分类,发病日期,诊断日期"


def take(content: bytes | str, place: int = 3, mapping: Any = None, **choices: Any) -> imports.Result:
    content = content.encode() if isinstance(content, str) else content
    table, binding = open_list(content, mapping, Choices(**choices))
    return imports.run(table, binding, System(), place=place, leave_out=choices.get("leave_out", False))


def codes(result: imports.Result) -> dict[int, str]:
    return {one.n: " ".join(t.code for t in one.troubles) for one in result.refused}


def cases(place: int | None = None) -> list[tuple[str, Any]]:
    """(classification, what the case says) in the order of their days."""
    with door.ledger() as connection:
        return connection.execute(
            "select state, data from ledger_row where noun = 'case' and coalesce(place = %s, true)"
            " order by effective_at, data ->> 'onset'",
            [place],
        ).fetchall()


def sheets(**rows: list[list[Any]]) -> bytes:
    """A workbook; a sheet whose name begins with an underscore is hidden."""
    book = Workbook()
    book.remove(book.active)
    for name, lines in rows.items():
        sheet = book.create_sheet(name.removeprefix("_"))
        sheet.sheet_state = "hidden" if name.startswith("_") else "visible"
        for line in lines:
            sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def person(n: int, name: str = "", **other: str) -> str:
    row = {"name": name or f"人{n}", "telephone": f"1387000{n:04d}", "identity": "", "sex": "男", "age": "41"}
    row |= {"address": f"某路{n}号", "class": "确诊", "onset": "2020-02-01", "identified": "2020-02-05"}
    row |= other
    return ",".join(row.values())


# --- layouts and sheets ---------------------------------------------------------------------------------------

COUNTY = "case_id,date_of_onset,date_of_hospitalisation,gender,age,status\n"


def test_a_column_that_says_status_is_never_overruled(staff: dict[str, int]) -> None:
    one = COUNTY + "1,2020-02-01,2020-02-05,f,34,suspected\n2,2020-02-02,2020-02-06,m,8,suspected\n"
    one += "3,2020-02-03,2020-02-07,f,71,excluded\n"
    result = take(one)
    assert result.binding.mapping.name == "plain" and result.added == 3
    assert [(state, data["age"]) for state, data in cases()] == [("suspected", 34), ("suspected", 8), ("excluded", 71)]
    other = COUNTY + "1,2020-02-11,2020-02-15,m,55,confirmed\n2,2020-02-02,2020-02-06,m,63,confirmed\n"
    assert take(other, place=9).added == 2  # another county's 1 and 2 are two other people
    for layout in ("ebola-simulated", ""):  # named by a person, or with another word for it
        with pytest.raises(MappingError, match=r"status|fits no layout"):
            take(other.replace("status", "Case_Type" if not layout else "status"), layout=layout)


def test_a_layout_that_fits_in_part_is_offered_and_not_taken(staff: dict[str, int]) -> None:
    part = "case_id,date_of_onset,date_of_hospitalisation,gender\n1,2014-02-01,2014-02-05,f\n"
    found = understand(part.encode())
    assert found.binding is None and "ebola-simulated: fits in part" in found.why
    assert take(part, layout="ebola-simulated").added == 1
    assert [data["source"] for _, data in cases()] == ["ebola-simulated"]


def test_what_nobody_wrote_in_the_list_can_be_said(staff: dict[str, int]) -> None:
    text = "某区\n编号;人;日子;日子二\n1;甲;3/2/2020;5/2/2020\n"
    with pytest.raises(MappingError):
        take(text)
    result = take(text, layout="plain", heading=2, columns={"name": "人", "onset": "C", "identified": "4"},
                  fixed={"classification": "confirmed"}, day_first=True)  # fmt: skip
    assert result.added == 1 and cases()[0][1]["onset"] == "2020-02-03"
    bare = "甲,确诊,2020-02-05\n乙,疑似,2020-02-06\n"
    columns = {"name": "A", "classification": "B", "identified": "C"}
    assert take(bare, layout="plain", heading=0, columns=columns).added == 2
    for wrong in ({"columns": {"nose": "A"}}, {"columns": {"name": "无此列"}}, {"fixed": {"classification": "ill"}}):
        with pytest.raises(MappingError):
            take(HEAD + "\n" + person(1), **wrong)


def test_the_sheet_that_holds_the_list_is_read_and_the_others_are_told(staff: dict[str, int]) -> None:
    head, cover = HEAD.split(","), [["填表说明"], ["病例分类只能填：确诊、疑似"]]
    old = [head, person(1, **{"class": "疑似", "onset": "2020-01-20"}).split(",")]
    new = [head, person(2).split(",")]
    for content in (sheets(_字典=cover, 病例=new), sheets(说明=cover, 病例=new)):
        assert understand(content).told()["sheet"] == "病例"
    found = understand(sheets(_旧表=old, 新表=new))
    assert (found.told()["sheet"], found.told()["sheets_hidden"]) == ("新表", ["旧表"])
    three = sheets(一街=new, 二街=[head, person(3).split(",")], 三街=[head, person(4).split(",")])
    assert understand(three).told()["sheets_not_read"] == ["二街", "三街"]
    assert understand(three).doubt == "sheet" and not understand(three, Choices(sheet="二街")).doubt
    with pytest.raises(MappingError, match="sheet"):
        take(three)  # several lists: nobody says which
    assert [take(three, sheet=name).added for name in ("一街", "二街", "三街")] == [1, 1, 1] and len(cases()) == 3
    shown = sheets(_旧表=old, 新表=new)
    with zipfile.ZipFile(io.BytesIO(shown)) as packed, zipfile.ZipFile(hidden := io.BytesIO(), "w") as all_hidden:
        for part in packed.namelist():
            all_hidden.writestr(part, packed.read(part).replace(b'state="visible"', b'state="hidden"'))
    with pytest.raises(NotATable, match="hidden_sheets"):
        understand(hidden.getvalue())


def test_two_rows_of_headings_and_headings_once_more(staff: dict[str, int]) -> None:
    upper, lower = "姓名,联系电话,病例分类,日期,", ",,,发病日期,诊断日期"
    row = "甲,13870190011,确诊,2020-02-01,2020-02-05"
    result = take("\n".join(["某区登记表", upper, lower, row, upper, lower, row.replace("甲", "乙")]))
    assert result.binding.header == 3 and result.added == 2
    again = take("\n".join([HEAD, person(3), HEAD, person(4)]))
    assert again.added == 2 and codes(again) == {3: "heading_again"}


# --- values -----------------------------------------------------------------------------------------------------


def test_the_zone_comes_before_the_day(staff: dict[str, int]) -> None:
    result = take("\n".join([
        HEAD,
        person(1, onset="2020-01-31T16:00:00.000Z", identified="2020-02-04T16:00:00.000Z"),
        person(2, onset="2020-02-01T00:30:00+08:00", identified="2020-01-31T17:00:00Z"),
    ]))  # fmt: skip
    assert result.added == 2 and [data["onset"] for _, data in cases()] == ["2020-02-01", "2020-02-01"]


def test_rounded_numbers_formulas_and_errors_are_no_values(staff: dict[str, int]) -> None:
    head = HEAD.split(",")
    rows = [["癸甲", 13870040001, 420999198003051234, "男", 39, "某路", "确诊", "2020-02-01", "2020-02-05"],
            ["癸乙", 13870040002, 420999198003055678, "女", 39, "某路", "确诊", "2020-02-02", "2020-02-06"],
            ["丑一", 13870050001, None, "男", "=39+2", "某路", "确诊", "=DATE(2020,2,1)", "2020-02-05"],
            ["丑二", 13870050002, None, "男", "#N/A", "某路", "确诊", "#VALUE!", "2020-02-05"]]  # fmt: skip
    result = take(sheets(病例=[head, *rows]))
    assert codes(result) == {2: "identity_rounded", 3: "identity_rounded", 4: "formula formula", 5: "error_cell"}
    text = take(f"{HEAD}\n{person(9, identity='4.20999E+17')}\n{person(8, identity='', telephone='1.387E+10')}\n")
    assert codes(text) == {2: "identity_rounded", 3: "telephone_rounded"}


def test_identity_numbers_are_checked_against_themselves_and_the_row(staff: dict[str, int]) -> None:
    from tongzhou.linelist.identity import doubts, identity

    good = next(f"98010119790301001{last}" for last in "0123456789X" if "identity_check_digit" not in set(
        doubts(f"98010119790301001{last}", "male", 40, world.NOW.date())))  # fmt: skip
    wrong = {"check": good[:-1] + ("0" if good[-1] != "0" else "1"), "month": "980101197913010018",
             "future": "980101203303010018", "short": "980101790301001"}  # fmt: skip
    rows = [person(1, identity=good, age="40"), *(person(n, identity=text, age="40")
            for n, text in enumerate(wrong.values(), 2)), person(7, identity="台胞证01234567"),
            person(8, identity="H08765432(4)"), person(9, identity=good[:-2] + "2" + good[-1], age="12"),
            person(10, identity="无"), person(11, identity="98010119790301001×")]  # fmt: skip
    result = take("\n".join([HEAD, *rows]))
    noted = {n: set() for n in range(2, 13)}
    for n, note in result.notes:
        noted[n].add(note.code)
    assert noted[2] == noted[6] == noted[7] == noted[8] == set()
    assert "identity_check_digit" in noted[3] and "identity_birth" in noted[4] and "identity_birth" in noted[5]
    assert {"identity_age", "identity_sex"} <= noted[9]
    assert result.added == len(rows) - len(result.refused) and not result.refused
    assert identity("98010119790301001×").endswith("X")


def test_what_cannot_be_read_is_left_out_with_a_note_when_the_person_says_so(staff: dict[str, int]) -> None:
    bad = "\n".join([HEAD, person(1, sex="妇"), person(2, onset="2020-02-30"), person(3, identified="某日"),
                     person(4, age="4O")])  # fmt: skip
    assert set(codes(take(bad))) == {2, 3, 4, 5}
    result = take(bad, leave_out=True)
    assert codes(result) == {4: "date_unreadable"} and result.added == 3
    assert {note.code for _, note in result.notes} == {"sex_unknown", "date_impossible", "age_unreadable"}
    with door.ledger() as connection:
        owners = connection.execute("select owner from people_vault_key where owner like 'case/%'").fetchall()
        held = [vault.read(connection, owner, READER, "investigation")
                for (owner,) in owners]  # fmt: skip
    assert {one["left_out"] for one in held} == {"性别: 妇", "发病日期: 2020-02-30", "年龄: 4O"}


def test_ages_in_bands_stay_bands_and_several_telephones_are_several(staff: dict[str, int]) -> None:
    rows = [person(1, age="40-49岁"), person(2, age="80+"), person(3, age="4.5"), person(4, age="40多岁"),
            person(5, age="65岁以上"), person(6, telephone="13870000006、027-87651001转8013")]  # fmt: skip
    assert take("\n".join([HEAD, *rows])).added == 6
    with door.ledger() as connection:
        facts = [json.loads(body) for (body,) in connection.execute("select body from ledger_fact")]
    said = [one for one in facts if "classification" in one]
    bands = sorted(one["age_band"] for one in said if "age_band" in one)
    assert bands == ["40-49", "40-49", "65+", "80+"] and 4 in {one.get("age") for one in said}


# --- keys -------------------------------------------------------------------------------------------------------


def test_letters_scripts_and_diacritics_tell_people_apart(staff: dict[str, int]) -> None:
    rows = [person(1, "戊子", identity="EA1234567"), person(2, "Smith John", identity="EB1234567")]
    couples = [
        ("𬭎𬱖", "𬭎𡒄"),
        ("Иванов Пётр", "Иванова Анна"),
        ("김민준", "이서연"),
        ("José", "Jose"),
        ("张伟", "张伟伟"),
    ]
    rows += [person(50 + n, name) for n, pair in enumerate(couples) for name in pair]
    result = take("\n".join([HEAD, *rows]))
    assert result.refused == [] and result.added == 12
    assert take("\n".join([HEAD, *rows])).known == 12
    lin = READER
    with door.ledger() as connection:
        for name in ("𬭎", "пётр", "ПЕТР", "김민준", "jose", "JOSÉ", "smith", "张伟"):
            assert vault.find(connection, "name", name, lin), name
        for number in ("EA1234567", "ea 1234567"):
            assert len(vault.find(connection, "identity", number, lin)) == 1
        for number in ("008613870000001", "+86 138-7000-0001", "13870000001.0", "８６13870000001"):
            assert len(vault.find(connection, "telephone", number, lin)) == 1, number


def test_what_is_searched_is_folded_and_what_tells_apart_is_not() -> None:
    assert findable.tokens("name", "阿依·努尔某") == set("阿依努尔某") == findable.tokens("name", "阿依・努尔 某")
    assert findable.tokens("name", "De La Cruz  JOSÉ") == {"de", "la", "cruz", "jose"}
    assert findable.written("Ｊosé  X") == findable.written("josé x") != findable.written("jose x")
    assert findable.plain_telephone("027-87651001转8013") == "02787651001"
    assert findable.plain_telephone("+1 415 555 0100") == "14155550100"


# --- the command and the page -----------------------------------------------------------------------------------


def run(file: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """The command's code under this test's database, and the JSON it prints."""
    from unittest.mock import patch

    from click.testing import CliRunner

    with patch("tongzhou.cli.linelist.opened", world_as_it_is):
        result = CliRunner().invoke(import_, [str(file), "--json", *options])
    return result.exit_code, json.loads(result.stdout) if result.exit_code == 0 else {"error": result.output}


class world_as_it_is:  # stands for the context manager that starts a server
    def __init__(self, _data_dir: Any) -> None: ...
    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...


def test_the_command_tells_before_it_says_and_gives_back_where_it_was_asked(
    staff: dict[str, int], tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    file.write_text("\n".join([HEAD, person(1), person(2, onset="2020-02-30", address="-2+3+cmd|' /C calc'!A0")]))
    code, told = run(file, "--place", "980101", "--dry-run")
    assert code == 0 and cases() == [] and told["dry_run"] and told["added"] == 1 and told["refused_file"] is None
    assert told["first"][0]["onset"] == "2020-02-01" and told["first"][1]["refused"][0][1] == "date_impossible"
    assert told["heading_row"] == 1 and told["separator"] == "comma" and told["blank"]["identity"] == 1
    back = tmp_path / "elsewhere.csv"
    code, told = run(file, "--place", "980101", "--refused", str(back))
    assert code == 0 and (told["added"], told["refused"]) == (1, 1) and told["refused_file"] == str(back)
    (row,) = csv.DictReader(io.StringIO(back.read_text(encoding="utf-8-sig")))
    assert row["现住址"] == "'-2+3+cmd|' /C calc'!A0" and back.stat().st_mode & 0o777 == 0o600
    code, told = run(file, "--place", "980101", "--refused", str(tmp_path / "no/such/folder.csv"))
    assert code == 2 and "cannot be written" in told["error"]
    code, told = run(file, "--column", "onset")
    assert code == 2 and "--column" in told["error"]


def browser(language: str = "en") -> Client:
    return Client(headers={**world.bearer("lin"), "Accept-Language": language})


def test_every_choice_can_be_changed_on_the_page(staff: dict[str, int]) -> None:
    content = "编号;人;分类;日子\n1;甲;确诊;05/02/2020\n2;乙;疑似;06/02/2020\n".encode()
    brought = browser().post("/cases/import", {"file": io.BytesIO(content)})
    page = browser().get(brought.url).content.decode()
    assert "Nearest is" in page and "甲" in page and "Take it in" not in page
    form = {"form": "look", "layout": "plain", "heading": "1", "separator": "semicolon", "column-2": "name",
            "column-3": "classification", "column-4": "identified"}  # fmt: skip
    assert browser().post(brought.url, {**form, "column-1": "name"}).status_code == 422  # one field for two columns
    assert browser().post(brought.url, form).status_code == 302
    page = browser().get(brought.url).content.decode()
    assert "may be read with the day or with the month first" in page and "2 would come back" in page
    assert browser().post(brought.url, {**form, "order": "day", "column-1": "row"}).status_code == 302
    page = browser("zh-hans").get(brought.url).content.decode()
    assert "可收入 2 行" in page and "2020-02-05 00:00" in page and cases() == []
    assert browser().post(brought.url, {"form": "look", "heading": "x"}).status_code == 422
    assert browser().post(brought.url).status_code == 302
    assert [state for state, _ in cases()] == ["confirmed", "suspected"]


def test_the_page_asks_which_sheet(staff: dict[str, int]) -> None:
    head = HEAD.split(",")
    content = sheets(一街=[head, person(1).split(",")], 二街=[head, person(2).split(","), person(3).split(",")])
    brought = browser().post("/cases/import", {"file": io.BytesIO(content)})
    page = browser().get(brought.url).content.decode()
    assert "More than one sheet looks like a list" in page and "一街 · 2; 二街 · 3" in page and "Take it in" not in page
    assert browser().post(brought.url).status_code == 200 and not cases()  # pressed all the same
    browser().post(brought.url, {"form": "look", "sheet": "一街", "heading": "1"})
    assert "1 row: 1 would go in" in browser().get(brought.url).content.decode()
    assert browser().post(brought.url).status_code == 302 and len(cases()) == 1
    assert "Sheets not read: 二街" in browser().get(brought.url).content.decode()


STREET = [["同舟区新增病例"], ["3月10日"], ["序号", "姓名", "联系方式", "性别", "家庭住址", "病例类别", "确诊时间"],
          [1, "甲", "13870000001", "男", "某路1号", "确诊", "2020-03-09"],
          [2, "乙", "13870000002", "女", "某路2号", "", "2020-03-09"],
          [3, "丙", "13870000003", "女", "某路3号", "疑似", "2020-03-09"]]  # fmt: skip


def test_an_older_sheet_that_fits_is_not_taken_for_a_newer_one(staff: dict[str, int]) -> None:
    """The older fits a layout whole, the newer has titles above the everyday headings of a street."""
    head = HEAD.split(",")
    book = sheets(说明=[["填表说明"]], 新增=STREET, 旧=[head, person(9).split(",")])
    found = understand(book)
    assert found.doubt == "sheet" and found.table.sheet.name == "新增" and not found.sure
    brought = browser().post("/cases/import", {"file": io.BytesIO(book)})
    form = {"form": "look", "sheet": "旧", "heading": "3"}
    assert browser().post(brought.url, form).status_code == 302  # a row of headings of another sheet is not asked for
    assert "1 row: 1 would go in" in browser().get(brought.url).content.decode()
    told = browser().post(brought.url, {**form, "heading": "99"})
    text = told.content.decode()
    assert told.status_code == 422 and "one of the first 20 rows" in text and 'value="99"' in text
    assert browser().post(brought.url, {**form, "sheet": "新增", "heading": "1"}).status_code == 302
    page = browser().get(brought.url).content.decode()
    assert "3 rows: 2 would go in, 0 in the ledger already, 1 would come back" in page and "病例类别" in page


def test_of_several_layouts_the_one_that_knows_the_words_is_taken() -> None:
    """Columns named by hand make every layout fit; only one knows what the rows call a case."""
    named = {"classification": "病例类别", "identified": "确诊时间", "row": "序号"}
    found = understand(sheets(新增=STREET), Choices(heading=3, columns=named))
    assert found.binding and found.binding.mapping.name == "plain" and found.others and found.sure
    strange = [[*row[:5], {"确诊": "甲类", "疑似": "乙类"}.get(str(row[5]), row[5]), *row[6:]] if len(row) > 5 else row
               for row in STREET]  # fmt: skip
    assert understand(sheets(新增=strange), Choices(heading=3, columns=named)).doubt == "layout"
    assert understand(sheets(新增=strange), Choices(heading=3, columns=named, layout="plain")).sure


def test_a_row_without_a_class_comes_back_by_its_name_whatever_the_layout(staff: dict[str, int]) -> None:
    named = {"classification": "病例类别", "identified": "确诊时间", "row": "序号"}
    for layout in ("plain", "disclosures-2020"):
        table, binding = imports.open_list(sheets(新增=STREET), None, Choices(heading=3, columns=named, layout=layout))
        seen = imports.preview(table, binding, System(), 3)
        assert ("病例类别", "empty") in [(t.field, t.code) for one in seen.result.refused for t in one.troubles]


def test_no_layout_that_does_not_fit_says_what_every_case_is(staff: dict[str, int]) -> None:
    content = "病人,状况,哪天\n甲,疑似,2月3日\n乙,确诊,2月4日\n".encode()
    brought = browser().post("/cases/import", {"file": io.BytesIO(content)})
    page = browser().get(brought.url).content.decode()
    assert 'value="confirmed" selected' not in page and "None of the first 20 rows" in page
    found = understand(content, Choices(layout="plain", heading=1, fixed={"classification": "confirmed"},
                                        columns={"classification": "状况", "identified": "哪天"}))  # fmt: skip
    assert found.binding is not None and found.binding.at["classification"] == 1


def test_a_list_of_an_old_outbreak_says_its_first_day() -> None:
    content = b"name,sex,onset date,date\nA,F,2013-12-20,2014-01-29\n"
    said = {"layout": "plain", "columns": {"identified": "date", "onset": "onset date"}}
    said |= {"fixed": {"classification": "confirmed"}}
    usual = understand(content, Choices(**said)).binding
    old = understand(content, Choices(**said, earliest="2013-01-01")).binding
    assert usual and old and usual.mapping.earliest.year > 2014 and old.mapping.earliest == dt.date(2013, 1, 1)
    with pytest.raises(MappingError, match="is no day"):
        understand(content, Choices(**said, earliest="2013"))
