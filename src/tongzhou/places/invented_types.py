"""An invented county as its file describes it: places, kinds of homes, posts and people. Nobody there ever lived."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MARK_ZH, MARK_EN = "（虚构）", " (invented)"  # in the name of every invented place that a page or a paper may show


@dataclass(frozen=True)
class Grid:
    """A grid of a community or a group of a village; `stairs`: its stairwells."""

    key: str
    code: str
    name_zh: str
    name_en: str
    households: int
    stairs: int


@dataclass(frozen=True)
class Area:
    """An invented place with a name. `number`: the four digits that handles of persons there begin with."""

    key: str
    code: str
    name_zh: str
    name_en: str
    kind: str
    number: str = ""
    x_km: float | None = None
    y_km: float | None = None


@dataclass(frozen=True)
class Community:
    area: Area
    grids: tuple[Grid, ...]


@dataclass(frozen=True)
class Street:
    area: Area
    communities: tuple[Community, ...]


@dataclass(frozen=True)
class Chronic:
    """What a share of the people of an age have, and the medicine (key of a site) that they take for it."""

    what: str
    from_age: int
    until_age: int  # exclusive
    share: float
    medicine: str


@dataclass(frozen=True)
class Homes:
    """How households are made. `doors`: `stairwells` (building, stairwell, room) or `houses`; shares are 0 to 1."""

    doors: str
    first: int
    size_shares: Mapping[int, float]
    under_15: float
    aged_65_plus: float
    chronic: tuple[Chronic, ...]
    away: float
    poor: float
    lost_income: float
    migrants: float


@dataclass(frozen=True)
class Post:
    """A role at places: `each` place of a level, or all of `at` by the same people. `people`: how many hold it; 0: a
    holder and a deputy. `deputy`: the level of the place around it at which its deputy stands in."""

    role: str
    each: str
    at: tuple[str, ...]
    people: int
    deputy: str
    title_zh: str
    title_en: str
    line: int


@dataclass(frozen=True)
class Named:
    """Somebody whom the file itself names, for the stories."""

    login: str
    name_zh: str
    name_en: str
    role: str
    place: str
    title_zh: str
    title_en: str
    line: int


@dataclass(frozen=True)
class County:
    """An invented county under an invented prefecture, which is the root of a command tree of its own. `orders_as`: the
    place whose orders hold here, empty where none is known; `telephones`: what the numbers of its desks begin with;
    `file`: where it was read."""

    file: str
    key: str
    orders_as: str
    since: dt.date
    source: str
    telephones: str
    prefecture: Area
    county: Area
    homes: Homes
    streets: tuple[Street, ...]
    posts: tuple[Post, ...]
    people: tuple[Named, ...]

    def communities(self) -> tuple[Community, ...]:
        return tuple(one for street in self.streets for one in street.communities)

    def parents(self) -> dict[str, str | None]:
        """Every place of the county in preorder, with the one above it."""
        return {key: parent for key, _level, parent in self._tree()}

    def levels(self) -> dict[str, str]:
        """The level of every place, in preorder."""
        return {key: level for key, level, _parent in self._tree()}

    def desks(self) -> dict[str, str]:
        """The telephone of every desk: the prefecture, the county, its streets and communities."""
        held = [key for key, level in self.levels().items() if level != "grid"]
        return {key: f"{self.telephones}{n:04}" for n, key in enumerate(held, 1)}

    def _tree(self) -> Iterator[tuple[str, str, str | None]]:
        yield self.prefecture.key, "prefecture", None
        yield self.county.key, "county", self.prefecture.key
        for street in self.streets:
            yield street.area.key, "township", self.county.key
            for community in street.communities:
                yield community.area.key, "community", street.area.key
                for grid in community.grids:
                    yield grid.key, "grid", community.area.key
