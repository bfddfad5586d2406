"""Published figures read back: counts by unit, what does not add up, levels by rule beside those published."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tongzhou import rules
from tongzhou.command.changes import MEASURES, Version, change
from tongzhou.command.published import plain, series_of
from tongzhou.command.reconcile import Flag, count_by_kind, latest, published_in_order, reconcile, version_of
from tongzhou.command.unchanged import kept
from tongzhou.engines.risk import Series, asked
from tongzhou.places.region_types import Bulletin

PUBLISHED = ("bulletin",)
_BULLETINS = """
select data from ledger_row where noun = 'bulletin' and state = 'published'
  and (data ->> 'day')::date <= %(until)s and (%(at)s::timestamptz is null or known_from <= %(at)s)
union all
select data from ledger_row_was where noun = 'bulletin' and (data ->> 'day')::date <= %(until)s
  and known_from <= %(at)s and known_to > %(at)s
"""
# Units that risk is judged by: merged urban areas where there are any, counties elsewhere (RISK-02). An invented county
# lies outside the region's own tree: it has no published figures and no level.
_UNITS = """
with unit as materialized (  -- a few hundred: the merged ones among them are sought here, not among all places
  select n.place, p.key, n.name_zh, n.name_en, n.level, c.covers
  from places_name n join places_place p on p.id = n.place
  join places_cover c on c.place = n.place and c.tree = 'command'
    and c.valid_from <= %(day)s and (c.valid_to is null or c.valid_to > %(day)s)
  join places_region r on true
  join places_cover whole on whole.place = r.root and whole.tree = 'command' and whole.covers @> n.place
    and whole.valid_from <= %(day)s and (whole.valid_to is null or whole.valid_to > %(day)s)
  where n.level in ('county', 'urban_unit') and n.valid_from <= %(day)s and (n.valid_to is null or n.valid_to > %(day)s)
)
select place, key, name_zh, name_en from unit u
where u.level = 'urban_unit' or not exists (
  select from unit merged where merged.level = 'urban_unit' and merged.covers @> u.place)
order by place
"""


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
    told: rules.Evaluation
    published: str | None

    @property
    def missing(self) -> tuple[str, ...]:
        return self.told.missing


def bulletins(connection: Any, until: dt.date, at: dt.datetime | None = None) -> list[Bulletin]:
    """Every publication of days up to `until`, as known now or at `at`; a day restated has more than one."""
    rows = connection.execute(_BULLETINS, {"until": until, "at": at}).fetchall()
    return [_bulletin(data, version) for data in (plain(row[0]) for row in rows) for version in data["versions"]]


def _bulletin(data: Mapping[str, Any], version: Mapping[str, Any]) -> Bulletin:
    told = {name: version.get(name) for name in MEASURES}
    return Bulletin(
        dt.date.fromisoformat(data["day"]),
        data["unit"],
        told["confirmed"] or 0,
        told["cured"],
        told["dead"],
        dt.date.fromisoformat(version["published_on"]),
        data["source"],
        version=version.get("version", ""),
        published_at=version.get("published_at", ""),
        new=version.get("new", {}),
    )


def confirmed(connection: Any, day: dt.date) -> dict[str, int]:
    """Cumulative confirmed at the close of `day` by 6-digit unit code; the last figure published for or before it."""
    found: dict[str, tuple[dt.date, int]] = {}
    for one in latest(bulletins(connection, day)):
        code = one.place.removeprefix("cn.")
        if code not in found or found[code][0] < one.day:
            found[code] = (one.day, one.confirmed)
    return {code: count for code, (_, count) in sorted(found.items())}


def flags(connection: Any, region: Any, until: dt.date) -> dict[str, int]:
    """How many disagreements of each kind the published series hold."""
    changes = [(change.day, change.place) for change in region.definition_changes if change.day <= until]
    return count_by_kind(reconcile(bulletins(connection, until), region.root, changes, _units(connection)))


def _units(connection: Any) -> list[str]:
    """The units that add up to the whole region: those right below it, without invented ones below a real one."""
    rows = connection.execute(
        "select p.key from places_region r join places_cover c on c.parent = r.root and c.tree = 'command'"
        " and c.valid_to is null join places_place p on p.id = c.place"
        " join places_name n on n.place = p.id and n.valid_to is null"
        " join places_name root on root.place = r.root and root.valid_to is null and root.invented = n.invented"
        " order by p.id"
    )
    return [key for (key,) in rows.fetchall()]


def levels(connection: Any, day: dt.date, at: dt.datetime | None = None) -> list[Level]:
    """Every unit's level on a day by the rule in force then. Figures below the 17 units were not published."""
    return kept(connection, PUBLISHED, ("levels", day, at), lambda: _levels(connection, day, at))


