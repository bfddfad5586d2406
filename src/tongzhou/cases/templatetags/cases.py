"""How a case's values are written."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, gettext_noop

from tongzhou.cases.clocks import Clock
from tongzhou.ledger import time, worded
from tongzhou.pages.templatetags.pages import span

register = template.Library()

# The clocks of a case: what each is called, and how it stands.
CLOCKS = {
    "report": gettext_noop("Report within 2 h"),
    "investigation": gettext_noop("Investigate within 24 h"),
    "waiting": gettext_noop("not started"),
    "open": gettext_noop("running"),
    "amber": gettext_noop("soon due"),
    "met": gettext_noop("met"),
    "missed": gettext_noop("missed"),
    "no_rule": gettext_noop("no rule in force"),
    "no_pack": gettext_noop("no rule in force"),
    "data_error": gettext_noop("The entries contradict each other."),
    "insufficient_data": gettext_noop("Not enough is known."),
    "needs_ruling": gettext_noop("A clinician has to rule."),
}
# What a rule answers, where it is neither yes nor no.
VERDICTS = {
    "suspected": gettext_noop("suspected"),
    "not_suspected": gettext_noop("not suspected"),
    "close": gettext_noop("close contact"),
    "not_close": gettext_noop("not a close contact"),
    "needs_ruling": gettext_noop("needs the clinician's ruling"),
    "insufficient_data": gettext_noop("not enough is known"),
    "data_error": gettext_noop("the entries contradict each other"),
    "no_pack": gettext_noop("no rule in force"),
}
HEADINGS = {
    "state": gettext_noop("Classification"),
    "home": gettext_noop("Lives in"),
    "place": gettext_noop("Reported in"),
    "card": gettext_noop("Card"),
    "onset": gettext_noop("Onset"),
    "age": gettext_noop("Age"),
    "sex": gettext_noop("Sex"),
    "source": gettext_noop("From list"),
    "investigated": gettext_noop("Investigated"),
    "clocks": gettext_noop("Clocks"),
}


@register.filter
def heading(column: str) -> str:
    return gettext(HEADINGS[column])


@register.filter
def factname(kind: str) -> str:
    """What a kind of fact is called."""
    return worded.called(kind)


@register.filter
def clockword(code: str) -> str:
    """A clock of a case, or how it stands."""
    return gettext(CLOCKS[code])


@register.filter
def verdict(outcome: Any) -> str:
    """What a rule answers about somebody."""
    return gettext(VERDICTS.get(str(outcome), str(outcome)))


@register.filter
def placed(names: dict[int, tuple[str, str]], place: int | None) -> str:
    """A place's name in the reader's language."""
    found = names.get(place or 0)
    return "–" if found is None else found[1] if get_language() == "en" else found[0]


@register.filter
def reason(told: Any) -> str:
    return str(told.reason_en if get_language() == "en" else told.reason_zh)


@register.filter
def stamp(value: dt.datetime | None) -> str:
    """Day and minute in the region's time: 03-10 09:05. A list has hundreds of them, and `date` takes its time."""
    return "–" if value is None else time.stamp(value)


@register.simple_tag
def shown_clocks(clocks: list[Clock]) -> SafeString:
    """The clocks of a case: a list has hundreds of them, and as a template they took half of the page's time."""
    return mark_safe("".join(_clock(one) for one in clocks))


def _clock(clock: Clock) -> str:
    name, stands = escape(clockword(clock.name)), escape(clockword(clock.state))
    told = f'<div class="clock {clock.state}"><b>{name}</b> <span>{stands}</span>'
    due = stamp(clock.due)
    if clock.left and clock.state == "missed":
        told += f" <small>{escape(gettext('%(t)s over, was due %(d)s') % {'t': span(clock.late), 'd': due})}</small>"
    elif clock.left:
        told += f" <small>{escape(gettext('%(t)s left, due %(d)s') % {'t': span(clock.left), 'd': due})}</small>"
    elif clock.late:
        told += f" <small>{escape(gettext('by %(t)s, was due %(d)s') % {'t': span(clock.late), 'd': due})}</small>"
    if clock.blocked:
        reason = worded.choice("case.blocked", "reason", clock.blocked)
        told += f" <small>{escape(gettext('blocked by:'))} {escape(reason)}</small>"
    return f"{told}</div>"
