"""What a rule may be given: every input is declared with its name, type, unit, bounds and closed terms.

The declaration reads the value, words the reason, draws the form and the table in docs/rules.md. What is not
declared is not read; what was given and is not declared keeps a permissive answer back (guard.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from tongzhou.rules import moments
from tongzhou.rules.kinds import KIND_WORDS, NEVER_HAPPENED, UNITS_ZH, Kind
from tongzhou.rules.pack import exactly
from tongzhou.rules.said import said_of
from tongzhou.rules.words import NEVER, Vocabulary, folded, is_blank, is_unknown, vocabulary


class DataError(Exception):
    """Inputs that cannot all be true, or a value that cannot be read. A sentence in both languages."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en, self.zh = en, zh


class Unruled(Exception):
    """A word that the rule's closed list does not hold, or a text that no rule can judge: somebody must rule."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en, self.zh = en, zh


@dataclass(frozen=True)
class Input:
    """One declared input.

    `names`: other names of the very same thing. `never`: an explicit "never" (从未) is an answer; `null_is_never`: in
    the worked cases of the source book a null says it. `event`: the day
    of something that happened, so it cannot lie after the day the question is asked on. `open_list`: a word outside
    the vocabulary is handed to a person instead of being an error. `reader`: of a value with a form of its own.
    `worded` and `unsaid`: how a form words yes, no and the silence between them, Chinese first.
    """

    name: str
    kind: Kind
    zh: str
    en: str
    names: tuple[str, ...] = ()
    unit: str = ""
    least: float | None = None
    most: float | None = None
    terms: str = ""
    among: tuple[str, ...] = ()
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    never: bool = False
    null_is_never: bool = False
    event: bool = False
    open_list: bool = False
    reader: Callable[[Input, Any], Any] | None = None
    worded: tuple[tuple[str, str], tuple[str, str]] = (("是", "yes"), ("否", "no"))
    unsaid: tuple[str, str] = ("尚不清楚", "not known yet")
    keys: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        spoken = (self.name, self.zh, *self.names)
        object.__setattr__(self, "never", self.never or self.null_is_never)
        object.__setattr__(self, "keys", frozenset(folded(name) for name in spoken))

    @property
    def unit_zh(self) -> str:
        return UNITS_ZH.get(self.unit, self.unit)

    @property
    def vocabulary(self) -> Vocabulary:
        return vocabulary(self.terms)

    def refuse(self, value: Any, en: str = "", zh: str = "") -> DataError:
        words = KIND_WORDS[self.kind]
        return DataError(
            f"{self.name}: {value!r} is not {en or words[0]}", f"{self.zh}：“{_shown(value)}”不是{zh or words[1]}"
        )

    def read(self, value: Any) -> Any:
        """The value as its type. Raises DataError or Unruled; the caller has sorted out blank and unknown."""
        if (
            self.never
            and isinstance(value, str)
            and (folded(value) in NEVER or folded(value) in said_of(self.name).never)
        ):
            return NEVER_HAPPENED
        return (self.reader or READERS[self.kind])(self, value)


def _flag(one: Input, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float) and value in (0, 1):
        return bool(value)
    found = said_of(one.name, one.yes, one.no).holds(value) if isinstance(value, str) else None
    if found is None:
        raise one.refuse(value)
    return found


def _number(one: Input, value: Any) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) > 1e15:
        raise one.refuse(value)
    if (one.least is not None and value < one.least) or (one.most is not None and value > one.most):
        low, high = _bound(one.least), _bound(one.most)
        en, zh = f"within {low} to {high} {one.unit}".rstrip(), f" {low} 至 {high} {one.unit_zh}之内的数"
        raise one.refuse(value, en, zh)
    return exactly(value)


def _count(one: Input, value: Any) -> int:
    number = _number(one, value)
    if number.denominator != 1:
        raise one.refuse(value)
    return int(number)


def _day(one: Input, value: Any) -> date:
    try:
        return moments.as_day(value)
    except moments.Unreadable:
        raise one.refuse(value) from None


def _moment(one: Input, value: Any) -> datetime | date:
    try:
        return moments.as_moment(value)
    except moments.Unreadable:
        raise one.refuse(value) from None


def _term(one: Input, value: Any) -> str:
    term = one.vocabulary.find(value)
    if term is not None and (not one.among or term.code in one.among):
        return term.code
    shown = _shown(value)
    if one.open_list and isinstance(value, str):
        raise Unruled(f"{one.name}: {value!r} is not in the list of {one.en}", f"{one.zh}：“{shown}”不在列表中，需裁定")
    some = [t for t in one.vocabulary.terms.values() if not one.among or t.code in one.among][:6]
    en, zh = ", ".join(t.en for t in some), "、".join(t.zh for t in some)
    raise one.refuse(value, f"one of: {en}", f"以下之一：{zh}")


def _terms(one: Input, value: Any) -> list[str]:
    return list(dict.fromkeys(_term(one, item) for item in (value if isinstance(value, list) else [value])))


def _text(one: Input, value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    raise one.refuse(value)


def _list(one: Input, value: Any) -> list[Any]:
    if isinstance(value, str) and folded(value) in NEVER:
        return []
    values = value if isinstance(value, list | tuple) else [value]
    if any(is_blank(item) or is_unknown(item) for item in values):
        raise one.refuse(value)
    return list(values)


def _days(one: Input, value: Any) -> list[date]:
    return sorted(_day(one, item) for item in _list(one, value))


def _moments(one: Input, value: Any) -> list[datetime | date]:
    return [_moment(one, item) for item in _list(one, value)]


READERS = {
    Kind.FLAG: _flag,
    Kind.NUMBER: _number,
    Kind.COUNT: _count,
    Kind.DAY: _day,
    Kind.MOMENT: _moment,
    Kind.TERM: _term,
    Kind.TERMS: _terms,
    Kind.TEXT: _text,
    Kind.DAYS: _days,
    Kind.MOMENTS: _moments,
    Kind.CRITERIA: lambda one, value: value,
    Kind.OTHER: lambda one, value: value,
}


def _bound(value: float | None) -> str:
    return "…" if value is None else f"{value:g}"


def _shown(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:60]}…"


def _maker(kind: Kind):  # type: ignore[no-untyped-def]  # a constructor of one kind
    def make(name: str, zh: str, en: str, **more: Any) -> Input:
        return Input(name, kind, zh, en, **more)

    return make


flag, number, count, text = _maker(Kind.FLAG), _maker(Kind.NUMBER), _maker(Kind.COUNT), _maker(Kind.TEXT)
day, moment, days, moments_of = _maker(Kind.DAY), _maker(Kind.MOMENT), _maker(Kind.DAYS), _maker(Kind.MOMENTS)
term, terms, other = _maker(Kind.TERM), _maker(Kind.TERMS), _maker(Kind.OTHER)
criteria = _maker(Kind.CRITERIA)

# Read of every rule: they choose the edition and the place, or say when the question is asked.
ASKED = Input("date", Kind.MOMENT, "日期", "day the question is asked on", names=("as_of", "asked_on"))
PLACE_NAMES = ("place", "adcode", "city", "county", "province", "地区", "地点", "城市", "省份", "所在地")
PLACE = Input("place_code", Kind.OTHER, "地区代码", "place", names=PLACE_NAMES)
PACK = Input("pack", Kind.TEXT, "版本", "edition named by the question", names=("edition",))
NOTE = Input(
    "note", Kind.OTHER, "备注", "a remark, never read", names=("remark", "item", "goods", "name", "商品", "名称")
)
COMMON = (ASKED, PLACE, PACK, NOTE)
