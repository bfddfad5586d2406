"""The follow-up of contacts, nobody left alone, and letters between counties."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.api import asked
from tongzhou.cases import queries
from tongzhou.cases.templatetags.cases import placed
from tongzhou.investigation import observing
from tongzhou.investigation import queries as investigation
from tongzhou.ledger import door, states
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.known import Page
from tongzhou.ledger.time import stamp
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.fields import field
from tongzhou.pages.form import FactForm
from tongzhou.pages.table import Column, Table
from tongzhou.pages.templatetags.pages import drawn
from tongzhou.people import vault
from tongzhou.persons import queries as persons
from tongzhou.sites import addresses


class Receipt(FactForm):
    """What became of the contacts of a letter, in one tap."""

    kind, buttons = "letter.answered", "outcome"
    outcome = field(kind, "outcome")


@page("letters", roles=["epidemiologist"])
def letters(ask: Ask) -> HttpResponse:
    """Letters to and from other counties, and their receipts."""
    over = investigation.taken_over(asked.behind(ask.given("after")))
    found = [*([] if over.behind else investigation.letters(["taken_over"])), *over.rows]
    names = queries.place_names([place for one in found for place in (one["place"], one["to"])])
    for one in found:
        one["ours"] = queries.in_places(one["place"], ask.holder, "epidemiologist")
        if one["answered_at"] or one["ours"]:
            continue
        one["form"] = form = ask.form(Receipt, one["key"], about=f"letter/{one['key']}")
        if done := ask.take(form, partial(_answered, form, one, ask.now)):
            return done
    return ask.show("investigation/letters.html", table=_letters(ask, found, over, names))


def _letters(ask: Ask, found: list[dict[str, Any]], over: Page, names: dict[int, tuple[str, str]]) -> Table:
    def receipt(one: dict[str, Any]) -> SafeString:
        told, at = states.said("letter", one["state"]), one["answered_at"]
        form = drawn(ask.request, one["form"], quiet=True) if "form" in one else ""
        return format_html("{} {}{}", told, stamp(at) if at else "", form)

    columns = (
        Column("sent", gettext_noop("Sent"), lambda one: stamp(one["sent_at"]), sort="moment"),
        Column("from", gettext_noop("From"), lambda one: placed(names, one["place"])),
        Column("to", gettext_noop("to"), lambda one: placed(names, one["to"])),
        Column("contacts", gettext_noop("Contacts"), lambda one: len(one["contacts"]), sort="number"),
        Column("receipt", gettext_noop("Receipt"), receipt),
    )
    return Table(_("Letters"), columns, found, empty=_("No letter was sent or received."), page=over)


def _answered(form: FactForm, one: dict[str, Any], now: dt.datetime) -> list[Said]:
    return [form.said(now, one["to"], letter=one["key"])]


@page("follow_up", roles=["epidemiologist", "community_doctor", "community_lead", "grid_worker"])
def follow_up(ask: Ask) -> HttpResponse:
    """Contacts under observation in one's places: whom to ask today, whom to tell that it ends."""
    found = investigation.observed(ask.now)
    persons.attach(found)
    doors = addresses.of(one["household"] for one in found)
    for one in found:
        one["door"] = addresses.called(one["household"], doors)
        one["drawn"] = ask.unfolds(one["key"], len(found))
        if not one["drawn"]:
            continue
        one["form"] = form = ask.form(observing.Observed, one["key"], about=f"observation/{one['key']}")
        if done := ask.take(form, partial(form.facts, one, ask.now), about=one["door"]):
            return done
    return ask.show(
        "investigation/follow_up.html",
        found=found,
        left=sum(one["due"] > 0 for one in found),
        names=queries.place_names([one["place"] for one in found]),
    )


@page("homes", roles=["epidemiologist", "community_doctor", "community_lead"])
def homes(ask: Ask) -> HttpResponse:
    """Children, old, disabled and ill people whose carers had to leave: a named carer the same evening."""
    found = investigation.homes(ask.now)
    persons.attach(*(one["dependants"] for one in found))
    doors = addresses.of(one["household"] for one in found)
    for one in found:
        one["door"] = addresses.called(one["household"], doors)
        one["drawn"] = ask.unfolds(one["key"], len(found))
        if not one["drawn"]:
            continue
        one["form"] = form = ask.form(observing.Carer, one["key"], about=f"home/{one['key']}")
        if done := ask.take(form, partial(form.facts, one, ask.now), about=one["door"]):
            if held := form.held():
                with door.ledger() as ledger:
                    vault.put(ledger, f"carer/{form.fact_id}", held, place=one["place"], sees="care")
            return done
    return ask.show(
        "investigation/homes.html",
        found=found,
        alone=sum(one["state"] == "alone" for one in found),
        names=queries.place_names([one["place"] for one in found]),
    )
