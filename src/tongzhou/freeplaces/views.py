"""The desk's page of epidemic-free places: what speaks for one's own, what was proposed, what holds."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.freeplaces import forms, queries, shown
from tongzhou.freeplaces.acts import proposal
from tongzhou.freeplaces.application import around, reckon
from tongzhou.freeplaces.kinds import key_of
from tongzhou.freeplaces.shares import units
from tongzhou.ledger import door, states
from tongzhou.ledger.time import local_day
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.table import Column, Table
from tongzhou.people.scope import union

CALLED = gettext_noop("Epidemic-free places")
LEAD = "community_lead"
DESK = ("commander", "duty_officer")


@page("free_places", at="free-places/desk", link=("community", CALLED), sees="counts", roles=[LEAD, *DESK])
def desk(ask: Ask) -> HttpResponse:
    """what speaks for a place and what against it, proposals, certificates and what is published"""
    own = sorted({place for role, place in ask.holder.places if role == LEAD})
    mine = [one for place in own for one in _units(ask, place)]
    held = _running(ask)
    backs = [(one, ask.form(forms.Back, f"back/{one.key}", about=f"certificate/{one.key}"))
             for one in held if ask.opens(f"back/{one.key}") and _signs(ask, one)]  # fmt: skip
    for one, form in backs:
        _later(ask, one, form)
    if done := ask.taken():
        return done
    called = shown.titles((one.place, one.site) for one in held)
    return ask.show(
        "freeplaces/desk.html", title=_(CALLED), mine=mine, table=_table(ask, held, called),
        backs=[(called[one.place, one.site], form) for one, form in backs],
    )  # fmt: skip


def _later(ask: Ask, one: queries.Certificate, form: Any) -> None:
    known = {"place": one.place} | ({"site": one.site} if one.site else {})
    ask.later(lambda: ask.take(form, lambda: [form.said(ask.now, one.data["county"], **known)], to=ask.request.path))


def _units(ask: Ask, place: int) -> list[dict[str, Any]]:
    """The units of a community, each with what the ledger says of it and the form by which it is proposed."""
    found = []
    with door.ledger() as ledger:
        where = around(ledger, place)
        all_units = units(ledger, place, local_day(ask.now)) if where else []
        told = {unit: reckon(ledger, where, unit[2], ask.now) for unit in all_units if where}
    called = shown.titles((one, site) for one, site, _sort in all_units)
    for one, site, sort in all_units:
        held = queries.of(one, site, ask.now)
        seen = held.data["witnessed"] if held else ()
        form = None
        if told[one, site, sort].proposable and (held is None or held.proposable):
            form = ask.form(forms.Propose, f"propose/{key_of(one, site)}", about=f"certificate/{key_of(one, site)}")
            _proposes(ask, form, one, site)
        found.append(
            {"title": called[one, site], "said": shown.said(told[one, site, sort], seen), "form": form,
             "verdict": shown.verdict(told[one, site, sort], seen),
             "state": states.said("certificate", held.standing) if held else "", "held": held}
        )  # fmt: skip
    return found


def _proposes(ask: Ask, form: Any, place: int, site: str | None) -> None:
    ask.later(lambda: ask.take(form, lambda: [proposal(form, ask.now, place, site)]))


def _running(ask: Ask) -> list[queries.Certificate]:
    roles = [ask.holder.roles[role] for role in (LEAD, *DESK) if role in ask.holder.roles]
    return queries.certificates(ask.now, covers=union(roles))


def _signs(ask: Ask, one: queries.Certificate) -> bool:
    held = {place for role, place in ask.holder.places if role in DESK}
    return one.data["county"] in held and one.standing in ("certified", "suspended")


def _table(ask: Ask, held: list[queries.Certificate], called: dict[shown.Unit, str]) -> Table:
    return Table(
        _("Proposals and certificates"),
        [
            Column("title", gettext_noop("Place"), lambda one: called[one.place, one.site]),
            Column("state", gettext_noop("State"), lambda one: states.said("certificate", one.standing)),
            Column("proposed", gettext_noop("Proposed on"), lambda one: shown.since(one.data, "proposed_at"),
                   sort="moment"),
            Column("since", gettext_noop("Certified since"), lambda one: shown.since(one.data), sort="moment"),
            Column("days", gettext_noop("Days that count"), lambda one: one.days or "", sort="number"),
        ],
        held,
        empty=_("Nothing was proposed yet. What speaks for a place is reckoned by itself; the community proposes it."),
        href=lambda one: f"?open=back/{one.key}#back" if _signs(ask, one) else "",
    )  # fmt: skip
