"""Orders that somebody else writes down: by telephone, on paper, from a building's chain message."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from psycopg import Connection

from tongzhou.api.say import form_id, next_id, said
from tongzhou.community import queries as community
from tongzhou.ledger import door
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.time import local_day, stamp
from tongzhou.necessities import books, ordering, queries
from tongzhou.necessities.apart import yuan
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.form import Confirm, Filter, Form
from tongzhou.problems import Malformed, NotFound
from tongzhou.sites import addresses
from tongzhou.sites import queries as sites

CALLED = gettext_noop("Order desk")
CHAIN = gettext_noop("A building's chain message")
WRITERS = ("community_lead", "grid_worker")


class Which(Filter):
    """Whose door it is, and of which offer."""

    door = forms.CharField(max_length=80, label=gettext_lazy("Which door? The number, or the address as people say it"),
                           widget=forms.TextInput({"autofocus": True, "placeholder": "3栋2单元501"}))  # fmt: skip
    offer = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def clean_door(self) -> int | None:
        try:
            number = addresses.find(self.cleaned_data["door"], "door")
        except Malformed as problem:
            raise forms.ValidationError(problem.detail) from None
        if number is not None and community.place_in_scope(number) is None:
            raise forms.ValidationError(_("No door of yours has this number or address."))
        return number


class Chain(Form):
    """A chain message as it was copied."""

    records = False
    text = forms.CharField(max_length=20_000, widget=forms.Textarea({"rows": 12, "spellcheck": "false"}),
                           label=gettext_lazy("The chain message; nothing of it is kept"))  # fmt: skip
    building = forms.CharField(max_length=40, required=False,
                               label=gettext_lazy("What stands before each door, where they only say the room"),
                               widget=forms.TextInput({"placeholder": "3栋2单元"}))  # fmt: skip


class Take(Form):
    """The drafts that were read: doors, lines and how many, and nothing else of the chat."""

    drafts = forms.CharField(widget=forms.HiddenInput)

    def clean_drafts(self) -> list[tuple[int, dict[int, int]]]:
        try:
            found = [(int(number), {int(line): int(units) for line, units in wanted.items()})
                     for number, wanted in json.loads(self.cleaned_data["drafts"])]  # fmt: skip
        except (ValueError, TypeError, AttributeError):
            raise forms.ValidationError(_("Read the message again.")) from None
        return found


class Withdraw(Confirm):
    """The door wants nothing of it."""


def running(ledger: Connection[Any], places: Collection[int], now: dt.datetime) -> list[dict[str, Any]]:
    """Offers from which the doors of these places may order now."""
    return [one for one in books.serving(ledger, places, ["open"]) if one["closes"] and now < one["closes"]]


def _running(ask: Ask) -> list[dict[str, Any]]:
    own = {place for role, place in ask.holder.places if role in WRITERS}
    with door.ledger() as ledger:
        return running(ledger, own, ask.now)


@page("necessities_order", at="necessities/order", link=("community", CALLED), sees="households", roles=WRITERS)
def order(ask: Ask) -> HttpResponse:
    """what a door orders by telephone or on paper: its number or address, then numbers of the list"""
    which = ask.filter(Which)
    offers = _running(ask)
    chosen = next((one for one in offers if one["key"] == which.told("offer")), offers[0] if offers else None)
    listed = sites.names({one["supplier"] for one in offers}, local_day(ask.now)) if offers else {}
    told: dict[str, Any] = {"which": which, "offers": [(one, queries.name_of(one, listed)) for one in offers],
                            "chosen": chosen, "title": _(CALLED)}  # fmt: skip
    number = which.told("door")
    if number is None or chosen is None:
        return ask.show("necessities/order.html", **told)
    place = community.place_in_scope(number) or 0
    with door.ledger() as ledger:
        held = books.order(ledger, chosen["key"], number)
        stand = queries.stands(ledger, [number]).get(number)
    form = ask.form(ordering.ByTelephone, "order", offer=chosen, ordered=held is not None)
    back = ask.form(Withdraw, "withdraw") if held else None
    here = f"/necessities/order?offer={chosen['key']}"

    def says() -> list[Said]:
        body = ordering.body(chosen, number, form.units(), **form.more())
        at = ask.now
        return [said("order.placed", form_id(form.number), at, place, body)]

    called = stand.full if stand else str(number)
    ask.later(lambda: ask.take(form, says, to=here, about=f"{called} · {_sum(chosen, form)}"))
    if back is not None:
        gone = {"offer": chosen["key"], "household": number}
        ask.later(lambda: ask.take(back, lambda: [
            said("order.withdrawn", form_id(back.number), ask.now, place, gone)], to=here, about=called))  # fmt: skip
    lines = [(n, line, yuan(line["price"])) for n, line in enumerate(chosen["lines"], 1)]
    return ask.taken() or ask.show(
        "necessities/order.html", **told, form=form, back=back, held=_held(chosen, held), door=called, lines=lines,
        number=number,
    )  # fmt: skip


def _sum(offer: Mapping[str, Any], form: ordering.ByTelephone) -> str:
    if not form.is_bound or not form.is_valid():
        return ""
    return _("%(fen)s yuan") % {"fen": yuan(ordering.total(offer, form.units()))}


def _held(offer: Mapping[str, Any], held: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What this door ordered before, in words."""
    if held is None:
        return None
    things = [f"{offer['lines'][wish['line'] - 1]['name']} × {wish['units']}" for wish in held["lines"]]
    from tongzhou.ledger.owed import moment_in

    at = moment_in(held["placed_at"])
    return {"things": _(", ").join(things), "at": stamp(at) if at else "", "due": yuan(held["due"])}


