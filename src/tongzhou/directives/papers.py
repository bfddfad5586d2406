"""A decision as a paper: its number, who signed for whom, copies, telephone notices; and what can be done about it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from tongzhou.directives import cards, desk, forms, lists, queries
from tongzhou.directives.kinds import DESK, OWNERS
from tongzhou.directives.templatetags.directives import located
from tongzhou.ledger.time import zone
from tongzhou.pages.ask import Ask, page
from tongzhou.people import duties
from tongzhou.people.scope import names_of_staff

Row = dict[str, Any]


@page("morning", roles=[*DESK, *OWNERS])
def decision(ask: Ask, place: int, day: str, number: int) -> HttpResponse:
    """A decision to read, print and tell by telephone; its owner and the desk that took it settle it or send it on."""
    one = queries.decision(place, day, number, ask.now)
    own = queries.desks(ask.holder)
    told_to = _told_to(one)
    names = queries.names(sorted({place, one["at"], *one["copies"], *(told["to"] for told in one["told"]), *told_to}))
    numbers = queries.telephones({place, *told_to})
    context: Row = {}
    done = _acts(ask, one, own, names, told_to, context)
    return done or ask.show(
        "directives/decision.html",
        one=one,
        names=names,
        staff=names_of_staff({one["by"], *(told["by"] for told in one["told"])} - {None}),
        post=duties.post(post) if (post := queries.post_of(one["by"], place, one["taken_at"])) else "",
        notices=lists.notices(one["told"], names),
        telephones=numbers if place in own else {},
        telephone=numbers.get(place, ""),
        owner_telephone=numbers.get(one["at"], ""),
        told_to=told_to,
        number=f"JD-{place}-{day.replace('-', '')[2:]}-{number}",
        handle=one["taken_at"].astimezone(zone()).strftime("%Y-%m-%d %H:%M"),
        **context,
    )


def _told_to(one: Row) -> list[int]:
    """The desks that are rung about it: its owner's, and those with a copy."""
    return [place for place in dict.fromkeys([one["at"], *one["copies"]]) if place != one["place"]]


def _acts(
    ask: Ask, one: Row, own: list[int], names: lists.Names, told_to: list[int], context: Row
) -> HttpResponse | None:
    """The forms of whoever may do something about it, put into the context."""
    about, seen = f"decision/{one['key']}", f"{one['state']} {len(one['told'])}"
    where = f"{located(names, one['at'])} · {cards.short(one['text'])}"
    ours = one["place"] in own
    at = one["place"] if ours else one["at"]
    carries = ours or one["at"] in own or one["owner"] in {role for role, _place in ask.holder.places}
    done = None
    if ours and told_to:
        choices = [(str(place), located(names, place)) for place in told_to]
        told = context["told"] = ask.form(desk.Told, "told", about=about, places=choices)
        day, number = one["day"], one["number"]
        done = ask.take(
            told, lambda: [told.said(ask.now, one["place"], place=one["place"], day=day, number=number)], about=where
        )
    if one["state"] == "open" and carries:
        settle = context["settle"] = ask.form(desk.Settle, "settle", about=about, seen=seen)
        done = done or ask.take(settle, lambda: [settle.settled(one["key"], at, ask.now)], about=where)
    if one["state"] == "open" and at in own and (places := _below(one, at)):
        direct = context["direct"] = ask.form(
            forms.Direct, "direct", about=about, seen=seen, places=places, now=ask.now,
            initial=_presumed(one, places),
        )  # fmt: skip
        done = done or ask.take(direct, lambda: [direct.directed(one, at)], about=where)
    return done


# What a decision is about by the post that carries it out; to be changed before it is sent.
ABOUT = {"dispatcher": "beds", "supply_officer": "supply", "epidemiologist": "investigation",
         "publisher": "information", "law_desk": "law"}  # fmt: skip


def _presumed(one: Row, places: forms.Places) -> dict[str, Any]:
    to = {"to": [one["at"]]} if one["at"] in {place for place, _zh, _en in places} else {}
    return to | {"what": ABOUT.get(one["owner"], ""), "evidence": "answer"}


def _below(one: Row, at: int) -> forms.Places:
    """Where it can be sent down: right below the desk that speaks; to the owner's desk alone where that lies there."""
    below = queries.below(at)
    owner = [place for place in below if place[0] == one["at"]]
    return owner or below
