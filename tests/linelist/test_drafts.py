"""Lists that are no line lists become drafts; what is accepted is said in her name, the rest is gone."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import msgspec
import pytest
import world
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from openpyxl.styles import PatternFill

from tongzhou.ledger import door, follow
from tongzhou.linelist.drafts import words
from tongzhou.linelist.drafts.match import Doors
from tongzhou.linelist.drafts.message import read_message
from tongzhou.linelist.drafts.read import Batch, Draft, read
from tongzhou.linelist.drafts.sorts import CATEGORIES, RESULTS, ROOMS
from tongzhou.linelist.understand import Choices
from tongzhou.people import vault
from tongzhou.tables import BadInput

LAST = dt.date(2020, 3, 10)


def told(batch: Batch) -> list[tuple[int, str]]:
    return [(one.n, one.troubles[0].code) for one in batch.refused]


def book(**sheets: list[list[Any]]) -> bytes:
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return saved(made)


def saved(made: Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_a_laboratorys_list_by_batch() -> None:
    text = "某检验所第12批\n姓名;试管号;采样时间;检测结果;是否复检\n"
    text += "甲;T001;2020-03-01 9:30;阴性;\n乙;T002.0;3月1日;阳性;是\n"
    text += "丙;T003;2020-03-01;-;\n丁;T009;2020-03-01;;\n戊;T001;2020-03-01;阳性;\n己;T004;2020-02-30;可疑;\n"
    text += "庚;1.2E+15;2020-03-01;阴性;\n"
    batch = read(text.encode("gb18030"), RESULTS, LAST)
    assert [(one.n, one.who["tube"], one.says["result"], one.says.get("again", False)) for one in batch.drafts] == [
        (3, "T001", "negative", False), (8, "T004", "unclear", False)]  # fmt: skip
    assert batch.drafts[1].doubts == [("采样时间", "date_impossible", "2020-02-30")]
    assert told(batch) == [(4, "tube_unreadable"), (5, "result_unknown"), (6, "empty"), (7, "twice_in_file"),
                           (9, "tube_rounded")]  # fmt: skip
    assert "结果" in read("姓名,年龄\n甲,41\n".encode(), RESULTS, LAST).lacks


def test_columns_and_the_row_of_headings_are_what_the_person_says() -> None:
    text = "2020年3月1日,,\n对象,编码,结论\n甲,T001,阴性\n乙,T002,阳性\n".encode()
    seen = read(text, RESULTS, LAST)
    assert "结果" in seen.lacks and seen.drafts == [] and [line.n for line in seen.first] == [2, 3, 4]
    said = Choices(heading=2, columns={"name": "对象", "tube": "B", "result": "3"})
    batch = read(text, RESULTS, LAST, said)
    assert [(one.n, one.who, one.says) for one in batch.drafts] == [
        (3, {"name": "甲", "tube": "T001"}, {"result": "negative"}),
        (4, {"name": "乙", "tube": "T002"}, {"result": "positive"})]  # fmt: skip
    assert (batch.heading_row, batch.columns_left, batch.lacks) == (2, [], "")
    said = Choices(heading=0, columns={"name": "A", "tube": "B", "result": "C"})
    bare = read("甲,T001,阴性\n".encode(), RESULTS, LAST, said)
    assert [one.who["tube"] for one in bare.drafts] == ["T001"]
    twice = "姓名,管号,结果,复核结果\n甲,T001,阴性,阳性\n".encode()
    (other,) = read(twice, RESULTS, LAST, Choices(columns={"result": "复核结果"})).drafts
    assert other.says == {"result": "positive"}
    for columns in ({"result": "Z"}, {"cake": "A"}):
        with pytest.raises(BadInput, match="there is no"):
            read(twice, RESULTS, LAST, Choices(columns=columns))


def test_the_day_before_is_read_as_the_person_says_too() -> None:
    head = ["某甲", "人员", "去向"]
    made = book(**{"2.9": [head, ["王一", "密接", "居家"], ["王二", "密接", "居家"]], "说明": [["a", "b", "c"]],
                   "2.10": [head, ["王一", "密接", "居家"]]})  # fmt: skip
    assert read(made, CATEGORIES, dt.date(2020, 2, 10)).lacks
    said = Choices(sheet="2.10", heading=1, columns={"name": "1", "category": "2", "stay": "3"})
    batch = read(made, CATEGORIES, dt.date(2020, 2, 10), said)
    assert (batch.before, [one.who["name"] for one in batch.left]) == ("2.9", ["王二"])


def test_a_streets_ledger_reads_the_newest_day_and_tells_what_it_leaves() -> None:
    head = ["社区", "姓名", "性别", "年龄", "联系电话", "人员类别", "去向", "住址"]
    older = [["四类人员台账"], head, ["甲社区", "王一", "男", 40, 13800000001, "疑似", "第三医院", "x"],
             [None, "王二", "女", 41, 13800000002, "密接", "居家", "x"]]  # fmt: skip
    newer = [["四类人员台账"], head, ["甲社区", "王一", "男", 40, 13800000001, "确诊（轻症）", "第三医院", "x"],
             [None, "王三", "女", 51, 13800000003, "发热", "待转运酒店", "3栋12"],
             [None, None, "女", 9, None, "密接", "", ""], [None, "王四", "女", 5, None, "路过", "", ""],
             [None, "王五", "女", 50, None, "密接者", "如家酒店隔离点", ""]]  # fmt: skip
    made = Workbook()
    made.active.title = "2.9"
    for name, rows in (("2.9", older), ("2.10", newer)):
        sheet = made[name] if name in made.sheetnames else made.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.merge_cells("A3:A7")
    made["2.10"]["B4"].fill = PatternFill("solid", fgColor="FFFF00")
    made["2.10"].merge_cells("B4:B5")
    batch = read(saved(made), CATEGORIES, dt.date(2020, 2, 10))
    assert (batch.sheet, batch.sheets_not_read, batch.before, batch.heading_row) == ("2.10", ["2.9"], "2.9", 2)
    assert [(one.who["name"], one.says["category"], one.says.get("stay")) for one in batch.drafts] == [
        ("王一", "confirmed", "hospital"), ("王三", "fever", None), ("王五", "close_contact", "central")]  # fmt: skip
    assert [code for _, code, _ in batch.drafts[1].doubts] == ["stay_unknown"]  # 待转运: not there yet
    assert told(batch) == [(5, "merged"), (6, "category_unknown")]
    assert [one.who["name"] for one in batch.left] == ["王二"]  # nobody is dropped from one day to the next in silence
    assert batch.coloured >= 1 and batch.columns_left == ["社区"]


def test_an_isolation_points_rooms_with_a_heading_of_two_rows() -> None:
    made = Workbook()
    for row in (["房号", "姓名", "电话", "体温", None, "症状"], [None, None, None, "上午", "下午", None],
                [301, "甲", "13800000001", 36.5, 37.4, "咳嗽"], [302, "乙", "13800000002", "36.6℃", "", "无发热咳嗽"],
                [303, "丙", "", "365", "", "有点怪"], ["", "", "", "", "", ""]):  # fmt: skip
        made.active.append(row)
    made.active.merge_cells("D1:E1")
    batch = read(saved(made), ROOMS, LAST)
    assert [one.says for one in batch.drafts] == [
        {"morning": 365, "evening": 374, "symptoms": ["cough"]}, {"morning": 366, "symptoms": []}, {}]  # fmt: skip
    assert [code for _, code, _ in batch.drafts[2].doubts] == ["temperature_unreadable", "symptoms_unknown"]


def test_a_buildings_message() -> None:
    message = (
        "大家接龙报体温\n1. 3栋-302 36.5 正常\n2、1203室 37.8度，咳嗽\n谁家有口罩？电话13800000000\n503 一切正常\n"
        "12 36.4 无发热，不舒服没有\n13 36.6；14 38.1 发烧；15 36.2\n16 36.4 刚从外地回来\n"
    )
    drafts, dropped = read_message(message)
    assert [(one.who["door"], one.says["temperature"], one.says["symptoms"]) for one in drafts] == [
        ("3栋-302", 365, []), ("1203室", 378, ["cough"]), ("12", 364, []), ("13", 366, []), ("14", 381, ["fever"]),
        ("15", 362, []), ("16", 364, [])]  # fmt: skip
    assert dropped == 3 and [bool(one.doubts) for one in drafts][-1]


def test_what_is_denied_is_no_symptom_and_what_is_to_come_is_no_place() -> None:
    said = {
        "无发热咳嗽": [],
        "没有咳嗽，乏力": ["tired"],
        "正常": [],
        "一切都好": None,
        "浑身无力": ["tired"],
        "胸闷": ["breathless"],
    }
    assert {text: words.symptoms(text) for text in said} == said
    assert words.READ["stay"]("集中隔离（如家酒店）") == {"stay": "central"}
    for text in ("未住院", "拟转方舱", "酒店转医院", "解除隔离回家", "不详地点"):
        with pytest.raises(words.Unreadable):
            words.READ["stay"](text)


# --- the page and the command --------------------------------------------------------------------------------


@pytest.fixture
def staff(staff: dict[str, int]) -> dict[str, int]:
    world.at(world.EVENING)
    return staff


@pytest.fixture
def case(staff: dict[str, int]) -> str:
    """Lin's case with a sample T1, and two contacts of it: one by telephone, one of a common name."""
    key = world.suspected()
    world.post("lin", f"/cases/{key}", form="taken", label="T1", material="throat")
    return key


