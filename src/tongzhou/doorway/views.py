"""The doorway: an application that works without a network, and the four addresses it talks to."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from tongzhou.api.facts import receive
from tongzhou.cases.queries import became_of
from tongzhou.command.rounds import rounds
from tongzhou.community import queries
from tongzhou.community.calls import keep_number
from tongzhou.doorway import spoken
from tongzhou.doorway.access import at_the_door
from tongzhou.investigation import queries as investigation
from tongzhou.ledger import clock, door, known
from tongzhou.ledger.kinds import KINDS
from tongzhou.ledger.time import local_day, zone
from tongzhou.people import clocks, sealed
from tongzhou.people.scope import Holder, names_of_staff
from tongzhou.persons import blocks
from tongzhou.places import marked
from tongzhou.places.queries import names
from tongzhou.problems import Malformed, NotThisUser, NotYours, UnknownHousehold
from tongzhou.sites import queries as sites
from tongzhou.sites.drafts import Draft
from tongzhou.sites.named import MEDICINES
from tongzhou.sites.wanted import both, choice

FOLDER = Path(__file__).parent / "static/doorway"


class Callback(msgspec.Struct, forbid_unknown_fields=True):
    exception: str
    household: int
    telephone: str | None  # None: withdrawn, the number is erased


class Numbers(msgspec.Struct, forbid_unknown_fields=True):
    device: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f-]{36}$")]


@require_GET
@ensure_csrf_cookie
def shell(request: HttpRequest) -> HttpResponse:
    """The page itself: no data in it, so that the phone may keep it for whoever signs in next."""
    if request.holder.by is None:  # type: ignore[attr-defined]
        return redirect("/login?next=/doorway/")
    at_the_door(request)
    return render(request, "doorway/app.html")


@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """Served here, not under /static/, because a worker rules only what lies below its own address."""
    files = ["/doorway/", "/doorway/words.js", *(static(f"doorway/{path.name}") for path in parts())]
    read = [path.read_bytes() for path in parts()]
    version = hashlib.sha256(b"".join([*read, shell_source(), spoken.script().encode()])).hexdigest()[:16]
    script = (
        'const NAME = "doorway";\n' + f"const VERSION = {json.dumps(version)};\nconst FILES = {json.dumps(files)};\n"
    )
    return HttpResponse(
        script + (FOLDER / "sw.js").read_text(), content_type="text/javascript", headers={"Cache-Control": "no-cache"}
    )


@require_GET
def words(_request: HttpRequest) -> HttpResponse:
    """What is chosen at a door, in words; the same for everybody."""
    return HttpResponse(spoken.script(), content_type="text/javascript", headers={"Cache-Control": "no-cache"})


def parts() -> list[Path]:
    return sorted(path for path in FOLDER.iterdir() if path.suffix in {".js", ".css", ".svg"} and path.name != "sw.js")


def shell_source() -> bytes:
    return (Path(__file__).parent / "templates/doorway/app.html").read_bytes()


def _with_medicines(needs: list[dict[str, Any]], day: dt.date) -> list[dict[str, Any]]:
    """The needs, those that name medicines with what is to be brought in words."""
    known = sites.names({one["medicine"] for need in needs for one in need.get("medicines", ())}, day)
    return [{**one, "wanted": _wanted(known, one)} if one.get("medicines") or one.get("text") else one for one in needs]


def _wanted(known: Mapping[str, Draft], need: dict[str, Any]) -> dict[str, str]:
    told = both(known, need.get("medicines", ()))
    return {language: "; ".join(filter(None, (words, need.get("text")))) for language, words in told.items()}


def _bagged(needs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The needs, those for medicine with the number that stands on the bag."""
    return [{**one, "bag": sealed.bag(one["key"])} if "medicine" in one["items"] else one for one in needs]


def _listed(day: dt.date) -> list[dict[str, str]]:
    """What may be chosen at a door: each medicine of the list in its unit and in each declared pack."""
    return [
        {"medicine": one.key, "of": of, **choice(one, of)}
        for one in sites.choices(day, MEDICINES)
        for of in (one.details.unit, *one.details.packs)
    ]


def _owed(noun: str, rows: list[dict[str, Any]], now: dt.datetime) -> list[dict[str, Any]]:
    """The rows, each with since when and by when the most urgent that is owed about it is, as Today has it."""
    found = clocks.of((f"{noun}/{row['key']}" for row in rows), now)
    for row in rows:
        first = next(iter(found[f"{noun}/{row['key']}"]), None)
        row["owed"] = {"since": first.since, "due": first.due, "urgency": first.urgency} if first else None
    return rows


CLOSED_SHOWN = dt.timedelta(days=2)
RAISED_SINCE = dt.timedelta(days=14)


def _asked(holder: Holder, now: dt.datetime) -> list[dict[str, Any]]:
    """Doors that asked for a call, with where whoever was sent to a clinic is now; of what the asker raised, how it was
    closed, too."""
    found = _owed("exception", queries.open_rows("exception"), now)
    for row in known.rows("exception", states=["sent", "closed"], since=now - RAISED_SINCE):
        sent = row["state"] == "sent"  # a telephone knows them as called back, and by what became of them
        if sent or (row["data"]["by"] == holder.by and row["known_from"] >= now - CLOSED_SHOWN):
            found.append({"key": row["key"], "place": row["place"], "state": "called_back" if sent else "closed",
                          "at": row["effective_at"], **row["data"], "owed": None})  # fmt: skip
    with door.ledger() as ledger:
        became = became_of(ledger, {row["key"]: row["place"] for row in found})
    return [{**row, "became": became.get(row["key"])} for row in found]


def _unwell(holder: Holder, now: dt.datetime) -> list[int]:
    """Doors where somebody is unwell and nobody asked yet, for whoever owes it."""
    return [door for one in rounds(holder, now) if one.what == "ask_unwell" for door in one.doors]


