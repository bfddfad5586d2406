"""Doors as people say them: `3栋2单元501`, `3-2-501`, `Building 3, stairwell 2, floor 5, room 501`; a house: `12号`."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_NAME = r"(?:[0-9]{1,4}[A-Z]?|[A-Z][0-9]{0,3})"
# One part of an address: a name before its word in Chinese, after it in English.
_PARTS = {
    "building": (r"号楼|[栋幢座]", r"BUILDING|BLDG|BLOCK"),
    "stairwell": (r"单元|门洞|梯", r"STAIRWELL|STAIRS|STAIR|UNIT|ENTRANCE"),
    "floor": (r"层|楼", r"FLOOR|FL"),
    "room": (r"号房|[室号户房]", r"ROOM|RM|FLAT|APARTMENT|APT"),
}
_ORDER = tuple(_PARTS)
_ENGLISH = ("Building", "stairwell", "floor", "room")
_NUMBERS = re.compile(r"[零〇○一二两三四五六七八九十百]+(?=号|栋|幢|座|楼|单元|门洞|梯|层|室|户|房|$|第)")


class NotUnderstood(ValueError):
    """`part`: what of the address is not understood."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


@dataclass(frozen=True)
class Door:
    """A door by building, stairwell, floor and room; what nobody said is empty. Names are text: 3, 3A, B."""

    building: str = ""
    stairwell: str = ""
    floor: int | None = None
    room: str = ""

    @property
    def house(self) -> bool:
        """A house of its own, as in a village: no stairwell, no room."""
        return bool(self.building) and not (self.stairwell or self.room or self.floor is not None)

    @property
    def storey(self) -> int | None:
        """The floor as told, or as the room's number says it."""
        return self.floor if self.floor is not None else floor_of(self.room)


def floor_of(room: str) -> int | None:
    """The floor in a room's number: 501 is on the fifth, 1203 on the twelfth; None where the number tells none."""
    found = re.fullmatch(r"([1-9][0-9]?)[0-9]{2}[A-Z]?", room)
    return int(found[1]) if found else None


def parse(text: str) -> Door:
    """What an address says. Raises NotUnderstood with the part that it does not understand: nothing is guessed."""
    plain = re.sub(r"[‐‑‒–—―－_#]", "-", unicodedata.normalize("NFKC", text).upper())
    plain = _NUMBERS.sub(lambda found: _number(found[0]), plain).replace("第", "").strip(" ,，。.")
    if not plain:
        raise NotUnderstood(text)
    bare = re.fullmatch(rf"({_NAME})\s*-\s*({_NAME})\s*-\s*({_NAME})(?:室|号)?", plain)
    if bare:
        return Door(bare[1], bare[2], None, bare[3])
    if house := re.fullmatch(rf"({_NAME})\s*号|(?:HOUSE|NO\.?)\s*({_NAME})", plain):
        return Door(house[1] or house[2])
    found, at = dict[str, str](), 0
    while at < len(plain):
        name, value, end = _part(plain, at, found)
        found[name], at = value, end
    floor = found.get("floor")
    if floor is not None and not (floor.isdigit() and 0 < int(floor) < 200):
        raise NotUnderstood(floor)
    return Door(found.get("building", ""), found.get("stairwell", ""), int(floor) if floor else None,
                found.get("room", ""))  # fmt: skip


def written(door: Door, *, english: bool = False) -> str:
    """As it is shown and read again: `parse(written(door)) == door`."""
    if door.house:
        return f"House {door.building}" if english else f"{door.building}号"
    names = (door.building, door.stairwell, str(door.floor or ""), door.room)
    if english:
        return ", ".join(f"{word} {name}" for word, name in zip(_ENGLISH, names, strict=True) if name)
    return "".join(f"{name}{word}" for word, name in zip(("栋", "单元", "层", "室"), names, strict=True) if name)


def _part(plain: str, at: int, found: dict[str, str]) -> tuple[str, str, int]:
    """The next part: which it is, its name, and where it ends."""
    rest = plain[at:]
    for name, (after, before) in _PARTS.items():
        if found and _ORDER.index(name) <= _ORDER.index(next(reversed(found))):
            continue  # from the large to the small: 3楼2单元 is not understood
        chinese = re.match(rf"\s*({_NAME})\s*(?:{after})[\s,，-]*", rest)
        english = re.match(rf"\s*(?:{before})\.?\s*({_NAME})(?![0-9A-Z])[\s,，-]*", rest)
        if said := chinese or english:
            return name, said[1], at + said.end()
    last = re.fullmatch(rf"\s*({_NAME})\s*", rest)
    if last and found and "room" not in found:  # 3栋2单元501
        return "room", last[1], len(plain)
    raise NotUnderstood(rest.strip())


def _number(text: str) -> str:
    """Chinese numerals as digits: 十二 is 12, 五零一 is 501."""
    if "十" not in text and "百" not in text:
        return "".join(str(_DIGITS[c]) for c in text)
    hundreds, _, rest = text.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    total = 100 * _DIGITS.get(hundreds, 0)
    total += 10 * (_DIGITS.get(tens.lstrip("零〇"), 1) if ten else 0)
    return str(total + _DIGITS.get(ones.lstrip("零〇"), 0))
