"""The tables of the morning: figures by place, what differs and why, what is late below."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from tongzhou.command import queries
from tongzhou.command.morning import Finding
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
        figure = format_html('<a href="{}">{}</a>', href, grouped(told.confirmed))
        return figure if told.day == day else format_html("{} <small>{}</small>", figure, f"{told.day:%m-%d}")

    def listed(one: queries.Line) -> str:
        return grouped(held[one.id]) if held.get(one.id) else _("not held")

    def of_day(one: queries.Line) -> queries.Published | None:
        """New cases are of their day alone: those of another are not this day's."""
        return one.published if one.published and one.published.day == day else None

    columns = (
        Column("place", gettext_noop("Place"), named),
        Column("confirmed", gettext_noop("Confirmed"), confirmed, sort="number"),
        Column("new", gettext_noop("New"), lambda one: fresh(of_day(one)), sort="number"),
        Column("dead", gettext_noop("Dead"), lambda one: grouped(one.published and one.published.dead), sort="number"),
        Column("listed", gettext_noop("In the line list here"), listed, sort="number"),
    )
    return Table(_("By place"), columns, lines, href=lambda one: f"/board/{one.id}?day={day}")


def findings(found: Sequence[Finding], telephones: Telephones) -> Table:
    """What does not agree, one line for each kind however many places, why it comes about, and whom to ring."""

    def place(one: Finding) -> str:
        if len(one.parts) == 1:
            return named(one.parts[0].place)
        return ngettext("%(n)s place", "%(n)s places", len(one.parts)) % {"n": len(one.parts)}

    def day(one: Finding) -> SafeString | str:
        told, href = f"{one.day:%m-%d}", one.parts[0].href
        return format_html('<a href="{}">{}</a>', href, told) if href and len(one.parts) == 1 else told

    columns = (
        Column("place", gettext_noop("Place"), place),
        Column("day", gettext_noop("Day"), day, sort="moment"),
        Column("what", gettext_noop("What differs, and why"), _what),
        Column("telephone", gettext_noop("Duty telephone"), lambda one: _rings(one, telephones)),
    )
    shown = [column.name for column in columns if telephones or column.name != "telephone"]
    return Table(_("What differs, and why"), columns, found, _("Everything adds up."), shown=shown)


def _what(one: Finding) -> SafeString:
    """The sentence once with its places where it is the same of all, else what it says of each; why, once."""
    said = {differs(part) for part in one.parts}
    if len(said) > 1:
        each = ((part.href, named(part.place), differs(part)) for part in one.parts)
        told = format_html('<ul class="flags">{}</ul>', format_html_join("", '<li><a href="{}">{}</a>: {}</li>', each))
    elif len(one.parts) > 1:
        places = _(", ").join(named(part.place) for part in one.parts)
        told = format_html('{}<br><span class="sub">{}</span>', said.pop(), places)
    else:
        told = format_html("{}", said.pop())
    return format_html('{}<br><span class="sub">{}</span>', told, why(one.parts[0]))


def _rings(one: Finding, telephones: Telephones) -> SafeString | str:
    """Whom to ring: of several places each number with its place."""
    held = [(part.place, telephones[part.place.id]) for part in one.parts if telephones.get(part.place.id)]
    if len(one.parts) == 1 or not held:
        return ring(held[0][1] if held else "")
    return format_html_join(SafeString("<br>"), "{} {}", ((named(place), ring(number)) for place, number in held))


def overdue(lines: Sequence[Late], names: Names, telephones: Telephones, *, live: bool = True) -> Table:
    """What is late at a desk and right below it: how many, since when, who owes it next, whom to ring; of a past
    morning, whom nobody rings any more, without that."""

    def what(one: Late) -> SafeString | str:
        if one.text:
            told = _("not carried out: %(text)s") if one.what == "carry_out" else _("no answer to: %(text)s")
            told, href = told % {"text": one.text}, "#decisions" if one.what == "carry_out" else "/directives/"
        else:
            told = _("%(what)s: %(n)s") % {"what": duties.words_of(one.what), "n": grouped(one.n)}
            href = duties.page_of(one.what)
        return joined(
            format_html('<a href="{}">{}</a>', href, told) if live else told, _("not read") if one.unread else ""
        )

    columns = (
        Column("place", gettext_noop("Place"), lambda one: located(names, one.place)),
        Column("what", gettext_noop("What"), what),
        Column("since", gettext_noop("Late since"), lambda one: stamp(one.since), sort="moment"),
        Column("next", gettext_noop("Owes it next"), lambda one: _next(one, names)),
        Column("telephone", gettext_noop("Duty telephone"),
               lambda one: ring(number) if (number := telephones.get(one.place)) else _("none on file"), sort="moment"),
    )  # fmt: skip
    shown = [column.name for column in columns if live or column.name != "telephone"]
    return Table(_("Overdue"), columns, lines, shown=shown)


def _next(one: Late, names: Names) -> str:
    if one.next is None:
        return _("every desk of the ladder owes it")
    where = located(names, one.next.place) if one.next.place else duties.level_of(one.next.level)
    told = {"who": duties.post_at(one.next.role, where), "t": stamp(one.next.owes_from)}
    return _("%(who)s, from %(t)s") % told
