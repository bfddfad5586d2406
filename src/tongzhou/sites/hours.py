"""Opening hours as people write them: `Mo-Fr 08:00-12:00,14:00-17:30; Sa 09:00-12:00`, `周一至周五 8:00-17:30`."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
DAYS_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_DAY = {name.lower(): n for n, name in enumerate(DAYS)}
_DAY |= {f"{week}{name}": n for week in ("周", "星期", "礼拜") for n, name in enumerate("一二三四五六日")}
_DAY |= {f"{week}天": 6 for week in ("周", "星期", "礼拜")}
_ALWAYS = frozenset({"24/7", "24小时", "全天", "全天24小时", "24h"})
_EVERY = frozenset({"", "daily", "每天", "每日"})
_SPAN = re.compile(r"([0-9]{1,2}):([0-9]{2})-([0-9]{1,2}):([0-9]{2})")
_RULE = re.compile(r"(?P<days>[^0-9]*?)\s*(?P<spans>[0-9].*)")
DAY = 24 * 60


@dataclass(frozen=True)
class Opening:
    """On these days (0 is Monday) from and until these minutes of the day; an end beyond 24:00 lies in the next."""

    days: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]


def parse(text: str) -> tuple[Opening, ...]:
    """Raises ValueError with the part that is not understood."""
    plain = re.sub(r"[～~—–‑至到]", "-", unicodedata.normalize("NFKC", text).strip())
    if plain.lower().replace(" ", "") in _ALWAYS:
        return (Opening(tuple(range(7)), ((0, DAY),)),)
    return tuple(_rule(part.strip()) for part in re.split(r"[;；。]", plain) if part.strip())


def written(hours: tuple[Opening, ...], days: tuple[str, ...] = DAYS, always: str = "24/7") -> str:
    """As it is kept, or with other names of days."""
    if hours == (Opening(tuple(range(7)), ((0, DAY),)),):
        return always
    return "; ".join(
        " ".join(filter(None, (_days(one.days, days), ",".join(f"{_time(a)}-{_time(b % DAY or DAY)}"
                                                               for a, b in one.spans)))) for one in hours
    )  # fmt: skip


def is_open(hours: tuple[Opening, ...], weekday: int, minute: int) -> bool:
    """On a weekday (0 is Monday) at a minute of the day, with what began the day before."""
    return any(
        start <= at < end
        for one in hours
        for start, end in one.spans
        for day, at in ((weekday, minute), ((weekday - 1) % 7, minute + DAY))
        if day in one.days
    )


def _rule(part: str) -> Opening:
    found = _RULE.fullmatch(part)
    if not found:
        raise ValueError(part)
    spans = []
    for piece in re.split(r"[,，、]", found["spans"].replace(" ", "")):
        span = _SPAN.fullmatch(piece)
        if not span:
            raise ValueError(piece)
        start, end = int(span[1]) * 60 + int(span[2]), int(span[3]) * 60 + int(span[4])
        if int(span[2]) > 59 or int(span[4]) > 59 or start >= DAY or end > DAY or start == end:
            raise ValueError(piece)
        spans.append((start, end if end > start else end + DAY))
    return Opening(_which(found["days"]), tuple(spans))


def _which(text: str) -> tuple[int, ...]:
    plain = text.strip(" :：").lower().replace(" ", "")
    if plain in _EVERY:
        return tuple(range(7))
    days: set[int] = set()
    for part in re.split(r"[,，、]", plain):
        first, _, last = part.partition("-")
        last = last if not last or last in _DAY else first[:-1] + last  # 周一至五
        if first not in _DAY or (last and last not in _DAY):
            raise ValueError(part)
        start, end = _DAY[first], _DAY[last or first]
        days |= {n % 7 for n in range(start, end + 1 if end >= start else end + 8)}
    return tuple(sorted(days))


def _days(days: tuple[int, ...], names: tuple[str, ...]) -> str:
    if len(days) == 7:
        return ""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(names[run[0]] if len(run) == 1 else f"{names[run[0]]}-{names[run[-1]]}" for run in runs)


def _time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
