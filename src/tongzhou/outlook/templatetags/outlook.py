"""How alerts and links of chains are written."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext, gettext_noop

from tongzhou.tables.policy import shipped

register = template.Library()

CODES = {
    "clinician": gettext_noop("a clinician's warning"),
    "first_case": gettext_noop("first case"),
    "new_start": gettext_noop("a case again"),
    "cluster": gettext_noop("cluster"),
    "growth": gettext_noop("growth"),
    "withdrawn": gettext_noop("cases withdrawn"),
    "silent": gettext_noop("silence"),
    "never_reported": gettext_noop("never reported"),
    "late_report": gettext_noop("reports overdue"),
    "late_investigation": gettext_noop("investigations overdue"),
    "unlinked": gettext_noop("sources unknown"),
    "positivity": gettext_noop("many positive results"),
    "unseen": gettext_noop("contacts not seen"),
    "slow": gettext_noop("found or followed too late"),
    "short": gettext_noop("goods run out"),
}
NOW = {
    "clinician": gettext_noop("Ring the clinician's house now; sample, isolate, look for others."),
    "first_case": gettext_noop("Investigate within 24 hours; find the source; tell the neighbours."),
    "new_start": gettext_noop("Investigate: where from, after so long? Look at the contacts' ends."),
    "cluster": gettext_noop("Investigate together: one source or several? Report it as a cluster."),
    "growth": gettext_noop("Look at the outlook; check beds, investigators and observation places for a week ahead."),
    "withdrawn": gettext_noop("Ask the unit which cases, and where they are counted now."),
    "silent": gettext_noop("Ring the duty telephone: silence is not zero."),
    "never_reported": gettext_noop("Ring the duty telephone: silence is not zero."),
    "late_report": gettext_noop("Ask what blocks it, and clear it away; send somebody who can report."),
    "late_investigation": gettext_noop("Send investigators from a county that has few cases."),
    "positivity": gettext_noop("Test wider: cases are being missed; look where the positive ones live."),
    "unseen": gettext_noop("Ask who is short of hands at the doors; send some, or let contacts report by telephone."),
    "short": gettext_noop("Ask the supply desk what is on its way; share out what there is by exposure."),
    "slow": gettext_noop("See which step is slow and what blocked it; send a clinic, a courier or investigators."),
    "unlinked": gettext_noop("Interview again; look for common places; widen the search for contacts."),
}
STATES = {
    "raised": gettext_noop("nobody has taken it"),
    "taken": gettext_noop("taken"),
    "explained": gettext_noop("explained"),
    "acted": gettext_noop("acted on"),
}
SETTINGS = {
    "travel": gettext_noop("on a journey"),
    "market": gettext_noop("at a market"),
    "hospital": gettext_noop("in a hospital"),
    "gathering": gettext_noop("at a gathering"),
    "household": gettext_noop("in the household"),
    "work": gettext_noop("at work"),
    "transport": gettext_noop("in a vehicle"),
    "other": gettext_noop("elsewhere"),
}
DIRECTIONS = {
    "rising": gettext_noop("rising"),
    "falling": gettext_noop("falling"),
    "either": gettext_noop("may rise or fall"),
}
DO = {
    "rising": gettext_noop(
        "Open beds, investigators and observation places ahead of the need, and look again tomorrow."
    ),
    "falling": gettext_noop("Keep up what works; give beds back only as they empty."),
    "either": gettext_noop("Plan for both: give nothing back, and hold beds and people ready for a rise."),
    "": gettext_noop("Plan by those who lie there today and a reserve; ask every day for what is not told."),
}

DELAYS = {
    "onsets": gettext_noop("Cases of this ledger by day of onset"),
    "sample": gettext_noop("Samples with a result, by the day they were taken"),
    "admission": gettext_noop("Admissions, by their day"),
}
SOURCES = {
    "onsets": gettext_noop(
        "Delay from onset to report as this ledger recorded it itself. Cases taken in from lists have no true receipt"
        " times and are left out."
    ),
    "sample": gettext_noop("Delay from sample to result as this ledger recorded it itself."),
    "admission": gettext_noop("Delay from admission to its record as this ledger received it itself."),
}


@register.filter
def delaytitle(what: str) -> str:
    return gettext(DELAYS[what])


@register.filter
def delaysource(what: str) -> str:
    return gettext(SOURCES[what])


@register.filter
def alertname(code: str) -> str:
    return gettext(CODES[code])


@register.filter
def whatnow(code: str) -> str:
    return gettext(NOW[code])


@register.filter
def alertstate(state: str) -> str:
    return gettext(STATES[state])


@register.filter
def setting(name: str) -> str:
    return gettext(SETTINGS.get(name, name))


@register.filter
def direction(name: str) -> str:
    return gettext(DIRECTIONS.get(name, name))


@register.filter
def whatfor(direction: str) -> str:
    """What to do where new cases go this way."""
    return gettext(DO[direction])


@register.filter
def whole(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"


@register.filter
def fortnight(days: float) -> str:
    """Days of cover out of a forecast of a fortnight."""
    reach = shipped("forecast")["values"]["days"]
    return f"> {reach}" if days > reach else f"{days:,.1f}"


@register.filter
def percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


@register.filter
def shares(tracing: Any) -> list[tuple[str, Any]]:
    """The shares of a fortnight with their names, in the order of the work."""
    return [
        (gettext("Found within 7 days"), tracing.found),
        (gettext("Reported within 1 day"), tracing.reported),
        (gettext("Investigated within 7 days"), tracing.responded),
        (gettext("Source known or a contact before"), tracing.linked),
        (gettext("Contacts seen on the day"), tracing.seen),
    ]


@register.filter
def lie(burden: Any) -> str:
    """How many beds are reckoned from, and what was counted."""
    told = (
        gettext("%(n)s lie in hospital")
        if burden.lying
        else gettext("%(n)s are currently confirmed, each counted as one bed")
    )
    return told % {"n": f"{burden.in_bed:,}"}
