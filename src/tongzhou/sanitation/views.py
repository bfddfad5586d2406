"""Sanitation at a community: homes after a case with their hour of reopening, waste by weight, the clean-up, the text
of the day."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from tongzhou.ledger import door, worded
from tongzhou.ledger.time import local_day, stamp
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.table import Column, Table
from tongzhou.people.desks import local_telephones
from tongzhou.places.queries import covers_of, names
from tongzhou.sanitation import announce, queries, rule
from tongzhou.sanitation.forms import Called, Collected, Done, NotDone, ReadOut, Told
from tongzhou.sanitation.shown import closed, door_of, kilograms, what_differs
from tongzhou.sites.queries import choices
from tongzhou.sites.templatetags.sites import telephone

CALLED = gettext_noop("Sanitation")
LEAD = "community_lead"
SHEET = "GZ-03"  # the form number of the paper twin


@page("sanitation", at="sanitation/", link=("community", CALLED), sees="care", roles=[LEAD])
def sanitation(ask: Ask) -> HttpResponse:
    """what is to be disinfected and when it opens again, waste by weight with its manifest, the clean-up"""
    place, own = ask.desk(LEAD)
    covers = covers_of(place)
    waiting = [_with_forms(ask, one) for one in queries.to_disinfect(covers)]
    collect = ask.form(Collected, "collect", lorries=_lorries(ask))
    called = ask.form(Called, "call")
    cleanups = [(one, ask.form(Told, f"told/{one['key']}", about=f"cleanup/{one['key']}"))
                for one in queries.cleanups(covers)]  # fmt: skip
    county = queries.county(place)
    ask.later(lambda: ask.take(collect, lambda: [collect.said(ask.now, place, reporting=county)]))
    ask.later(lambda: ask.take(called, lambda: [called.said(ask.now, place)]))
    for one, told in cleanups:
        _take(ask, told, one, "cleanup", "done")
    for one in waiting:
        _take(ask, one["done"], one, "disinfection", "done")
        _take(ask, one["not_done"], one, "disinfection", "not_done")
    if done := ask.taken():
        return done
    return ask.show(
        "sanitation/page.html",
        title=_(CALLED), place=place, places=own, names=names([*own]), waiting=waiting, collect=collect,
        called=called, cleanups=cleanups, done=_done(queries.disinfected(covers, ask.now), ask),
        manifests=_manifests(queries.manifests(covers, ask.now)), rule=rule.in_force(local_day(ask.now)),
        read=queries.read_today(place, ask.now),
    )  # fmt: skip


@page("sanitation", at="sanitation/loudspeaker", sees="counts", roles=[LEAD])
def loudspeaker(ask: Ask) -> HttpResponse:
    """the text of the day, large, to be read aloud or posted; and that it was"""
    place, _own = ask.desk(LEAD)
    works = {work for one in queries.cleanups(covers_of(place)) if one["day"] == str(local_day(ask.now))
             for work in one["works"]}  # fmt: skip
    with door.ledger() as ledger:
        number = local_telephones(ledger, [place]).get(place, "")
    text = announce.text(works, telephone(number), announce.measures(place, ask.now))
    form = ask.form(ReadOut)
    done = ask.take(form, lambda: [form.said(ask.now, place, place=place, day=str(local_day(ask.now)))])
    return done or ask.show(
        "sanitation/loudspeaker.html",
        title=_("Text of the day"), place=place, names=names([place]), text=text, form=form,
        read=queries.read_today(place, ask.now), by=announce.by(local_day(ask.now)),
    )  # fmt: skip


@page("sanitation", at="sanitation/paper", sees="care", roles=[LEAD], answers=("GET",))
def paper(ask: Ask) -> HttpResponse:
    """the same on paper: homes to disinfect with room for agent, hour and reopening; bags and weights of waste"""
    place, _own = ask.desk(LEAD)
    with door.ledger() as ledger:
        telephone = local_telephones(ledger, [place]).get(place, "")
    waiting = [one | {"door": door_of(one)} for one in queries.to_disinfect(covers_of(place))]
    held = rule.in_force(local_day(ask.now))
    agents = [(worded.choice("disinfection.done", "agent", agent), minutes)
              for agent, minutes in sorted(held.closed.items())] if held else []  # fmt: skip
    return ask.show(
        "sanitation/paper.html",
        title=_(CALLED), place=place, names=names([place]), waiting=waiting, telephone=telephone, number=SHEET,
        day=ask.now, empty=range(max(3, 8 - len(waiting))), agents=agents, waste=range(6),
    )  # fmt: skip


def _with_forms(ask: Ask, one: dict[str, Any]) -> dict[str, Any]:
    about, key = f"disinfection/{one['key']}", one["key"]
    return one | {"door": door_of(one), "done": ask.form(Done, f"done/{key}", about=about),
                  "not_done": ask.form(NotDone, f"not/{key}", about=about)}  # fmt: skip


def _take(ask: Ask, form: Any, one: dict[str, Any], noun: str, outcome: str) -> None:
    """What this form says of a row, once all forms of the page stand."""
    known = {noun: one["key"], "outcome": outcome}
    ask.later(lambda: ask.take(form, lambda: [form.said(ask.now, one["place"], **known)]))


def _lorries(ask: Ask) -> list[tuple[str, str]]:
    """Lorries that are on the list of sites in the reader's branch and around it."""
    english = get_language() == "en"
    return [(one.key, f"{one.name_en if english else one.name_zh} {one.details.plate}".strip())
            for one in choices(local_day(ask.now), ["truck"])]  # fmt: skip


def _done(rows: list[dict[str, Any]], ask: Ask) -> Table:
    return Table(
        _("Disinfected in the last days"),
        [
            Column("door", gettext_noop("Where"), door_of),
            Column("done_at", gettext_noop("Done"), lambda one: stamp(one["done_at"]), sort="moment"),
            Column("agent", worded.name("disinfection.done", "agent"),
                   lambda one: worded.choice("disinfection.done", "agent", one["agent"])),
            Column("done_by", worded.name("disinfection.done", "done_by"),
                   lambda one: worded.choice("disinfection.done", "done_by", one["done_by"])),
            Column("reopens", gettext_noop("Opens again"), lambda one: closed(one, ask.now)),
        ],
        rows,
        empty=_("Nothing was disinfected in the last seven days."),
    )  # fmt: skip


def _manifests(rows: list[dict[str, Any]]) -> Table:
    return Table(
        _("Manifests"),
        [
            Column("slip", worded.name("waste.collected", "slip"), lambda one: one["slip"]),
            Column("sort", worded.name("waste.collected", "sort"),
                   lambda one: worded.choice("waste.collected", "sort", one["sort"])),
            Column("collected_at", gettext_noop("Handed over"), lambda one: stamp(one["collected_at"]), sort="moment"),
            Column("bags", worded.name("waste.collected", "bags"), lambda one: one["bags"], sort="number"),
            Column("weight10", worded.name("waste.collected", "weight10"), lambda one: kilograms(one["weight10"]),
                   sort="number"),
            Column("differs", gettext_noop("At the plant"), what_differs),
        ],
        rows,
        empty=_("Nothing was handed to the lorry in the last seven days."),
    )  # fmt: skip
