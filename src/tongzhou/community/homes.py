"""The households of an invented county, made from its description and a seed: doors, and who is behind them.

A database holds a door and a number of people, never more (RULEBOOK 16). Ages, illnesses and wants are here only for
whoever plays these households; nobody in them ever lived.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tongzhou.places.invented_types import County, Grid, Homes
from tongzhou.sites.doors import Door

PER_FLOOR = 3
YOUNG, OLD = 15, 65


@dataclass(frozen=True)
class Ill:
    """One person's condition: whose (position in `ages`), what, and the medicine taken for it."""

    who: int
    what: str
    medicine: str


@dataclass(frozen=True)
class Household:
    """A door. `number` runs through all invented counties; `ages` are those behind it, adults first. `away`: gone for
    the holiday; `poor`, `lost_income`, `migrant`: what the household would ask for."""

    number: int
    grid: str
    stair: int
    door: Door
    ages: tuple[int, ...]
    ill: tuple[Ill, ...] = ()
    away: bool = False
    poor: bool = False
    lost_income: bool = False
    migrant: bool = False

    @property
    def people(self) -> int:
        return len(self.ages)

    @property
    def under_15(self) -> int:
        return sum(age < YOUNG for age in self.ages)

    @property
    def aged_65_plus(self) -> int:
        return sum(age >= OLD for age in self.ages)

    @property
    def dependants(self) -> tuple[int, ...]:
        """Positions of those who cannot stay without help: children, the very old, the disabled."""
        disabled = {one.who for one in self.ill if one.what == "disabled"}
        return tuple(n for n, age in enumerate(self.ages) if age < YOUNG or age >= 80 or n in disabled)


def households(county: County, seed: int) -> tuple[Household, ...]:
    """Every household of the county, the same for the same seed; each community draws from a stream of its own."""
    made: list[Household] = []
    for community in county.communities():
        rng = random.Random(f"{seed}:{community.area.key}")
        stairs = 0  # of the grids before: numbers of buildings run through the community
        for grid in community.grids:
            for n in range(grid.households):
                number = county.homes.first + len(made)
                made.append(_household(number, grid, n, stairs, county.homes, rng))
            stairs += grid.stairs if county.homes.doors == "stairwells" else grid.households
    return tuple(made)


def alone_and_old(homes: Sequence[Household]) -> tuple[Household, ...]:
    """Doors behind which one person of 65 or more lives alone."""
    return tuple(home for home in homes if home.people == 1 and home.aged_65_plus == 1)


def _household(number: int, grid: Grid, n: int, before: int, homes: Homes, rng: random.Random) -> Household:
    people = rng.choices(list(homes.size_shares), list(homes.size_shares.values()))[0]
    ages = _ages(people, homes, rng)
    ill = tuple(
        Ill(who, one.what, one.medicine)
        for who, age in enumerate(ages)
        for one in homes.chronic
        if one.from_age <= age < one.until_age and rng.random() < one.share
    )
    stair, door = _door(grid, n, before, homes)
    chance = [rng.random() < share for share in (homes.away, homes.poor, homes.lost_income, homes.migrants)]
    working = any(YOUNG < age < OLD for age in ages)
    return Household(number, grid.key, stair, door, ages, ill, chance[0], chance[1],
                     chance[2] and working, chance[3] and working)  # fmt: skip


def _door(grid: Grid, n: int, before: int, homes: Homes) -> tuple[int, Door]:
    """The stairwell of a grid's n-th door, which fill evenly, and its address."""
    if homes.doors == "houses":
        return 1, Door(str(before + n + 1))
    stair = 1 + n * grid.stairs // grid.households
    first = -(-(stair - 1) * grid.households // grid.stairs)  # of its stairwell
    floor, at, own = (n - first) // PER_FLOOR + 1, (n - first) % PER_FLOOR + 1, before + stair
    return stair, Door(str((own + 1) // 2), str((own + 1) % 2 + 1), None, f"{floor}{at:02}")


def _ages(people: int, homes: Homes, rng: random.Random) -> tuple[int, ...]:
    """The old are among the first two of a household, children beyond: so that no child lives alone."""
    beyond = _share_beyond_two(homes.size_shares)
    ages = []
    for n in range(people):
        if n < 2:
            old = rng.random() < homes.aged_65_plus / (1 - beyond)
            ages.append(_old(rng) if old else rng.randint(19, OLD - 1))
        else:
            child = rng.random() < homes.under_15 / beyond
            ages.append(rng.randint(0, YOUNG - 1) if child else rng.randint(16, OLD - 1))
    return tuple(ages)


def _old(rng: random.Random) -> int:
    """From 65 on, ever fewer."""
    return min(OLD + int(rng.expovariate(1 / 8)), 99)


def _share_beyond_two(sizes: Mapping[int, float]) -> float:
    """Share of all people who are the third or a later member of their household."""
    return sum(max(size - 2, 0) * share for size, share in sizes.items()) / sum(n * share for n, share in sizes.items())
