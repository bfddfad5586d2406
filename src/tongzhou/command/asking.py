"""What an address of the board asks for: a day, a moment of knowledge, and how it is to be drawn."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tongzhou.api.asked import day as a_day
from tongzhou.api.asked import known_at
from tongzhou.command import queries
from tongzhou.command.due import whole
from tongzhou.command.measured import BY_ID
from tongzhou.ledger import clock
from tongzhou.ledger.time import local_day
from tongzhou.problems import Malformed

ONE = dt.timedelta(days=1)
MORNING = dt.time(8, 30)  # a step of what was known: the morning on which the day before was told


def asked(request: HttpRequest, place: int | None = None) -> tuple[dt.date, dt.datetime | None]:
    """The day and the moment of knowledge in the address; the newest published day where none is named. Of a place, the
    last whole day where the bulletin of the one that is named is not due yet."""
    at = known_at(request)
    if given := request.GET.get("day"):
        day = a_day(given)
        return day if place is None else whole(place, day, at), at
    return queries.newest_day(at) or local_day(clock.read(queries.raw()).now), at


def not_due(request: HttpRequest, day: dt.date) -> dt.date | None:
    """The day in the address, where another stands for it because its bulletin is not due yet."""
    given = request.GET.get("day")
    return named if given and (named := a_day(given)) != day else None


@dataclass(frozen=True)
class Drawn:
    """How the map and the curve are drawn: by which measure, on which scale, of which days."""

    measure: str = ""
    log: bool = False
    first: dt.date | None = None
    last: dt.date | None = None


def drawn(request: HttpRequest) -> Drawn:
    measure, scale = request.GET.get("ind", ""), request.GET.get("scale", "")
    if measure and measure not in BY_ID:
        raise Malformed(_("one of %(names)s") % {"names": ", ".join(BY_ID)}, "ind")
    if scale not in ("", "linear", "log"):
        raise Malformed(_("one of %(names)s") % {"names": "linear, log"}, "scale")
    first, last = (a_day(given, name) if (given := request.GET.get(name)) else None for name in ("from", "to"))
    if first and last and last < first:
        raise Malformed(_("a day not before the first"), "to")
    return Drawn(measure, scale == "log", first, last)


def query(request: HttpRequest, **changed: str | None) -> str:
    """The address's own question with something changed; None leaves a part out."""
    told = {name: value for name, value in request.GET.items() if value} | changed
    return urlencode({name: value for name, value in told.items() if value is not None})


@dataclass(frozen=True)
class Slider:
    """A time of the board with its steps: addresses of the step back and the step on, None where there is none."""

    first: dt.date
    last: dt.date
    value: dt.date
    back: str | None
    on: str | None

    @property
    def steps(self) -> int:
        return (self.last - self.first).days

    @property
    def step(self) -> int:
        return (self.value - self.first).days


@dataclass(frozen=True)
class Times:
    day: Slider
    known: Slider
    now: str  # the address of the board as it is known now


def times(request: HttpRequest, day: dt.date, at: dt.datetime | None) -> Times:
    """The day shown and the moment of knowledge. As known at a moment, no step reaches beyond the days told by then."""
    today = local_day(clock.read(queries.raw()).now)
    last = max(queries.newest_day(at) or day, day) if at is None else queries.newest_day(at) or day
    first = min(queries.oldest_day() or day, day)
    known = min(local_day(at), today) if at else today
    return Times(
        Slider(first, max(first, last), min(max(day, first), max(first, last)), _on(request, day, -1, first, last),
               _on(request, day, 1, first, last)),
        Slider(first + ONE, max(today, first + ONE), known, _known(request, day, known - ONE, first, today),
               _known(request, day, known + ONE, first, today) if at else None),
        query(request, as_known_at=None, day=None),
    )  # fmt: skip


def _on(request: HttpRequest, day: dt.date, step: int, first: dt.date, last: dt.date) -> str | None:
    to = day + step * ONE
    return query(request, day=str(to)) if first <= to <= last else None


def _known(request: HttpRequest, day: dt.date, to: dt.date, first: dt.date, today: dt.date) -> str | None:
    """As known on the morning of a day; of no day that was not over then."""
    if to <= first:
        return None
    if to >= today:
        return query(request, as_known_at=None)
    return query(request, as_known_at=f"{to}T{MORNING:%H:%M}", day=str(min(day, to - ONE)))
