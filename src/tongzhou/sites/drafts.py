"""A row as somebody wrote it, read into a site with the days from which it holds; everything that is wrong is told."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tongzhou.rules.words import Term, vocabulary
from tongzhou.sites import hours, packs, written
from tongzhou.sites.words import Wrong
from tongzhou.tables.nothing import is_nothing

KEY = re.compile(r"[0-9a-z][0-9a-z._-]{0,39}")
PLACED = ("number", "telephones", "hours", "night", "lon", "lat", "datum", "part_of", "exposed")
FIELDS = {  # by the `within` of the kind
    "care": PLACED,
    "trade": PLACED,
    "place": PLACED,
    "vehicle": ("number", "telephones", "hours", "part_of", "plate", "seats", "stretchers", "crew"),
    "good": ("number", "strength", "unit", "packs"),
}
HEAD = ("key", "kind", "name_zh", "name_en", "place", "since", "until", "invented", "source")
COLUMNS = (*HEAD, *dict.fromkeys(name for names in FIELDS.values() for name in names))
LONGEST = 120
_YES, _NO = frozenset({"1", "yes", "true", "是"}), frozenset({"0", "no", "false", "否"})


class Details(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a site has beside name and place. Only grows; `crew` is a number of people, never their names."""

    number: str = ""
    telephones: tuple[str, ...] = ()
    hours: str = ""
    night: str = ""  # hours of the night desk
    lon: float | None = None
    lat: float | None = None
    datum: str = ""
    part_of: str = ""  # key of the site it belongs to
    exposed: tuple[str, ...] = ()  # hours of exposure, local time
    plate: str = ""
    seats: int | None = None
    stretchers: int | None = None
    crew: int | None = None
    strength: str = ""
    unit: str = ""
    packs: dict[str, tuple[int, str]] = {}


@dataclass(frozen=True)
class Draft:
    """A site as it is to hold from `since` on, and, where told, until the day before `until`."""

    key: str
    kind: str
    place: int
    name_zh: str
    name_en: str
    invented: bool
    since: dt.date
    until: dt.date | None = None
    source: str = ""
    details: Details = field(default_factory=Details)


def read(
    row: Mapping[str, str], places: Mapping[str, int], since: dt.date | None = None
) -> tuple[Draft | None, list[Wrong]]:
    """The draft of a row, or all that is wrong in it. `places` by key or code; `since`: where the row names no day."""
    wrong: list[Wrong] = []
    said = {name: text.strip() for name, text in row.items() if text and not is_nothing(text)}
    kind = _kind(said, wrong)
    values = {name: _taken(said, name, read_, wrong) for name, read_ in _HEAD.items()}
    place = _place(said, places, wrong)
    if not said.get("key"):
        wrong.append(Wrong("key", "missing"))
    if not (said.get("name_zh") or said.get("name_en")):
        wrong.append(Wrong("name_zh", "missing"))
    first, until = values["since"] or since, values["until"]
    if not first and not any(one.field == "since" for one in wrong):
        wrong.append(Wrong("since", "missing"))
    if first and until and until <= first:
        wrong.append(Wrong("until", "not_after", str(first)))
    details = _details(said, kind, bool(values["invented"]), wrong) if kind else Details()
    if wrong or not kind or first is None:
        return None, wrong
    zh, en = values["name_zh"] or values["name_en"], values["name_en"] or values["name_zh"]
    return Draft(said["key"], kind.code, place, zh, en, bool(values["invented"]), first, until,
                 values["source"] or "", details), []  # fmt: skip


def _kind(said: Mapping[str, str], wrong: list[Wrong]) -> Term | None:
    text = said.get("kind", "")
    found = vocabulary("site_kinds").find(text)
    if found is None:
        wrong.append(Wrong("kind", "unknown_kind" if text else "missing", text))
    return found


def _place(said: Mapping[str, str], places: Mapping[str, int], wrong: list[Wrong]) -> int:
    text = said.get("place", "")
    if text not in places:
        wrong.append(Wrong("place", "unknown_place" if text else "missing", text))
    return places.get(text, 0)


