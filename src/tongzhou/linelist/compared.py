"""A row beside the case that the ledger holds under its number, or of the same person: what it says otherwise."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from psycopg import Connection

from tongzhou.ledger.kinds import Said
from tongzhou.linelist.mapping import HELD
from tongzhou.linelist.rows import Good
from tongzhou.people import comparing

STEPS = ("identified", "classification", "reported", "received")  # the facts of a row, by the number next to the case's
SOURCE = "source"  # told by another layout, which has its own words
COMPARED = frozenset({"classification", "onset", "age", "age_band", "sex", "home", "identified", SOURCE})


@dataclass
class Stands:
    """What the ledger holds of a case from a list."""

    seen: bool  # may the asker see it
    place: int | None = None
    told: dict[int, dict[str, Any]] = field(default_factory=dict)  # by step, as _told


def standing(connection: Connection[Any], cases: Sequence[uuid.UUID], covers: str) -> dict[uuid.UUID, Stands]:
    """What the ledger holds under these numbers; `covers`: where the asker sees cases. Of a new list that is nothing:
    the further steps are looked for only where there is a case."""
    found: dict[uuid.UUID, Stands] = {}
    for id, seen, body, place, home, at in _facts(connection, cases, covers):
        found[id] = Stands(seen, place, {0: _told(0, json.loads(body), home, at)})
    steps = {uuid.UUID(int=case.int ^ step): (case, step) for case in found for step in range(1, len(STEPS))}
    for id, _seen, body, _place, home, at in _facts(connection, list(steps), covers):
        case, step = steps[id]
        found[case].told[step] = _told(step, json.loads(body), home, at)
    return found


def _facts(connection: Connection[Any], ids: Sequence[uuid.UUID], covers: str) -> list[tuple[Any, ...]]:
    if not ids:
        return []
    asked = (
        "select id, place <@ %s::int4multirange, body, place, home, effective_at from ledger_fact where id = any(%s)"
    )
    return connection.execute(asked, [covers, list(ids)]).fetchall()


def differences(
    connection: Connection[Any], pairs: Sequence[tuple[Good, uuid.UUID, Stands]]
) -> dict[int, list[str]]:  # fmt: skip
    """By row, the fields in which it says something else than its case; none where it says the same. Two rows may be of
    one case. Only cases that the asker may see are to be given."""
    found: dict[int, list[str]] = {}
    left = list(pairs)
    while left:  # of each case one row at a time
        now = {case: (good, stands) for good, case, stands in reversed(left)}
        sealed = comparing.differing(connection, {f"case/{case}": _sealed(good) for case, (good, _) in now.items()})
        for case, (good, stands) in now.items():
            found[good.n] = list(dict.fromkeys([*_facts_differ(good, stands), *sealed.get(f"case/{case}", ())]))
        left = [one for one in left if one[0].n not in found]
    return found


def _told(step: int, body: dict[str, Any], home: int | None, at: Any) -> dict[str, Any]:
    """By field, what one fact says."""
    if step == 0:
        return {**body, "home": home, "identified": at}
    return {STEPS[step]: at} | {name: body[name] for name in ("classification", "card") if name in body}


def _facts_differ(good: Good, stands: Stands) -> list[str]:
    """A step that the row does not say is no difference, except that somebody is no longer excluded."""
    says = {_step(good, fact): _told(_step(good, fact), json.loads(bytes(fact.body)), fact.home, fact.effective_at)
            for fact in good.facts}  # fmt: skip
    differ = ["classification"] if 1 in stands.told and 1 not in says else []
    differ += ["reporting"] if good.place != stands.place else []
    for step, told in says.items():
        held = stands.told.get(step, {})
        differ += [name for name in (sorted(COMPARED) if step == 0 else told) if told.get(name) != held.get(name)]
    return differ


def _step(good: Good, fact: Said) -> int:
    return fact.id.int ^ good.case.int


def _sealed(good: Good) -> dict[str, str]:
    return {name: good.held[name] for name in (*HELD, "other_telephones") if name in good.held}
