"""The desk's page of named contacts, the list of whoever calls, and its paper twin."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.directives.queries import names
from tongzhou.ledger import door, states, worded
from tongzhou.ledger.time import stamp
from tongzhou.liaisons import forms, listed, numbers, queries
from tongzhou.liaisons.acts import signed, words
from tongzhou.liaisons.plan import Proposal, able, propose
from tongzhou.pages import spoken
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.form import Confirm
from tongzhou.pages.receipts import minute
from tongzhou.pages.table import Column, Table
from tongzhou.pages.templatetags.pages import drawn
from tongzhou.people.desks import local_telephones
from tongzhou.people.duties import words_of
from tongzhou.people.proof import ask_again
from tongzhou.people.scope import union
from tongzhou.persons import showing
from tongzhou.sites import addresses
from tongzhou.sites.doors import Door
from tongzhou.sites.forms import LookedAt
from tongzhou.sites.templatetags.sites import ring
from tongzhou.tables import BadInput
from tongzhou.why import chinese
from tongzhou.workforce import queries as workforce

CALLED = gettext_noop("Named contacts")
CALLS = gettext_noop("Whom to ring today")
LEAD = "community_lead"
CALLING = ("volunteer", "grid_worker", LEAD)
LISTED = gettext_noop("A list of civil affairs")
DESK = "/liaisons/"
MOST = 500  # people of one list that go in by the page
SHEET = "LX-02"  # the form number of the call list on paper


@page("liaisons", at="liaisons/", link=("community", CALLED), sees="care", roles=[LEAD])
def desk(ask: Ask) -> HttpResponse:
    """who needs a named contact, whom the plan proposes, who has one, who wants no calls"""
    place, places = ask.desk(LEAD)
    people, members = queries.people(place), workforce.team(place)
    proposals, left = propose(people, members)
    fresh = [one for one in proposals if _changes(one, people)]
    sign = ask.form(forms.Sign, "sign", seen=_digest(fresh)) if fresh else None
    needed = ask.form(forms.Needed, "needed")
    if sign:
        ask.later(lambda: ask.take(sign, lambda: [signed(sign, one, ask.now, place, n)
                                                  for n, one in enumerate(fresh)]))  # fmt: skip
    ask.later(lambda: _needed(ask, needed, place))
    opened = _opened(ask, people, members)
    if done := ask.taken():
        return done
    armbands = queries.numbers(members)
    doors = addresses.of(one["household"] for one in people)
    by_key = {one["key"]: one for one in members}
    return ask.show(
        "liaisons/desk.html", title=_(CALLED), place=place, places=places, names=names(places), sign=sign,
        proposed=[(addresses.called(one["household"], doors), words(line, armbands), line.usual)
                  for line in fresh for one in people if one["key"] == line.liaison],
        unnamed=sum(one["state"] == "unnamed" for one in people), left=len(left), able=len(able(members)),
        table=_table(ask, people, armbands, by_key, doors), opened=opened, needed=needed,
    )  # fmt: skip


@page("liaisons", at="liaisons/list", sees="care", roles=[LEAD])
def listing(ask: Ask) -> HttpResponse:
    """a list of civil affairs: looked at first, then taken in; what cannot go in comes back with its reason"""
    look, take = ask.form(forms.List), ask.form(LookedAt, name="take")
    sent = next((form for form in (look, take) if form.is_bound and form.is_valid()), None)
    if sent is None:
        return ask.show("liaisons/list.html", title=_(LISTED), look=look)
    content, name = sent.read
    try:
        taken = listed.look(content, name, alone=True)
    except BadInput as error:
        look.add_error(None, error.message)
        return ask.show("liaisons/list.html", title=_(LISTED), look=look)
    if len(taken.new) > MOST:
        look.add_error(None, _("More than %(n)d people: such a list goes in by the command.") % {"n": MOST})
    elif sent is take and (done := ask.take(take, lambda: listed.facts(taken.new, take.fact_id, ask.now), to=DESK)):
        with door.ledger() as ledger:
            listed.keep(ledger, taken.new, take.fact_id)
        return done
    doors = addresses.of(one.household for one in (*taken.new, *taken.known))
    told = [
        (one.n, addresses.called(one.household, doors), worded.choice("liaison.needed", "who", one.who))
        for one in taken.new
    ]
    back = [(n, chinese(why) if spoken.reader() == "zh" else why) for n, _row, why in taken.refused]
    return ask.show(
        "liaisons/list.html", title=_(LISTED), look=look, taken=taken, called=name, new=told, refused=back,
        take=LookedAt.of(content, name, "take") if taken.new and not look.errors else None,
    )  # fmt: skip


@page("calls", at="calls/", link=("community", CALLS), sees="households", roles=CALLING)
def calls(ask: Ask) -> HttpResponse:
    """the doors that are rung and visited: whose each is today, what is due, and the telephone of one's own; nothing of
    how they are"""
    covers = union([ask.holder.roles[role] for role in CALLING if role in ask.holder.roles])
    found = queries.calls(covers, ask.now)
    keys = [one["key"] for one in found]
    with door.ledger() as ledger:  # whoever calls sees no team, and has to know whose each door is
        today, held = numbers.ringing(ledger, keys, ask.now), numbers.kept(ledger, keys)
        team, mine = numbers.mates(ledger, covers), numbers.worn(ledger, ask.holder.by, ask.now)
        armbands = queries.armbands(ledger, {one for one in (mine, *today.values()) if one})
    wear = ask.form(forms.Worn, "worn", team=[(key, _("No. %(n)s") % {"n": n}) for key, n in team.items()])
    if done := ask.do(wear, lambda: _wears(ask, wear, team)):
        return done
    owes = showing.owing(ask.holder, "call", keys, ask.now)
    for key, one in zip(keys, found, strict=True):
        one["rings"], one["held"] = today.get(key), key in held
        one["opens"] = one["held"] and key in owes and numbers.opens(ask.holder, mine, one["rings"])
    opened = _telephone(ask, found)
    if isinstance(opened, HttpResponse):
        return opened
    doors = addresses.of(one["household"] for one in found)
    own = [one for one in found if mine and one["rings"] == mine]
    others = [one for one in found if one not in own]
    answer = ask.show(
        "liaisons/calls.html", title=_(CALLS), n=len(found), number=armbands.get(mine or "") or "", wear=wear,
        own=_calls(_("Yours"), own, armbands, doors), others=_calls(_("Doors"), others, armbands, doors),
        left=len(others), opened=opened,
    )  # fmt: skip
    if opened:
        answer["Cache-Control"] = "no-store"
    return answer


def _wears(ask: Ask, form: forms.Worn, team: Mapping[str, int]) -> str:
    key = form.cleaned_data["teammate"]
    with door.ledger() as ledger:
        numbers.wear(ledger, ask.holder.by or 0, key, ask.now)
    return _("You wear No. %(n)s today.") % {"n": team[key]}


def _telephone(ask: Ask, found: Sequence[dict[str, Any]]) -> str | HttpResponse | None:
    """A form for each number that the reader may open now. Where one was sent: the number stands in its row, and its
    purpose is what they owe."""
    purpose = None
    for one in found:
        if not one["opens"]:
            continue
        one["open"] = form = ask.form(Confirm, f"number/{one['key']}")
        if form.is_bound:
            ask_again(ask.request)
            told, purpose = showing.opened(ask.holder, one, "call", ask.now)
            one["number"] = told.get("telephone", "")
    for one in found:
        if "open" in one and "number" not in one:
            one["drawn"] = drawn(ask.request, one["open"], _("Show the number"), quiet=True)
    return purpose


@page("liaisons", at="liaisons/paper", sees="care", roles=[LEAD], answers=("GET",))
def paper(ask: Ask) -> HttpResponse:
    """the call list on paper, a sheet for each number: doors, room for a name, a telephone and a tick for each day"""
    place, places = ask.desk(LEAD)
    with door.ledger() as ledger:
        telephone = local_telephones(ledger, [place]).get(place, "")
    armbands = queries.numbers(workforce.team(place))
    people = [one for one in queries.people(place) if one["state"] == "named"]
    doors = addresses.of(one["household"] for one in people)
    sheets = [
        (n, [addresses.called(one["household"], doors) for one in people if one["asks"] == key])
        for key, n in sorted(armbands.items(), key=lambda pair: pair[1])
        if any(one["asks"] == key for one in people)
    ]
    return ask.show(
        "liaisons/paper.html", title=_(CALLS), place=place, names=names(places), sheets=sheets, telephone=telephone,
        number=SHEET, day=ask.now,
    )  # fmt: skip


def _changes(one: Proposal, people: Sequence[Mapping[str, Any]]) -> bool:
    """Is it another than the one that holds?"""
    held = next(row for row in people if row["key"] == one.liaison)
    return (held["asks"], held["deputy"]) != (one.teammate, one.deputy)


def _digest(proposals: Sequence[Proposal]) -> str:
    told = "\n".join(f"{one.liaison} {one.teammate} {one.deputy}" for one in proposals)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _opened(ask: Ask, people: Sequence[dict[str, Any]], members: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The line that was opened, with its forms: another contact, or no longer needed."""
    team = [(one["key"], _("No. %(n)s") % {"n": one["armband"]}) for one in able(members)]
    found = []
    for one in people:
        if not any(ask.opens(f"{act}/{one['key']}") for act in ("name", "end", "number")):
            continue
        about = f"liaison/{one['key']}"
        name = ask.form(forms.Name, f"name/{one['key']}", about=about, team=team)
        end = ask.form(forms.Ended, f"end/{one['key']}", about=about)
        number = ask.form(forms.Number, f"number/{one['key']}")
        ask.later(partial(_said, ask, name, one))
        ask.later(partial(_ended, ask, end, one))
        ask.later(partial(ask.do, number, partial(_number, number, one)))
        found.append({**one, "name_form": name, "end_form": end, "number_form": number})
    return found


