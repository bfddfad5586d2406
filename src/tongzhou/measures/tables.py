"""Measures that run, as a table: what ends or is reviewed first, first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.ledger.time import stamp
from tongzhou.measures import notice
from tongzhou.measures.entry import Measure
from tongzhou.pages.table import Column, Table
from tongzhou.places.queries import Name

SHOWN = 50


def running(found: Sequence[Measure], places: Mapping[int, Name], now: dt.datetime) -> Table:
    """The first of them; how many more there are, the page says with a link to the register."""
    rows = sorted(found, key=lambda one: one.ends or now)[:SHOWN]
    columns = (
        Column("what", gettext_noop("Measure"), lambda one: notice.title(one, places)),
        Column("phase", gettext_noop("State"), lambda one: _(notice.PHASES[one.phase])),
        Column("until", gettext_noop("Ends by itself"), lambda one: stamp(one.ends) if one.ends else "–"),
        Column("left", gettext_noop("Left"), lambda one: notice.left(one.ends, now) if one.ends else "–"),
        Column("review", gettext_noop("Reviewed by"),
               lambda one: stamp(one.data["review"]) if one.data["review"] else "–"),
    )  # fmt: skip
    return Table(
        caption=_("In force or to come"),
        columns=columns,
        rows=rows,
        empty=_("No measure restricts anybody here."),
        id="running",
        href=lambda one: reverse("measure_work", args=[one.key]),
    )
