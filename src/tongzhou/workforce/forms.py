"""The forms of the team's page and of Today: who joins, who is here, what they do, who went."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.ledger.time import zone
from tongzhou.pages.fields import Choice, field
from tongzhou.pages.form import FactForm, fact_form
from tongzhou.workforce import kinds  # noqa: F401  (its kinds register by being imported)

MOST = 999  # the highest number on an armband
HOURS = (12, 14, 16, 18, 20, 22)  # when people who help go back, as they say it: at the full hour

Went = fact_form("teammate.went")
Ends = fact_form("teammate.ended", "why")
Absent = fact_form("teammate.absent", "until")


class Duty(FactForm):
    """One named duty, or that there is none for them."""

    kind, buttons = "teammate.given", ""
    outcome = field(kind, "outcome")
    where = field(kind, "where")
    protection = field(kind, "protection")


class Nothing(FactForm):
    """There is nothing to do for them: said as such."""

    kind = "teammate.given"


class Joins(FactForm):
    """Somebody belongs to the team from now on; the next number after the highest is proposed and may be another."""

    kind = "teammate.joined"
    armband = field(kind, "armband")
    sort = field(kind, "sort")
    fit = field(kind, "fit")
    unit = field(kind, "unit")
    until = field(kind, "until")

    def __init__(self, *args: Any, members: Sequence[dict[str, Any]], **options: Any) -> None:
        self.taken = {one["armband"] for one in members}
        highest = max(self.taken, default=0)
        free = highest + 1 if highest < MOST else next(n for n in range(1, MOST + 1) if n not in self.taken)
        options.setdefault("initial", {"armband": free})
        super().__init__(*args, **options)

    def clean_armband(self) -> int:
        number: int = self.cleaned_data["armband"]
        if number in self.taken:
            self.add_error("armband", _("Somebody wears number %(n)s already.") % {"n": number})
        return number


class Comes(FactForm):
    """The number on the armband, and when they go back: all that is asked of whoever comes in at the door."""

    kind = "teammate.came"

    def __init__(self, *args: Any, members: Sequence[dict[str, Any]], now: dt.datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.members = {one["armband"]: one for one in members}
        self.fields["armband"] = field("teammate.joined", "armband")
        self.fields["until"] = Choice(
            choices=lambda: _hours(now), few=True, required=False, label=field(self.kind, "until").label
        )

    def clean_armband(self) -> int:
        number: int = self.cleaned_data["armband"]
        one = self.members.get(number)
        if one is None:
            words = _("Nobody of the team wears number %(n)s. Enter them below first.")
            self.add_error("armband", words % {"n": number})
        elif one["state"] not in ("away", "absent"):
            self.add_error("armband", _("Number %(n)s is here already.") % {"n": number})
        return number

    @property
    def whose(self) -> dict[str, Any]:
        """The member whose number was typed."""
        return self.members[self.cleaned_data["armband"]]

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values().items() if name != "armband"}


def _hours(now: dt.datetime) -> list[tuple[str, str]]:
    """The hours of today that are still to come."""
    today = now.astimezone(zone())
    at = (today.replace(hour=hour, minute=0, second=0, microsecond=0) for hour in HOURS)
    return [(one.isoformat(), f"{one:%H:%M}") for one in at if one > today]
