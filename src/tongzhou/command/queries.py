"""Reads of the board. Every query runs in the caller's transaction under its scope; none scans facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tongzhou.command.published import (
    Published,
    curve,
    curves,
    days_without_new,
    newest_day,
    oldest_day,
    published,
)
from tongzhou.command.raw import raw
from tongzhou.ledger.roll import INDICATORS
from tongzhou.problems import NotFound

__all__ = ["Board", "Line", "Published", "curve", "curves", "days_without_new", "newest_day", "oldest_day", "published",
           "raw"]  # fmt: skip

_IN_FORCE = "valid_from <= %(day)s and (valid_to is null or valid_to > %(day)s)"
_NAMES = ", ".join(INDICATORS)
PERSONAL_LEVELS = ("community", "grid")  # below county, small counts are not shown to the public


@dataclass(frozen=True)
class Line:
    """A place on the board with what is held about it for a day."""

    id: int
    key: str
    name_zh: str
    name_en: str
    level: str
    invented: bool
    leaf: bool
    tally: dict[str, int]
    households: int | None
    published: Published | None = None
    level_published: str | None = None


@dataclass(frozen=True)
class Board:
    """A place with those right below it. `tallies_of`: the day of what was said to this ledger, which waits for no
    bulletin: the day that was asked for, also where another stands for it."""

    place: Line
    day: dt.date
    at: dt.datetime | None
    tallies_of: dt.date
    above: list[tuple[int, str, str]] = field(default_factory=list)
    below: list[Line] = field(default_factory=list)

    @property
    def silent(self) -> int | None:
        return None if self.place.households is None else self.place.households - self.place.tally["heard"]


def board(place: int, day: dt.date, at: dt.datetime | None = None, tallies_of: dt.date | None = None) -> Board:
    """A place and the places right below it on a day, as known now or at `at`. Raises NotFound outside the scope."""
    tallies_of = tallies_of or day
    visible = raw().execute("select %s::integer <@ tongzhou_scope('counts')", [place]).fetchone()
    if visible is None or not visible[0]:
        raise NotFound()
    below = [
        row[0]
        for row in raw()
        .execute(
            f"select place from places_cover where tree = 'command' and parent = %(place)s and {_IN_FORCE} order "
            f"by place",
            {"place": place, "day": day},
        )
        .fetchall()
    ]
    found = {line.id: line for line in lines([place, *below], day, at, tallies_of)}
    if place not in found:
        raise NotFound()
    held = [found[one] for one in below if one in found]
    return Board(found[place], day, at, tallies_of, _above(place, day), held)


def tally(place: int, day: dt.date, at: dt.datetime | None = None) -> dict[str, int]:
    """What was heard in a place on a day, as known now or at `at`."""
    return _tallies([place], day, at).get(place, dict.fromkeys(INDICATORS, 0))


def districts(found: Board) -> list[Line]:
    """The counties and zones of a prefecture, also where some of them are merged into one urban unit; of any other
    place those right below it."""
    if found.place.level != "prefecture":
        return found.below
    rows = raw().execute(
        "select n.place from places_cover c join places_cover k on k.tree = c.tree and c.covers @> k.place"
        f" and {_IN_FORCE.replace('valid', 'k.valid')} join places_name n on n.place = k.place"
        f" and n.level in ('county', 'zone') and {_IN_FORCE.replace('valid', 'n.valid')}"
        f" where c.tree = 'command' and c.place = %(place)s and {_IN_FORCE.replace('valid', 'c.valid')}"
        " order by n.place",
        {"place": found.place.id, "day": found.day},
    )
    wanted = [id for (id,) in rows.fetchall()]
    held = {line.id: line for line in found.below}
    missing = [id for id in wanted if id not in held]
    more = {line.id: line for line in lines(missing, found.day, found.at, found.tallies_of)}
    return [held.get(id) or more[id] for id in wanted] or found.below


def _above(place: int, day: dt.date) -> list[tuple[int, str, str]]:
    rows = (
        raw()
        .execute(
            f"""with recursive up as (
          select parent as id, 1 as n from places_cover where tree = 'command' and place = %(place)s and {_IN_FORCE}
          union all
          select c.parent, n + 1 from up join places_cover c on c.place = up.id and c.tree = 'command' and
          {_IN_FORCE.replace("valid", "c.valid")}
        ) select up.id, x.name_zh, x.name_en from up join places_name x on x.place = up.id and
        {_IN_FORCE.replace("valid", "x.valid")}
        where up.id <@ tongzhou_scope('counts') order by n desc""",
            {"place": place, "day": day},
        )
        .fetchall()
    )
    return [(id, zh, en) for id, zh, en in rows]


def lines(
    places: list[int], day: dt.date, at: dt.datetime | None = None, tallies_of: dt.date | None = None
) -> list[Line]:
    """These places with what is held about them for a day, in the order of their numbers."""
    if not places:
        return []
    rows = (
        raw()
        .execute(
            f"""select n.place, p.key, n.name_zh, n.name_en, n.level, n.invented, c.leaf, (r.value ->>
            'households')::integer,
          l.value ->> 'level'
        from places_name n join places_place p on p.id = n.place
        join places_cover c on c.place = n.place and c.tree = 'command' and {_IN_FORCE.replace("valid", "c.valid")}
        left join lateral (select value from places_fact f where f.place = n.place and f.name = 'roster'
          order by f.valid_from <= %(day)s desc, abs(f.valid_from - %(day)s) limit 1) r on true
        left join lateral (select value from places_fact f where f.place = n.place and f.name = 'risk_published'
        and f.valid_from <= %(day)s
          order by f.valid_from desc limit 1) l on true
        where n.place = any(%(places)s) and {_IN_FORCE.replace("valid", "n.valid")} order by n.place""",
            {"places": places, "day": day},
        )
        .fetchall()
    )
    tallies = _tallies(places, tallies_of or day, at)
    figures = published(places, day, at)
    nothing = dict.fromkeys(INDICATORS, 0)
    return [
        Line(id, key, zh, en, level, invented, leaf, tallies.get(id, nothing), households, figures.get(id), risk)
        for id, key, zh, en, level, invented, leaf, households, risk in rows
    ]


def _tallies(places: list[int], day: dt.date, at: dt.datetime | None) -> dict[int, dict[str, int]]:
    """Own tallies of leaves and rolled tallies of branches; as known at `at`, the moves up to that hour."""
    given = {"places": places, "day": day, "at": at}
    if at is None:
        query = (
            f"select place, {_NAMES} from ledger_tally where place = any(%(places)s) and day = %(day)s",
            f"select place, {_NAMES} from ledger_roll where place = any(%(places)s) and day = %(day)s",
        )
    else:
        sums = ", ".join(f"sum({name})::integer" for name in INDICATORS)
        query = (
            f"select place, {sums} from ledger_tally_move where place = any(%(places)s) and day = %(day)s and "
            f"hour <= %(at)s group by place",
            f"select place, {sums} from ledger_roll_move where place = any(%(places)s) and day = %(day)s and hour "
            f"<= %(at)s group by place",
        )
    found: dict[int, dict[str, int]] = {}
    for one in query:  # a branch's roll holds its own tally too, so it comes second and wins
        for place, *values in raw().execute(one, given).fetchall():
            found[place] = dict(zip(INDICATORS, values, strict=True))
    return found


def tiles(place: int, level: str, day: dt.date) -> list[tuple[int, int, int]]:
    """(place, column, row) of the tile cartogram for the places of a level within a place."""
    return [
        tuple(row)
        for row in raw()
        .execute(
            f"""select t.place, t.col, t.row from places_tile t join places_cover c on c.tree = 'command' and
            c.place = %(place)s
        and {_IN_FORCE.replace("valid", "c.valid")} and c.covers @> t.place where t.tree_level = %(level)s""",
            {"place": place, "level": level, "day": day},
        )
        .fetchall()
    ]


def outlines(places: list[int]) -> dict[int, list[list[tuple[int, int]]]]:
    """Rings of the places that the region has boundaries of, in tenths of a km."""
    import msgspec

    rows = raw().execute(
        "select place, value::text from places_fact where name = 'outline' and place = any(%s)", [places]
    )
    return {place: msgspec.json.decode(value)["rings"] for place, value in rows.fetchall()}


def region() -> dict[str, Any]:
    row = raw().execute("select key, name_zh, name_en, root, source::text from places_region").fetchone()
    if row is None:
        return {}
    import msgspec

    return {"key": row[0], "name_zh": row[1], "name_en": row[2], "root": row[3], **msgspec.json.decode(row[4])}


def definition_changes() -> list[dt.date]:
    """Days on which what counts as a confirmed case changed in the published figures."""
    return sorted(dt.date.fromisoformat(str(one["day"])) for one in region().get("definition_changes", []))


def inside(places: Iterable[int], covers: str) -> set[int]:
    """Those of these places that lie in a branch."""
    rows = raw().execute(
        "select p from unnest(%s::integer[]) p where p <@ %s::int4multirange", [sorted(set(places)), covers]
    )
    return {place for (place,) in rows.fetchall()}


def community_published(place: int) -> dict[str, Any] | None:
    row = (
        raw()
        .execute(
            "select data ->> 'confirmed', data ->> 'days_without_new_at_least', data ->> 'as_of', data ->> "
            "'source', key"
            " from ledger_row where noun = 'published_community' and place = %s and state <> 'void'"
            " order by effective_at desc limit 1",
            [place],
        )
        .fetchone()
    )
    return (
        None
        if row is None
        else {"confirmed": int(row[0]), "days": int(row[1]), "as_of": row[2], "source": row[3], "key": row[4]}
    )


def heads(known: dt.datetime, invented: bool) -> list[tuple[int, str, str, int, str]]:
    """The head of each chain over what the ledger knew at a moment: (chain, its area in both languages, link number,
    head in hex). What came later stands in none of them; the chain 0 is of what spans several areas. The paper of a
    real place names no invented area, that of an invented place no real one."""
    rows = raw().execute(_HEADS, [known, not invented]).fetchall()
    return [(chain, zh or "", en or "", n, bytes(head).hex()) for chain, zh, en, n, head in rows]


_HEADS = """
select c.chain, name.name_zh, name.name_en, s.n, s.head
from (select distinct chain from ledger_seal_head) c
cross join lateral (select n, head from ledger_seal s where s.chain = c.chain
  and s.append <= (select command_last_append(%s)) order by n desc limit 1) s
left join lateral (select name_zh, name_en, invented from places_name n where n.place = c.chain
  order by n.valid_from desc limit 1) name on true
where name.invented is distinct from %s
order by c.chain
"""
