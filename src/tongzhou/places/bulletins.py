"""One published figure of a table: `bulletins.csv` and `indicators.csv` of a region, or any file that is imported."""

from __future__ import annotations

import datetime as dt
import re

from tongzhou.places.region_rows import Row
from tongzhou.places.region_types import Bulletin, Indicator, IndicatorFigure
from tongzhou.why import gettext_noop

MEASURES = ("confirmed", "cured", "dead")
VERSIONS = ("first", "restated")
GRADES = ("text", "arithmetic", "three_agree", "two_agree", "single")
FIGURE_NEEDED = ("day", "place", "indicator", "value", "published_on", "source")
NEEDED = ("day", "place", "confirmed", "published_on", "source")
# What a publication is taken to have come out at where its hour was not told: bulletins in the morning, restatements in
# the evening. Later than true is safe: nobody is said to have known what was not out yet.
MORNING, EVENING = "08:00", "20:00"


def read_bulletin(row: Row) -> Bulletin:
    """Raises RegionError naming the field. An empty figure was not told; it is never read as nought."""
    graded = {name: row.one_of(f"grade_{name}", GRADES) for name in MEASURES if row.text_or(f"grade_{name}")}
    new = {name: row.whole(f"new_{name}") for name in MEASURES if row.text_or(f"new_{name}")}
    found = Bulletin(
        row.day("day"),
        row.text("place"),
        row.count("confirmed"),
        row.count_or("cured"),
        row.count_or("dead"),
        row.day("published_on"),
        row.text("source"),
        row.text_or("note"),
        row.one_of("version", VERSIONS) if row.text_or("version") else "",
        row.text_or("published_at"),
        new,
        graded,
        row.text_or("read"),
    )
    _check(row, found)
    return found


def read_figure(row: Row) -> IndicatorFigure:
    """Raises RegionError naming the field."""
    found = IndicatorFigure(
        row.day("day"),
        row.text("place"),
        row.text("indicator"),
        row.count("value"),
        row.day("published_on"),
        row.text("source"),
        row.text_or("note"),
        row.one_of("version", VERSIONS) if row.text_or("version") else "",
        row.text_or("published_at"),
        row.one_of("grade", GRADES) if row.text_or("grade") else "",
        row.text_or("read"),
    )
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", found.indicator):
        said = gettext_noop("“%(said)s” is no name of a series: small letters, digits and _")
        raise row.wrong("indicator", said, said=found.indicator)
    _check(row, found)
    return found


def read_indicator(row: Row) -> Indicator:
    changes = tuple({name: str(one[name]) for name in ("day", "text_en", "text_zh", "source")}
                    for one in row.values.get("changes") or ())  # fmt: skip
    kind = row.one_of("kind", ("stock", "flow"))
    measure = row.one_of("measure", ("confirmed", "added", "lying")) if row.values.get("measure") else ""
    return Indicator(row.text("id"), row.text("zh"), row.text("en"), row.text("unit"), kind, changes, measure)


def _check(row: Row, found: Bulletin | IndicatorFigure) -> None:
    if found.published_on < found.day:
        said = gettext_noop("%(said)s is before the day it tells of")
        raise row.wrong("published_on", said, said=found.published_on)
    if found.published_at and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", found.published_at):
        said = gettext_noop("“%(said)s” is no time of day; write it as 08:00")
        raise row.wrong("published_at", said, said=found.published_at)


def published(one: Bulletin | IndicatorFigure) -> tuple[str, str, bool]:
    """When it came out: day, time by the region's clock, and whether it restates what came out before."""
    restated = one.version == "restated"
    return str(one.published_on), one.published_at or (EVENING if restated else MORNING), restated


def ahead(one: Bulletin | IndicatorFigure, now: dt.datetime) -> bool:
    """Whether a publication is not out yet at `now`, by the region's clock; where its hour was not told, it may be out
    at any hour of its day."""
    return (str(one.published_on), one.published_at) > (now.date().isoformat(), f"{now:%H:%M}")


def moment(one: Bulletin | IndicatorFigure, zone: dt.tzinfo) -> dt.datetime:
    """The moment from which a publication is known."""
    on, at, _restated = published(one)
    return dt.datetime.combine(dt.date.fromisoformat(on), dt.time.fromisoformat(at), zone)
