"""The line list as a table: its columns, its edge, its words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from tongzhou.cases.clocks import Clock
from tongzhou.cases.templatetags.cases import clockword
from tongzhou.ledger import states, worded
from tongzhou.ledger.time import stamp
from tongzhou.pages.table import Column, Table
from tongzhou.pages.templatetags.pages import span

Row = dict[str, Any]
Names = Mapping[int, tuple[str, str]]
USUAL = ("sex", "age", "home", "onset", "state", "place", "clocks")
TAGS = {"confirmed": "full", "clinical": "full", "suspected": "half", "excluded": "quiet", "merged": "quiet"}
FILED = {
    "report": gettext_noop("Reported, 2 h: hours left, minus if over"),
    "investigation": gettext_noop("Investigated, 24 h: hours left, minus if over"),
}
CLOCKS = {"report": gettext_noop("Reported, 2 h"), "investigation": gettext_noop("Investigated, 24 h")}


def cases(rows: Iterable[Row], shown: Sequence[str], names: Names, caption: str = "") -> Table:
    """`shown`: the columns beside the number and the moment of the identification."""
    wanted = {"person", "identified", *shown} | (set(CLOCKS) if "clocks" in shown else set())
    return Table(
        caption=caption,
        columns=[one for one in columns(names) if one.name in wanted],
        rows=rows,
        href=lambda row: f"/cases/{row['key']}",
        mark=lambda row: mark(row["clocks"]),
        id="cases",
    )


def columns(names: Names) -> Sequence[Column]:
    def placed(name: str) -> Any:
        english = get_language() == "en"
        return lambda row: names[row[name]][english] if row[name] in names else None

    return (
        Column("person", gettext_noop("Number of the person"), _person),
        Column("sex", gettext_noop("Sex"), _sex),
        Column("age", gettext_noop("Age"), lambda row: row["age"], sort="number"),
        Column("home", gettext_noop("Lives in"), placed("home")),
        Column("onset", gettext_noop("Onset"), lambda row: row["onset"], sort="moment"),
        _moment("identified_at", "identified", gettext_noop("Identified")),
        Column("state", gettext_noop("Classification"), _state, lambda row: _class(row["state"])),
        Column("place", gettext_noop("Reported in"), placed("place"), narrow=True),
        Column("card", gettext_noop("Card"), lambda row: row["card"], narrow=True),
        Column("source", gettext_noop("From list"), lambda row: row["source"], narrow=True),
        _moment("investigated_at", "investigated", gettext_noop("Investigated"), narrow=True),
        *(Column(name, label, _clock(name), _clock_plain(name), filed=FILED[name]) for name, label in CLOCKS.items()),
    )


def mark(clocks: Sequence[Clock]) -> str:
    """The edge of a row: only where a clock is open, and late or near its end."""
    running = {clock.state for clock in clocks if clock.left is not None}
    return "now" if "missed" in running else "soon" if "amber" in running else ""


def clock_words(clock: Clock) -> str:
    """How a clock stands, in the fewest words."""
    if clock.left is not None:
        left = {"t": span(clock.left)}
        return _("%(t)s over") % left if clock.state == "missed" else _("%(t)s left") % left
    if clock.late is not None:
        return _("%(t)s late") % {"t": span(clock.late)}
    return "–" if clock.state == "waiting" else _("in time") if clock.state == "met" else clockword(clock.state)


def _person(row: Row) -> str:
    return str(row["whose"].code) if row.get("whose") and row["whose"].code else "–"


def _sex(row: Row) -> str | None:
    return worded.choice("case.identified", "sex", row["sex"]) if row["sex"] else None


def _class(state: str) -> str:
    return states.said("case", state)


def _state(row: Row) -> Any:
    return format_html('<span class="tag {}">{}</span>', TAGS.get(row["state"], ""), _class(row["state"]))


def _moment(held: str, name: str, label: str, *, narrow: bool = False) -> Column:
    """A moment without its year on the page, and whole in a file."""
    return Column(name, label, lambda row: stamp(row[held]) if row[held] else None, lambda row: row[held],
                  sort="moment", narrow=narrow)  # fmt: skip


def _found(row: Row, name: str) -> Clock:
    found: Clock = next(clock for clock in row["clocks"] if clock.name == name)
    return found


def _clock(name: str) -> Any:
    def cell(row: Row) -> Any:
        clock = _found(row, name)
        css = "" if clock.left is None and clock.late is None else clock.state
        return format_html('<span class="clk {}">{}</span>', css, clock_words(clock))

    return cell


def _clock_plain(name: str) -> Any:
    """Hours that are left, below nought those that are over; in words what was in time, or waits."""

    def plain(row: Row) -> float | str:
        clock = _found(row, name)
        left = clock.left if clock.left is not None else -clock.late if clock.late is not None else None
        return clock_words(clock) if left is None else round(left.total_seconds() / 3600, 2)

    return plain


def counts(caption: str, told: Sequence[tuple[str, int]]) -> Table:
    """How often each thing was said of the rows of a list."""
    columns = (
        Column("why", gettext_noop("Reason"), lambda row: row[0]),
        Column("n", gettext_noop("Rows"), lambda row: row[1], sort="number"),
    )
    return Table(caption, columns, told)


def refused(first: Sequence[tuple[int, Sequence[tuple[str, str, str]]]], caption: str = "") -> Table:
    """Rows of a list that came back, trouble by trouble; a case that was there already can be opened."""

    def why(row: tuple[int, str, str, str]) -> str:
        _n, _field, told, case = row
        if not case:
            return told
        return format_html('{} <a href="/cases/{}">{}</a>', told, case, _("Open the case"))

    columns = (
        Column("row", gettext_noop("Row"), lambda row: row[0], sort="number"),
        Column("column", gettext_noop("Column"), lambda row: row[1] or "–"),
        Column("why", gettext_noop("Reason"), why),
    )
    return Table(caption or _("Refused rows"), columns, [(n, *one) for n, told in first for one in told], tall=True)


def twice(rows: Sequence[Row], names: Names) -> Table:
    """Cases that share a number."""
    english = get_language() == "en"

    def called(row: Row) -> str:
        return f"{states.said('case', row['state'])} · {_('onset')} {row['onset'] or '–'}"

    def placed(name: str) -> Any:
        return lambda row: names[row[name]][english] if row[name] in names else "–"

    columns = (
        Column("case", gettext_noop("Case"), called),
        Column("home", gettext_noop("Lives in"), placed("home")),
        Column("place", gettext_noop("Reported in"), placed("place")),
        Column("age", gettext_noop("Age"), lambda row: row["age"], sort="number"),
        Column("sex", gettext_noop("Sex"), _sex),
        Column("card", gettext_noop("Card"), lambda row: row["card"]),
    )
    return Table(_("Perhaps entered twice"), columns, rows, href=lambda row: f"/cases/{row['key']}")
