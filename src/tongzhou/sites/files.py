"""Files of sites: a table (CSV, workbook) through the one reader, or GeoJSON, as rows under the columns' names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tongzhou import turns
from tongzhou.sites.drafts import COLUMNS
from tongzhou.sites.words import Wrong
from tongzhou.tables import BadInput
from tongzhou.tables.rows import read_headed

NEEDED = ("key", "kind", "place")
HEADINGS = {
    "key": "编号", "kind": "类别", "name_zh": "名称", "name_en": "英文名称", "place": "所在地", "since": "起始日期",
    "until": "终止日期", "invented": "虚构", "source": "来源", "number": "号码", "telephones": "电话",
    "hours": "开放时间", "night": "夜间值班", "lon": "经度", "lat": "纬度", "datum": "坐标系", "part_of": "所属",
    "exposed": "暴露时段", "plate": "车牌", "seats": "座位", "stretchers": "担架", "crew": "车组人数",
    "strength": "规格", "unit": "单位", "packs": "包装",
}  # fmt: skip
Row = tuple[int, dict[str, str]]


@dataclass
class Brought:
    """Rows by line (of GeoJSON: by feature), those that cannot be read with the reason, and what was not read."""

    rows: list[Row] = field(default_factory=list)
    wrong: list[tuple[int, dict[str, str], list[Wrong]]] = field(default_factory=list)
    damaged: list[tuple[int, dict[str, str], str]] = field(default_factory=list)  # in the words of the reader of tables
    columns: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)  # columns and sheets


def read(content: bytes, name: str, *, alone: bool = False) -> Brought:
    """Raises BadInput where the file is neither a table with the columns needed nor a FeatureCollection.

    Args:
        alone: read a table in a process of its own: for files that come through a page.
    """
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _geojson(content, name)
    try:
        found, names = read_headed(content, name, NEEDED, alone=alone), {one: one for one in COLUMNS}
    except BadInput as english:
        try:
            found = read_headed(content, name, [HEADINGS[one] for one in NEEDED], alone=alone)
        except BadInput:
            raise english from None
        names = {zh: one for one, zh in HEADINGS.items()} | {one: one for one in COLUMNS}
    brought = Brought(columns=[names[one] for one in found.names if one in names])
    brought.unread = [one for one in (*found.names, *found.unread) if one not in names]
    brought.rows = [(n, _ours(row, names)) for n, row in found.rows]
    brought.damaged = [(n, _ours(row, names), why) for n, row, why in found.wrong]
    return brought


def _ours(row: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    return {names[name]: text for name, text in row.items() if name in names}


def _geojson(content: bytes, name: str) -> Brought:
    try:
        told: Any = json.loads(content.decode("utf-8-sig"))
        features = told["features"]
        if told["type"] != "FeatureCollection" or not isinstance(features, list):
            raise ValueError
    except (ValueError, LookupError, TypeError, RecursionError):
        raise BadInput(f"{name}: is no GeoJSON FeatureCollection in UTF-8.") from None
    brought = Brought(columns=list(COLUMNS))
    unread: dict[str, None] = {}
    for n, feature in enumerate(features, start=1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        given = properties if isinstance(properties, dict) else {}
        row = {one: _text(value) for one, value in given.items() if one in COLUMNS}
        unread |= {one: None for one in given if one not in COLUMNS}
        if not isinstance(feature, dict) or not _locate(row, feature.get("geometry")):
            brought.wrong.append((n, row, [Wrong("geometry", "geometry")]))
        else:
            brought.rows.append((n, row))
    brought.unread = list(unread)
    return brought


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list):
        return "; ".join(map(_text, value))
    return "" if value is None else turns.without(str(value))


def _locate(row: dict[str, str], geometry: Any) -> bool:
    """GeoJSON is in WGS 84 unless `datum` says otherwise."""
    if geometry is None:
        return True
    point = geometry.get("coordinates") if isinstance(geometry, dict) and geometry.get("type") == "Point" else None
    if not isinstance(point, list) or len(point) not in (2, 3):
        return False
    row["lon"], row["lat"] = _text(point[0]), _text(point[1])
    row.setdefault("datum", "wgs84")
    return True
