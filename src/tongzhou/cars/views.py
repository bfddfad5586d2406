"""The desk's page of cars: who is driven, the cars of tomorrow, today's drives, and the paper for drivers."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.cars import acts, forms, limits, plan, queries, shown
from tongzhou.cars.asks import CARE
from tongzhou.directives.queries import names
from tongzhou.ledger import door, states, worded
from tongzhou.ledger.time import local_day, stamp
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.table import Column, Table
from tongzhou.people.desks import local_telephones
from tongzhou.persons import queries as persons
from tongzhou.places.queries import covers_of
from tongzhou.sites import addresses
from tongzhou.sites import queries as sites
from tongzhou.sites.templatetags.doors import address

CALLED = gettext_noop("Community cars")
DESK = ("community_lead", "grid_worker", "community_doctor")
PLANS = frozenset({"community_lead", "grid_worker"})
SHEET = "YC-01"  # the form number of the paper for drivers


@page("cars", at="cars/", link=("community", CALLED), sees="care", roles=DESK)
def cars(ask: Ask) -> HttpResponse:
    """the cars of tomorrow, proposed and signed in one tap; who is driven on which days; today's drives; a new one"""
    place, places = ask.desk(*DESK)
    covers, today = covers_of(place), local_day(ask.now)
    tomorrow = today + dt.timedelta(days=1)
    lifts, drives = queries.lifts(covers), queries.drives(covers, ask.now)
    persons.attach(lifts)
    near = queries.near(place, tomorrow)
    due = [one for one in lifts if one["next"] == str(tomorrow)] if PLANS & ask.holder.roles.keys() else []
    held = [car for car, _site in near.values()]
    found = plan.propose(due, tomorrow, held, queries.busy(list(near)), limits.drive())
    known = shown.named([*lifts, *drives], today) | {key: site for key, (_car, site) in near.items()}
    sign = (
        ask.form(forms.Sign, "sign", seen=",".join(f"{key}:{found[key]}" for key in sorted(found))) if found else None
    )
    if sign:
        ask.later(partial(_sign, ask, sign, due, found, tomorrow))
    new = ask.form(forms.Wanted, "new", houses=_houses(today))
    ask.later(lambda: ask.take(new, lambda: [new.said(ask.now, place, home=new.lies)]))
    opened = _opened(ask, [one for one in lifts if ask.opens(f"end/{one['key']}")])
    failed = [_failed(ask, one) for one in drives if one["state"] == "failed"]
    if done := ask.taken():
        return done
    doors = addresses.of(one["household"] for one in [*lifts, *drives])
    proposed = [(_door(one, doors), one["hour"], shown.site(one["to"], known), shown.site(found.get(one["key"]), known),
                 shown.rides(one)) for one in due]  # fmt: skip
    for one in [*failed, *opened]:
        one["door"] = _door(one, doors)
    return ask.show(
        "cars/cars.html", title=_(CALLED), place=place, places=places, names=names([*places]), sign=sign, new=new,
        proposed=proposed, without=len(due) - len(found), tomorrow=tomorrow, opened=opened, failed=failed,
        drives=_drives(drives, known, doors), lifts=_lifts(lifts, known, doors),
    )  # fmt: skip


def _sign(ask: Ask, form: Any, due: list[dict[str, Any]], found: dict[str, str], day: dt.date) -> HttpResponse | None:
    """Every proposed car, as it was seen."""
    told = [one for one in due if one["key"] in found]
    return ask.take(form, lambda: [
        form.said(ask.now, one["place"], n=n, home=one["place"],
                  **acts.body(one, found[one["key"]], plan.moment(day, one["hour"])))
        for n, one in enumerate(told)
    ])  # fmt: skip


