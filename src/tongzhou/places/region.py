"""A region as files: its two trees of places, what was published about it, and its sources.

No database here: `load_region` returns frozen values, and whoever keeps the ledger says them as facts.
docs/regions.md describes the files.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from tongzhou.places import invented
from tongzhou.places.bulletins import read_bulletin, read_figure, read_indicator
from tongzhou.places.outline import read_outlines
from tongzhou.places.region_rows import Finding, RegionError, Row, read_list, read_mapping, read_table
from tongzhou.places.region_types import (
    LEVELS,
    RISK_LEVELS,
    TREES,
    CountyNumber,
    DefinitionChange,
    DesignatedBeds,
    Explanation,
    Facility,
    Link,
    Place,
    Population,
    PublishedCommunity,
    PublishedRisk,
    Region,
    RiskCounts,
    Source,
    Tile,
)

__all__ = ["Finding", "Region", "RegionError", "load_region", "read_region"]

T = TypeVar("T")


def load_region(path: Path | str) -> Region:
    """Read a region's folder. Raises RegionError naming file, row and field where it cannot be read."""
    region, findings = read_region(Path(path))
    if findings:
        raise RegionError(findings[0])
    return region


def read_region(folder: Path) -> tuple[Region, list[Finding]]:
    """Read a region's folder as far as it goes, with everything that could not be read beside it."""
    findings: list[Finding] = []
    if not (folder / "region.yaml").exists():
        raise RegionError(Finding("region.yaml", 0, "", f"is missing in {folder}; name a region's folder"))
    head = Row("region.yaml", 0, read_mapping(folder, "region.yaml", findings))

    def table(name: str, build: Callable[[Row], T]) -> tuple[T, ...]:
        return read_table(folder, name, build, findings)

    rows = read_table(folder, "places.csv", _place, findings, optional=False)
    counties = invented.read_counties(folder, findings)
    places = (*(place for place, _ in rows), *(place for one in counties for place in invented.places(one)))
    try:
        region = Region(
            head.text("key"),
            head.text("name_zh"),
            head.text("name_en"),
            head.text("timezone"),
            head.text("root"),
            head.day("codes_of"),
            head.flag("invented"),
            str(head.values.get("reserved_prefix") or "99"),
            head.values.get("expected") or {},
            places,
            _links(
                [
                    *(link for _, links in rows for link in links),
                    *(link for one in counties for link in invented.links(one)),
                ],
                table("links.csv", _link),
            ),
            table("bulletins.csv", read_bulletin),
            read_list(folder, "region.yaml", "definition_changes", _change, findings),
            table("population.csv", _population),
            table("facilities.csv", _facility),
            table("designated_beds.csv", _beds),
            table("risk_published.csv", _risk),
            table("risk_series.csv", _risk_counts),
            table("tiles.csv", _tile),
            read_list(folder, "community_published.yaml", "communities", _community, findings),
            read_list(folder, "sources.yaml", "sources", _source, findings),
            read_outlines(folder, findings),
            read_list(folder, "region.yaml", "explanations", _explanation, findings),
            read_list(folder, "indicators.yaml", "indicators", read_indicator, findings),
            table("indicators.csv", read_figure),
            table("numbers.csv", _number) + tuple(one for county in counties for one in invented.numbers(county)),
            counties,
        )
    except RegionError as error:  # a field of region.yaml itself: nothing can be read without it
        raise RegionError(findings[0] if findings else error.finding) from None
    return region, findings


def _place(row: Row) -> tuple[Place, list[Link]]:
    place = Place(
        row.text("key"),
        row.text("code"),
        row.text("name_zh"),
        row.text("name_en"),
        row.text_or("pinyin"),
        row.one_of("level", LEVELS),
        row.text_or("kind"),
        row.flag("counted"),
        row.flag("invented"),
        row.day("valid_from"),
        row.day_or("valid_to"),
        row.text("source"),
    )
    if place.valid_to is not None and place.valid_to <= place.valid_from:
        raise row.wrong("valid_to", "is not after valid_from")
    root = place.level == LEVELS[0]
    links = [
        Link(
            tree,
            place.key,
            row.text_or(f"parent_{tree}") or None,
            place.valid_from,
            place.valid_to,
            place.source,
        )
        for tree in TREES
        if root or row.text_or(f"parent_{tree}")
    ]
    if not links:
        raise row.wrong("parent_command", "is missing: a place hangs in one tree at least")
    return place, links


