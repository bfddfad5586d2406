"""The tables of the bed pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from tongzhou.hospital.queries import Ward
from tongzhou.hospital.templatetags.beds import wardfor
from tongzhou.ledger.time import stamp
from tongzhou.pages.table import Column, Table


def wards_table(wards: Sequence[Ward], closing: Collection[str], now: dt.datetime) -> Table:
    def name(ward: Ward) -> SafeString:
        marks = [(_("takes nobody any more"),)] if ward.facility in closing else []
        marks += [(_("invented"),)] if ward.invented else []
        shown = format_html_join("", ' <span class="level outline">{}</span>', marks)
        return format_html('{}{}<small class="source">{}</small>', ward.called, shown, _serves(ward))

    def staffed(ward: Ward) -> SafeString | str:
        if ward.staffed is None or ward.counted_at is None:
            return format_html("<small>{}</small>", _("not counted"))
        counted = stamp(ward.counted_at)
        return format_html("{}<br><small>{}</small>", ward.staffed, counted) if ward.stale(now) else str(ward.staffed)

    columns = (
        Column("ward", gettext_noop("Ward"), name, lambda ward: ward.called),
        Column("stand", gettext_noop("Stand"), lambda ward: ward.physical, sort="number"),
        Column("staffed", gettext_noop("Staffed"), staffed, lambda ward: ward.staffed, sort="number"),
        Column("taken", gettext_noop("Taken"), _taken, lambda ward: ward.taken, sort="number"),
        Column("free", gettext_noop("Free now"), lambda ward: format_html("<b>{}</b>", ward.free),
               lambda ward: ward.free, sort="number"),
    )  # fmt: skip
    return Table(_("Wards"), columns, wards, _("No ward in your places."), href=lambda ward: f"/beds/ward/{ward.id}")


def _serves(ward: Ward) -> str:
    return wardfor(ward) + (f" · {_('oxygen')}" if ward.oxygen else "")


def _taken(ward: Ward) -> SafeString:
    over = format_html(' <b class="level high">+{}</b>', ward.over) if ward.over else ""
    cleaning = ward.states["cleaning"]
    waits = format_html("<br><small>{}</small>", _("%(n)s to be cleaned") % {"n": cleaning}) if cleaning else ""
    return format_html("{}{}{}", ward.taken, over, waits)


def real_houses(houses: Sequence[dict[str, Any]]) -> Table:
    """What was published of real houses."""
    columns = (
        Column("house", gettext_noop("House"), lambda one: _named(one, "name_en", "name_zh")),
        Column("planned", gettext_noop("Planned"), lambda one: one.get("beds_planned"), sort="number"),
        Column("stand", gettext_noop("Stand"), lambda one: one.get("beds_actual"), sort="number"),
        Column("first", gettext_noop("First patient"), lambda one: one.get("first_admission"), sort="moment"),
        Column("closed", gettext_noop("Closed on"), lambda one: one["closed"] and str(one["closed"]), sort="moment"),
        Column("account", gettext_noop("Account"), _account),
    )  # fmt: skip
    return Table(_("Published: real houses"), columns, houses)


def _named(one: dict[str, Any], en: str, zh: str) -> str:
    return str(one[en] if get_language() == "en" else one[zh])


def _account(one: dict[str, Any]) -> SafeString:
    parts: list[Any] = []
    if one["patients"] is not None and one["adds_up"] is not None:
        sums = {"p": one["patients"], "d": one["discharged"], "t": one["transferred"]}
        parts.append(_("%(p)s patients = %(d)s discharged + %(t)s transferred") % sums)
        if one["adds_up"] is False:
            parts.append(format_html('<b class="level high">{}</b>', _("does not add up")))
    elif one["patients"] is not None:
        parts.append(_("%(p)s patients") % {"p": one["patients"]})
        if one["discharged"] is not None:
            parts.append(_("%(d)s discharged") % {"d": one["discharged"]})
        parts.append(format_html("<small>{}</small>", _("the rest is not held here")))
    if one.get("note") and get_language() == "en":
        parts.append(format_html("<small>{}</small>", one["note"]))
    return format_html_join(" ", "{}", ((part,) for part in parts))


def designated(days: Sequence[dict[str, Any]]) -> Table:
    """Designated beds day by day, as published, with what contradicts itself flagged."""
    columns = (
        Column("day", gettext_noop("Day"), lambda one: one["day"].isoformat(), sort="moment"),
        Column("place", gettext_noop("Place"), lambda one: _named(one, "en", "zh")),
        Column("hospitals", gettext_noop("Hospitals"), lambda one: one["hospitals"], sort="number"),
        Column("beds", gettext_noop("Beds"), lambda one: one["beds"], sort="number"),
        Column("used", gettext_noop("Used"), lambda one: one["used"], sort="number"),
        Column("empty", gettext_noop("Empty"), lambda one: one["empty"], sort="number"),
        Column("flags", gettext_noop("What contradicts itself"), _flags, lambda one: "; ".join(one["flags"])),
    )
    return Table(_("Published: designated beds by day"), columns, days)


def _flags(one: dict[str, Any]) -> SafeString:
    return format_html_join(" ", '<span class="level high">{}</span>', ((flag,) for flag in one["flags"]))
