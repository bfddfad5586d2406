"""A person's request to be erased, taken by the law and ethics desk; and the public register of all erasures."""

from __future__ import annotations

import json
from typing import Any

import uuid_utils.compat as uuids
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods

from tongzhou.api import say
from tongzhou.erasure import register
from tongzhou.ledger import clock, door
from tongzhou.people import erasing, vault
from tongzhou.people.proof import ask_again
from tongzhou.people.roles import SORTS
from tongzhou.people.scope import Holder, names_of_staff
from tongzhou.places.queries import names
from tongzhou.problems import Malformed, NotFound

ROLE = "law_desk"
NUMBERS = ("telephone", "identity")
# Why something is kept though the person asked: the law names these, and each is told to the person.
KEPT_BECAUSE = {
    "record": gettext_noop("the law asks for the record of a case to be kept"),
    "watched": gettext_noop("still under observation or in care"),
    "another": gettext_noop("another person's, found under the same number"),
}
WORDS = {
    "case": gettext_noop("case record"),
    "contact": gettext_noop("contact record"),
    "carer": gettext_noop("carer of a dependant"),
    "exception": gettext_noop("call-back number"),
    "import": gettext_noop("list that was brought"),
    "drafts": gettext_noop("drafts of a message"),
    "person": gettext_noop("person"),
}


@require_GET
def public(request: HttpRequest) -> HttpResponse:
    """What was erased, when, how much, why, and by when backups are through: no name, no reference, for everybody."""
    with door.ledger() as ledger:
        context = register.told(ledger) | {"clock": clock.read(ledger)}
    return render(request, "erasure/public.html", context | {"section": "erasures", "desk": _desk(request) is not None})


@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    """The signed reports, one JSON object a line, with the key that proves them."""
    with door.ledger() as ledger:
        lines = "".join(json.dumps(line) + "\n" for line in register.signed(ledger))
    return HttpResponse(lines, content_type="application/x-ndjson")


@require_GET
def list_of_erased(request: HttpRequest) -> HttpResponse:
    """The newest list of the erased, as a restore demands it: digests of references, signed."""
    with door.ledger() as ledger:
        lines = "".join(json.dumps(line) + "\n" for line in register.lines(ledger))
    return HttpResponse(lines, content_type="application/x-ndjson")


@require_http_methods(["GET", "POST"])
def request_page(request: HttpRequest) -> HttpResponse:
    """Find what the vault holds under a person's number, without opening it; erase it, or say why it is kept."""
    desk = _desk(request)
    if desk is None:
        raise NotFound()
    if request.method == "POST":
        ask_again(request)
        if request.POST.get("say") not in ("find", "readings"):
            return _decide(request, desk)
        try:
            return (_found if request.POST["say"] == "find" else _readings)(request, desk)
        except Malformed as found:
            return _mistyped(request, found)
    with door.ledger() as ledger:
        context: dict[str, Any] = {"numbers": NUMBERS, "section": "erasures", "clock": clock.read(ledger)}
        if request.GET.get("done"):
            context["done"] = register.request_of(ledger, say.form_id(request.GET["done"]), desk.by)
    context["answer"] = _answer(context.get("done"))
    return render(request, "erasure/request.html", context)


def _desk(request: HttpRequest) -> Holder | None:
    """Whoever speaks for the law and ethics desk, who may find (not open) every sort of data of the branch."""
    holder: Holder | None = getattr(request, "holder", None)
    covers = holder.roles.get(ROLE) if holder else None
    return Holder(holder.by, {ROLE: covers}, dict.fromkeys(SORTS, covers)) if holder and covers else None


def _found(request: HttpRequest, desk: Holder) -> HttpResponse:
    sort, number = _asked(request)
    with door.ledger() as ledger:
        owners = vault.find(ledger, sort, number, desk)
        register.looked(ledger, owners, desk.by, "erasure")
        found = register.held(ledger, owners)
        places = names([one["place"] for one in found])
        held = [
            {**one, "word": WORDS.get(one["sort"], one["sort"]), "place": places.get(one["place"])} for one in found
        ]
        now = clock.read(ledger)
    context = {
        "numbers": NUMBERS,
        "sort": sort,
        "held": held,
        "asked": True,
        "form": str(uuids.uuid7()),
        "because": list(KEPT_BECAUSE.items()),
        "section": "erasures",
        "clock": now,
    }
    return render(request, "erasure/request.html", context)


def _mistyped(request: HttpRequest, found: Malformed) -> HttpResponse:
    """The form again with what was typed: nothing was looked for, and nobody's reading is written down."""
    with door.ledger() as ledger:
        context = {"numbers": NUMBERS, "section": "erasures", "clock": clock.read(ledger), "wrong": found.as_page(),
                   "sort": request.POST.get("sort", ""), "typed": request.POST.get("number", "")[:32]}  # fmt: skip
    return render(request, "erasure/request.html", context, status=found.status)


def _readings(request: HttpRequest, desk: Holder) -> HttpResponse:
    """Tell a person who read what is held under their number. That it was looked up is a reading of its own."""
    sort, number = _asked(request)
    with door.ledger() as ledger:
        owners = vault.find(ledger, sort, number, desk)
        read = register.readings(ledger, owners)
        register.looked(ledger, owners, desk.by, "readings")
        now = clock.read(ledger)
    called = names_of_staff({row["staff"] for row in read["rows"] if row["staff"]})
    for row in read["rows"]:
        sort_of = row["owner"].partition("/")[0]
        row |= {"word": WORDS.get(sort_of, sort_of), "who": called.get(row["staff"], "")}
    context = {"numbers": NUMBERS, "sort": sort, "read": read, "section": "erasures", "clock": now}
    return render(request, "erasure/request.html", context)


def _asked(request: HttpRequest) -> tuple[str, str]:
    """The sort of number and the number. Raises Malformed."""
    sort, number = request.POST.get("sort", ""), request.POST.get("number", "").strip()
    if sort not in NUMBERS:
        raise Malformed("", "sort")
    if not any(char.isdigit() for char in number):
        raise Malformed(_("the number that the person is known by"), "number")
    return sort, number


def _decide(request: HttpRequest, desk: Holder) -> HttpResponse:
    """Erase what is not kept for a reason that the person is told. Pressing twice erases once."""
    form, sort = say.form_id(request.POST.get("id", "")), request.POST.get("sort", "")
    if sort not in NUMBERS:
        raise Malformed("", "sort")
    owners = request.POST.getlist("owner")
    kept = {owner: why for owner in owners if (why := request.POST.get(f"keep-{owner}", ""))}
    if not set(kept.values()) <= KEPT_BECAUSE.keys():
        raise Malformed("", "keep")
    with door.ledger() as ledger:
        if register.covered(ledger, owners, desk) != set(owners):
            raise NotFound()
        if register.take(ledger, form, desk.by, sort, owners, kept):
            erasing.erase(ledger, "request", owners=[owner for owner in owners if owner not in kept])
    return redirect(f"{request.path}?done={form}")


def _answer(done: dict[str, Any] | None) -> list[tuple[str, str]]:
    """What is said to the person of each thing that was found: what it was, and why it is kept (nothing: erased)."""
    if done is None:
        return []
    return [
        (WORDS.get(owner.partition("/")[0], owner.partition("/")[0]), KEPT_BECAUSE.get(done["kept"].get(owner, ""), ""))
        for owner in done["owners"]
    ]
