"""The tables of a desk: who answered a directive, what was asked of the desk above, what it owes and waits for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.directives.owes import Line
from tongzhou.directives.templatetags.directives import located, said
from tongzhou.ledger import worded
from tongzhou.ledger.known import Page
from tongzhou.ledger.time import stamp
from tongzhou.pages.table import Column, Table
from tongzhou.people import duties
from tongzhou.people.clocks import Clock
from tongzhou.sites.templatetags.sites import ring

Row = dict[str, Any]
Names = dict[int, tuple[str, str]]
Telephones = Mapping[int, str]


def joined(*parts: Any) -> SafeString:
    """Parts of a cell side by side, without those that are empty."""
    told = [part for part in parts if part not in ("", None)]
    found = format_html("{}", told[0]) if told else SafeString("")
    for part in told[1:]:
        found = format_html("{} · {}", found, part)
    return found


def clock_cell(clock: Clock | None) -> SafeString:
    return SafeString(render_to_string("people/clock.html", {"clock": clock}).strip()) if clock else SafeString("")


def due_cell(due: dt.datetime, now: dt.datetime) -> SafeString | str:
    """When it is due, and that it is overdue."""
    late = format_html('<b class="level high">{}</b> {}', _("overdue"), stamp(due))
    return late if due < now else stamp(due)


def telephone_column(telephones: Telephones, of: str) -> Column:
    """The duty telephone of a place, to be rung."""
    return Column("telephone", gettext_noop("Duty telephone"), lambda one: ring(telephones.get(one[of], "")),
                  lambda one: telephones.get(one[of], ""), sort="moment")  # fmt: skip


def answers(one: Row, names: Names, telephones: Telephones) -> Table:
    """Each place that a directive went to, in official order."""

    def state(line: Row) -> SafeString:
        running = line["clock"] and (line["late"] or line["state"] != "done") and one["state"] == "open"
        tasks = line["tasks"]
        return joined(
            said(line["state"]),
            clock_cell(line["clock"]) if running else "",
            worded.choice("directive.reported", "reason", line["reason"]) if line.get("reason") else "",
            format_html("<q>{}</q>", line["text"]) if line.get("text") else "",
            _passed(line) if line.get("passed_on") and line["state"] != "done" else "",
            _tasks(tasks) if tasks["all"] else "",
            _("%(n)s not ready") % {"n": tasks["not_ready"]} if tasks["not_ready"] else "",
        )

    columns = [
        Column("place", gettext_noop("Place"), lambda line: located(names, line["place"])),
        Column("state", gettext_noop("State"), state),
        Column("since", gettext_noop("Since"), _since, sort="moment"),
        Column("figure", gettext_noop("Figure"), lambda line: line.get("figure"), sort="number"),
        telephone_column(telephones, "place"),
    ]
    shown = [column.name for column in columns if column.name != "figure" or one["evidence"] == "figure"]
    return Table(one["text"], columns, one["lines"], mark=lambda line: "now" if line["late"] else "", shown=shown)


def _since(line: Row) -> str:
    at = line.get("at") or line.get("read_at")
    return stamp(at) if at else "–"


def _passed(line: Row) -> str:
    return _("passed on: %(n)s of %(all)s places done") % {"n": line["places"][0], "all": line["places"][1]}


def _tasks(tasks: Mapping[str, int]) -> str:
    return _("%(n)s of %(all)s tasks done") % {"n": tasks["done"], "all": tasks["all"]}


def asked(found: Sequence[Row], page: Page, names: Names, telephones: Telephones) -> Table:
    """What was asked of the desk above, with the answer or its clock, and which desk owes it."""

    def due(one: Row) -> SafeString | str:
        if one["clock"]:
            return clock_cell(one["clock"])
        told = _("answered late: %(t)s") if one["answered_late"] else "%(t)s"
        return told % {"t": stamp(one["due"])}

    columns = (
        Column("request", gettext_noop("Request"), lambda one: joined(one["text"], one["amount"])),
        Column("asked", gettext_noop("Asked"), lambda one: stamp(one["asked_at"]), sort="moment"),
        Column("answer", gettext_noop("Answer"), lambda one: joined(said(one["state"]), one["granted"], one["answer"])),
        Column("due", gettext_noop("Due"), due),
        Column("owes", gettext_noop("Owed by"), lambda one: _owes(one, names)),
        Column("telephone", gettext_noop("Duty telephone"),
               lambda one: ring(telephones.get(one["owes"], "")) if one["owes"] else "–",
               lambda one: telephones.get(one["owes"], ""), sort="moment"),
    )  # fmt: skip
    return Table(_("What we asked"), columns, found, _("Nothing was asked from here."), page=page, after="ours")


def _owes(one: Row, names: Names) -> str:
    """Which desk owes the answer, or what is left of it."""
    if not one["owes"]:
        return "–"
    desk = duties.post_at("desk", located(names, one["owes"]))
    if one["state"] == "rest" and one["left"]:
        return _("%(desk)s: %(n)s still") % {"desk": desk, "n": one["left"]}
    return desk


def answered(page: Page, names: Names) -> Table:
    """What was asked here and has its answer."""
    columns = (
        Column("place", gettext_noop("Place"), lambda one: located(names, one["place"])),
        Column("request", gettext_noop("Request"), lambda one: joined(one["text"], one["amount"])),
        Column("answer", gettext_noop("Answer"), lambda one: joined(said(one["state"]), one["granted"], one["answer"])),
        Column("at", gettext_noop("Answered"), lambda one: stamp(one["answered_at"]), sort="moment"),
    )
    return Table(_("Answered"), columns, page.rows, page=page, after="answered")


def owed(lines: Sequence[Line], matters: Mapping[str, str], names: Names, now: dt.datetime) -> Table:
    """What the desk owes, what is late first. `matters`: what each line is about where it has no words of its own."""
    columns = (
        Column("what", gettext_noop("To do"), lambda one: duties.words_of(one.what)),
        Column("matter", gettext_noop("Matter"), lambda one: one.text or matters.get(one.subject, "")),
        Column("first", gettext_noop("Owed first at"), lambda one: located(names, one.at)),
        Column("due", gettext_noop("Due"), lambda one: due_cell(one.due, now), sort="moment"),
    )
    return Table(_("What the desk owes"), columns, lines, _("The desk owes nothing."),
                 href=lambda one: duties.page_of(one.what), mark=lambda one: _late(one, now))  # fmt: skip


def _late(one: Line, now: dt.datetime) -> str:
    return "now" if one.due < now else ""


def awaited(lines: Sequence[Line], names: Names, now: dt.datetime) -> Table:
    """What others have to answer to the desk."""

    def matter(one: Line) -> SafeString:
        told = format_html('<a href="{}">{}</a>', duties.page_of(one.what), one.text or "–")
        return joined(told, _("not read") if one.unread else "")

    columns = (
        Column("with", gettext_noop("With"), lambda one: located(names, one.at)),
        Column("matter", gettext_noop("Matter"), matter),
        Column("due", gettext_noop("Due"), lambda one: due_cell(one.due, now), sort="moment"),
    )
    return Table(_("What the desk waits for"), columns, lines, mark=lambda one: _late(one, now))


def notices(told: Sequence[Row], names: Names) -> Table:
    """Telephone notices of a decision: when, to whom, and whether it was read back."""
    columns = (
        Column("at", gettext_noop("Told at"), lambda one: stamp(one["at"]), sort="moment"),
        Column("to", gettext_noop("Which desk was rung"), lambda one: located(names, one["to"])),
        Column("who", gettext_noop("Which post answered"),
               lambda one: worded.choice("decision.told", "who", one["who"])),
        Column("read_back", gettext_noop("Read back"),
               lambda one: worded.choice("decision.told", "read_back", one["read_back"])),
    )  # fmt: skip
    return Table(_("Telephone notices"), columns, told, _("Nobody was told by telephone."))
