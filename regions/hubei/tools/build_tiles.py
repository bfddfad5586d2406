"""Writes tiles.csv: a tile cartogram of the prefecture-level units and of the counties, from boundaries.

    python regions/hubei/tools/build_tiles.py COUNTIES.geojson PREFECTURES.geojson

Centroids are dealt to the cells of a lattice at least total squared distance; then swaps that bring true
neighbours closer are kept, by annealing with fixed seeds. Prints how many pairs of neighbours still touch.
"""

from __future__ import annotations

import csv
import json
import math
import random
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

HERE = Path(__file__).resolve().parents[1]
NEAR = 0.03  # degrees: simplified borders of neighbours come this close to each other
# Level, columns and rows of the lattice, and how strongly a tile is pulled to where its place lies.
LATTICES = (("prefecture", 6, 5, 0.5), ("county", 15, 10, 0.2))
Cell = tuple[int, int]


def main(counties: Path, prefectures: Path) -> None:
    rows = []
    for (level, cols, lines, pull), path in zip(LATTICES, (prefectures, counties), strict=True):
        features = json.loads(path.read_text())["features"]
        rings = {feature["properties"]["code"]: points(feature["geometry"]) for feature in features}
        start, near = assign(rings, cols, lines), neighbours(rings)
        tries = [anneal(dict(start), near, rings, (cols, lines, pull), seed) for seed in range(6)]
        cells = max(tries, key=lambda cells: touching(cells, near))
        print(f"{len(cells)} tiles: {touching(cells, near)} of {sum(map(len, near.values())) // 2} borders kept")
        for code, (col, row) in sorted(cells.items()):
            suffix = ".county" if level == "county" and code.startswith("4290") else ""
            rows.append({"level": level, "place": f"cn.{code}{suffix}", "col": col, "row": row})
    with (HERE / "tiles.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, ["level", "place", "col", "row"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def points(geometry: dict[str, Any]) -> np.ndarray:
    """The outer ring with most points, as an array of (longitude, latitude)."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return np.array([point[:2] for point in max((polygon[0] for polygon in polygons), key=len)])


def centre(ring: np.ndarray) -> np.ndarray:
    """Centroid of the area, by the shoelace formula; degrees are taken as flat."""
    x, y = ring[:, 0], ring[:, 1]
    cross = x * np.roll(y, -1) - np.roll(x, -1) * y
    sums = [((axis + np.roll(axis, -1)) * cross).sum() for axis in (x, y)]
    return np.array(sums) / (3 * cross.sum())


def assign(rings: dict[str, np.ndarray], cols: int, lines: int) -> dict[str, Cell]:
    """Each place to one cell of the lattice. Ranks, not degrees, so that crowded cities get room."""
    codes = sorted(rings)
    at = spread(rings, codes, cols, lines)
    cells = [(col, row) for row in range(lines) for col in range(cols)]
    cost = ((at[:, None, :] - np.array(cells)[None, :, :]) ** 2).sum(axis=2)
    chosen = linear_sum_assignment(cost)[1]
    return {code: cells[index] for code, index in zip(codes, chosen, strict=True)}


def spread(rings: dict[str, np.ndarray], codes: list[str], cols: int, lines: int) -> np.ndarray:
    """Lattice coordinates wished for: half by degrees, half by rank along each axis; rows run south."""
    centres = np.array([centre(rings[code]) for code in codes])
    degrees = (centres - centres.min(axis=0)) / np.ptp(centres, axis=0)
    ranks = centres.argsort(axis=0).argsort(axis=0) / (len(codes) - 1)
    unit = (degrees + ranks) / 2
    return np.column_stack([unit[:, 0] * (cols - 1), (1 - unit[:, 1]) * (lines - 1)])


def neighbours(rings: dict[str, np.ndarray]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    codes = sorted(rings)
    for i, one in enumerate(codes):
        for other in codes[i + 1 :]:
            a, b = rings[one], rings[other]
            if (a.min(axis=0) > b.max(axis=0) + NEAR).any() or (b.min(axis=0) > a.max(axis=0) + NEAR).any():
                continue
            gap = np.sqrt(((a[:, None, :] - b[None, :, :]) ** 2).sum(axis=2))
            if (gap.min(axis=1) < NEAR).sum() >= 2:
                found[one].add(other)
                found[other].add(one)
    return found


def anneal(
    cells: dict[str, Cell],
    near: dict[str, set[str]],
    rings: dict[str, np.ndarray],
    lattice: tuple[int, int, float],
    seed: int,
    steps: int = 150_000,
) -> dict[str, Cell]:
    cols, lines, pull = lattice
    rng = random.Random(seed)
    wish = dict(zip(sorted(rings), spread(rings, sorted(rings), cols, lines), strict=True))
    taken: dict[Cell, str | None] = {(col, row): None for row in range(lines) for col in range(cols)}
    taken.update({cell: code for code, cell in cells.items()})
    all_cells, codes = list(taken), sorted(cells)

    def cost(code: str, at: Cell) -> float:
        """Stretch to true neighbours beyond touching, and distance from where the place lies."""
        apart = sum(max(abs(at[0] - cells[o][0]), abs(at[1] - cells[o][1])) - 1 for o in near[code])
        return apart + pull * float((wish[code][0] - at[0]) ** 2 + (wish[code][1] - at[1]) ** 2)

    for step in range(steps):
        heat = 1.5 * (1 - step / steps) + 0.01
        one = rng.choice(codes)
        here, there = cells[one], rng.choice(all_cells)
        if max(abs(here[0] - there[0]), abs(here[1] - there[1])) > 3 or here == there:
            continue
        other = taken[there]
        before = cost(one, here) + (cost(other, there) if other else 0.0)
        cells[one] = there
        if other:
            cells[other] = here
        after = cost(one, there) + (cost(other, here) if other else 0.0)
        if after <= before or rng.random() < math.exp((before - after) / heat):
            taken[there], taken[here] = one, other
        else:
            cells[one] = here
            if other:
                cells[other] = there
    return compact(cells)


def compact(cells: dict[str, Cell]) -> dict[str, Cell]:
    """Empty columns and rows at the edges are cut off."""
    left, top = min(col for col, _ in cells.values()), min(row for _, row in cells.values())
    return {code: (col - left, row - top) for code, (col, row) in cells.items()}


def touching(cells: dict[str, Cell], near: dict[str, set[str]]) -> int:
    pairs = [(cells[a], cells[b]) for a, others in near.items() for b in others if a < b]
    return sum(max(abs(a[0] - b[0]), abs(a[1] - b[1])) == 1 for a, b in pairs)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