def contact(case: str, name: str, telephone: str, stay: str = "home") -> str:
    fact = world.said("contact.named", {"case": case, "category": "household", "first_day": "2020-03-05",
                                        "last_day": "2020-03-08", "stay": stay}, place=3)  # fmt: skip
    assert world.say(msgspec.structs.replace(fact, home=6)).accepted == 1
    with door.ledger() as connection:
        vault.put(connection, f"contact/{fact.id}", {"name": name, "telephone": telephone}, place=3, sees="cases")
    return str(fact.id)


def brought(who: str, sort: str, content: bytes | str, language: str = "en") -> str:
    given = {"file": SimpleUploadedFile("list.csv", content)} if isinstance(content, bytes) else {"text": content}
    return world.post(who, "/drafts/", language=language, sort=sort, **given)


def test_charlie_and_the_dispatcher_find_no_such_page(staff: dict[str, int]) -> None:
    for who in ("charlie", "sun"):
        world.page(who, "/drafts/", 404)
    where = brought("lead", "message", "3 36.5 正常")
    world.page("zhao", where, 404)


def test_results_are_accepted_line_by_line_and_the_rest_is_gone(staff: dict[str, int], case: str) -> None:
    named = contact(case, "李四", "13900000001")
    lines = "姓名,管号,采样时间,结果\n王小雨,T1,,阳性\n王小雨,T7,2020-03-10 08:00,阴性\n"
    lines += "李四,T8,,阴性\n陌生人,T9,,阳性\n某某,T1x!,,阳性\n"
    where = brought("lin", "results", lines.encode())
    text = world.page("lin", where)
    assert "4 lines are drafts" in text and "1 row could not be read" in text and "sample T1: positive" in text
    assert "by name alone" in text and "nobody of yours" in text and "is a contact" in text and named[-6:] in text
    back = world.get("lin", f"{where}/refused.csv").content.decode("utf-8-sig")
    assert "tube_unreadable" in back and "不是" in back
    world.post("lin", where, do="accept", take=["2", "3", "4", "5"])
    ((_, _, data),) = world.rows("case")
    results = {one["label"]: (one["result"], one["taken_at"] is not None) for one in data["samples"]}
    assert results == {"T1": ("positive", True), "T7": ("negative", True)}
    done = world.page("lin", where)
    assert "Lines accepted" in done and "陌生人" not in done
    assert "1 positive result was recorded of nobody (row 5)" in done and "Download 3 rows" in done
    back = world.get("lin", f"{where}/refused.csv").content.decode("utf-8-sig")
    assert "陌生人" in back and "T1x!" in back and "not_recorded" in back and "王小雨" not in back
    with door.ledger() as connection:
        assert vault._open(connection, f"drafts/{where.rsplit('/', 1)[1]}", [])["file"] == ""
        last = connection.execute(
            "select by_id from ledger_append where device = 'console' order by id desc"
        ).fetchone()
    assert last == (staff["lin"],)
    again = brought("lin", "results", lines.encode())
    assert world.page("lin", again).count("is known already") == 2


