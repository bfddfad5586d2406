"""Whom a draft is about, among those whom the asker may see: by the label of a sample, identity number, telephone,
name, or the number of a door. A list cannot be used to ask who is a case elsewhere."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from django.db import connection
from psycopg import Connection

from tongzhou.community import queries as community
from tongzhou.ledger import known
from tongzhou.linelist.drafts.read import Draft
from tongzhou.people import vault
from tongzhou.people.scope import Holder
from tongzhou.persons import queries as persons

Row = dict[str, Any]


class Match(msgspec.Struct, omit_defaults=True):
    """`subject`: the one who is meant (case/…, contact/…, household/…), empty where nobody or several may be; `how` it
    was found; `others` whom else it may be about."""

    subject: str = ""
    how: str = ""
    others: list[str] = []

    @property
    def sure(self) -> bool:
        """A name alone is no proof: a person looks at it."""
        return bool(self.subject) and self.how != "name"


class People:
    """Cases and contacts in scope, found by what a draft says of them."""

    def __init__(self, ledger: Connection[Any], holder: Holder, drafts: Sequence[Draft]) -> None:
        self._ledger, self._holder = ledger, holder
        self._tubes = _by_tube([draft.who["tube"] for draft in drafts if "tube" in draft.who])
        found = [(draft, self._found(draft)) for draft in drafts]
        self.rows = _rows({one for _, by in found for owners in by.values() for one in owners})
        self._by_row = {draft.n: by for draft, by in found}

    def match(self, draft: Draft, nouns: Sequence[str]) -> Match:
        """Of those found by the strongest sign; of several with one telephone, the one of this name."""
        by = {how: [one for one in owners if one in self.rows and one.partition("/")[0] in nouns]
              for how, owners in self._by_row.get(draft.n, {}).items()}  # fmt: skip
        for how in ("tube", "identity", "telephone", "name"):
            owners = by.get(how, [])
            named = [one for one in owners if one in by.get("name", ())]
            for several in (owners, named):
                if len(several) == 1:
                    return Match(several[0], how, [one for one in owners if one != several[0]])
            if owners:
                return Match("", how, owners[:20])
        return Match()

    def numbered(self, number: str, nouns: Sequence[str]) -> Match:
        """Whoever bears this person's number, where the asker may see them: as a case before as a contact."""
        part_of = [one for person in persons.by_handle(number) if persons.may_see(person) for one in persons.of(person)]
        rows = _rows(f"{one['noun']}/{one['key']}" for one in part_of if one["noun"] in nouns)
        self.rows |= rows
        found = sorted(rows, key=lambda one: (nouns.index(one.partition("/")[0]), one))
        return Match(found[0], "chosen", found[1:]) if found else Match()

    def _found(self, draft: Draft) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {name: vault.find(self._ledger, name, draft.who[name], self._holder)
                 for name in ("identity", "telephone") if name in draft.who}  # fmt: skip
        if "name" in draft.who:
            found["name"] = vault.find(self._ledger, vault.WRITTEN, draft.who["name"], self._holder)
        if "tube" in draft.who:
            found["tube"] = self._tubes.get(draft.who["tube"], [])
        return found


_TUBES = """
select r.key, s ->> 'label' from ledger_row r, jsonb_array_elements(r.data -> 'samples') s
where r.noun = 'case' and r.state not in ('void', 'merged') and s ->> 'label' = any(%s)
"""


def _by_tube(labels: Sequence[str]) -> dict[str, list[str]]:
    """Label → cases in scope whose sample bears it."""
    found: dict[str, list[str]] = {}
    if labels:
        with connection.cursor() as cursor:
            cursor.execute(_TUBES, [list(labels)])
            for key, label in cursor.fetchall():
                found.setdefault(label, []).append(f"case/{key}")
    return found


def _rows(owners: Iterable[str]) -> dict[str, Row]:
    """The folded rows of cases and contacts that count and are in scope."""
    keys: dict[str, list[str]] = {}
    for owner in owners:
        noun, _, key = owner.partition("/")
        if noun in ("case", "contact"):
            keys.setdefault(noun, []).append(key)
    return {
        f"{noun}/{row['key']}": row["data"] | {"key": row["key"], "place": row["place"], "state": row["state"]}
        for noun, many in keys.items()
        for row in known.rows(noun, keys=many)
        if row["state"] not in ("void", "merged", "became_case")
    }


class Doors:
    """The households in scope by their numbers; none without a day."""

    def __init__(self, day: dt.date | None) -> None:
        self.rows: dict[int, Row] = {door["id"]: door for door in community.doors(day)} if day else {}

    def match(self, draft: Draft) -> Match:
        """A door is known by its address, of which the last part must stand there, else by its running number: the
        whole of what is written, or its last part; the part before may be the stairwell."""
        parts = [int(one) for one in re.findall(r"\d+", draft.who.get("door", ""))[-4:]]
        if not parts:
            return Match()
        found = [door for door in self.rows if _lies_at(self._at(door), parts)]
        if not found:
            whole = int("".join(map(str, parts)))
            found = [one for one in dict.fromkeys((whole, parts[-1])) if one in self.rows]
            if len(found) > 1 and len(parts) > 1:
                found = [one for one in found if self.rows[one]["stair"] in parts[:-1]] or found
            if any(self._at(one) for one in found):  # the running number of a door that has another address
                return Match("", "door", [f"household/{one}" for one in found])
        if len(found) == 1:
            return Match(f"household/{found[0]}", "door")
        return Match("", "door" if found else "", [f"household/{one}" for one in found[:20]])

    def _at(self, door: int) -> list[int]:
        return [int(one) for one in re.findall(r"\d+", self.rows[door]["door"]["zh"])]


def _lies_at(address: list[int], parts: list[int]) -> bool:
    """Are the numbers written those of the address, in its order, the last one its last?"""
    rest = iter(address[:-1])
    return bool(address) and address[-1] == parts[-1] and all(part in rest for part in parts[:-1])
