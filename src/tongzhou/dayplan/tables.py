"""Plans from tables that a desk brings: started, shown with their reasons, signed, taken along."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongzhou.dayplan import forms, jobs
from tongzhou.dayplan.held import FILLS
from tongzhou.dayplan.kinds import PLANNERS
from tongzhou.dayplan.proof import about
from tongzhou.dayplan.templatetags.dayplan import CLOCKS, COLUMNS, cell
from tongzhou.engines.certificate import quality
from tongzhou.ledger import known
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.time import local_day
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.form import Confirm, FactForm
from tongzhou.pages.table import Column, Table
from tongzhou.problems import NotFound, Problem

SHOWN = 500  # rows of a plan on the page; all of them stand in its file


class Sign(FactForm):
    kind = "plan.signed"


def _place(ask: Ask) -> int:
    """The place that somebody plans for."""
    return next(place for role in PLANNERS for held, place in ask.holder.places if held == role)


@page("plan", roles=PLANNERS)
def start(ask: Ask, engine: str) -> HttpResponse:
    """An engine's page: which tables it needs; bring them, or see an example."""
    found = jobs.ENGINES.get(engine)
    if found is None:
        raise NotFound()
    tables, example = ask.form(forms.Tables, "tables"), ask.form(Confirm, "example")
    held = ask.form(Confirm, "held")
    for form in (tables, example, held):
        if not form.is_bound or not form.is_valid():
            continue
        try:
            fill = FILLS[engine]([place for _role, place in ask.holder.places], ask.now) if form is held else None
            job = jobs.start(found, ask.holder.by or 0, form.cleaned_data.get("tables", []), form.fact_id, fill)
            return redirect("plan_made", key=job.key)
        except Problem as problem:
            ask.refuse(form, problem)
    return ask.show(
        "dayplan/engine.html",
        engine=found,
        tables=tables,
        example=example,
        held=held if engine in FILLS else None,
        beds=engine == "beds" and ask.holder.sees("beds"),
    )


@page("plan", roles=PLANNERS)
def made(ask: Ask, key: str) -> HttpResponse:
    """A plan being made, or made: rows with reasons, what binds, what stays unplanned; sign it or take it back."""
    job = jobs.find(ask.holder.by or 0, key)
    drop, sign = ask.form(Confirm, "drop"), ask.form(Sign, "sign")
    if drop.is_bound:
        jobs.drop(job)
        return redirect("plan_engine", engine=job.engine.name)
    if job.state == "done" and (done := ask.take(sign, lambda: [_signed(ask, job, sign)], to="/plan/")):
        return done
    context: dict[str, Any] = {"job": job, "state": job.state, "english": get_language() == "en", "drop": drop}
    if context["state"] == "done":
        plan, proof = _rows(job.answer), job.answer["certificate"]
        context |= {
            "table": _table(plan[:SHOWN]), "shown": min(SHOWN, len(plan)), "all": len(plan), "sign": sign,
            "proof": proof, "quality": quality(proof["objective"], proof["bound"]),
            "problems": job.answer["problems"], "signed": _is_signed(job),
        }  # fmt: skip
    return ask.show("dayplan/made.html", **context)


def _signed(ask: Ask, job: jobs.Job, form: Sign) -> Said:
    plan, tables = job.digests
    unplanned = len({one["subject"] for one in job.answer["problems"]})
    day, proof = local_day(ask.now).isoformat(), job.answer["certificate"]
    body = about(job.engine.name, day, plan, tables, len(_rows(job.answer)), unplanned, proof)
    return form.said(ask.now, _place(ask), **{name: value for name, value in body.items() if value is not None})


def _is_signed(job: jobs.Job) -> bool:
    plan, _tables = job.digests
    return any(row["data"]["plan"] == plan for row in known.rows("plan"))


def _rows(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The plan's rows with their reasons."""
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
    return told


def _table(rows: list[dict[str, Any]]) -> Table:
    """The plan with a column for each of its fields; the engines name them."""
    columns = [
        Column(name, COLUMNS.get(name, name), partial(_cell, name), partial(_plain, name))
        for name in (rows[0] if rows else ())
    ]
    return Table(_("The plan, and why"), columns, rows)


def _cell(name: str, row: dict[str, Any]) -> str:
    return cell(row, name)


def _plain(name: str, row: dict[str, Any]) -> Any:
    """A number as one; hours of the day, lists and words as the page has them."""
    value = row.get(name)
    number = isinstance(value, int | float) and not isinstance(value, bool) and name not in CLOCKS
    return value if number else _cell(name, row)


@page("plan", roles=PLANNERS, answers=("GET",))
def rows(ask: Ask, key: str) -> HttpResponseBase:
    """The plan as a table for a spreadsheet."""
    job = jobs.find(ask.holder.by or 0, key)
    if job.state != "done":
        raise NotFound()
    return _table(_rows(job.answer)).file(f"plan-{job.engine.name}")


@page("plan", roles=PLANNERS, answers=("GET",))
def tables(ask: Ask, key: str) -> HttpResponse:
    """The tables the plan was made from, as a pattern for one's own."""
    job = jobs.find(ask.holder.by or 0, key)
    answer = HttpResponse(jobs.tables_zip(job), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="tables-{job.engine.name}.zip"'
    return answer
