"""Which column of a list says what: mappings are data (rulebooks/linelists), one file for each layout.

binding = choose(mappings(), lines)      # or bind(read(path), lines)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from tongzhou.linelist.values import clean
from tongzhou.problems import gettext_noop
from tongzhou.tables.nothing import NOTHING
from tongzhou.tables.reader.heading import SEARCHED, Heading, headings, plain, said_first, unheaded
from tongzhou.tables.reader.types import Line

FOLDER = Path(__file__).resolve().parents[3] / "rulebooks/linelists"
DAYS = ("infected", "onset", "admitted", "identified", "reported", "received", "outcome", "born")
PLACES = ("home", "home_province", "home_city", "home_county", "home_township", "reporting", "reporting_name")
HELD = ("name", "guardian", "telephone", "identity", "address", "workplace")  # for the vault, never for a fact
FIELDS = frozenset({*DAYS, *PLACES, *HELD, "row", "card", "classification", "sex", "age", "age_unit"})
SETTINGS = frozenset({"name", "title", "source", "date", "checked", "columns", "values", "fixed", "needs", "order",
                      "row_key", "same_everywhere", "earliest", "blank", "day_first", "year", "elsewhere"})  # fmt: skip
CLASSES = frozenset({"suspected", "clinical", "confirmed", "asymptomatic", "excluded"})
STATUS = frozenset(map(plain, (
    "status", "state", "case status", "case state", "case classification", "classification", "case type", "case class",
    "case definition", "diagnosis", "diagnosis type", "type of case", "confirmed", "suspected", "probable",
    "病例状态", "状态", "病例分类", "病例类型",
    "病例类别", "分类", "类型", "类别", "诊断", "诊断类型", "诊断分类", "诊断状态", "是否确诊", "确诊疑似",
)))  # fmt: skip


NO_SUCH_ROW = gettext_noop("The row of headings must be one of the first 20 rows that say anything; 0: there is none.")


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
    blank: frozenset[str] = NOTHING
    day_first: bool | None = None
    year: int | None = None
    elsewhere: bool = False  # the home may be named in words of a place outside this region

    @property
    def all_needs(self) -> tuple[str, ...]:
        """The fields without which a row comes back: the layout's own, and those without which there is no case."""
        return tuple(dict.fromkeys((*self.needs, "classification", "identified")))


@dataclass(frozen=True)
class Binding:
    """A mapping on one list: where each field stands."""

    mapping: Mapping
    header: int  # number of the (last) row with the headings
    headings: tuple[str, ...]
    at: dict[str, int]  # field → position
    left: tuple[str, ...]  # headings that are not taken

    @property
    def missing(self) -> tuple[str, ...]:
        """Fields that the layout needs and the list has no column for."""
        mapping = self.mapping
        return tuple(name for name in mapping.all_needs if name not in self.at and name not in mapping.fixed)

    @property
    def overruled(self) -> tuple[str, ...]:
        """Headings that say what each case is, where the layout would call all of them the same."""
        if "classification" not in self.mapping.fixed or "classification" in self.at:
            return ()
        return tuple(head for head in self.left if plain(head) in STATUS)

    def words_known(self, body: Sequence[Line]) -> float:
        """The share of what these rows say of the class of a case that this layout has a word for; 1 where none says
        anything, or the layout calls all cases the same."""
        if (column := self.at.get("classification")) is None:
            return 1.0
        known = {*self.mapping.values.get("classification", {}), *CLASSES}
        rows = [line.cells for line in body if line.n > self.header]
        cells = (clean(row[column]).lower() for row in rows if column < len(row))
        said = [cell for cell in cells if cell not in self.mapping.blank]
        return sum(cell in known for cell in said) / len(said) if said else 1.0

    @property
    def whole(self) -> bool:
        """Does the layout fit as it is? One that calls every case the same must fit in all of its columns."""
        if self.missing or self.overruled:
            return False
        return "classification" not in self.mapping.fixed or set(self.mapping.columns) <= set(self.at)

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
        blank=NOTHING | {clean(str(word)).lower() for word in raw.get("blank", ())},
        **given,
    )


