"""The form of a fact: what every fact must be before it is asked whether it may be said and what it means."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import msgspec
import msgspec.inspect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.ledger import cleaned, dated
from tongzhou.ledger.kinds import KINDS, Body, Kind, Said
from tongzhou.problems import IdReused, Malformed, NotYours, Problem, UnknownKind

AHEAD = dt.timedelta(days=1)  # nobody plans now what happens later than this
SKEW = dt.timedelta(minutes=5)  # a device clock further off than this has its moments put right
# What is outside is a broken clock or a slip of the hand, and not every part of the program could read it back.
_REFERENCE = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.:+/-]{0,199}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NUMBER = re.compile(r"[0-9]{11}")  # of a telephone or a person; numbers of doors and beds are shorter
A_MOMENT = gettext_noop("a moment, as in 2020-03-10T23:30")
CALENDAR: dict[dated.Sort, str] = {
    "day": gettext_noop("a day, as in 2020-03-10"),
    "moment": A_MOMENT,
    "hour": gettext_noop("a full hour, as in 2020-03-10T23:00"),
    "either": A_MOMENT,
}
EARLIEST, LATEST = dt.datetime(1900, 1, 1, tzinfo=dt.UTC), dt.datetime(2200, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Checked:
    """A fact of good form, at its position in the request."""

    n: int
    said: Said
    kind: Kind
    body: Body
    effective_at: dt.datetime


def check(n: int, said: Said, skew: dt.timedelta, now: dt.datetime, *, told: bool = True) -> Checked:
    """A fact of good form, its moment put right by the clock's `skew`. Raises Problem for any other. `told`: somebody
    says it now; what was imported, and what the program itself says, may name days further off."""
    kind = KINDS.get(said.kind)
    if kind is None:
        raise UnknownKind(said.kind[:80], "kind")
    if said.id.int == 0:
        raise Malformed("a number of its own, as a UUIDv7", "id")
    if said.corrects == said.id:
        raise Malformed("a fact cannot correct itself", "corrects")
    effective = _moment(said.effective_at, "effective_at")
    if b"\\u0000" in bytes(said.body):  # neither PostgreSQL's text nor its jsonb can hold it
        raise Malformed("a character that cannot be kept (NUL)", "body")
    try:
        body = cleaned.once(kind.decode(cleaned.without_turns(bytes(said.body))))
    except (msgspec.DecodeError, RecursionError) as error:
        raise Malformed(str(error), "body") from None
    for field in references(kind.name):
        if (text := getattr(body, field)) is not None and not _is_reference(text):
            raise Malformed("a reference or a moment as the program gives it, never a name or a number", field)
    in_calendar(kind, body)
    # A moment read off the device's clock is put right by that clock's error; one a person typed is kept.
    if said.recorded_at is not None and _moment(said.recorded_at, "recorded_at") == effective:
        effective = _moment(said.effective_at, "effective_at", skew)
    latest = now + (SKEW if told and not kind.plans else AHEAD)
    if effective > latest:
        raise Malformed(_("a moment that is not ahead: nobody tells what is yet to come"), "effective_at")
    if told:
        in_bounds(kind, body, effective)
    if kind.mass and (said.behalf or said.saw or said.because):
        raise Malformed("nothing beside its body: this kind tells its channel itself", "behalf")
    return Checked(n, said, kind, body, effective)


@cache
def references(kind: str) -> tuple[str, ...]:
    """The fields of a kind that hold text of no form of its own: references and moments. Facts are kept for ever and
    no erasure reaches them, so a program that errs must not put a name or a telephone there. (What is published is
    another matter: it names its source.)"""
    if KINDS[kind].said_by <= {"publisher", "system"}:
        return ()
    found = msgspec.inspect.type_info(KINDS[kind].body)
    assert isinstance(found, msgspec.inspect.StructType)
    return tuple(field.name for field in found.fields if _loose(field.type))


def _loose(type: msgspec.inspect.Type) -> bool:
    if isinstance(type, msgspec.inspect.UnionType):
        return any(map(_loose, type.types))
    return isinstance(type, msgspec.inspect.StrType) and type.pattern is None


def _is_reference(text: str) -> bool:
    return not text or (bool(_REFERENCE.fullmatch(text)) and not _NUMBER.search(_UUID.sub("", text)))


def in_calendar(kind: Kind, body: Body) -> None:
    """Raises Malformed for a day, an hour or a moment in the body that no calendar has."""
    if odd := dated.wrong(body, kind.dated):
        field, sort = odd
        raise Malformed(_(CALENDAR[sort]), field)


def in_bounds(kind: Kind, body: Body, at: dt.datetime) -> None:
    """Raises Malformed for a day in the body that lies further from the fact's moment than its kind allows."""
    if far := dated.beyond(body, kind.bounds, at):
        field, (back, ahead) = far
        told = _("a day at most %(back)d days back and %(ahead)d days ahead") % {"back": back, "ahead": ahead}
        raise Malformed(told, field)


def _moment(given: dt.datetime, field: str, skew: dt.timedelta = dt.timedelta()) -> dt.datetime:
    """The moment put right by `skew`. Raises Malformed for one without a zone or outside all that can be meant."""
    if given.tzinfo is None:
        raise Malformed("the time needs its zone, as in 2020-03-10T23:30:00+08:00", field)
    try:
        moment = given + skew
    except OverflowError:
        moment = EARLIEST - SKEW
    if not EARLIEST <= moment < LATEST:
        raise Malformed(f"a time from {EARLIEST.year} to {LATEST.year - 1}", field)
    return moment


def same_moment(fact: Checked, effective_at: dt.datetime, recorded_at: dt.datetime | None) -> bool:
    """Was this the moment that was told before? One read off the device's clock is compared as the device told it."""
    told = fact.said.recorded_at
    return (
        recorded_at == told
        if told is not None and told == fact.said.effective_at
        else effective_at == fact.effective_at
    )


def taken_names(facts: Sequence[Checked]) -> dict[int, Problem]:
    """Ids made from names are the program's own: whoever knew the cause could otherwise take what follows from it."""
    return {fact.n: Malformed("a number of its own, as a UUIDv7", "id") for fact in facts if fact.said.id.version == 5}


def other_doors(facts: Sequence[Checked], slip: int | None) -> dict[int, Problem]:
    """A slip speaks for its own door and for nothing else."""
    if slip is None:
        return {}
    return {fact.n: NotYours("", "household") for fact in facts if getattr(fact.body, "household", slip) != slip}


def other_posts(facts: Sequence[Checked]) -> dict[int, Problem]:
    """Whoever writes down what a post said names one that may say it: nobody else could confirm or contest it."""
    return {
        fact.n: Malformed("a post that may say this", "behalf.role")
        for fact in facts
        if fact.said.behalf and not {fact.said.behalf.role, "*"} & fact.kind.said_by
    }


def once(facts: Sequence[Checked], refused: dict[int, Problem], repeats: dict[int, int]) -> list[Checked]:
    """What one request says twice is said once; a repetition is noted in `repeats` beside the position it repeats."""
    first: dict[uuid.UUID, Checked] = {}
    for fact in facts:
        twin = first.setdefault(fact.said.id, fact)
        if twin is fact:
            continue
        if (twin.kind, twin.body, twin.effective_at) == (fact.kind, fact.body, fact.effective_at):
            repeats[fact.n] = twin.n
        else:
            refused[fact.n] = IdReused(str(fact.said.id), "id")
    return list(first.values())
