"""Whom persons play just now, and what of the common work is theirs.

Whoever signs in is left alone. Today shows a duty to everybody who holds the post, and a colleague who is played would
have it done before a person has read it: so colleagues leave it to the person until it is late; and to whoever has only
just signed in also what is late already, or it would be done in front of her while she reads her first line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tongzhou.ledger.ranges import contains
from tongzhou.people.mine import Area
from tongzhou.play.town import Town


@dataclass(frozen=True)
class Persons:
    """Logins that a person plays, each with whether she has only just signed in; what they owe where, and what those
    who have just come."""

    told: Mapping[str, bool]
    areas: tuple[Area, ...] = ()
    new: tuple[Area, ...] = ()

    @property
    def logins(self) -> frozenset[str]:
        return frozenset(self.told)

    def owe(self, role: str, place: int, *, in_time: bool = True) -> bool:
        """Is what a post owes at a place left to a person, who is shown it, too?"""
        return _owe(self.areas if in_time else self.new, role, place)


def _owe(areas: tuple[Area, ...], role: str, place: int) -> bool:
    return any(area.role == role and contains(area.covers, place) for area in areas)


NOBODY = Persons({})


def signed_in(town: Town, told: Mapping[str, bool]) -> Persons:
    known = [(town.staff[login], new) for login, new in sorted(told.items()) if login in town.staff]
    areas = [(area, new) for one, new in known for area in one.areas]
    return Persons(told, tuple(area for area, _ in areas), tuple(area for area, new in areas if new))
