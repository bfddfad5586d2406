"""Whom persons play just now, and what of the common work is theirs.

Whoever signs in is left alone. Today shows a duty to everybody who holds the post, and a colleague who is played would
have it done before a person has read it: so colleagues leave it to the person until it is late.
"""

from __future__ import annotations

from dataclasses import dataclass

from tongzhou.ledger.ranges import contains
from tongzhou.people.mine import Area
from tongzhou.play.town import Town


@dataclass(frozen=True)
class Persons:
    """Logins that a person plays, and what they owe where."""

    logins: frozenset[str] = frozenset()
    areas: tuple[Area, ...] = ()

    def owe(self, role: str, place: int) -> bool:
        """Is what a post owes at a place shown to a person, too?"""
        return any(area.role == role and contains(area.covers, place) for area in self.areas)


NOBODY = Persons()


def signed_in(town: Town, logins: frozenset[str]) -> Persons:
    known = (town.staff[login] for login in sorted(logins) if login in town.staff)
    return Persons(logins, tuple(area for one in known for area in one.areas))