def _details(said: Mapping[str, str], kind: Term, invented: bool, wrong: list[Wrong]) -> Details:
    allowed = FIELDS[kind.within]
    for name in said.keys() & set(COLUMNS) - set(HEAD) - set(allowed):
        wrong.append(Wrong(name, "not_of_kind", said[name]))
    values = {name: _taken(said, name, read_, wrong) for name, read_ in _DETAILS.items() if name in allowed}
    for telephone in values.get("telephones") or ():
        if written.invented(telephone) != invented:
            wrong.append(Wrong("telephones", "invented_telephone" if invented else "real_telephone", telephone))
    if kind.within == "good":
        values["packs"] = _packs(said, values.get("unit"), wrong)
    elif kind.within == "vehicle":
        if not said.get("plate"):
            wrong.append(Wrong("plate", "missing"))
    elif len({name in said for name in ("lon", "lat", "datum")}) > 1:
        missing = next(name for name in ("lon", "lat", "datum") if name not in said)
        wrong.append(Wrong(missing, "datum_missing" if missing == "datum" else "missing"))
    return Details(**{name: value for name, value in values.items() if value is not None})


def _packs(said: Mapping[str, str], unit: str | None, wrong: list[Wrong]) -> dict[str, tuple[int, str]]:
    if not unit:
        if "unit" not in said:
            wrong.append(Wrong("unit", "missing"))
        return {}
    try:
        return packs.parse(said.get("packs", ""), unit)
    except ValueError as error:
        wrong.append(Wrong("packs", "packs", str(error)))
        return {}


def _taken(said: Mapping[str, str], name: str, read_: tuple[str, Callable[[str], Any]], wrong: list[Wrong]) -> Any:
    """What the field says, read; what cannot be read is told."""
    text = said.get(name)
    if text is None:
        return None
    code, reader = read_
    try:
        return reader(text)
    except (ValueError, OverflowError) as error:
        part = str(error) if code in ("hours", "telephone") else text
        wrong.append(Wrong(name, code, part))
        return None


def _text(text: str) -> str:
    plain = written.plain(text)
    if len(plain) > LONGEST:
        raise ValueError(plain)
    return plain


def _key(text: str) -> str:
    if not KEY.fullmatch(text):
        raise ValueError(text)
    return text


def _day(text: str) -> dt.date:
    day = dt.date.fromisoformat(written.plain(text))
    if not 1900 <= day.year < 2200:
        raise ValueError(text)
    return day


def _yes(text: str) -> bool:
    if text.lower() not in _YES | _NO:
        raise ValueError(text)
    return text.lower() in _YES


def _count(text: str) -> int:
    plain = written.plain(text)
    if not (plain.isascii() and plain.isdigit() and int(plain) <= 500):
        raise ValueError(text)
    return int(plain)


def _opening(text: str) -> str:
    return hours.written(hours.parse(text))


def _datum(text: str) -> str:
    plain = text.lower().replace("-", "").replace(" ", "")
    if plain not in written.DATUMS:
        raise ValueError(text)
    return plain


def _unit(text: str) -> str:
    code = packs.unit(text, "piece")
    if code is None:
        raise ValueError(text)
    return code


_HEAD: dict[str, tuple[str, Callable[[str], Any]]] = {
    "key": ("key", _key),
    "name_zh": ("too_long", _text),
    "name_en": ("too_long", _text),
    "since": ("day", _day),
    "until": ("day", _day),
    "invented": ("yes_or_no", _yes),
    "source": ("too_long", _text),
}
_DETAILS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "number": ("too_long", _text),
    "telephones": ("telephone", written.telephones),
    "hours": ("hours", _opening),
    "night": ("hours", _opening),
    "lon": ("degrees", lambda text: written.degrees(text, 180)),
    "lat": ("degrees", lambda text: written.degrees(text, 90)),
    "datum": ("datum", _datum),
    "part_of": ("key", _key),
    "exposed": ("exposed", written.spans),
    "plate": ("plate", written.plate),
    "seats": ("count", _count),
    "stretchers": ("count", _count),
    "crew": ("count", _count),
    "strength": ("too_long", _text),
    "unit": ("unit", _unit),
}


def row_of(draft: Draft, place: str) -> dict[str, str]:
    """The draft as a row again, as it is shown in a form and written to a file."""
    kept = draft.details
    row = {
        "key": draft.key, "kind": draft.kind, "name_zh": draft.name_zh, "name_en": draft.name_en, "place": place,
        "since": str(draft.since), "until": str(draft.until or ""), "invented": "1" if draft.invented else "",
        "source": draft.source, "telephones": "; ".join(kept.telephones), "exposed": "; ".join(kept.exposed),
        "packs": packs.written(kept.packs),
    }  # fmt: skip
    for name in ("number", "hours", "night", "datum", "part_of", "plate", "strength", "unit"):
        row[name] = getattr(kept, name)
    for name in ("lon", "lat", "seats", "stretchers", "crew"):
        value = getattr(kept, name)
        row[name] = "" if value is None else str(value)
    return row
