"""Published figures read back: counts by unit, what does not add up, levels by rule beside those published."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tongzhou import rules
from tongzhou.command.reconcile import count_by_kind, reconcile
from tongzhou.engines.risk import Series, asked

_COLUMNS = """(data ->> 'day')::date, data ->> 'unit', (data ->> 'confirmed')::integer, (data ->> 'cured')::integer,
  (data ->> 'dead')::integer, (data ->> 'published_on')::date"""
_BULLETINS = f"""
select {_COLUMNS} from ledger_row where noun = 'bulletin' and state = 'published'
  and (data ->> 'day')::date <= %(until)s and (%(at)s::timestamptz is null or known_from <= %(at)s)
union all
select {_COLUMNS} from ledger_row_was where noun = 'bulletin' and (data ->> 'day')::date <= %(until)s
  and known_from <= %(at)s and known_to > %(at)s
"""
# Units that risk is judged by: merged urban areas where there are any, counties elsewhere (RISK-02).
_UNITS = """
with cover as (
  select place, covers from places_cover
  where tree = 'command' and valid_from <= %(day)s and (valid_to is null or valid_to > %(day)s)
), unit as (
  select n.place, p.key, n.name_zh, n.name_en, n.level from places_name n join places_place p on p.id = n.place
  join cover using (place)
  where n.level in ('county', 'urban_unit') and n.valid_from <= %(day)s and (n.valid_to is null or n.valid_to > %(day)s)
)
select place, key, name_zh, name_en from unit u
where u.level = 'urban_unit' or not exists (
  select from unit merged join cover using (place) where merged.level = 'urban_unit' and cover.covers @> u.place)
order by place
"""


@dataclass(frozen=True)
class Published:
    """One published figure, as `reconcile` reads it."""

    day: dt.date
    place: str
    confirmed: int
    cured: int
    dead: int
    published_on: dt.date


@dataclass(frozen=True)
class Level:
    """A unit's level by rule, with the reason and what is missing, beside the level published for that day."""

    place: int
    key: str
    name_zh: str
    name_en: str
    level: str
    reason_zh: str
    reason_en: str
    missing: tuple[str, ...]
    published: str | None


def bulletins(connection: Any, until: dt.date, at: dt.datetime | None = None) -> list[Published]:
    """Published figures of days up to `until`, as known now or at `at`."""
    rows = connection.execute(_BULLETINS, {"until": until, "at": at}).fetchall()
    return [Published(*row) for row in rows]


def confirmed(connection: Any, day: dt.date) -> dict[str, int]:
    """Cumulative confirmed at the close of `day` by 6-digit unit code; the last figure published for or before it."""
    found: dict[str, tuple[dt.date, int]] = {}
    for one in bulletins(connection, day):
        code = one.place.removeprefix("cn.")
        if code not in found or found[code][0] < one.day:
            found[code] = (one.day, one.confirmed)
    return {code: count for code, (_, count) in sorted(found.items())}


def flags(connection: Any, region: Any, until: dt.date) -> dict[str, int]:
    """How many disagreements of each kind the published series hold."""
    changes = [(change.day, change.place) for change in region.definition_changes if change.day <= until]
    return count_by_kind(reconcile(bulletins(connection, until), region.root, changes))


def _version(connection: Any) -> tuple[str, int, Any]:
    """Changes whenever a published figure does: what is computed from them alone may be kept until then."""
    row = connection.execute("select count(*), max(known_from) from ledger_row where noun = 'bulletin'").fetchone()
    return (connection.info.dbname, row[0], row[1])


_kept: dict[tuple[Any, ...], Any] = {}


def _keep(connection: Any, what: str, day: dt.date, at: dt.datetime | None, compute: Callable[[], Any]) -> Any:
    key = (what, day, at, *_version(connection))
    if key not in _kept:
        if len(_kept) > 200:
            _kept.clear()
        _kept[key] = compute()
    return _kept[key]


