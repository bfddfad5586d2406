"""An invented community for the demonstration: grids, households and staff from twin.yaml and a seed.

Nobody here ever lived. Households are doors with numbers of people; persons exist only as staff.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tongzhou.places.region_rows import Finding, RegionError, Row, read_list, read_mapping
from tongzhou.sites.doors import Door


@dataclass(frozen=True)
class Grid:
    key: str
    code: str
    name_zh: str
    name_en: str
    households: int
    stairs: int


@dataclass(frozen=True)
class Staff:
    """An invented member of staff; without a role they may see nothing."""

    login: str
    name_zh: str
    name_en: str
    role: str | None
    place: str | None


@dataclass(frozen=True)
class Household:
    """A door. `number` runs from 1 through the grids in order; people are counts, never records."""

    number: int
    grid: str
    stair: int
    door: Door
    people: int
    under_15: int
    aged_65_plus: int


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
class Twin:
    key: str
    code: str
    name_zh: str
    name_en: str
    parent: str
    beside: str
    grids: tuple[Grid, ...]
    staff: tuple[Staff, ...]
    size_shares: Mapping[int, float]
    under_15: float
    aged_65_plus: float
    rounds: Rounds
    epidemic: Epidemic


def load_twin(folder: Path | str) -> Twin:
    """Read twin.yaml of a region's folder. Raises RegionError naming row and field."""
    findings: list[Finding] = []
    at = Path(folder)
    values = read_mapping(at, "twin.yaml", findings)
    head = Row("twin.yaml", 0, values)
    grids = read_list(at, "twin.yaml", "grids", _grid, findings)
    staff = read_list(at, "twin.yaml", "staff", _staff, findings)
    if findings:
        raise RegionError(findings[0])
    homes = _part(values, "households")
    return Twin(
        head.text("key"), head.text("code"), head.text("name_zh"), head.text("name_en"), head.text("parent"),
        head.text("beside"), grids, staff, homes["size_shares"], homes["under_15"],
        homes["aged_65_plus"], _filled(Rounds, values, "rounds"), _filled(Epidemic, values, "epidemic"),
    )  # fmt: skip


def households(twin: Twin, seed: int) -> tuple[Household, ...]:
    """The doors of every grid, the same for the same seed; stairwells fill evenly, sizes by `size_shares`."""
    rng = random.Random(f"{seed}:households")
    sizes, weights = list(twin.size_shares), list(twin.size_shares.values())
    made: list[Household] = []
    stairs = 0  # of the grids before: buildings have two stairwells, floors three doors
    for grid in twin.grids:
        at: Counter[int] = Counter()
        for index in range(grid.households):
            people = rng.choices(sizes, weights)[0]
            old, young = _ages(twin, people, rng)
            stair = 1 + index * grid.stairs // grid.households
            made.append(Household(len(made) + 1, grid.key, stair, _door(stairs + stair, at[stair]), people, young, old))
            at[stair] += 1
        stairs += grid.stairs
    return tuple(made)


def _door(stair: int, index: int) -> Door:
    """The address of a stairwell's n-th door, counted through the community."""
    floor = index // 3 + 1
    return Door(str((stair + 1) // 2), str((stair + 1) % 2 + 1), None, f"{floor}{index % 3 + 1:02}")


def alone_and_old(homes: Sequence[Household]) -> tuple[Household, ...]:
    """Doors behind which one person of 65 or more lives alone."""
    return tuple(home for home in homes if home.people == 1 and home.aged_65_plus == 1)


def _ages(twin: Twin, people: int, rng: random.Random) -> tuple[int, int]:
    """How many are 65 or older, and under 15: the old among the first two of a household, children beyond."""
    first, beyond = min(people, 2), max(people - 2, 0)
    share = _share_beyond_two(twin)
    old = sum(rng.random() < twin.aged_65_plus / (1 - share) for _ in range(first))
    return old, sum(rng.random() < twin.under_15 / share for _ in range(beyond))


def _share_beyond_two(twin: Twin) -> float:
    """Share of all people who are the third or a later member of their household."""
    people = sum(size * share for size, share in twin.size_shares.items())
    return sum(max(size - 2, 0) * share for size, share in twin.size_shares.items()) / people


def _grid(row: Row) -> Grid:
    return Grid(
        row.text("key"), row.text("code"), row.text("name_zh"), row.text("name_en"), row.count("households"),
        row.count("stairs"),
    )  # fmt: skip


def _staff(row: Row) -> Staff:
    role, place = row.text_or("role") or None, row.text_or("place") or None
    if (role is None) != (place is None):
        raise row.wrong("place", "a role is held at a place; give both or neither")
    return Staff(row.text("login"), row.text("name_zh"), row.text("name_en"), role, place)


def _part(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = values.get(name)
    if not isinstance(part, dict):
        raise RegionError(Finding("twin.yaml", 0, name, "is missing; fill it in"))
    return part


def _filled(kind: Any, values: Mapping[str, Any], name: str) -> Any:
    try:
        return kind(**_part(values, name))
    except TypeError as error:
        raise RegionError(Finding("twin.yaml", 0, name, str(error).split("__init__() ")[-1])) from None
