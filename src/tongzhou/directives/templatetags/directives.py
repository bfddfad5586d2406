"""How the states of a desk's matters are written, and its places."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import get_language, gettext, gettext_noop

from tongzhou.ledger import worded

register = template.Library()

ANSWERED = ("done", "dropped", "partly", "not_ready", "granted", "refused", "passed_up", "withdrawn", "replaced")
STATES = {
    "silent": gettext_noop("not read"),
    "read": gettext_noop("read"),
    "waiting": gettext_noop("waits for an answer"),
    "open": gettext_noop("running"),
    "amber": gettext_noop("soon due"),
    "missed": gettext_noop("overdue"),
    "ended": gettext_noop("ended"),
    "rest": gettext_noop("granted in part, the rest is owed"),
    "sent": gettext_noop("sent down as a directive"),
    **{code: worded.CHOICES[code] for code in ANSWERED},
}


@register.filter
def said(state: str) -> str:
    """A state in words; an unknown one stands as it is."""
    return gettext(STATES[state]) if state in STATES else state


@register.filter
def located(names: dict[int, tuple[str, str]], place: int | None) -> str:
    """A place's name in the reader's language."""
    found = names.get(place or 0)
    return "–" if found is None else found[1] if get_language() == "en" else found[0]


@register.filter
def alone(line: Any) -> list[Any]:
    """A line as the only one of a list."""
    return [line]


@register.filter
def paper(one: dict[str, Any]) -> str:
    """The number of a decision as a paper: by its issuer and year. Empty where it has none."""
    if not one.get("serial"):
        return ""
    return gettext("No. %(n)s of %(year)s") % {"n": one["serial"], "year": str(one["day"])[:4]}


@register.filter
def rests(subject: str) -> str:
    """What a decision rests on, in words: a paper shows no key."""
    noun, _split, rest = subject.partition("/")
    if noun == "bulletin":
        return gettext("the figures published of %(day)s") % {"day": rest.rpartition("/")[2]}
    return gettext("what it rests on")


@register.filter
def of(items: dict[Any, Any], key: Any) -> Any:
    return items.get(key, "")