def _links(plain: list[Link], dated: tuple[Link, ...]) -> tuple[Link, ...]:
    """A place named in links.csv has, in that tree, the links of that file only."""
    replaced = {(link.tree, link.place) for link in dated}
    return tuple(link for link in plain if (link.tree, link.place) not in replaced) + dated


def _link(row: Row) -> Link:
    return Link(
        row.one_of("tree", TREES),
        row.text("place"),
        row.text("parent"),
        row.day("valid_from"),
        row.day_or("valid_to"),
        row.text("source"),
    )


def _change(row: Row) -> DefinitionChange:
    return DefinitionChange(
        row.day("day"), row.text("place"), row.text("text_en"), row.text("text_zh"), row.text("source")
    )


def _explanation(row: Row) -> Explanation:
    return Explanation(
        row.day("since"),
        row.day("until"),
        row.text("place"),
        row.text("kind"),
        row.text("text_en"),
        row.text("text_zh"),
        row.text("source"),
    )


def _population(row: Row) -> Population:
    return Population(
        row.text("place"),
        row.count("people"),
        row.count("households"),
        row.count_or("household_people"),
        row.count_or("one_person_households"),
        row.count_or("under_15"),
        row.count_or("aged_65_plus"),
        row.day("as_of"),
        row.text("source"),
    )


def _facility(row: Row) -> Facility:
    plans = row.text_or("plan_history")
    if plans and not all(part.isdecimal() for part in plans.split("|")):
        raise row.wrong("plan_history", f"“{plans}” is no list of planned beds; write 1300|1500")
    return Facility(
        row.text("key"),
        row.text("name_zh"),
        row.text("name_en"),
        row.text("kind"),
        row.text("place"),
        row.count_or("beds_planned"),
        tuple(int(part) for part in plans.split("|") if part),
        row.count_or("beds_actual"),
        row.day_or("first_admission"),
        row.day_or("closed"),
        row.count_or("patients"),
        row.count_or("discharged"),
        row.count_or("transferred"),
        row.text("source"),
        row.text_or("note"),
    )


def _beds(row: Row) -> DesignatedBeds:
    return DesignatedBeds(
        row.day("day"),
        row.text("place"),
        row.count("hospitals"),
        row.count("beds"),
        row.count("used"),
        row.count("empty"),
        row.day("published_on"),
        row.text("source"),
    )


def _risk(row: Row) -> PublishedRisk:
    return PublishedRisk(
        row.day("as_of"),
        row.text("place"),
        row.one_of("level", RISK_LEVELS),
        row.day("published_on"),
        row.one_of("how", ("listed", "complement")),
        row.text("source"),
    )


def _risk_counts(row: Row) -> RiskCounts:
    return RiskCounts(
        row.day("as_of"),
        row.count("units"),
        row.count("low"),
        row.count("medium"),
        row.count("high"),
        row.text("source"),
    )


def _tile(row: Row) -> Tile:
    return Tile(row.one_of("level", LEVELS), row.text("place"), row.count("col"), row.count("row"))


def _number(row: Row) -> CountyNumber:
    number = row.text("number")
    if not re.fullmatch("[1-9][0-9]{3}", number):
        raise row.wrong("number", f"“{number}” is no county number; write four digits, the first not 0")
    return CountyNumber(number, row.text("place"), row.text("source"))


def _community(row: Row) -> PublishedCommunity:
    return PublishedCommunity(
        row.text("place"),
        row.text("name_zh"),
        row.text("name_en"),
        row.day("as_of"),
        row.count("confirmed"),
        row.count("days_without_new_at_least"),
        row.flag("closed_management"),
        row.text("source"),
        row.text_or("note"),
    )


def _source(row: Row) -> Source:
    return Source(
        row.text("id"),
        row.text("title"),
        row.text("issuer"),
        row.day("date"),
        row.text("grade"),
        row.text("read"),
        row.text_or("title_zh"),
        row.text_or("issuer_zh"),
    )
