"""What runs out first, as a table."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.ledger.time import stamp
from tongzhou.pages.table import Column, Table
from tongzhou.supply.queries import Line
from tongzhou.supply.templatetags import supply as words


def cover(lines: Sequence[Line]) -> Table:
    return Table(
        caption=_("What runs out first"),
        columns=COLUMNS,
        rows=lines,
        empty=_("No store was counted in your places yet."),
        id="stock",
    )


def _good(line: Line) -> SafeString | str:
    name = words.good(line.item)
    return format_html('{} <small class="soft">{}</small>', name, line.item.standard) if line.item.standard else name


def _store(line: Line) -> SafeString | str:
    name = words.whose(line)
    return format_html('{} <small class="soft">{}</small>', name, _("invented")) if line.store.invented else name


def _lasts(line: Line) -> SafeString:
    return format_html('<span class="level {}">{}</span>', words.levelclass(line.level), words.coverwords(line))


def _counted(line: Line) -> SafeString | str:
    at = stamp(line.counted_at)
    return format_html('{}<small class="source">{}</small>', at, line.source) if line.source else at


def _days(line: Line) -> float | str:
    """Days as a number; why none can be told, in words."""
    return words.coverwords(line) if line.cover is None else round(line.cover, 1)


def _usable(line: Line) -> int:
    return line.usable


def _needed(line: Line) -> float | None:
    return None if line.demand is None else round(line.demand, 1)


COLUMNS = (
    Column("good", gettext_noop("Good"), _good, lambda line: words.good(line.item)),
    Column("store", gettext_noop("Store"), _store, words.whose),
    Column("lasts", gettext_noop("Lasts"), _lasts, _days, sort="number", filed=gettext_noop("Lasts, days")),
    Column("usable", gettext_noop("Usable, pieces"), lambda line: words.pieces(line.usable), _usable, sort="number"),
    Column("demand", gettext_noop("Needed a day"), lambda line: words.pieces(line.demand), _needed, sort="number"),
    Column("counted", gettext_noop("Counted"), _counted, lambda line: line.counted_at, sort="moment"),
)
