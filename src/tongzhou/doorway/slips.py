"""Slips for households without a telephone number or an account: a code to scan, an address to type."""

from __future__ import annotations

import secrets
from collections import Counter
from typing import Any

import qrcode
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongzhou.community import queries
from tongzhou.doorway.access import at_the_door
from tongzhou.doorway.resident import SOON, digest_of
from tongzhou.ledger import clock, door
from tongzhou.ledger.time import local_day
from tongzhou.people import terms
from tongzhou.places.queries import names
from tongzhou.problems import Malformed, NotFound
from tongzhou.sites import addresses

MOST = 60  # one stairwell at a time


@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Choose a door or a stairwell; the POST makes new slips, which end the old ones, and shows them once."""
    holder = at_the_door(request)
    if "community_lead" not in holder.roles:
        raise NotFound()
    with door.ledger() as ledger:
        now = clock.read(ledger)
        doors = [
            row
            for row in queries.doors(local_day(now.now))
            if _leads(ledger, holder.roles["community_lead"], row["place"])
        ]
        if request.method == "GET":
            ending = queries.slips_ending(ledger, [row["id"] for row in doors], now.now + SOON)
            soon = Counter((row["place"], row["stair"]) for row in doors if row["id"] in ending)
            stairs = [(*one, soon[one]) for one in sorted({(row["place"], row["stair"]) for row in doors})]
            places = names([place for place, _, _ in stairs])
            return render(
                request,
                "doorway/slips_choose.html",
                {"stairs": [(places.get(place), place, stair, n) for place, stair, n in stairs], "clock": now},
            )
        chosen = _chosen(request, doors)
        slips, until = [], now.now + terms.days("slip")
        for row in chosen:
            token = secrets.token_urlsafe(16)
            queries.give_slip(ledger, row["id"], digest_of(token), until)
            address = request.build_absolute_uri(f"/h/{token}")
            slips.append({**row, "address": address, "code": code(address)})
        places = names(sorted({row["place"] for row in chosen}))
        return render(request, "doorway/slips.html", {"slips": slips, "places": places, "clock": now, "until": until})


def _chosen(request: HttpRequest, doors: list[dict[str, Any]]) -> list[dict[str, Any]]:
    wanted, stair = request.POST.get("household", ""), request.POST.get("stair", "")
    if wanted:
        number = addresses.find(wanted)
        chosen = [row for row in doors if row["id"] == number]
    else:
        chosen = [row for row in doors if f"{row['place']}-{row['stair']}" == stair]
    if not chosen:
        raise Malformed(_("a door number or a stairwell of yours"), "household")
    return chosen[:MOST]


def _leads(ledger: Any, covers: str, place: int) -> bool:
    return bool(ledger.execute("select %s::integer <@ %s::int4multirange", [place, covers]).fetchone()[0])


def code(address: str) -> dict[str, Any]:
    """A QR code as one SVG path (attributes only: no style, no script): its size in modules, and the path."""
    drawn = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=2)
    drawn.add_data(address)
    matrix = drawn.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, line in enumerate(matrix) for x, dark in enumerate(line) if dark)
    return {"size": len(matrix), "path": path}
