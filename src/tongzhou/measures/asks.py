"""What is asked before a measure is proposed or decided: the gate, the level above, somebody else who decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from psycopg import Connection

from tongzhou.ledger.append import ASKS, Context, together
from tongzhou.ledger.decided import while_open
from tongzhou.ledger.fold import Row, checks
from tongzhou.ledger.form import Checked
from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.owed import moment_in
from tongzhou.ledger.ranges import contains
from tongzhou.measures import gate
from tongzhou.measures.asked_of import deciders, held, in_words
from tongzhou.people.telephone import rings
from tongzhou.places.queries import official_code
from tongzhou.problems import (
    AlreadyDecided,
    DecidedByYou,
    LooksAlike,
    Malformed,
    NotFound,
    NotThroughGate,
    NotYours,
    Problem,
)
from tongzhou.rules.words import folded

UNREACHED = gettext_noop(
    "Nobody is reached there: seven digits or more behind the area code, or a short number of an office"
)
WITH_NUMBER = "1"  # a proposal is judged as if its approval had a number already


def lets_through(connection: Connection[Any], data: dict[str, Any], place: int, approver: int | None, number: str,
                 published: dt.datetime) -> list[gate.Reason]:  # fmt: skip
    """Why a measure may not be activated; nothing where it may. Raises Malformed where a place cannot be read, or the
    level above is none."""
    if approver is None or approver not in gate.others_above(connection, place):
        raise Malformed(_("the desk above that approves"), "reporting")
    found = gate.stands(connection, [place, approver, data["appeal"], *data["places"]], published)
    for field, asked in (("appeal", [data["appeal"]]), ("places", data["places"])):
        if not set(asked) <= found.keys():
            raise Malformed(_("a place of this region"), field)
    where = [found[one] for one in data["places"]]
    told = gate.judge(data, found[place], found[approver], where, found[data["appeal"]], number=number,
                      published=published, code=official_code(place, connection))  # fmt: skip
    return gate.reasons(told, data)


def drafted(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """Of one's own branch, to a desk above, and through the gate."""
    refused: dict[int, Problem] = {}
    for fact in facts:
        if problem := _drafted(connection, context, fact):
            refused[fact.n] = problem
    return refused


def _drafted(connection: Connection[Any], context: Context, fact: Checked) -> Problem | None:
    body: Any = fact.body
    place = fact.said.place
    covered = context.authority.may_say(fact.kind)
    if not _own_desk(context, fact):
        return NotYours("", "place")
    if place is None or not all(contains(covered, one) for one in body.places):
        return NotYours("", "places")
    if (body.venue is None) == (body.exposure == "venue"):
        return Malformed(_("the venue, where the exposure was at one, and only then"), "venue")
    if not rings(body.telephone):
        return Malformed(_(UNREACHED), "telephone")
    data = msgspec.to_builtins(body)
    published = context.counts_from(fact)
    if not body.life and (start := moment_in(body.start)):
        published = min(published, start)  # whether it is public in time is asked when it is approved
    try:
        missing = lets_through(connection, data, place, fact.said.reporting, WITH_NUMBER, published)
    except Problem as problem:
        return problem
    if missing:
        return NotThroughGate(gate.sentence(missing), reasons=missing)
    if body.renews and (stale := _as_fresh(connection, body)):
        return stale
    others = alike(connection, data, but=[*body.beside, body.renews, fact.said.corrects])
    return LooksAlike(reasons=[("beside", one) for one in others]) if others else None


