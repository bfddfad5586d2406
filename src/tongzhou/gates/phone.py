"""What a gate's phone talks to: its list, what it counted, a call-back, an entry of the register, a pass issued there.

The phone was lent to the gate for a shift and speaks as the gate. What it is sent holds no person, no door and nothing
about anybody's health; what it sends of a person goes to the vault or to the community doctor and is not kept on it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import uuid_utils.compat as uuids
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST
from psycopg import Connection

from tongzhou.api.facts import receive
from tongzhou.api.say import said
from tongzhou.community.calls import keep_number
from tongzhou.gates import demand, issuing, limits, post, queries
from tongzhou.gates.code import EPOCH, mark
from tongzhou.gates.kinds import CardNumber, What, phone_of, register_of
from tongzhou.gates.post import GatePost
from tongzhou.ledger import clock, door
from tongzhou.ledger.append import append
from tongzhou.ledger.kinds import Moment
from tongzhou.ledger.time import local_day, zone
from tongzhou.people import vault
from tongzhou.people.scope import Holder, set_scope
from tongzhou.people.telephone import read
from tongzhou.problems import Malformed, NotSignedIn, UnknownHousehold
from tongzhou.sites import addresses
from tongzhou.sites.doors import NotUnderstood, parse
from tongzhou.sites.drafts import Draft
from tongzhou.sites.queries import list_on

COOKIE = "gate_phone"
FOLDER = Path(__file__).parent / "static/gates"
# What the doorway's phone has as well: the store that is sealed, how a page is drawn, and when.
SHARED = ("doorway/store.js", "doorway/dom.js", "doorway/still.js", "doorway/sw.js")
GOING_TO = ("pharmacy", "supermarket", "shop", "market", "delivery_point", "health_station", "clinic", "fever_clinic",
            "hospital", "community_office")  # fmt: skip


@require_GET
@ensure_csrf_cookie
def shell(request: HttpRequest) -> HttpResponse:
    """The page itself, without data: a phone that is lent to no gate is told so."""
    return render(request, "gates/phone.html")


@require_GET
def lent(request: HttpRequest, token: str) -> HttpResponse:
    """The address that was shown to the phone: from now on it is the gate's, until the shift is over. It opens on one
    phone; any other is told so, and so is the lead."""
    with door.ledger() as ledger:
        now = clock.read(ledger).now
        here = post.of_token(ledger, request.COOKIES.get(COOKIE, ""), now)
        device = None if here and post.is_of(ledger, here.phone, token) else post.opened(ledger, token, now)
        used = not here and device is None
    if used:
        return render(request, "gates/phone.html", {"used": True}, status=404)
    answer = redirect("/gate/")
    if device:
        answer.set_cookie(COOKIE, device, max_age=14 * 86400, path="/gate/", httponly=True, samesite="Strict",
                          secure=request.is_secure())  # fmt: skip
    return answer


@require_GET
def service_worker(_request: HttpRequest) -> HttpResponse:
    """Served here, because a worker rules only what lies below its own address."""
    parts = sorted(path for path in FOLDER.rglob("*") if path.is_file())
    files = ["/gate/", *(static(f"gates/{path.relative_to(FOLDER)}") for path in parts)]
    files += [static(name) for name in SHARED[:-1]]
    common = [Path(str(finders.find(name))) for name in SHARED]
    template = Path(__file__).parent / "templates/gates/phone.html"
    read = [path.read_bytes() for path in (*parts, *common, template)]
    version = hashlib.sha256(b"".join(read)).hexdigest()[:16]
    script = f'const NAME = "gate";\nconst VERSION = {json.dumps(version)};\nconst FILES = {json.dumps(files)};\n'
    return HttpResponse(
        script + common[-1].read_text(), content_type="text/javascript", headers={"Cache-Control": "no-cache"}
    )


@contextmanager
def _of_phone(request: HttpRequest) -> Iterator[tuple[Connection[Any], GatePost, dt.datetime]]:
    """The ledger, whose phone asks, and the moment. Raises NotSignedIn for a phone that is lent to no gate."""
    with door.ledger() as ledger, transaction.atomic():
        set_scope(Holder(None))  # the register is read as everybody reads it
        now = clock.read(ledger).now
        found = post.of_token(ledger, request.COOKIES.get(COOKIE, ""), now)
        if found is None:
            raise NotSignedIn(_("this phone is lent to no gate now"))
        yield ledger, found, now


@require_GET
@ensure_csrf_cookie
def day_list(request: HttpRequest) -> HttpResponse:
    """What the gate has to know for the day, also without a network."""
    with _of_phone(request) as (ledger, who, now):
        day = local_day(now)
        gate = queries.gate_of(ledger, who.gate, day)
        if gate is None:
            raise NotSignedIn(_("this gate is not there any more"))
        if post.seen(ledger, who.phone, now, day) and queries.has(ledger, "gate_phone", phone_of(who.gate, who.phone)):
            _tell(ledger, who, now, "gate_phone.fetched", phone=who.phone, day=str(day))
        asked = demand.demanded(who.place, now)
        told = {
            "phone": who.phone, "place": who.place, "until": who.until, "now": now, "day": day,
            "simulated": clock.read(ledger).simulated, "offset": now.astimezone(zone()).strftime("%z"),
            "gate": {"key": gate.key, "mark": mark(gate.key), **_named(gate)}, "within": _within(ledger, gate, day),
            "invented": gate.invented, "key": _queue_key(who.phone),
            "telephone": queries.telephone(ledger, gate),
            "asks": {name: {"measure": one.key, "until": one.ends} for name in ("passes", "temperature", "names")
                     if (one := getattr(asked, name))},
            "keys": _keys(now), "spent": post.spent(ledger, who.gate, day), "cards": _cards(ledger, who.gate, now),
            "back": queries.taken_back(ledger, who.gate, now),
            "sites": {one.key: _named(one) for one in list_on(ledger, day, GOING_TO)
                      if one.invented == gate.invented},
            "counted": _counted(ledger, who, day),
        }  # fmt: skip
    return _json(told)


def _tell(ledger: Connection[Any], who: GatePost, now: dt.datetime, kind: str, **body: Any) -> None:
    """What the gate says by itself, of no person."""
    fact = said(kind, uuids.uuid7(), now, who.place, {"gate": who.gate, **body})
    for problem in append(ledger, [fact], who, device="gate").refused.values():
        raise problem


def _named(one: Draft) -> dict[str, str]:
    return {"zh": one.name_zh, "en": one.name_en}


def _within(ledger: Connection[Any], gate: Draft, day: dt.date) -> dict[str, str] | None:
    whole = gate.details.part_of
    found = next((one for one in list_on(ledger, day, ("compound",)) if one.key == whole), None) if whole else None
    return _named(found) if found else None


def _keys(now: dt.datetime) -> dict[str, dict[str, Any]]:
    """By the number of the day: the public key, and the moment at which the day begins."""
    return {
        str(day): {"key": key.public_bytes(Encoding.Raw, PublicFormat.Raw).hex(),
                   "midnight": dt.datetime.combine(EPOCH + dt.timedelta(days=day), dt.time(), zone())}
        for day, key in queries.public_keys(now).items()
    }  # fmt: skip


def _cards(ledger: Connection[Any], gate: str, now: dt.datetime) -> list[dict[str, Any]]:
    return [{"number": one.told.number, "what": one.told.what, "to": one.told.to, "starts": one.told.starts,
             "until": one.told.until} for one in queries.cards(ledger, [gate], now)]  # fmt: skip


def _counted(ledger: Connection[Any], who: GatePost, day: dt.date) -> dict[str, int]:
    """Out and in of today at this gate, in all."""
    told = queries.counts(ledger, [who.gate], day).get(who.gate) or {}
    return {way: told.get(way, 0) for way in ("out", "back")}


def _queue_key(phone: int) -> str:
    """Seals what this phone keeps until it is received."""
    return hmac.digest(settings.SECRET_KEY.encode(), f"gate-queue:{phone}".encode(), "sha256").hex()


@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """As POST /api/facts, said by the gate."""
    with _of_phone(request) as (_ledger, who, _now):
        pass
    return receive(request.body, who)


class Used(msgspec.Struct, forbid_unknown_fields=True):
    numbers: Annotated[list[CardNumber], msgspec.Meta(max_length=500)]


@require_POST
def used(request: HttpRequest) -> HttpResponse:
    """Numbers that were let out: the other phone of this gate is told, until midnight."""
    asked = _read(request, Used)
    with _of_phone(request) as (ledger, who, now):
        post.spend(ledger, who.gate, local_day(now), asked.numbers)
        told = post.spent(ledger, who.gate, local_day(now))
    return _json({"spent": told})


class Call(msgspec.Struct, forbid_unknown_fields=True):
    """A temperature of 37.3 or more at the gate, or somebody there who feels ill: the community doctor is asked to ring
    at a door."""

    id: uuid.UUID
    door: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    at: Moment
    temp10: Annotated[int, msgspec.Meta(ge=300, le=450)] | None = None
    telephone: Annotated[str, msgspec.Meta(max_length=40)] = ""


@require_POST
def call(request: HttpRequest) -> HttpResponse:
    """A call-back is asked for, and nobody is turned back. The door is found here: the phone has no list of doors."""
    asked = _read(request, Call)
    number = read(asked.telephone) if asked.telephone else None
    if asked.telephone and number is None:
        raise Malformed(_("a telephone number has digits, blanks, + and - only"), "telephone")
    with _of_phone(request) as (ledger, who, now):
        household, place = _door(ledger, asked.door, who)
        concern = "fever" if asked.temp10 else "unwell"
        body = {"household": household, "concerns": [concern], "channel": "door", "temp10": asked.temp10,
                "callback": f"exception/{asked.id}" if number else None}  # fmt: skip
        at = min(asked.at, now)
        fact = said("exception.raised", asked.id, at, place, body)
        receipt = append(ledger, [fact], _within_the_community(who, place), device="gate")
        for problem in receipt.refused.values():
            raise problem
        if number:
            keep_number(ledger, str(asked.id), asked.telephone, place)
    return _json({"kept": True})


def _door(ledger: Connection[Any], typed: str, who: GatePost) -> tuple[int, int]:
    """The household of this address or number within the gate's community, and where it lies. Raises UnknownHousehold
    for one that is not there, or is not one alone."""
    try:
        told = None if typed.strip().isdigit() else parse(typed)
    except NotUnderstood as error:
        words = _("“%(part)s” is not understood; say 3栋2单元501 or the door number")
        raise Malformed(words % {"part": error.part}, "door") from None
    found = addresses.within(ledger, who.place, int(typed) if told is None else told)
    if found is None:
        raise UnknownHousehold("", "door")
    return found


def _within_the_community(who: GatePost, place: int) -> GatePost:
    """The gate speaks of a door of its community as it does of itself."""
    return GatePost(place, who.gate, who.phone, who.until)


class Entry(msgspec.Struct, forbid_unknown_fields=True):
    """An entry of the register, where a measure in force asks for names."""

    id: uuid.UUID
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    telephone: Annotated[str, msgspec.Meta(max_length=40)]
    way: Literal["out", "back"]
    at: Moment


@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """A name goes to the vault for the days of the table of terms, and to nowhere else; without a measure that asks for
    it, it is not taken."""
    asked = _read(request, Entry)
    with _of_phone(request) as (ledger, who, now):
        at = min(asked.at, now)
        if now - at > limits.hours("entry_back_h"):
            raise Malformed(_("an entry of today or of the night before"), "at")
        if demand.demanded(who.place, at).names is None:
            raise Malformed(_("no measure in force asks for names at this gate"), "name")
        told = {"name": asked.name, "telephone": asked.telephone, "way": asked.way, "gate": who.gate,
                "hour": at.astimezone(zone()).isoformat(timespec="hours")}  # fmt: skip
        # One sealed text and no index: nobody can be looked up in it by name.
        entry = json.dumps(told)
        vault.put(ledger, _owner(asked.id, entry), {"entry": entry}, place=who.place, sees="cases")
        day = str(local_day(now))
        if not queries.has(ledger, "gate_register", register_of(who.gate, day)):
            _tell(ledger, who, now, "gate_register.begun", day=day)
    return _json({"kept": True})


def _owner(id: uuid.UUID, entry: str) -> str:
    """Sent again it is the same; another entry under the same number takes the place of none."""
    return "gate/" + hmac.digest(settings.SECRET_KEY.encode(), f"gate-entry:{id}:{entry}".encode(), "sha256").hex()[:32]


class Issue(msgspec.Struct, forbid_unknown_fields=True):
    """A pass that is issued at the gate; the door is asked and not kept."""

    what: What
    last_out: Annotated[str, msgspec.Meta(pattern=r"^(never|\d{4}-\d{2}-\d{2})$")] | None = None
    to: str | None = None


@require_POST
def issue(request: HttpRequest) -> HttpResponse:
    """One pass, where the measure and the order of the day allow it; else why not, and from when."""
    asked = _read(request, Issue)
    try:
        last = asked.last_out if asked.last_out in (None, "never") else dt.date.fromisoformat(asked.last_out)
    except ValueError:
        raise Malformed("", "last_out") from None
    with _of_phone(request) as (ledger, who, now):
        told, made, refused = issuing.issued(
            ledger, who, issuing.Wanted(who.gate, asked.what, to=asked.to, last_out=last)
        )
        cards = _cards(ledger, who.gate, now) if made else []
    said_, why = ("refused", " ".join(refused)) if refused else (told.said, told.why)
    return _json({"said": said_, "why": why, "next": told.next,
                  "number": made[0].number if made else None, "cards": cards})  # fmt: skip


def _read(request: HttpRequest, sort: type[Any]) -> Any:
    try:
        return msgspec.json.decode(request.body, type=sort)
    except msgspec.DecodeError as error:
        raise Malformed(str(error)) from None


def _json(told: Any) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(told), content_type="application/json")


ADDRESSES: tuple[tuple[str, Callable[..., HttpResponse], str], ...] = (
    ("gate/", shell, "gate-phone"),
    ("gate/sw.js", service_worker, "gate-sw"),
    ("gate/list.json", day_list, "gate-list"),
    ("gate/send", send, "gate-send"),
    ("gate/used", used, "gate-used"),
    ("gate/call", call, "gate-call"),
    ("gate/enter", enter, "gate-enter"),
    ("gate/issue", issue, "gate-issue"),
    ("gate/in/<str:token>", lent, "gate-lent"),
)
