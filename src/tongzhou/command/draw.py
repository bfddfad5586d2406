"""The tile cartogram: one square for each unit, laid out so that neighbours stay neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
        "steps": STEPS,
        "size": TILE - 4,
        "middle": TILE // 2 - 2,
    }


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
    return "t0" if count is None else f"t{sum(count > step for step in STEPS)}"
