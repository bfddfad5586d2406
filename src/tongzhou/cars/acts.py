"""What is done about drives where it is owed: the desk plans, the driver says how it goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.cars import forms, limits, queries, shown
from tongzhou.cars.plan import free, moment
from tongzhou.ledger import door
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.owed import day_in
from tongzhou.ledger.time import local_day
from tongzhou.pages.acts import Act, Given, acts
from tongzhou.pages.form import FactForm
from tongzhou.people.scope import Holder
from tongzhou.problems import Stale
from tongzhou.sites import addresses
from tongzhou.sites.templatetags.doors import address


def body(one: dict[str, Any], car: str, starts: dt.datetime) -> dict[str, Any]:
    """The drive of a lift at an hour with a car."""
    told = {name: one[name] for name in ("household", "to", "seat", "companion", "stays_h") if one[name]}
    return told | {"lift": one["key"], "day": str(local_day(starts)), "starts": starts.isoformat(), "car": car}


def leaves(one: dict[str, Any], now: dt.datetime) -> dt.datetime:
    """At which moment the next drive of a lift leaves: now, where it is at once."""
    day = day_in(one["next"]) if one.get("next") else None
    return moment(day, one["hour"]) if day and one["hour"] else now


def offered(one: dict[str, Any], starts: dt.datetime, but: str = "") -> list[tuple[str, str]]:
    """Free cars with room, the nearest first, as choices."""
    cars = queries.near(one["place"], local_day(starts))
    able = free([car for car, _site in cars.values()], queries.busy(list(cars)), starts, limits.drive(), one["seat"],
                bool(one["companion"]), but)  # fmt: skip
    known = {key: site for key, (_car, site) in cars.items()}
    return [(car.key, shown.site(car.key, known)) for car in able]


def lifts(ones: Sequence[dict[str, Any]], _holder: Holder, now: dt.datetime) -> None:
    """On the line: from where to where, when, and which car is free."""
    known = shown.named(ones, local_day(now))
    for one in ones:
        one["cars"] = offered(one, leaves(one, now))
        when = f"{one['next']} {one['hour']}" if one["next"] else _("at once")
        told = [when, _("To: %(where)s") % {"where": shown.site(one["to"], known)}, shown.rides(one)]
        if not one["cars"]:
            told.append(_("no car is free at that hour: ring the district's desk"))
        one["told"] = [*one.get("told", ()), *told]


def drives(ones: Sequence[dict[str, Any]], _holder: Holder, now: dt.datetime) -> None:
    known = shown.named(ones, local_day(now))
    with door.ledger() as ledger:
        doors = addresses.for_the_way(ledger, [one["household"] for one in ones])
    for one in ones:
        at = shown.starts(one) or now
        where = _("Door %(n)s") % {"n": one["household"]} + address(doors, one["household"])
        one["cars"] = offered(one, max(at, now), but=one["car"]) if one["state"] == "failed" else []
        one["called"], one["where"] = _("Drive"), ""
        one["told"] = [*one.get("told", ()), *filter(None, shown.way(one, where, known))]


def send(given: Given) -> list[Said]:
    """The car that was chosen: for the next day, or at once."""
    one = given.one
    cars = one.get("cars") or offered(one, leaves(one, given.now))
    form = forms.Sent(given.form, cars=cars).checked()
    starts = leaves(one, given.now)
    return [form.said(given.now, one["place"], home=one["place"], **body(one, form.cleaned_data["car"], starts))]


def next_car(given: Given) -> list[Said]:
    """The next free car, in one tap."""
    one = given.one
    at = shown.starts(one) or given.now
    cars = offered(one, max(at, given.now), but=one["car"])
    if not cars:
        raise Stale()
    form = forms.Given({**given.form.dict(), "car": given.form.get("car") or cars[0][0]}, cars=cars).checked()
    return [form.said(given.now, one["place"], drive=one["key"])]


def skip(given: Given) -> list[Said]:
    form = forms.Skipped(given.form).checked()
    return [form.said(given.now, given.one["place"], lift=given.one["key"], day=given.one["next"])]


def says(answer: str, form: type[FactForm] = forms.Answered) -> Callable[[Given], list[Said]]:
    return lambda given: [form(given.form).checked().said(given.now, given.one["place"], drive=given.one["key"],
                                                          answer=answer)]  # fmt: skip


def word(answer: str, label: str, *, grave: bool = False) -> Act:
    return Act(answer, label, says(answer), grave=grave)


SEND = Act("send", gettext_noop("Send this car"), send, forms.Sent, with_=lambda one: {"cars": one.get("cars", ())},
           when=lambda one: bool(one.get("cars", True)))  # fmt: skip
NEXT = Act("next", gettext_noop("Send the next free car"), next_car, to=lambda one: one["cars"][0][1],
           when=lambda one: bool(one.get("cars")))  # fmt: skip
OTHER = Act("page", gettext_noop("Choose another way"), page=lambda _one: "/cars/")
CANNOT = Act("not_ready", gettext_noop("The car cannot come"), says("not_ready", forms.NotReady), forms.NotReady,
             grave=True)  # fmt: skip
NO_CAR = word("no_car", gettext_noop("The car did not come"), grave=True)
NOBODY = word("nobody", gettext_noop("Nobody came to the car"), grave=True)
OFF = word("off", gettext_noop("Not needed that day"), grave=True)
acts("plan_car", SEND, Act("skip", gettext_noop("They do not go that day"), skip, grave=True), reads=lifts)
acts("send_car", SEND, OTHER, reads=lifts)
acts("confirm_drive", word("confirmed", gettext_noop("I come")), CANNOT, OFF, reads=drives)
acts("fetch_rider", word("started", gettext_noop("They are in the car")), NOBODY, NO_CAR, CANNOT, reads=drives)
acts("arrive", word("arrived", gettext_noop("There")), CANNOT, reads=drives)
acts("fetch_home", word("back", gettext_noop("On the way home")), word("home", gettext_noop("Home again")), CANNOT,
     reads=drives)  # fmt: skip
acts("bring_home", word("home", gettext_noop("Home again")), CANNOT, reads=drives)
acts("replan_drive", NEXT, OTHER, OFF, reads=drives)
acts("find_rider", word("confirmed", gettext_noop("They come: the car waits")), OFF, reads=drives)
