"""The tables of the outlook: the cases of a cluster, and what was foretold of a day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from tongzhou.cases.templatetags.cases import word
from tongzhou.directives.lists import joined
from tongzhou.outlook.past import Past
from tongzhou.outlook.templatetags.outlook import direction, whole
from tongzhou.pages.table import Column, Table


def cases(caption: str, found: Sequence[Any]) -> Table:
    """The cases of a cluster, each with the chain around it."""

    def chain(case: Any) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("chain", args=[case["key"]]), _("Who infected whom"))

    columns = (
        Column("case", gettext_noop("Case"), lambda case: joined(word(case["state"]), case["data"]["card"])),
        Column("onset", gettext_noop("Onset"), lambda case: case["data"]["onset"], sort="moment"),
        Column("age", gettext_noop("Age"), lambda case: case["data"]["age"], sort="number"),
        Column("chain", gettext_noop("Chain"), chain),
    )
    return Table(caption, columns, found, href=lambda case: reverse("case", args=[case["key"]]))


def foretold(found: Sequence[Past]) -> Table:
    """What earlier forecasts said of a day, and what came."""

    def made(one: Past) -> SafeString:
        before = ngettext("one day before", "%(n)s days before", one.ahead) % {"n": one.ahead}
        return format_html("{} <small>{}</small>", one.made, joined(before, "" if one.kept else _("made afterwards")))

    def said(one: Past) -> SafeString | str:
        if not one.then:
            return direction(one.direction)
        median, low, high = one.then
        return format_html("{} <small>{} – {}</small>", whole(median), whole(low), whole(high))

    def held(one: Past) -> SafeString | str:
        outside = format_html('<b class="level medium">{}</b>', _("came outside"))
        return "–" if one.held is None else _("held") if one.held else outside

    columns = (
        Column("made", gettext_noop("Made on"), made),
        Column("said", gettext_noop("Foretold"), said, sort="number"),
        Column("came", gettext_noop("Came"), lambda one: whole(one.came), sort="number"),
        Column("band", gettext_noop("Band"), held),
        Column("score", gettext_noop("Score"), lambda one: None if one.score is None else f"{one.score:.1f}",
               sort="number"),
    )  # fmt: skip
    return Table(_("What was foretold of this day before"), columns, found)
