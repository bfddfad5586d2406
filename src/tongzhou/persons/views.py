"""A person's page, the name for whoever owes an act, and finding somebody by number."""

from __future__ import annotations

import secrets
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from tongzhou.api import say
from tongzhou.ledger import door, states
from tongzhou.ledger.kinds import KINDS, Said
from tongzhou.ledger.known import rows
from tongzhou.ledger.time import stamp
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.fields import Choice, Typed
from tongzhou.pages.form import Confirm, Form
from tongzhou.pages.table import Column, Table
from tongzhou.pages.templatetags.pages import named
from tongzhou.people.desks import local_telephones
from tongzhou.people.proof import ask_again
from tongzhou.people.roles import ROLES
from tongzhou.persons import blocks, handles, queries, showing
from tongzhou.persons.kinds import MEETS
from tongzhou.persons.templatetags.persons import part, tap
from tongzhou.places.queries import names
from tongzhou.problems import Malformed, NotFound, NotYours

PAGES = {"case": "/cases/{}", "request": "/beds/patient/{}", "exception": "/callbacks/", "referral": "/clinic/",
         "contact": "", "observation": "/follow-up/#o-{}", "aftercare": "/aftercare/#a-{}"}  # fmt: skip
JOINS = KINDS["person.merged"].said_by


class Same(Form):
    """The number under which somebody counts as well."""

    handle = Typed(label=gettext_lazy("The same person as number"), max_length=40)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["handle"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "off", "size": 18}


class GivenBack(Form):
    """What became of a block of numbers that was lent."""

    buttons, grave = "why", frozenset({"lost"})
    why = Choice(
        choices=lambda: [("returned", _("Handed in")), ("lost", _("Lost"))], few=True, label=gettext_lazy("Given back")
    )


@page("persons", roles=ROLES)
def person(ask: Ask, key: str) -> HttpResponse:
    """What somebody is part of, as far as one may see it, from the fever to the aftercare; two found to be one, and
    parted again."""
    card = queries.cards([key]).get(key)
    if card is None:
        raise NotFound()
    if card.person != key:
        return redirect("person", key=card.person)
    found = queries.of(key)
    joins = bool(JOINS & ask.holder.roles.keys())
    if ask.sent and not joins:
        raise NotYours()
    merges = [(one, ask.form(Confirm, name=f"part-{one.fact}")) for one in queries.merges(key)] if joins else []
    same = ask.form(Same, name="same") if joins else None
    if same and (done := ask.take(same, lambda: [_joined(ask, same, key)], to=f"/persons/{key}")):
        return done  # which leads on to whoever they count under now
    for one, parted in merges:
        if done := ask.take(parted, partial(_parted, ask, parted, one)):
            return done
    return ask.show(
        "persons/person.html",
        card=card,
        own={"person": key, "whose": card},
        merges=[(one, _own_number(one.person), parted) for one, parted in merges],
        same=same,
        table=_ways(ask, found),
    )


def _ways(ask: Ask, found: list[dict[str, Any]]) -> Table:
    places, token = names(sorted({row["place"] for row in found})), get_token(ask.request)
    return Table(
        _("What they are part of"),
        [
            Column("part", gettext_noop("What it is"), lambda row: part(row["noun"])),
            Column("at", gettext_noop("Since"), lambda row: stamp(row["effective_at"]), sort="moment"),
            Column("state", gettext_noop("How it stands"), lambda row: states.said(row["noun"], row["state"])),
            Column("place", gettext_noop("Where"), lambda row: named(places.get(row["place"])) or "–"),
            Column("name", gettext_noop("Name"), lambda row: tap(ask.holder, ask.now, row["noun"], row, token)),
        ],
        found,
        empty=_("Nothing that you may see."),
        href=lambda row: PAGES[row["noun"]].format(row["key"]),
    )  # fmt: skip


@page("persons", roles=ROLES)
def show(ask: Ask, noun: str, key: str) -> HttpResponse:
    """Name and telephone of whoever a row is of; asked by POST, for the act that one owes or does."""
    row = next(iter(rows(noun, key=key)), None) if noun in showing.ACTS else None
    if row is None:
        raise NotFound()
    row["person"] = row["data"].get("person")
    told = showing.purpose(ask.holder, row, noun, ask.now)
    opens, opened, words = ask.form(Confirm), None, told[1] if told else ""
    if ask.sent:
        ask_again(ask.request)
        opened, words = showing.opened(ask.holder, row, noun, ask.now)
    queries.attach([row])
    answer = ask.show("persons/show.html", row=row, words=words, may=told is not None, opened=opened, opens=opens,
                      back=_back(ask.request))  # fmt: skip
    answer["Cache-Control"] = "no-store"
    return answer


def _back(request: HttpRequest) -> str:
    """The page from which the name was asked for, on this server."""
    referer = request.headers.get("Referer", "")
    here = f"{request.scheme}://{request.get_host()}/"
    return f"/{referer.removeprefix(here)}" if referer.startswith(here) and "/persons/" not in referer else "/"


def _joined(ask: Ask, form: Same, key: str) -> Said:
    """That this person is whoever the number names. Raises Malformed where that is nobody whom the reader may see."""
    numbered = queries.by_handle(handles.read(form.cleaned_data["handle"]))
    others = [one for one in numbered if one != key and queries.may_see(one)]
    own = next(iter(rows("person", key=key)), None)
    if len(others) != 1 or own is None:
        raise Malformed(_("There is nobody else of this number whom you may see."), "handle")
    return say.said("person.merged", form.fact_id, ask.now, own["place"], {"person": key, "into": others[0]})


def _parted(ask: Ask, form: Form, one: queries.Merge) -> list[Said]:
    return [say.said("fact.withdrawn", form.fact_id, ask.now, one.place, {}, corrects=one.fact)]


def _own_number(person: str) -> str:
    """The number that somebody was given before they were found to be another; empty where there was none."""
    found = next(iter(rows("person", key=person)), None)
    number = found["data"].get("handle") if found else None
    return handles.grouped(number) if number else ""


@page("persons", roles=MEETS)
def pads(ask: Ask) -> HttpResponse:
    """A pad of numbers on paper, printed once when it is lent; and what one was lent, to give back or call lost."""
    assert ask.holder.by is not None
    place = next(place for role, place in ask.holder.places if role in MEETS)
    with door.ledger() as ledger:
        lent = [(one, ask.form(GivenBack, name=f"lent-{one.block}")) for one in queries.lent(ledger, ask.holder.by)]
    for one, back in lent:
        if done := ask.do(back, partial(_given_back, one.block, back)):
            return done
    lend = ask.form(Confirm, name="lend")
    if not lend.is_bound:
        return ask.show("persons/pads.html", lend=lend, lent=lent)
    with door.ledger() as ledger:
        pad = blocks.lend(ledger, place, "pad", f"pad-{secrets.token_hex(3)}", ask.holder.by)
        telephone = local_telephones(ledger, [place]).get(place, "")
    return ask.show(
        "persons/pads.html",
        pad=pad,
        codes=[handles.grouped(one) for one in pad.handles],
        lent=lent,
        telephone=telephone,
        number=f"N1-{pad.block}",
    )


def _given_back(block: str, form: GivenBack) -> str:
    why = form.cleaned_data["why"]
    with door.ledger() as ledger:
        blocks.end(ledger, block, why)
    return _("The numbers that were not used are given to nobody any more.")
