"""Published figures of a place read back: as they stand, what is new of them, what was revised, what was not told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tongzhou.command.changes import MEASURES, Change, change
from tongzhou.command.raw import raw
from tongzhou.ledger.time import close_of, zone

_COLUMNS = "place, (data ->> 'day')::date as day, data"
_IN_FORCE = "{0}.valid_from <= %(day)s and ({0}.valid_to is null or {0}.valid_to > %(day)s)"
# A merged urban unit that holds every county of its prefecture has the prefecture's figures; so has a county that is
# its prefecture (one code for both). That a tree names no other county is not enough: it may not name them all.
_SHARED = f"""
select c.place, c.parent from places_cover c
join places_name n on n.place = c.place and n.level in ('county', 'urban_unit') and {_IN_FORCE.format("n")}
join places_name up on up.place = c.parent and up.level = 'prefecture' and {_IN_FORCE.format("up")}
where c.tree = 'command' and c.place = any(%(places)s) and {_IN_FORCE.format("c")}
  and (n.level = 'urban_unit' or n.code = up.code)
  and not exists (select from places_cover k
    join places_name kn on kn.place = k.place and kn.level in ('county', 'zone')
    where k.tree = 'command' and k.parent = c.parent and k.place <> c.place and {_IN_FORCE.format("k")})
"""


@dataclass(frozen=True)
class Published:
    """Cumulative counts as published for a unit's day, as they stand. None: not told.

    The change since the day before is told apart (`command/changes.py` says how): `fresh` new cases, never below
    nought, None where unknown; `revised` what is no new case, below nought where cases were withdrawn; `definition`:
    what counts as confirmed changed on this day. `changes` holds fresh and revised of every measure.
    """

    day: dt.date
    confirmed: int
    cured: int | None
    dead: int | None
    published_on: str
    source: str
    fresh: int | None = None
    revised: int | None = None
    definition: bool = False
    changes: Mapping[str, Change] = field(default_factory=dict)
    grades: Mapping[str, str] = field(default_factory=dict)
    versions: Sequence[Mapping[str, Any]] = ()
    read: str = ""  # where it was read
    unit: str = ""  # key of the place it was published for: a merged unit may have its prefecture's

    def stood(self, name: str) -> tuple[int, bool] | None:
        """The figure before what stands, where it was restated: of this day, as it was published last otherwise (True);
        or of the day before, where this day's differs from it by more than what is new (False). None: neither."""
        now = getattr(self, name)
        told = [one[name] for one in self.versions if one.get(name) is not None and one[name] != now]
        if told:
            return told[-1], True
        moved = self.changes.get(name)
        if now is None or moved is None or not moved.revised or moved.fresh is None:
            return None
        return now - moved.revised - moved.fresh, False

    @property
    def active(self) -> int | None:
        """Confirmed and neither cured nor dead; None where either was not told."""
        return None if self.cured is None or self.dead is None else self.confirmed - self.cured - self.dead


def make(data: Mapping[str, Any], before: Mapping[str, Any] | None, definition: bool) -> Published:
    """A row's data with the change from the row of the day before."""
    earlier = before["versions"] if before else ()
    changes = {name: change(data["versions"], earlier, name) for name in MEASURES}
    return Published(
        dt.date.fromisoformat(data["day"]),
        data["confirmed"],
        data["cured"],
        data["dead"],
        data["published_on"],
        data["source"],
        changes["confirmed"].fresh,
        changes["confirmed"].revised,
        definition,
        changes,
        data["grades"],
        data["versions"],
        data["read"],
        data["unit"],
    )


def published(places: list[int], day: dt.date, at: dt.datetime | None = None) -> dict[int, Published]:
    """The last figures published for each place up to the close of a day, with the change from the day before."""
    own = _own(places, day, at)
    shared = {place: of for place, of in series_of(places, day).items() if place not in own}
    theirs = _own(sorted(set(shared.values())), day, at) if shared else {}
    return own | {place: theirs[of] for place, of in shared.items() if of in theirs}


def _own(places: list[int], day: dt.date, at: dt.datetime | None) -> dict[int, Published]:
    rows = _rows(places, day - dt.timedelta(days=8), day, at)
    marked = _marked(places)
    found: dict[int, Published] = {}
    for (place, of), data in sorted(rows.items(), reverse=True):
        if place not in found:
            found[place] = make(data, rows.get((place, of - dt.timedelta(days=1))), (place, of) in marked)
    return found


def curve(place: int, until: dt.date, days: int = 90, at: dt.datetime | None = None) -> list[Published | dt.date]:
    """A place's published figures day by day, newest first; a bare date where nothing was published."""
    return curves([place], until, days, at).get(place, [until])


