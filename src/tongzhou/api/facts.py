"""The fact door: POST /api/facts takes a batch, answers for each fact."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tongzhou.ledger import door
from tongzhou.ledger.append import Authority, Receipt, append
from tongzhou.ledger.kinds import Said
from tongzhou.problems import Malformed, NotSignedIn, Problem, TooMany

MOST = 500


class Batch(msgspec.Struct):
    facts: list[msgspec.Raw]
    device: str | None = None
    sent_at: dt.datetime | None = None


class Whole(msgspec.Struct):
    """The same, when every fact is of good form: the usual case, decoded in one pass."""

    facts: list[Said]
    device: str | None = None
    sent_at: dt.datetime | None = None


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
    with door.ledger() as connection:
        receipt = append(connection, said, authority, device=device, sent_at=sent_at)
        for n, problem in receipt.refused.items():
            refused[positions[n]] = problem
        _remember_refusals(connection, said, receipt, authority.by)
    answer: dict[str, Any] = {
        "accepted": receipt.accepted,
        "known": receipt.known,
        "append": receipt.append,
        "refused": [{"n": n, **problem.as_dict()} for n, problem in sorted(refused.items())],
    }
    return HttpResponse(msgspec.json.encode(answer), content_type="application/json", status=200)


def _read(payload: bytes) -> tuple[list[int], list[Said], dict[int, Problem], str | None, dt.datetime | None]:
    try:
        whole = _decode_whole(payload)
    except msgspec.DecodeError:
        return _read_one_by_one(payload)
    if len(whole.facts) > MOST:
        raise TooMany(str(len(whole.facts)), "facts")
    return list(range(len(whole.facts))), whole.facts, {}, whole.device, whole.sent_at


def _read_one_by_one(
    payload: bytes,
) -> tuple[list[int], list[Said], dict[int, Problem], str | None, dt.datetime | None]:
    try:
        batch = _decode_batch(payload)
    except msgspec.DecodeError as error:
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
        except msgspec.DecodeError as error:
            refused[n] = Malformed(str(error))
    return positions, said, refused, batch.device, batch.sent_at


def _remember_refusals(connection: Any, said: list[Said], receipt: Receipt, by: int | None) -> None:
    if receipt.refused:
        with connection.cursor() as cursor:
            cursor.executemany(
                "insert into ledger_refusal (fact, by_id, kind, code, at) values (%s, %s, %s, %s, now())",
                [(said[n].id, by, said[n].kind[:80], problem.code) for n, problem in receipt.refused.items()],
            )


def check_csrf(request: HttpRequest) -> None:
    from django.middleware.csrf import CsrfViewMiddleware

    class Check(CsrfViewMiddleware):
        def _reject(self, request: HttpRequest, reason: str) -> str:
            return reason

    check = Check(lambda _request: HttpResponse())
    check.process_request(request)
    if check.process_view(request, lambda: HttpResponse(), (), {}):
        raise NotSignedIn("the page's token is missing or old; open the page again")
