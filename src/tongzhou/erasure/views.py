"""A person's request to be erased, taken by the law and ethics desk; and the public register of all erasures."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET

from tongzhou.api import say
from tongzhou.erasure import register
from tongzhou.erasure.forms import KEPT_BECAUSE, WORDS, Asked, Decision
from tongzhou.erasure.templatetags.erasure import reason_word
from tongzhou.ledger import clock, door
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.table import Column, Table
from tongzhou.people import erasing, vault
from tongzhou.people.proof import ask_again
from tongzhou.people.roles import SORTS
from tongzhou.people.scope import Holder, names_of_staff
from tongzhou.problems import NotFound

ROLE = "law_desk"
COLUMNS = [
    Column("at", gettext_noop("Hidden"), lambda one: f"{one['at']:%Y-%m-%d %H:%M}", sort="moment"),
    Column("why", gettext_noop("Why"), lambda one: reason_word(one["reason"])),
    Column("persons", gettext_noop("Records"), lambda one: one["persons"], sort="number"),
    Column("destroyed", gettext_noop("Destroyed"), lambda one: _destroyed(one)),
]


@require_GET
def public(request: HttpRequest) -> HttpResponse:
    """What was erased, when, how much, why, and by when backups are through: no name, no reference, for everybody."""
    with door.ledger() as ledger:
        context = register.told(ledger) | {"clock": clock.read(ledger)}
    holder: Holder | None = getattr(request, "holder", None)
    table = Table(_("Erasures"), COLUMNS, context["rows"], empty=_("Nothing was erased yet."))
    context |= {"table": table, "section": "erasures", "desk": bool(holder and ROLE in holder.roles)}
    return render(request, "erasure/public.html", context)


def _destroyed(one: dict[str, Any]) -> str:
    """The day on which it was, or by which it will be."""
    if one["destroyed_at"]:
        return f"{one['destroyed_at']:%Y-%m-%d}"
    return _("by %(day)s") % {"day": one["destroyed_by"]} if one["destroyed_by"] else ""


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


@page("erasures", roles=[ROLE])
def request_page(ask: Ask) -> HttpResponse:
    """Find what the vault holds under a person's number, without opening it; erase it, or say why it is kept."""
    if ask.sent:
        ask_again(ask.request)
    desk, asked = _desk(ask.holder), ask.form(Asked)
    if asked.is_bound:
        if not asked.is_valid():
            return _shown(ask, asked)  # nothing was looked for, and nobody's reading is written down
        return (_readings if asked.cleaned_data["say"] == "readings" else _found)(ask, asked, desk)
    decision = ask.form(Decision, name="decide")
    if decision.is_bound:
        with door.ledger() as ledger:
            if register.covered(ledger, decision.owners, desk) != set(decision.owners):
                raise NotFound()
            decision.ask(register.held(ledger, decision.owners))
        if decision.is_valid():
            return _decide(ask, decision)
        return _shown(ask, asked, decision=decision)
    with door.ledger() as ledger:
        given = ask.given("done")
        done = register.request_of(ledger, say.form_id(given), desk.by) if given else None
    return _shown(ask, asked, done=done, answer=_answer(done))


def _shown(ask: Ask, asked: Asked, **context: Any) -> HttpResponse:
    with door.ledger() as ledger:
        now = clock.read(ledger)
    return ask.show("erasure/request.html", asked=asked, clock=now, **context)


def _desk(holder: Holder) -> Holder:
    """Whoever speaks for the law and ethics desk, who may find (not open) every sort of data of the branch."""
    covers = holder.roles[ROLE]
    return Holder(holder.by, {ROLE: covers}, dict.fromkeys(SORTS, covers))


def _found(ask: Ask, asked: Asked, desk: Holder) -> HttpResponse:
    with door.ledger() as ledger:
        owners = vault.find(ledger, asked.cleaned_data["sort"], asked.cleaned_data["number"], desk)
        register.looked(ledger, owners, desk.by, "erasure")
        held = register.held(ledger, owners)
    decision = Decision(name="decide", initial={"sort": asked.cleaned_data["sort"]})
    decision.ask(held)
    return _shown(ask, _again(asked), decision=decision)


def _again(asked: Asked) -> Asked:
    """For the next number: the last one stands nowhere any more."""
    return Asked(initial={"sort": asked.cleaned_data["sort"]})


def _readings(ask: Ask, asked: Asked, desk: Holder) -> HttpResponse:
    """Tell a person who read what is held under their number. That it was looked up is a reading of its own."""
    with door.ledger() as ledger:
        owners = vault.find(ledger, asked.cleaned_data["sort"], asked.cleaned_data["number"], desk)
        read = register.readings(ledger, owners)
        register.looked(ledger, owners, desk.by, "readings")
    called = names_of_staff({row["staff"] for row in read["rows"] if row["staff"]})
    for row in read["rows"]:
        row |= {"word": _word(row["owner"]), "who": called.get(row["staff"], "")}
    return _shown(ask, _again(asked), read=read)


def _decide(ask: Ask, decision: Decision) -> HttpResponse:
    """Erase what is not kept for a reason that the person is told. Pressing twice erases once."""
    owners, kept = decision.owners, decision.kept()
    with door.ledger() as ledger:
        sort = decision.cleaned_data["sort"]
        if register.take(ledger, decision.fact_id, ask.holder.by, sort, owners, kept):
            erasing.erase(ledger, "request", owners=[owner for owner in owners if owner not in kept])
    return redirect(f"{ask.request.path}?done={decision.fact_id}")


def _word(owner: str) -> str:
    sort = owner.partition("/")[0]
    return _(WORDS[sort]) if sort in WORDS else sort


def _answer(done: dict[str, Any] | None) -> list[tuple[str, str]]:
    """What is said to the person of each thing that was found: what it was, and why it is kept (nothing: erased)."""
    if done is None:
        return []
    return [(_word(owner), KEPT_BECAUSE.get(done["kept"].get(owner, ""), "")) for owner in done["owners"]]
