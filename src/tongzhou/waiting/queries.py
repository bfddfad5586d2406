"""What waits for somebody, under row-level security: words from outside, subjects offered, words said in their name."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import msgspec
from django.db import connection

from tongzhou.ledger import known
from tongzhou.ledger.kinds import KINDS, Behalf
from tongzhou.ledger.ranges import contains
from tongzhou.ledger.spoken import SPOKEN
from tongzhou.ledger.words import TOGETHER
from tongzhou.people.scope import Holder, union

BESIDE = frozenset(noun for nouns in TOGETHER.values() for noun in nouns)


@dataclass(frozen=True)
class Word:
    """A word that waits. `subjects`: on which of them, with the place where each lies (None: not told)."""

    fact: uuid.UUID
    kind: str
    place: int
    at: dt.datetime
    body: dict[str, Any]
    by: int | None
    behalf: Behalf | None
    subjects: list[tuple[str, int | None]] = field(default_factory=list)

    @property
    def subject(self) -> str:
        """What it is mainly about: not what lies beside a case or a request."""
        return min(self.subjects, key=lambda one: (one[0].partition("/")[0] in BESIDE, one[0]))[0]


@dataclass(frozen=True)
class Offered:
    """A subject that its holder offers to a place."""

    noun: str
    key: str
    place: int
    to: int
    row: dict[str, Any]

    @property
    def subject(self) -> str:
        return f"{self.noun}/{self.key}"


_WORDS = """
select p.subject, p.holder, f.id, k.name, f.place, f.effective_at, f.body, a.by_id, f.behalf
from ledger_pending p join ledger_fact f on f.id = p.fact join ledger_kind k on k.id = f.kind
join ledger_append a on a.id = f.append
where {wanted} order by p.since, f.effective_at, f.id
"""
_ROWS = "select noun, key, place, effective_at, state, data, shape from ledger_row where {wanted} and state <> 'void'"


def from_outside(holder: Holder) -> list[Word]:
    """Words on subjects that they hold, of kinds that they may say, oldest first."""
    found = _words("p.holder is not null and not p.looked", [])
    for word in found:
        roles = _speakers(word.kind, word.behalf is not None)
        word.subjects[:] = [one for one in word.subjects if one[1] is not None and _may(holder, roles, [one[1]])]
    return [word for word in found if word.subjects]


def own(holder: Holder) -> list[Word]:
    """What they said themselves and does not count yet. Where its subjects lie, or whether there are any, is not
    told, nor whether anybody looked at it: unknown and held elsewhere are the same."""
    found = _words("a.by_id = %s", [holder.by])
    for word in found:
        word.subjects[:] = [(subject, None) for subject, _holder in word.subjects]
    return found


def offered(holder: Holder) -> list[Offered]:
    """Subjects offered to places where they may take them over."""
    return [
        Offered(row["noun"], row["key"], row["place"], to, row)
        for row in _rows("data ? 'offered_to'", [])
        if row["noun"] not in BESIDE
        for to in row["data"]["offered_to"]
        if _may(holder, founders(row["noun"]), [to])
    ]


def spoken(holder: Holder) -> list[dict[str, Any]]:
    """What was written down in the name of a post of theirs, and not answered yet."""
    found = _rows(f"noun = '{SPOKEN}' and state = 'waiting'", [])
    return [row for row in found if is_post(holder, row["data"])]


def contested(holder: Holder) -> list[dict[str, Any]]:
    """What they wrote down themselves and the post says otherwise."""
    found = _rows(f"noun = '{SPOKEN}' and state = 'contested'", [])
    return [row for row in found if row["data"]["by"] == holder.by]


def written(keys: Iterable[str]) -> list[dict[str, Any]]:
    """Rows of what was written down for somebody else, by their keys."""
    wanted = sorted(set(keys))
    return _rows(f"noun = '{SPOKEN}' and key = any(%s)", [wanted]) if wanted else []


def row_of(noun: str, key: str) -> dict[str, Any] | None:
    return next(iter(_rows("noun = %s and key = %s", [noun, key])), None)


def rows_of(subjects: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Rows of subjects, those in scope."""
    pairs = sorted({tuple(subject.split("/", 1)) for subject in subjects})
    if not pairs:
        return {}
    wanted = "(noun, key) in (select * from unnest(%s::text[], %s::text[]))"
    found = _rows(wanted, [[noun for noun, _ in pairs], [key for _, key in pairs]])
    return {f"{row['noun']}/{row['key']}": row for row in found}


def is_post(holder: Holder, data: dict[str, Any]) -> bool:
    """Is it in their name that something was written down?"""
    return _may(holder, frozenset({data["role"]}), [data["at"]])


def may_hand_over(holder: Holder, noun: str, place: int) -> bool:
    return noun not in BESIDE and _may(holder, founders(noun), [place])


@cache
def founders(noun: str) -> frozenset[str]:
    """Roles that may found such a subject: they also hand it over and take it."""
    return frozenset(
        role for kind in KINDS.values() for way in kind.ways if way.how == "founds" and way.noun == noun
        for role in kind.said_by
    )  # fmt: skip


def _speakers(kind: str, behalf: bool) -> frozenset[str]:
    known = KINDS[kind]
    return known.said_by | known.recorded_by if behalf else known.said_by


def _may(holder: Holder, roles: frozenset[str], places: Iterable[int]) -> bool:
    """Do they hold one of these roles over one of these places?"""
    names = holder.roles if "*" in roles else roles & holder.roles.keys()
    covered = union([holder.roles[role] for role in sorted(names)])
    return any(contains(covered, place) for place in places)


_decode_behalf = msgspec.json.Decoder(Behalf).decode


def _words(wanted: str, given: list[Any]) -> list[Word]:
    found: dict[uuid.UUID, Word] = {}
    with connection.cursor() as cursor:
        cursor.execute(_WORDS.format(wanted=wanted), given)
        for subject, holder, id, kind, place, at, body, by, behalf in cursor.fetchall():
            if kind not in KINDS:
                continue
            told = Word(id, kind, place, at, msgspec.json.decode(body), by, _decode_behalf(behalf) if behalf else None)
            found.setdefault(id, told).subjects.append((subject, holder))
    return list(found.values())


def _rows(wanted: str, given: list[Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"{_ROWS.format(wanted=wanted)} order by effective_at, noun, key", given)
        names = ("noun", "key", "place", "effective_at", "state", "data", "shape")
        return [known.told(dict(zip(names, row, strict=True))) for row in cursor.fetchall()]