def _said(ask: Ask, form: Any, one: Mapping[str, Any]) -> HttpResponse | None:
    return ask.take(form, lambda: [form.said(ask.now, one["place"], liaison=one["key"])])


def _ended(ask: Ask, form: Any, one: Mapping[str, Any]) -> HttpResponse | None:
    """Nobody rings them any more: the number goes with it."""
    done = _said(ask, form, one)
    if done:
        with door.ledger() as ledger:
            numbers.forget(ledger, one["key"])
    return done


def _needed(ask: Ask, form: forms.Needed, place: int) -> HttpResponse | None:
    """That somebody needs a contact and, sealed, the number on which they agreed to be rung."""
    done = ask.take(form, lambda: [form.said(ask.now, place, home=form.lies)], about=form.called)
    if done and (number := form.cleaned_data["telephone"]):
        with door.ledger() as ledger:
            numbers.keep(ledger, str(form.fact_id), number, form.lies)
    return done


def _number(form: forms.Number, one: Mapping[str, Any]) -> str:
    """The number is sealed in place of what was there; none given, what was there is erased."""
    with door.ledger() as ledger:
        if number := form.cleaned_data["telephone"]:
            numbers.keep(ledger, one["key"], number, one["place"])
            return _("The telephone is sealed; whoever rings that day opens it.")
        numbers.forget(ledger, one["key"])
        return _("No telephone is kept any more: the desk rings.")


