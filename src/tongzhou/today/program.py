"""Today for programs: the same lines and the same acts as on the page, and several acts in one request.

To read the list is not to open a line: a bell that rings goes on ringing until somebody looks or acts.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tongzhou.api import asked, say
from tongzhou.api.facts import UNREADABLE, check_csrf
from tongzhou.api.lists import answer
from tongzhou.api.owed import ActTold, FieldTold, LineTold, Press, Pressed, PressedTold, Presses, RoundTold, TodayTold
from tongzhou.command.rounds import rounds
from tongzhou.ledger.owed import table_on
from tongzhou.ledger.ranges import contains
from tongzhou.ledger.time import local_day
from tongzhou.pages.acts import Given, codes
from tongzhou.pages.fields import Several, Tenths, Whole
from tongzhou.people.roles import CARRYING
from tongzhou.people.scope import Holder
from tongzhou.problems import Malformed, NotFound, NotSignedIn, NotYours, Problem, Stale
from tongzhou.today import mine, press, rows
from tongzhou.waiting.queries import rows_of

_decode = msgspec.json.Decoder(Presses).decode


# a session's request must carry the token too: checked below; a device's bearer token cannot be forged by a page
@csrf_exempt
@require_http_methods(["GET", "POST"])
def today(request: HttpRequest) -> HttpResponse:
    """What the asker owes now with the acts offered; the POST presses acts, each in a transaction of its own."""
    holder: Holder = request.holder  # type: ignore[attr-defined]
    if holder.by is None:
        raise NotSignedIn()
    if not holder.roles:
        raise NotFound()
    if request.method == "GET":
        return answer(_told(holder, say.now(), asked.number(request.GET.get("from", "")) or 0))
    if not request.headers.get("Authorization", "").startswith("Bearer "):
        check_csrf(request)
    try:
        given = _decode(request.body)
    except UNREADABLE as error:
        raise Malformed(str(error), "acts") from None
    return answer(PressedTold([_press(request, holder, one) for one in given.acts]))


def _told(holder: Holder, now: dt.datetime, skip: int) -> TodayTold:
    found = mine.owed(holder, now, most=table_on(local_day(now)).at_once, skip=skip)
    held = rows_of({line.subject for line in found.lines})
    read = rows.read(found.lines, holder, now, held)
    lines: list[LineTold] = []
    alike: dict[int, list[BoundField]] = {}
    fields: dict[int, list[FieldTold]] = {}
    for line in found.lines:
        one = read.get(line.name)
        plain = _row(holder, line, held[line.subject], one) if one else None
        offered = [_act(each, fields) for each in rows.offers(line, one, alike=alike)]
        lines.append(LineTold(line.subject, line.what, line.at, line.step, line.role, line.place, line.since, line.due,
                              line.urgency, line.clock, plain, offered))  # fmt: skip
    turns = rounds(holder, now) if not skip else []
    told = [RoundTold(one.what, one.place, one.n, one.of, one.due, list(one.doors), one.desk) for one in turns]
    return TodayTold(now, found.n, found.late, lines, told)


def _row(holder: Holder, line: mine.Line, held: dict[str, Any], read: dict[str, Any]) -> dict[str, Any]:
    """The row of a line. Whoever sees it for the trip alone is told the trip, as on the page, and nothing of the
    illness."""
    flat = rows.with_contradiction(line, rows.flat(held))
    if line.noun != "request" or not CARRYING & holder.roles.keys():
        return flat
    if contains(holder.beside_carrying().scopes["beds"], flat["place"]):
        return flat
    told = [strip_tags(one) for one in read.get("told", ())]
    return {name: flat[name] for name in ("key", "place", "subject", "trip")} | {"told": told}


def _act(offered: rows.Offered, kept: dict[int, list[FieldTold]]) -> ActTold:
    """`kept`: the fields of acts that ask the same on every line."""
    told = kept.get(id(offered.act))
    if told is None:
        told = [FieldTold(one.name, _sort(one), one.field.required, codes(one) or []) for one in offered.fields]
        if offered.act.with_ is None:
            kept[id(offered.act)] = told
    carried = [FieldTold(name, "choice", True, [value]) for name, value in offered.carries.items()]
    return ActTold(offered.act.name, [*told, *carried], offered.act.grave, offered.href, offered.to)


def _sort(one: BoundField) -> str:
    if codes(one) is not None:
        return "several" if isinstance(one.field, Several) else "choice"
    return "number" if isinstance(one.field, Whole | Tenths) else "text"


def _press(request: HttpRequest, holder: Holder, one: Press) -> Pressed:
    now, (noun, _slash, key) = say.now(), one.subject.partition("/")
    line = mine.one(holder, now, noun, key, one.what, one.at)
    if line is None:
        return Pressed(gone=True)
    try:
        row = press.seen_row(line, one.act, holder, now)
        _all_asked(one, line, row)
        given = Given(_form(one), row, line.at, now, holder)
        receipt = say.say(request, press.said(given, line)[1])
    except Problem as problem:
        if isinstance(problem, Stale | NotYours) and mine.one(holder, now, noun, key, one.what, one.at) is None:
            return Pressed(gone=True)
        return Pressed(refused=problem.as_dict())
    return Pressed(done=True, waiting=bool(receipt.waiting))


def _all_asked(one: Press, line: mine.Line, row: dict[str, Any]) -> None:
    """Nothing that a program sends is passed over in silence. Raises Malformed naming a field that the act has not."""
    act = next((each for each in rows.offered_to(line) if each.name == one.act), None)
    if act is None:
        return  # an act of every line, or none that is offered: said by whoever says it
    known = {field.name for field in act.fields(act.made(row, ""))} | set(act.carries(row) if act.carries else ())
    if foreign := sorted(set(one.form) - known):
        raise Malformed(_("this act has no field of this name"), foreign[0])


def _form(one: Press) -> QueryDict:
    form = QueryDict(mutable=True)
    for name, value in one.form.items():
        form.setlist(name, value if isinstance(value, list) else [value])
    form["act"], form["id"] = one.act, one.id
    return form
