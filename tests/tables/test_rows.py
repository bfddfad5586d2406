"""Tables under headings that a program knows: no cell of a row that comes back is lost, no choice is silent."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from tongzhou.cli import tables
from tongzhou.tables import BadInput
from tongzhou.tables.reader import Choices
from tongzhou.tables.rows import read_headed


def test_a_row_comes_back_with_every_cell_it_had(tmp_path: Path) -> None:
    text = "place,item,,item\n1,mask,note,gown\n2,mask,,,extra,more\n3,=1+1,,\n4,mask,,\n"
    found = read_headed(text.encode(), "t.csv", ("place", "item"))
    assert found.twice == ["item"] and [row["item"] for _, row in found.rows] == ["mask", "mask"]
    file = tmp_path / "t.csv"
    file.write_text(text)
    table = tables.read(file, ("place", "item"))
    table.refuse(*table.lines[0], "why not")
    back = table.give_back()
    assert back is not None
    head, *rows = back.read_text(encoding="utf-8-sig").splitlines()
    assert head == "place,item,item D,C,E,F,line,reason,原因"
    assert rows[0] == "1,mask,gown,note,,,2,why not,why not" and rows[1].startswith("2,mask,,,extra,more,3,6 cells")
    assert rows[2].startswith("3,'=1+1,,,,,4,item: a formula")


def test_rows_that_come_back_have_somewhere_to_go(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tables.Table(tmp_path / "gone" / "t.csv", ["a"], [])
    table.refuse(2, {"a": "=1"}, "why not")
    assert table.give_back() is None
    assert "'=1,2,why not" in capsys.readouterr().err


def test_what_is_understood_can_be_said_at_every_door(tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "old"
    for name, value in (("old", "1"), ("new", "2")):
        sheet = book[name] if name in book.sheetnames else book.create_sheet(name)
        sheet.append(["place", "item"])
        sheet.append([value, "mask"])
    book.save(tmp_path / "b.xlsx")
    content = (tmp_path / "b.xlsx").read_bytes()
    for sheet_name, value in (("", "1"), ("new", "2")):
        found = read_headed(content, "b.xlsx", ("place", "item"), choices=Choices(sheet=sheet_name))
        assert [row["place"] for _, row in found.rows] == [value] and len(found.unread) == 1
    with pytest.raises(BadInput, match="no sheet of this name"):
        read_headed(content, "b.xlsx", ("place", "item"), choices=Choices(sheet="other"))
    from tongzhou.cli.stock import stock

    (tmp_path / "t.csv").write_text("counted_at:place:item:usable\n")
    told = CliRunner().invoke(stock, ["import", str(tmp_path / "t.csv"), "--separator", "||"])
    assert told.exit_code == 2 and "there is no '||'" in told.output
