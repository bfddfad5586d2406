"""The day plan: who goes to which door. The program proposes, a named human signs, and what was signed stands there."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from tongzhou.api import say
from tongzhou.api.asked import behind, number
from tongzhou.command.templatetags.board import told
from tongzhou.dayplan import forms, jobs, signed, ways
from tongzhou.dayplan import visits as doors
from tongzhou.dayplan.kinds import PLANNERS
from tongzhou.dayplan.proof import about
from tongzhou.dayplan.templatetags.dayplan import thousandths, title
from tongzhou.directives.queries import below, names
from tongzhou.directives.templatetags.directives import located, of
from tongzhou.engines.certificate import quality
from tongzhou.ledger import door, known
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.time import close_of, local_day, stamp
from tongzhou.liaisons import numbers
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.form import FactForm
from tongzhou.pages.table import Column, Table
from tongzhou.people.desks import local_telephones
from tongzhou.people.scope import names_of_staff
from tongzhou.problems import Stale
from tongzhou.sites import addresses
from tongzhou.workforce import queries as workforce


def _good(row: dict[str, Any]) -> str:
    """How good a signed plan was, as far as its bound says something."""
    return told(quality(row["objective_thousandths"], row["bound_thousandths"]))


@page("plan", roles=PLANNERS, answers=("GET",))
def index(ask: Ask) -> HttpResponse:
    """What can be planned, what of mine is being made, and what was signed."""
    found = known.page("plan", after=behind(ask.given("after")), size=30)
    rows = [{**row["data"], "at": row["effective_at"], "place": row["place"]} for row in found.rows]
    places, staff = names([row["place"] for row in rows]), names_of_staff({row["by"] for row in rows})
    columns = (
        Column("at", gettext_noop("Signed"), lambda row: stamp(row["at"]), sort="moment"),
        Column("plan", gettext_noop("Plan"), lambda row: title(row["engine"])),
        Column("place", gettext_noop("Place"), lambda row: located(places, row["place"])),
        Column("rows", gettext_noop("Rows"), lambda row: row["rows"], sort="number"),
        Column("left", gettext_noop("Not planned"), lambda row: row["unplanned"], sort="number"),
        Column("cost", gettext_noop("Cost"), lambda row: thousandths(row["objective_thousandths"]), sort="number"),
        Column("good", gettext_noop("How good"), _good),
        Column("by", gettext_noop("Signed by"), lambda row: of(staff, row["by"])),
    )
    return ask.show(
        "dayplan/index.html",
        engines=jobs.ENGINES.values(),
        visits="community_lead" in ask.holder.roles,
        beds=ask.holder.sees("beds"),
        jobs=jobs.of(ask.holder.by or 0),
        signed=Table(_("Signed"), columns, rows, empty=_("Nothing was signed yet."), page=found),
    )


class Sign(forms.Seen, FactForm):
    """The plan of visits, by whoever saw this very one."""

    kind = "plan.signed"


@page("plan", roles=["community_lead"])
def visits(ask: Ask) -> HttpResponse:
    """Today's doors shared among those who are there: the plan that was signed, else (or `?anew=1`) a proposal, which
    unticked people and other numbers change."""
    place = next(place for role, place in ask.holder.places if role == "community_lead")
    stands = signed.plan_of(local_day(ask.now), place)
    if stands and not (ask.sent or ask.given("anew")):
        return _signed(ask, place, stands)
    return _proposed(ask, place, stands)


def _signed(ask: Ask, place: int, plan: dict[str, Any]) -> HttpResponse:
    """What was signed, with what became of it since; doors where something came up since are counted."""
    walks = signed.walks(ask.now, place)
    stops = [stop for walk in walks for stop in walk.stops]
    given = {stop.household for stop in stops}
    with door.ledger() as ledger:
        telephone = local_telephones(ledger, [place]).get(place, "")
    return ask.show(
        "dayplan/signed.html",
        plan=plan,
        walks=walks,
        stops=stops,
        done=sum(stop.done for stop in stops),
        since=sum(one.household not in given or not one.signed for one in doors.visits(ask.now, place)),
        staff=names_of_staff({walk.staff for walk in walks} | {plan["by"]}),
        names=names(sorted({stop.place for stop in stops} | {place})),
        addresses=addresses.of(stop.household for stop in stops if stop.household),
        telephone=telephone,
        form=f"V1-{place}-{local_day(ask.now):%y%m%d}",
        place=place,
    )


def _proposed(ask: Ask, place: int, stands: dict[str, Any] | None) -> HttpResponse:
    everybody = doors.helpers(place)
    asked = ask.request.GET
    team = workforce.team(place)
    there = forms.There(asked if asked.get("asked") else None, everybody=everybody, away=_away(team, ask.now))
    right = not there.is_bound or there.is_valid()
    people = doors.here(everybody, there.capacities if right else {}, there.absent)
    waiting = doors.visits(ask.now, place)
    household, _blank, helper = ask.given("ask").partition(" ")
    whom = number(household)
    plan = doors.propose(people, waiting, ask.now, (whom, helper) if whom is not None and helper else None)
    plan, walks = ways.ordered(plan, [id for id, _zh, _en in below(place)] or [place], ask.now)
    sign = ask.form(Sign, initial={"plan": plan.digest})

    def says() -> Sequence[Said]:
        if sign.cleaned_data["plan"] != plan.digest:
            raise Stale
        return _signing(ask, plan, place, sign.fact_id)

    if done := ask.take(sign, says, to=ask.request.path):
        return done
    if sign.errors:
        sign.data = {**sign.data.dict(), "plan": plan.digest}  # type: ignore[attr-defined]  # the plan as it is now stands below the refusal
    return ask.show(
        "dayplan/visits.html",
        status=200 if right else 422,
        plan=plan,
        sign=sign,
        there=there,
        stands=stands,
        groups=[
            (one, walks.get(one.key), [(line, plan.others(people, line)) for line in _in_order(plan, one)])
            for one in people
        ],
        query=_query(asked),
        free=[one["armband"] for one in team if one["state"] in ("here", "idle")],
        gone=[one["armband"] for one in team if one["state"] == "absent"],
        names=names(sorted({one.place for one in waiting} | {place})),
        addresses=addresses.of(line.visit.household for line in plan.lines),
        place=place,
        english=get_language() == "en",
    )


def _away(team: Sequence[dict[str, Any]], now: dt.datetime) -> frozenset[int]:
    """The staff who wear the number of a member that cannot come today."""
    absent = [one["key"] for one in team if one["state"] == "absent"]
    if not absent:
        return frozenset()
    with door.ledger() as ledger:
        worn = numbers.all_worn(ledger, now)
    return frozenset(worn[key] for key in absent if key in worn)


def _query(asked: Any) -> str:
    """The address of the same people and numbers, without what was asked about one door."""
    kept = asked.copy()
    kept.pop("ask", None)
    return str(kept.urlencode())


def _in_order(plan: doors.DayPlan, helper: doors.Helper) -> list[doors.Line]:
    return sorted((line for line in plan.planned if line.helper == helper), key=lambda line: line.n)


def _signing(ask: Ask, plan: doors.DayPlan, place: int, id: uuid.UUID) -> Sequence[Said]:
    """A call-back or a home that somebody is sent to becomes a task first; then who goes is said of everything."""
    tasks: list[Said] = []
    made: dict[str, str] = {}
    due = close_of(local_day(ask.now)).isoformat()
    for line in plan.planned:
        for subject in line.visit.abouts:
            if subject.startswith(("exception/", "home/")):
                task = say.next_id(id, 2**20 + len(tasks))
                body = {"what": "visit", "household": line.visit.household, "due": due, "about": subject}
                tasks.append(say.said("task.set", task, ask.now, line.visit.place, body))
                made[subject] = f"task/{task}"
    if tasks:
        say.say(ask.request, tasks)
    return _given(plan, made, place, id, ask.now)


def _given(plan: doors.DayPlan, tasks: dict[str, str], place: int, id: uuid.UUID, now: dt.datetime) -> Sequence[Said]:
    """The plan as a whole, and for each need and task who goes."""
    day, proof = local_day(now).isoformat(), plan.certificate
    figures = {"objective": proof.objective, "bound": proof.bound, "feasible": proof.feasible}
    body = about("liaison", day, plan.digest, plan.tables, len(plan.planned), len(plan.left), figures)
    facts = [say.said("plan.signed", id, now, place, body)]
    for line in plan.planned:
        assert line.helper is not None
        for subject in line.visit.abouts:
            told = {"about": tasks.get(subject, subject), "helper": line.helper.staff, "day": day, "plan": str(id),
                    "stop": line.n or None}  # fmt: skip
            facts.append(say.said("helper.assigned", say.next_id(id, len(facts)), now, line.visit.place, told))
    return facts
