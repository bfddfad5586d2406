"""Which column of a list says what: mappings are data (rulebooks/linelists), one file for each layout.

mapping, binding = choose(mappings(), lines)      # or bind(read(path), lines)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tongzhou.linelist.values import clean

FOLDER = Path(__file__).resolve().parents[3] / "rulebooks/linelists"
DAYS = ("infected", "onset", "admitted", "identified", "reported", "received", "outcome", "born")
PLACES = ("home", "home_province", "home_city", "home_county", "home_township", "reporting", "reporting_name")
HELD = ("name", "guardian", "telephone", "identity", "address", "workplace")  # for the vault, never for a fact
FIELDS = frozenset({*DAYS, *PLACES, *HELD, "row", "card", "classification", "sex", "age", "age_unit"})
SETTINGS = frozenset({"name", "title", "source", "date", "checked", "columns", "values", "fixed", "needs", "order",
                      "row_key", "same_everywhere", "earliest", "blank", "day_first", "year", "elsewhere"})  # fmt: skip
CLASSES = frozenset({"suspected", "clinical", "confirmed", "asymptomatic", "excluded"})
BLANK = frozenset(
    {"", "-", "--", "—", "/", "\\", "无", "不详", "未知", "n/a", "na", "null", "none", "unknown", "?", "？"}
)
LOOKED_AT = 15  # lines in which the headings are looked for: a title may stand above them


class MappingError(Exception):
    """A mapping that cannot be used, or a list that fits none; the sentence names the field."""


@dataclass(frozen=True)
class Mapping:
    """One layout. `columns`: field → headings it may stand under; `values`: field → word in the list → our word."""

    name: str
    title: dict[str, str]
    source: str
    columns: dict[str, tuple[str, ...]]
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    fixed: dict[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ("identified",)
    order: tuple[str, ...] = ("infected", "onset", "identified")
    row_key: tuple[str, ...] = ()
    same_everywhere: bool = False  # the row key is the same number in the whole country, not a list's own
    earliest: dt.date = dt.date(1950, 1, 1)
    blank: frozenset[str] = BLANK
    day_first: bool | None = None
    year: int | None = None
    elsewhere: bool = False  # the home may be named in words of a place outside this region


@dataclass(frozen=True)
class Binding:
    """A mapping on one list: where each field stands."""

    mapping: Mapping
    header: int  # number of the row with the headings
    headings: tuple[str, ...]
    at: dict[str, int]  # field → position
    left: tuple[str, ...]  # headings that are not taken

    def heading(self, name: str) -> str:
        """The heading of a field, as the list has it; the field's name where it has none."""
        return self.headings[self.at[name]] if name in self.at else name


def mappings(folder: Path = FOLDER) -> list[Mapping]:
    return [read(path) for path in sorted(folder.glob("*.yaml"))]


def read(path: Path) -> Mapping:
    """A mapping from its YAML file. Raises MappingError naming what is wrong."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise MappingError(f"{path.name}: not readable as YAML: {error}") from None
    if not isinstance(raw, dict) or not isinstance(raw.get("columns"), dict):
        raise MappingError(f"{path.name}: columns: expected field: [headings]")
    if unknown := sorted(set(raw) - SETTINGS):
        raise MappingError(f"{path.name}: {unknown[0]}: there is no such setting; known: {', '.join(sorted(SETTINGS))}")
    named = {*raw["columns"], *raw.get("fixed", {}), *raw.get("needs", ()), *raw.get("order", ())}
    if unknown := sorted(named - FIELDS):
        raise MappingError(f"{path.name}: {unknown[0]}: there is no such field; known: {', '.join(sorted(FIELDS))}")
    return _made(path, raw)


def _made(path: Path, raw: dict[str, Any]) -> Mapping:
    words = {name: {clean(str(word)).lower(): str(ours) for word, ours in table.items()}
             for name, table in raw.get("values", {}).items()}  # fmt: skip
    wrong = {*words.get("classification", {}).values(), raw.get("fixed", {}).get("classification")} - CLASSES - {None}
    if wrong:
        raise MappingError(f"{path.name}: classification: {wrong.pop()!r} is none of {', '.join(sorted(CLASSES))}")
    if "classification" not in raw["columns"] and "classification" not in raw.get("fixed", {}):
        raise MappingError(f"{path.name}: classification: say its column, or its value under `fixed`")
    settings = ("same_everywhere", "day_first", "year", "elsewhere", "earliest")
    given: dict[str, Any] = {name: raw[name] for name in settings if name in raw}
    given |= {name: tuple(raw[name]) for name in ("needs", "order", "row_key") if name in raw}
    return Mapping(
        name=str(raw.get("name", path.stem)),
        title=raw.get("title", {"zh": path.stem, "en": path.stem}),
        source=str(raw.get("source", "")),
        columns={name: tuple(heads if isinstance(heads, list) else [heads]) for name, heads in raw["columns"].items()},
        values=words,
        fixed={name: str(value) for name, value in raw.get("fixed", {}).items()},
        blank=BLANK | {clean(str(word)).lower() for word in raw.get("blank", ())},
        **given,
    )


def bind(mapping: Mapping, first: Sequence[tuple[int, Sequence[str]]]) -> Binding:
    """Find the row of headings among the first rows. Raises MappingError naming the columns that are missing."""
    found = [_bound(mapping, n, cells) for n, cells in first[:LOOKED_AT]]
    best = max(found, key=lambda one: len(one.at), default=None)
    if best is None or not best.at:
        raise MappingError(f"{mapping.name}: none of the first {LOOKED_AT} rows holds its headings")
    missing = [name for name in mapping.needs if name not in best.at and name not in mapping.fixed]
    if missing:
        asked = "; ".join(f"{name} ({' / '.join(mapping.columns.get(name, (name,)))})" for name in missing)
        raise MappingError(f"{mapping.name}, row {best.header}: no column for {asked}")
    return best


def choose(known: Sequence[Mapping], first: Sequence[tuple[int, Sequence[str]]]) -> Binding:
    """The mapping that takes most of the list's columns. Raises MappingError where none fits."""
    fitting, reasons = [], []
    for mapping in known:
        try:
            fitting.append(bind(mapping, first))
        except MappingError as error:
            reasons.append(str(error))
    if not fitting:
        raise MappingError("this list fits no layout: " + ". ".join(reasons))
    return max(fitting, key=lambda one: len(one.at))


def _bound(mapping: Mapping, n: int, cells: Sequence[str]) -> Binding:
    places: dict[str, int] = {}
    for position, heading in enumerate(cells):
        places.setdefault(_plain(heading), position)
    at = {}
    for name, headings in mapping.columns.items():
        found = next((places[_plain(one)] for one in headings if _plain(one) in places), None)
        if found is not None:
            at[name] = found
    taken = set(at.values())
    shown = tuple(clean(cell) for cell in cells)
    left = tuple(head for position, head in enumerate(shown) if position not in taken and head)
    return Binding(mapping, n, shown, at, left)


def _plain(heading: str) -> str:
    """A heading compared without blanks, case, underscores and the star of a required field."""
    return "".join(char for char in clean(heading).lower() if char not in " _*\u3000\t:：")
