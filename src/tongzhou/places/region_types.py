"""What a region's files hold, as frozen values."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tongzhou.places.invented_types import County
from tongzhou.places.outline import Outline

LEVELS = ("province", "prefecture", "urban_unit", "zone", "county", "township", "community", "grid")
TREES = ("statistical", "command")
RISK_LEVELS = ("low", "medium", "high")


@dataclass(frozen=True)
class Place:
    """A place by its stable key. `counted`: it is in the official number of its level."""

    key: str
    code: str
    name_zh: str
    name_en: str
    pinyin: str  # tone-less syllables, to sort and search by
    level: str
    kind: str
    counted: bool
    invented: bool
    valid_from: dt.date
    valid_to: dt.date | None  # exclusive
    source: str


@dataclass(frozen=True)
class Link:
    """A place's parent in one tree from one day until before another; the root's parent is None."""

    tree: str
    place: str
    parent: str | None
    valid_from: dt.date
    valid_to: dt.date | None  # exclusive
    source: str


@dataclass(frozen=True)
class Bulletin:
    """Cumulative counts of a place at the close of `day`, as published on `published_on`. None: not told there.

    `new` holds the new cases that the text itself tells, `grades` how well each figure is known, `read` where the text
    was read; `version` is "first", "restated" or "" (first, unless the day was published before).
    """

    day: dt.date
    place: str
    confirmed: int
    cured: int | None
    dead: int | None
    published_on: dt.date
    source: str
    note: str = ""
    version: str = ""
    published_at: str = ""
    new: Mapping[str, int] = field(default_factory=dict)
    grades: Mapping[str, str] = field(default_factory=dict)
    read: str = ""


@dataclass(frozen=True)
class DefinitionChange:
    day: dt.date
    place: str  # holds for it and everything below
    text_en: str
    text_zh: str
    source: str


@dataclass(frozen=True)
class Indicator:
    """A series that is published beside the confirmed, cured and dead: `stock` (on the day) or `flow` (in the day).
    `changes` are days on which what is counted changed, each with day, text_en, text_zh and source. `measure`: what the
    board takes it for: `confirmed` of places that bulletins do not tell of, `added`, the new cases of a day that only
    a changed definition counts, or `lying`, who lies in hospital."""

    id: str
    name_zh: str
    name_en: str
    unit: str
    kind: str
    changes: tuple[Mapping[str, str], ...] = ()
    measure: str = ""


@dataclass(frozen=True)
class IndicatorFigure:
    """One figure of such a series for a place and day, as one publication gave it."""

    day: dt.date
    place: str
    indicator: str
    value: int
    published_on: dt.date
    source: str
    note: str = ""
    version: str = ""
    published_at: str = ""
    grade: str = ""
    read: str = ""


@dataclass(frozen=True)
class Explanation:
    """What explains a disagreement of published figures (`kind`, docs/board.md) on the days from `since` to `until`."""

    since: dt.date
    until: dt.date
    place: str
    kind: str
    text_en: str
    text_zh: str
    source: str


@dataclass(frozen=True)
class Population:
    place: str
    people: int
    households: int
    household_people: int | None
    one_person_households: int | None
    under_15: int | None
    aged_65_plus: int | None
    as_of: dt.date
    source: str


@dataclass(frozen=True)
class Facility:
    """A hospital opened for the epidemic. None: not published, or not found."""

    key: str
    name_zh: str
    name_en: str
    kind: str
    place: str
    beds_planned: int | None  # the last plan
    plan_history: tuple[int, ...]
    beds_actual: int | None
    first_admission: dt.date | None
    closed: dt.date | None
    patients: int | None
    discharged: int | None
    transferred: int | None
    source: str
    note: str = ""


@dataclass(frozen=True)
class DesignatedBeds:
    """Beds of all designated hospitals of a place; used and empty need not add up to beds."""

    day: dt.date
    place: str
    hospitals: int
    beds: int
    used: int
    empty: int
    published_on: dt.date
    source: str


@dataclass(frozen=True)
class PublishedRisk:
    """The level published for a unit as of the close of a day. `how`: listed, or complement of the listed."""

    as_of: dt.date
    place: str
    level: str
    published_on: dt.date
    how: str
    source: str


@dataclass(frozen=True)
class RiskCounts:
    as_of: dt.date
    units: int
    low: int
    medium: int
    high: int
    source: str


@dataclass(frozen=True)
class Tile:
    """Where a place stands in the tile cartogram of its level; columns run east, rows run south, from 0."""

    level: str
    place: str
    col: int
    row: int


@dataclass(frozen=True)
class PublishedCommunity:
    """What a publication said of a real community: an aggregate, never persons."""

    place: str
    name_zh: str
    name_en: str
    as_of: dt.date
    confirmed: int
    days_without_new_at_least: int
    closed_management: bool
    source: str
    note: str = ""


@dataclass(frozen=True)
class Source:
    id: str
    title: str
    issuer: str
    date: dt.date
    grade: str
    read: str
    title_zh: str = ""
    issuer_zh: str = ""


@dataclass(frozen=True)
class CountyNumber:
    """Four digits of a county (or of a unit above it) that the handles of persons begin with; never moved."""

    number: str
    place: str
    source: str


@dataclass(frozen=True)
class Region:
    key: str
    name_zh: str
    name_en: str
    timezone: str
    root: str
    codes_of: dt.date
    invented: bool  # the whole region is: for tests, exercises and as an example
    reserved_prefix: str  # codes of invented places begin with it
    expected: Mapping[str, Any]
    places: tuple[Place, ...]  # preorder of the command tree: ids by row order make every subtree one range
    links: tuple[Link, ...]
    bulletins: tuple[Bulletin, ...]
    definition_changes: tuple[DefinitionChange, ...]
    population: tuple[Population, ...]
    facilities: tuple[Facility, ...]
    designated_beds: tuple[DesignatedBeds, ...]
    risk: tuple[PublishedRisk, ...]
    risk_series: tuple[RiskCounts, ...]
    tiles: tuple[Tile, ...]
    communities: tuple[PublishedCommunity, ...]
    sources: tuple[Source, ...]
    outlines: tuple[Outline, ...] = ()
    explanations: tuple[Explanation, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    indicator_figures: tuple[IndicatorFigure, ...] = ()
    numbers: tuple[CountyNumber, ...] = ()
    invented_counties: tuple[County, ...] = ()

    def counts(self) -> dict[str, int]:
        """Places in the official number of each level; `…_beside` and `…_invented` are not in it."""
        counted = Counter(place.level for place in self.places if place.counted)
        real = [place for place in self.places if not place.invented]
        beside = Counter(f"{place.level}_beside" for place in real if not place.counted)
        invented = Counter(f"{place.level}_invented" for place in self.places if place.invented)
        return {**counted, **beside, **invented}

    def real(self) -> Region:
        """The region without its invented counties, as a ledger of real work holds it."""
        apart = {key for county in self.invented_counties for key in county.levels()}
        return replace(
            self,
            places=tuple(one for one in self.places if one.key not in apart),
            links=tuple(one for one in self.links if one.place not in apart),
            numbers=tuple(one for one in self.numbers if one.place not in apart),
            invented_counties=(),
        )

    def parents(self, tree: str, day: dt.date) -> dict[str, str | None]:
        """Each place's parent in a tree on a day; places not in it on that day are left out."""
        return {
            link.place: link.parent
            for link in self.links
            if link.tree == tree and link.valid_from <= day and (link.valid_to is None or day < link.valid_to)
        }