def curves(
    places: Sequence[int], until: dt.date, days: int = 90, at: dt.datetime | None = None
) -> dict[int, list[Published | dt.date]]:
    """The curves of several places in one read; those of which nothing was published are left out."""
    since = until - dt.timedelta(days=days)
    rows = _rows(list(places), since - dt.timedelta(days=1), until, at)
    own = {place for place, _day in rows}
    shared = series_of([place for place in places if place not in own], until) if len(own) < len(places) else {}
    if more := sorted(set(shared.values()) - own):
        rows |= _rows(more, since - dt.timedelta(days=1), until, at)
    marked = _marked({place for place, _day in rows})
    firsts: dict[int, dt.date] = {}
    for place, day in rows:
        firsts[place] = min(day, firsts.get(place, day))
    found: dict[int, list[Published | dt.date]] = {}
    for place in places:
        of = shared.get(place, place)
        if of in firsts:
            span = (until - max(since, firsts[of])).days
            told = (until - dt.timedelta(days=back) for back in range(span + 1))
            found[place] = [_on(of, day, rows, marked) for day in told]
    return found


def _on(
    place: int, day: dt.date, rows: Mapping[tuple[int, dt.date], Mapping[str, Any]], marked: set[tuple[int, dt.date]]
) -> Published | dt.date:
    data = rows.get((place, day))
    before = rows.get((place, day - dt.timedelta(days=1)))
    return make(data, before, (place, day) in marked) if data else day


def _rows(
    places: list[int], since: dt.date, until: dt.date, at: dt.datetime | None
) -> dict[tuple[int, dt.date], Mapping[str, Any]]:
    """What is held for each place and day after `since` up to `until`, as known now or at `at`."""
    query = (
        f"select {_COLUMNS} from ledger_row where noun = 'bulletin' and state = 'published' and place = any(%(places)s)"
        " and effective_at > %(since)s and effective_at <= %(until)s"
    )
    if at is not None:
        query = f"""{query} and known_from <= %(at)s union all
          select {_COLUMNS} from ledger_row_was where noun = 'bulletin' and place = any(%(places)s)
            and known_from <= %(at)s and known_to > %(at)s and effective_at > %(since)s and effective_at <= %(until)s"""
    given = {"places": places, "since": close_of(since), "until": close_of(until), "at": at}
    return {(place, day): plain(data) for place, day, data in raw().execute(query, given).fetchall()}


def plain(data: Any) -> Mapping[str, Any]:
    """A row's data with its publications in order, also where an older program folded it."""
    found: dict[str, Any] = dict(decoded(data))
    if "versions" not in found:
        found["versions"] = [*found.get("history", []), {name: found[name] for name in ("published_on", *MEASURES)}]
    return {"grades": {}, "read": "", **found}


def decoded(value: Any) -> Any:
    """A jsonb value: as text on the app's connection, as an object on others."""
    return msgspec.json.decode(value) if isinstance(value, str | bytes) else value


def series_of(places: list[int], day: dt.date, connection: Any = None) -> dict[int, int]:
    """The prefecture whose figures are also those of a county or a merged unit, since it holds nothing else."""
    return dict((connection or raw()).execute(_SHARED, {"places": places, "day": day}).fetchall())


def _marked(places: Collection[int]) -> set[tuple[int, dt.date]]:
    """(place, day) on which what counts as confirmed changed: for a place itself and for what lies in it."""
    row = raw().execute("select source -> 'definition_changes' from places_region").fetchone()
    found: set[tuple[int, dt.date]] = set()
    for one in (decoded(row[0]) if row and row[0] else None) or []:
        inside = raw().execute(
            "select p from unnest(%s::int[]) p where p <@ (select c.covers from places_cover c join places_place x"
            " on x.id = c.place where x.key = %s and c.tree = 'command' and c.valid_to is null)",
            [list(places), one["place"]],
        )
        found |= {(place, dt.date.fromisoformat(one["day"])) for (place,) in inside.fetchall()}
    return found


def days_without_new(figures: list[Published | dt.date]) -> int | None:
    """How many days up to the newest one had no new case published; None where a day in between is missing."""
    n = 0
    for one in figures:
        if isinstance(one, dt.date) or one.fresh is None:
            return None
        if one.fresh > 0:
            return n
        n += 1
    return n


def oldest_day() -> dt.date | None:
    """The first day that has a published figure."""
    row = raw().execute("select min(effective_at) from ledger_row where noun = 'bulletin'").fetchone()
    if row is None or row[0] is None:
        return None
    first: dt.datetime = row[0]
    return (first.astimezone(zone()) - dt.timedelta(microseconds=1)).date()


def newest_day(at: dt.datetime | None = None) -> dt.date | None:
    """The last day that has a published figure, as known now or at `at`."""
    row = (
        raw()
        .execute(
            "select max(effective_at) from ledger_row where noun = 'bulletin' and (%(at)s::timestamptz is null or "
            "known_from <= %(at)s)",
            {"at": at},
        )
        .fetchone()
    )
    if row is None or row[0] is None:
        return None
    last: dt.datetime = row[0]
    return (last.astimezone(zone()) - dt.timedelta(microseconds=1)).date()
