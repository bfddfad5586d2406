"""What calamine passes over in .xlsx: formulas whose result was not kept, error values, and that cells are coloured.

A program that writes formulas leaves them to be reckoned when a person opens the file; nobody may have. Such a cell is
given as the formula itself, so that it can be told from an empty one.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from xml.etree import ElementTree

_FORMULA = re.compile(
    rb"<(?:\w+:)?c\s([^>]*)>\s*<(?:\w+:)?f\b[^>]*?(?:/>|>([^<]*)</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>([^<]*)</(?:\w+:)?v>)?"
)
_ERROR = re.compile(
    rb'<(?:\w+:)?c\s([^>]*\bt="e"[^>]*)>(?:\s*<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>))?\s*'
    rb"<(?:\w+:)?v>([^<]*)</(?:\w+:)?v>"
)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def hollow_cells(content: bytes, sheet: str) -> dict[int, dict[int, str]]:
    """Row → column → what to show there, both from 0; empty for files that are no .xlsx."""
    found: dict[int, dict[int, str]] = {}
    if not content.startswith(b"PK"):
        return found
    xml, unreckoned, _ = _sheet(content, sheet)
    for cell in _FORMULA.finditer(xml) if b"<f" in xml or b":f" in xml else ():
        kept = cell[3]
        if kept is None and b't="str"' in cell[1] and cell[0].rstrip().endswith(b"/>"):
            continue  # the result is known and is an empty text
        if not kept or (unreckoned and kept == b"0"):
            _put(found, cell[1], "=" + html.unescape((cell[2] or b"").decode("utf-8", "replace")))
    for cell in _ERROR.finditer(xml) if b't="e"' in xml else ():
        _put(found, cell[1], html.unescape(cell[2].decode("utf-8", "replace")))
    return found


def coloured_rows(content: bytes, sheet: str) -> int:
    """In how many rows below the first a cell has a colour of its own. People mark by colours; nobody reads them here,
    so it is told that they are there."""
    if not content.startswith(b"PK"):
        return 0
    xml, _, styles = _sheet(content, sheet)
    try:
        filled = _filled(styles)
    except (ValueError, ElementTree.ParseError):
        return 0
    if not filled:
        return 0
    marks = b"|".join(b"%d" % one for one in filled)
    cells = re.finditer(rb"<(?:\w+:)?c\s(?=[^>]*\bs=\"(?:" + marks + rb")\")[^>]*\br=\"[A-Z]+(\d+)\"", xml)
    return len({one[1] for one in cells} - {b"1"})


def _filled(styles: bytes) -> list[int]:
    """The styles of cells that fill them with a colour; the first two fills are none and the grey of every book."""
    if not styles:
        return []
    root = ElementTree.fromstring(styles)
    formats = next((one for one in root if one.tag.endswith("}cellXfs")), ())
    return [n for n, one in enumerate(formats) if int(one.get("fillId") or 0) > 1]


def _sheet(content: bytes, name: str) -> tuple[bytes, bool, bytes]:
    """The sheet's XML, whether its formulas are still to be reckoned, and the styles; empty where there is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            part, unreckoned = _part(packed, name)
            styles = packed.read("xl/styles.xml") if "xl/styles.xml" in packed.namelist() else b""
            return packed.read(part) if part else b"", unreckoned, styles
    except (KeyError, ValueError, zipfile.BadZipFile, ElementTree.ParseError):
        return b"", False, b""


def _put(found: dict[int, dict[int, str]], attributes: bytes, text: str) -> None:
    if place := _PLACE.search(attributes):
        column = 0
        for letter in place[1]:
            column = column * 26 + letter - 64
        found.setdefault(int(place[2]) - 1, {})[column - 1] = text


def _part(packed: zipfile.ZipFile, sheet: str) -> tuple[str, bool]:
    """Where the sheet lies in the file, and whether all formulas are still to be reckoned when it is opened."""
    book = ElementTree.fromstring(packed.read("xl/workbook.xml"))
    relations = ElementTree.fromstring(packed.read("xl/_rels/workbook.xml.rels"))
    targets = {one.get("Id"): one.get("Target", "") for one in relations}
    unreckoned = any(one.get("fullCalcOnLoad") in ("1", "true") for one in book.iter() if one.tag.endswith("}calcPr"))
    for one in book.iter():
        if one.tag.endswith("}sheet") and one.get("name") == sheet:
            target = targets.get(one.get(_RELATION), "")
            return (target.lstrip("/") if target.startswith("/") else f"xl/{target}"), unreckoned
    return "", unreckoned
