"""Line lists that are read without a database."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import nullcontext
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from tongzhou.linelist import imports
from tongzhou.linelist.mapping import Binding
from tongzhou.linelist.places import Places
from tongzhou.linelist.rows import Good, Reader, Refusal
from tongzhou.people.sealing import Index
from tongzhou.tables.reader import Limits, plain
from tongzhou.tables.reader import open as opening

HEAD = ["姓名", "联系电话", "性别", "年龄", "现住址", "病例分类", "发病日期", "诊断日期"]
MARK = re.compile(r"1387(\d{7})")  # of a person of these lists, by their telephone
NOW = dt.datetime(2020, 3, 10, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
USUAL = Limits()


class Nowhere(Places):
    def __init__(self) -> None:
        self._codes, self._names, self._parents, self.root, self._own = {}, {}, {}, 1, "98"


def judged(content: bytes, limits: Limits = USUAL, *, apart: bool = False) -> tuple[Binding, list[Good | Refusal]]:
    """What was understood, and every row as it would go in or come back; read in this process, where not `apart`."""
    here = patch.multiple(opening.apart, look_at=plain.look_at, read_lines=plain.read_lines)
    with nullcontext() if apart else here:
        table, binding = imports.open_list(content, limits=limits)
        zone: Any = NOW.tzinfo
        reader = Reader(binding, Nowhere(), NOW, zone, 1, "plain", b"k" * 32, Index(b"k" * 32))
        seen = imports.Seen(binding)
        return binding, [imports._judged(reader, seen, line) for line in imports._body(table, binding)]
