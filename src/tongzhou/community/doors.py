"""Whose door it is: a fact about a household needs one that is there and within the speaker's branch.

A door elsewhere and one that is nowhere are answered alike, so that nobody learns by asking which doors there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from psycopg import Connection

from tongzhou.community.kinds import NeedStated
from tongzhou.ledger.append import ASKS, Context, together
from tongzhou.ledger.form import Checked
from tongzhou.ledger.ranges import contains
from tongzhou.ledger.ways import Envelope
from tongzhou.problems import Malformed, Problem, UnknownHousehold
from tongzhou.sites.drafts import Details
from tongzhou.sites.named import MEDICINES, Standing, names_site


def ask(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """Refusals, by position. The set-wise `household.heard` asks the same in its own statement."""
    doors = {fact.n: number for fact in facts if (number := getattr(fact.body, "household", None)) is not None}
    if not doors:
        return {}
    held = connection.execute(
        "select id from community_household where place <@ %s::int4multirange and id = any(%s::int[])",
        [context.authority.may_say(facts[0].kind), sorted(set(doors.values()))],
    ).fetchall()
    own = {number for (number,) in held}
    return {n: UnknownHousehold(str(number), "household") for n, number in doors.items() if number not in own}


def there(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """The door lies where the subject will lie: at the home that the fact names where its speaker covers that, else at
    its place, or within. What the program itself says follows from what somebody was asked about."""
    if context.authority.standing().system:
        return {}
    named = [(fact.n, number, _lies(context, fact)) for fact in facts
             if (number := getattr(fact.body, "household", None)) is not None]  # fmt: skip
    if not named:
        return {}
    found = {n for (n,) in connection.execute(_THERE, list(map(list, zip(*named, strict=True))))}
    return {n: UnknownHousehold(str(number), "household") for n, number, _place in named if n not in found}


def _lies(context: Context, fact: Checked) -> int:
    said, covered = fact.said, context.authority.may_say(fact.kind)
    assert said.place is not None
    return Envelope(said.place, said.home, said.reporting, lambda place: contains(covered, place)).own("home")


_THERE = """
select w.n from unnest(%s::integer[], %s::integer[], %s::integer[]) w (n, door, place)
join community_household h on h.id = w.door
join places_cover c on c.place = w.place and c.tree = 'command' and c.valid_to is null and c.covers @> h.place
"""


def _packed(said: NeedStated, key: str, medicine: Standing) -> Problem | None:
    """One box is a number of tablets only where that was declared."""
    details = msgspec.convert(medicine.details, Details)
    for one in said.medicines:
        if one.medicine == key and one.of != details.unit and one.of not in details.packs:
            return Malformed(_("nobody declared how much that is of this medicine"), "body.medicines")
    return None


medicines = names_site(
    "medicines", MEDICINES, keys=lambda body: [one.medicine for one in body.medicines], further=_packed
)
ASKS["exception.raised"] = ASKS["task.set"] = ASKS["household.rang"] = ask
ASKS["need.stated"] = together(ask, medicines)
