"""Reads of persons: the card that everybody who acts on somebody sees, who a number is of, and what of a person one
may see."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from psycopg import Connection

from tongzhou.ledger import known
from tongzhou.ledger.gone import GONE
from tongzhou.ledger.merged import family
from tongzhou.persons.handles import grouped
from tongzhou.problems import NotFound


@dataclass(frozen=True)
class Card:
    """Of somebody: the key under which they count, number, sex and age. Never a name."""

    person: str
    handle: str | None
    sex: str | None
    age: int | None

    @property
    def code(self) -> str:
        """The number as it is written and said; empty until there is one."""
        return grouped(self.handle) if self.handle else ""


def cards(persons: Iterable[str]) -> dict[str, Card]:
    """Cards by the key that a row names; merged persons have the survivor's."""
    asked = sorted({person for person in persons if person})
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("select asked_for, person, handle, sex, age from persons_cards(%s)", [asked])
        return {row[0]: Card(*row[1:]) for row in cursor.fetchall()}


def codes(subjects: Iterable[str]) -> dict[str, str]:
    """The number, as it is written, of whoever each subject is of, to whoever owes something about it: all that those
    see of a person who may not see the row."""
    pairs = [subject.split("/", 1) for subject in sorted(set(subjects))]
    if not pairs:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("select noun, key, handle from persons_codes(%s, %s)",
                       [[noun for noun, _key in pairs], [key for _noun, key in pairs]])  # fmt: skip
        return {f"{noun}/{key}": grouped(handle) for noun, key, handle in cursor.fetchall()}


def numbers_of(ledger: Connection[Any], noun: str, keys: Iterable[str]) -> dict[str, str]:
    """The person's number, as it is written, of rows that whoever asks may see; by key, without those who have none."""
    asked = sorted(set(keys))
    if not asked:
        return {}
    rows = ledger.execute(
        "select r.key, p.data ->> 'handle' from ledger_row r"
        " left join ledger_alias a on a.subject = 'person/' || r.person"
        " join ledger_row p on p.noun = 'person' and p.key = coalesce(split_part(a.root, '/', 2), r.person)"
        " where r.noun = %s and r.key = any(%s) and p.state <> 'void' and p.data ->> 'handle' is not null",
        [noun, asked],
    )
    return {key: grouped(handle) for key, handle in rows}


def attach(*lists: Iterable[dict[str, Any]]) -> None:
    """Give each row that is of a person their card, as `whose`: one question for a page."""
    rows = [row for one in lists for row in one]
    found = cards(row.get("person") or "" for row in rows)
    for row in rows:
        row["whose"] = found.get(row.get("person") or "")


def by_handle(handle: str) -> list[str]:
    """The persons whom a number names, whoever may see them: one, or two where it was given twice."""
    with connection.cursor() as cursor:
        cursor.execute("select persons_numbered(%s)", [handle])
        return sorted(row[0] for row in cursor.fetchall())


# In the order of a patient's way.
NOUNS = ("exception", "referral", "case", "contact", "observation", "request", "aftercare")
_OF = """
select noun, key, place, effective_at, state, data, shape from ledger_row
where person = any(%s) and state <> 'void' and noun = any(%s) order by effective_at, array_position(%s, noun), key
"""
_OWN = "select 1 from ledger_row where noun = 'person' and key = any(%s)"


def of(person: str) -> list[dict[str, Any]]:
    """What a person is part of, as far as one may see it. Raises NotFound where one sees neither that nor the
    person."""
    keys = family("person", person)
    with connection.cursor() as cursor:
        cursor.execute(_OF, [keys, list(NOUNS), list(NOUNS)])
        names = ("noun", "key", "place", "effective_at", "state", "data", "shape")
        found = [known.told(dict(zip(names, row, strict=True))) for row in cursor.fetchall()]
        if not found:
            cursor.execute(_OWN, [keys])
            if cursor.fetchone() is None:
                raise NotFound()
    return found


_MERGES = f"""
select f.id, f.place, f.effective_at, f.body::jsonb ->> 'person' from ledger_touch t
join ledger_fact f on f.id = t.fact join ledger_kind k on k.id = f.kind
where t.subject = %s and k.name = 'person.merged' and f.body::jsonb ->> 'into' = %s
  and not exists (select from ledger_pending p where p.fact = f.id)
  and not {GONE}
order by f.effective_at, f.id
"""


@dataclass(frozen=True)
class Merge:
    """Somebody who counts under another, by the fact that said so."""

    fact: uuid.UUID
    place: int
    at: dt.datetime
    person: str


def merges(person: str) -> list[Merge]:
    """Those who were found to be this person, as far as one may see who said it."""
    with connection.cursor() as cursor:
        cursor.execute(_MERGES, [f"person/{person}", person])
        return [Merge(*row) for row in cursor.fetchall()]


_LENT = """
select key, data ->> 'to', data ->> 'name', effective_at, (select count(*) from jsonb_object_keys(data -> 'used'))
from ledger_row where noun = 'block' and state = 'leased' and (data ->> 'staff')::numeric = %s
order by effective_at desc, key
"""


@dataclass(frozen=True)
class Lent:
    """A block that was lent to somebody; `used`: how many of its numbers came back with facts."""

    block: str
    to: str
    name: str
    at: dt.datetime
    used: int


def lent(ledger: Connection[Any], staff: int) -> list[Lent]:
    """What a member of staff was lent and has not given back."""
    return [Lent(*row) for row in ledger.execute(_LENT, [staff])]


def may_see(person: str) -> bool:
    """Is there anything of this person that the reader may see?"""
    try:
        of(person)
    except NotFound:
        return False
    return True
