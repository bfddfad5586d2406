"""What is asked before a word about a measure is taken: the gate, the level above, somebody else who decides."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from psycopg import Connection

from tongzhou.ledger import worded
from tongzhou.ledger.append import ASKS, CORRECTED, Context, together
from tongzhou.ledger.fold import Row, checks
from tongzhou.ledger.form import Checked
from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.owed import moment_in
from tongzhou.ledger.ranges import contains
from tongzhou.ledger.time import local_day, zone
from tongzhou.ledger.touching import lineage
from tongzhou.measures import gate
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

UNITS = frozenset({"county", "urban_unit", "zone"})  # what has a level
WITH_NUMBER = "1"  # a proposal is judged as if its approval had a number already
_MEASURE = """
select key, place, state, data from ledger_row where noun = 'measure' and key = any(%s)
"""


def lets_through(connection: Connection[Any], data: dict[str, Any], place: int, approver: int | None, number: str,
                 published: dt.datetime) -> list[gate.Reason]:  # fmt: skip
    """Why a measure may not be activated; nothing where it may. Raises Malformed where a place cannot be read, or the
    level above is none."""
    if approver is None or approver == place or approver not in lineage(connection, place):
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
    data = msgspec.to_builtins(body)
    published = _public(context, fact)
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
    held = {place for role, place in spoke.desks if role in fact.kind.said_by}
    return spoke.system or (fact.said.behalf is None and fact.said.place in held)


def _public(context: Context, fact: Checked) -> dt.datetime:
    """When a word is known to anybody: an earlier moment that its author gives makes nothing public earlier."""
    return max(fact.effective_at, context.known_at)


def _as_fresh(connection: Connection[Any], body: Any) -> Problem | None:
    """A renewal is a new decision with evidence of its own."""
    before = _rows(connection, [body.renews]).get(body.renews)
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
    found, decided = _rows(connection, keys), _deciders(connection, keys)
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
                                    _public(context, fact))
        ):  # fmt: skip
            refused[fact.n] = NotThroughGate(gate.sentence(missing), reasons=missing)
    return refused


def lighter(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """An easing makes something lighter, and never heavier; a review lies before the end."""
    found = _rows(connection, [fact.body.measure for fact in facts])  # type: ignore[attr-defined]
    refused: dict[int, Problem] = {}
    for fact in facts:
        row = found.get(fact.body.measure)  # type: ignore[attr-defined]
        if row is not None and (problem := _lighter(fact, row["data"])):
            refused[fact.n] = problem
    return refused


def _lighter(fact: Checked, data: dict[str, Any]) -> Problem | None:
    body: Any = fact.body
    until = moment_in(data.get("until"))
    if fact.kind.name == "measure.reviewed":
        again = moment_in(body.review)
        latest = fact.effective_at + dt.timedelta(days=gate.review_days())
        if again is not None and until is not None and not fact.effective_at < again <= min(until, latest):
            return Malformed(_("a moment within %(n)d days and before the end") % {"n": gate.review_days()}, "review")
        if again is None and until is not None and until > latest:
            told = _("the next review: the measure runs for more than another %(n)d days")
            return Malformed(told % {"n": gate.review_days()}, "review")
        return None
    earlier = moment_in(body.until)
    if body.until and (earlier is None or until is None or not fact.effective_at <= earlier < until):
        return Malformed(_("a moment before the present end"), "until")
    if not set(body.lifts) <= set(data.get("limits", ())):
        return Malformed(_("something that is limited now"), "lifts")
    if not set(body.frees) <= set(data.get("places", ())):
        return Malformed(_("a place where it holds now"), "frees")
    if body.outing_days is not None and not body.outing_days < (data.get("outing_days") or 0):
        return Malformed(_("fewer days than now"), "outing_days")
    if not (body.until or body.lifts or body.frees or body.outing_days):
        return Malformed(_("what becomes lighter"), "lifts")
    return None


def there(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """A look is at a place of the measure that its author covers."""
    found = _rows(connection, [fact.body.measure for fact in facts])  # type: ignore[attr-defined]
    refused: dict[int, Problem] = {}
    for fact in facts:
        body: Any = fact.body
        row = found.get(body.measure)
        if row is None:
            refused[fact.n] = NotFound("", "measure")
            continue
        places = {*row["data"]["places"], *row["data"].get("freed", ())}
        if body.place not in places or not contains(context.authority.may_say(fact.kind), body.place):
            refused[fact.n] = Malformed(_("one of the measure's places that you cover"), "place")
    return refused


def appealed(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """Against a public measure; to the desk that answers its appeals. A list of old ones is not asked."""
    if context.authority.standing().system:
        return {}
    found = _rows(connection, [fact.body.about for fact in facts])  # type: ignore[attr-defined]
    refused: dict[int, Problem] = {}
    for fact in facts:
        row = found.get(fact.body.about)  # type: ignore[attr-defined]
        if row is None or row["state"] in ("drafted", "declined"):
            refused[fact.n] = NotFound("", "about")
        elif fact.said.reporting != row["data"]["appeal"]:
            refused[fact.n] = Malformed(_("the desk that answers appeals against this measure"), "reporting")
    return refused


def answered(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """By nobody who proposed or approved the measure in any version. Of an appeal that is not there yet nobody can tell
    which measure it is about: whoever decided any answers it when it has come."""
    keys = [fact.body.appeal for fact in facts]  # type: ignore[attr-defined]
    about = dict(connection.execute(
        "select key, data ->> 'about' from ledger_row where noun = 'appeal' and key = any(%s)", [keys]
    ).fetchall())  # fmt: skip
    decided = _deciders(connection, list(about.values()))
    refused: dict[int, Problem] = {}
    for fact in facts:
        measure = about.get(fact.body.appeal)  # type: ignore[attr-defined]
        if measure is None and _ever_decided(connection, context.authority.by):
            refused[fact.n] = NotFound("", "appeal")
        elif fact.said.behalf is not None:
            refused[fact.n] = NotYours("", "behalf")
        elif measure and context.authority.by in decided.get(measure, ()):
            refused[fact.n] = DecidedByYou()
    return refused


_EVER = """
select exists (select from ledger_fact f join ledger_kind k on k.id = f.kind
  and k.name in ('measure.drafted', 'measure.approved', 'measure.found') join ledger_append a on a.id = f.append
  where a.by_id = %s)
