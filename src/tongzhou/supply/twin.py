"""The demonstration's stores: one city's published need and gap, and the daily counts of an invented hospital."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from tongzhou.ledger.story import Told, tell

COUNTED = dt.time(15, 0)  # hospitals tell stock and the need for tomorrow (RULEBOOK 12)
PUBLISHED = dt.time(8, 0)


def story(region: Path, ids: Mapping[str, int], zone: ZoneInfo) -> Iterator[Told]:
    """The published counts, in no order; the same each time."""
    told: dict[str, Any] = yaml.safe_load((region / "stock.yaml").read_text())
    for one in told["published"]:
        close = dt.datetime.combine(one["day"] + dt.timedelta(days=1), dt.time(), zone)
        at = dt.datetime.combine(one["published_on"], PUBLISHED, zone)
        for item, figures in one["goods"].items():
            body = {"place": ids[one["place"]], "item": item, "usable": figures["need"] - figures["gap"],
                    "need": figures["need"], "source": one["source"]}  # fmt: skip
            yield replace(tell(close, "publication", "stock.counted", body, place=one["place"]), received_at=at)


def invented(folder: Path, ids: Mapping[str, int], zone: ZoneInfo) -> Iterator[Told]:
    """The daily counts of an invented county's house, where its folder tells of one."""
    if not (folder / "stock.yaml").exists():
        return
    told: dict[str, Any] = yaml.safe_load((folder / "stock.yaml").read_text())
    for item, good in told["goods"].items():
        rng, usable = random.Random(f"stock {item}"), good["start"]
        for n in range((told["last"] - told["first"]).days + 1):
            day = told["first"] + dt.timedelta(days=n)
            arriving = next(pieces for since, pieces in reversed(good["arrives"].items()) if since <= day)
            used = min(usable + arriving, round(good["day"] * rng.uniform(0.9, 1.1)))
            usable += arriving - used
            body = {"place": ids[told["place"]], "house": told["house"], "item": item,
                    "usable": usable, "used": used, "need": good["day"]}  # fmt: skip
            yield tell(dt.datetime.combine(day, COUNTED, zone), told["by"], "stock.counted", body, place=told["place"])
