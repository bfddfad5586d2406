"""What the facts of requests, beds and wards mean; and when a decision must be refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from psycopg import Connection

from tongzhou.hospital import kinds, trip
from tongzhou.ledger.append import ASKS, Context, fresh, together
from tongzhou.ledger.fold import Conflict, Row, checks, folds
from tongzhou.ledger.form import Checked
from tongzhou.ledger.furniture import furnishes, numbers
from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.owed import Owed
from tongzhou.ledger.ranges import contains
from tongzhou.ledger.shapes import reshaped
from tongzhou.ledger.touching import lineage
from tongzhou.persons.identity import person_of
from tongzhou.problems import BedTaken, HasBed, Malformed, NotYours, Problem, UnknownHousehold
from tongzhou.sites import addresses
from tongzhou.sites.named import VEHICLES, Standing, names_site

HOLDING = ("assigned", "accepted")  # promised and not yet there


@folds(
    "request",
    called=gettext_noop("request for a bed"),
    settled={
        "admitted": "the patient lies in the bed",
        "left": "the patient left it for a named destination",
        "handed_over": "the patient was taken to a bed that the level above granted",
    },
)
def fold_request(key: str, facts: Sequence[Fact]) -> Row | None:
    """waiting → assigned → accepted → admitted → left; "not ready" and a release lead back to waiting. A bed
    that the level above granted: waiting → granted → handed over by the vehicle."""
    asked = next((f for f in reversed(facts) if f.kind == "bed.requested"), None)
    if asked is None:
        return None
    said: kinds.BedRequested = asked.body
    state, bed, ward, vehicle, left = "waiting", None, None, None, None
    way: trip.Trip | None = None
    refused: list[dict[str, Any]] = []
    grant: dict[str, Any] | None = None
    for fact in facts:
        body = fact.body
        if fact.kind == "bed.assigned":
            state, bed, ward = "assigned", body.bed, body.ward
            vehicle = vehicle if trip.aboard(way) else None
        elif fact.kind == "bed.released" and body.bed == bed and state in HOLDING:
            state, bed, ward = "waiting", None, None
        elif fact.kind == "ward.answered" and body.answer == "not_ready":
            refused.append({"ward": body.ward, "reason": body.reason, "at": fact.effective_at})
            if body.bed == bed and state in HOLDING:
                state, bed, ward = "waiting", None, None
        elif fact.kind == "ward.answered" and body.bed == bed and state == "accepted" and body.answer == "taken_back":
            state = "assigned" if way is None else state
        elif fact.kind == "ward.answered" and body.bed == bed and state == "assigned" and body.answer == "accepted":
            state = "accepted"
        elif fact.kind == "bed.granted":
            grant, state = _granted(fact, grant, state)
        elif fact.kind == "vehicle.answered":
            if not trip.follows(body.answer, way, state):
                continue
            vehicle = trip.vehicle(vehicle, body, way)
            state = "handed_over" if state == "granted" and body.answer == "handed_over" else state
        elif fact.kind == "patient.admitted":
            state, bed, ward, grant = "admitted", body.bed, body.ward, None
        elif fact.kind == "patient.left" and state == "admitted" and body.bed == bed:
            state = "left"
            left = {"how": body.how, "destination": body.destination, "to": body.to, "at": fact.effective_at}
        way = trip.after_word(way, fact, state, vehicle)
    data: dict[str, Any] = {
        "person": person_of("bed.requested", key, said),
        "infection": said.infection,
        "severity": said.severity,
        "need": said.need,
        "age": said.age,
        "self_care": said.self_care,
        "chronic": said.chronic,
        "flu_negative": said.flu_negative,
        "case": said.case,
        "together": said.together,
        "sex": said.sex,
        "oxygen": said.oxygen,
        "home": asked.home,
        "asked_at": asked.effective_at,
        "bed": bed,
        "ward": ward,
        "refused": refused,
        "vehicle": vehicle,
        "trip": way.data if way else None,
        "door": said.household,
        "depended_on": said.dependants,
        "left": left,
        "grant": grant,
        "examined": _examined(facts),
    }
    promise = next((f for f in reversed(facts) if f.kind in ("bed.assigned", "patient.admitted")), None)
    audience = frozenset({promise.place}) if promise and bed is not None else frozenset()
    owed = [*_of_request(state, said, facts, vehicle, promise.place if promise else asked.place), *trip.owed(way)]
    return Row(asked.place, asked.effective_at, state, "beds", data, audience=audience, owed=owed)


@reshaped("request", 2)
def _with_trip(data: dict[str, Any]) -> dict[str, Any]:
    return {"trip": None, "door": None, **data}


@reshaped("request", 3)
def _with_dependants(data: dict[str, Any]) -> dict[str, Any]:
    return {"depended_on": None, **data}


@reshaped("request", 4)
def _with_grant(data: dict[str, Any]) -> dict[str, Any]:
    return {"grant": None, **data}


def _granted(fact: Fact, grant: dict[str, Any] | None, state: str) -> tuple[dict[str, Any] | None, str]:
    """Which grant a patient has a bed of, and the state that follows."""
    body: kinds.BedGranted = fact.body
    if body.taken_back:
        off = state == "granted" and grant is not None and grant["support"] == body.support
        return (None, "waiting") if off else (grant, state)
    if state != "waiting":
        return grant, state
    return {"support": body.support, "house": body.house, "at": fact.effective_at}, "granted"


URGENT = {"critical": 3, "severe": 3, "moderate": 1}


def _of_request(
    state: str, said: kinds.BedRequested, facts: Sequence[Fact], vehicle: dict[str, Any] | None, ward: int
) -> list[Owed]:
    """A bed, then the ward's word, then the way there and the bed itself. `ward`: the place where the bed stands."""
    urgency = URGENT.get(said.severity, 0)
    since = facts[-1].effective_at
    if state == "waiting":
        return [Owed("assign_bed", since, urgency=urgency)]
    if state == "assigned":
        return [Owed("answer_promise", since, place=ward, urgency=urgency)]
    if state not in ("accepted", "granted"):
        return []
    found = [Owed("admit", since, place=ward, urgency=urgency)] if state == "accepted" else []
    if vehicle is None or vehicle["answer"] != "on_the_way":
        found.append(Owed("bring_patient", since, urgency=urgency))
    return found


