"""Two things that February really sent, read into drafts that a person looks at: a laboratory's result list by batch,
and a message that the residents of a building handed round. Reading them says nothing to the ledger.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tongzhou.linelist.days import moment
from tongzhou.linelist.values import Unreadable, clean
from tongzhou.tables import BadInput
from tongzhou.tables.reader import Line, open_table
from tongzhou.tables.reader.heading import headings, plain

RESULTS = {
    **dict.fromkeys(("阴性", "阴", "阴性(-)", "未检出", "negative", "neg", "not detected"), "negative"),
    **dict.fromkeys(("阳性", "阳", "阳性(+)", "检出", "positive", "pos", "detected"), "positive"),
    **dict.fromkeys(("可疑", "弱阳性", "灰区", "不确定", "inconclusive", "indeterminate"), "unclear"),
}
AGAIN = frozenset({"是", "需复检", "复检", "复采", "y", "yes", "1", "true"})
COLUMNS = {
    "name": ("姓名", "被采样人", "受检者", "name"),
    "tube": ("样本编号", "试管号", "管号", "采样管号", "条码", "条码号", "标本号", "tube", "label", "sample"),
    "sampled": ("采样时间", "采样日期", "sampled", "sampled at"),
    "result": ("结果", "检测结果", "核酸结果", "result"),
    "again": ("复检", "是否复检", "是否需复检", "retest", "again"),
}


@dataclass(frozen=True)
class Result:
    """A result as a laboratory writes it; to be said of the case whose sample bears the label."""

    n: int
    name: str
    tube: str
    sampled: dt.datetime | None
    result: str
    again: bool


@dataclass(frozen=True)
class Resident:
    """A line of a building's message: the door as written, the temperature in tenths of a degree, and the rest."""

    n: int
    door: str
    temp10: int
    words: str


@dataclass
class Batch:
    drafts: list[Result] = field(default_factory=list)
    refused: list[tuple[Line, str]] = field(default_factory=list)  # with a code of linelist.refusals


def results(content: bytes, last: dt.date) -> Batch:
    """A laboratory's list. Each row becomes a draft or comes back; `-` and `+` alone are neither result.

    Raises NotATable, and BadInput where it has no tube or no result.
    """
    table = open_table(content, alone=True)
    known = {name: [plain(one) for one in words] for name, words in COLUMNS.items()}

    def at(places: dict[str, int]) -> dict[str, int]:
        return {name: places[one] for name, words in known.items() for one in words[::-1] if one in places}

    best = max(headings(table.sheet.first), key=lambda one: len(at(one.places())), default=None)
    where = at(best.places()) if best else {}
    if best is None or not {"tube", "result"} <= set(where):
        raise BadInput("no column for the tube and for the result")
    batch, tubes = Batch(), set[str]()
    for line in table.lines():
        if line.n <= best.n or not any(map(str.strip, line.cells)):
            continue
        try:
            draft = _result(line, where, last)
        except Unreadable as why:
            batch.refused.append((line, why.code))
            continue
        if draft.tube in tubes:
            batch.refused.append((line, "twice_in_file"))
            continue
        tubes.add(draft.tube)
        batch.drafts.append(draft)
    return batch


def _result(line: Line, where: dict[str, int], last: dt.date) -> Result:
    if line.trouble:
        raise Unreadable(line.trouble)
    said = {name: clean(line.cells[n]) if n < len(line.cells) else "" for name, n in where.items()}
    if not said["tube"] or not said["result"]:
        raise Unreadable("empty")
    result = RESULTS.get(said["result"].lower())
    if result is None:
        raise Unreadable("result_unknown", said["result"])
    sampled = moment(said["sampled"], last) if said.get("sampled") else None
    return Result(line.n, said.get("name", ""), said["tube"], sampled, result, said.get("again", "").lower() in AGAIN)


_DOOR = r"(?P<door>(?:\d{1,3}[-栋幢号楼单元#]+){0,3}\d{2,4}室?)"
_LINE = re.compile(
    rf"(?:\d{{1,3}}[.、．]\s*)?{_DOOR}\D{{0,20}}?(?P<temp>3[4-9]|4[0-2])(?P<tenths>\.\d)?\s*(?:度|℃|°C)?(?P<words>.*)"
)


def residents(message: str) -> tuple[list[Resident], int]:
    """Lines that name a door and a temperature, and how many were dropped on the spot: a chat is nobody's record."""
    found = list(_lines(message))
    return [one for one in found if one is not None], sum(one is None for one in found)


def _lines(message: str) -> Iterator[Resident | None]:
    for n, raw in enumerate(message.splitlines(), 1):
        text = clean(raw)
        if not text:
            continue
        if met := _LINE.fullmatch(text):
            tenths = int(met["temp"]) * 10 + int((met["tenths"] or ".0")[1])
            yield Resident(n, met["door"], tenths, met["words"].strip(" ,，。;；"))
        else:
            yield None
