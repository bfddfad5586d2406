"""The tables of the morning: figures by place, what moved and what differs and why, what is late below."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from tongzhou.command import moved_said, queries
from tongzhou.command.morning import Finding
from tongzhou.command.moved import Moved
from tongzhou.command.overdue import Desk, Late, by_desk
from tongzhou.command.templatetags.board import fresh, grouped
from tongzhou.command.templatetags.morning import differs, why
from tongzhou.directives.desk import Differs
from tongzhou.directives.lists import Names, Telephones, joined
from tongzhou.directives.templatetags.directives import located
from tongzhou.directives.templatetags.directives import said as said_of
from tongzhou.ledger.time import stamp
from tongzhou.pages.table import Column, Table
from tongzhou.pages.templatetags.pages import named
from tongzhou.people import duties
from tongzhou.people.templatetags.duties import left
from tongzhou.sites.templatetags.sites import ring

OPEN = ("open", "half")  # what nothing explains yet
PLACES = 3  # that the short words of a line name


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


def moved_table(found: Sequence[Moved], names: Names, telephones: Telephones) -> Table:
    """What moved from the day before, where and why; of what is missing, whom to ask."""

    def asks(one: Moved) -> SafeString | str:
        if one.verdict in ("explained", "half") or one.asks is None or not telephones.get(one.asks):
            return ""
        return format_html("{} {}", located(names, one.asks), ring(telephones[one.asks]))

    columns = (
        Column("what", gettext_noop("Figure"), moved_said.what),
        Column("change", gettext_noop("Day before → day"), moved_said.change, sort="moment"),
        Column("why", gettext_noop("Where, and why"), moved_said.why),
        Column("verdict", gettext_noop("Verdict"), lambda one: moved_said.verdict(one.verdict)),
        Column("telephone", gettext_noop("Whom to ring"), asks),
    )
    shown = [column.name for column in columns if telephones or column.name != "telephone"]
    return Table(_("What moved from the day before, and why"), columns, found, shown=shown)


def to_find_out(found: Sequence[Finding]) -> list[Differs]:
    """The lines that a decision may find out: what nothing explains yet."""
    return [
        Differs(one.value, _in_line(one), one.finds,
                [part.href.removeprefix("/source/") for part in one.parts if part.href])
        for one in found
        if one.verdict in OPEN and one.finds
    ]  # fmt: skip


def _in_line(one: Finding) -> str:
    """A line in short: where, of which day, and what each of its first places says."""
    open_ = [part for part in one.parts if not part.why]
    where = _(", ").join(named(part.place) for part in open_[:PLACES])
    if len(open_) > PLACES:
        where = ngettext("%(places)s and %(n)s more", "%(places)s and %(n)s more", len(open_) - PLACES) % {
            "places": where, "n": len(open_) - PLACES}  # fmt: skip
    told = dict.fromkeys(differs(part) for part in open_[:PLACES])
    return f"{where} {one.day:%m-%d}{_(': ')}{' '.join(told)}"


def findings(found: Sequence[Finding], telephones: Telephones, desk: int, *, decides: bool = False) -> Table:
    """What does not agree, one line for each kind however many places, why it comes about, whether it is explained and
    by what, and whom to ring. `decides`: the desk may still decide that somebody finds it out."""

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
        Column("verdict", gettext_noop("Verdict"), _verdict(desk, decides=decides)),
        Column("telephone", gettext_noop("Whom to ring"), lambda one: _rings(one, telephones, desk)),
    )
    shown = [column.name for column in columns if telephones or column.name != "telephone"]
    return Table(_("What differs, and why"), columns, found, _("Everything adds up."), shown=shown)


def _verdict(desk: int, *, decides: bool) -> Callable[[Finding], SafeString]:
    def cell(one: Finding) -> SafeString:
        mark = moved_said.verdict(one.verdict)
        if not decides or one.verdict not in OPEN or not one.finds:
            return mark
        told = (mark, desk, one.value, _("Decide that somebody finds it out"))
        return format_html('{}<br><a class="noprint" href="?desk={}&amp;finds={}#decide">{}</a>', *told)

    return cell


def _what(one: Finding) -> SafeString:
    """The sentence once with its places where it is the same of all, else what it says of each; what explains it, else
    why such a thing comes about and whom to ask; and the decision that somebody finds out."""
    said = {differs(part) for part in one.parts}
    if len(said) > 1:
        each = ((part.href, named(part.place), differs(part)) for part in one.parts)
        told = format_html('<ul class="flags">{}</ul>', format_html_join("", '<li><a href="{}">{}</a>: {}</li>', each))
    elif len(one.parts) > 1:
        places = _(", ").join(named(part.place) for part in one.parts)
        told = format_html('{}<br><span class="sub">{}</span>', said.pop(), places)
    else:
        told = format_html("{}", said.pop())
    explained = next((part.why for part in one.parts if part.why), None)
    reason = explained[_language()] if explained else why(one.parts[0])
    told = format_html('{}<br><span class="sub">{}</span>', told, reason)
    return format_html("{}{}", told, format_html_join("", '<br><span class="sub">{}</span>',
                                                        ((_asked(each, one),) for each in one.asked)))  # fmt: skip


def _language() -> str:
    return "en" if get_language() == "en" else "zh"


def _asked(one: Mapping[str, Any], of: Finding) -> SafeString:
    """A decision that somebody finds it out: which, by when, what became of it; and that the figures were others when
    it was taken, so that it does not explain them."""
    link = format_html('<a href="/decision/{}">{}</a>', one["key"], one["text"])
    became = said_of(one["state"]) + (f"{_(': ')}{one['became']}" if one.get("became") else "")
    told = became if not one["running"] else _("by %(t)s") % {"t": stamp(one["due"])}
    others = "" if set(of.finds) & set(one["finds"]) else _("the figures were others then: it does not explain these")
    return joined(format_html("{}: {}", _("Decided"), link), told, others)


def _rings(one: Finding, telephones: Telephones, desk: int) -> SafeString | str:
    """Whom to ring: each number with its place; nobody about what is explained or not told yet."""
    if one.verdict == "explained" or one.kind == "not_yet_published":
        return ""
    held = [(part.place, telephones[part.place.id]) for part in one.parts if telephones.get(part.place.id)]
    if not held:
        return _("your own desk") if all(part.place.id == desk for part in one.parts) else _("none on file")
    return format_html_join(SafeString("<br>"), "{} {}", ((named(place), ring(number)) for place, number in held))


def overdue(
    lines: Sequence[Late], names: Names, telephones: Telephones, now: dt.datetime, desk: int, *, live: bool = True
) -> Table:
    """What is late at a desk and right below it, one line a desk in official order: what, by how much, who owes it
    next, whom this desk rings; of a past morning, whom nobody rings any more, without that."""

    def what(one: Desk) -> SafeString:
        told = format_html_join("", "<li>{}</li>", ((_late(line, names, now, live),) for line in one.lines))
        return format_html('<ul class="flags">{}</ul>', told)

    def rings(one: Desk) -> SafeString | str:
        if one.place == desk:
            return _("your own desk")
        return ring(number) if (number := telephones.get(one.place)) else _("none on file")

    columns = (
        Column("place", gettext_noop("Desk"), lambda one: located(names, one.place)),
        Column("what", gettext_noop("What is late there"), what),
        Column("late", gettext_noop("The longest"), lambda one: left(now - one.since)),
        Column("telephone", gettext_noop("You ring"), rings, sort="moment"),
    )
    shown = [column.name for column in columns if live or column.name != "telephone"]
    return Table(_("Overdue"), columns, lines and by_desk(lines), shown=shown)


def _late(one: Late, names: Names, now: dt.datetime, live: bool) -> SafeString:
    """One thing that is late at a desk: what, since when and how long, who owes it next."""
    if one.text:
        told = _("not carried out: %(text)s") if one.what == "carry_out" else _("no answer to: %(text)s")
        told, href = told % {"text": one.text}, "#decisions" if one.what == "carry_out" else "/directives/"
    else:
        told = _("%(what)s: %(n)s") % {"what": duties.words_of(one.what), "n": grouped(one.n)}
        href = duties.page_of(one.what)
    late = _("due %(t)s, %(late)s late") % {"t": stamp(one.since), "late": left(now - one.since)}
    if one.n > 1:
        late = _("the oldest due %(t)s, %(late)s late") % {"t": stamp(one.since), "late": left(now - one.since)}
    return joined(
        format_html('<a href="{}">{}</a>', href, told) if live else told, _("not read") if one.unread else "",
        late, format_html('<span class="sub">{}</span>', _next(one, names)),
    )  # fmt: skip


def _next(one: Late, names: Names) -> str:
    if one.next is None:
        return _("every desk above owes it too: ring, ask what is in the way, stand in where nobody answers")
    where = located(names, one.next.place) if one.next.place else duties.level_of(one.next.level)
    told = {"who": duties.post_at(one.next.role, where), "t": stamp(one.next.owes_from)}
    return _("then %(who)s, from %(t)s") % told
