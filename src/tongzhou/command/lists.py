"""The tables of the morning: figures by place, what differs and why, what is late below."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.command import queries
from tongzhou.command.morning import Difference
from tongzhou.command.overdue import Late
from tongzhou.command.templatetags.board import fresh, grouped
from tongzhou.command.templatetags.morning import differs, why
from tongzhou.directives.lists import Names, Telephones, joined
from tongzhou.directives.templatetags.directives import located
from tongzhou.ledger.time import stamp
from tongzhou.pages.table import Column, Table
from tongzhou.pages.templatetags.pages import named
from tongzhou.people import duties
from tongzhou.sites.templatetags.sites import ring


def by_place(lines: Sequence[queries.Line], held: Mapping[int, int], day: dt.date) -> Table:
    """The figures of the places right below, as published, and what the line list here holds of them."""

    def confirmed(one: queries.Line) -> SafeString | str:
        told = one.published
        if told is None:
            return "–"
        href = f"/source/bulletin/{told.unit}/{told.day}"
        return format_html('<a href="{}">{}</a>', href, grouped(told.confirmed))

    def listed(one: queries.Line) -> str:
        return grouped(held[one.id]) if held.get(one.id) else _("not held")

    columns = (
        Column("place", gettext_noop("Place"), named),
        Column("confirmed", gettext_noop("Confirmed"), confirmed, sort="number"),
        Column("new", gettext_noop("New"), lambda one: fresh(one.published), sort="number"),
        Column("dead", gettext_noop("Dead"), lambda one: grouped(one.published and one.published.dead), sort="number"),
        Column("listed", gettext_noop("In the line list here"), listed, sort="number"),
    )
    return Table(_("By place"), columns, lines, href=lambda one: f"/board/{one.id}?day={day}")


def differences(found: Sequence[Difference], telephones: Telephones) -> Table:
    """What does not agree, why such a thing comes about, and whom to ring."""

    def day(one: Difference) -> SafeString | str:
        told = f"{one.day:%m-%d}"
        return format_html('<a href="{}">{}</a>', one.href, told) if one.href else told

    columns = (
        Column("place", gettext_noop("Place"), lambda one: named(one.place)),
        Column("day", gettext_noop("Day"), day, sort="moment"),
        Column("what", gettext_noop("What differs, and why"),
               lambda one: format_html('{}<br><span class="sub">{}</span>', differs(one), why(one))),
        Column("telephone", gettext_noop("Duty telephone"), lambda one: ring(telephones.get(one.place.id, "")),
               sort="moment"),
    )  # fmt: skip
    return Table(_("What differs, and why"), columns, found, _("Everything adds up."))


def overdue(lines: Sequence[Late], names: Names) -> Table:
    """What is late at a desk and right below it: how many, since when, who owes it next, whom to ring."""

    def what(one: Late) -> SafeString:
        if one.text:
            told = _("no answer to: %(text)s") % {"text": one.text}
            return joined(format_html('<a href="/directives/">{}</a>', told), _("not read") if one.unread else "")
        told = _("%(what)s: %(n)s") % {"what": duties.words_of(one.what), "n": grouped(one.n)}
        return format_html('<a href="{}">{}</a>', duties.page_of(one.what), told)

    columns = (
        Column("place", gettext_noop("Place"), lambda one: located(names, one.place)),
        Column("what", gettext_noop("What"), what),
        Column("since", gettext_noop("Late since"), lambda one: stamp(one.since), sort="moment"),
        Column("next", gettext_noop("Owes it next"), lambda one: _next(one, names)),
        Column("telephone", gettext_noop("Duty telephone"),
               lambda one: ring(one.telephone) if one.telephone else _("none on file"), sort="moment"),
    )  # fmt: skip
    return Table(_("Overdue"), columns, lines)


def _next(one: Late, names: Names) -> str:
    if one.next is None:
        return _("every desk of the ladder owes it")
    where = located(names, one.next.place) if one.next.place else duties.level_of(one.next.level)
    told = {"who": duties.post_at(one.next.role, where), "t": stamp(one.next.owes_from)}
    return _("%(who)s, from %(t)s") % told
