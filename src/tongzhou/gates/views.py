"""The gates of a community: who keeps each, what a measure asks there, the counts of the day, phones and cards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import uuid_utils.compat as uuids
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from psycopg import Connection

from tongzhou.api.say import said, say
from tongzhou.directives.queries import names
from tongzhou.directives.templatetags.directives import located
from tongzhou.gates import demand, issuing, post, queries, ruling
from tongzhou.gates.acts import returned
from tongzhou.gates.forms import Issue, Lend, TakenIn, Tally
from tongzhou.gates.issuing import Wanted
from tongzhou.gates.kinds import LEAD, PASSAGES
from tongzhou.gates.number import grouped
from tongzhou.gates.phone import GOING_TO
from tongzhou.ledger import door, known
from tongzhou.ledger.ranges import contains
from tongzhou.ledger.time import local_day, stamp
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.form import Confirm
from tongzhou.pages.qr import DENSE, code
from tongzhou.pages.receipts import minute
from tongzhou.pages.table import Column, Table
from tongzhou.people.desks import local_telephones
from tongzhou.people.terms import days
from tongzhou.problems import Malformed, NotFound
from tongzhou.sites import queries as sites
from tongzhou.sites.drafts import Draft
from tongzhou.sites.templatetags.sites import sitename

CALLED = gettext_noop("Gates and passes")
COUNTED = gettext_noop("Gates in numbers")
DESK = ("duty_officer", "commander")
SHEET = "MG-01"  # the form number of the cards on paper
TALLY = "MG-02"  # of the tally sheet
Ledger = Connection[Any]


@page("gates", at="gates/", link=("community", CALLED), sees="households", roles=[LEAD])
def gates(ask: Ask) -> HttpResponse:
    """the gates of one's community: shifts, what a measure asks and until when, counts by hour, phones, cards"""
    place, places = ask.desk(LEAD)
    day = local_day(ask.now)
    with door.ledger() as ledger:
        ones = [one for one in queries.gates(day, f"{{[{place},{place}]}}")]
        keys = [one.key for one in ones]
        rows, counts = queries.states(ledger, keys), queries.counts(ledger, keys, day)
        phones, cards = post.phones(ledger, keys, ask.now), queries.cards(ledger, keys, ask.now)
        n, first = queries.registered(ledger, place)
        lists = known.rows("gate_list", covers=f"{{[{place},{place}]}}", states=["lies"])
    asked = demand.demanded(place, ask.now)
    offered = [one for one in sites.choices(day, GOING_TO) if one.invented == (bool(ones) and ones[0].invented)]
    shown = [_shown(ask, one, rows, counts, phones, cards, offered) for one in ones]
    if done := ask.taken():
        return done
    return ask.show(
        "gates/gates.html",
        title=_(CALLED), place=place, places=places, names=names(places), gates=shown, asked=asked,
        registered=n, erased_from=first, term=days("gate_record").days, lists=lists, day=day,
    )  # fmt: skip


def _shown(
    ask: Ask, gate: Draft, rows: Any, counts: Any, phones: Any, cards: Any, offered: list[Draft]
) -> dict[str, Any]:
    """One gate with its forms, as the page draws it."""
    row = rows.get(gate.key)
    until = queries.kept_until(row)
    here = [one for one in phones if one.gate == gate.key]
    lend = ask.form(Lend, f"lend-{gate.key}")
    ask.later(lambda: _lent(ask, lend, gate))
    issue = ask.form(Issue, f"issue-{gate.key}", now=ask.now, sites=offered) if ask.opens(f"issue-{gate.key}") else None
    if issue:
        ask.later(lambda: ask.do(issue, partial(_issued, ask, issue, gate)))
    tally = None
    if ask.opens(f"tally-{gate.key}"):
        tally = ask.form(Tally, f"tally-{gate.key}", now=ask.now)
        ask.later(lambda: ask.take(tally, lambda: [tally.said(ask.now, gate.place, gate=gate.key)]))
    taken = ask.form(TakenIn, f"list-{gate.key}") if ask.opens(f"list-{gate.key}") else None
    if taken:
        ask.later(lambda: ask.take(taken, lambda: [taken.said(ask.now, gate.place, gate=gate.key)]))
    backs = []
    for phone in here:
        back = ask.form(Confirm, f"back-{phone.id}")
        ask.later(partial(_taken_back, ask, back, phone.id, gate))
        backs.append((phone, phone.keys_day == local_day(ask.now), back))
    told = counts.get(gate.key) or {"hours": {}, "out": 0, "back": 0}
    return {
        "gate": gate, "state": row["state"] if row else "free", "kept": bool(until and until > ask.now), "until": until,
        "phones": backs, "lend": lend, "issue": issue, "list": taken, "tally": tally,
        "counts": told, "table": _by_hour(told),
        "cards": sum(one.told.gate == gate.key and one.told.until > ask.now for one in cards),
    }  # fmt: skip