def test_a_result_that_nobody_was_found_for_goes_to_whom_a_number_names(staff: dict[str, int], case: str) -> None:
    follow.catch_up()  # numbers are given a moment later
    number = re.search(rf"/cases/{case}[^<]*>(\d{{4}} \d{{4}} \d{{4}})<", world.page("lin", "/cases/"))
    assert number
    where = brought("lin", "results", "姓名,管号,结果\n陌生人,T9,阳性\n".encode())
    refused = world.post("lin", where, 422, do="accept")  # nothing ticked is a slip of the hand
    assert "Nothing is ticked" in refused and "陌生人" in world.page("lin", where)
    wrong = world.post("lin", where, 422, do="accept", take="2", **{"who-2": number[1][:-1] + "x"})
    assert 'name="who-2"' in wrong and "sample T9" not in str(world.rows("case"))
    elsewhere = brought("an", "results", "姓名,管号,结果\n陌生人,T9,阳性\n".encode())
    told = world.post("an", elsewhere, 422, do="accept", take="2", **{"who-2": number[1]})
    assert "whom you may see" in told, "another county's number is nobody's"
    world.post("lin", where, do="accept", take="2", **{"who-2": number[1]})
    ((_, _, data),) = world.rows("case")
    assert ("T9", "positive") in {(one["label"], one["result"]) for one in data["samples"]}
    assert "of nobody" not in world.page("lin", where)