def _levels(connection: Any, day: dt.date, at: dt.datetime | None) -> list[Level]:
    units = connection.execute(_UNITS, {"day": day}).fetchall()
    told = series(connection, day, at)
    published = dict(
        connection.execute(
            "select distinct on (place) place, value ->> 'level' from places_fact where name = 'risk_published' "
            "and valid_from = %s",
            [day],
        ).fetchall()
    )
    whole = _whole_prefectures(connection, [unit[0] for unit in units], day)
    return [
        _judge(place, key, zh, en, told.get(key) or told.get(whole.get(place, "")), day, published.get(place))
        for place, key, zh, en in units
    ]


def _whole_prefectures(connection: Any, places: list[int], day: dt.date) -> dict[int, str]:
    """The key of the prefecture of each unit that holds all of one: its figures are the unit's."""
    keys = dict(connection.execute("select id, key from places_place p join places_name n on n.place = p.id"
                                   " where n.level = 'prefecture'").fetchall())  # fmt: skip
    return {place: keys[of] for place, of in series_of(places, day, connection).items()}


def series(connection: Any, day: dt.date, at: dt.datetime | None = None) -> dict[str, Series]:
    """Each unit's published series as the rules and signals read it, by key."""
    told: dict[str, dict[dt.date, list[Version]]] = {}
    for one in sorted(bulletins(connection, day, at), key=published_in_order):
        told.setdefault(one.place, {}).setdefault(one.day, []).append(version_of(one))
    return {key: _series(days) for key, days in told.items()}


def _series(days: Mapping[dt.date, list[Version]]) -> Series:
    changes = {day: change(told, days.get(day - dt.timedelta(days=1), ())) for day, told in days.items()}
    return Series(
        {day: told[-1]["confirmed"] for day, told in days.items()},
        new={day: one.fresh for day, one in changes.items() if one.fresh is not None},
        withdrawn={day: -one.revised for day, one in changes.items() if one.revised is not None and one.revised < 0},
    )


def _judge(place: int, key: str, zh: str, en: str, series: Series | None, day: dt.date, published: str | None) -> Level:
    given = asked(series or Series({}), day)
    answer = rules.evaluate(rules.book(), "RISK-01", given)
    outcome = str(answer.outcome)
    return Level(place, key, zh, en, outcome, answer.reason_zh, answer.reason_en, answer, published)


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
) -> list[Flag]:
    """What does not add up in a unit's published series, newest first, as known now or at `at`."""
    return [flag for flag in _with_reasons(connection, region, until, at) if flag.place == key]


def flags_on(connection: Any, region: Mapping[str, Any], day: dt.date, at: dt.datetime | None = None) -> list[Flag]:
    """What does not add up on one day, of every unit, as known now or at `at`."""
    return [flag for flag in _with_reasons(connection, region, day, at) if flag.day == day]


def _with_reasons(connection: Any, region: Mapping[str, Any], until: dt.date, at: dt.datetime | None) -> Iterator[Flag]:
    """Each with what explains it, newest first. An explanation is what somebody found out afterwards: whoever asks what
    was known then reads none."""
    told = region.get("explanations", []) if at is None else ()
    for flag in reversed(_flags(connection, region, until, at)):
        if flag.kind != "told_afterwards":
            yield replace(flag, why=_explained(flag, told))


def _flags(connection: Any, region: Mapping[str, Any], until: dt.date, at: dt.datetime | None) -> list[Flag]:
    def compute() -> list[Flag]:
        root = connection.execute("select key from places_place where id = %s", [region["root"]]).fetchone()[0]
        changes = [
            (dt.date.fromisoformat(change["day"]), change["place"]) for change in region.get("definition_changes", [])
        ]
        return reconcile(
            bulletins(connection, until, at), root, [one for one in changes if one[0] <= until], _units(connection)
        )

    return kept(connection, PUBLISHED, ("flags", until, at), compute)


def _explained(flag: Flag, explanations: Iterable[Mapping[str, Any]]) -> Mapping[str, str] | None:
    for one in explanations:
        if (one["place"], one["kind"]) == (flag.place, flag.kind) and one["since"] <= str(flag.day) <= one["until"]:
            return {"zh": one["text_zh"], "en": one["text_en"]}
    return None