def levels(connection: Any, day: dt.date, at: dt.datetime | None = None) -> list[Level]:
    """Every unit's level on a day by the rule in force then. Figures below the 17 units were not published."""
    found: list[Level] = _keep(connection, "levels", day, at, lambda: _levels(connection, day, at))
    return found


def _levels(connection: Any, day: dt.date, at: dt.datetime | None) -> list[Level]:
    units = connection.execute(_UNITS, {"day": day}).fetchall()
    series = _series(connection, day, at)
    published = dict(
        connection.execute(
            "select distinct on (place) place, value ->> 'level' from places_fact where name = 'risk_published' "
            "and valid_from = %s",
            [day],
        ).fetchall()
    )
    return [
        _judge(place, key, zh, en, series.get(_own_series(key)), day, published.get(place))
        for place, key, zh, en in units
    ]


def _own_series(key: str) -> str:
    """The published series that is a unit's own: a unit under the province directly is a prefecture and its one
    county."""
    return key.removesuffix(".county")


def _series(connection: Any, day: dt.date, at: dt.datetime | None) -> dict[str, dict[dt.date, int]]:
    found: dict[str, dict[dt.date, int]] = {}
    for one in bulletins(connection, day, at):
        found.setdefault(one.place, {})[one.day] = one.confirmed
    return found


def _judge(
    place: int, key: str, zh: str, en: str, series: Mapping[dt.date, int] | None, day: dt.date, published: str | None
) -> Level:
    given = asked(Series(series or {}), day)
    answer = rules.evaluate(rules.book(), "RISK-01", given)
    return Level(
        place, key, zh, en, str(answer.outcome), answer.reason_zh, answer.reason_en, tuple(answer.missing), published
    )


def published_counts(region: Mapping[str, Any], day: dt.date) -> Mapping[str, Any] | None:
    """How many units had which level, as last published for the whole region up to a day."""
    series = [one for one in region.get("risk_series", ()) if dt.date.fromisoformat(one["as_of"]) <= day]
    return max(series, key=lambda one: str(one["as_of"]), default=None)


def risk_counts(connection: Any, region: Any, day: dt.date) -> dict[str, int]:
    found = Counter(level.level for level in levels(connection, day))
    return {
        name: found[name]
        for name in ("low", "medium", "high", "insufficient_data", "data_error")
        if name != "data_error" or found[name]
    } | {"units": sum(found.values())}


def published_community(connection: Any, region: Any, day: dt.date) -> dict[str, Any] | None:
    """The real community as a publication showed it, where that was published by then."""
    row = connection.execute(
        "select p.key, n.code, n.name_zh, r.data from ledger_row r join places_place p on p.id = r.place"
        " join places_name n on n.place = r.place where r.noun = 'published_community' and (r.data ->> "
        "'as_of')::date <= %s"
        " order by r.data ->> 'as_of' desc limit 1",
        [day],
    ).fetchone()
    if row is None:
        return None
    _key, code, name, data = row
    return {
        "code": code,
        "name": name,
        "confirmed": data["confirmed"],
        "days_without_new": data["days_without_new_at_least"],
    }


def levels_by_place(connection: Any, day: dt.date, at: dt.datetime | None = None) -> dict[int, Level]:
    return {level.place: level for level in levels(connection, day, at)}


def flags_of(
    connection: Any, region: Mapping[str, Any], key: str, until: dt.date, at: dt.datetime | None = None
) -> list[Any]:
    """What does not add up in a unit's published series, newest first, as known now or at `at`."""

    def compute() -> list[Any]:
        root = connection.execute("select key from places_place where id = %s", [region["root"]]).fetchone()[0]
        changes = [
            (dt.date.fromisoformat(change["day"]), change["place"]) for change in region.get("definition_changes", [])
        ]
        return reconcile(bulletins(connection, until, at), root, [change for change in changes if change[0] <= until])

    found = _keep(connection, "flags", until, at, compute)
    return [flag for flag in reversed(found) if flag.place == key and flag.kind != "told_afterwards"]
