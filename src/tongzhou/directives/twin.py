"""What the desks of the demonstration say to each other: read from the region's file, the same each time."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from tongzhou.ledger.story import Told, tell

# Fields of a body that hold keys of places; "to" of a handover is a login.
PLACES = ("to", "at", "place", "places", "appeal", "county")


def read(folder: Path) -> dict[str, Any]:
    """The exercise in a region's folder or in that of an invented county."""
    told: dict[str, Any] = yaml.safe_load((folder / "desks.yaml").read_text())
    return told


def story(told: Mapping[str, Any], ids: Mapping[str, int], staff: Mapping[str, int], zone: ZoneInfo) -> Iterator[Told]:
    """All that was said, in order. `ids`: places by key; `staff`: staff by login. Raises KeyError for unknown ones."""
    if "telephones" in told:
        first = dt.datetime.fromisoformat(told["since"]).replace(tzinfo=zone)
        yield from numbered(told["telephones"], "duty", first, ids)
    yield from (fact for _line, fact in _said(told, ids, staff, zone))


def sealed(
    told: Mapping[str, Any], ids: Mapping[str, int], staff: Mapping[str, int], zone: ZoneInfo, until: dt.datetime
) -> dict[str, tuple[str, int]]:
    """Telephones on which somebody agreed to be rung, and where they live, by the number of what was said of them until
    then: no fact holds one."""
    return {str(fact.id): (line["telephone"], ids[line["place"]])
            for line, fact in _said(told, ids, staff, zone) if "telephone" in line and fact.at <= until}  # fmt: skip


def _said(
    told: Mapping[str, Any], ids: Mapping[str, int], staff: Mapping[str, int], zone: ZoneInfo
) -> Iterator[tuple[dict[str, Any], Told]]:
    """Each line of the file with the fact that it is."""
    known = {**ids, **staff}
    named: dict[str, str] = {}
    for one in told["said"]:
        body = {name: _filled(value, name, known, named) for name, value in one["body"].items()}
        at = dt.datetime.fromisoformat(one["at"]).replace(tzinfo=zone)
        fact = tell(at, one["by"], one["kind"], body, place=one["place"], home=one.get("home"),
                    reporting=one.get("reporting"))  # fmt: skip
        if "as" in one:
            named[one["as"]] = str(fact.id)
        yield one, fact


def numbered(telephones: Mapping[str, str], by: str, at: dt.datetime, ids: Mapping[str, int]) -> Iterator[Told]:
    """The telephones of desks, by keys of places."""
    for key, telephone in telephones.items():
        yield tell(at, by, "desk.numbered", {"place": ids[key], "telephone": telephone}, place=key)


def _filled(value: Any, name: str, known: Mapping[str, int], named: Mapping[str, str]) -> Any:
    """A value with places and staff as numbers and $names as the numbers of facts."""
    if isinstance(value, list):
        return [_filled(one, name, known, named) for one in value]
    if name in PLACES and not (name == "to" and value not in known):  # where somebody is driven to is a site
        return known[value]
    return re.sub(r"\$(\w+)", lambda found: named[found[1]], value) if isinstance(value, str) else value
