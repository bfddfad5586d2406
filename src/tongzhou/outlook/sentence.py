"""The sentence of the outlook, by rule: a direction, at most two figures, what to do; never the middle number.

The band of nineteen in twenty decides how sure it sounds, the inner half gives the figures. Where too few own past
forecasts judge a distance, the sentence gives no figure for it and says what holds today.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongzhou.command import queries
from tongzhou.command.published import Published
from tongzhou.outlook.ahead import WEEK, Ahead, look_ahead
from tongzhou.outlook.templatetags.outlook import whole
from tongzhou.tables.policy import shipped


@dataclass(frozen=True)
class Sentence:
    """`case`: falls, rises, likely_falls, likely_rises, either; or falling, rising, unsure where no figure is told.
    `low` and `high`: the inner half for `day`; `outer`: how far the band reaches towards the other side; `now` and
    `before`: the mean of seven days, today and a week ago."""

    case: str
    day: dt.date | None = None
    low: float = 0.0
    high: float = 0.0
    outer: float = 0.0
    now: float | None = None
    before: float | None = None

    @property
    def facts(self) -> Mapping[str, Any]:
        figures = {name: round(getattr(self, name)) for name in ("low", "high", "outer")}
        return {"outlook": self.case, "day": self.day, **figures}

    def __str__(self) -> str:
        if self.day is None:
            return f"{_without(self.case)}{_space()}{self._weeks()}".strip()
        when = date_format(self.day, "j F" if get_language() == "en" else "n月j日")
        told = {"l": whole(self.low), "h": whole(self.high), "o": whole(self.outer), "d": when,
                "m": "–" if self.now is None else whole(self.now)}  # fmt: skip
        return _with(self.case) % told

    def _weeks(self) -> str:
        if self.now is None or self.before is None:
            return ""
        told = {"a": whole(self.before), "b": whole(self.now)}
        return _("The mean of seven days went from %(a)s to %(b)s in a week.") % told


def _space() -> str:
    return " " if get_language() == "en" else ""


def _with(case: str) -> str:
    """The words of a case that gives figures."""
    words = {
        "falls": _(
            "It goes on falling: about %(l)s–%(h)s new cases a day by %(d)s, now %(m)s (mean of seven days). No beds"
            " need adding for a peak."
        ),
        "likely_falls": _(
            "Most likely it goes on falling: about %(l)s–%(h)s new cases a day by %(d)s, now %(m)s (mean of seven"
            " days); a standstill cannot be ruled out, at most about %(o)s. Give beds back only as they empty."
        ),
        "rises": _(
            "It goes on rising: about %(l)s–%(h)s new cases a day by %(d)s, now %(m)s (mean of seven days). Open beds"
            " for %(h)s a day now."
        ),
        "likely_rises": _(
            "Most likely it goes on rising: about %(l)s–%(h)s new cases a day by %(d)s, now %(m)s (mean of seven days);"
            " a standstill cannot be ruled out, at least about %(o)s. Prepare beds for %(h)s a day."
        ),
        "either": _(
            "It may rise or fall: about %(l)s–%(h)s new cases a day by %(d)s, now %(m)s (mean of seven days). Prepare"
            " beds for %(h)s a day and dismiss nobody for %(l)s."
        ),
    }
    return words[case]


def _without(case: str) -> str:
    """The words of a case that gives no figure for the days to come."""
    least = {"n": shipped("forecast")["values"]["judged_least"]}
    words = {
        "rising": _(
            "Rising, and for how long cannot be said: fewer than %(n)s forecasts made here before could be held against"
            " what came, so there is no figure for next week. Add beds today; do not wait for a forecast."
        ),
        "falling": _(
            "Falling, and how far cannot be said: fewer than %(n)s forecasts made here before could be held against"
            " what came, so there is no figure for next week. Give no bed back on a forecast."
        ),
        "unsure": _(
            "It may rise or fall: fewer than %(n)s forecasts made here before could be held against what came, so there"
            " is no figure for next week. Plan for both."
        ),
    }
    return words[case] % least


def sentence(ahead: Ahead | None, curve: Sequence[Published | dt.date]) -> Sentence | None:
    """What is told of a place; None where its figures tell no direction at all."""
    if ahead is None or not ahead.direction:
        return None
    now, before = mean(curve, 0), mean(curve, WEEK)
    if not ahead.days or now is None:
        return Sentence({"either": "unsure"}.get(ahead.direction, ahead.direction), now=now, before=before)
    day, (least, low, _median, high, most) = ahead.days[ahead.reach - 1]
    if most < now:
        return Sentence("falls", day, low, high, most, now, before)
    if least > now:
        return Sentence("rises", day, low, high, least, now, before)
    if high < now:
        return Sentence("likely_falls", day, low, high, most, now, before)
    if low > now:
        return Sentence("likely_rises", day, low, high, least, now, before)
    return Sentence("either", day, low, high, most, now, before)


def mean(curve: Sequence[Published | dt.date], back: int) -> float | None:
    """Of seven days, ending so many days before the newest; None where one was not told."""
    told = [one.fresh for one in curve[back : back + WEEK] if isinstance(one, Published) and not one.definition]
    known = [one for one in told if one is not None]
    return sum(known) / WEEK if len(known) == WEEK else None


def for_report(board: queries.Board, curve: Sequence[Published | dt.date], at: dt.datetime | None) -> Sentence | None:
    """The same for the situation report."""
    return sentence(look_ahead(curve, set(queries.definition_changes()), beds=False), curve)
