"""The press desk's page: which figures of a day are in, which are missing; entering a bulletin, correcting one.

What is entered is what was published, with the document in which it was read; nothing is reckoned or repaired here. A
day that was published before is published again: both publications stand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from tongzhou.api.asked import day as a_day
from tongzhou.command import queries
from tongzhou.command.publish import publication
from tongzhou.command.templatetags.board import fresh, grouped
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.time import local_day, zone
from tongzhou.pages import receipts
from tongzhou.pages.ask import Ask, page
from tongzhou.pages.fields import Whole, field
from tongzhou.pages.form import FactForm
from tongzhou.pages.table import Column, Table
from tongzhou.pages.templatetags.pages import named
from tongzhou.places.bulletins import MEASURES
from tongzhou.places.region_types import Bulletin

KIND = "bulletin.published"
ONE = dt.timedelta(days=1)
LATELY = 8  # days back in which a place published something: so long it is expected to publish again
_PUBLISHING = """
select distinct r.place from ledger_row r
where r.noun = 'bulletin' and r.state = 'published' and (r.data ->> 'day')::date between %(since)s and %(day)s
  and r.place <@ (select tongzhou_scope('counts')) order by r.place
"""


def _new(label: Any) -> Whole:
    return Whole(least=-(10**6), most=10**7, required=False, label=label)


class Enter(FactForm):
    """One bulletin of one place. `held`: what stands for its day, `eve`: for the day before."""

    kind, draft = KIND, True
    unit = field(KIND, "unit", offers=list, label=gettext_lazy("Place"))
    day = field(KIND, "day", label=gettext_lazy("Figures to the close of"))
    confirmed = field(KIND, "confirmed", label=gettext_lazy("Confirmed in all"))
    cured = field(KIND, "cured", label=gettext_lazy("Cured in all (left open where it does not say)"))
    dead = field(KIND, "dead", label=gettext_lazy("Dead in all (left open where it does not say)"))
    new_confirmed = _new(gettext_lazy("New, as the text tells"))
    new_cured = _new(gettext_lazy("Newly cured, as the text tells"))
    new_dead = _new(gettext_lazy("New deaths, as the text tells"))
    published_on = field(KIND, "published_on", label=gettext_lazy("Published on"))
    published_at = field(KIND, "published_at", label=gettext_lazy("At (as 08:00)"), required=False)
    read = field(KIND, "read", label=gettext_lazy("Document in which it was read"), required=True)
    meant = forms.BooleanField(required=False, label=gettext_lazy("It stands so in the document"))

    def __init__(self, *args: Any, lines: Sequence[queries.Line], **options: Any) -> None:
        super().__init__(*args, **options)
        self.lines = {line.key: line for line in lines}
        self.fields["unit"].choices = [("", "–"), *((line.key, named(line)) for line in lines)]  # type: ignore[attr-defined]
        if not self.is_bound:
            del self.fields["meant"]  # asked only where something is odd

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        meant = given.pop("meant", False)
        odd = "" if self.errors or receipts.said_already(self.number) else self._odd(given)
        if odd and not meant:
            self.add_error("meant", odd)
        elif not odd:
            del self.fields["meant"]
        return given

    def of(self, given: Mapping[str, Any]) -> tuple[queries.Published | None, queries.Published | None]:
        """What stands for the day that is entered, and for the day before."""
        line, day = self.lines[given["unit"]], dt.date.fromisoformat(given["day"])
        told = queries.curves([line.id], day, 2).get(line.id, ())
        days = {one.day: one for one in told if isinstance(one, queries.Published)}
        return days.get(day), days.get(day - ONE)

    def _odd(self, given: Mapping[str, Any]) -> str:
        """What is asked back once: a day published before, a total that falls, more cured and dead than confirmed."""
        held, eve = self.of(given)
        told: dict[str, Any] = {"n": grouped(given["confirmed"])}
        if held:
            told["held"] = grouped(held.confirmed)
            already = _("This day was published already: %(held)s confirmed. %(n)s will stand as a correction.") % told
            return " ".join(part for part in (already, self._falls(given, eve)) if part)
        return self._falls(given, eve)

    @staticmethod
    def _falls(given: Mapping[str, Any], eve: queries.Published | None) -> str:
        if eve and given["confirmed"] < eve.confirmed:
            return _("The day before stood at %(eve)s: the total falls.") % {"eve": grouped(eve.confirmed)}
        if (given.get("cured") or 0) + (given.get("dead") or 0) > given["confirmed"]:
            return _("More cured and dead than confirmed.")
        return ""

    def published(self) -> Said:
        """The bulletin as a fact: the same publication is the same fact."""
        given = self.cleaned_data
        line, (held, eve) = self.lines[given["unit"]], self.of(given)
        told = {name: given.get(name) for name in MEASURES}
        last = held or eve or line.published
        one = Bulletin(
            dt.date.fromisoformat(given["day"]), line.key, given["confirmed"], given.get("cured"), given.get("dead"),
            published_on=dt.date.fromisoformat(given["published_on"]),
            source=last.source if last else line.key, version="restated" if held else "first",
            published_at=given.get("published_at") or "",
            new={name: n for name in MEASURES if (n := given.get(f"new_{name}")) is not None},
            grades={name: "text" for name, figure in told.items() if figure is not None}, read=given["read"],
        )  # fmt: skip
        return publication(one, line.id, zone())


@page("bulletins", roles=["publisher"], at="bulletins/", link=("situation", gettext_noop("Bulletins")))
def bulletins(ask: Ask) -> HttpResponse:
    """The figures of a day, place by place, and the form in which one is entered or corrected."""
    today = local_day(ask.now)
    day = a_day(ask.given("day")) if ask.given("day") else today - ONE
    lines = queries.lines(publishing(day), day)
    form = ask.form(Enter, "enter", about="bulletin", lines=lines, initial=_initial(ask, lines, day, today))
    unit = str(form.data.get("unit", "")) if form.is_bound else ""
    done = ask.take(form, lambda: [form.published()], about=named(form.lines.get(unit)) if unit else "")
    missing = [line for line in lines if not _told(line, day)]
    return done or ask.show(
        "command/bulletins.html", table=_table(lines, day), form=form, day=day, missing=len(missing), of=len(lines),
        previous=day - ONE, next=day + ONE if day < today else None,
    )  # fmt: skip


def publishing(day: dt.date) -> list[int]:
    """The places that published lately, in official order."""
    given = {"since": day - LATELY * ONE, "day": day}
    return [place for (place,) in queries.raw().execute(_PUBLISHING, given).fetchall()]


def _told(line: queries.Line, day: dt.date) -> queries.Published | None:
    return line.published if line.published and line.published.day == day else None


def _initial(ask: Ask, lines: Sequence[queries.Line], day: dt.date, today: dt.date) -> dict[str, Any]:
    """The place and day that were chosen in the table; a correction begins with what stands."""
    line = next((one for one in lines if str(one.id) == ask.given("unit")), None)
    given = {"day": day.isoformat(), "published_on": today.isoformat()}
    if line is None:
        return given
    held = _told(line, day)
    told = {name: getattr(held, name) for name in MEASURES} | {"read": held.read} if held else {}
    return given | {"unit": line.key} | told


def _table(lines: Sequence[queries.Line], day: dt.date) -> Table:
    def figure(one: queries.Line) -> SafeString | str:
        told = _told(one, day)
        if told is None:
            return format_html('<b class="level medium">{}</b>', _("missing"))
        return format_html('<a href="/source/bulletin/{}/{}">{}</a>', told.unit, told.day, grouped(told.confirmed))

    def measure(name: str) -> Any:
        return lambda one: grouped(getattr(told, name)) if (told := _told(one, day)) else "–"

    def act(one: queries.Line) -> SafeString:
        words = _("Correct") if _told(one, day) else _("Enter")
        return format_html('<a href="?day={}&amp;unit={}#enter">{}</a>', day, one.id, words)

    columns = (
        Column("place", gettext_noop("Place"), named),
        Column("confirmed", gettext_noop("Confirmed"), figure, sort="number"),
        Column("new", gettext_noop("New"), lambda one: fresh(_told(one, day)), sort="number"),
        Column("cured", gettext_noop("Cured"), measure("cured"), sort="number"),
        Column("dead", gettext_noop("Dead"), measure("dead"), sort="number"),
        Column("published", gettext_noop("Published on"),
               lambda one: told.published_on if (told := _told(one, day)) else "–", sort="moment"),
        Column("act", gettext_noop("Act"), act),
    )  # fmt: skip
    return Table(_("Figures by place"), columns, lines, _("No place of yours published lately."))