def _lent(ask: Ask, form: Lend, gate: Draft) -> HttpResponse | None:
    """The address for the phone, shown once: of it a digest is kept."""
    if not (form.is_bound and form.is_valid()):
        return None
    until = ask.now + dt.timedelta(hours=int(form.cleaned_data["hours"]))
    with door.ledger() as ledger:
        token, phone = post.lend(ledger, gate.key, gate.place, ask.holder.by or 0, ask.now, until)
    body = {"gate": gate.key, "phone": phone, "until": until.isoformat()}
    say(ask.request, [said("gate_phone.lent", uuids.uuid7(), ask.now, gate.place, body)])
    address = ask.request.build_absolute_uri(f"/gate/in/{token}")
    return ask.show("gates/lent.html", title=sitename(gate), address=address, code=code(address), until=until)


def _taken_back(ask: Ask, form: Confirm, phone: int, gate: Draft) -> HttpResponse | None:
    """The phone says nothing for the gate any more, and its shift is over."""

    def act() -> str:
        say(ask.request, returned(form.fact_id, ask.now, gate.place, gate.key, phone))
        return _("Phone %(n)s is taken back.") % {"n": phone}

    return ask.do(form, act)


def _issued(ask: Ask, form: Issue, gate: Draft) -> str:
    """Cards for a gate, as the rules allow. Raises Malformed with why not; the law desk rules where none answers."""
    given = form.cleaned_data
    starts = ask.now if given["begins"] == "now" else dt.datetime.fromisoformat(given["begins"])
    told = ruling.may(gate.place, ask.now, given["what"], form.out, compound=gate.details.part_of)
    told = told.within(given["hours"])
    if told.said == "needs_ruling":
        with door.ledger() as ledger:
            desk = issuing.law_desk(ledger, gate.place)
        say(ask.request, [issuing.asked_of_the_law_desk(told, given["what"], gate.place, desk, ask.now, form.fact_id)])
        return _("No card was issued: %(why)s The law desk is asked to rule.") % {"why": told.why}
    if told.said != "issue":
        from_day = _(" From %(day)s on.") % {"day": told.next} if told.next else ""
        field = {"say_when": "last_out", "not_yet": "last_out", "too_long": "hours"}.get(told.said, "what")
        raise Malformed(f"{told.why}{from_day}", field)
    wanted = Wanted(gate.key, given["what"], given["hours"], starts, given.get("to") or None, form.out, given["cards"])
    made = issuing.passes(wanted, ask.now, form.fact_id)
    say(ask.request, [issuing.fact(id, one, told, gate.place, ask.now) for id, one in made])
    numbers = _(", ").join(grouped(one.number) for _id, one in made[:6])
    words = ngettext("%(n)d card: %(numbers)s", "%(n)d cards: %(numbers)s", len(made))
    more = "" if len(made) <= 6 else " …"
    return words % {"n": len(made), "numbers": numbers + more}


def _by_hour(told: Mapping[str, Any]) -> Table:
    """What was counted, by hour: out and in, and of what sort."""
    rows = [{"hour": dt.datetime.fromisoformat(hour), **one} for hour, one in told["hours"].items()]
    return Table(
        _("Counted today, by hour"),
        [
            Column("hour", gettext_noop("Hour"), lambda one: minute(one["hour"]), sort="moment"),
            Column("out", gettext_noop("Out"), lambda one: sum(one["out"].values()), sort="number"),
            Column("back", gettext_noop("Coming in"), lambda one: sum(one["back"].values()), sort="number"),
            Column("of", gettext_noop("Of these"), _of_these),
        ],
        rows,
        empty=_("Nothing was counted yet today."),
    )  # fmt: skip


