"""The page of the duty officer's morning, and the decisions said from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from tongzhou.command import lists
from tongzhou.command import morning as mornings
from tongzhou.command.asking import asked, not_due
from tongzhou.directives import cards, rhythm
from tongzhou.directives import desk as desk_forms
from tongzhou.directives import queries as desks
from tongzhou.directives.forms import named
from tongzhou.directives.kinds import DESK
from tongzhou.directives.lists import Names, Telephones
from tongzhou.directives.templatetags.directives import located, paper
from tongzhou.ledger.time import local_day, stamp, zone
from tongzhou.pages.ask import Ask, page

EVENING = 16  # from this hour on the page is the evening's
SHOWN = 40  # lines of what is late that stand open; the rest unfolds


@page("morning", roles=DESK)
def morning(ask: Ask) -> HttpResponse:
    """Figures and what differs, what is overdue, at most ten decisions. A past morning is shown as its meeting saw it,
    without forms; any other moment of knowledge, if asked."""
    desk = mornings.desk_of(ask.given("desk"), desks.desks(ask.holder))
    day, at = _when(ask, desk)
    named_day = not_due(ask.request, day)
    found = mornings.morning(desk, day, ask.now, at, named_day)
    names = desks.names(sorted({desk} | found.places))
    places = {part.place.id for one in found.findings for part in one.parts}
    held = desks.telephones({*names, *places}) if at is None else {}
    telephones = {place: number for place, number in held.items() if place != desk}  # nobody rings their own desk
    done, decide = None, None
    if at is None:
        done, decide = _decide(ask, desk, found, names)
    return done or ask.show(
        "command/morning.html",
        **_tables(
            found, day, names, telephones, at or ask.now, desk, live=at is None, decides=bool(decide and decide.free)
        ),
        found=found,
        line=found.board.place,
        day=day,
        not_due=named_day,
        at=at,
        previous=day - dt.timedelta(days=1),
        next=day + dt.timedelta(days=1),
        desk=desk,
        names=names,
        telephones=telephones,
        telephone=held.get(desk, ""),
        number=f"MR-{desk}-{day:%y%m%d}",
        decide=decide,
        most=desk_forms.MOST,
        next_meeting=rhythm.next_meeting(ask.now) if at is None else None,
        to_ring=len({one.place for one in found.overdue if one.place != desk}),
        today=sum(not one["earlier"] for one in found.decisions),
        now=at or ask.now,
        evening=at is None and ask.now.astimezone(zone()).hour >= EVENING,
    )


def _when(ask: Ask, desk: int) -> tuple[dt.date, dt.datetime | None]:
    """The day whose figures are shown, and as known when; None for this morning, which is live."""
    day, at = asked(ask.request, desk)
    past = bool(ask.given("day")) and day < local_day(ask.now) - dt.timedelta(days=1)
    return day, mornings.over(day) if at is None and past else at


def _tables(
    found: mornings.Morning, day: dt.date, names: Names, telephones: Telephones, now: dt.datetime, desk: int, *,
    live: bool, decides: bool,
) -> dict[str, Any]:  # fmt: skip
    further = found.overdue[SHOWN:]
    return {
        "by_place": lists.by_place(found.board.below, found.line_list, day),
        "moved": lists.moved_table(found.moved, names, telephones),
        "open": [*(one.verdict for one in found.moved), *(one.verdict for one in found.findings)].count("open"),
        "differs": lists.findings(found.findings, telephones, desk, decides=decides),
        "overdue": lists.overdue(found.overdue[:SHOWN], names, telephones, now, desk, live=live),
        "further": lists.overdue(further, names, telephones, now, desk, live=live) if further else None,
        "more": len(further),
    }


def _decide(
    ask: Ask, desk: int, found: mornings.Morning, names: Names
) -> tuple[HttpResponse | None, desk_forms.Decide]:
    """The forms of the decisions: a new one, and what became of each that is open."""
    day, back = local_day(ask.now).isoformat(), f"/morning/?desk={desk}#decisions"
    held = [one["number"] for one in found.decisions if not one["earlier"]]
    told = found.board.place.published
    figure = f"bulletin/{told.unit}/{told.day}" if told else ""
    commander = "commander" not in ask.holder.roles and desks.held(desk, "commander")
    lines = lists.to_find_out(found.findings)
    named_line = next((one for one in lines if one.value == ask.given("finds")), None)
    chosen = {"finds": named_line.value, "text": _("Find out: %(what)s") % {"what": named_line.words}} if (
        named_line) else {}  # fmt: skip
    decide = ask.form(
        desk_forms.Decide, "decide", about=f"decision/{desk}/{day}/{max(held, default=1)}", now=ask.now, held=held,
        places=named([(desk, *names[desk]), *found.below]), further=found.below,
        commander=commander, figure=figure, already=_signed(found.decisions), lines=lines, initial=chosen,
        seen=" ".join(["taken", *map(str, sorted(held))]),
    )  # fmt: skip
    short = cards.short(decide.data.get("text", ""))
    done = ask.take(decide, lambda: [decide.decided(desk)], to=back, about=short)
    for one in found.decisions:
        one["ours"] = one["at"] == desk and one["owner"] in DESK
        if one["state"] == "open":
            done = done or _settle(ask, one, back, located(names, one["at"]))
    return done, decide


def _signed(decisions: Sequence[dict[str, Any]]) -> dict[str, str]:
    """What was decided, by its words: its number as a paper, and when."""
    return {one["text"]: f"{paper(one) or one['number']}, {stamp(one['taken_at'])}" for one in decisions}


def _settle(ask: Ask, one: dict[str, Any], back: str, where: str) -> HttpResponse | None:
    one["form"] = form = ask.form(desk_forms.Settle, f"settle/{one['key']}", about=f"decision/{one['key']}")
    about = f"{where} · {cards.short(one['text'])}"
    return ask.take(form, lambda: [form.settled(one["key"], one["place"], ask.now)], to=back, about=about)
