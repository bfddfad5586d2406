"""The map: a region's own boundaries where it has them, else a square for each unit, neighbours beside neighbours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongzhou.command import queries
from tongzhou.command.measured import Measure, Measured, spoken
from tongzhou.command.templatetags import board

TILE = 74
WIDE = 760  # of a map by boundaries
DARK = ("t4", "t5")  # on these shades letters are white
LEVELS = {"province": "prefecture", "prefecture": "county"}  # what the map of a place has tiles of
Corners = Mapping[int, tuple[int, int]]  # column and row of a tile by place


@dataclass(frozen=True)
class Unit:
    """A place on the map: its shade and figure, where its name stands, its outline or else the corner of its tile."""

    id: int
    name: str
    whole: str
    x: int
    y: int
    shade: str
    figure: str
    said: str
    path: str = ""

    @property
    def light(self) -> bool:
        return self.shade in DARK

    @property
    def width(self) -> int:
        """Of the name in letters: a Chinese character is as wide as two. Long ones are set smaller or squeezed."""
        return sum(2 if char > "\u2e80" else 1 for char in self.name)


@dataclass(frozen=True)
class Map:
    units: Sequence[Unit]
    measure: Measure
    width: int
    height: int
    shapes: bool
    size: int = TILE - 4
    middle: int = TILE // 2 - 2
    text: int = TILE - 10

    @property
    def classes(self) -> list[tuple[str, str, int]]:
        """The legend: each shade, what it stands for, how many places have it."""
        shades = [unit.shade for unit in self.units]
        return [(shade, words, shades.count(shade)) for shade, words in self.measure.classes()]


def corners(place: queries.Line, lines: Sequence[queries.Line], day: dt.date) -> dict[int, tuple[int, int]]:
    """Where the tiles of these places stand; none where a place of this level has no tiles."""
    wanted, ids = LEVELS.get(place.level), {line.id for line in lines}
    if wanted is None or not ids:
        return {}
    return {id: (col, row) for id, col, row in queries.tiles(place.id, wanted, day) if id in ids}


def draw(
    lines: Sequence[queries.Line], values: Mapping[int, Measured], measure: Measure, corners: Corners, english: bool
) -> Map | None:
    """The places by a measure: by their boundaries where the region has those of most of them, else as tiles; None
    where there is neither."""
    outlines = queries.outlines([line.id for line in lines])
    if len(outlines) * 2 > len(lines):
        return _boundaries(lines, values, measure, outlines, english)
    return _tiles(lines, values, measure, corners, english) if corners else None


def _tiles(
    lines: Sequence[queries.Line], values: Mapping[int, Measured], measure: Measure, corners: Corners, english: bool
) -> Map:
    left, top = min(x for x, _y in corners.values()), min(y for _x, y in corners.values())
    right, bottom = max(x for x, _y in corners.values()), max(y for _x, y in corners.values())
    across = right - left + 1
    apart = [line for line in lines if line.id not in corners]  # zones: in rows of their own below
    placed = dict(corners) | {line.id: (left + n % across, bottom + 1 + n // across) for n, line in enumerate(apart)}
    units = [
        _unit(line, values[line.id][measure.id], measure, (col - left) * TILE, (row - top) * TILE, english)
        for line in lines
        for col, row in [placed[line.id]]
    ]
    rows = bottom - top + 1 + -(-len(apart) // across)
    return Map(units, measure, across * TILE, rows * TILE, shapes=False)


def _boundaries(
    lines: Sequence[queries.Line],
    values: Mapping[int, Measured],
    measure: Measure,
    held: Mapping[int, Any],
    english: bool,
) -> Map:
    points = [point for rings in held.values() for ring in rings for point in ring]
    left, top = min(p[0] for p in points), min(p[1] for p in points)
    scale = WIDE / max(1, max(p[0] for p in points) - left)
    units = []
    for line in lines:
        if line.id not in held:
            continue
        rings = [[(round((x - left) * scale), round((y - top) * scale)) for x, y in ring] for ring in held[line.id]]
        largest = max(rings, key=_area)
        x, y = sum(x for x, _y in largest) // len(largest), sum(y for _x, y in largest) // len(largest)
        path = "".join("M" + "L".join(f"{x} {y}" for x, y in ring) + "Z" for ring in rings)
        units.append(_unit(line, values[line.id][measure.id], measure, x, y, english, path))
    return Map(units, measure, WIDE, round((max(p[1] for p in points) - top) * scale), shapes=True)


def _unit(
    line: queries.Line, figure: float | None, measure: Measure, x: int, y: int, english: bool, path: str = ""
) -> Unit:
    whole = line.name_en if english else line.name_zh
    return Unit(line.id, short(line, english), whole, x, y, measure.shade(figure), measure.write(figure),
                spoken(measure, figure), path)  # fmt: skip


def _area(ring: list[tuple[int, int]]) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True))) / 2


def short(line: queries.Line, english: bool) -> str:
    """A name that fits a tile; the whole one stands in the tile's title."""
    name = board.short(line)
    return name if not english or len(name) <= 11 else name[:10] + "…"
