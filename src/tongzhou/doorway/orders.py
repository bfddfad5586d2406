"""A household orders by itself from the offers for its community: by its slip, without an account."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from psycopg import Connection

from tongzhou.api.say import form_id, said
from tongzhou.doorway.resident import as_nobody, digest_of, large, opened, saying
from tongzhou.ledger import clock, door, states
from tongzhou.ledger.append import append
from tongzhou.necessities import apart, books, ordering
from tongzhou.necessities.desk import running
from tongzhou.people.scope import Resident
from tongzhou.problems import Problem
from tongzhou.sites import queries as sites


@csrf_exempt  # the address is the key, as on the household's other page
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    """The offers from which this door may order, what it ordered, and until when it can be changed."""
    with door.by_keys() if request.method == "POST" else door.ledger() as ledger:
        found = opened(ledger, request, token)
        if isinstance(found, HttpResponse):
            return found
        household, place, now = found.household, found.place, found.now
        shown: list[dict[str, Any]] = []
        wrong = False
        for offer in running(ledger, [place], now):
            held = books.order(ledger, offer["key"], household)
            mine = request.method == "POST" and request.POST.get("form") == offer["key"]
            form = ordering.OnPage(request.POST if mine else None, name=offer["key"], offer=offer, ordered=bool(held))
            if mine and form.is_valid():
                saying.take(digest_of(token).hex())
                try:
                    _say(ledger, form, offer, household, place, now)
                    return redirect(f"{request.path}?said=1#said")
                except Problem as problem:
                    form.refused(problem)
            wrong = wrong or bool(mine)
            shown.append(_shown(offer, held, form))
        with transaction.atomic():
            as_nobody()
            named = sites.on_day(ledger, sorted({one["offer"]["supplier"] for one in shown}), now.date(), now)
            context = {"token": token, "shown": shown, "sites": named, "clock": clock.read(ledger),
                       "said": request.GET.get("said") == "1", "large": large(request)}  # fmt: skip
            answer = render(request, "doorway/orders.html", context, status=422 if wrong else 200)
    answer["Referrer-Policy"] = "same-origin"
    return answer


def _shown(offer: dict[str, Any], held: dict[str, Any] | None, form: ordering.OnPage) -> dict[str, Any]:
    lines = [
        line | {"yuan": apart.yuan(line["price"]), "per_500": apart.yuan(apart.per_500(line["price"], line["grams"]))}
        for line in offer["lines"]
    ]
    own = [f"{offer['lines'][wish['line'] - 1]['name']} × {wish['units']}" for wish in held["lines"]] if held else []
    return {"offer": offer, "lines": lines, "form": form, "own": own, "fee": apart.yuan(offer["fee"]),
            "due": apart.yuan(held["due"]) if held else "",
            "state": states.said("order", held["state"]) if held else ""}  # fmt: skip


def _say(ledger: Connection[Any], form: ordering.OnPage, offer: dict[str, Any], household: int, place: int, now: Any
         ) -> None:  # fmt: skip
    body = ordering.body(offer, household, form.units(), **form.more())
    receipt = append(ledger, [said("order.placed", form_id(form.number), now, place, body)],
                     Resident(place, household), device="slip")  # fmt: skip
    for problem in receipt.refused.values():
        raise problem
