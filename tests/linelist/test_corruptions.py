"""Whatever is done to a list on its way here: each row is in or back with a reason, none is lost, none is doubled."""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lists import HEAD, MARK, judged
from openpyxl import Workbook

from tongzhou.linelist.mapping import MappingError
from tongzhou.linelist.refusals import SENTENCES, write
from tongzhou.linelist.rows import Good

DAYS = ["2020-02-01", "2020/2/1", "2020年2月1日", "2月1日", "1-Feb-20", "43862", "2020-01-31T16:00:00Z", "20200201"]
DAYS += ["01/02/2020", "2020-02-30", "2020-02", "soon", "#VALUE!", "########", "18293", "2020-02-01 24:00", "", "无"]
DIRT = ['6" 管旁', '"', '"某', '某"', '""', 'a"b"c', "x\0y", "长" * 40_000, "=1+1", "-2+3", "#REF!", "两\n行"]
DIRT += ["a,b", "a;b", "a\tb", "　", "\u200b", "'", "NULL", "🏠", "é", "𬭎", "\r", "sep=,"]
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # shrinking cells of 40,000 signs takes minutes


@dataclass(frozen=True)
class Brought:
    content: bytes
    people: int


@st.composite
def texts(draw: st.DrawFn) -> Brought:
    """A list as text, with whatever a spreadsheet, a person or a program may do to it."""
    mark = draw(st.sampled_from(",;\t|"))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    people = draw(st.integers(1, 8))
    lines = [mark.join(HEAD)]
    for n in range(people):
        row = [f"某{chr(0x4E10 + n)}", f"1387{n:07d}", "男"]
        row += [draw(st.sampled_from(["41", "41.0", "40-49", "4O", ""])), "某路"]
        row += [draw(st.sampled_from(["确诊", "疑似", "排除", "?"])), draw(st.sampled_from(DAYS)), "2020-03-01"]
        if draw(st.booleans()):
            row[4] = draw(st.sampled_from(DIRT))
        quoting = draw(st.sampled_from(["never", "needed", "always"]))
        lines.append(mark.join(_quoted(cell, quoting, mark) for cell in row))
        if draw(st.integers(0, 9)) == 0:
            lines.append(draw(st.sampled_from(["", mark * 7, lines[0], "合计" + mark * 7])))
    lines[:0] = draw(st.sampled_from([[], ["某区病例登记表"], ["某区" + mark * 7, ""], [f"sep={mark}"]]))
    text = end.join([*lines, draw(st.sampled_from(["", end]))])
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "mixed"]))
    if encoding != "mixed":
        return Brought(text.encode(encoding), people)
    ways = draw(st.lists(st.sampled_from(["utf-8", "gb18030"]), min_size=2, max_size=5))
    parts = text.split("\n")
    return Brought(b"\n".join(part.encode(ways[n % len(ways)]) for n, part in enumerate(parts)), people)


def _quoted(cell: str, quoting: str, mark: str) -> str:
    if quoting == "always" or (quoting == "needed" and any(sign in cell for sign in f'{mark}"\n\r')):
        return '"' + cell.replace('"', '""') + '"'
    return cell if quoting == "needed" else cell.replace("\n", " ").replace("\r", " ")


@st.composite
def workbooks(draw: st.DrawFn) -> Brought:
    """The same in a workbook: hidden sheets, titles, formulas without a result, errors, merged cells."""
    book, people = Workbook(), draw(st.integers(1, 6))
    sheet = book.active
    sheet.title = "病例"
    for name in draw(st.lists(st.sampled_from(["说明", "旧表"]), unique=True)):
        other = book.create_sheet(name, draw(st.sampled_from([0, 1])))
        other.append(HEAD if name == "旧表" else ["填表说明"])
        other.sheet_state = "hidden" if name == "旧表" else "visible"
    if draw(st.booleans()):
        sheet.append(["某区病例登记表"])
    sheet.append(HEAD)
    for n in range(people):
        age = draw(st.sampled_from([41, 41.5, "=40+1", "#N/A", None, "41岁"]))
        onset = draw(st.sampled_from([dt.date(2020, 2, 1), 43862, "2020-02-30", "=A1", "#VALUE!", None]))
        address = draw(st.sampled_from(["某路", '6" 管旁', "两\n行", "长" * 32_767, "_x0000_", "=1+1", None]))
        telephone = draw(st.sampled_from([f"1387{n:07d}", 13870000000 + n]))
        sheet.append([f"某{chr(0x4E10 + n)}", telephone, "男", age, address, "确诊", onset, dt.date(2020, 3, 1)])
    if people > 2 and draw(st.booleans()):
        top = sheet.max_row - 1
        sheet.merge_cells(start_row=top, end_row=top + 1, start_column=3, end_column=draw(st.integers(3, 6)))
    out = io.BytesIO()
    book.save(out)
    return Brought(out.getvalue(), people)


@settings(max_examples=150, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(brought=texts())
def test_of_a_text_no_row_is_lost_or_doubled(brought: Brought) -> None:
    accounted(brought)


@settings(max_examples=50, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(brought=workbooks())
def test_of_a_workbook_no_row_is_lost_or_doubled(brought: Brought) -> None:
    accounted(brought)


def accounted(brought: Brought) -> None:
    """Every person of the list is in one row that goes in or comes back with a reason, and in no other."""
    try:
        binding, told = judged(brought.content)
    except MappingError:
        pytest.fail("the headings were not found")
    met: Counter[str] = Counter()
    for one in told:
        marks = MARK.findall(" ".join(one.cells))
        assert len(marks) <= 1, "two people in one row"
        met.update(marks)
        if not isinstance(one, Good):
            assert one.troubles and all(trouble.code in SENTENCES for trouble in one.troubles)
    assert met == {f"{n:07d}": 1 for n in range(brought.people)}
    back = io.StringIO()
    refused = [one for one in told if not isinstance(one, Good)]
    write(back, binding.headings, refused)
    assert set(MARK.findall(back.getvalue())) == {m for one in refused for m in MARK.findall(" ".join(one.cells))}
