"""Who holds the posts of an invented county: the people its file names, and invented names for the rest by the seed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from tongzhou.people.roles import ROLES
from tongzhou.places.invented_types import County, Named, Post
from tongzhou.places.region_rows import Finding

NAMES = "invented/names.yaml"
SHORT = {  # in logins: matou-lead, tz-county-desk2
    "grid_worker": "g",
    "community_lead": "lead",
    "community_doctor": "doctor",
    "volunteer": "help",
    "duty_officer": "desk",
    "commander": "chief",
    "epidemiologist": "epi",
    "clinician": "clinic",
    "ward_nurse": "nurse",
    "driver": "driver",
    "dispatcher": "beds",
    "supply_officer": "supply",
    "price_monitor": "market",
    "law_desk": "law",
    "site_keeper": "sites",
    "pharmacist": "pharmacy",
    "staff_keeper": "staff",
    "publisher": "press",
}
# A level's desk is held by any of these; a level without one of them in the files is told by the check.
DESKS = {
    "prefecture": ("commander", "duty_officer", "dispatcher", "supply_officer"),
    "county": ("duty_officer", "epidemiologist", "clinician", "ward_nurse", "supply_officer", "law_desk"),
    "township": ("duty_officer",),
    "community": ("community_lead", "community_doctor"),
    "grid": ("grid_worker",),
}


@dataclass(frozen=True)
class Member:
    """Somebody of an invented county. `deputy`: stands in for those who hold the post itself."""

    login: str
    name_zh: str
    name_en: str
    role: str
    places: tuple[str, ...]
    deputy: bool = False
    title_zh: str = ""
    title_en: str = ""


def members(county: County, folder: Path, seed: int) -> tuple[Member, ...]:
    """Everybody who holds a post there, the same for the same files and seed."""
    rng = random.Random(f"{seed}:posts:{county.key}")
    names = yaml.safe_load((folder / NAMES).read_text())
    everybody = [(f[0] + g[0], f"{f[1]} {g[1]}") for f in names["family"] for g in names["given"]]
    rng.shuffle(everybody)
    fresh = iter(everybody)
    made: list[Member] = []
    named = list(county.people)
    for post in county.posts:
        for places in _groups(post, county):
            made += list(_filled(post, places, _taken(named, post, places), county, made, fresh))
    return tuple(made)


def check(county: County, folder: Path, seed: int) -> Iterator[Finding]:
    """Whether every desk has a holder and a deputy, every post a role that exists, and every login one person."""
    levels = county.levels()
    roles = [(one.role, one.line) for one in county.posts] + [(one.role, one.line) for one in county.people]
    at = [(place, "at", post.line) for post in county.posts for place in post.at]
    at += [(one.place, "place", one.line) for one in county.people]
    unknown = [Finding(county.file, line, "role", f"{role} is no role; docs/reference.md lists them")
               for role, line in roles if role not in ROLES]  # fmt: skip
    unknown += [Finding(county.file, line, field, f"{place} is no place of this county")
                for place, field, line in at if place not in levels]  # fmt: skip
    yield from unknown
    if unknown:
        return
    everybody = members(county, folder, seed)
    held = {(one.login, one.role) for one in everybody}
    for one in county.people:
        if (one.login, one.role) not in held:
            yield Finding(county.file, one.line, "role", f"{one.login}: no line of posts says that {one.place} has it")
    for login, times in Counter(one.login for one in everybody).items():
        if times > 1:
            yield Finding(county.file, 0, "login", f"{login} stands {times} times; a login is one person")
    yield from _unheld(county, everybody, levels)


def _unheld(county: County, everybody: Sequence[Member], levels: dict[str, str]) -> Iterator[Finding]:
    parents = county.parents()
    holders = Counter((one.role, place) for one in everybody if not one.deputy for place in one.places)
    deputies = Counter((one.role, place) for one in everybody if one.deputy for place in one.places)
    for place, level in levels.items():
        for role in DESKS[level]:
            if not holders[role, place]:
                yield Finding(county.file, 0, "posts", f"{place} has no {role.replace('_', ' ')}")
            at: str | None = place
            while at is not None and not deputies[role, at]:
                at = parents[at]
            if at is None:
                yield Finding(county.file, 0, "posts", f"{place} has no deputy of its {role.replace('_', ' ')}")


def _groups(post: Post, county: County) -> Iterator[tuple[str, ...]]:
    if post.at:
        yield post.at
    yield from ((key,) for key, level in county.levels().items() if level == post.each)


def _taken(named: list[Named], post: Post, places: tuple[str, ...]) -> list[Named]:
    """The named people of this post; each fills one post only."""
    found = [one for one in named if one.role == post.role and one.place in places]
    kept = found[: post.people or 2]
    for one in kept:
        named.remove(one)
    return kept


def _filled(
    post: Post,
    places: tuple[str, ...],
    taken: list[Named],
    county: County,
    made: Sequence[Member],
    fresh: Iterator[tuple[str, str]],
) -> Iterator[Member]:
    known = {one.login for one in made}
    wanted = post.people or (1 if post.deputy else 2)
    for n in range(wanted):
        deputy = n == 1  # of several the second stands in for the first
        if n < len(taken):
            one = taken[n]
            login, names, title = one.login, (one.name_zh, one.name_en), (one.title_zh, one.title_en)
        else:
            login, names, title = _login(post.role, places[0], known), next(fresh), ("", "")
        known.add(login)
        yield Member(login, *names, post.role, places, deputy, title[0] or post.title_zh, title[1] or post.title_en)
    if post.deputy and not post.people:
        yield from _stands_in(post, places[0], county, made, known, fresh)


def _stands_in(
    post: Post, place: str, county: County, made: Sequence[Member], known: set[str], fresh: Iterator[tuple[str, str]]
) -> Iterator[Member]:
    """The deputy at the wider place around, one for all of its posts."""
    levels, parents = county.levels(), county.parents()
    at: str | None = place
    while at is not None and levels[at] != post.deputy:
        at = parents[at]
    if at is not None and not any(one.deputy and one.role == post.role and one.places == (at,) for one in made):
        yield Member(_login(post.role, at, known), *next(fresh), post.role, (at,), True, post.title_zh, post.title_en)


def _login(role: str, place: str, known: set[str]) -> str:
    *_, last = place.split(".")
    stem = place.replace(".", "-") if last in ("city", "county") else ".".join(place.split(".")[1:]).replace(".", "-")
    login = stem if role == "grid_worker" and "-g" in stem else f"{stem}-{SHORT[role]}"
    n = 2
    while (tried := login if n == 2 and login not in known else f"{login}{n}") in known:
        n += 1
    return tried
