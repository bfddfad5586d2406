"""The forms of the gates' page and of Today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.gates import limits
from tongzhou.gates.kinds import MOST, PASSAGES
from tongzhou.ledger import worded
from tongzhou.ledger.time import zone
from tongzhou.pages.fields import Choice, Day, Whole, field
from tongzhou.pages.form import FactForm, Form, fact_form
from tongzhou.sites.drafts import Draft
from tongzhou.sites.templatetags.sites import sitename

HOURS = 36  # of which a tally sheet is typed in
SHIFTS = (4, 8, 12, 24)  # hours for which a phone is lent

Shift = fact_form("gate.shift_began", "until")
ShiftEnds = fact_form("gate.shift_ended")


class Destroyed(FactForm):
    kind, buttons = "gate_list.destroyed", "by"
    by = field(kind, "by")


class PhoneBack(FactForm):
    """The phone is no gate's any more: handed in, or lost."""

    kind, buttons = "gate_phone.ended", "how"
    how = field(kind, "how")


Erased = fact_form("gate_register.erased")


class TakenIn(FactForm):
    """Sheets with names that a gate kept because a measure asked for them."""

    kind = "gate_list.taken_in"
    day = field(kind, "day")
    sheets = field(kind, "sheets")


class Tally(FactForm):
    """What a tally sheet says of an hour: out and in by sort. Said again, the later word holds."""

    kind = "gate.counted"
    hour = Choice(choices=lambda: [], label=gettext_lazy("Hour"))

    def __init__(self, *args: Any, now: dt.datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        full = now.astimezone(zone()).replace(minute=0, second=0, microsecond=0)
        hours = [full - dt.timedelta(hours=n) for n in range(HOURS)]
        self.fields["hour"].choices = [("", "–"), *((one.isoformat(), f"{one:%m-%d %H:00}") for one in hours)]  # type: ignore[attr-defined]
        for way, words in (("out", _("Out")), ("back", _("Coming in"))):
            for code, sort in PASSAGES.items():
                label = f"{words}{_(': ')}{_(sort)}"
                self.fields[f"{way}-{code}"] = Whole(least=0, most=MOST, required=False, label=label)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not any(self._of(way) for way in ("out", "back")):
            self.add_error(None, _("One number at least; where nobody passed, write 0."))
        return given

    def values(self) -> dict[str, Any]:
        return {"hour": self.cleaned_data["hour"], "out": self._of("out"), "back": self._of("back")}

    def _of(self, way: str) -> dict[str, int]:
        told = {code: self.cleaned_data.get(f"{way}-{code}") for code in PASSAGES}
        return {code: n for code, n in told.items() if n is not None}


def shifts() -> list[int]:
    """The hours that are offered, as far as the signed table lends a phone."""
    longest = limits.hours("lend_h")
    return [n for n in SHIFTS if dt.timedelta(hours=n) <= longest]


class Lend(Form):
    """A phone is the gate's for a shift."""

    hours = Choice(choices=lambda: [(str(n), _("%(n)d hours") % {"n": n}) for n in shifts()], few=True,
                   label=gettext_lazy("For how long"))  # fmt: skip


class Issue(Form):
    """Cards for a gate: what for, where to, until when, how many. Nobody's name is asked."""

    what = Choice(choices=lambda: worded.choices("pass.issued", "what"), label=gettext_lazy("What for"))
    to = Choice(choices=lambda: [], required=False, label=gettext_lazy("Where to"))
    begins = Choice(choices=lambda: [], label=gettext_lazy("From"))
    hours = Whole(least=1, most=24, initial=2, label=gettext_lazy("Good for how many hours"))
    cards = Whole(least=1, most=60, initial=1, label=gettext_lazy("How many cards"))
    last_out = Day(required=False, label=gettext_lazy("When somebody of the household was out last"))
    never = forms.BooleanField(required=False, label=gettext_lazy("Nobody of the household was out yet"))

    def __init__(self, *args: Any, now: dt.datetime, sites: Sequence[Draft], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"].choices = [("", _("not said")), *((one.key, sitename(one)) for one in sites)]  # type: ignore[attr-defined]
        self.fields["begins"].choices = _hours(now)  # type: ignore[attr-defined]

    @property
    def out(self) -> dt.date | str | None:
        """When the household was out last, as they say: a day, or never."""
        given = self.cleaned_data
        return (
            dt.date.fromisoformat(given["last_out"]) if given.get("last_out") else "never" if given["never"] else None
        )


def _hours(now: dt.datetime) -> list[tuple[str, str]]:
    """From now on, or from a full hour of today or tomorrow."""
    local = now.astimezone(zone())
    full = local.replace(minute=0, second=0, microsecond=0)
    later = [full + dt.timedelta(hours=n) for n in range(1, 24)]
    return [("now", _("now")), *((one.isoformat(), f"{one:%m-%d %H:%M}") for one in later)]
