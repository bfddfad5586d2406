"""The household's own page: no account, no application, no script. The slip's token is the authority."""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
import uuid
from typing import Any

import uuid_utils.compat as uuids
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongzhou.api.say import form_id, next_id, said, whole
from tongzhou.community import queries
from tongzhou.doorway.limit import Bucket
from tongzhou.doorway.views import keep_number
from tongzhou.investigation import queries as investigation
from tongzhou.ledger import clock, door
from tongzhou.ledger.append import append
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.time import local_day
from tongzhou.people.address import origin
from tongzhou.people.scope import Resident
from tongzhou.people.telephone import read
from tongzhou.places.queries import names
from tongzhou.problems import Malformed, NotFound, SlipEnded
from tongzhou.sites import queries as sites
from tongzhou.sites.named import MEDICINES

ITEMS = ("food", "medicine", "water", "infant", "disposal", "repair")
CONCERNS = ("fever", "breathless", "alone")
SHOWN = dt.timedelta(days=14)
saying = Bucket(12, 600)  # by slip
asking = Bucket(120, 600)  # by slip
guessing = Bucket(30, 600)  # by address, and only for slips that there are none of


SOON = dt.timedelta(days=14)


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    digest = digest_of(token)
    with door.ledger() as ledger:
        found = queries.household_of(ledger, digest)
        if found is None:
            guessing.take(origin(request))
            raise NotFound()
        asking.take(digest.hex())
        if found[4] is None or found[4] <= clock.read(ledger).now:
            raise SlipEnded()
        if request.method == "POST":
            saying.take(digest.hex())
            unread = _say(ledger, found[0], found[1], request)
            return redirect(f"{request.path}?said=1" + (f"&number={unread}" if unread else "") + "#said")
        return _show(ledger, found[:4], found[4], request)


def digest_of(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _show(ledger: Any, found: tuple[int, int, int, int], ends: dt.datetime, request: HttpRequest) -> HttpResponse:
    household, place, stair, people = found
    now = clock.read(ledger)
    today = local_day(now.now)
    days = queries.days_of(ledger, household, today - SHOWN)
    told = {
        noun: queries.rows_of(ledger, household, place, noun) for noun in ("need", "exception", "task", "observation")
    }
    observed = [investigation.judged({**r, "data": r, "place": place, "effective_at": r["at"]}, now.now)
                for r in told["observation"]]  # fmt: skip
    for row, fact in [(day, day["fact"]) for day in days] + [
        (row, row["key"]) for row in told["need"] + told["exception"]
    ]:
        row["own"] = queries.said_by_slip(ledger, str(fact), household)
        row["form"] = str(uuids.uuid7())
    context = {
        "household": household,
        "stair": stair,
        "people": people,
        "place": names([place]).get(place),
        "days": days,
        "today": days[0] if days and days[0]["day"] == today else None,
        "needs": told["need"],
        "exceptions": told["exception"],
        "tasks": told["task"],
        "observed": [one for one in observed if one["state"] in ("observed", "symptoms")],
        "temperatures": [(temp, f"{temp / 10:.1f}") for temp in range(370, 416)],
        "ids": [str(uuids.uuid7()) for _ in range(3)],
        "items": ITEMS,
        "medicines": sites.list_on(ledger, today, MEDICINES),
        "sites": sites.on_day(ledger, _named(told["need"]), today, now.now),
        "concerns": CONCERNS,
        "clock": now,
        "slip_ends": ends if ends - now.now < SOON else None,
        "said": request.GET.get("said") == "1",
        "number_of": _own_exception(ledger, household, request.GET.get("number", "")),
    }
    answer = render(request, "doorway/resident.html", context)
    answer["Referrer-Policy"] = "same-origin"  # the address is the key: it goes to nobody else
    return answer


def _named(needs: list[dict[str, Any]]) -> list[str]:
    return sorted({one["medicine"] for need in needs for one in need.get("medicines", ())})


def _own_exception(ledger: Any, household: int, text: str) -> str:
    """The number of an exception that this household said by its slip; empty for anything else."""
    try:
        id = str(uuid.UUID(text))
    except ValueError:
        return ""
    return id if queries.said_by_slip(ledger, id, household) else ""


def _say(ledger: Any, household: int, place: int, request: HttpRequest) -> str:
    """One form, one append. The id was made with the page, so pressing twice says it once. Returns the exception whose
    call-back number could not be read: it is kept without, and the number is asked for again."""
    if request.POST.get("say") == "number":
        exception = _own_exception(ledger, household, request.POST.get("exception", ""))
        if not exception:
            raise NotFound()
        return _keep_number(ledger, exception, request.POST.get("telephone", ""), place)
    now = clock.read(ledger).now
    facts = _facts(ledger, household, place, request, now)
    receipt = append(ledger, facts, Resident(place, household), device="slip")
    for problem in receipt.refused.values():
        raise problem
    telephone = request.POST.get("telephone", "").strip()
    raised = next((fact for fact in facts if fact.kind == "exception.raised"), None)
    return _keep_number(ledger, str(raised.id), telephone, place) if raised and telephone else ""


def _keep_number(ledger: Any, exception: str, typed: str, place: int) -> str:
    """Seal the number; returns the exception again where what was typed is none."""
    if read(typed) is None:
        return exception
    keep_number(ledger, exception, typed, place)
    return ""


def _facts(ledger: Any, household: int, place: int, request: HttpRequest, now: dt.datetime) -> list[Said]:
    form = request.POST
    say, id = form.get("say", ""), form_id(form.get("id", ""))
    own: dict[str, Any] = {"household": household, "channel": "page"}
    if say == "well":
        return [said("household.heard", id, now, place, {**own, "state": "well"})]
    if say == "unwell":
        heard = said("household.heard", next_id(id, 1), now, place, {**own, "state": "unwell"})
        concerns = [word for word in CONCERNS if word in form.getlist("concern")]
        if not concerns:
            return [heard]
        # What cannot be read of it does not hold the call back: it is left out.
        body = {**own, "concerns": concerns, "people": _readable(form.get("people"), 1, 30) or 1}
        if temp10 := _readable(form.get("temp"), 300, 450):
            body["temp10"] = temp10
        if form.get("telephone", "").strip():
            body["callback"] = f"exception/{id}"
        return [heard, said("exception.raised", id, now, place, body)]
    if say == "need":
        items = {item: 1 for item in ITEMS if item in form.getlist("item")}
        wanted = _medicine(form)
        if wanted:
            items["medicine"] = 1
        return [said("need.stated", id, now, place, {**own, "items": items, "medicines": wanted or None})]
    if say == "withdraw":
        fact = str(form_id(form.get("fact", "")))
        if not queries.said_by_slip(ledger, fact, household):
            raise NotFound()
        return [said("fact.withdrawn", id, now, place, {"reason": "other"}, corrects=uuid.UUID(fact))]
    raise Malformed(_("what the household says"), "say")


def _medicine(form: QueryDict) -> list[dict[str, Any]]:
    """The medicine that was chosen from the list, and how many of its units or declared packs."""
    medicine, _bar, of = form.get("medicine", "").partition("|")
    if not medicine:
        return []
    return [{"medicine": medicine, "quantity": whole(form.get("quantity"), 1, 999, "quantity") or 1, "of": of}]


def _readable(text: str | None, least: int, most: int) -> int | None:
    """A whole number where one was typed, in digits of any width."""
    try:
        return whole(unicodedata.normalize("NFKC", text or ""), least, most, "")
    except Malformed:
        return None
