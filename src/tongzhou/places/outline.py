"""Boundaries of places from a region's own GeoJSON, made ready for drawing: projected, thinned, whole numbers."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tongzhou.places.region_rows import Finding

FILE = "boundaries.geojson"
GRAIN = 0.3  # km: points nearer to the one before are left out of the drawing
KM = 111.32  # a degree of latitude


@dataclass(frozen=True)
class Outline:
    """A place's rings; points are (east, south) in tenths of a km from the region's corner: only ever a drawing.
    `box`: west, south, east and north in degrees, within which its sites lie."""

    place: str
    rings: tuple[tuple[tuple[int, int], ...], ...]
    box: tuple[float, float, float, float]

    def as_json(self) -> str:
        return json.dumps({"rings": self.rings, "box": self.box})


def read_outlines(folder: Path, findings: list[Finding]) -> tuple[Outline, ...]:
    """Features of `boundaries.geojson` (WGS 84, property `place`: the place's key); empty where there is no file."""
    path = folder / FILE
    if not path.exists():
        return ()
    try:
        features = json.loads(path.read_text())["features"]
    except (ValueError, KeyError, TypeError):
        findings.append(Finding(FILE, 0, "features", "is no GeoJSON FeatureCollection"))
        return ()
    read: list[tuple[str, list[list[tuple[float, float]]]]] = []
    for number, feature in enumerate(features, 1):
        try:
            place = str(feature["properties"]["place"])
            read.append((place, _rings(feature["geometry"])))
        except (KeyError, TypeError, ValueError, IndexError) as error:
            field = "place" if "place" in str(error) else "geometry"
            detail = "is missing" if field == "place" else "is no Polygon or MultiPolygon in degrees"
            findings.append(Finding(FILE, number, field, f"of feature {number} {detail}"))
    points = [point for _place, rings in read for ring in rings for point in ring]
    if not points:
        return ()
    west, north = min(p[0] for p in points), max(p[1] for p in points)
    middle = math.cos(math.radians((north + min(p[1] for p in points)) / 2))
    return tuple(
        Outline(place, tuple(_thinned(ring, west, north, middle) for ring in rings), _box(rings))
        for place, rings in read
    )


def _box(rings: list[list[tuple[float, float]]]) -> tuple[float, float, float, float]:
    points = [point for ring in rings for point in ring]
    return min(p[0] for p in points), min(p[1] for p in points), max(p[0] for p in points), max(p[1] for p in points)


def _rings(geometry: dict[str, Any]) -> list[list[tuple[float, float]]]:
    """Outer and inner rings alike: the drawing fills them by the even-odd rule."""
    kind, coordinates = geometry["type"], geometry["coordinates"]
    if kind not in ("Polygon", "MultiPolygon"):
        raise ValueError(kind)
    polygons = [coordinates] if kind == "Polygon" else coordinates
    rings = [[(float(p[0]), float(p[1])) for p in ring] for polygon in polygons for ring in polygon]
    if any(len(ring) < 4 or not all(abs(x) <= 180 and abs(y) <= 90 for x, y in ring) for ring in rings):
        raise ValueError("coordinates")
    return rings


def _thinned(ring: list[tuple[float, float]], west: float, north: float, middle: float) -> tuple[tuple[int, int], ...]:
    """Equirectangular about the region's middle, in tenths of a km."""
    placed = [((x - west) * KM * middle, (north - y) * KM) for x, y in ring]
    kept = [placed[0]]
    for point in placed[1:]:
        if math.dist(point, kept[-1]) >= GRAIN:
            kept.append(point)
    if len(kept) < 4:
        kept = placed
    return tuple((round(10 * x), round(10 * y)) for x, y in kept)