def test_an_isolation_points_list_with_hours_in_brackets_and_everyday_words() -> None:
    text = "入住登记表\n3月10日\n房号,名字,体温（早）,体温（晚）,有无症状\n301,甲,36.5,37.4,咳嗽\n"
    batch = read(text.encode(), ROOMS, LAST)
    assert [one.says for one in batch.drafts] == [{"morning": 365, "evening": 374, "symptoms": ["cough"]}]
    lacks = read(text.replace("名字", "谁").encode(), ROOMS, LAST).lacks
    assert "姓名" in lacks and "(room)" not in lacks and "3" in lacks and "有无症状" in lacks


def test_an_isolation_points_list_says_temperatures_at_their_hours(case: str) -> None:
    one = contact(case, "李四", "13900000001")
    contact(case, "张三", "13900000002", stay="central")
    text = "房号,姓名,电话,上午,下午,症状\n301,李四,139 0000 0001,36.5,37.6,咳嗽\n"
    text += "302,张三,13900000002,36.4,,无\n303,外人,13900000009,36.4,,无\n"
    where = brought("lin", "rooms", text.encode())
    shown = world.page("lin", where)
    assert "stays now in central observation" in shown and shown.count("checked") == 2
    world.post("lin", where, do="accept", take=["2", "3"])
    held = {key: data for key, _, data in world.rows("contact")}
    assert held[one]["stay"] == "central" and [r["temp10"] for r in held[one]["records"]] == [365, 376]
    assert held[one]["state"] == "symptoms" if "state" in held[one] else True
    assert len(world.rows("contact")) == 2


def test_a_message_is_heard_at_the_doors_and_a_fever_is_called_back(staff: dict[str, int]) -> None:
    where = brought(
        "lead",
        "message",
        "接龙\n3 36.5 正常\n12室 38.2 咳嗽 张某\n99 36.5\n41 36.6 正常\n谁有口罩 13800000000\n4栋3 36.5\n",
    )
    text = world.page("lead", where, language="zh-hans")
    assert "2 行" in text and "13800000000" not in text
    world.post("lead", where, do="accept", take=["1", "2", "3", "4"], **{"who-3": "5"})
    assert "43" in text  # door 3 or door 43: nobody chose, nothing is heard
    states = {n: state for n, state in _household_states()}
    assert states == {3: 1, 12: 2, 5: 1, 41: 1}
    (raised,) = world.rows("exception")
    assert raised[2]["concerns"] == ["fever"] and raised[2]["household"] == 12
    with door.ledger() as connection:
        kept = vault._open(connection, f"drafts/{where.rsplit('/', 1)[1]}", [])
    assert "张某" not in json.dumps(kept, ensure_ascii=False)


