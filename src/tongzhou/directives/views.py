"""Three pages of a desk: directives, requests, handover."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from tongzhou.api import asked
from tongzhou.directives import cards, desk, forms, lists, owes, queries, rhythm
from tongzhou.directives.kinds import DESK
from tongzhou.directives.templatetags.directives import located
from tongzhou.ledger import door
from tongzhou.ledger.time import zone
from tongzhou.pages.ask import Ask, page
from tongzhou.people.desks import local_telephones
from tongzhou.problems import NotFound

Row = dict[str, Any]
SHIFT = 12  # hours ahead that a handover tells of


def _desk(ask: Ask, own: list[int]) -> int:
    """The desk whose page it is: the first of one's own where none is named."""
    named = ask.given("desk")
    found = asked.number(named) if named else next(iter(own), None)
    if found is None or found not in own:
        raise NotFound()
    return found


@page("directives", roles=DESK)
def directives(ask: Ask) -> HttpResponse:
    """What came from above, what went down, and who has not answered, with a telephone number."""
    own = queries.desks(ask.holder)
    place, found = _desk(ask, own), queries.directives(ask.now)
    over = queries.ended(own, ask.now, asked.behind(ask.given("after")))
    ours = [one for one in found if one["place"] in own]
    open_lines = _to_answer(found, {*own, *queries.stood_in_for(own, ask.now)})
    shown = [*(one for one, _line in open_lines), *ours, *over.rows]
    places = {p for one in shown for p in (one["place"], *one["to"], *queries.broken_down(one["lines"]))} | set(own)
    names = queries.names(sorted(places))
    pages = cards.Desk(ask, own, names, queries.telephones(places))
    for_us = [pages.to_answer(one, line) for one, line in open_lines]
    given = [pages.given(one) for one in [*ours, *over.rows]]
    below = queries.below(place)
    issue = ask.form(forms.Issue, "issue", places=below, now=ask.now) if below else None
    done = ask.taken()
    if issue and not done:
        done = ask.take(issue, lambda: [issue.said(ask.now, place)], about=cards.short(issue.data.get("text", "")))
    return done or ask.show(
        "directives/directives.html", for_us=for_us, given=given, over=over, issue=issue, desk=place, names=names
    )


def _to_answer(found: list[Row], desks: set[int]) -> list[tuple[Row, Row]]:
    """What these desks still have to answer, each with the line of the desk."""
    return [(one, line) for one in found if one["state"] == "open"
            for line in one["lines"] if line["place"] in desks and line["state"] != "done"]  # fmt: skip


@page("requests", roles=DESK)
def requests(ask: Ask) -> HttpResponse:
    """What one asked the desk above, and what those below ask here, each with its clock."""
    own = queries.desks(ask.holder)
    place, found = _desk(ask, own), queries.requests(ask.now)
    answered = queries.answered(ask.now, to=own, after=asked.behind(ask.given("answered"), "answered"))
    ours = queries.answered(ask.now, by=own, after=asked.behind(ask.given("ours"), "ours"))
    waiting = [] if ours.behind else [one for one in found if one["place"] in own]
    to_answer = [one for one in found if one["to"] in own]
    above = queries.desk_above(place)
    shown = [*to_answer, *waiting, *ours.rows, *answered.rows]
    places = {*own, above or 0, *(p for one in shown for p in (one["place"], one["to"], one["owes"]) if p)}
    names, telephones = queries.names(sorted(places)), queries.telephones(places)
    with door.ledger() as ledger:  # a desk above lies in nobody's scope below it, and has to be rung all the same
        telephones |= local_telephones(ledger, {one["owes"] for one in waiting + ours.rows if one["owes"]})
    rows: list[tuple[Row, forms.Grant | None]] = []
    for one in to_answer:
        if not ask.unfolds(one["key"], len(to_answer)):
            rows.append((one, None))
            continue
        form = ask.form(
            forms.Grant, f"answer/{one['key']}", about=f"support/{one['key']}", further=queries.desk_above(one["to"]),
            asked=one["left"], seen=f"{one['state']} {one['left']}",
        )  # fmt: skip
        about = f"{located(names, one['place'])} · {cards.short(one['text'])}"
        if done := ask.take(form, lambda form=form, one=one: form.granted(one, ask.now), about=about):  # type: ignore[misc]
            return done
        rows.append((one, form))
    new = ask.form(forms.Ask, "ask") if above else None
    if new and (
        done := ask.take(
            new, lambda: [new.said(ask.now, place, reporting=above)], about=cards.short(new.data.get("text", ""))
        )
    ):
        return done
    return ask.show(
        "directives/requests.html",
        to_answer=rows,
        answered=lists.answered(answered, names) if answered.rows else None,
        ours=lists.asked([*waiting, *ours.rows], ours, names, telephones),
        new=new,
        desk=place,
        above=above,
        names=names,
        telephones=telephones,
    )


@page("handover", roles=DESK)
def handover(ask: Ask) -> HttpResponse:
    """Shift A to shift B: what the desk owes goes along by itself; B reads it and takes the desk over."""
    place = _desk(ask, queries.desks(ask.holder))
    owed, waits, duty = owes.owes(place, ask.now), owes.awaits(place, ask.now), queries.duty(place)
    names = queries.names([place, *(one.at for one in (*owed.shown, *waits.shown))])
    staff, telephone = dict(queries.colleagues(place, None)), queries.telephones([place]).get(place, "")
    about, where = f"duty/{place}", located(names, place)
    posts = {role for role, at in ask.holder.places if at == place and role in DESK}
    others = [one for one in staff.items() if one[0] != ask.holder.by]
    seen = f"{duty['state']} {duty['handover']}" if duty else "nobody"
    take = give = done = None
    if duty and duty["state"] == "given" and duty["to"] == ask.holder.by:
        take = ask.form(desk.Take, "take", about=about, seen=seen)
        done = ask.take(take, lambda: [take.said(ask.now, place, place=place, handover=duty["handover"])], about=where)
    if others:
        give = ask.form(desk.Give, "give", about=about, seen=seen, colleagues=others)
        along = sorted({one.subject for one in owed.shown})
        done = done or ask.take(give, lambda: [give.said(ask.now, place, place=place, open=along)], about=where)
    phone = ask.form(desk.Number, "number", about=f"desk/{place}", initial={"telephone": telephone})
    done = done or ask.take(phone, lambda: [phone.said(ask.now, place, place=place)], about=where)
    return done or ask.show(
        "directives/handover.html",
        desk=place,
        names=names,
        owed=owed,
        waits=waits,
        awaited=lists.awaited(waits.shown, names, ask.now),
        duty=duty,
        staff=staff,
        telephone=telephone,
        take=take,
        give=give,
        phone=phone,
        coming=rhythm.coming(ask.now, posts, queries.levels([place]), hours=SHIFT),
        number=f"HO-{place}-{ask.now.astimezone(zone()):%y%m%d-%H%M}",
    )