def _examined(facts: Sequence[Fact]) -> dict[str, Any] | None:
    """The last examination for discharge."""
    last = next((fact for fact in reversed(facts) if fact.kind == "patient.examined"), None)
    if last is None:
        return None
    said: kinds.PatientExamined = last.body
    return {
        "at": last.effective_at,
        "days_normal_temp": said.days_normal_temp,
        "symptoms_improved": said.symptoms_improved,
        "imaging_improved": said.imaging_improved,
        "negatives": sorted(said.negatives),
        "positives": sorted(said.positives),
    }


@folds("facility", called=gettext_noop("house with beds"), settled={"closed": "its account was given"})
def fold_facility(key: str, facts: Sequence[Fact]) -> Row | None:
    """closing from the word on, closed with its account. Both are the desk's words: what lies there is counted."""
    closed = next((fact for fact in reversed(facts) if fact.kind == "facility.closed"), None)
    first = facts[0]
    if closed is None:
        data: dict[str, Any] = {"since": first.effective_at, "account": None}
        owed = [Owed("close_house", first.effective_at)]
        return Row(first.place, first.effective_at, "closing", "beds", data, owed=owed)
    said: kinds.FacilityClosed = closed.body
    names = ("patients", "discharged", "transferred", "died", "otherwise")
    account = {name: getattr(said, name) for name in names}
    return Row(closed.place, closed.effective_at, "closed", "beds", {"since": closed.effective_at, "account": account})


# What a ward's "not ready" says of the bed itself; every other reason speaks of the ward or of this patient.
UNFIT = {"not_clean": "cleaning", "bed_broken": "closed"}


