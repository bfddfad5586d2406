"""Forms, tables and words in templates."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import quote

from django import template
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, gettext_noop

from tongzhou.ledger import states, worded
from tongzhou.pages import spoken
from tongzhou.pages.form import Filter, Form
from tongzhou.pages.receipts import UNDO
from tongzhou.pages.table import Table

register = template.Library()
SEND = gettext_noop("Send")


@register.inclusion_tag("pages/form.html", takes_context=True)
def form(
    context: dict[str, Any],
    form: Form,
    button: str = "",
    *,
    quiet: bool = False,
    grave: bool = False,
    line: bool = False,
    action: str = "",
) -> dict[str, Any]:
    """A whole form with its button. `quiet`: its button is outlined, where another act is the usual one; `grave`: it is
    one that people regret; `line`: a short form, its fields and its button beside each other."""
    return _parts(context, form) | {"button": button, "quiet": quiet or grave, "grave": grave, "line": line,
                                    "action": action}  # fmt: skip


def drawn(request: HttpRequest, form: Form, button: str = "", *, quiet: bool = False) -> SafeString:
    """A whole form for a cell of a table."""
    parts = _parts({"csrf_token": get_token(request), "request": request}, form)
    return mark_safe(render_to_string("pages/form.html", parts | {"button": button, "quiet": quiet}))


@register.inclusion_tag("pages/filters.html")
def filters(form: Filter, button: str = "") -> dict[str, Any]:
    """What a page is narrowed by, in its address."""
    return {"form": form, "button": button}


@register.inclusion_tag("pages/head.html", takes_context=True)
def form_head(context: dict[str, Any], form: Form) -> dict[str, Any]:
    """What every form of a page begins with inside its `<form>`: its numbers, and its errors."""
    return _parts(context, form)


def _parts(context: dict[str, Any], form: Form) -> dict[str, Any]:
    """What the templates draw of a form beside its fields. Not by `form.name`: in a template that would be the field of
    this name, where there is one."""
    return {"form": form, "number": form.number, "named": form.name, "about": form.about, "seen": form.seen,
            "draft": form.draft, "records": form.records,
            "became": form.became, "errors": form.errors, "wrong": form.wrong if form.errors else [],
            "fields": form.asked, "pressed": form.pressed, "pressed_as": form.buttons, "grave_ones": form.grave,
            "csrf_token": context.get("csrf_token"), "request": context.get("request")}  # fmt: skip


@register.inclusion_tag("pages/table.html", takes_context=True)
def table(context: dict[str, Any], table: Table) -> dict[str, Any]:
    return {"table": table, "request": context.get("request"), "page": table.page, "name": table.after}


@register.filter
def choice(code: Any, of: str) -> str:
    """A code in words: `{{ row.severity|choice:"bed.requested.severity" }}`; an unknown one stands as it is."""
    kind, _dot, name = of.rpartition(".")
    try:
        return worded.choice(kind, name, code)
    except KeyError:
        return "" if code is None else str(code)


@register.filter
def choices(codes: Any, of: str) -> str:
    """Several codes in words."""
    return gettext(", ").join(choice(code, of) for code in codes or ())


@register.filter
def state(code: str, noun: str) -> str:
    """How a row stands, in words: `{{ row.state|state:"request" }}`."""
    return states.said(noun, code)


@register.filter
def fieldlabel(of: str) -> str:
    """What a field of a kind is called: `{{ "bed.requested.severity"|fieldlabel }}`."""
    kind, _dot, name = of.rpartition(".")
    return worded.label(kind, name)


@register.filter
def undoes(tags: str) -> str:
    """The fact that a receipt can take back; empty where it cannot."""
    return next((tag.removeprefix(UNDO) for tag in (tags or "").split() if tag.startswith(UNDO)), "")


register.filter("written", spoken.written)

MARKS = {"required": gettext_noop("required"), "optional": gettext_noop("may be left open")}


@register.simple_tag
def mark(bound: Any) -> str:
    """What stands beside a field's label about whether it has to be filled in; nothing where its form says so of the
    others."""
    said = getattr(bound.form, "marked", {}).get(bound.name)
    return format_html(' <small class="optional">{}</small>', gettext(MARKS[said])) if said else ""


@register.filter
def widget(bound: Any) -> str:
    """What sort of field it is: `pick` of few, `picks` of several, a single `tick`, else empty."""
    return {"RadioSelect": "pick", "CheckboxSelectMultiple": "picks", "CheckboxInput": "tick"}.get(
        type(bound.field.widget).__name__, ""
    )


@register.simple_tag(takes_context=True)
def unfold(context: dict[str, Any], line: str, key: str, words: str) -> str:
    """The link that opens a line of a list: `line` is its id on the page. Without scripts the page comes again with the
    line's forms, at the line; with them only the line is exchanged."""
    request = context["request"]
    kept = getattr(request, "unfolds", None)  # the same for every line of the page
    if kept is None:
        given = request.GET.copy()
        given.pop("open", None)
        kept = request.unfolds = given.urlencode()
    asked = "&".join(filter(None, (kept, f"open={quote(key, safe='')}")))
    return format_html('<a class="b unfold" href="?{}#{}">{}</a>', asked, line, words)


@register.simple_tag
def fresh_number() -> str:
    """A number for a form that a page draws by hand."""
    import uuid_utils.compat as uuids

    return str(uuids.uuid7())


@register.filter
def span(value: dt.timedelta | None) -> str:
    """A length of time as people say it: 35 min, 3 h 20 min, 2 d 4 h."""
    if value is None:
        return "–"
    minutes = int(abs(value.total_seconds())) // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return gettext("%(d)s d %(h)s h") % {"d": days, "h": hours}
    if minutes >= 60:
        return gettext("%(h)s h %(m)s min") % {"h": hours, "m": rest}
    return gettext("%(m)s min") % {"m": rest}


@register.filter
def degrees(tenths: int | None) -> str:
    return "–" if tenths is None else f"{tenths / 10:.1f} ℃"


@register.filter
def named(place: Any) -> str:
    """A place in the reader's language; empty for none."""
    if place is None:
        return ""
    return str((get_language() == "en" and place.name_en) or place.name_zh)
