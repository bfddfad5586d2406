"""The inputs of one question, read with their types; what is absent or contradictory is named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any

UNKNOWN = frozenset({"", "unknown", "n/a", "未知", "不详"})
LOCAL = timezone(timedelta(hours=8), "Asia/Shanghai")


class Insufficient(Exception):
    """Inputs the rule needs and was not given."""

    def __init__(self, *missing: str) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


class Contradiction(Exception):
    """Inputs that cannot all be true, or a value that cannot be read. Sentences in both languages."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en, self.zh = en, zh


class Given:
    """Typed access to the inputs. Every reader takes the accepted names, the canonical one first."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw
        self.used: dict[str, Any] = {}
        self.asked: set[str] = set()

    def value(self, *names: str) -> Any:
        self.asked.update(names)
        for name in names:
            if name in self.raw:
                value = self.raw[name]
                self.used[name] = value
                return None if isinstance(value, str) and value.strip().lower() in UNKNOWN else value
        return None

    def has(self, *names: str) -> bool:
        """Whether one of the names was given at all, be it as null."""
        self.asked.update(names)
        return any(name in self.raw for name in names)

    def ignored(self) -> list[str]:
        return [name for name in self.raw if name not in self.asked]

    def need(self, **inputs: Any) -> None:
        lacking = [name for name, value in inputs.items() if value is None]
        if lacking:
            raise Insufficient(*lacking)

    def exact(self, *names: str, least: int | None = 0) -> Fraction | None:
        """A number without rounding: 11.6 is 58/5, so that a limit compares as it reads."""
        value = self.value(*names)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            raise unreadable(names[0], value, "a number", "数字")
        if least is not None and value < least:
            raise unreadable(names[0], value, f"a number not below {least}", f"不小于 {least} 的数字")
        return Fraction(Decimal(str(value)))

    def count(self, *names: str) -> int | None:
        value = self.exact(*names)
        if value is None:
            return None
        if value.denominator != 1:
            raise unreadable(names[0], self.value(*names), "a whole number", "整数")
        return int(value)

    def flag(self, *names: str) -> bool | None:
        value = self.value(*names)
        if value is None or isinstance(value, bool):
            return value
        if value in (0, 1):
            return bool(value)
        raise unreadable(names[0], value, "true or false", "真或假")

    def word(self, *names: str) -> str | None:
        value = self.value(*names)
        return None if value is None else str(value).strip().lower().replace("_", " ")

    def day(self, *names: str) -> date | None:
        value = self.value(*names)
        return None if value is None else as_day(names[0], value)

    def moment(self, *names: str) -> datetime | None:
        value = self.value(*names)
        return None if value is None else as_moment(names[0], value)

    def items(self, *names: str) -> list[Any] | None:
        value = self.value(*names)
        if value is None or isinstance(value, list):
            return value
        raise unreadable(names[0], value, "a list", "列表")

    def moments(self, *names: str) -> list[datetime] | None:
        values = self.items(*names)
        return None if values is None else sorted(as_moment(names[0], value) for value in values)

    def mapping(self, *names: str) -> dict[Any, Any] | None:
        value = self.value(*names)
        if value is None or isinstance(value, dict):
            return value
        raise unreadable(names[0], value, "a mapping", "映射")

    def first_day(self, names: Iterable[str]) -> date | None:
        """The first of the names that was given, as a day."""
        return next((self.day(name) for name in names if self.raw.get(name) is not None), None)


def unreadable(name: str, value: Any, en: str, zh: str) -> Contradiction:
    return Contradiction(f"{name}: {value!r} is not {en}", f"{name}：{value!r} 不是{zh}")


def as_day(name: str, value: Any) -> date:
    """A calendar day, local time. 24:00 belongs to the day it closes."""
    if isinstance(value, datetime):
        return _local(value).date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        try:
            if len(value) == 10 or value[10:] in ("T24:00", " 24:00", "T24:00:00"):
                return date.fromisoformat(value[:10])
            return _local(datetime.fromisoformat(value)).date()
        except ValueError:
            pass
    raise unreadable(name, value, "a day (YYYY-MM-DD)", "日期（YYYY-MM-DD）")


def as_moment(name: str, value: Any) -> datetime:
    """A local time without zone. A day alone is not enough to judge hours by."""
    if isinstance(value, datetime):
        return _local(value)
    if isinstance(value, date):
        raise Insufficient(f"{name} (time of day)")
    if isinstance(value, str):
        try:
            if len(value) == 10:
                date.fromisoformat(value)
                raise Insufficient(f"{name} (time of day)")
            if value[11:16] == "24:00":
                return datetime.combine(date.fromisoformat(value[:10]), time()) + timedelta(days=1)
            return _local(datetime.fromisoformat(value))
        except ValueError:
            pass
    raise unreadable(name, value, "a time (YYYY-MM-DDTHH:MM)", "时间（YYYY-MM-DDTHH:MM）")


def _local(value: datetime) -> datetime:
    return value if value.tzinfo is None else value.astimezone(LOCAL).replace(tzinfo=None)


def every(conditions: Mapping[str, bool | None]) -> bool:
    """All true. One false decides, whatever else is unknown; otherwise the unknown ones are asked for."""
    if any(value is False for value in conditions.values()):
        return False
    lacking = [name for name, value in conditions.items() if value is None]
    if lacking:
        raise Insufficient(*lacking)
    return True