@folds(
    "bed",
    called=gettext_noop("bed"),
    settled={"free": "it waits for a patient", "reserved": "the request owes", "occupied": "the request owes"},
)
def fold_bed(key: str, facts: Sequence[Fact]) -> Row | None:
    """free, reserved, occupied, cleaning or closed. Two patients seen in one bed is a contradiction with an owner."""
    state, request, conflict = "free", None, None
    for fact in facts:
        body = fact.body
        if fact.kind == "bed.assigned" and state == "free":
            state, request = "reserved", body.request
        elif fact.kind == "bed.released" and state == "reserved" and body.request == request:
            state, request = "free", None
        elif fact.kind == "ward.answered" and body.answer == "not_ready" and body.request == request:
            state, request = (UNFIT.get(body.reason, "free"), None) if state == "reserved" else (state, request)
        elif fact.kind == "patient.admitted":
            if state == "occupied" and request != body.request:
                conflict = Conflict("dispatcher", (fact.id,), "two_patients_in_one_bed")
            state, request = "occupied", body.request
        elif fact.kind in ("patient.left", "bed.vacated") and body.request == request:
            state, request = "cleaning", None
        elif fact.kind == "bed.cleaned" and state in ("cleaning", "closed"):
            state = "free"
        elif fact.kind == "bed.closed" and state in ("free", "cleaning"):
            state = "closed"
    last = facts[-1]
    what = {"cleaning": "clean_bed", "closed": "reopen_bed"}.get(state)
    owed = [Owed(what, last.effective_at)] if what else []
    return Row(last.place, last.effective_at, state, "beds", {"request": request}, conflict=conflict, owed=owed)


@folds(
    "ward",
    called=gettext_noop("ward"),
    settled={"counted": "counted again with each shift: a round, not a duty of its own"},
)
def fold_ward(key: str, facts: Sequence[Fact]) -> Row | None:
    """The last count of beds that the staff can serve, and when it was taken."""
    last = next((f for f in reversed(facts) if f.kind == "ward.counted"), None)
    if last is None:
        return None
    return Row(last.place, last.effective_at, "counted", "beds", {"staffed": last.body.staffed})


@furnishes("bed")
def beds(connection: Connection[Any], keys: Sequence[str]) -> dict[str, int]:
    found = connection.execute("select id, place from hospital_bed where id = any(%s)", [numbers(keys)])
    return {str(id): place for id, place in found}


@furnishes("ward")
def wards(connection: Connection[Any], keys: Sequence[str]) -> dict[str, int]:
    found = connection.execute("select id, place from hospital_ward where id = any(%s)", [numbers(keys)])
    return {str(id): place for id, place in found}


@furnishes("facility")
def houses(connection: Connection[Any], keys: Sequence[str]) -> dict[str, int]:
    found = connection.execute(
        "select facility, min(place) from hospital_ward where facility = any(%s) group by 1", [list(keys)]
    )
    return dict(found.fetchall())


@checks("bed.assigned")
def check_assigned(row: Row | None, fact: Fact) -> None:
    """The bed must be free (one nothing was ever said of is), the request waiting."""
    if row is None:
        return
    if "severity" in row.data:  # the request's row
        if row.state != "waiting":
            raise HasBed()
    elif row.state != "free":
        raise BedTaken(str(fact.body.bed), "bed")


@checks("bed.released")
def check_released(row: Row | None, fact: Fact) -> None:
    if row is not None and "severity" in row.data and row.state not in HOLDING:
        raise HasBed()


@checks("bed.granted")
def check_granted(row: Row | None, fact: Fact) -> None:
    """A bed is given to whoever waits, and taken back from whoever has it."""
    if row is not None and row.state != ("granted" if fact.body.taken_back else "waiting"):
        raise HasBed()


_GRANTS = """
select s.key, coalesce((s.data ->> 'granted')::integer, 0), (
  select count(*) from ledger_row r where r.noun = 'request' and r.data -> 'grant' ->> 'support' = s.key)
from ledger_row s where s.noun = 'support' and s.key = any(%s) and s.data ->> 'what' = 'beds'
  and s.place <@ %s::int4multirange
"""


