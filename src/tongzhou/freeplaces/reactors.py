"""What clinics, laboratories and investigators find turns certificates: by facts of the system, each because of the
word that caused it, and taken back with it. No word of a door is among them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

from psycopg import Connection

from tongzhou import rules
from tongzhou.freeplaces.application import around, unit_of
from tongzhou.ledger.owed import after, day_in, on
from tongzhou.ledger.ranges import contains
from tongzhou.ledger.reactors import NAMESPACE, Cause, Effect, reacts
from tongzhou.ledger.time import local_day
from tongzhou.ledger.touching import lineage
from tongzhou.places.queries import official_code

RULE = "EF-TURN"
# As the rule calls what a case is.
FINDINGS = {"suspected": "suspected", "confirmed": "confirmed", "clinical": "confirmed", "asymptomatic": "asymptomatic",
            "excluded": "excluded"}  # fmt: skip
OVER = {"general", "source_excluded", "became_case"}  # contacts that turn nothing
CONSEQUENCES = {"cancel", "suspend", "restore"}
_HERE = """
select r.key, r.place, r.data ->> 'site', r.data -> 'matters' ? %(matter)s, exists (select from ledger_row_was w
    where w.noun = 'certificate' and w.key = r.key and w.data -> 'matters' ? %(matter)s),
  (r.data ->> 'proposed_at')::timestamptz
from ledger_row r
where r.noun = 'certificate' and r.state in ('proposed', 'checked', 'certified', 'suspended', 'cancelled')
  and exists (select from places_cover c where c.place = r.place and c.tree = 'command' and c.valid_to is null
    and c.covers @> %(home)s::integer)
order by r.key
"""
_ELSEWHERE = """
select r.key, r.place, r.data ->> 'site' from ledger_row r
where r.noun = 'certificate' and (r.data -> 'matters' ? %(matter)s or exists (select from ledger_row_was w
    where w.noun = 'certificate' and w.key = r.key and w.data -> 'matters' ? %(matter)s)) and not exists (
  select from places_cover c where c.place = r.place and c.tree = 'command' and c.valid_to is null
    and c.covers @> %(home)s::integer)
order by r.key
"""
_ROW = "select place, state, (data ->> 'home')::integer, data from ledger_row where noun = %s and key = %s"
_TAKEN_OVER = """
select 1 from ledger_row where noun = 'letter' and state in ('taken_over', 'partly_found') and data -> 'contacts' ? %s
and (data ->> 'to')::integer <@ %s::int4multirange limit 1
"""
_ROOT = "select root from ledger_alias where subject = %s"


class Held(NamedTuple):
    """What is true of a case, a contact, a referral or a letter, and where the home of whoever it is about lies."""

    place: int
    state: str
    home: int | None
    data: Any


def _held(connection: Connection[Any], noun: str, key: str) -> Held | None:
    row = connection.execute(_ROW, [noun, key]).fetchone()
    return Held(*row) if row else None


def matter(subject: str) -> str:
    """The number of a finding: always the same, and nobody can tell from it whose it is."""
    return str(uuid.uuid5(NAMESPACE, f"finding {subject}"))


@reacts(RULE, "case.identified")
def identified(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """Somebody who lives there is suspected or confirmed; where the home was put right, it was not there."""
    key = str(cause.corrects or cause.id)
    held = _held(connection, "case", key)
    found = FINDINGS[cause.body.classification]
    if not cause.corrects:
        return _of_case(connection, cause, key, held, cause.home, found)
    found = FINDINGS.get(held.state, found) if held else found
    turns = _of_case(connection, cause, key, held, cause.home, found)
    return [*turns, *_gone(connection, cause, f"case/{key}", cause.home)]


@reacts(RULE, "case.classified")
def classified(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """The clinic or the laboratory says what it is."""
    root = connection.execute(_ROOT, [f"case/{cause.body.case}"]).fetchone()
    key = root[0].partition("/")[2] if root else cause.body.case
    held = _held(connection, "case", key)
    return _of_case(connection, cause, key, held, held.home if held else None, FINDINGS[cause.body.classification])


@reacts(RULE, "case.merged")
def merged(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """Entered twice: what was found counts once, under the number that stays, as it is now."""
    return [*_taken(connection, cause, cause.body.into), *_gone(connection, cause, f"case/{cause.body.case}", None)]


@reacts(RULE, "referral.seen")
def seen(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """A fever clinic has somebody who lives there, or has examined them. A fever that nobody closes lapses after the
    days of the rule; whoever is identified counts as a case from then on."""
    found = {"arrived": "fever", "sent_home": "excluded", "identified": "excluded"}.get(cause.body.outcome)
    held = _held(connection, "referral", cause.body.referral)
    if not found or held is None:
        return []
    return _turns(connection, cause, f"referral/{cause.body.referral}", held.place, found, _lapse(cause))


@reacts(RULE, "contact.named", "contact.exposed", "contact.resumed", "contact.ended")
def contact(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """A close contact lives there, for as long as the observation lasts; whoever became a case counts as that."""
    key = str(cause.corrects or cause.id) if cause.kind == "contact.named" else cause.body.contact
    held = _held(connection, "contact", key)
    if held is None:
        return []
    turns = _of_contact(connection, cause, key, held)
    return [*turns, *_gone(connection, cause, f"contact/{key}", held.home)] if cause.corrects else turns


@reacts(RULE, "subject.accepted")
def accepted(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """The county of the home takes a contact or a case over from the one that named it."""
    noun, _slash, key = cause.body.subject.partition("/")
    if noun == "case":
        return _taken(connection, cause, key)
    held = _held(connection, "contact", key) if noun == "contact" else None
    return _of_contact(connection, cause, key, held) if held else []


@reacts(RULE, "case.received")
def received(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """The county of the home received the report of a case: from then on it is its own."""
    return _taken(connection, cause, cause.body.case)


@reacts(RULE, "letter.answered")
def answered(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """The county of the home takes over the contacts that a letter told it of."""
    letter = _held(connection, "letter", cause.body.letter)
    named = {key: _held(connection, "contact", key) for key in (letter.data["contacts"] if letter else ())}
    return [one for key, held in named.items() if held for one in _of_contact(connection, cause, key, held)]


def _taken(connection: Connection[Any], cause: Cause, key: str) -> list[Effect]:
    """What a case does as it is now."""
    held = _held(connection, "case", key)
    found = FINDINGS.get(held.state) if held else None
    return _of_case(connection, cause, key, held, held.home, found) if held and found else []


def _of_case(connection: Connection[Any], cause: Cause, key: str, held: Held | None, home: int | None,
             found: str) -> list[Effect]:  # fmt: skip
    """What a case does to the place of their home, once the county that holds the home knows of it as its own."""
    turns = _turns(connection, cause, f"case/{key}", home, found)
    return turns if _ours(connection, turns, key, held.place if held else cause.place, home) else []


def _of_contact(connection: Connection[Any], cause: Cause, key: str, held: Held) -> list[Effect]:
    """What a contact does to the place of their home, once the county that holds the home knows of them as its own:
    another county's word alone turns nothing."""
    named = cause.kind == "contact.named" and not cause.corrects  # what ended since then ends it by a word of its own
    over = cause.kind == "contact.ended" or held.state in ({"general"} if named else OVER)
    found = "excluded" if over else "close_contact"
    last = max(filter(None, (day_in(getattr(cause.body, "last_day", None)), day_in(held.data["last_day"]))),
               default=None)  # fmt: skip
    until = _over(last or local_day(cause.effective_at))
    turns = _turns(connection, cause, f"contact/{key}", held.home, found, until)
    return turns if _ours(connection, turns, key, held.place, held.home) else []


