"""How plans are written: what waits at a door, urgency, a value of a table, a sentence in the reader's language."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext, gettext_noop

from tongzhou.command.templatetags.board import told
from tongzhou.dayplan import jobs
from tongzhou.dayplan.signed import Stop
from tongzhou.dayplan.visits import Visit
from tongzhou.dayplan.ways import clock
from tongzhou.ledger.worded import choice, codes
from tongzhou.people import sealed

register = template.Library()

WORDS = {
    "alone": gettext_noop("left alone"),
    "cared": gettext_noop("in somebody else's care"),
    "newcomer": gettext_noop("newcomer"),
    "need": gettext_noop("needs something"),
    "low": gettext_noop("can wait"),
    "normal": gettext_noop("ordinary"),
    "high": gettext_noop("goes first"),
    "urgent": gettext_noop("urgent"),
    "running": gettext_noop("being made"),
    "done": gettext_noop("made"),
    "failed": gettext_noop("could not be made"),
    "lost": gettext_noop("interrupted"),
    "iterations": gettext_noop("stopped after the iterations allowed"),
    "seconds": gettext_noop("stopped by the time allowed"),
    "metres": gettext_noop("metres"),
    "vehicles": gettext_noop("vehicles"),
    "points": gettext_noop("points"),
    "km-equivalents": gettext_noop("km-equivalents"),
    "days the worst clock lacks": gettext_noop("days the worst clock lacks"),
}
COLUMNS = {
    "site": gettext_noop("site"), "item": gettext_noop("item"), "batch": gettext_noop("batch"),
    "units": gettext_noop("units"),
    "patient": gettext_noop("patient"), "ward": gettext_noop("ward"), "facility": gettext_noop("house"), "km": "km",
    "extra": gettext_noop("beyond the staff"), "need": gettext_noop("need"), "helper": gettext_noop("helper"),
    "usual": gettext_noop("as yesterday"), "staff": gettext_noop("member of staff"), "day": gettext_noop("day"),
    "shift": gettext_noop("shift"), "skill": gettext_noop("skill"), "vehicle": gettext_noop("vehicle"),
    "kind": gettext_noop("kind"), "destination": gettext_noop("destination"), "stops": gettext_noop("stops"),
    "manifest": gettext_noop("manifest"), "minutes": gettext_noop("minutes"), "full": gettext_noop("full load"),
    "checks": gettext_noop("checks"), "depot": gettext_noop("depot"), "trips": gettext_noop("trips"),
    "start": gettext_noop("leaves"), "end": gettext_noop("back at"), "metres": gettext_noop("metres"),
    "starts": gettext_noop("at each stop"), "rests": gettext_noop("breaks"), "why": gettext_noop("why"),
}  # fmt: skip
CLOCKS = ("start", "end", "starts", "rests")  # seconds of the day


@register.filter
def planned_word(name: str) -> str:
    return gettext(WORDS.get(name, name))


@register.filter
def waits(visit: Visit | Stop) -> str:
    """What waits at a door, in one line."""
    items = [f"{choice('need.stated', 'items', item)}{f' ×{n}' if n > 1 else ''}" for item, n in visit.items.items()]
    return gettext(", ").join([*items, *(_task(task) for task in dict.fromkeys(visit.tasks))])


@register.filter
def carried(stop: Stop) -> str:
    """What is brought to a door and done there, as the sheet says it that somebody carries about: bags by number."""
    items = [f"{choice('need.stated', 'items', item)}{f' ×{n}' if n > 1 else ''}"
             for item, n in stop.items.items() if item != sealed.BAGGED]  # fmt: skip
    bags = [gettext("sealed bag %(n)s") % {"n": number} for number in stop.bags]
    tasks = [_task(sealed.SEEN.get(task, task)) for task in dict.fromkeys(stop.tasks)]
    return gettext(", ").join([*items, *bags, *dict.fromkeys(tasks)])


def _task(what: str) -> str:
    """A task, or what somebody who is looked in on needs."""
    return choice("task.set", "what", what) if what in codes("task.set", "what") else planned_word(what)


@register.filter
def cell(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    return jobs.flat(_clock(value) if name in CLOCKS else value)


def _clock(value: Any) -> Any:
    if isinstance(value, list):
        return [_clock(one) for one in value]
    return clock(value) if isinstance(value, int) else value


@register.filter
def amount(value: float | None) -> str:
    return "–" if value is None else f"{value:,.1f}".removesuffix(".0")


@register.filter
def problem_words(problem: dict[str, Any]) -> str:
    """A problem as a sentence that says of what it speaks."""
    text, subject = told(problem["text"]), problem["subject"]
    return text if not subject or subject.split()[-1] in text else f"{subject}: {text}"


@register.filter
def thousandths(value: int | None) -> str:
    return "–" if value is None else amount(value / 1000)


@register.filter
def title(engine: str) -> str:
    return str(jobs.ENGINES[engine].title)
