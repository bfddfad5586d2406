"""Lists of prices taken in: a row is a price in a shop on a day, or comes back whole with the reason. A unit that
nobody knows is refused, not guessed; what is told twice is told once."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from psycopg import Connection

from tongzhou.ledger.append import Authority, append
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.story import stable_id
from tongzhou.ledger.time import local_day, zone
from tongzhou.market import policy
from tongzhou.market.asks import SHOPS
from tongzhou.problems import Problem
from tongzhou.sites.drafts import Draft
from tongzhou.sites.queries import list_on
from tongzhou.tables import BadInput
from tongzhou.tables.reader import Choices
from tongzhou.tables.reader.types import NO_CHOICES
from tongzhou.tables.rows import Headed, read_headed
from tongzhou.why import Both, gettext_noop, why

NEEDED = ("told_at", "shop", "item")
CHINESE = {
    "told_at": "时间", "shop": "商店", "item": "品目", "grade": "等级", "price": "价格", "unit": "单位",
    "stock": "库存", "days": "可售天数", "cost": "进价", "source": "来源",
}  # fmt: skip
STOCKS = {"plenty": ("充足", "足"), "low": ("偏少", "少"), "none": ("缺货", "无", "没有")}
SOURCES = {"shelf": ("货架", "现场"), "telephone": ("电话",), "receipt": ("小票",), "list": ("价目表", "清单")}
Row = Mapping[str, str]


@dataclass
class Taken:
    """`written`: rows that are facts now, or would be; `known`: how many were told already; `refused`: row number, its
    cells and why."""

    written: list[tuple[int, Said]] = field(default_factory=list)
    known: int = 0
    refused: list[tuple[int, Row, str]] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def read(content: bytes, name: str, *, alone: bool = False, choices: Choices = NO_CHOICES) -> Headed:
    """The table, under English or Chinese headings. Raises BadInput that names the columns that are missing."""
    try:
        return read_headed(content, name, NEEDED, alone=alone, choices=choices)
    except BadInput as missing:
        try:
            found = read_headed(content, name, [CHINESE[one] for one in NEEDED], alone=alone, choices=choices)
        except BadInput:
            raise missing from None
    english = {zh: name for name, zh in CHINESE.items()}
    found.names = [english.get(one, one) for one in found.names]
    found.rows = [(n, {english.get(key, key): cell for key, cell in row.items()}) for n, row in found.rows]
    return found


def known_shops(connection: Connection[Any], day: dt.date) -> Callable[[str], Draft | None]:
    """Which shop a word means: its key, or its name where only one has it."""
    found: dict[str, list[Draft]] = {}
    for one in list_on(connection, day, SHOPS):
        for word in {one.key, one.name_zh, one.name_en} - {""}:
            found.setdefault(word, []).append(one)

    def shop(word: str) -> Draft | None:
        meant = found.get(" ".join(word.split()), [])
        return meant[0] if len(meant) == 1 else None

    return shop


def quoted(row: Row, shop: Callable[[str], Draft | None], now: dt.datetime) -> Said:
    """The fact of a row. Raises ValueError with the reason."""
    at = _moment(row["told_at"], now)
    site = shop(row["shop"])
    if site is None:
        raise ValueError(why("shop", gettext_noop("%(said)r is no shop, or several are called so"), said=row["shop"]))
    item, grade = _item(row["item"], row.get("grade", ""))
    body: dict[str, Any] = {"site": site.key, "item": item.code, "grade": grade,
                            "source": _of("source", row.get("source", "") or "list", SOURCES)}  # fmt: skip
    if row.get("price"):
        body |= {"fen": _fen(row, "price"), "unit": _unit(row.get("unit", ""), item)}
    if row.get("stock"):
        body["stock"] = _of("stock", row["stock"], STOCKS)
    if row.get("days"):
        body["days"] = _days(row["days"])
    if row.get("cost"):
        body["cost"] = _fen(row, "cost")
    id = stable_id(at, f"price {sorted(body.items())}")
    return Said(id, "price.quoted", at, msgspec.Raw(json.dumps(body, ensure_ascii=False).encode()), site.place)


def facts(found: Headed, shop: Callable[[str], Draft | None], now: dt.datetime) -> Taken:
    """Every row as a fact, or refused."""
    taken = Taken(columns=found.names, unread=found.unread, refused=[*found.wrong])
    for n, row in found.rows:
        try:
            taken.written.append((n, quoted(row, shop, now)))
        except ValueError as error:
            taken.refused.append((n, row, error.args[0]))
    return taken


def take(connection: Connection[Any], found: Headed, who: Authority, now: dt.datetime, *, dry: bool) -> Taken:
    """The table taken in with the rights of whoever brings it; with `dry` nothing of it stays."""
    from django.utils import translation

    taken = facts(found, known_shops(connection, local_day(now)), now)
    rows = dict(found.rows)
    said = [fact for _n, fact in taken.written]
    with translation.override("en"):
        receipt = append(connection, said, who, origin="imported")
        told = {n: Both(_reason(problem)) for n, problem in receipt.refused.items()}
    if dry or told:
        _in_chinese(connection, told, said, who)
    refused = {taken.written[n][0]: reason for n, reason in told.items()}
    taken.written = [one for one in taken.written if one[0] not in refused]
    taken.refused += [(n, rows[n], reason) for n, reason in refused.items()]
    taken.refused.sort(key=lambda one: one[0])
    taken.known = receipt.known
    if dry:
        connection.rollback()
    return taken


def _in_chinese(connection: Connection[Any], told: dict[int, Both], said: Sequence[Said], who: Authority) -> None:
    """What was refused, asked again in the other language: a problem is worded where it is met."""
    from django.utils import translation

    if not told:
        return
    with translation.override("zh-hans"):
        again = append(connection, [said[n] for n in told], who, origin="imported")
    for position, n in enumerate(told):
        told[n].other = _reason(again.refused[position]) if position in again.refused else str(told[n])


def _reason(problem: Problem) -> str:
    name = problem.field.removeprefix("body.")
    return f"{name}: {problem}" if name else str(problem)


def _moment(text: str, now: dt.datetime) -> dt.datetime:
    """A minute, or a day: then its noon, or this minute where that is still to come."""
    try:
        at = dt.datetime.fromisoformat(text.strip().replace("/", "-"))
    except ValueError:
        raise ValueError(why("told_at", gettext_noop("%(said)r is no day or minute, as in 2020-03-10T09:30"),
                             said=text)) from None  # fmt: skip
    at = at if at.tzinfo else at.replace(tzinfo=zone())
    if len(text.strip()) <= len("2020-03-10"):
        at = min(at + dt.timedelta(hours=12), max(now, at))
    if at > now or at.year < 2000:
        raise ValueError(why("told_at", gettext_noop("%(said)s has not come yet, or is too long ago"), said=text))
    return at


def _item(text: str, quality: str) -> tuple[policy.Item, str]:
    word = text.strip()
    of = policy.market()
    found = [one for one in of.items if word in (one.code, one.zh, one.en, *one.also)]
    if len(found) != 1:
        raise ValueError(why("item", gettext_noop("%(said)r is no item of the list"), said=text))
    if not quality.strip():
        return found[0], found[0].grades[0]
    grades = [one.code for one in of.grades if quality.strip() in (one.code, one.zh, one.en)]
    if not grades or grades[0] not in found[0].grades:
        raise ValueError(why("grade", gettext_noop("%(said)r is no quality of this item"), said=quality))
    return found[0], grades[0]


def _unit(text: str, item: policy.Item) -> str:
    """The unit that a word means, where it is reckoned into that of the item."""
    word, of = text.strip(), policy.market()
    found = [one for one in of.units if word in (one.code, one.zh, one.en, *one.also)]
    if len(found) != 1:
        raise ValueError(why("unit", gettext_noop("%(said)r is no unit that anybody knows"), said=text))
    if of.reckoned(item.code, 1, found[0].code) is None:
        raise ValueError(why("unit", gettext_noop("%(said)r is not reckoned into %(unit)s"), said=text,
                             unit=of.unit[item.unit].zh))  # fmt: skip
    return found[0].code


def _fen(row: Row, name: str) -> int:
    text = row[name].replace("元", "").replace("¥", "").strip()
    whole, _point, part = text.partition(".")
    if not (whole.isascii() and whole.isdecimal() and len(whole) <= 5 and (part.isdecimal() or not part)
            and len(part.rstrip("0")) <= 2):  # fmt: skip
        raise ValueError(why(name, gettext_noop("%(said)r is no sum in yuan, as in 12.50"), said=row[name]))
    fen = int(whole) * 100 + int(part.rstrip("0").ljust(2, "0") or 0)
    if fen < 1:
        raise ValueError(why(name, gettext_noop("%(said)r is no sum in yuan, as in 12.50"), said=row[name]))
    return fen


def _days(text: str) -> int:
    plain = text.strip().removesuffix("天").removesuffix(".0")
    if not (plain.isascii() and plain.isdecimal() and int(plain) <= 1_000):
        raise ValueError(why("days", gettext_noop("%(said)r is no number of days"), said=text))
    return int(plain)


def _of(name: str, text: str, words: Mapping[str, Sequence[str]]) -> str:
    found = next((code for code, said in words.items() if text.strip() in (code, *said)), None)
    if found is None:
        raise ValueError(why(name, gettext_noop("%(said)r is none of the words for it"), said=text))
    return found