def were_granted(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """Only beds that were granted to one's own place are given, and none of them twice."""
    if context.authority.standing().system:
        return {}
    said: list[tuple[int, Any]] = [(fact.n, fact.body) for fact in fresh(connection, facts)]
    given = [(n, body) for n, body in said if not body.taken_back]
    may = context.authority.may_say(facts[0].kind)
    found = connection.execute(_GRANTS, [sorted({body.support for _n, body in given}), may]).fetchall()
    left = {key: granted - used for key, granted, used in found}
    refused: dict[int, Problem] = {}
    for n, body in given:
        left[body.support] = left.get(body.support, 0) - 1
        if left[body.support] < 0:
            refused[n] = Malformed(_("no bed is left of those that were granted"), "body.support")
    return refused


ASKS["bed.granted"] = were_granted


def stands_in_ward(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """The ward that is named must be the one in which the bed stands; of a bed elsewhere nothing is told."""
    asked: list[tuple[int, Any, str]] = [(f.n, f.body, context.authority.may_record(f.kind)) for f in facts]
    found = connection.execute(
        "select id, ward, place from hospital_bed where id = any(%s)", [[b.bed for _, b, _ in asked]]
    )
    stands = {bed: (ward, place) for bed, ward, place in found}
    return {
        n: Malformed(_("the ward in which the bed stands"), "body.ward")
        for n, body, may in asked
        if body.bed in stands and contains(may, stands[body.bed][1]) and stands[body.bed][0] != body.ward
    }


for kind in ("bed.assigned", "ward.answered", "patient.admitted"):
    ASKS[kind] = stands_in_ward


def _carries(said: kinds.VehicleAnswered, _key: str, vehicle: Standing) -> Problem | None:
    """Nobody lies in a vehicle that is known to have no stretcher, or sits in one that has no seat."""
    room = {"stretcher": "stretchers", "seat": "seats"}.get(said.carried or "")
    if room and vehicle.details.get(room) == 0:
        return Malformed(_("this vehicle has no room of that sort"), "body.carried")
    return None


_TRIPS = """
select r.key, r.place, r.state, (r.data -> 'vehicle' ->> 'driver')::numeric, exists (
  select from ledger_owed o where o.noun = 'request' and o.key = r.key and o.what = any(%(what)s)
    and o.owes_from <= %(now)s and (o.staff is null or o.staff = %(by)s or o.due < %(now)s or o.step > 0))
from ledger_row r where r.noun = 'request' and r.key = any(%(keys)s)
"""
_DRIVES = """
select exists (select from people_held h join auth_user u on u.id = h.staff and u.is_active
  join places_cover c on c.place = h.place and c.tree = 'command' and c.valid_to is null and c.covers @> %s::integer
  where h.role = 'driver' and h.staff = %s::integer and h.valid_from <= now()
    and (h.valid_to is null or h.valid_to > now()))
"""


def whose_trip(connection: Connection[Any], context: Context, facts: Sequence[Checked]) -> dict[int, Problem]:
    """Whoever is named drives where the patient waits; and of a trip those speak who owe it, and the dispatcher. A
    driver sets out where a bed is promised."""
    standing, by = context.authority.standing(), context.authority.by
    if standing.system:
        return {}
    asked: list[tuple[Checked, kinds.VehicleAnswered]] = [(fact, fact.body) for fact in fresh(connection, facts)]  # type: ignore[misc]
    given = {"what": sorted(set(trip.OWES.values())), "by": by, "now": context.received_at,
             "keys": [body.request for _fact, body in asked]}  # fmt: skip
    known = {key: told for key, *told in connection.execute(_TRIPS, given)}
    refused: dict[int, Problem] = {}
    doors = addresses.places(connection, (body.door for _fact, body in asked))
    for fact, body in asked:
        place, state, driver, owes = known.get(body.request, (fact.said.place, None, None, True))
        if wrong := _named_wrongly(connection, fact, body, place):
            refused[fact.n] = wrong
        elif body.door and not standing.covers(doors.get(body.door, 0), frozenset({"dispatcher"})):
            refused[fact.n] = UnknownHousehold(str(body.door), "body.door")
        elif standing.covers(place, frozenset({"dispatcher"})):
            continue
        elif body.answer == "on_the_way":
            if state is not None and state not in (*HOLDING, "granted"):
                refused[fact.n] = NotYours("", "request")
        elif driver not in (None, by) and not owes:
            refused[fact.n] = NotYours("", "request")
    return refused


def _named_wrongly(
    connection: Connection[Any], fact: Checked, body: kinds.VehicleAnswered, place: int
) -> Problem | None:
    """Whoever is named drives where the patient waits: as the one who goes, and as the one who rang. What a driver said
    by telephone is asked of the drivers of that place, who confirm it."""
    post = fact.said.behalf
    rang = post.who if post and post.role == "driver" else None
    for who, name in ((body.driver, "body.driver"), (rang, "behalf.who")):
        if who is not None and connection.execute(_DRIVES, [place, who]).fetchone() != (True,):
            return Malformed(_("somebody who drives where the patient waits"), name)
    if post and post.role == "driver" and post.place not in lineage(connection, place):
        return Malformed(_("the drivers of the place where the patient waits"), "behalf.place")
    return None


ASKS["vehicle.answered"] = together(names_site("vehicle", VEHICLES, own=True, further=_carries), whose_trip)
