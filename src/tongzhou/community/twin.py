"""The community of an invented county whose rounds from January to March 2020 are told (its story.yaml)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tongzhou.people.posts import Member
from tongzhou.places.invented_types import Community, County, Grid
from tongzhou.places.region_rows import Finding, RegionError, Row, read_mapping

STORY = "story.yaml"


@dataclass(frozen=True)
class Rounds:
    """How the daily round went: shares between 0 and 1, days, and weights by channel."""

    first_day: dt.date
    last_day: dt.date
    heard_first: float
    heard_steady: float
    steady_day: dt.date
    away: float
    no_answer: float
    unwell_peak: float
    unwell_floor: float
    peak_day: dt.date
    channels_first: Mapping[str, float]
    channels_steady: Mapping[str, float]
    late: float
    corrected: float
    contradicted: float
    needs_per_100: float


@dataclass(frozen=True)
class Epidemic:
    """The invented outbreak: number of cases, days of onset (mean, standard deviation), last confirmation."""

    cases: int
    onset_peak: dt.date
    onset_days: float
    last_confirmed_by: dt.date
    newcomers: int


@dataclass(frozen=True)
class Story:
    """What a file tells of one community, in the shares of which the others are told of too."""

    community: str
    rounds: Rounds
    epidemic: Epidemic


@dataclass(frozen=True)
class Twin:
    """A community with those who speak for it: `workers` by grid, `holders` by role."""

    key: str
    grids: tuple[Grid, ...]
    workers: Mapping[str, str]
    holders: Mapping[str, str]
    rounds: Rounds
    epidemic: Epidemic


def read(folder: Path) -> Story | None:
    """The story in a county's folder, where it has one. Raises RegionError naming row and field."""
    if not (folder / STORY).exists():
        return None
    findings: list[Finding] = []
    values = read_mapping(folder, STORY, findings)
    if findings:
        raise RegionError(findings[0])
    community = Row(STORY, 0, values).text("community")
    return Story(community, _filled(Rounds, values, "rounds"), _filled(Epidemic, values, "epidemic"))


def twin(community: Community, story: Story, everybody: Sequence[Member]) -> Twin:
    """The community as its members of staff tell of it."""
    first = [one for one in everybody if not one.deputy]
    key = community.area.key
    workers = {one.places[0]: one.login for one in first if one.role == "grid_worker"}
    holders: dict[str, str] = {}
    for one in first:
        if key in one.places:
            holders.setdefault(one.role, one.login)
    return Twin(key, community.grids, {grid.key: workers[grid.key] for grid in community.grids}, holders,
                story.rounds, story.epidemic)  # fmt: skip


def twin_of(county: County, story: Story, everybody: Sequence[Member]) -> Twin:
    """The community whose months are told."""
    told = next(one for one in county.communities() if one.area.key == story.community)
    return twin(told, story, everybody)


def _part(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = values.get(name)
    if not isinstance(part, dict):
        raise RegionError(Finding(STORY, 0, name, "is missing; fill it in"))
    return part


def _filled(kind: Any, values: Mapping[str, Any], name: str) -> Any:
    try:
        return kind(**_part(values, name))
    except TypeError as error:
        raise RegionError(Finding(STORY, 0, name, str(error).split("__init__() ")[-1])) from None
