"""Bytes as lines of text. UTF-8 and GB 18030 are told apart line by line, since lists are pasted together of both."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator

_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_ENDS = re.compile(r"\r\n|\n|\r")
_PIECE = 1 << 20
# A character of GBK's extension right behind a Latin letter, as "Müller" in a Western code page reads in GB 18030.
_WESTERN = re.compile(rb"[A-Za-z][\x80-\xff][A-Za-z]")
_HANZI = re.compile(rb"[\xb0-\xf7][\xa1-\xfe]")


def texts(content: bytes, encodings: Counter[str], declared: str = "") -> Iterator[tuple[str, bool]]:
    """Lines of text without their ends, and whether all bytes could be read; `encodings` counts lines.

    Args:
        declared: the encoding that the person or the file names; then nothing is guessed.
    """
    encoding = declared or wide(content)
    if encoding.startswith(("utf-16", "utf-32")):
        text = content.decode(encoding, errors="replace").removeprefix("\ufeff")
        found = _ENDS.split(text)
        if not found[-1]:
            found.pop()
        encodings[encoding] += len(found)
        yield from ((one, "\ufffd" not in one) for one in found)
        return
    marked = content.startswith(codecs.BOM_UTF8)
    utf8 = "utf-8-sig" if marked else "utf-8"
    start = 3 if marked else 0
    if encoding not in ("", "utf-8"):
        yield from _declared(content, start, encoding, encodings)
        return
    if _all_utf8(content, start):
        n = 0
        for n, raw in enumerate(lines(content, start), 1):  # noqa: B007
            yield raw.decode(), True
        encodings[utf8] += n
        return
    for raw in lines(content, start):
        text, name = decoded(raw, utf8)
        encodings[name] += 1
        yield text, name != "unknown"


def _declared(content: bytes, start: int, encoding: str, encodings: Counter[str]) -> Iterator[tuple[str, bool]]:
    for raw in lines(content, start):
        encodings[encoding] += 1
        try:
            yield raw.decode(encoding), True
        except UnicodeDecodeError:
            yield raw.decode(encoding, errors="replace"), False


def lines(content: bytes, start: int = 0) -> Iterator[bytes]:
    """Lines without their ends. A carriage return ends a line only where no line feed does in the whole file."""
    end = b"\n" if content.find(b"\n", start) >= 0 else b"\r"
    while start < len(content):
        at = content.find(end, start)
        if at < 0:
            yield content[start:]
            return
        yield content[start : at - 1] if content[at - 1 : at] == b"\r" and at > start else content[start:at]
        start = at + 1


def wide(content: bytes) -> str:
    """UTF-16 or UTF-32 by its mark, or UTF-16 by zeros in one byte of two, as commas, digits and line ends have."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return name
    for most in (400, 4000):  # a long cell behind the headings may hide what they show
        if name := _wide_by_zeros(content[: min(most, len(content) & ~1)]):
            return name
    return ""


def _wide_by_zeros(head: bytes) -> str:
    even, odd = head[::2].count(0), head[1::2].count(0)
    name = "utf-16-be" if even > odd else "utf-16-le"
    least = len(head) // 50 if _is_not_utf8(head) else len(head) // 3
    if max(even, odd) < max(2, least) or min(even, odd) * 10 > max(even, odd):
        return ""  # a stray zero or two is dirt in a line, not an encoding
    text = head.decode(name, errors="replace")
    return name if text.count("\0") * 20 < len(text) and any(mark in text for mark in "\n\r,;\t|") else ""


def _is_not_utf8(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return True
    return False


def decoded(raw: bytes, utf8: str) -> tuple[str, str]:
    """A line of a file that is not UTF-8 throughout, and its encoding: ascii, utf-8, gb18030 or unknown.

    What is UTF-8 with Chinese in it hardly comes about by chance in GB 18030; the other way round it does, for short
    words (联通), whose bytes then read as Latin or Greek letters: those are taken as Chinese.
    """
    if raw.isascii():
        return raw.decode(), "ascii"
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        if _WESTERN.search(raw) and not _HANZI.search(raw):
            return raw.decode("gb18030", errors="replace"), "unknown"
        try:
            return raw.decode("gb18030"), "gb18030"
        except UnicodeDecodeError:
            return raw.decode("gb18030", errors="replace"), "unknown"
    if not any(char >= "\u0800" for char in text):
        try:
            chinese = raw.decode("gb18030")
        except UnicodeDecodeError:
            return text, utf8
        if all(char < "\x80" or "\u4e00" <= char <= "\u9fff" for char in chinese):
            return chinese, "gb18030"
    return text, utf8


def _all_utf8(content: bytes, start: int) -> bool:
    """Piece by piece, since the whole text would take several times the file's room."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(content)
    try:
        for at in range(start, len(content), _PIECE):
            decoder.decode(view[at : at + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
