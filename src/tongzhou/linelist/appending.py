"""Good rows into the ledger: through the ordinary door, in batches, each batch whole or not at all.

A row that was taken in before is recognised by its id; a person who is there already by card, identity number or
telephone. Names and numbers go to the vault in the same transaction.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from psycopg import Connection

from tongzhou.ledger.append import Authority, append
from tongzhou.ledger.kinds import KINDS
from tongzhou.ledger.ranges import contains
from tongzhou.linelist.compared import SOURCE, differences, standing
from tongzhou.linelist.rows import Good, Refusal, Trouble
from tongzhou.people import vault
from tongzhou.people.scope import EVERYWHERE
from tongzhou.persons.queries import numbers_of

BATCH = 1_500
_ONE_AT_A_TIME = 7_301_965_012  # two imports at once could both take in the same person


class Busy(Exception):
    """Another import is running on this ledger."""


@dataclass
class Taken:
    """What became of a batch."""

    added: int = 0
    known: int = 0
    facts: int = 0
    refused: list[Refusal] = field(default_factory=list)


@contextmanager
def alone(connection: Connection[Any]) -> Iterator[None]:
    """One import at a time. Raises Busy where another one runs."""
    row = connection.execute("select pg_try_advisory_lock(%s)", [_ONE_AT_A_TIME]).fetchone()
    if row is None or not row[0]:
        raise Busy()
    try:
        yield
    finally:
        connection.execute("select pg_advisory_unlock(%s)", [_ONE_AT_A_TIME])


def take(
    connection: Connection[Any], batch: Sequence[Good], authority: Authority, heads: dict[str, str], week: str = ""
) -> Taken:
    """Append a batch of good rows in the connection's transaction. `heads`: field → heading, for the reasons; `week`:
    the one whose index made the rows' digests.

    An authority without `scopes` is the program itself, which sees everything.
    """
    fresh, taken = judged(connection, batch, authority, heads)
    said = [fact for good in fresh for fact in good.facts]
    if not said:
        return taken
    receipt = append(connection, said, authority, device="linelist", origin="imported")
    wrong = {said[n].id: problem for n, problem in receipt.refused.items()}
    kept = []
    for good in fresh:
        problem = next((wrong[fact.id] for fact in good.facts if fact.id in wrong), None)
        if problem is None:
            kept.append(good)
        else:
            away = problem.code in ("not_yours", "unknown_place")
            name, code, detail = ("reporting", "not_yours", "") if away else (problem.field, "refused", problem.detail)
            taken.refused.append(_refused(good, heads.get(name, ""), code, detail))
    held = [vault.Held(f"case/{good.case}", good.held, good.place, good.digests, week) for good in kept if good.held]
    vault.put_many(connection, held, sees="cases")
    taken.added += len(kept)
    taken.facts += receipt.accepted
    return taken


def look(
    connection: Connection[Any], batch: Sequence[Good], authority: Authority, heads: dict[str, str]
) -> tuple[list[Good], Taken]:
    """The rows that `take` would add, and what would become of the others: by what the ledger holds, and by where the
    authority may say such facts. Nothing is said by looking."""
    fresh, taken = judged(connection, batch, authority, heads)
    covered = {kind: authority.may_say(KINDS[kind]) for kind in {fact.kind for good in fresh for fact in good.facts}}
    new = [good for good in fresh if all(contains(covered[fact.kind], good.place) for fact in good.facts)]
    yours = {good.n for good in new}
    taken.refused += [_refused(good, heads["reporting"], "not_yours", "") for good in fresh if good.n not in yours]
    taken.added = len(new)
    return new, taken


def judged(
    connection: Connection[Any], batch: Sequence[Good], authority: Authority, heads: dict[str, str]
) -> tuple[list[Good], Taken]:
    """The rows that the ledger does not hold, and what becomes of the others; nothing is said by looking."""
    taken = Taken()
    scope = getattr(authority, "scopes", {"cases": EVERYWHERE})
    covers = scope.get("cases", "{}")
    stands = standing(connection, [good.case for good in batch], covers)
    own = [(good, good.case, stands[good.case]) for good in batch if good.case in stands]
    fresh = [good for good in batch if good.case not in stands]
    twins = _twins(connection, fresh, scope)
    keys = [uuid.UUID(case) for _field, case in twins.values() if case]
    told = standing(connection, keys, covers) if keys else {}
    others = [(good, case, told[case]) for good in fresh if (case := _case_of(twins, good)) in told and case]
    pairs = [one for one in (*own, *others) if one[2].seen]
    differ = differences(connection, pairs)
    numbers = numbers_of(connection, "case", {str(case) for good, case, _ in pairs if differ[good.n]} | {
        case for _field, case in twins.values() if case})  # fmt: skip
    for good, case, held in own:
        if held.seen and not differ[good.n]:
            taken.known += 1
        elif not held.seen:
            taken.refused.append(_refused(good, heads["card"], "in_ledger_elsewhere", ""))
        else:  # the same number in another county's list: a twin, not a correction
            code, field = ("changed", "") if held.place == good.place else ("in_ledger", heads["card"])
            taken.refused.append(_there(good, field, code, str(case), numbers, _headings(differ[good.n], heads)))
    for good in fresh:
        if good.n in twins and differ.get(good.n, [""]):
            field, key = twins[good.n]
            code = "in_ledger" if key else "in_ledger_elsewhere"
            says = _headings(differ.get(good.n, []), heads)
            taken.refused.append(_there(good, heads[field], code, key, numbers, says))
        elif good.n in twins:
            taken.known += 1
    return [good for good in fresh if good.n not in twins], taken


def _case_of(twins: dict[int, tuple[str, str]], good: Good) -> uuid.UUID | None:
    case = twins.get(good.n, ("", ""))[1]
    return uuid.UUID(case) if case else None


def _there(good: Good, field: str, code: str, case: str, numbers: dict[str, str], differs: str) -> Refusal:
    """Of a case that is there already: its person's number, by which everybody names the patient."""
    return Refusal(good.n, good.cells, (Trouble(field, code, numbers.get(case, ""), case, differs),))