def bind(mapping: Mapping, first: Sequence[Line], row: int | None = None) -> Binding:
    """Where the fields of a layout stand among the first rows: in the row of headings that has most of them, in
    `row` where it is said (0: there is none). Nothing is demanded: what is missing can be seen in the binding. Raises
    MappingError for a row in which no headings are looked for."""
    if row == 0:
        return _bound(mapping, unheaded(first))
    if row is not None and row not in [line.n for line in said_first(first)]:
        raise MappingError(NO_SUCH_ROW)
    found = [_bound(mapping, one) for one in headings(first, row)]
    return max(found, key=lambda one: len(one.at), default=Binding(mapping, 0, (), {}, ()))


def chosen(mapping: Mapping, first: Sequence[Line], row: int | None = None) -> Binding:
    """The layout that somebody named. Raises MappingError naming the columns that are missing."""
    best = bind(mapping, first, row)
    if not best.at:
        raise MappingError(f"{mapping.name}: none of the first {SEARCHED} rows holds its headings")
    if best.missing:
        raise MappingError(f"{mapping.name}, row {best.header}: no column for {_asked(best)}")
    return best


def choose(known: Sequence[Mapping], first: Sequence[Line], row: int | None = None) -> Binding:
    """The layout that fits whole and takes most of the list's columns. Raises MappingError where none does: a layout
    that fits in part can be named by a person, who knows what is missing in it."""
    found = [bind(mapping, first, row) for mapping in known]
    fitting = [one for one in found if one.whole]
    if not fitting:
        raise MappingError("this list fits no layout: " + ". ".join(map(_reason, found)))
    return max(fitting, key=lambda one: len(one.at))


def _reason(binding: Binding) -> str:
    name = binding.mapping.name
    if not binding.at:
        return f"{name}: none of the first {SEARCHED} rows holds its headings"
    if binding.missing:
        return f"{name}, row {binding.header}: no column for {_asked(binding)}"
    if binding.overruled:
        return f"{name}: calls every case {binding.mapping.fixed['classification']}, against {binding.overruled[0]!r}"
    return f"{name}: fits in part, without {', '.join(sorted(set(binding.mapping.columns) - set(binding.at)))}"


def _asked(binding: Binding) -> str:
    mapping = binding.mapping
    return "; ".join(f"{name} ({' / '.join(mapping.columns.get(name, (name,)))})" for name in binding.missing)


def _bound(mapping: Mapping, heading: Heading) -> Binding:
    places = heading.places()
    at = {}
    for name, known in mapping.columns.items():
        found = next((places[plain(one)] for one in known if plain(one) in places), None)
        if found is not None:
            at[name] = found
    return Binding(mapping, heading.n, heading.shown, at, _left(heading.shown, at))


def _left(shown: Sequence[str], at: dict[str, int]) -> tuple[str, ...]:
    taken = set(at.values())
    return tuple(head for position, head in enumerate(shown) if position not in taken and head)


def changed(binding: Binding, columns: dict[str, str], fixed: dict[str, str]) -> Binding:
    """The binding with what somebody said of single fields: a heading, the letter or number of a column, or nothing;
    or one value for every row. Raises MappingError for what there is not."""
    at, mapping = dict(binding.at), binding.mapping
    for name, wanted in columns.items():
        if name not in FIELDS:
            raise MappingError(f"{name}: there is no such field; known: {', '.join(sorted(FIELDS))}")
        at.pop(name, None)
        if wanted:
            at[name] = position(binding.headings, wanted)
    for name, value in fixed.items():
        if name not in FIELDS or (name == "classification" and value not in CLASSES):
            raise MappingError(f"{name}: {value!r} cannot be the value of every row")
        if not columns.get(name):  # a column that somebody chose says more than a value for all
            at.pop(name, None)
    fixed = {name: value for name, value in {**mapping.fixed, **fixed}.items() if not columns.get(name)}
    return replace(binding, mapping=replace(mapping, fixed=fixed), at=at, left=_left(binding.headings, at))


def position(shown: Sequence[str], wanted: str) -> int:
    """Where a column stands that somebody named by its heading, its letter or its number. Raises MappingError."""
    names = [plain(head) for head in shown]
    if plain(wanted) in names:
        return names.index(plain(wanted))
    number = int(wanted) if wanted.isdecimal() else 0
    if wanted.isascii() and wanted.isalpha() and len(wanted) <= 2:
        for letter in wanted.upper():
            number = number * 26 + ord(letter) - 64
    if not 1 <= number <= max(len(shown), 1):
        raise MappingError(f"there is no column {wanted!r}; there are: {', '.join(filter(None, shown))}")
    return number - 1
