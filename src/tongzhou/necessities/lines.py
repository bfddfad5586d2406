"""A supplier's list as people type or paste it, one thing to a line, read into lines of an offer.

    大白菜 2500克 10.00 300 蔬菜          name, weight, yuan, how many there are, and its group
    土豆 3斤 7.50 200 蔬菜 散 搭1 限4      weighed when it comes; only together with line 1; at most 4 for one door
    平价包 5kg 10 100 套餐 平价 分配 [大白菜 2000克; 白萝卜 2000克; 土豆 1000克]

Blanks, tabs and commas part the words, so that rows copied from a spreadsheet are read as well. What is not understood
is told with its line; nothing is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.necessities.fields import MOST_LINES

GROUPS = {
    "grain": ("米面", "粮", "粮食", "grain"),
    "oil": ("油盐", "油", "调味", "oil"),
    "vegetable": ("蔬菜", "菜", "vegetable", "vegetables"),
    "meat": ("肉鱼", "肉", "水产", "meat", "fish"),
    "egg": ("鸡蛋", "蛋", "egg", "eggs"),
    "dairy": ("牛奶", "奶", "milk", "dairy"),
    "infant": ("婴儿", "母婴", "baby", "infant"),
    "daily": ("日用品", "日用", "daily", "house"),
    "pack": ("套餐", "套餐包", "包", "pack"),
    "other": ("其他", "other"),
}
_GROUP = {word: code for code, words in GROUPS.items() for word in words}
FLAGS = {"散": "loose", "loose": "loose", "平价": "cheap", "cheap": "cheap", "分配": "dealt", "dealt": "dealt"}
NOT_NEEDED = frozenset({"非必需", "not-needed", "luxury"})
_WEIGHT = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)(kg|公斤|千克|斤|g|克)", re.IGNORECASE)
_GRAMS = {"kg": 1000, "公斤": 1000, "千克": 1000, "斤": 500, "g": 1, "克": 1}
_MONEY = re.compile(r"([0-9]{1,5})(?:\.([0-9]{1,2}))?元?")
_WITH = re.compile(r"(?:搭|tied)([0-9]{1,2})", re.IGNORECASE)
_MOST = re.compile(r"(?:限|most)([0-9]{1,2})", re.IGNORECASE)
_INSIDE = re.compile(r"\[([^\]]*)\]")


class Unread(ValueError):
    """`n`: the line; its text says what is not understood in it."""

    def __init__(self, n: int, words: str) -> None:
        super().__init__(words)
        self.n = n


def read(text: str) -> list[dict[str, Any]]:
    """The lines of an offer. Raises Unread with the first line that is not understood."""
    found = [_line(n, row) for n, row in _rows(text)]
    if not found:
        raise Unread(1, _("nothing is offered"))
    if len(found) > MOST_LINES:
        raise Unread(MOST_LINES + 1, _("at most %(n)d lines") % {"n": MOST_LINES})
    return found


def _rows(text: str) -> Iterator[tuple[int, str]]:
    plain = unicodedata.normalize("NFKC", text).replace("【", "[").replace("】", "]").replace("；", ";")
    for n, row in enumerate((row.strip() for row in plain.splitlines()), 1):
        if row:
            yield n, row


def _line(n: int, row: str) -> dict[str, Any]:
    inside = _INSIDE.search(row)
    found = _thing(n, _INSIDE.sub(" ", row), counted=True)
    if inside:
        found["parts"] = [_thing(n, part, counted=False) for part in inside[1].split(";") if part.strip()]
    return found


def _thing(n: int, text: str, *, counted: bool) -> dict[str, Any]:
    """A thing of a line, or (not `counted`) of a pack: name, weight, price; and of a line how many and what else."""
    words = [word for word in re.split(r"[\s,、|]+", text.strip()) if word]
    found: dict[str, Any] = {}
    for word in words:
        if not _understood(found, word, counted):
            raise Unread(n, _("“%(word)s” is not understood") % {"word": word[:30]})
    wanted = ("name", "grams", "price", "stock", "group") if counted else ("name", "grams")
    lacking = [name for name in wanted if name not in found]
    if lacking == ["group"]:
        found["group"] = "other"
    elif lacking:
        told = {"name": _("a name"), "grams": _("a weight, as in 2500g"), "price": _("a price in yuan, as in 10.00"),
                "stock": _("how many there are")}  # fmt: skip
        raise Unread(n, _("%(what)s is missing") % {"what": told[lacking[0]]})
    return found


def _understood(found: dict[str, Any], word: str, counted: bool) -> bool:
    """Takes a word into what is found; whether it was understood."""
    if "name" not in found:
        found["name"] = word[:30]
        return len(word) <= 30
    if word in NOT_NEEDED:
        found["needed"] = False
        return True
    if "grams" not in found and (weight := _WEIGHT.fullmatch(word)):
        grams = round(float(weight[1]) * _GRAMS[weight[2].lower()])
        found["grams"] = grams
        return 1 <= grams <= 100_000
    if "price" not in found and "grams" in found and (money := _MONEY.fullmatch(word)):
        found["price"] = int(money[1]) * 100 + int((money[2] or "0").ljust(2, "0"))
        return bool(found["price"] <= 1_000_000)
    return counted and _of_line(found, word)


def _of_line(found: dict[str, Any], word: str) -> bool:
    """What only a line has: how many there are, its group, what is special about it."""
    if "stock" not in found and "price" in found and word.isascii() and word.isdigit() and len(word) <= 5:
        found["stock"] = int(word)
    elif word in _GROUP:
        found["group"] = _GROUP[word]
    elif word.lower() in FLAGS:
        found[FLAGS[word.lower()]] = True
    elif with_ := _WITH.fullmatch(word):
        found["tied"] = int(with_[1])
    elif most := _MOST.fullmatch(word):
        found["most"] = int(most[1])
    else:
        return False
    return True


def written(lines: list[dict[str, Any]]) -> str:
    """Lines as they are typed again."""
    return "\n".join(_written(line) for line in lines)


def _written(line: dict[str, Any]) -> str:
    price = f"{line['price'] // 100}.{line['price'] % 100:02d}"
    words = [line["name"], f"{line['grams']}克", price, str(line["stock"]), GROUPS[line["group"]][0]]
    words += [word for word, flag in (("散", "loose"), ("平价", "cheap"), ("分配", "dealt")) if line.get(flag)]
    words += [f"搭{line['tied']}"] if line.get("tied") else []
    words += [f"限{line['most']}"] if line.get("most") else []
    words += [] if line.get("needed", True) else ["非必需"]
    if line.get("parts"):
        words.append("[" + "; ".join(_part(part) for part in line["parts"]) + "]")
    return " ".join(words)


def _part(part: dict[str, Any]) -> str:
    price = part.get("price")
    words = [part["name"], f"{part['grams']}克"] + ([f"{price // 100}.{price % 100:02d}"] if price is not None else [])
    return " ".join(words + ([] if part.get("needed", True) else ["非必需"]))