def _ours(connection: Connection[Any], turns: Sequence[Effect], key: str, place: int, home: int | None) -> bool:
    """Does it lie in the county of the home or with a desk above it, or did that county take it over? Asked only where
    it turns a certificate."""
    if not turns or home is None:
        return False
    where = around(connection, home)
    if where is None or contains(where.county_covers, place) or place in lineage(connection, home):
        return True
    return bool(connection.execute(_TAKEN_OVER, [key, where.county_covers]).fetchone())


@reacts(RULE, "fact.withdrawn")
def withdrawn(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """Whoever was never a case or a contact turned no certificate, whatever was said of them afterwards."""
    return [one for noun in ("case", "contact") for one in _gone(connection, cause, f"{noun}/{cause.corrects}", None)]


def _lapse(cause: Cause) -> dt.datetime:
    pack = rules.in_force("EF-01", local_day(cause.effective_at))
    days = int(pack.parameters["days_without_case"]) if pack else 14
    return after(cause.effective_at, days=days)


def _over(last: dt.date) -> dt.datetime:
    """The midnight after the last day of observation."""
    pack = rules.in_force("CC-E6", last)
    days = int(pack.parameters.get("observation_days", 14)) if pack else 14
    return after(on(last, 0), days=days + 1)


def _turns(connection: Connection[Any], cause: Cause, subject: str, home: int | None, found: str,
           until: dt.datetime | None = None) -> list[Effect]:  # fmt: skip
    """What the rule in force says that this does to each certificate of the place. Where no edition says anything of
    it, the place is not called epidemic-free for the days of the rule."""
    if home is None:
        return []
    effects = []
    day, number = local_day(cause.effective_at), matter(subject)
    asked = {"home": home, "matter": number}
    for key, place, site, known, turned, proposed_at in connection.execute(_HERE, asked).fetchall():
        again = bool(cause.corrects and (known or turned))  # another day than before undoes nothing by itself
        on_day = max(day, local_day(proposed_at)) if again else day
        unit = unit_of(connection, place, site, on_day) or "community"
        asked_of = {"date": on_day.isoformat(), "event": found, "unit": unit}
        code = official_code(place, connection)
        told = rules.evaluate(rules.book(), "EF-01", asked_of, on=on_day, place_code=code)
        outcome = str(told.outcome) if told.outcome in CONSEQUENCES else "restore" if found == "excluded" else "suspend"
        past = (
            outcome == "cancel" and not again and _lapse(cause) <= proposed_at
        )  # told late, and too long ago to count
        if past or (outcome == "restore" and not known):
            continue
        body: dict[str, Any] = {"place": place, "matter": number, "outcome": outcome}
        ends = until if told.outcome in CONSEQUENCES else until or _lapse(cause)
        body |= {"until": ends.isoformat()} if ends and outcome == "suspend" else {}
        body |= {"edition": told.edition} if told.edition else {}
        effects.append(
            Effect("certificate.turned", place, body | ({"site": site} if site else {}), f"certificate/{key}")
        )
    return effects


def _gone(connection: Connection[Any], cause: Cause, subject: str, home: int | None) -> list[Effect]:
    """It was not found there."""
    number = matter(subject)
    held = connection.execute(_ELSEWHERE, {"matter": number, "home": home}).fetchall()
    body = {"matter": number, "outcome": "elsewhere"}
    return [
        Effect("certificate.turned", place, body | {"place": place} | ({"site": site} if site else {}),
               f"certificate/{key}")
        for key, place, site in held
    ]  # fmt: skip