def _opened(ask: Ask, lifts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for one in lifts:
        one["end_form"] = ask.form(forms.Ended, f"end/{one['key']}", about=f"lift/{one['key']}")
        ask.later(partial(_said, ask, one["end_form"], one, lift=one["key"]))
        if one["next"]:
            one["skip_form"] = ask.form(forms.Skipped, f"skip/{one['key']}", about=f"lift/{one['key']}")
            ask.later(partial(_said, ask, one["skip_form"], one, lift=one["key"], day=one["next"]))
    return lifts


def _failed(ask: Ask, one: dict[str, Any]) -> dict[str, Any]:
    """A car that cannot come, with those that can."""
    cars = acts.offered(one, max(shown.starts(one) or ask.now, ask.now), but=one["car"])
    told = {**one, "form": ask.form(forms.Given, f"given/{one['key']}", about=f"drive/{one['key']}", cars=cars)}
    ask.later(partial(_said, ask, told["form"], one, drive=one["key"]))
    return told


def _said(ask: Ask, form: Any, one: dict[str, Any], /, **known: Any) -> HttpResponse | None:
    return ask.take(form, lambda: [form.said(ask.now, one["place"], **known)])


def _houses(day: dt.date) -> list[tuple[str, str]]:
    kinds = [kind for kind in ("hospital", "clinic", "township_clinic") if kind in CARE]
    found = sites.choices(day, kinds)
    return [(one.key, shown.site(one.key, {one.key: one})) for one in found]


@page("cars", at="cars/paper", sees="rides", roles=("community_lead", "grid_worker"), answers=("GET",))
def paper(ask: Ask) -> HttpResponse:
    """the drives of tomorrow on paper, a sheet for each car: hour, door, where to, room for what became of it"""
    place, _own = ask.desk("community_lead", "grid_worker")
    with door.ledger() as ledger:
        telephone = local_telephones(ledger, [place]).get(place, "")
    day = local_day(ask.now) + dt.timedelta(days=1)
    found = [one for one in queries.drives(covers_of(place), ask.now) if one["day"] == str(day)]
    known, doors = shown.named(found, day), addresses.of(one["household"] for one in found)
    sheets = [
        (shown.site(car, known), [(stamp(one["starts"]), _door(one, doors), shown.site(one["to"], known),
                                   shown.rides(one)) for one in found if one["car"] == car])
        for car in sorted({one["car"] for one in found})
    ]  # fmt: skip
    return ask.show("cars/paper.html", title=_("Drives of tomorrow"), place=place, names=names([place]), day=day,
                    telephone=telephone, number=SHEET, sheets=sheets)  # fmt: skip


def _drives(found: list[dict[str, Any]], known: Any, doors: Any) -> Table:
    return Table(
        _("Drives of today and tomorrow"),
        [
            Column("starts", gettext_noop("Leaves the door at"), lambda one: one["starts"], sort="moment"),
            Column("door", gettext_noop("Door"), lambda one: _door(one, doors)),
            Column("to", gettext_noop("Where to"), lambda one: shown.site(one["to"], known)),
            Column("car", gettext_noop("Car"), lambda one: shown.site(one["car"], known)),
            Column("rides", gettext_noop("How they ride"), shown.rides),
            Column("state", gettext_noop("State"), lambda one: states.said("drive", one["state"])),
        ],
        found,
        empty=_("No drive is planned for today or tomorrow."),
        mark=lambda one: "now" if one["state"] in ("failed", "nobody") else "",
    )  # fmt: skip


def _lifts(found: list[dict[str, Any]], known: Any, doors: Any) -> Table:
    return Table(
        _("Who is driven"),
        [
            Column("door", gettext_noop("Door"), lambda one: _door(one, doors)),
            Column("whose", gettext_noop("Number of the person"),
                   lambda one: one["whose"].code if one["whose"] else "", narrow=True),
            Column("why", gettext_noop("What for"), lambda one: worded.choice("lift.wanted", "why", one["why"])),
            Column("to", gettext_noop("Where to"), lambda one: shown.site(one["to"], known)),
            Column("when", gettext_noop("When"), _when),
            Column("next", gettext_noop("Next car to plan"), lambda one: one["next"] or ""),
            Column("state", gettext_noop("State"), lambda one: states.said("lift", one["state"])),
        ],
        found,
        empty=_("Nobody is written down who has to be driven."),
        href=lambda one: f"?open=end/{one['key']}#opened",
        mark=lambda one: "now" if one["state"] == "urgent" else "",
    )  # fmt: skip


def _when(one: dict[str, Any]) -> str:
    if one["at_once"]:
        return _("at once")
    days = _(", ").join(worded.choice("lift.wanted", "days", day) for day in one["days"])
    return f"{days or one['once']} {one['hour']}"


def _door(one: dict[str, Any], doors: Any) -> str:
    return _("Door %(n)s") % {"n": one["household"]} + address(doors, one["household"])
