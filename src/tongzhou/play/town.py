"""Who there is to be played: households of the invented places and their staff, as the database has them.

To read who there is, to give every door its slip and everybody a token is what the player does before the play, as
whoever sets up a server does; from then on it speaks through the server's doors alone.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from tongzhou.community import queries
from tongzhou.ledger import door
from tongzhou.people import staff as keeping
from tongzhou.people.mine import Area, of_posts

DEVICE = "player"


@dataclass(frozen=True)
class Household:
    """A door: its number, its grid, how many live there, and its place in the grid from 1."""

    id: int
    grid: int
    people: int
    nth: int


@dataclass(frozen=True)
class Member:
    """Somebody of the staff with their posts; `token` speaks for them."""

    id: int
    login: str
    posts: tuple[tuple[str, int], ...]  # (role, place)
    token: str = field(repr=False, default="")
    areas: tuple[Area, ...] = field(repr=False, default=())  # what duties call a post that is theirs, and where

    @cached_property
    def roles(self) -> frozenset[str]:
        return frozenset(role for role, _place in self.posts)


@dataclass(frozen=True)
class Ward:
    id: int
    key: str
    place: int
    beds: int


@dataclass(frozen=True)
class Gate:
    """A gate that stands from a day on."""

    key: str
    place: int
    since: dt.date


@dataclass(frozen=True)
class Community:
    """A community with its lead and the county whose plant takes its waste. `rural`: houses without stairwells."""

    place: int
    lead: str
    county: int
    rural: bool


@dataclass
class Town:
    households: dict[int, Household] = field(default_factory=dict)
    of_grid: dict[int, list[Household]] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)  # by login: those who are played
    staff: dict[str, Member] = field(default_factory=dict)  # everybody who holds a post, played or not
    everybody: frozenset[str] = frozenset()  # logins, with a post or without
    roles: frozenset[str] = frozenset()
    worker: dict[int, str] = field(default_factory=dict)  # grid → the login of whoever walks there
    places: dict[str, int] = field(default_factory=dict)  # key → number
    wards: list[Ward] = field(default_factory=list)
    beds: dict[str, list[int]] = field(default_factory=dict)  # ward's key → its beds in order
    gates: list[Gate] = field(default_factory=list)
    doors_of: dict[int, int] = field(default_factory=dict)  # community → how many doors it has
    leads: dict[int, str] = field(default_factory=dict)  # community → the login of its lead; of several the first
    communities: list[Community] = field(default_factory=list)
    grids_of: dict[int, list[int]] = field(default_factory=dict)  # community → its grids
    salt: int = 0

    def slip(self, household: int) -> str:
        return slip_of(self.salt, household)

    def doors_behind(self, community: int) -> list[int]:
        """The doors of a community that are played."""
        return [home.id for grid in self.grids_of.get(community, ()) for home in self.of_grid.get(grid, ())]


def thinned(town: Town, doors: int, named: frozenset[int]) -> None:
    """Let only so many doors be played, evenly of all grids, and those that the scenario names; nobody comes to the
    others, as if the play began before they were on the list."""
    every = max(1.0, len(town.households) / doors)
    kept = {id for n, id in enumerate(sorted(town.households)) if int(n / every) != int((n - 1) / every) or not n}
    town.households = {id: home for id, home in town.households.items() if id in kept | named}
    town.of_grid = {grid: [home for home in here if home.id in town.households] for grid, here in town.of_grid.items()}


class UnknownRole(Exception):
    """One sentence: which word of `--roles` is neither a role nor a login."""


def read(seed: int) -> Town:
    """Everybody there is; nobody has a token yet."""
    town = Town(salt=seed)
    with door.ledger() as ledger:
        for id, grid, people in ledger.execute(_HOUSEHOLDS).fetchall():
            here = town.of_grid.setdefault(grid, [])
            here.append(Household(id, grid, people, len(here) + 1))
            town.households[id] = here[-1]
        town.places = dict(ledger.execute("select key, id from places_place").fetchall())
        town.wards = [Ward(*row) for row in ledger.execute(_WARDS).fetchall()]
        town.beds = dict(ledger.execute(_BEDS).fetchall())
        town.gates = [Gate(*row) for row in ledger.execute(_GATES).fetchall()]
        town.doors_of = dict(ledger.execute(_DOORS_OF).fetchall())
        town.grids_of = dict(ledger.execute(_GRIDS_OF).fetchall())
        told = ledger.execute(_COMMUNITIES).fetchall()
        walkers = ledger.execute(_WALKERS).fetchall()
    with keeping.owner() as connection:
        for id, login, posts in connection.execute(_STAFF).fetchall():
            if posts:
                held = tuple((role, place) for role, place in posts)
                town.members[login] = Member(id, login, held, areas=tuple(of_posts(held)))
            town.everybody |= {login}
    town.staff = dict(town.members)
    town.roles = frozenset(role for one in town.members.values() for role in one.roles)
    for grid, login in walkers:
        town.worker.setdefault(grid, login)
    leads = sorted((place, login) for login, one in town.members.items()
                   for role, place in one.posts if role == "community_lead")  # fmt: skip
    town.leads = dict(reversed(leads))
    town.communities = [Community(place, town.leads[place], *rest) for place, *rest in told if place in town.leads]
    return town


_HOUSEHOLDS = "select id, place, people from community_household order by place, id"
_WARDS = """
select w.id, w.key, w.place, count(b.id) from hospital_ward w left join hospital_bed b on b.ward = w.id
group by w.id, w.key, w.place order by w.id
"""
_GATES = "select site, place, since from sites_span where kind = 'gate' and until is null and invented order by site"
_DOORS_OF = """
select c.place, count(*) from places_cover c join community_household h on c.covers @> h.place
where c.tree = 'command' and c.valid_to is null and c.place in (select place from sites_span where kind = 'gate')
group by c.place
"""
_GRIDS_OF = """
select c.place, array_agg(h.place order by h.place)
from (select distinct place from community_household) h  -- not each door of a city
join places_cover c on c.covers @> h.place and c.tree = 'command' and c.valid_to is null
join places_name n on n.place = c.place and n.valid_to is null and n.level = 'community' group by c.place
"""
# Communities with doors below an invented county that has a plant, and so somebody who weighs there what comes.
_COMMUNITIES = """
select n.place, k.place, bool_and(h.stairwell = '') from places_name n
join places_cover c on c.place = n.place and c.tree = 'command' and c.valid_to is null
join community_household h on c.covers @> h.place
join places_cover k on k.tree = 'command' and k.valid_to is null and k.covers @> n.place
join places_name kn on kn.place = k.place and kn.valid_to is null and kn.level = 'county' and kn.invented
where n.level = 'community' and n.valid_to is null and exists (
  select from people_held p where p.place = k.place and p.role = 'supply_officer' and p.valid_to is null)
