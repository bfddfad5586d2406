"""What a region's files tell of epidemic-free places: lists that were published, and those of an invented county."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from tongzhou.directives import twin as desks
from tongzhou.ledger.story import Told, tell

FILE, PUBLISHED = "free_places.yaml", "free_places_published.yaml"


def published(region: Path, ids: Mapping[str, int], zone: ZoneInfo) -> Iterator[Told]:
    """Each list that somebody published of places of the region, on the morning on which it was read."""
    for one in _read(region / PUBLISHED).get("lists", ()):
        at = dt.datetime.fromisoformat(one["published"]).replace(tzinfo=zone)
        as_of = dt.datetime.fromisoformat(one["as_of"]).replace(tzinfo=zone)
        body = {"place": ids[one["place"]], "as_of": as_of.isoformat(), "source": one["source"], **one["counts"]}
        yield tell(at, "publication", "free_list.published", body, place=one["place"])


def invented(folder: Path, ids: Mapping[str, int], staff: Mapping[str, int], zone: ZoneInfo,
             day: dt.date) -> Iterator[Told]:  # fmt: skip
    """What the desks of an invented county said of their own places. What stands under `last` is told of one day only:
    it rests on rounds that the demonstration tells of its last day."""
    file = _read(folder / FILE)
    yield from desks.story({"said": file.get("said", [])}, ids, staff, zone)
    if file.get("last", {}).get("day") == day:
        yield from desks.story({"said": file["last"]["said"]}, ids, staff, zone)


def _read(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