def _household_states() -> list[tuple[int, int]]:
    with door.ledger() as connection:
        return connection.execute("select household, state from community_household_day where state > 0").fetchall()


def test_a_streets_ledger_moves_contacts_and_changes_no_case(case: str) -> None:
    one = contact(case, "李四", "13900000001")
    text = "姓名,联系电话,人员类别,去向\n李四,13900000001,密切接触者,集中隔离点\n"
    text += "王小雨,13911112222,确诊,医院\n新人,13700000000,确诊,医院\n"
    where = brought("lin", "categories", text.encode())
    shown = world.page("lin", where)
    assert "the ledger says otherwise" in shown and "is no case of yours" in shown and f"/cases/{case}" in shown
    before = world.rows("case")
    world.post("lin", where, do="accept", take=["2", "3", "4"])
    assert {key: data["stay"] for key, _, data in world.rows("contact")} == {one: "central"}
    assert world.rows("case") == before


def test_what_no_heading_tells_is_said_on_the_page(case: str) -> None:
    where = brought("lin", "results", "对象,编码,结论\n王小雨,T1,阳性\n".encode())
    for language, words_ in (("en", "No row of headings"), ("zh-hans", "找不到")):
        shown = world.page("lin", where, language=language)
        assert words_ in shown and 'name="column-2"' in shown and 'value="accept"' not in shown
    said = {"form": "look", "day": "2020-03-10", "heading": "1", "column-1": "name", "column-2": "tube"}
    assert "chosen for two columns" in world.post("lin", where, 422, **said, **{"column-3": "tube"})
    world.post("lin", where, **said, **{"column-3": "result"})
    shown = world.page("lin", where)
    assert "sample T1: positive" in shown and "1 line is a draft" in shown
    world.post("lin", where, do="accept", take=["2"])
    assert world.rows("case")[0][2]["samples"][0]["result"] == "positive"


def test_what_is_no_message_is_told(staff: dict[str, int]) -> None:
    assert "names a door" in world.post("lead", "/drafts/", 422, sort="message", text="大家好")


def test_the_command_shows_first_and_records_what_it_is_told(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from tongzhou.cli import drafts as command

    file = tmp_path / "lab.csv"
    file.write_text("姓名,管号,结果\n王小雨,T1,阳性\n陌生人,T9,阳性\n")
    monkeypatch.setattr(command, "opened", lambda _folder: nullcontext())  # the test's own database is open
    asked = [str(file), "--sort", "results", "--as", "lin", "--json"]
    shown = json.loads(CliRunner().invoke(command.drafts, asked).stdout)
    assert [(one["row"], one["ready"], one["how"]) for one in shown["drafts"]] == [(2, True, "tube"), (3, False, "")]
    assert world.rows("case")[0][2]["samples"][0].get("result") is None
    done = json.loads(CliRunner().invoke(command.drafts, [*asked, "--accept", "ready"]).stdout)
    assert (done["accepted"], done["facts"], done["refused_by_ledger"]) == (1, 1, [])
    assert world.rows("case")[0][2]["samples"][0]["result"] == "positive"


def test_a_door_is_known_by_its_address_before_its_running_number() -> None:
    doors = Doors(None)
    for number, address in ((302, "1栋5层501"), (7, "3栋302"), (8, "4栋302"), (9, ""), (12, "")):
        doors.rows[number] = {"id": number, "stair": 1, "door": {"zh": address, "en": address}}
    asked = {"3栋302室": 7, "4-302": 8, "302": [7, 8], "501": 302, "9": 9, "5栋302": [302], "77": []}
    for written, wanted in asked.items():
        found = doors.match(Draft(1, {"door": written}))
        if isinstance(wanted, int):
            assert found.subject == f"household/{wanted}" and found.sure, written
        else:
            assert not found.subject and found.others == [f"household/{one}" for one in wanted], written


def test_a_day_that_is_none_keeps_what_was_pasted(staff: dict[str, int]) -> None:
    sent = {"sort": "message", "day": "2020-02-31", "text": "101室 37.9"}
    answer = world.client("qian").post("/drafts/", sent)
    assert answer.status_code == 422 and "101室 37.9" in answer.content.decode()