_SHUT = """
select distinct (data ->> 'household')::integer from ledger_row where noun = 'disinfection'
and (data ->> 'household')::integer = any(%s)
and (state in ('waiting', 'not_done') or state = 'done' and (data ->> 'reopens_at')::timestamptz > %s) order by 1
"""


def _shut(doors: list[int | None], now: dt.datetime) -> list[int]:
    """Of these doors those that nobody goes through yet: they wait for disinfection, or until they open again after it.
    Asked as the ledger: whoever is sent there has to know, and reads nothing of the case; a carrier of their own stops
    alone."""
    with door.ledger() as ledger:
        return [number for (number,) in ledger.execute(_SHUT, [doors, now])]


@require_GET
@ensure_csrf_cookie
def day_list(request: HttpRequest) -> HttpResponse:
    """The day's list under the asker's scope, and the key that seals this worker's queue on the phone."""
    holder = at_the_door(request)
    connection.ensure_connection()
    now = clock.read(connection.connection)
    day = local_day(now.now)
    doors = queries.doors(day)
    places = names(sorted({row["place"] for row in doors} | {place for _, place in holder.places}))
    tasks, needs = (_owed(noun, queries.open_rows(noun), now.now) for noun in ("task", "need"))
    needs = _bagged(_with_medicines(needs, day))
    if carries := not sealed.sees(holder):
        tasks = [sealed.row("task", row["key"], row) for row in tasks]
        needs = [sealed.row("need", row["key"], row) for row in needs]
        doors = [sealed.door(row) for row in doors]
    answer: dict[str, Any] = {
        "user": holder.by,
        "name": _display_name(request),
        "key": queue_key(holder.by or 0),
        "now": now.now,
        "day": day,
        "simulated": now.simulated,
        "invented": marked.stands_there(connection.connection, (place for _, place in holder.places)),
        "offset": offset_of(now.now),
        "roles": sorted(holder.roles),
        "places": {str(p.id): {"zh": p.name_zh, "en": p.name_en} for p in places.values()},
        "doors": doors,
        "tasks": tasks,
        "needs": needs,
        "medicines": [] if carries else _listed(day),
        "carries": carries,
        "shut": _shut(
            [row["household"] for row in (*tasks, *needs)] if carries else [row["id"] for row in doors], now.now
        ),
        "helpers": names_of_staff({row["helper"] for row in (*tasks, *needs) if row.get("helper")}),
        "renew_below": blocks.policy()["renew_below"],
    }
    if not carries:
        answer["exceptions"] = _asked(holder, now.now)
        answer["unwell"] = _unwell(holder, now.now)
        answer["observed"] = _owed("observation", investigation.at_doors(now.now), now.now)
    return HttpResponse(msgspec.json.encode(answer), content_type="application/json")


def queue_key(staff: int) -> str:
    """The worker's own key, 32 bytes in hexadecimal: always the same, so that an old queue opens after signing in."""
    return hmac.digest(settings.SECRET_KEY.encode(), f"doorway-queue:{staff}".encode(), "sha256").hex()


def offset_of(moment: dt.datetime) -> str:
    """The region's offset from UTC, as +08:00."""
    text = moment.astimezone(zone()).strftime("%z")
    return f"{text[:3]}:{text[3:5]}"


def _display_name(request: HttpRequest) -> str:
    user: Any = request.user
    return (user.first_name or user.username) if user.is_authenticated else ""


@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """As POST /api/facts, and refused whole where the queue belongs to another than whoever is signed in."""
    holder = _owner_of_queue(request)
    answer = receive(request.body, holder)
    connection.ensure_connection()
    told = {**msgspec.json.decode(answer.content), "received_at": clock.read(connection.connection).now}
    return HttpResponse(msgspec.json.encode(told), content_type="application/json")


@require_POST
def numbers(request: HttpRequest) -> HttpResponse:
    """A block of numbers for this phone, to give without a network. Raises NoCountyNumber, NumbersUsedUp and
    EnoughLent."""
    holder = _owner_of_queue(request)
    try:
        asked = msgspec.json.decode(request.body, type=Numbers)
    except msgspec.DecodeError as error:
        raise Malformed(str(error)) from None
    place = next((place for role, place in holder.places if role in KINDS["exception.raised"].said_by), None)
    if place is None:
        raise NotYours()
    with door.ledger() as ledger:
        lent = blocks.lend(ledger, place, "device", asked.device, holder.by)
    return HttpResponse(msgspec.json.encode(lent), content_type="application/json")


@require_POST
def callback(request: HttpRequest) -> HttpResponse:
    """A call-back number goes to the vault under its exception; the fact holds a reference only."""
    holder = _owner_of_queue(request)
    try:
        said = msgspec.json.decode(request.body, type=Callback)
    except msgspec.DecodeError as error:
        raise Malformed(str(error)) from None
    with door.ledger() as ledger:
        place = queries.household_place(ledger, said.household)
        if place is None or not _covers(ledger, holder, place):
            raise UnknownHousehold(str(said.household), "household")
        keep_number(ledger, said.exception, said.telephone, place)
        received = clock.read(ledger).now
    return JsonResponse({"kept": said.telephone is not None, "received_at": received.isoformat()})


def _owner_of_queue(request: HttpRequest) -> Holder:
    holder = at_the_door(request)
    if request.headers.get("X-Doorway-User") != str(holder.by):
        raise NotThisUser()
    return holder


def _covers(ledger: Any, holder: Holder, place: int) -> bool:
    row = ledger.execute(
        "select %s::integer <@ %s::int4multirange", [place, holder.may_say(KINDS["exception.raised"])]
    ).fetchone()
    return bool(row and row[0])
