"""The inputs of one question, read by their declarations; what is absent, unknown or contradictory is named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from tongzhou.rules.inputs import COMMON, DataError, Input, Unruled
from tongzhou.rules.kinds import NEVER_HAPPENED, Kind
from tongzhou.rules.words import folded, is_blank, is_unknown


class Insufficient(Exception):
    """Inputs the rule needs and was not given, or was given as unknown."""

    def __init__(self, *missing: str) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


class Declared:
    """The declared inputs of one rule, found by any of their names."""

    def __init__(self, inputs: Iterable[Input]) -> None:
        self.own = tuple(inputs)
        self.by_name: dict[str, Input] = {}
        self.by_key: dict[str, Input] = {}
        for one in (*self.own, *COMMON):
            self.by_name.setdefault(one.name, one)
            for key in one.keys:
                self.by_key.setdefault(key, one)

    def label(self, name: str, *, zh: bool) -> str:
        """An input as a reader knows it; also `start (time of day)` and `new_by_day[2020-03-04]`."""
        found = re.fullmatch(r"(\w+)(?: \((time of day)\))?(\[.*\])?", name)
        one = self.by_name.get(found[1]) if found else None
        if one is None or found is None:
            return name
        hour = ("的时刻" if zh else ", time of day") if found[2] else ""
        return f"{one.zh if zh else one.en}{hour}{found[3] or ''}"


class Given:
    """Typed access to the inputs: `given["rr"]` is the value, or None where it is absent or unknown.

    `worked`: the question is a worked case of the source book, where an explicit null under an input that may
    have "never" says just that.
    """

    def __init__(self, raw: Mapping[str, Any], declared: Declared, *, worked: bool = False) -> None:
        self.declared = declared
        self.used: dict[str, Any] = {}
        self.unlisted: list[str] = []
        self.nulls: set[str] = set()
        self.on: date | None = None
        self.place: str | None = None
        self._clash: DataError | None = None
        self._read: dict[str, Any] = {}
        self._unknown: set[str] = set()
        for key, value in raw.items():
            one = declared.by_key.get(folded(key))
            if one is None:
                if not is_blank(value):
                    self.unlisted.append(key)
                continue
            if value is None and worked and one.null_is_never:
                value = NEVER_HAPPENED
            if is_blank(value):
                self.nulls.add(one.name)
            else:
                self._take(one, value)

    def _take(self, one: Input, value: Any) -> None:
        if one.name in self.used and self.used[one.name] != value:
            first = self.used[one.name]
            if is_unknown(value) or is_unknown(first) or not _same(one, first, value):
                self._clash = DataError(
                    f"{one.name}: said to be {first!r} and {value!r} under two names",
                    f"{one.zh}：两个名称下分别为“{first}”和“{value}”",
                )
                return
        self.used[one.name] = value
        if is_unknown(value) and (one.kind not in (Kind.OTHER, Kind.CRITERIA) or one.reader):
            self._unknown.add(one.name)

    def __getitem__(self, name: str) -> Any:
        if name in self._read:
            return self._read[name]
        value = self.used.get(name)
        if value is None or name in self._unknown:
            return None
        if value is not NEVER_HAPPENED:
            value = self.declared.by_name[name].read(value)
        self._read[name] = value
        return value

    def said(self, name: str) -> bool:
        """Whether anything was said, be it that it is unknown."""
        return name in self.used

    def unknown(self, name: str) -> bool:
        return name in self._unknown

    @property
    def unknowns(self) -> tuple[str, ...]:
        return tuple(name for name in self.used if name in self._unknown)

    def any_true(self, names: Iterable[str]) -> bool:
        """Whether one of the flags is true; one that cannot be read hides no other."""
        for name in names:
            try:
                if self[name]:
                    return True
            except DataError:
                continue
        return False

    def need(self, *names: str) -> None:
        lacking = [name for name in names if self[name] is None]
        if lacking:
            raise Insufficient(*lacking)

    def moment(self, name: str) -> datetime | None:
        """A moment with its time of day: a day alone is not enough to judge hours by."""
        value = self[name]
        return None if value is None else timed(name, value)

    def moments(self, name: str) -> list[datetime] | None:
        values = self[name]
        return None if values is None else sorted(timed(name, value) for value in values)

    @cached_property
    def asked(self) -> date | None:
        """The day the question is asked on: as the inputs say, else as the caller says."""
        value = self["date"]
        return self.on if value is None else value.date() if isinstance(value, datetime) else value

    def check_all(self) -> None:
        """Read everything that was given. Raises DataError or Unruled for the first that cannot stand."""
        if self._clash:
            raise self._clash
        latest = self.asked
        if latest is not None and self.on is not None and latest > self.on:
            raise DataError(f"date: {latest} lies after {self.on}", f"提问日期 {latest} 晚于 {self.on}")
        now = self["date"] if isinstance(self["date"], datetime) else latest
        for name in self.used:
            value, one = self[name], self.declared.by_name[name]
            if one.event and now is not None and (after := _after(value, now)) is not None:
                raise DataError(
                    f"{name}: {after} lies after the day the question is asked on, {latest}",
                    f"{one.zh}：{after} 晚于提问日期 {latest}",
                )


def _after(value: Any, now: date) -> date | None:
    """The first day or moment of a value that has not come yet; by the hour where both have one."""
    if isinstance(value, list):
        return next((found for item in value if (found := _after(item, now)) is not None), None)
    if isinstance(value, datetime) and isinstance(now, datetime):
        return value if value > now else None
    if isinstance(value, datetime):
        close = value - timedelta(minutes=1) if value.time() == time() else value  # midnight closes the day before
        return value if close.date() > now else None
    today = now.date() if isinstance(now, datetime) else now
    return value if isinstance(value, date) and value > today else None


def _same(one: Input, first: Any, second: Any) -> bool:
    try:
        return bool(one.read(first) == one.read(second))
    except (DataError, Unruled):
        return False


def timed(name: str, value: datetime | date) -> datetime:
    if isinstance(value, datetime):
        return value
    raise Insufficient(f"{name} (time of day)")


def every(conditions: Mapping[str, bool | None]) -> bool:
    """All true. One false decides, whatever else is unknown; otherwise the unknown ones are asked for."""
    if any(value is False for value in conditions.values()):
        return False
    lacking = [name for name, value in conditions.items() if value is None]
    if lacking:
        raise Insufficient(*lacking)
    return True


def failed(given: Given, conditions: Mapping[str, bool | None]) -> tuple[str, str]:
    """The conditions that are not met, as a sentence in each language."""
    names = [name for name, met in conditions.items() if met is False]
    zh = "、".join(given.declared.label(name, zh=True) for name in names)
    return f"not met: {', '.join(names)}", f"不符合：{zh}"
