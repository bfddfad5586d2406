"""The page of the duty officer's morning, and the decisions said from it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse

from tongzhou.command import lists
from tongzhou.command import morning as mornings
from tongzhou.command.views import asked
from tongzhou.directives import cards
from tongzhou.directives import desk as desk_forms
from tongzhou.directives import queries as desks
from tongzhou.directives.forms import named
from tongzhou.directives.kinds import DESK
from tongzhou.directives.lists import Names
from tongzhou.directives.templatetags.directives import located
from tongzhou.ledger.time import local_day
from tongzhou.pages.ask import Ask, page

SHOWN = 40  # lines of what is late that stand open; the rest unfolds


@page("morning", roles=DESK)
def morning(ask: Ask) -> HttpResponse:
    """Figures and what differs, what is overdue, at most ten decisions. All of it as known at a moment, if asked."""
    desk, now = mornings.desk_of(ask.given("desk"), desks.desks(ask.holder)), ask.now
    day, at = asked(ask.request)
    found = mornings.morning(desk, day, now, at)
    below = desks.below(desk)
    names = desks.names(sorted(_places(desk, found)))
    telephones = desks.telephones({*names, *(one.place.id for one in found.differences)})
    done, decide = None, None
    if at is None:
        done, decide = _decide(ask, desk, found, [(desk, *names[desk]), *below], names)
    return done or ask.show(
        "command/morning.html",
        found=found,
        by_place=lists.by_place(found.board.below, found.line_list, day),
        differs=lists.differences(found.differences, telephones),
        overdue=lists.overdue(found.overdue[:SHOWN], names),
        further=lists.overdue(found.overdue[SHOWN:], names) if found.overdue[SHOWN:] else None,
        more=len(found.overdue[SHOWN:]),
        line=found.board.place,
        day=day,
        at=at,
        previous=day - dt.timedelta(days=1),
        next=day + dt.timedelta(days=1),
        desk=desk,
        names=names,
        telephones=telephones,
        telephone=telephones.get(desk, ""),
        number=f"MR-{desk}-{day:%y%m%d}",
        decide=decide,
        most=desk_forms.MOST,
        today=sum(not one["earlier"] for one in found.decisions),
        now=at or now,
    )


def _places(desk: int, found: mornings.Morning) -> set[int]:
    """Every place that the page names."""
    places = {desk, *(one.place for one in found.overdue), *(one["at"] for one in found.decisions)}
    return (
        places
        | {one.next.place for one in found.overdue if one.next and one.next.place}
        | {one.of for one in found.requests if one.of}
    )


def _decide(
    ask: Ask, desk: int, found: mornings.Morning, places: list[tuple[int, str, str]], names: Names
) -> tuple[HttpResponse | None, desk_forms.Decide]:
    """The forms of the decisions: a new one, and what became of each that is open."""
    day, back = local_day(ask.now).isoformat(), f"/morning/?desk={desk}#decisions"
    held = [one["number"] for one in found.decisions if not one["earlier"]]
    told = found.board.place.published
    decide = ask.form(
        desk_forms.Decide, "decide", about=f"decision/{desk}/{day}/{max(held, default=1)}", now=ask.now, held=held,
        places=named(places), figure=f"bulletin/{told.unit}/{told.day}" if told else "",
        seen=" ".join(["taken", *map(str, sorted(held))]),
    )  # fmt: skip
    short = cards.short(decide.data.get("text", ""))
    done = ask.take(decide, lambda: [decide.decided(desk)], to=back, about=short)
    for one in found.decisions:
        if one["state"] == "open":
            done = done or _settle(ask, one, back, located(names, one["at"]))
    return done, decide


def _settle(ask: Ask, one: dict[str, Any], back: str, where: str) -> HttpResponse | None:
    one["form"] = form = ask.form(desk_forms.Settle, f"settle/{one['key']}", about=f"decision/{one['key']}")
    about = f"{where} · {cards.short(one['text'])}"
    return ask.take(form, lambda: [form.settled(one["key"], one["place"], ask.now)], to=back, about=about)