def _headings(differ: Sequence[str], heads: dict[str, str]) -> str:
    return ", ".join(dict.fromkeys(heads.get(name, name) for name in differ if name != SOURCE))


def _refused(good: Good, field: str, code: str, detail: str) -> Refusal:
    return Refusal(good.n, good.cells, (Trouble(field, code, detail),))


def _twins(connection: Connection[Any], batch: Sequence[Good], scope: dict[str, str]) -> dict[int, tuple[str, str]]:
    """row → (field, case) of people who are in the ledger already; no case where the asker may not know which.

    A card number counts wherever it is; a person's numbers only where the asker may look, so that a list cannot be
    used to ask who is a case elsewhere.
    """
    cards = _cards(connection, batch, scope)
    persons = _persons(connection, batch, scope)
    found: dict[int, tuple[str, str]] = {}
    for good in batch:
        if twice := cards.get(good.key) or cards.get(good.card):
            found[good.n] = ("row" if good.key in cards else "card", twice[0] if twice[1] else "")
        elif twin := persons.get(good.n):
            found[good.n] = twin
    return found


def _cards(
    connection: Connection[Any], batch: Sequence[Good], scope: dict[str, str]
) -> dict[str | None, tuple[str, bool]]:
    """card or key → (case, may the asker know which)."""
    given = (scope.get("cases", "{}"), [good.card for good in batch if good.card])
    asked = "select {}, key, place <@ %s::int4multirange from ledger_row where noun = 'case' and {} = any(%s)"
    found: dict[str | None, tuple[str, bool]] = {}
    for column, (covers, values) in (
        ("data ->> 'card'", given),
        ("key", (given[0], [good.key for good in batch if good.key])),
    ):
        if values:
            rows = connection.execute(f"{asked.format(column, column)} and state <> 'void'", [covers, values])
            found |= {value: (key, seen) for value, key, seen in rows}
    return found


# "offset 0": each digest is looked up by itself; as a plain join the index was read whole for every batch.
_TWINS = """
select i.field, i.digest, i.owner, i.epoch from unnest(%b::text[], %b::bytea[]) a (field, digest), lateral (
  select field, digest, owner, epoch from people_vault_index where field = a.field and digest = a.digest offset 0) i
join people_vault_key k using (owner)
where i.owner like 'case/%%' and k.wrapped is not null and k.place <@ (%s::jsonb ->> k.sees)::int4multirange
"""
_WHO = (
    "select owner, field, digest from people_vault_index where owner = any(%s) and field = any(%s) and epoch = any(%s)"
)
_TELLS_APART = ["name", vault.WRITTEN, "identity"]


def _persons(connection: Connection[Any], batch: Sequence[Good], scope: dict[str, str]) -> dict[int, tuple[str, str]]:
    """row → (field, case) of the person who is in the ledger already."""
    asked = {(name, one) for good in batch for name in ("identity", "telephone") for one in good.digests.get(name, ())}
    if not asked:
        return {}
    fields, digests = zip(*sorted(asked), strict=True)
    hits: dict[tuple[str, bytes], list[str]] = {}
    weeks: set[str] = set()  # the one that the digests were made with
    for name, digest, owner, week in connection.execute(_TWINS, [list(fields), list(digests), json.dumps(scope)]):
        weeks.add(week)
        hits.setdefault((name, bytes(digest)), []).append(owner)
    owners = sorted({owner for found in hits.values() for owner in found})
    who: dict[str, dict[str, list[bytes]]] = {}
    if owners:
        for owner, name, digest in connection.execute(_WHO, [owners, _TELLS_APART, list(weeks)]):
            who.setdefault(owner, {}).setdefault(name, []).append(bytes(digest))
    found: dict[int, tuple[str, str]] = {}
    for good in batch:
        for name in ("identity", "telephone"):
            for digest in good.digests.get(name, ()):
                for owner in hits.get((name, digest), ()):
                    if name == "identity" or not another(good.digests, who.get(owner, {})):
                        found.setdefault(good.n, (name, owner.removeprefix("case/")))
    return found


def another(one: dict[str, list[bytes]], other: dict[str, list[bytes]]) -> bool:
    """Are these surely two people? A family shares a telephone, nobody shares a name and an identity number with it.

    Names are compared as they are written where both are held so, else by their signs and words.
    """
    name = vault.WRITTEN if vault.WRITTEN in one and vault.WRITTEN in other else "name"
    return any(set(one[field]) != set(other[field]) for field in (name, "identity") if field in one and field in other)
