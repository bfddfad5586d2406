"""What is missing: at one community, or in numbers at each unit below a street, a county or a prefecture."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.api import asked
from tongzhou.cases.queries import place_names
from tongzhou.coverage import lists, queries, which, whole
from tongzhou.coverage.forms import TakesOn
from tongzhou.coverage.missing import alone_at
from tongzhou.ledger import door
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.ranges import contains
from tongzhou.pages.ask import Ask, page
from tongzhou.people.desks import local_telephones
from tongzhou.problems import NotFound
from tongzhou.sites.drafts import Draft

CALLED = gettext_noop("Coverage")
DESK = ("community_lead", "duty_officer", "commander")
SHEET = "GZ-02"  # the form number of the paper twin


@page("coverage", at="coverage/", link=("community", CALLED), sees="counts", roles=DESK)
def coverage(ask: Ask) -> HttpResponse:
    """what is missing at a community, who sees to it and by when; above it in numbers"""
    place, own = ask.desk(*DESK, below=True)
    known = asked.known_at(ask.request)
    moment = known or ask.now
    if queries.level(place) == "community":
        return _community(ask, place, own, moment, known)
    lies = dict(queries.below(place))
    units = queries.coverage(sorted(lies), moment, known)
    told = lists.board(units, lies, moment)
    asks = _asks(told, moment)
    teams = queries.teams(sorted(lies), moment, known)
    names = place_names(sorted({place, *lies, *lies.values()}))
    return ask.show(
        "coverage/below.html",
        title=_(CALLED), place=place, places=own, names=names, board=told, moment=moment, known=known,
        heard=sum(not unit.word.silent for unit in units), units=units, asks=asks, teams=_all(teams),
        by_unit=teams, deep=queries.level(place) in ("prefecture", "province"),
    )  # fmt: skip


@page("coverage", at="coverage/paper", sees="counts", roles=DESK, answers=("GET",))
def paper(ask: Ask) -> HttpResponse:
    """the same of one community on paper: what is missing, who sees to it, by when, and room for who did it"""
    place, _own = ask.desk(*DESK, below=True)
    unit = next(iter(queries.coverage([place], ask.now)), None)
    if unit is None or queries.level(place) != "community":
        raise NotFound()
    gaps = lists.gaps(unit, queries.all_there_are([place]), ask.now, _inside(ask, place))
    return ask.show(
        "coverage/paper.html",
        title=_(CALLED), place=place, names=place_names([place]), gaps=gaps,
        telephone=_telephones([place]).get(place, ""), number=SHEET, day=ask.now, empty=range(6),
    )  # fmt: skip


def _community(ask: Ask, place: int, own: list[int], moment: dt.datetime, known: dt.datetime | None) -> HttpResponse:
    unit = next(iter(queries.coverage([place], moment, known)), None)
    if unit is None:
        raise NotFound()
    inside = _inside(ask, place) and known is None
    alone: list[Draft] = alone_at(place, moment) if inside else []
    takes = ask.form(TakesOn, "takes", alone=alone, now=ask.now) if alone else None
    if takes:
        done = ask.take(takes, lambda: [_said(takes, ask, alone)])
        if done:
            return done
    there = queries.all_there_are([place])
    gaps = lists.gaps(unit, there, moment, inside)
    names = place_names(sorted({place, *own, *(gap.next.place for gap in gaps if gap.next and gap.next.place)}))
    return ask.show(
        "coverage/community.html",
        title=_(CALLED), place=place, places=own, names=names, unit=unit, gaps=gaps, wholes=lists.wholes(unit, there),
        five=whole.five(unit, moment), six=[] if known else whole.six(place, moment), moment=moment, known=known,
        takes=takes, alone=alone, since=queries.last_words([place], moment).get(place),
        team=queries.teams([place], moment, known).get(place, queries.Team()), inside=inside,
    )  # fmt: skip


def _said(form: TakesOn, ask: Ask, alone: list[Draft]) -> Said:
    """At the place where the compound stands."""
    stands = {one.key: one.place for one in alone}
    return form.said(ask.now, stands[form.cleaned_data["compound"]])


def _inside(ask: Ask, place: int) -> bool:
    """May the reader see the doors of this community?"""
    return ask.holder.sees("households") and contains(ask.holder.scopes["households"], place)


def _telephones(places: list[int]) -> dict[int, str]:
    if not places:
        return {}
    with door.ledger() as ledger:
        return local_telephones(ledger, places)


def _asks(told: lists.Board, moment: dt.datetime) -> list[dict[str, Any]]:
    """What has to be asked about, each with the telephone of who owes it: what is late, and units from which nothing
    was heard."""
    found: list[dict[str, Any]] = []
    for line in told.lines:
        unit = line.unit
        if unit.word.silent and unit.word.listed:
            found.append({"place": unit.place, "since": line.since, "silent": True, "owes": ""})
        for entry, one in unit.gaps:
            if one.late:
                role = entry.role(moment)
                found.append({"place": unit.place, "said": entry.said(one.n), "late": one.late, "due": one.due,
                              "n": one.n, "owes": "" if role in lists.THERE else role})  # fmt: skip
    own = _telephones([one["place"] for one in found if not one["owes"]])
    theirs = which.rings((one["place"], one["owes"]) for one in found if one["owes"])
    return [
        one | {"ring": theirs.get((one["place"], one["owes"]), "") if one["owes"] else own.get(one["place"], "")}
        for one in found
    ]


def _all(teams: dict[int, queries.Team]) -> queries.Team:
    """The teams of all units together."""
    fit: dict[str, int] = {}
    for team in teams.values():
        for code, n in team.fit.items():
            fit[code] = fit.get(code, 0) + n
    found = teams.values()
    return queries.Team(sum(t.busy for t in found), sum(t.here for t in found), sum(t.idle for t in found), fit)
