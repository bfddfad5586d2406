"""Reading in a process of its own, within limits of memory and time: whatever a file does to it, the server stands.

The content goes in by a pipe, lines come back in batches; nothing touches the disk.
"""

from __future__ import annotations

import os
import select
import struct
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import msgspec

from .types import Choices, Limits, Line, Look, NotATable

ROOT = str(Path(__file__).resolve().parents[3])
SIZE = struct.Struct(">I")
_MAIN = "import sys; sys.path.insert(0, sys.argv[1]); from tongzhou.tables.reader.child import main; main()"


class Order(msgspec.Struct):
    """What the process is to do. `slow`: workbooks row by row, where laying a sheet out whole did not go."""

    sort: str
    choices: Choices
    limits: Limits
    sheet: str | None = None  # None: look
    slow: bool = False


class Frame(msgspec.Struct, omit_defaults=True):
    """What comes back: a look, a batch of lines, or how it ended."""

    look: Look | None = None
    lines: list[Line] = []
    encodings: dict[str, int] | None = None
    failed: str = ""


class _Died(Exception):
    """The process ended without a word: out of memory, out of time, or a fault in a library."""


def look_at(content: bytes, sort: str, choices: Choices, limits: Limits) -> Look:
    for frame in _frames(content, Order(sort, choices, limits)):
        if frame.look is not None:
            return frame.look
    raise NotATable("too_hard")


def read_lines(
    content: bytes, sort: str, sheet: str, choices: Choices, limits: Limits, encodings: Counter[str]
) -> Iterator[Line]:
    for frame in _frames(content, Order(sort, choices, limits, sheet)):
        yield from frame.lines
        if frame.encodings is not None:
            encodings.update(frame.encodings)


def _frames(content: bytes, order: Order) -> Iterator[Frame]:
    """The frames of a reading; where the fast way died before its first word, those of the slow one."""
    given = False
    try:
        for frame in _run(content, order):
            given = True
            yield frame
        return
    except _Died:
        if given or order.sort != "workbook" or not content.startswith(b"PK"):
            raise NotATable("too_hard") from None
    order.slow = True
    try:
        yield from _run(content, order)
    except _Died:
        raise NotATable("too_hard") from None


def _run(content: bytes, order: Order) -> Iterator[Frame]:
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", _MAIN, ROOT],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdin and process.stdout
    try:
        asked = msgspec.msgpack.encode(order)
        with suppress(BrokenPipeError):
            process.stdin.write(SIZE.pack(len(asked)) + asked)
            process.stdin.write(content)
            process.stdin.close()
        pipe = _Pipe(process.stdout.fileno(), order.limits.seconds)
        while True:
            frame = _DECODER.decode(pipe.take(SIZE.unpack(pipe.take(SIZE.size))[0]))
            if frame.failed:
                raise NotATable(frame.failed)
            yield frame
            if frame.encodings is not None:
                return
    finally:
        process.kill()
        process.stdout.close()
        with suppress(BrokenPipeError):
            process.stdin.close()
        process.wait()


class _Pipe(NamedTuple):
    number: int
    seconds: int

    def take(self, size: int) -> bytes:
        """Exactly so many bytes. Raises _Died where the process ends before, or says nothing for too long."""
        parts = []
        while size:
            ready = select.poll()
            ready.register(self.number, select.POLLIN | select.POLLHUP)
            if not ready.poll(self.seconds * 1000):
                raise _Died()
            part = os.read(self.number, min(size, 1 << 20))
            if not part:
                raise _Died()
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


_DECODER = msgspec.msgpack.Decoder(Frame)
