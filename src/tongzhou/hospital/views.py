"""The dispatcher's beds, asking for a bed, and the houses with everybody accounted for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tongzhou.api import say
from tongzhou.hospital import above, forms, leaving, plan, queries, strips, vehicles
from tongzhou.hospital.lists import designated, real_houses, wards_table
from tongzhou.ledger.known import rows
from tongzhou.ledger.time import local_day
from tongzhou.pages import receipts
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.form import Confirm
from tongzhou.people.roles import AT_BEDS
from tongzhou.persons import queries as persons
from tongzhou.persons.templatetags.persons import called
from tongzhou.problems import NotFound, NotYours, Problem
from tongzhou.sites import queries as sites


@page("beds", roles=AT_BEDS)
def beds(ask: Ask) -> HttpResponse:
    """Wards, who waits, what is proposed and why; the dispatcher signs or changes with a reason."""
    if case := ask.given("case"):
        return redirect(f"{reverse('beds_ask')}?case={case}")
    dispatcher = "dispatcher" in ask.holder.roles
    if ask.sent and not dispatcher:
        raise NotYours()
    wards, closing = queries.wards(), leaving.closed_to_admission()
    open_wards = [one for one in wards if one.facility not in closing]
    waiting = queries.requests(["waiting"], ask.now)
    points = queries.points([one["home"] or one["place"] for one in waiting])
    proposals = plan.propose(open_wards, waiting, points)
    promised = queries.requests(list(vehicles.ON_THE_WAY), ask.now)
    persons.attach(waiting, promised)
    known = {one["key"]: one for one in [*waiting, *promised]}
    vehicles.name_drivers(promised)
    named = sites.names(vehicles.named(promised), local_day(ask.now))
    desk = strips.Desk(ask, wards, open_wards, named, len(waiting) + len(promised))
    found = [*(desk.waiting(one, proposals[one["key"]]) for one in waiting), *(desk.promised(one) for one in promised)]
    ready = [one for one in waiting if proposals[one["key"]].bed is not None and not proposals[one["key"]].spends]
    shown = " ".join(f"{one['key']}={proposals[one['key']].bed}" for one in ready)
    all_of_them = ask.form(SignAll, name="all", seen=shown) if dispatcher and (ready or ask.sent) else None
    higher = above.asking(ask.holder, waiting, proposals, ask.now)
    above_ask = _of_above(ask, higher) if higher and higher.n else None
    done = ask.taken() or (all_of_them and ask.do(all_of_them, lambda: _sign(ask, all_of_them, known, proposals)))
    if done:
        return done
    return ask.show(
        "hospital/beds.html",
        table=wards_table(wards, closing, ask.now),
        groups=strips.by_severity(found),
        mine=sum(one.mine for one in found),
        waiting=len(waiting),
        promised=len(promised),
        ready=len(ready),
        all=all_of_them if ready else None,
        higher=higher,
        above_ask=above_ask,
        totals=_totals(wards, ask.now),
        ways=plan.ways(open_wards, waiting, points) if waiting else None,
        dispatcher=dispatcher,
        asks=dispatcher or "clinician" in ask.holder.roles,
    )


def _of_above(ask: Ask, higher: above.Above) -> Confirm:
    form = ask.form(Confirm, "above", seen=str(higher.n))
    ask.later(lambda: ask.take(form, lambda: higher.said(form, ask.now), about=higher.called))
    return form


def _totals(wards: Sequence[queries.Ward], now: dt.datetime) -> dict[str, int]:
    """Free is what can be acted on: what an old count calls free stands apart."""
    names = ("physical", "usable", "free", "taken", "over")
    told = {name: sum(getattr(ward, name) for ward in wards) for name in names}
    old = sum(one.free for one in wards if one.stale(now))
    return told | {"free": told["free"] - old, "old": old}


class SignAll(Confirm):
    """All the proposals that its author saw, in one act. Each is looked at by itself: what changed is told of each."""

    @property
    def changed(self) -> bool:
        return False


def _sign(ask: Ask, form: SignAll, known: dict[str, dict[str, Any]], proposals: dict[str, plan.Proposal]) -> str:
    """Sign what its author saw proposed and is so still, the most severe first, with one undo; of each other it is told
    who was quicker, or that it is planned again."""
    facts, signed, others = [], [], []
    pairs = [pair.partition("=") for pair in str(form.data.get("seen", form.seen)).split()]
    numbers = persons.codes(f"request/{key}" for key, _equals, _bed in pairs if key not in known)
    for n, (key, _equals, bed) in enumerate(pairs, start=1):
        told = proposals.get(key)
        whose = called(known[key]) if key in known else numbers.get(f"request/{key}", "–")
        if receipts.said_already(str(say.next_id(form.fact_id, n))):  # a second tap
            continue
        if told is None or told.ward is None or told.spends or str(told.bed) != bed:
            others.append(_meanwhile(key, whose, told))
            continue
        body = {"request": key, "bed": told.bed, "ward": told.ward.id, "proposed": True}
        fact = say.said("bed.assigned", say.next_id(form.fact_id, n), ask.now, told.ward.place, body)
        try:
            say.say(ask.request, [fact])
        except Problem:
            others.append(_meanwhile(key, whose, None))
            continue
        facts.append(fact)
        signed.append(f"{whose} → {told.ward.called} · {told.label}")
    if facts:
        told_of = ngettext("%(n)s bed signed", "%(n)s beds signed", len(facts)) % {"n": len(facts)}
        receipts.give(ask.request, facts, ask.now, told_of, _(", ").join(signed))
    return " ".join(others)


def _meanwhile(key: str, whose: str, told: plan.Proposal | None) -> str:
    """Why somebody of the page was not signed: another bed is proposed now, or somebody spoke of them."""
    last = None if told is not None else receipts.became(f"request/{key}")
    if last is None:
        return _("%(who)s: another bed is proposed now, look again.") % {"who": whose}
    return _("%(who)s: not signed again, %(by)s said “%(what)s” at %(at)s.") % {
        "who": whose, "by": last.who, "what": last.what, "at": last.at}  # fmt: skip


CARD = {"case": "key", "person": "person", "household": "household", "dependants": "depended_on"}  # from a case's card


@page("beds", sees="beds", roles=["clinician", "dispatcher"])
def ask_for_a_bed(ask: Ask) -> HttpResponse:
    """A clinician asks for a bed; from a case, what its card holds is not typed again."""
    case = _case(ask, ask.given("case"))
    place = next(place for role, place in ask.holder.places if role in ("clinician", "dispatcher"))
    known = {name: case[name] for name in ("age", "sex")} if case else {}
    if case and case["state"] in forms.OF_A_CLASS:
        known["infection"] = case["state"]
    of = {name: case[key] for name, key in CARD.items() if case[key] is not None} if case else {}
    form = ask.form(forms.Ask, initial=known, case=case["state"] if case else None,
                    told=case is not None and case["depended_on"] is not None, door=of.get("household"))  # fmt: skip
    home = int(case["home"] or case["place"]) if case else None
    done = ask.take(form, lambda: form.facts(ask.now, place, home, **of), to=reverse("beds"))
    return done or ask.show("hospital/ask.html", ask=form, case=case)


def _case(ask: Ask, key: str) -> dict[str, Any] | None:
    if not key or not ask.holder.sees("cases"):
        return None
    found = next(iter(rows("case", key=key)), None)
    if found is None:
        raise NotFound()
    data = found["data"]
    referral = next(iter(rows("referral", key=data["referral"])), None) if data.get("referral") else None
    door = referral["data"].get("household") if referral else None
    case = {**data, "key": key, "state": found["state"], "place": found["place"], "household": door}
    persons.attach([case])
    return case


@page("beds", roles=AT_BEDS)
def houses(ask: Ask) -> HttpResponse:
    """Every house with everybody it admitted accounted for; closing one; and what was published of real houses."""
    wards, dispatcher = queries.wards(), "dispatcher" in ask.holder.roles
    if ask.sent and not dispatcher:
        raise NotYours()
    place = {ward.facility: ward.place for ward in wards}
    accounts = []
    for one in leaving.accounts(wards):
        row: dict[str, Any] = {"account": one}
        about = f"facility/{one.facility}"
        if dispatcher and one.state in ("open", "closing"):
            name, kind = ("closing", forms.Closing) if one.state == "open" else ("closed", forms.Closes)
            row[name] = form = ask.form(kind, name=f"{name}/{one.facility}", about=about)
            says = partial(forms.of_a_house, form, one, place[one.facility], ask.now)
            if done := ask.take(form, says, about=_named(one)):
                return done
        accounts.append(row)
    told = leaving.published(local_day(ask.now))
    return ask.show(
        "hospital/houses.html",
        accounts=accounts,
        real=real_houses(told.houses) if told.houses else None,
        days=designated(told.days) if told.days else None,
        english=get_language() == "en",
    )


def _named(one: leaving.Account) -> str:
    return one.en if get_language() == "en" else one.zh
