"""What is done about a certificate and about the list, where it is owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.freeplaces import forms, shown
from tongzhou.freeplaces.application import Around, around, reckon, unit_of
from tongzhou.freeplaces.shares import counts
from tongzhou.ledger import door
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.owed import moment_in
from tongzhou.ledger.time import local_day, stamp
from tongzhou.pages.acts import Act, Given, acts
from tongzhou.pages.form import FactForm
from tongzhou.pages.templatetags.pages import named
from tongzhou.people.scope import Holder
from tongzhou.places.queries import names
from tongzhou.problems import NotFound


def lies(place: int) -> Around:
    found = around(connection, place)
    if found is None:
        raise NotFound()
    return found


def proposal(form: FactForm, now: dt.datetime, place: int, site: str | None) -> Said:
    """The community proposes a unit to the desk above."""
    told: dict[str, Any] = {"place": place} | ({"site": site} if site else {})
    return form.said(now, place, **told, reporting=lies(place).street)


def _unit(one: dict[str, Any]) -> dict[str, Any]:
    return {"place": one["place"]} | ({"site": one["site"]} if one["site"] else {})


def propose(given: Given) -> list[Said]:
    form = forms.Propose(given.form).checked()
    return [proposal(form, given.now, given.one["place"], given.one["site"])]


def look(given: Given) -> list[Said]:
    """At the desk that owes it, which asks the county next."""
    form = forms.Look(given.form).checked()
    county = lies(given.one["place"]).county
    return [form.said(given.now, given.at, **_unit(given.one), reporting=county)]


def decide(given: Given) -> list[Said]:
    form = forms.Decide(given.form).checked()
    return [form.said(given.now, given.at, **_unit(given.one), county=given.at)]


def listing(form: FactForm, place: int, now: dt.datetime) -> Said:
    """The list of an area as it stands at this minute."""
    with door.ledger() as ledger:
        held: dict[str, Any] = {name: list(pair) for name, pair in counts(ledger, place, now).items()}
    return form.said(now, place, **held, place=place, as_of=now.isoformat())


def publish(given: Given) -> list[Said]:
    return [listing(forms.Publish(given.form).checked(), given.one["place"], given.now)]


def known(ones: Sequence[dict[str, Any]], _holder: Holder, now: dt.datetime) -> None:
    """On the line itself: which place, and what the ledger says of it at this minute."""
    called = shown.titles(shown.unit(one) for one in ones)
    with door.ledger() as ledger:
        for one in ones:
            one["called"] = called[shown.unit(one)]
            unit = unit_of(ledger, one["place"], one["site"], local_day(now))
            where = around(ledger, one["place"])
            if unit and where:
                found = reckon(ledger, where, unit, now)
                one["told"] = [*shown.said(found, one["witnessed"]), shown.verdict(found, one["witnessed"])]
                if at := moment_in(one.get("put_right_at")):
                    words = _("What had turned it was put right at %(at)s: it holds again. Look at it.")
                    one["told"].insert(0, words % {"at": stamp(at)})
                one["ready"] = found.judged(one["witnessed"]).outcome == "certify"
                one["proposable"] = found.proposable


def page(_one: dict[str, Any]) -> str:
    return "/free-places/desk"


def area(ones: Sequence[dict[str, Any]], _holder: Holder, _now: dt.datetime) -> None:
    places = names(sorted({one["place"] for one in ones}))
    for one in ones:
        one["told"] = [named(places.get(one["place"]))]


acts(
    "mend_measure",
    Act("propose", gettext_noop("Propose it again"), propose, forms.Propose,
        when=lambda one: bool(one.get("proposable"))),
    Act("open", gettext_noop("What speaks for it and against it"), page=page),
    reads=known,
)  # fmt: skip
acts(
    "check_place",
    Act("in_place", gettext_noop("The measures are in place"), look, forms.Look, sends={"outcome": "in_place"}),
    Act("lacking", gettext_noop("Something is not in place"), look, forms.Look, asks=(), sends={"outcome": "lacking"},
        grave=True),
    reads=known,
)  # fmt: skip
acts(
    "sign_certificate",
    Act("granted", gettext_noop("Certify"), decide, forms.Decide, sends={"outcome": "granted"},
        when=lambda one: bool(one.get("ready"))),
    Act("declined", gettext_noop("Do not certify"), decide, forms.Decide, sends={"outcome": "declined"}, grave=True),
    Act("open", gettext_noop("What speaks for it and against it"), page=page),
    reads=known,
)  # fmt: skip
acts("publish_list", Act("publish", gettext_noop("Publish the list"), publish, forms.Publish), reads=area)