_ALIKE = """
select r.key from ledger_row r
where r.noun = 'measure' and r.state in ('drafted', 'approved', 'on_site') and r.data ->> 'type' = %(type)s
  and (r.data ->> 'start')::timestamptz < %(until)s and coalesce(
    (r.data ->> 'ended_at')::timestamptz, (r.data ->> 'until')::timestamptz) > %(start)s
  and not r.key = any(%(but)s)
  and (jsonb_array_length(coalesce(r.data -> 'buildings', '[]')) = 0 or %(buildings)s::text[] = '{}'
    or r.data -> 'buildings' ?| %(buildings)s::text[])
  and exists (
    select from jsonb_array_elements_text(r.data -> 'places') p
    join places_cover theirs on theirs.place = p::integer and theirs.tree = 'command' and theirs.valid_to is null
    join places_cover ours on ours.place = any(%(places)s) and ours.tree = 'command' and ours.valid_to is null
    where theirs.covers @> ours.place or ours.covers @> theirs.place)
order by r.effective_at desc limit 20
"""


def alike(connection: Connection[Any], data: Mapping[str, Any], but: Sequence[object] = ()) -> list[str]:
    """Measures of the same kind, proposed or decided, at the same place (or one within the other) on the same days."""
    asked = {
        "type": data["type"],
        "places": list(data["places"]),
        "buildings": list(data.get("buildings") or ()),
        **{name: _moment(data[name]) for name in ("start", "until")},
        "but": [str(one) for one in but if one],
    }
    return [key for (key,) in connection.execute(_ALIKE, asked).fetchall()]


def _moment(value: Any) -> dt.datetime | None:
    return value if isinstance(value, dt.datetime) else moment_in(value)


def _own_desk(context: Context, fact: Checked) -> bool:
    """Does its author hold a desk at the place that decides? Whoever stands above could else decide as the county and
    approve as themselves."""
    spoke = context.authority.standing()
    own = {place for role, place in spoke.desks if role in fact.kind.said_by}
    return spoke.system or (fact.said.behalf is None and fact.said.place in own)


def _as_fresh(connection: Connection[Any], body: Any) -> Problem | None:
    """A renewal is a new decision with evidence of its own."""
    before = held(connection, [body.renews]).get(body.renews)
    if before is None:
        return NotFound("", "renews")
    old: dict[str, Any] = before["data"]
    said = {old.get("evidence"), *(one.get("evidence") for one in old.get("changes", ()))}
    if folded(body.evidence) in {folded(str(one)) for one in said if one}:
        return Malformed(_("fresh evidence: this is what the measure before it was founded on"), "evidence")
    return None


def approved(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """By the desk it was put to and by somebody else than its author; through the gate with number and hour."""
    keys = [fact.body.measure for fact in facts]  # type: ignore[attr-defined]
    found, decided = held(connection, keys), deciders(connection, keys)
    refused: dict[int, Problem] = {}
    for fact in facts:
        body: Any = fact.body
        row = found.get(body.measure)
        if row is None:
            refused[fact.n] = NotFound("", "measure")
        elif fact.said.behalf is not None:
            refused[fact.n] = NotYours("", "behalf")
        elif row["state"] != "drafted" or row["data"]["version"] != body.version:
            refused[fact.n] = AlreadyDecided()
        elif fact.said.place != row["data"]["approver"]:
            refused[fact.n] = NotYours("", "place")
        elif context.authority.by in decided.get(body.measure, ()):
            refused[fact.n] = DecidedByYou()
        elif fact.kind.name == "measure.approved" and (
            missing := lets_through(connection, row["data"], row["place"], row["data"]["approver"], body.number,
                                    context.counts_from(fact))
        ):  # fmt: skip
            refused[fact.n] = NotThroughGate(gate.sentence(missing), reasons=missing)
    return refused


while_open("measure.drafted", "measure", ["drafted"])
ASKS["measure.drafted"] = drafted  # its words are asked about by the gate
ASKS["measure.approved"] = ASKS["measure.declined"] = together(in_words, approved)


@checks("measure.approved")
@checks("measure.declined")
def check_proposal(row: Row | None, fact: Fact) -> None:
    """On the row as it is locked: still a proposal, and the version that was read."""
    if row is None or row.state != "drafted" or row.data["version"] != fact.body.version:
        raise AlreadyDecided()