group by n.place, k.place order by n.place
"""
_BEDS = """
select w.key, array_agg(b.id order by b.id) from hospital_ward w join hospital_bed b on b.ward = w.id group by w.key
"""
_STAFF = """
select u.id, u.username, coalesce(jsonb_agg(jsonb_build_array(h.role, h.place) order by h.role, h.place)
  filter (where h.role is not null), '[]')
from auth_user u left join people_held h on h.staff = u.id
  and h.valid_from <= now() and (h.valid_to is null or h.valid_to > now())
where u.is_active group by u.id, u.username order by u.username
"""
# Whoever walks to a grid's doors: its own grid worker, else the nearest above, else the lead.
_WALKERS = """
select g.place, u.username from (select distinct place from community_household) g
join people_held h on h.role in ('grid_worker', 'community_lead')
  and h.valid_from <= now() and (h.valid_to is null or h.valid_to > now())
join places_cover c on c.place = h.place and c.tree = 'command' and c.valid_to is null and c.covers @> g.place
join auth_user u on u.id = h.staff and u.is_active
order by g.place, h.role desc, c.depth desc, u.username
"""


def chosen(town: Town, asked: str) -> frozenset[str]:
    """The logins that `--roles` names: `all`, `all but zhao, ward_nurse`, or a list. Raises UnknownRole."""
    words = " ".join(asked.replace(",", " ").split())
    but = words.partition(" but ")[2] if words.startswith("all but ") else ""
    named = frozenset(_logins(town, (but or words).split())) if words != "all" else frozenset()
    everybody = frozenset(town.members)
    return everybody if words == "all" else everybody - named if but else named


def _logins(town: Town, words: Sequence[str]) -> list[str]:
    found: list[str] = []
    for word in words:
        held = [login for login, one in town.members.items() if word in one.roles]
        if word not in town.members and not held:
            raise UnknownRole(
                f"{word} is neither a role nor a login of this region; roles are {', '.join(sorted(town.roles))}."
            )
        found += [word] if word in town.members else held
    return found


GRACE = dt.timedelta(minutes=5)  # of a real clock: so long somebody who signed in has only just come


def persons() -> dict[str, bool]:
    """Logins of those whom a person plays just now (they are signed in and did something within half an hour), each
    with whether they have only just come."""
    with keeping.owner() as connection:
        return dict(connection.execute(_SIGNED_IN, [GRACE]).fetchall())


_SIGNED_IN = """
select u.username, max(s.made_at) > now() - %s from people_session s join auth_user u on u.id = s.staff
where now() < s.ends_at and s.seen_at > now() - interval '30 minutes' group by 1
"""


def equip(town: Town, played: frozenset[str], until: dt.datetime) -> None:
    """Everybody who is played gets a token of a device, every door a slip."""
    with keeping.owner() as connection:
        connection.execute("delete from people_device where name = %s", [DEVICE])  # of an earlier play
        for login in sorted(played):
            one = town.members[login]
            token = keeping.make_device(connection, one.id, DEVICE)
            town.members[login] = replace(one, token=token)
    town.members = {login: one for login, one in town.members.items() if login in played}
    with door.ledger() as ledger:
        queries.give_slips(ledger, {door: _digest(town.slip(door)) for door in town.households}, until)


def slip_of(seed: int, household: int) -> str:
    return hashlib.blake2b(f"slip {seed} {household}".encode(), digest_size=16).hexdigest()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def household_at(town: Town, told: Mapping[str, Any]) -> Household | None:
    """The door that a scenario names by its grid and its place in it."""
    grid = town.places.get(str(told.get("grid")), 0)
    nth = told.get("nth")
    return next((home for home in town.of_grid.get(grid, []) if home.nth == nth), None)