"""


def _ever_decided(connection: Connection[Any], by: int | None) -> bool:
    found = connection.execute(_EVER, [by]).fetchone()
    return bool(found and found[0])


_DECIDERS = """
select t.subject, a.by_id from ledger_touch t join ledger_fact f on f.id = t.fact
join ledger_kind k on k.id = f.kind and k.name in ('measure.drafted', 'measure.approved', 'measure.found')
join ledger_append a on a.id = f.append
where t.subject = any(%s) and a.by_id is not null
"""


def _deciders(connection: Connection[Any], keys: Sequence[str]) -> dict[str, set[int]]:
    """By measure: whoever wrote a version of it, also one that was corrected since, or approved one."""
    found: dict[str, set[int]] = {}
    for subject, by in connection.execute(_DECIDERS, [[f"measure/{key}" for key in keys]]).fetchall():
        found.setdefault(subject.removeprefix("measure/"), set()).add(by)
    return found


_APPROVED = """
select f.id from ledger_fact f join ledger_kind k on k.id = f.kind and k.name = 'measure.drafted'
join ledger_touch t on t.fact = f.id join ledger_row r on r.noun = 'measure' and t.subject = 'measure/' || r.key
where f.id = any(%s) and r.state not in ('drafted', 'void')
"""


def taken_back(connection: Connection[Any], facts: Sequence[Checked]) -> dict[int, Problem]:
    """A proposal that was decided is not changed or withdrawn: the register would lose what bound people."""
    corrected = [fact.said.corrects for fact in facts]
    decided = {id for (id,) in connection.execute(_APPROVED, [corrected])}
    return {fact.n: AlreadyDecided() for fact in facts if fact.said.corrects in decided}


def _rows(connection: Connection[Any], keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    rows = connection.execute(_MEASURE, [[key for key in keys if _is_key(key)]]).fetchall()
    return {key: {"place": place, "state": state, "data": data} for key, place, state, data in rows}


def _is_key(text: str) -> bool:
    try:
        return bool(uuid.UUID(text))
    except ValueError:
        return False


def found(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """A closure that was found stands at places of one's own."""
    return {
        fact.n: NotYours("", "places")
        for fact in facts
        if not all(contains(context.authority.may_say(fact.kind), one) for one in fact.body.places)  # type: ignore[attr-defined]
    }


def from_above(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """A level is one of a county or urban area, and signed by a desk above it: a county that signed levels of its
    streets would sign its own. A list of old levels is not asked."""
    refused: dict[int, Problem] = {}
    if context.authority.standing().system:
        return refused
    for fact in facts:
        unit = fact.body.unit  # type: ignore[attr-defined]
        known = gate.stands(connection, [unit], fact.effective_at).get(unit)
        if known is None or known.level not in UNITS:
            refused[fact.n] = Malformed(_("a county or urban area"), "unit")
        elif fact.said.place == unit or fact.said.place not in lineage(connection, unit):
            refused[fact.n] = NotYours("", "unit")
        elif (since := moment_in(fact.body.since)) is None or since < _today(fact.effective_at):  # type: ignore[attr-defined]
            told = _("a moment from the beginning of today on: nobody signs what held before")
            refused[fact.n] = Malformed(told, "since")
    return refused


def _today(now: dt.datetime) -> dt.datetime:
    return dt.datetime.combine(local_day(now), dt.time(), zone())


def in_words(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """Nobody is named by where they come from in a sentence that everybody reads."""
    refused: dict[int, Problem] = {}
    for fact in facts:
        told = ((name, gate.by_origin(getattr(fact.body, name) or "")) for name in worded.free(fact.kind.name))
        if found := next(((name, bad) for name, bad in told if bad), None):
            refused[fact.n] = Malformed(gate.no_origin(found[1]), found[0])
    return refused


CORRECTED.append(taken_back)
ASKS["measure.drafted"] = drafted  # its words are asked about by the gate
ASKS["measure.found"] = together(in_words, found)
ASKS["measure.approved"] = ASKS["measure.declined"] = together(in_words, approved)
ASKS["measure.reviewed"] = ASKS["measure.eased"] = together(in_words, lighter)
ASKS["measure.ended"] = in_words
ASKS["level.signed"] = together(in_words, from_above)
ASKS["measure.checked"] = there
ASKS["appeal.made"] = appealed
ASKS["appeal.answered"] = answered


@checks("measure.approved")
@checks("measure.declined")
def check_proposal(row: Row | None, fact: Fact) -> None:
    """On the row as it is locked: still a proposal, and the version that was read."""
    if row is None or row.state != "drafted" or row.data["version"] != fact.body.version:
        raise AlreadyDecided()


@checks("measure.reviewed")
@checks("measure.eased")
@checks("measure.ended")
def check_running(row: Row | None, fact: Fact) -> None:
    """A measure that was approved and has not ended."""
    if row is not None and (row.state not in ("approved", "on_site", "in_fact") or row.data.get("ended_at")):
        raise AlreadyDecided()
