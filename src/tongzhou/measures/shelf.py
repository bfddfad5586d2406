"""The public register kept ready to be searched, grouped and paged: thousands of entries, the few fields a list shows.

What changed is read anew, and nothing else: each entry is kept with the number of its row's version. Whether one is in
force is worked out by the clock each time.
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

from django.db import connection
from django.utils.translation import override

from tongzhou.ledger import known, worded
from tongzhou.measures import levels, notice, register
from tongzhou.measures.entry import Measure, Phase
from tongzhou.measures.held import around
from tongzhou.places.queries import names

FIELDS = ("type", "limits", "places", "freed", "buildings", "start", "until", "ended_at", "found_at", "decided_at",
          "basis", "number", "by_origin", "appeal", "approver", "gone", "changes", "review")  # fmt: skip
UNITS = ("county", "urban_unit", "zone")  # entries are grouped by these


@dataclass(frozen=True)
class Entry:
    """One entry as lists show it; `text`: what a search looks through; `unit`: the county in which it begins."""

    one: Measure
    text: str
    unit: int


@dataclass
class Shelf:
    """Entries by key, each with the version of its row."""

    held: dict[str, tuple[int, Entry]]
    lock: Lock


_VERSIONS = "select key, rev from ledger_row where noun = 'measure' and state = any(%s)"
_FINGERPRINT = """
select current_database(), count(*), coalesce(sum(hashtextextended(key, rev)), 0)
from ledger_row where noun = 'measure' and state = any(%s)
"""
_shelves: dict[str, Shelf] = {}
_now: dict[str, tuple[Any, list[Entry]]] = {}
_then: OrderedDict[tuple[Any, ...], list[Entry]] = OrderedDict()
THEN = 8  # so many days of the past are kept


def entries(now: dt.datetime, at: dt.datetime | None = None) -> list[Entry]:
    """Every public entry with its phase at `now`, as known at `at`."""
    kept = _known_then(at) if at else _known_now(now)
    told = [_at(entry, register.phase(entry.one.state, entry.one.data, now)) for entry in kept]
    phases = [one.phase for one in levels.lifted([entry.one for entry in told], now, at)]
    return [_at(entry, phase) for entry, phase in zip(told, phases, strict=True)]


def decided(now: dt.datetime) -> tuple[list[int], dt.datetime | None]:
    """The desks that decided an entry, each once, and the first moment at which one did; None where none did."""
    found = [(entry.one.place, entry.one.data["decided_at"]) for entry in _known_now(now)
             if entry.one.data.get("decided_at")]  # fmt: skip
    return sorted({place for place, _at in found}), min((at for _place, at in found), default=None)


def _at(entry: Entry, phase: Phase) -> Entry:
    one = entry.one
    return entry if one.phase == phase else Entry(Measure(one.key, one.place, one.state, phase, one.data),
                                                  entry.text, entry.unit)  # fmt: skip


def _known_now(now: dt.datetime) -> list[Entry]:
    with connection.cursor() as cursor:
        cursor.execute(_FINGERPRINT, [list(register.PUBLIC)])
        database, *mark = cursor.fetchone()
    if database in _now and _now[database][0] == mark:
        return _now[database][1]
    shelf = _shelves.setdefault(database, Shelf({}, Lock()))
    with shelf.lock:
        _refresh(shelf, now)
        _now[database] = (mark, [entry for _rev, entry in shelf.held.values()])
    return _now[database][1]


def _refresh(shelf: Shelf, now: dt.datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_VERSIONS, [list(register.PUBLIC)])
        versions = dict(cursor.fetchall())
    changed = [key for key, rev in versions.items() if shelf.held.get(key, (None,))[0] != rev]
    for key in shelf.held.keys() - versions.keys():
        del shelf.held[key]
    for row, entry in _made(known.rows("measure", keys=changed, states=register.PUBLIC) if changed else [], now):
        shelf.held[row["key"]] = (row["rev"], entry)


def _known_then(at: dt.datetime) -> list[Entry]:
    with connection.cursor() as cursor:
        cursor.execute(_FINGERPRINT, [list(register.PUBLIC)])
        key = (at, *cursor.fetchone())
    if key not in _then:
        _then[key] = [entry for _row, entry in _made(known.rows("measure", states=register.PUBLIC, at=at), at)]
        while len(_then) > THEN:
            _then.popitem(last=False)
    return _then[key]


def _made(rows: Sequence[Mapping[str, Any]], now: dt.datetime) -> list[tuple[Mapping[str, Any], Entry]]:
    """Entries from rows, with the names of their places and of those around them."""
    ones = [_light(register.told(row, now)) for row in rows]
    over = around(connection, {place for one in ones for place in _where(one)})
    called = names(sorted({unit for units in over.values() for unit in units}))
    made = []
    for row, one in zip(rows, ones, strict=True):
        units = [unit for place in _where(one) for unit in over.get(place, ()) if unit in called]
        words = {part for unit in units for part in (called[unit].name_zh, called[unit].name_en)}
        number = "" if "number" in one.words else one.data.get("number") or ""
        text = " ".join([*sorted(words), *_called(one), number, one.key]).lower()
        unit = next((unit for unit in units if called[unit].level in UNITS), one.place)
        made.append((row, Entry(one, text, unit)))
    return made


def _light(one: Measure) -> Measure:
    return replace(one, data={name: one.data.get(name) for name in FIELDS if name in one.data})


def _where(one: Measure) -> list[int]:
    return [*one.data["places"], *one.data.get("freed", ())] or [one.place]


def _called(one: Measure) -> list[str]:
    """Its kind and what it limits, in both languages."""
    told = []
    for language in ("zh-hans", "en"):
        with override(language):
            told += [worded.choice(notice.KIND, "type", one.data["type"]), notice.listed("limits", one.data["limits"])]
    return told
