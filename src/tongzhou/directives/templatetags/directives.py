"""How a desk's words are written."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import get_language, gettext, gettext_noop

register = template.Library()

WORDS = {
    "service": gettext_noop("service to residents"),
    "investigation": gettext_noop("investigation"),
    "supply": gettext_noop("supplies"),
    "information": gettext_noop("information"),
    "environment": gettext_noop("disinfection and waste"),
    "answer": gettext_noop("an answer"),
    "figure": gettext_noop("a figure"),
    "tasks": gettext_noop("tasks done"),
    "silent": gettext_noop("not read"),
    "read": gettext_noop("read"),
    "done": gettext_noop("done"),
    "dropped": gettext_noop("dropped"),
    "partly": gettext_noop("in part"),
    "not_ready": gettext_noop("not ready"),
    "no_staff": gettext_noop("nobody free"),
    "no_supplies": gettext_noop("no supplies"),
    "no_transport": gettext_noop("no transport"),
    "unclear": gettext_noop("unclear what is asked"),
    "not_lawful": gettext_noop("not lawful: to the law desk"),
    "other": gettext_noop("something else"),
    "visit": gettext_noop("visit"),
    "deliver": gettext_noop("deliver"),
    "temperature": gettext_noop("take temperatures"),
    "notice": gettext_noop("give a notice"),
    "escort": gettext_noop("escort"),
    "supplies": gettext_noop("supplies"),
    "staff": gettext_noop("staff"),
    "beds": gettext_noop("beds"),
    "transport": gettext_noop("transport"),
    "experts": gettext_noop("experts"),
    "decision": gettext_noop("a decision"),
    "emergency": gettext_noop("emergency"),
    "urgent": gettext_noop("urgent"),
    "routine": gettext_noop("routine"),
    "waiting": gettext_noop("waits for an answer"),
    "granted": gettext_noop("granted"),
    "refused": gettext_noop("refused"),
    "passed_up": gettext_noop("passed up"),
    "open": gettext_noop("running"),
    "amber": gettext_noop("soon due"),
    "missed": gettext_noop("overdue"),
    "ended": gettext_noop("ended"),
    "withdrawn": gettext_noop("withdrawn"),
    "replaced": gettext_noop("replaced"),
}


@register.filter
def said(value: Any) -> str:
    return gettext(WORDS[str(value)]) if str(value) in WORDS else str(value)


@register.filter
def located(names: dict[int, tuple[str, str]], place: int | None) -> str:
    """A place's name in the reader's language."""
    found = names.get(place or 0)
    return "–" if found is None else found[1] if get_language() == "en" else found[0]


@register.filter
def of(items: dict[Any, Any], key: Any) -> Any:
    return items.get(key, "")