@page("necessities_order", at="necessities/chain/<str:key>", sees="households", roles=WRITERS)
def chain(ask: Ask, key: str) -> HttpResponse:
    """the chain message of a building: pasted, read into drafts, taken; nothing of the chat is kept"""
    one = next((found for found in _running(ask) if found["key"] == key), None)
    if one is None:
        raise NotFound()
    form, take = ask.form(Chain), ask.form(Take, "take")
    told: dict[str, Any] = {"title": _(CHAIN), "one": one, "form": form}
    if take.is_bound:
        done = ask.take(take, lambda: _placed(ask, take, one), told=_("Orders of a chain message taken"))
        return done or ask.show("necessities/chain.html", **told, take=take)
    if form.is_bound and form.is_valid():
        found = ordering.drafts(form.cleaned_data["text"], one, lambda text: _find(form.cleaned_data["building"], text))
        fit = [draft for draft in found if not draft.why]
        with door.ledger() as ledger:
            stands = queries.stands(ledger, [draft.household for draft in fit])
            held = books.wanted(ledger, key)
        again = [draft for draft in fit if draft.household in held]
        fit = [draft for draft in fit if draft.household not in held]
        plain = json.dumps(
            [[draft.household, {str(n): units for n, units in (draft.units or {}).items()}] for draft in fit]
        )
        told |= {
            "fit": [(stands[d.household].full, _things(one, d.units or {}), yuan(ordering.total(one, d.units or {})))
                    for d in fit],
            "dropped": [(d.row, d.why) for d in found if d.why]
            + [(d.row, _("this door has ordered already")) for d in again],
            "take": Take(name="take", initial={"drafts": plain}) if fit else None,
            "form": Chain(),
        }  # fmt: skip
        told["reply"] = _reply(one, told["fit"], told["dropped"])
    return ask.show("necessities/chain.html", **told)


def _find(building: str, text: str) -> int | None:
    """The door that a row names, behind what stands before each; None where it is none, or several, or not the
    reader's."""
    for named in dict.fromkeys([f"{building}{text}" if building else text, text]):
        try:
            number = addresses.find(named)
        except Malformed:
            continue
        if number is not None and community.place_in_scope(number) is not None:
            return number
    return None


def _placed(ask: Ask, take: Take, one: Mapping[str, Any]) -> Sequence[Said]:
    found = []
    for n, (number, units) in enumerate(take.cleaned_data["drafts"]):
        place = community.place_in_scope(number)
        if place is None or not all(1 <= line <= len(one["lines"]) for line in units):
            raise Malformed(_("Read the message again."), "drafts")
        body = ordering.body(one, number, units, channel="chat")
        found.append(said("order.placed", next_id(form_id(take.number), n), ask.now, place, body))
    return found


def _things(one: Mapping[str, Any], units: Mapping[int, int]) -> str:
    return _(", ").join(f"{one['lines'][n - 1]['name']} × {amount}" for n, amount in sorted(units.items()))


def _reply(one: Mapping[str, Any], fit: Sequence[tuple[str, str, str]], dropped: Sequence[tuple[int, str]]) -> str:
    """A short text for the chat: what was taken, and which rows say it again."""
    told = [_("Ordered, until %(at)s it can be changed:") % {"at": stamp(one["closes"])}]
    told += [f"{called}: {things}; {fen}" for called, things, fen in fit]
    if dropped:
        rows = ", ".join(str(row) for row, _why in dropped)
        told.append(_("Not understood, please say it again: rows %(rows)s") % {"rows": rows})
    return "\n".join(told)
