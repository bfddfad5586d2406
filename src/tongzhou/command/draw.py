"""The map: a region's own boundaries where it has them, else a square for each unit, neighbours beside neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from tongzhou.command import queries

TILE = 74
STEPS = (0, 10, 100, 500, 1000)  # new classes begin above these counts of the confirmed


@dataclass(frozen=True)
class Tile:
    id: int
    name: str
    x: int
    y: int
    shade: str
    light: bool
    figure: str
    level: str

    @property
    def width(self) -> int:
        """Of the name in letters: a Chinese character is as wide as two. Long ones are set smaller or squeezed."""
        return sum(2 if char > "\u2e80" else 1 for char in self.name)


def cartogram(board: queries.Board, levels: dict[int, Any], english: bool) -> dict[str, Any] | None:
    """Tiles of the units below a place, shaded by cumulative confirmed; None where there are no tiles for them."""
    wanted = {"province": "prefecture", "prefecture": "county"}.get(board.place.level)
    if wanted is None:
        return None
    below = {line.id: line for line in board.below}
    found = [tile for tile in queries.tiles(board.place.id, wanted, board.day) if tile[0] in below]
    if not found:
        return None
    left, top = min(t[1] for t in found), min(t[2] for t in found)
    tiles = []
    for place, col, row in found:
        line = below[place]
        count = line.published.confirmed if line.published else None
        level = levels.get(place)
        tiles.append(
            Tile(
                place,
                _short(line, english),
                (col - left) * TILE,
                (row - top) * TILE,
                _shade(count),
                count is not None and count > STEPS[-1],
                "–" if count is None else f"{count:,}",
                level.level if level else "",
            )
        )
    return {
        "tiles": tiles,
        "width": (max(t[1] for t in found) - left + 1) * TILE,
        "height": (max(t[2] for t in found) - top + 1) * TILE,
        "legend": legend(),
        "size": TILE - 4,
        "middle": TILE // 2 - 2,
        "text": TILE - 10,
    }


@dataclass(frozen=True)
class Shape:
    """A place's boundary as an SVG path, with its name at the middle of its largest ring."""

    id: int
    name: str
    path: str
    x: int
    y: int
    shade: str
    light: bool
    figure: str


WIDE = 760  # of the picture


def boundaries(board: queries.Board, english: bool) -> dict[str, Any] | None:
    """The places below by their boundaries; None unless the region has those of most of them."""
    held = queries.outlines([line.id for line in board.below])
    if len(held) * 2 <= len(board.below) or not held:
        return None
    points = [point for rings in held.values() for ring in rings for point in ring]
    left, top = min(p[0] for p in points), min(p[1] for p in points)
    scale = WIDE / max(1, max(p[0] for p in points) - left)
    shapes = []
    for line in board.below:
        if line.id not in held:
            continue
        rings = [[(round((x - left) * scale), round((y - top) * scale)) for x, y in ring] for ring in held[line.id]]
        largest = max(rings, key=_area)
        count = line.published.confirmed if line.published else None
        shapes.append(
            Shape(
                line.id,
                _short(line, english),
                "".join("M" + "L".join(f"{x} {y}" for x, y in ring) + "Z" for ring in rings),
                sum(x for x, _y in largest) // len(largest),
                sum(y for _x, y in largest) // len(largest),
                _shade(count),
                count is not None and count > STEPS[-1],
                "–" if count is None else f"{count:,}",
            )
        )
    return {
        "shapes": shapes,
        "legend": legend(),
        "width": WIDE,
        "height": round((max(p[1] for p in points) - top) * scale),
    }


def legend() -> list[tuple[str, str]]:
    """Each shade with the counts that it stands for."""
    firsts = [step + 1 for step in STEPS]
    between = [f"{first:,}–{last:,}" for first, last in zip(firsts, STEPS[1:], strict=False)]
    words = ["0", *between, f"> {STEPS[-1]:,}"]
    return [*((f"t{n}", each) for n, each in enumerate(words)), ("unknown", gettext("nothing published"))]


def _area(ring: list[tuple[int, int]]) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True))) / 2


def _short(line: queries.Line, english: bool) -> str:
    if english:
        return line.name_en if len(line.name_en) <= 11 else line.name_en[:10] + "…"
    return (
        line.name_zh.removesuffix("土家族苗族自治州")
        .removesuffix("林区")
        .removesuffix("市")
        .removesuffix("区")
        .removesuffix("县")
        or line.name_zh
    )


def _shade(count: int | None) -> str:
    return "unknown" if count is None else f"t{sum(count > step for step in STEPS)}"
