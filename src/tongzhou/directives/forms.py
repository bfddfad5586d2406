"""What a form of a desk says, as facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from tongzhou.api import asked
from tongzhou.api.say import form_id, next_id, said, whole
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.time import local_day
from tongzhou.problems import Malformed

WHAT = ("service", "investigation", "supply", "information", "environment")
EVIDENCE = ("answer", "figure", "tasks")
ASKED = ("supplies", "staff", "beds", "transport", "experts", "decision", "other")
URGENCY = ("emergency", "urgent", "routine")
LACKING = ("no_staff", "no_supplies", "no_transport", "unclear", "not_lawful", "other")
OUTCOMES = ("done", "partly", "not_ready")
ANSWERS = ("granted", "partly", "refused", "passed_up")
OWNERS = ("commander", "duty_officer", "epidemiologist", "dispatcher", "supply_officer", "publisher", "law_desk")
SETTLED = ("done", "partly", "dropped")
MOST = 10  # decisions of a morning
TASKS = ("visit", "deliver", "temperature", "notice", "escort")


def issued(form: QueryDict, place: int, allowed: set[int], now: dt.datetime, parent: str | None = None) -> Said:
    """A directive of this desk to places right below it."""
    to = [desk for text in form.getlist("to") if (desk := asked.number(text)) is not None]
    if not to:
        raise Malformed(_("to whom: at least one place"), "to")
    if not set(to) <= allowed:
        raise Malformed(_("places right below this desk"), "to")
    body = {
        "what": one_of(form, "what", WHAT),
        "text": text_of(form, "text"),
        "to": to,
        "due": _due(form, now),
        "evidence": one_of(form, "evidence", EVIDENCE),
        "parent": parent,
    }
    return said("directive.issued", form_id(form.get("id", "")), now, place, body)


def answered(form: QueryDict, directive: dict[str, Any], place: int, now: dt.datetime) -> Said:
    """Read, done, done in part, or not ready and why."""
    id, what, body = form_id(form.get("id", "")), form.get("say", ""), {"directive": directive["key"]}
    if what == "read":
        return said("directive.acknowledged", id, now, place, body)
    if what not in OUTCOMES:
        raise Malformed(_("read, done, partly or not ready"), "say")
    if what == "not_ready" and not form.get("reason"):
        raise Malformed(_("what is lacking"), "reason")
    if what == "done" and directive["evidence"] == "tasks":
        raise Malformed(_shown_by_tasks(directive, place), "say")
    figure = whole(form.get("figure"), 0, 10**9, "figure")
    if what == "done" and directive["evidence"] == "figure" and figure is None:
        raise Malformed(_("the figure that this directive asks for"), "figure")
    reason = one_of(form, "reason", LACKING) if what == "not_ready" else None
    return said("directive.reported", id, now, place, {**body, "outcome": what, "figure": figure, "reason": reason})


def _shown_by_tasks(directive: dict[str, Any], place: int) -> str:
    """Why "done" is not said here: the tasks say it."""
    tasks = next(line["tasks"] for line in directive["lines"] if line["place"] == place)
    if not tasks["all"]:
        return _("tasks first: this directive is shown by tasks, and the last one closes it")
    return _("%(n)s of %(all)s tasks are done: the last one closes it") % {"n": tasks["done"], "all": tasks["all"]}


def tasks(form: QueryDict, directive: dict[str, Any], grids: set[int], now: dt.datetime) -> list[Said]:
    """A task for each grid: its worker does it, and doing it answers the directive."""
    id, what = form_id(form.get("id", "")), one_of(form, "task", TASKS)
    to = [grid for text in form.getlist("grid") if (grid := asked.number(text)) is not None and grid in grids]
    if not to:
        raise Malformed(_("at least one grid"), "grid")
    household = whole(form.get("household"), 1, 2**31 - 1, "household")
    body = {"what": what, "due": directive["due"].isoformat(), "about": f"directive/{directive['key']}",
            "text": directive["text"][:80], "household": household}  # fmt: skip
    return [said("task.set", next_id(id, n + 1), now, grid, body) for n, grid in enumerate(to)]


def requested(form: QueryDict, place: int, above: int, now: dt.datetime, parent: str | None = None) -> Said:
    body = {
        "what": one_of(form, "what", ASKED),
        "text": text_of(form, "text"),
        "urgency": one_of(form, "urgency", URGENCY),
        "amount": whole(form.get("amount"), 1, 10**9, "amount"),
        "parent": parent,
    }
    return said("support.requested", form_id(form.get("id", "")), now, place, body, reporting=above)


def granted(form: QueryDict, request: dict[str, Any], place: int, now: dt.datetime) -> Said:
    """An answer; anything but a plain yes says why."""
    outcome = one_of(form, "outcome", ANSWERS)
    text = form.get("text", "").strip() or None
    if outcome in ("partly", "refused") and text is None:
        raise Malformed(_("the reason, so that those who asked can act on it"), "text")
    body = {"request": request["key"], "outcome": outcome, "text": text,
            "amount": whole(form.get("amount"), 0, 10**9, "amount")}  # fmt: skip
    return said("support.answered", form_id(form.get("id", "")), now, place, body)


def decided(form: QueryDict, place: int, held: Sequence[int], at: set[int], now: dt.datetime) -> Said:
    """A decision under the first number that is free. Raises Malformed where ten are taken."""
    number = next((n for n in range(1, MOST + 1) if n not in held), None)
    if number is None:
        raise Malformed(_("at most ten decisions a morning; settle or correct one of them"), "number")
    where = whole(form.get("at"), 1, 2**31 - 1, "at")
    if where not in at:
        raise Malformed(_("this desk or one right below it"), "at")
    about = form.get("about", "").strip()
    body = {
        "place": place,
        "day": local_day(now).isoformat(),
        "number": number,
        "text": text_of(form, "text"),
        "owner": one_of(form, "owner", OWNERS),
        "at": where,
        "due": _due(form, now),
        "about": [about] if about else None,
    }
    return said("decision.taken", form_id(form.get("id", "")), now, place, body)


def settled(form: QueryDict, decision: dict[str, Any], now: dt.datetime) -> Said:
    text = text_of(form, "text") if form.get("text", "").strip() else None
    body = {"place": decision["place"], "day": decision["day"], "number": decision["number"], "text": text,
            "outcome": one_of(form, "outcome", SETTLED)}  # fmt: skip
    return said("decision.settled", form_id(form.get("id", "")), now, decision["place"], body)


def one_of(form: QueryDict, field: str, choices: tuple[str, ...]) -> str:
    value = form.get(field, "")
    if value not in choices:
        raise Malformed(_("one of the choices"), field)
    return value


def text_of(form: QueryDict, field: str) -> str:
    text = " ".join(form.get(field, "").split())
    if not 4 <= len(text) <= 400 or "<" in text or ">" in text:
        raise Malformed(_("4 to 400 characters"), field)
    run = 0
    for char in text:
        run = run + 1 if char.isdigit() else 0
        if run >= 7:
            raise Malformed(_("no telephone and no identity number: persons have no place in it"), field)
    return text


def _due(form: QueryDict, now: dt.datetime) -> str:
    if (due := asked.moment(form.get("due", ""), "due")) <= now:
        raise Malformed(_("a moment that is still to come"), "due")
    return due.isoformat()