def _of_these(one: Mapping[str, Any]) -> str:
    return _(", ").join(f"{_(words)} {n}" for what, words in PASSAGES.items()
                        if (n := one["out"].get(what, 0) + one["back"].get(what, 0)))  # fmt: skip


def _own(ask: Ask, ledger: Ledger) -> Draft:
    """The gate that the address names. Raises NotFound where it is none of one's own."""
    gate = queries.gate_of(ledger, ask.given("gate"), local_day(ask.now))
    if gate is None or not contains(ask.holder.roles[LEAD], gate.place):
        raise NotFound()
    return gate


@page("gates", at="gates/tally", sees="households", roles=[LEAD], answers=("GET",))
def tally(ask: Ask) -> HttpResponse:
    """the tally sheet of a gate: an hour a row, room for marks, to be typed in afterwards"""
    with door.ledger() as ledger:
        gate = _own(ask, ledger)
        telephone = local_telephones(ledger, [gate.place]).get(gate.place, "")
    return ask.show("gates/tally.html", title=_("Tally sheet of a gate"), gate=gate, telephone=telephone,
                    number=TALLY, hours=[f"{n:02d}" for n in range(24)], passages=PASSAGES.values())  # fmt: skip


@page("gates", at="gates/counts", link=("community", COUNTED), sees="counts", roles=DESK, answers=("GET",))
def counts(ask: Ask) -> HttpResponse:
    """in numbers for the desks above: gates kept and not, how many went out and in today, exceptions"""
    place, _own_places = ask.desk(*DESK, below=True)
    units = queries.below(place, local_day(ask.now))
    called = names([place, *(one.place for one in units)])
    return ask.show("gates/counts.html", title=_(COUNTED), place=place, names=called, day=local_day(ask.now),
                    table=_units(units, called))  # fmt: skip


def _units(units: Sequence[queries.Below], called: dict[int, tuple[str, str]]) -> Table:
    return Table(
        _("Gates today, in official order"),
        [
            Column("place", gettext_noop("Place"), lambda one: located(called, one.place)),
            Column("gates", gettext_noop("Gates that are to be kept"), lambda one: one.ordered, sort="number"),
            Column("unkept", gettext_noop("Of these nobody stands there"), lambda one: one.unkept, sort="number"),
            Column("out", gettext_noop("Out"), lambda one: _told(one.out), sort="number"),
            Column("back", gettext_noop("Coming in"), lambda one: _told(one.back), sort="number"),
            Column("exceptions", gettext_noop("Emergencies let through"), lambda one: _told(one.exceptions),
                   sort="number"),
        ],
        units,
        empty=_("No area lies below this desk."),
        href=lambda one: f"?at={one.place}" if one.deeper else "",
        mark=lambda one: "now" if one.unkept else "",
    )  # fmt: skip


def _told(n: int | None) -> int | str:
    """A number, or a dash where nobody told one."""
    return "–" if n is None else n


@page("gates", at="gates/cards", sees="households", roles=[LEAD], answers=("GET",))
def cards(ask: Ask) -> HttpResponse:
    """the cards of a gate that are good or will be, to print and cut: digits to read aloud and a code to scan"""
    with door.ledger() as ledger:
        gate = _own(ask, ledger)
        found = [one.told for one in queries.cards(ledger, [gate.key], ask.now) if one.told.until > ask.now]
        telephone = queries.telephone(ledger, gate)
    to = sites.names({one.to for one in found if one.to}, local_day(ask.now))
    shown = [{"told": one, "number": grouped(one.number), "code": code(queries.coded(one), DENSE),
              "to": sitename(to[one.to]) if one.to in to else "", "from": stamp(one.starts),
              "until": stamp(one.until)} for one in found]  # fmt: skip
    sheets = [shown[at : at + 8] for at in range(0, len(shown), 8)]
    return ask.show("gates/cards.html", title=_("Passes of a gate"), gate=gate, sheets=sheets, n=len(shown),
                    telephone=telephone, number=SHEET)  # fmt: skip
