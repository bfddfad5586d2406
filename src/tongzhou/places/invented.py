"""Reads the invented counties of a region, `invented/*/county.yaml`; a mistake is told with file, line and field.

docs/invented.md tells what each field means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from tongzhou.places import lined
from tongzhou.places.invented_types import (
    MARK_EN,
    MARK_ZH,
    Area,
    Chronic,
    Community,
    County,
    Grid,
    Homes,
    Named,
    Post,
    Street,
)
from tongzhou.places.lined import Lined
from tongzhou.places.region_rows import Finding, RegionError, Row
from tongzhou.places.region_types import LEVELS, CountyNumber, Link, Place

FOLDER, FILE = "invented", "county.yaml"
DOORS = ("stairwells", "houses")
NO_AGE = 200
_AREA = ("key", "code", "name_zh", "name_en", "kind", "number", "x_km", "y_km")
T = TypeVar("T")


def read_counties(folder: Path, findings: list[Finding]) -> tuple[County, ...]:
    """The counties in order of their folders; what cannot be read goes to `findings`, with its county."""
    found = []
    for path in sorted(folder.glob(f"{FOLDER}/*/{FILE}")):
        try:
            found.append(_county(read_marked(path, str(path.relative_to(folder)))))
        except RegionError as error:
            findings.append(error.finding)
    return tuple(found)


def places(county: County) -> list[Place]:
    """Its places in preorder, each marked in its name; a grid's name says nothing without its community's."""
    areas = {one.key: one for one in (county.prefecture, county.county)}
    areas |= {street.area.key: street.area for street in county.streets}
    areas |= {one.area.key: one.area for one in county.communities()}
    grids = {grid.key: grid for one in county.communities() for grid in one.grids}
    return [_place(areas.get(key) or grids[key], level, county) for key, level in county.levels().items()]


def links(county: County) -> list[Link]:
    """Its command tree; its prefecture hangs from nothing: no tally, duty or report of a real place holds it."""
    return [Link("command", key, parent, county.since, None, county.source) for key, parent in county.parents().items()]


def numbers(county: County) -> list[CountyNumber]:
    return [CountyNumber(one.number, one.key, county.source) for one in (county.prefecture, county.county)]


def _place(one: Area | Grid, level: str, county: County) -> Place:
    from pypinyin import lazy_pinyin  # its dictionary of phrases takes a third of a second and 60 MB

    mark_zh, mark_en = (MARK_ZH, MARK_EN) if isinstance(one, Area) else ("", "")
    kind = one.kind if isinstance(one, Area) else "invented_grid"
    return Place(
        key=one.key,
        code=one.code,
        name_zh=one.name_zh + mark_zh,
        name_en=one.name_en + mark_en,
        pinyin=" ".join(lazy_pinyin(one.name_zh)),
        level=level,
        kind=kind,
        counted=False,
        invented=True,
        valid_from=county.since,
        valid_to=None,
        source=county.source,
    )


def read_marked(path: Path, name: str) -> Row:
    """A YAML file whose mappings know their lines. Raises RegionError."""
    try:
        return _row(name, "", lined.read(path))
    except lined.NotRead as error:
        words = "is no YAML here; check blanks and colons" if "YAML" in error.sentence else error.sentence
        raise RegionError(Finding(name, error.line, "", words)) from None


def _row(file: str, field: str, values: Any, line: int = 0) -> Row:
    """A mapping with its line; `line` is that of what it stands in."""
    if not isinstance(values, Lined):
        raise RegionError(Finding(file, line, field, "holds no fields; begin each with its name and a colon"))
    return Row(file, values.line, dict(values))


def _only(row: Row, known: tuple[str, ...]) -> Row:
    """The row, where every field in it is one of these."""
    for name in row.values:
        if name not in known:
            raise row.wrong(str(name), f"is no field here; those are {', '.join(known)}")
    return row


def _county(row: Row) -> County:
    known = ("key", "orders_as", "since", "source", "telephones", "prefecture", "county", "homes", "streets", "posts",
             "people")  # fmt: skip
    row = _only(row, known)
    telephones = row.text("telephones")
    if not telephones.startswith("000"):
        raise row.wrong("telephones", f"{telephones} may be somebody's: numbers of invented desks begin with 000")
    return County(
        row.file,
        row.text("key"),
        row.text_or("orders_as"),
        row.day("since"),
        row.text("source"),
        telephones,
        _area(row, "prefecture", "city"),
        _area(row, "county", "county"),
        _homes(_part(row, "homes")),
        tuple(_each(row, "streets", _street)),
        tuple(_each(row, "posts", _post)),
        tuple(_each(row, "people", _named)),
    )


def _part(row: Row, field: str) -> Row:
    if field not in row.values:
        raise row.wrong(field, "is missing; fill it in")
    return _row(row.file, field, row.values[field], row.number)


def _each(row: Row, field: str, build: Callable[[Row], T]) -> Iterator[T]:
    values = row.values.get(field)
    if not isinstance(values, list) or not values:
        raise row.wrong(field, "is no list; begin each line with a dash")
    for one in values:
        yield build(_row(row.file, field, one, row.number))


def _area(row: Row, field: str, kind: str) -> Area:
    part = _only(_part(row, field), _AREA)
    part.text("number")
    return _named_area(part, kind)


def _named_area(row: Row, kind: str) -> Area:
    return Area(row.text("key"), row.text("code"), row.text("name_zh"), row.text("name_en"), row.text_or("kind", kind),
                row.text_or("number"), _km(row, "x_km"), _km(row, "y_km"))  # fmt: skip


def _km(row: Row, field: str) -> float | None:
    return None if row.text_or(field) == "" else _number(row, field, -2000, 2000)


def _number(row: Row, field: str, least: float, most: float) -> float:
    text = row.text(field)
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not least <= value <= most:
        raise row.wrong(field, f"“{text}” is no number from {least:g} to {most:g}")
    return value


def _street(row: Row) -> Street:
    row = _only(row, (*_AREA, "communities"))
    return Street(_named_area(row, "subdistrict"), tuple(_each(row, "communities", _community)))


def _community(row: Row) -> Community:
    row = _only(row, (*_AREA, "grids"))
    area, told = _named_area(row, "invented_community"), row.values.get("grids")
    if not isinstance(told, list) or not told:
        raise row.wrong("grids", "is missing: write [[households, stairwells], …], one for each grid")
    word_zh, word_en = ("组", "Group") if area.name_zh.endswith("村") else ("网格", "Grid")
    grids = []
    for n, one in enumerate(told, 1):
        if not (isinstance(one, list) and len(one) == 2 and all(type(part) is int and part > 0 for part in one)):
            raise row.wrong("grids", f"“{one}” is no grid; write [households, stairwells]")
        name_zh = f"第{'一二三四五六七八九'[n - 1]}{word_zh}" if n < 10 else f"第{n}{word_zh}"
        grids.append(Grid(f"{area.key}.g{n}", f"{area.code}{n:02}", name_zh, f"{word_en} {n}", *one))
    return Community(area, tuple(grids))


def _homes(row: Row) -> Homes:
    known = ("doors", "first", "size_shares", "under_15", "aged_65_plus", "chronic", "away", "poor", "lost_income",
             "migrants")  # fmt: skip
    row = _only(row, known)
    sizes = _part(row, "size_shares")
    shares: dict[int, float] = {}
    for size in map(_whole, sizes.values):
        if not 1 <= size <= 20:
            raise sizes.wrong("size_shares", f"“{size}” is no number of people in a household")
        shares[size] = _share(sizes, size)
    if abs(sum(shares.values()) - 1) > 1e-6:
        raise sizes.wrong("size_shares", f"add up to {sum(shares.values()):g}, not to 1")
    first = row.count("first")
    return Homes(
        row.one_of("doors", DOORS), first, shares, _share(row, "under_15"), _share(row, "aged_65_plus"),
        tuple(_each(row, "chronic", _chronic)), _share(row, "away"), _share(row, "poor"), _share(row, "lost_income"),
        _share(row, "migrants"),
    )  # fmt: skip


def _whole(said: Any) -> int:
    """A key of YAML as a number; -1 for what is none."""
    return said if type(said) is int else -1


def _share(row: Row, field: Any) -> float:
    return _number(row, field, 0, 1)


def _chronic(row: Row) -> Chronic:
    row = _only(row, ("what", "from_age", "until_age", "share", "medicine"))
    until = row.count_or("until_age")
    return Chronic(row.text("what"), row.count("from_age"), NO_AGE if until is None else until, _share(row, "share"),
                   row.text_or("medicine"))  # fmt: skip


def _post(row: Row) -> Post:
    known = ("role", "each", "at", "people", "deputy", "title_zh", "title_en")
    row = _only(row, known)
    at = row.values.get("at") or []
    if not isinstance(at, list) or bool(at) == bool(row.text_or("each")):
        raise row.wrong("at", "say either `each` (a level) or `at` (a list of places)")
    each = row.one_of("each", LEVELS) if row.text_or("each") else ""
    deputy = row.one_of("deputy", LEVELS) if row.text_or("deputy") else ""
    return Post(row.text("role"), each, tuple(map(str, at)), row.count_or("people") or 0, deputy,
                row.text_or("title_zh"), row.text_or("title_en"), row.number)  # fmt: skip


def _named(row: Row) -> Named:
    known = ("login", "name_zh", "name_en", "role", "place", "title_zh", "title_en")
    row = _only(row, known)
    return Named(row.text("login"), row.text("name_zh"), row.text("name_en"), row.text("role"), row.text("place"),
                 row.text_or("title_zh"), row.text_or("title_en"), row.number)  # fmt: skip
