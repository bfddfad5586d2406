"""Who is here today: the page of the desk at the community's service centre."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.directives.queries import names
from tongzhou.ledger import door, states, worded
from tongzhou.ledger.kinds import Said
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.form import FactForm
from tongzhou.pages.receipts import minute
from tongzhou.pages.table import Column, Table
from tongzhou.people.desks import local_telephones
from tongzhou.workforce import queries
from tongzhou.workforce.forms import Absent, Comes, Duty, Ends, Joins, Nothing, Went
from tongzhou.workforce.shown import duties, fit, sort

CALLED = gettext_noop("Who is here today")
LEAD = "community_lead"
SHEET = "GZ-01"  # the form number of the paper twin


@page("team", at="team/", link=("community", CALLED), sees="team", roles=[LEAD])
def team(ask: Ask) -> HttpResponse:
    """who helps the community today, who has no duty yet, who is to go back when"""
    place, places = ask.desk(LEAD)
    members = queries.team(place)
    comes = ask.form(Comes, "comes", members=members, now=ask.now)
    joins = ask.form(Joins, "joins", members=members)
    here = [_with_forms(ask, one) for one in sorted(members, key=_first) if one["state"] in queries.HERE]
    away = [one for one in members if one["state"] in ("away", "absent")]
    ends = _ends(ask, away)

    told = _("No. %(n)s") % {"n": comes.data.get("armband", "")}
    ask.later(lambda: ask.take(comes, lambda: [comes.said(ask.now, place, teammate=comes.whose["key"])], about=told))
    ask.later(lambda: ask.take(joins, lambda: [joins.said(ask.now, place)]))
    for one in here:
        for form, known in one["forms"]:
            _of_one(ask, form, one, known)
    for one, form, absent in ends:
        _of_one(ask, form, one, {})
        _of_one(ask, absent, one, {})
    if done := ask.taken():
        return done
    stays = queries.today(members, ask.now)
    return ask.show(
        "workforce/team.html",
        title=_(CALLED), place=place, places=places, names=names(places), comes=comes, joins=joins, here=here,
        idle=sum(one["state"] == "here" for one in here), nothing=sum(one["state"] == "idle" for one in here),
        hours=queries.hours(stays, ask.now), today=_today(stays), away=_away(away), ends=ends, members=members,
    )  # fmt: skip


@page("team", at="team/paper", sees="team", roles=[LEAD], answers=("GET",))
def paper(ask: Ask) -> HttpResponse:
    """the same sheet on paper: numbers, hours and duties, and room for the names that are written by hand"""
    place, places = ask.desk(LEAD)
    with door.ledger() as ledger:
        telephone = local_telephones(ledger, [place]).get(place, "")
    members = queries.team(place)
    return ask.show(
        "workforce/paper.html",
        title=_(CALLED), place=place, names=names(places), members=members, telephone=telephone, number=SHEET,
        empty=range(max(4, 24 - len(members))), day=ask.now,
    )  # fmt: skip


def _of_one(ask: Ask, form: FactForm, one: dict[str, Any], known: dict[str, Any]) -> None:
    """What this form says of a member, once all forms of the page stand."""

    def says() -> list[Said]:
        return [form.said(ask.now, one["place"], teammate=one["key"], **known)]

    about = _("No. %(n)s") % {"n": one["armband"]}
    ask.later(lambda: ask.take(form, says, to=f"{ask.request.path}?at={one['place']}", about=about))


def _first(one: dict[str, Any]) -> tuple[bool, int]:
    """Whoever has no duty yet stands first, then by number."""
    return one["state"] != "here", one["armband"]


def _with_forms(ask: Ask, one: dict[str, Any]) -> dict[str, Any]:
    """A member who is here, with the forms of what may be said of them; the duty is drawn when it is wanted."""
    about = f"teammate/{one['key']}"
    duty = None
    if one["state"] == "here" or ask.opens(f"duty-{one['key']}"):
        duty = ask.form(Duty, f"duty-{one['key']}", about=about)
    nothing = ask.form(Nothing, f"nothing-{one['key']}", about=about) if one["state"] == "here" else None
    went = ask.form(Went, f"went-{one['key']}", about=about)
    forms: list[tuple[FactForm, dict[str, Any]]] = [(went, {})]
    forms += [(duty, {})] if duty else []
    forms += [(nothing, {"outcome": "nothing"})] if nothing else []
    return {**one, "duty_form": duty, "nothing": nothing, "went_form": went, "forms": forms}


def _ends(ask: Ask, away: list[dict[str, Any]]) -> list[tuple[dict[str, Any], FactForm, FactForm]]:
    """The forms by which somebody leaves the team or cannot come today, of whoever's line was opened."""
    opened = [one for one in away if ask.opens(f"ends-{one['key']}") or ask.opens(f"absent-{one['key']}")]
    return [(one, ask.form(Ends, f"ends-{one['key']}", about=f"teammate/{one['key']}"),
             ask.form(Absent, f"absent-{one['key']}", about=f"teammate/{one['key']}"))
            for one in opened]  # fmt: skip


def _today(stays: list[dict[str, Any]]) -> Table:
    return Table(
        _("Today so far"),
        [
            Column("armband", worded.name("teammate.joined", "armband"), lambda one: one["armband"], sort="number"),
            Column("sort", worded.name("teammate.joined", "sort"), sort),
            Column("came", gettext_noop("Came"), lambda one: minute(one["came"]), sort="moment"),
            Column("duties", gettext_noop("Duty"), duties),
            Column("went", gettext_noop("Went back"), lambda one: minute(one["went"]) if one["went"] else "",
                   sort="moment"),
        ],
        stays,
        empty=_("Nobody has come yet today. Type the number on the armband above."),
    )  # fmt: skip


def _away(away: list[dict[str, Any]]) -> Table:
    return Table(
        _("In the team, not here"),
        [
            Column("armband", worded.name("teammate.joined", "armband"), lambda one: one["armband"], sort="number"),
            Column("sort", worded.name("teammate.joined", "sort"), sort),
            Column("fit", worded.name("teammate.joined", "fit"), fit),
            Column("state", gettext_noop("State"), lambda one: states.said("teammate", one["state"])),
            Column("until", worded.name("teammate.joined", "until"), lambda one: one["posted_until"] or ""),
        ],
        away,
        empty=_("Everybody of the team is here."),
        href=lambda one: f"?open=ends-{one['key']}#ends",
    )
