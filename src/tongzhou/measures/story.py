"""A region's own list of what was ordered in it, from published pages: the demonstration takes it in."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from tongzhou.ledger.story import Told, tell


def listed(region: Path, ids: Mapping[str, int], zone: ZoneInfo) -> Iterator[Told]:
    """Each order of `measures.csv` on the day on which it began, with where it was read; none without a list."""
    file = region / "measures.csv"
    if not file.exists():
        return
    with file.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            at = dt.datetime.combine(dt.date.fromisoformat(row["start"]), dt.time(), zone)
            body = {"place": ids[row["place"]], "source": "hubei-timeline", "record": row["record"],
                    "type": row["type"], "text": f"{row['text']} ({row['source']})", "start": row["start"]}  # fmt: skip
            yield tell(at, "publication", "measure.listed", body, place=row["place"])
