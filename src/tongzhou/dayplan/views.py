"""The day plan: who goes to which door, and plans from tables. The program proposes, a named human signs."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import uuid_utils.compat as uuids
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from tongzhou.api import say
from tongzhou.api.asked import behind, number
from tongzhou.dayplan import jobs, ways
from tongzhou.dayplan import visits as doors
from tongzhou.dayplan.kinds import PLANNERS
from tongzhou.directives.queries import below, names
from tongzhou.ledger import known
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.time import close_of, local_day
from tongzhou.people.scope import Holder, names_of_staff
from tongzhou.problems import Malformed, NotFound, Stale
from tongzhou.sites import addresses

SHOWN = 500  # rows of a plan on the page; all of them stand in its file


def _planner(request: HttpRequest) -> tuple[Holder, int]:
    """Whoever plans, and the place they plan for; to others the pages are not there."""
    holder: Holder = request.holder  # type: ignore[attr-defined]
    place = next((place for role in PLANNERS for held, place in holder.places if held == role), None)
    if place is None or holder.by is None:
        raise NotFound()
    return holder, place


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What can be planned, what of mine is being made, and what was signed."""
    holder, _place = _planner(request)
    found = known.page("plan", after=behind(request.GET.get("after", "")), size=30)
    signed = found.rows
    context = {
        "section": "plan",
        "engines": jobs.ENGINES.values(),
        "visits": "community_lead" in holder.roles,
        "beds": holder.sees("beds"),
        "jobs": jobs.of(holder.by or 0),
        "signed": [{**row["data"], "at": row["effective_at"], "place": row["place"]} for row in signed],
        "names": names([row["place"] for row in signed]),
        "page": found,
        "staff": names_of_staff({row["data"]["by"] for row in signed}),
        "english": get_language() == "en",
    }
    return render(request, "dayplan/index.html", context)


@require_http_methods(["GET", "POST"])
def visits(request: HttpRequest) -> HttpResponse:
    """Today's doors shared among those who are there; unticked people and other numbers plan anew."""
    holder, _ = _planner(request)
    place = next((place for role, place in holder.places if role == "community_lead"), None)
    if place is None:
        raise NotFound()
    now, asked = say.now(), request.POST if request.method == "POST" else request.GET
    everybody = doors.helpers(place)
    absent = frozenset(one.staff for one in everybody if asked.get("asked") and f"p{one.staff}" not in asked)
    capacities = {
        one.staff: told for one in everybody if (told := say.whole(asked.get(f"n{one.staff}"), 0, 500, "n")) is not None
    }
    people, waiting = doors.here(everybody, capacities, absent), doors.visits(now, place)
    household, _, helper = asked.get("ask", "").partition(" ")
    whom = number(household)
    plan = doors.propose(people, waiting, now, (whom, helper) if whom is not None and helper else None)
    plan, walks = ways.ordered(plan, [id for id, _zh, _en in below(place)] or [place], now)
    if request.method == "POST":
        if asked.get("plan") != plan.digest:
            raise Stale()
        _sign_visits(request, plan, place, say.form_id(asked.get("id", "")), now)
        return redirect("plan_visits")
    context = {
        "section": "plan",
        "plan": plan,
        "people": [(one, one.staff not in absent, capacities.get(one.staff)) for one in _once(everybody)],
        "groups": [
            (one, walks.get(one.key), [(line, plan.others(people, line)) for line in _in_order(plan, one)])
            for one in people
        ],
        "query": urlencode({k: v for k, v in asked.items() if k[:1] in "pn" or k == "asked"}),
        "default": doors.weights()["per_day"],
        "signed": sum(line.visit.signed for line in plan.lines),
        "names": names(sorted({one.place for one in waiting} | {place})),
        "addresses": addresses.of(line.visit.household for line in plan.lines),
        "place": place,
        "id": str(uuids.uuid7()),
        "now": now,
        "english": get_language() == "en",
    }
    return render(request, "dayplan/visits.html", context)


def _once(people: Sequence[doors.Helper]) -> list[doors.Helper]:
    return list({one.staff: one for one in reversed(people)}.values())[::-1]


def _in_order(plan: doors.DayPlan, helper: doors.Helper) -> list[doors.Line]:
    return sorted((line for line in plan.planned if line.helper == helper), key=lambda line: line.n)


def _sign_visits(request: HttpRequest, plan: doors.DayPlan, place: int, id: uuid.UUID, now: dt.datetime) -> None:
    """A call-back or a home that somebody is sent to becomes a task first; then who goes is said of everything."""
    tasks: list[Said] = []
    about: dict[str, str] = {}
    due = close_of(local_day(now)).isoformat()
    for line in plan.planned:
        for subject in line.visit.abouts:
            if subject.startswith(("exception/", "home/")):
                task = say.next_id(id, 2**20 + len(tasks))
                body = {"what": "visit", "household": line.visit.household, "due": due, "about": subject}
                tasks.append(say.said("task.set", task, now, line.visit.place, body))
                about[subject] = f"task/{task}"
    if tasks:
        say.say(request, tasks)
    say.say(request, _signed_visits(plan, about, place, id, now))


