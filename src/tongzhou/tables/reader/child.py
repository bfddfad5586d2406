"""The process apart: it bounds itself, reads what comes in, and writes frames."""

from __future__ import annotations

import resource
import sys
from collections import Counter
from itertools import islice

import msgspec

from . import slow_workbook
from .apart import SIZE, Frame, Order
from .plain import look_at, read_lines
from .types import Look, NotATable

BATCH = 500


def main() -> None:
    source = sys.stdin.buffer
    order = msgspec.msgpack.decode(source.read(SIZE.unpack(source.read(SIZE.size))[0]), type=Order)
    resource.setrlimit(resource.RLIMIT_AS, (order.limits.memory, order.limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (order.limits.seconds, order.limits.seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    content = source.read()
    try:
        if order.sheet is None:
            _say(Frame(look=_look(content, order)))
            _say(Frame(encodings={}))
        else:
            _give(content, order, order.sheet)
    except NotATable as told:
        _say(Frame(failed=str(told)))


def _look(content: bytes, order: Order) -> Look:
    if order.slow:
        return Look(order.sort, slow_workbook.look(content, order.limits))
    return look_at(content, order.sort, order.choices, order.limits)


def _give(content: bytes, order: Order, sheet: str) -> None:
    encodings: Counter[str] = Counter()
    if order.slow:
        lines = slow_workbook.lines(content, sheet, order.limits)
    else:
        lines = read_lines(content, order.sort, sheet, order.choices, order.limits, encodings)
    while batch := list(islice(lines, BATCH)):
        _say(Frame(lines=batch))
    _say(Frame(encodings=dict(encodings)))


def _say(frame: Frame) -> None:
    packed = msgspec.msgpack.encode(frame)
    sys.stdout.buffer.write(SIZE.pack(len(packed)) + packed)
    sys.stdout.buffer.flush()