def at_door(ask: Ask, household: int, place: int) -> list[forms.Number]:
    """By telephone: for each who has or needs a contact behind a door, the number on which that one may ring."""
    people = [one for one in queries.people(place) if one["household"] == household]
    found = []
    for one in people:
        found.append(form := ask.form(forms.Number, f"number/{one['key']}"))
        ask.later(partial(ask.do, form, partial(_number, form, one)))
    return found


def _table(ask: Ask, people: Sequence[dict[str, Any]], armbands: Mapping[str, int],
           members: Mapping[str, Any], doors: Mapping[int, Door]) -> Table:  # fmt: skip
    def who(one: dict[str, Any], key: str | None) -> str:
        return _("No. %(n)s") % {"n": armbands[key]} if key and key in armbands else ""

    def today(one: dict[str, Any]) -> str:
        if one["state"] == "refused":
            return _("nobody: they want no calls")
        if queries.nobody_here(one, members, ask.now):
            return _("nobody: contact and deputy are away, name somebody")
        stands = queries.stand_in(one, members, ask.now)
        told = who(one, stands)
        return _("%(who)s, the contact is not here today") % {"who": told} if stands != one["asks"] else told

    return Table(
        _("People with a named contact"),
        [
            Column("door", gettext_noop("Door"), lambda one: addresses.called(one["household"], doors)),
            Column("who", worded.name("liaison.needed", "who"),
                   lambda one: worded.choice("liaison.needed", "who", one["who"])),
            Column("state", gettext_noop("State"), lambda one: states.said("liaison", one["state"])),
            Column("contact", worded.name("liaison.named", "teammate"), lambda one: who(one, one["contact"])),
            Column("deputy", worded.name("liaison.named", "deputy"), lambda one: who(one, one["deputy"])),
            Column("today", gettext_noop("Rings today"), today),
        ],
        people,
        empty=_("Nobody needs a named contact yet. Who is left alone by an admission comes here by itself."),
        href=lambda one: f"?open=name/{one['key']}#opened",
        mark=lambda one: "now" if one["state"] == "unnamed" else "",
    )  # fmt: skip


def _calls(caption: str, found: Sequence[dict[str, Any]], armbands: Mapping[str, int],
           doors: Mapping[int, Door]) -> Table:  # fmt: skip
    def telephone(one: dict[str, Any]) -> Any:
        if "number" in one:
            return ring(one["number"]) if one["number"] else numbers.no_number()
        return one.get("drawn") or ("" if one["held"] else numbers.no_number())

    return Table(
        caption,
        [
            Column("number", worded.name("teammate.joined", "armband"), lambda one: armbands.get(one["rings"], ""),
                   sort="number"),
            Column("door", gettext_noop("Door"), lambda one: addresses.called(one["household"], doors)),
            Column("telephone", gettext_noop("Telephone"), telephone),
            Column("due", gettext_noop("What is due"), lambda one: words_of(one["what"]) if one["what"] else ""),
            Column("by", gettext_noop("By"), lambda one: minute(one["due"]) if one["due"] else "", sort="moment"),
            Column("last", gettext_noop("Spoke with them last"),
                   lambda one: stamp(one["reached_at"]) if one["reached_at"] else "", sort="moment"),
        ],
        found,
        empty=_("Nobody is to be rung."),
    )  # fmt: skip