def _signed_visits(
    plan: doors.DayPlan, tasks: dict[str, str], place: int, id: uuid.UUID, now: dt.datetime
) -> list[Said]:
    """The plan as a whole, and for each need and task who goes."""
    day, proof = local_day(now).isoformat(), plan.certificate
    body = _proof("liaison", day, plan.digest, plan.tables, len(plan.planned), len(plan.left), vars_of(proof))
    facts = [say.said("plan.signed", id, now, place, body)]
    for line in plan.planned:
        assert line.helper is not None
        for about in line.visit.abouts:
            told = {"about": tasks.get(about, about), "helper": line.helper.staff, "day": day, "plan": str(id),
                    "stop": line.n or None}  # fmt: skip
            facts.append(say.said("helper.assigned", say.next_id(id, len(facts)), now, line.visit.place, told))
    return facts


def vars_of(proof: Any) -> dict[str, Any]:
    return {"objective": proof.objective, "bound": proof.bound, "feasible": proof.feasible}


def _proof(
    engine: str, day: str, plan: str, tables: str, rows: int, unplanned: int, proof: dict[str, Any]
) -> dict[str, Any]:
    bound = proof["bound"]
    return {
        "engine": engine, "day": day, "plan": plan, "tables": tables, "rows": rows, "unplanned": unplanned,
        "objective_thousandths": round(proof["objective"] * 1000), "feasible": proof["feasible"],
        "bound_thousandths": None if bound is None else round(bound * 1000),
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, engine: str) -> HttpResponse:
    """An engine's page: which tables it needs; bring them, or see an example."""
    holder, _place = _planner(request)
    found = jobs.ENGINES.get(engine)
    if found is None:
        raise NotFound()
    if request.method == "POST":
        files = [] if request.POST.get("say") == "example" else request.FILES.getlist("tables")
        if not files and request.POST.get("say") != "example":
            raise Malformed(", ".join(f"{name}.csv" for name in found.tables), "tables")
        job = jobs.start(found, holder.by or 0, files, say.form_id(request.POST.get("id", "")))
        return redirect("plan_made", key=job.key)
    context = {"section": "plan", "engine": found, "id": str(uuids.uuid7())}
    return render(request, "dayplan/engine.html", context)


@require_http_methods(["GET", "POST"])
def made(request: HttpRequest, key: str) -> HttpResponse:
    """A plan being made, or made: rows with reasons, what binds, what stays unplanned; sign it or take it back."""
    holder, place = _planner(request)
    job = jobs.find(holder.by or 0, key)
    if request.method == "POST":
        if request.POST.get("say") == "sign" and job.state == "done":
            _sign(request, job, place)
            return redirect("plans")
        jobs.drop(job)
        return redirect("plan_engine", engine=job.engine.name)
    context: dict[str, Any] = {"section": "plan", "job": job, "state": job.state, "english": get_language() == "en"}
    if context["state"] == "done":
        plan, columns = _table(job.answer)
        proof = job.answer["certificate"]
        context |= {
            "columns": columns, "rows": plan[:SHOWN], "all": len(plan), "proof": proof, "id": str(uuids.uuid7()),
            "problems": job.answer["problems"], "gap": proof["gap"], "signed": _is_signed(job),
        }  # fmt: skip
    return render(request, "dayplan/made.html", context)


def _sign(request: HttpRequest, job: jobs.Job, place: int) -> None:
    now, (plan, tables) = say.now(), job.digests
    rows, _columns = _table(job.answer)
    unplanned = len({one["subject"] for one in job.answer["problems"]})
    day = local_day(now).isoformat()
    body = _proof(job.engine.name, day, plan, tables, len(rows), unplanned, job.answer["certificate"])
    say.say(request, [say.said("plan.signed", say.form_id(request.POST.get("id", "")), now, place, body)])


def _is_signed(job: jobs.Job) -> bool:
    plan, _tables = job.digests
    return any(row["data"]["plan"] == plan for row in known.rows("plan"))


def _table(answer: dict[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
    """The plan's rows with their reasons, and the columns there are."""
    plan = answer["plan"]
    rows: list[dict[str, Any]] = plan if isinstance(plan, list) else next(iter(plan.values()))
    reasons = {one["row"]: one["text"] for one in answer["certificate"]["reasons"]}
    language = "en" if get_language() == "en" else "zh"
    told = []
    for row in rows:
        names = [str(value) for value in row.values() if isinstance(value, str | int | float)][:2]
        keys = [mark.join(names) for mark in "/ "] + names  # as the engines name their rows
        why = next((reasons[key][language] for key in keys if key in reasons), "")
        told.append({**row, "why": why})
    return told, list(told[0]) if told else []


@require_GET
def rows(request: HttpRequest, key: str) -> HttpResponse:
    """The plan as a table for a spreadsheet."""
    holder, _place = _planner(request)
    job = jobs.find(holder.by or 0, key)
    if job.state != "done":
        raise NotFound()
    plan, columns = _table(job.answer)
    answer = HttpResponse(jobs.rows_csv(plan, columns), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="plan-{job.engine.name}.csv"'
    return answer


@require_GET
def tables(request: HttpRequest, key: str) -> HttpResponse:
    """The tables the plan was made from, as a pattern for one's own."""
    holder, _place = _planner(request)
    job = jobs.find(holder.by or 0, key)
    answer = HttpResponse(jobs.tables_zip(job), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="tables-{job.engine.name}.zip"'
    return answer
