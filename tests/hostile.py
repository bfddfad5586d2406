"""Bodies that the struct of a kind accepts and nobody would write: days that no calendar has, far moments, huge
numbers, nothing where something is meant, keys of other nouns and of the fact itself.

A story is drawn from one seed, so that it can be told again.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import re
import uuid
from collections import defaultdict
from functools import cache
from typing import Any

import msgspec
import world
from msgspec import inspect

from tongzhou.ledger.kinds import KINDS, Said

FACTS = 14
DAYS = ("2020-02-31", "2020-03-10", "2020-03-01", "2020-13-45", "0000-00-00", "0001-01-01", "9999-12-31", "1899-12-31",
        "٢٠٢٠-٠٣-١٠", "2020-03-10\n")  # fmt: skip
MOMENTS = ("9999-12-31T23:59:59+08:00", "0001-01-01T00:00:00+08:00", "2020-02-31T09:00:00+08:00", "2020-03-10T09:00",
           "2020-03-10T09:00:00+08:00", "2020-03-09T23:59:59.999999Z", "9999-12-31T23:59:59-23:59",
           "0001-01-01T00:00:00+23:59", "2020-03-10T99:99:99")  # fmt: skip
NAMES = ("0", "1", "5", "41", "1/2020-02-31/1", "stock/5", "5/masks", "cluster/5/2020-02-31", "cluster/5/2020-03-09",
         "x/../y", "masks", "fangcang-1", "E1", "C1", "70-79", "80+", "T3", "G123", "100000000001", "10000001",
         "23:59", "+86 27 0", "a" * 36, "a" * 64, "answer_support", "call_back")  # fmt: skip
TEXTS = ("4711", "", " ", "x", "深" * 150, "\N{PILE OF POO}", "{}", "%s", "'; --", "<", "1e9", "-1", "two words")
NUMBERS = (0, 1, 3, 5, 6, 41, 99, 385, -1, 2**15, 2**31 - 1, 2**31, 2**53, 2**63 - 1, -(2**63))
HOURS = (-24 * 400, -24 * 20, -72, -5, -1, 0, 0, 1, 12)
PLACES = (1, 3, 5, 6, 6, 6, 9, 10)
EARLY = dt.datetime(1900, 1, 2, tzinfo=dt.UTC)


class Hostile:
    """Facts about few subjects, mostly of kinds that meet on one noun, in any order, some of them corrections."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.ids = [str(uuid.UUID(int=((0x0170_C000_0000 + seed) << 80) | (7 << 76) | (2 << 62) | n))
                    for n in range(FACTS)]  # fmt: skip
        self.noun = self.chance.choice(sorted(by_noun()))

    def story(self) -> list[Said]:
        facts = [self._fact(n) for n in range(FACTS)]
        self.chance.shuffle(facts)
        return facts

    def _fact(self, n: int) -> Said:
        kind = self.chance.choice(by_noun()[self.noun] if self.chance.random() < 0.8 else sorted(KINDS))
        at = world.NOW + dt.timedelta(hours=self.chance.choice(HOURS)) if self.chance.random() < 0.95 else EARLY
        corrects = kind == "fact.withdrawn" or self.chance.random() < 0.1
        place = self.chance.choice(PLACES)
        said = world.said(kind, self._of(inspect.type_info(KINDS[kind].body)), at=at, place=place,
                          id=uuid.UUID(self.ids[n]), corrects=uuid.UUID(self._id()) if corrects else None)  # fmt: skip
        others = {name: self.chance.choice(PLACES) for name in ("home", "reporting") if self.chance.random() < 0.6}
        return msgspec.structs.replace(said, **others)

    def _id(self) -> str:
        """The first facts are spoken of most, so that words meet."""
        return self.ids[min(self.chance.randrange(FACTS), self.chance.randrange(FACTS), self.chance.randrange(4))]

    def _of(self, info: Any) -> Any:
        draw = self.chance
        match info:
            case inspect.Metadata():
                return self._of(info.type)
            case inspect.BoolType():
                return draw.random() < 0.5
            case inspect.NoneType():
                return None
            case inspect.IntType():
                return self._whole(info)
            case inspect.StrType():
                return self._text(info)
            case inspect.UUIDType():
                return self._id()
            case inspect.LiteralType():
                return draw.choice(sorted(info.values))
            case inspect.UnionType():
                return self._of(draw.choice(info.types))
            case inspect.TupleType():
                return [self._of(one) for one in info.item_types]
            case inspect.ListType() | inspect.VarTupleType():
                return [self._of(info.item_type) for _ in range(self._many(info))]
            case inspect.SetType() | inspect.FrozenSetType():
                found = [self._of(info.item_type) for _ in range(self._many(info))]
                return list({json.dumps(one): one for one in found}.values())
            case inspect.DictType():
                return {str(self._of(info.key_type)): self._of(info.value_type) for _ in range(self._many(info))}
            case inspect.StructType():
                return {f.encode_name: self._of(f.type) for f in info.fields if f.required or draw.random() < 0.6}
        raise TypeError(f"no odd values for {info}")

    def _many(self, info: Any) -> int:
        least = info.min_length or 0
        return self.chance.randint(least, max(least, min(info.max_length or 3, 3)))

    def _whole(self, info: inspect.IntType) -> int:
        least = info.ge if info.ge is not None else info.gt + 1 if info.gt is not None else -(2**63)
        most = info.le if info.le is not None else info.lt - 1 if info.lt is not None else 2**63 - 1
        return self.chance.choice([least, most, *(n for n in NUMBERS if least <= n <= most)])

    def _text(self, info: inspect.StrType) -> str:
        """An odd text that the pattern and the lengths let through."""
        some = self.chance.choice((DAYS, MOMENTS, NAMES, TEXTS, self._keys(), self._keys()))
        for texts in (some, DAYS + MOMENTS + NAMES + TEXTS + self._keys()):
            least, most = info.min_length or 0, info.max_length or 1000
            if fits := [t for t in texts if least <= len(t) <= most and re.search(info.pattern or "", t)]:
                return self.chance.choice(fits)
        raise ValueError(f"say in this file what stands for the pattern {info.pattern}")

    def _keys(self) -> tuple[str, ...]:
        id = self._id()
        return (id, id, *(f"{noun}/{id}" for noun in ("case", "contact", "need", "task", self.noun)))


@cache
def by_noun() -> dict[str, list[str]]:
    """The kinds that touch each noun."""
    found: dict[str, list[str]] = defaultdict(list)
    for kind in KINDS.values():
        for way in kind.ways:
            if way.noun and kind.name not in found[way.noun]:
                found[way.noun].append(kind.name)
    return found | {"household": [kind.name for kind in KINDS.values() if kind.mass]}


def told(said: Said) -> str:
    """A fact as a person may repeat it."""
    given = {name: getattr(said, name) for name in ("home", "reporting", "corrects") if getattr(said, name)}
    return f"{said.kind} {bytes(said.body).decode()} {said.id} place={said.place} at={said.effective_at} {given}"
