"""The fact door: POST /api/facts takes a batch, answers for each fact."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Annotated, Any

import msgspec
import psycopg
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from psycopg import Connection

from tongzhou.ledger import door
from tongzhou.ledger.append import Authority, Receipt, append
from tongzhou.ledger.kinds import KINDS, Moment, Said
from tongzhou.problems import Malformed, NotSignedIn, NotTaken, Problem, TooMany

log = logging.getLogger(__name__)
MOST, LARGEST = 500, 8 * 1024 * 1024  # facts and bytes in a request
Device = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00]*$")]
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class Batch(msgspec.Struct):
    facts: list[msgspec.Raw]
    device: Device | None = None
    sent_at: Moment | None = None


class Whole(msgspec.Struct):
    """The same, when every fact is of good form: the usual case, decoded in one pass."""

    facts: list[Said]
    device: Device | None = None
    sent_at: Moment | None = None


_decode_whole = msgspec.json.Decoder(Whole).decode
_decode_batch = msgspec.json.Decoder(Batch).decode
_decode_said = msgspec.json.Decoder(Said).decode


# a session's request must carry the token too: checked below; a device's bearer token cannot be forged by a page
@csrf_exempt
@require_POST
def facts(request: HttpRequest) -> HttpResponse:
    holder = request.holder  # type: ignore[attr-defined]
    if holder.by is None:
        raise NotSignedIn()
    if not request.headers.get("Authorization", "").startswith("Bearer "):
        check_csrf(request)
    return receive(request.body, holder)


def receive(payload: bytes, authority: Authority) -> HttpResponse:
    """Append a batch; good facts go in and each bad one comes back with its reason."""
    positions, said, refused, device, sent_at = _read(payload)
    try:
        receipt = _take(said, authority, device, sent_at)
    except (Problem, psycopg.OperationalError):
        raise  # of the whole request; or the database is away, and the sender tries again
    except Exception:
        log.exception("a batch of %d facts broke the program; taking them one by one", len(said))
        receipt = _take_each(said, authority, device, sent_at)
    refused |= {positions[n]: problem for n, problem in receipt.refused.items()}
    answer: dict[str, Any] = {
        "accepted": receipt.accepted,
        "known": receipt.known,
        "append": receipt.append,
        "refused": [{"n": n, **problem.as_dict()} for n, problem in sorted(refused.items())],
        "waiting": [positions[n] for n in receipt.waiting],
    }
    return HttpResponse(msgspec.json.encode(answer), content_type="application/json", status=200)


def _take(said: list[Said], authority: Authority, device: str | None, sent_at: dt.datetime | None) -> Receipt:
    def taken(connection: Connection[Any]) -> Receipt:
        receipt = append(connection, said, authority, device=device, sent_at=sent_at)
        _remember_refusals(connection, said, receipt.refused, authority.by)
        return receipt

    return door.again(taken)


def _take_each(said: list[Said], authority: Authority, device: str | None, sent_at: dt.datetime | None) -> Receipt:
    """Every fact in a transaction of its own: one that a defect makes impossible must not hold back the others."""
    accepted = known = last = 0
    refused: dict[int, Problem] = {}
    waiting: list[int] = []
    for n, one in enumerate(said):
        try:
            receipt = _take([one], authority, device, sent_at)
        except psycopg.OperationalError:
            raise
        except Exception:
            log.exception("fact %s of kind %s was not taken", one.id, _named(one))
            refused[n] = NotTaken()
            with door.ledger() as connection:
                _remember_refusals(connection, [one], {0: refused[n]}, authority.by)
            continue
        accepted, known, last = accepted + receipt.accepted, known + receipt.known, receipt.append or last
        if receipt.refused:
            refused[n] = receipt.refused[0]
        if receipt.waiting:
            waiting.append(n)
    return Receipt(accepted, known, refused, last, tuple(waiting))


def _read(payload: bytes) -> tuple[list[int], list[Said], dict[int, Problem], str | None, dt.datetime | None]:
    if len(payload) > LARGEST:
        raise TooMany(f"{len(payload)} > {LARGEST} B", "facts")
    try:
        whole = _decode_whole(payload)
    except UNREADABLE:
        return _read_one_by_one(payload)
    if len(whole.facts) > MOST:
        raise TooMany(str(len(whole.facts)), "facts")
    return list(range(len(whole.facts))), whole.facts, {}, whole.device, whole.sent_at


def _read_one_by_one(
    payload: bytes,
) -> tuple[list[int], list[Said], dict[int, Problem], str | None, dt.datetime | None]:
    try:
        batch = _decode_batch(payload)
    except UNREADABLE as error:
        raise Malformed(str(error), "facts") from None
    if len(batch.facts) > MOST:
        raise TooMany(str(len(batch.facts)), "facts")
    positions: list[int] = []
    said: list[Said] = []
    refused: dict[int, Problem] = {}
    for n, raw in enumerate(batch.facts):
        try:
            said.append(_decode_said(raw))
            positions.append(n)
        except UNREADABLE as error:
            refused[n] = Malformed(str(error))
    return positions, said, refused, batch.device, batch.sent_at


def _remember_refusals(
    connection: Connection[Any], said: list[Said], refused: dict[int, Problem], by: int | None
) -> None:
    if refused:
        with connection.cursor() as cursor:
            cursor.executemany(
                "insert into ledger_refusal (fact, by_id, kind, code, at) values (%s, %s, %s, %s, now())",
                [(said[n].id, by, _named(said[n]), problem.code) for n, problem in refused.items()],
            )


def _named(one: Said) -> str:
    """The kind, where there is such a one: what else stands there somebody typed, and may be about a person."""
    return one.kind if one.kind in KINDS else "unknown"


def check_csrf(request: HttpRequest) -> None:
    from django.middleware.csrf import CsrfViewMiddleware

    class Check(CsrfViewMiddleware):
        def _reject(self, request: HttpRequest, reason: str) -> str:
            return reason

    check = Check(lambda _request: HttpResponse())
    check.process_request(request)
    if check.process_view(request, lambda: HttpResponse(), (), {}):
        raise NotSignedIn("the page's token is missing or old; open the page again")
