"""The list of staff, and of one's own roles."""

from __future__ import annotations

import datetime as dt

from django.utils.html import format_html_join
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from tongzhou.accounts.branch import Held, Person
from tongzhou.ledger.time import zone
from tongzhou.pages.table import Column
from tongzhou.people.roles import NAMES
from tongzhou.places.queries import Name


def role(code: str) -> str:
    return _(NAMES.get(code, code))


def placed(place: Name | None) -> str:
    return "" if place is None else place.name_zh if get_language() == "zh-hans" else place.name_en


def _minute(moment: dt.datetime) -> str:
    return f"{moment.astimezone(zone()):%Y-%m-%d %H:%M}"


def _held(one: Held) -> str:
    until = _("until %(day)s") % {"day": _minute(one.until)} if one.until else ""
    return f"{role(one.role)} · {placed(one.place)} {until}".strip()


def _holds(one: Person) -> str:
    return format_html_join("", "<div>{}</div>", ((_held(held),) for held in one.held)) or _("no role")


def _name(one: Person) -> str:
    off = f" · {_('switched off')}" if not one.active else ""
    return f"{one.called} ({one.login}){off}" if one.name else f"{one.login}{off}"


STAFF = (
    Column("name", gettext_noop("Name"), _name),
    Column("holds", gettext_noop("Holds"), _holds, plain=lambda one: "; ".join(map(_held, one.held))),
    Column("last", gettext_noop("Last signed in"), lambda one: _minute(one.last) if one.last else "–", sort="moment"),
    Column("factor", gettext_noop("Second factor"), lambda one: _("on") if one.factor else _("off")),
)  # fmt: skip
