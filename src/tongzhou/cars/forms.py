"""The forms of community cars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.cars import kinds  # noqa: F401  (its kinds register by being imported)
from tongzhou.community.queries import place_in_scope
from tongzhou.pages.fields import Choice, Typed, field
from tongzhou.pages.form import FactForm, fact_form
from tongzhou.problems import Malformed
from tongzhou.sites import addresses

Choices = Sequence[tuple[str, str]]


class Clock(Typed):
    """An hour of a day, as in 07:30."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.widget.input_type = "time"

    def read(self, text: str) -> str:
        hour, _colon, minute = text.partition(":")
        if not (hour.isdigit() and minute.isdigit() and len(minute) == 2 and int(hour) < 24 and int(minute) < 60):
            raise ValidationError(_("“%(text)s” is no hour; as in 07:30.") % {"text": text[:10]})
        return f"{int(hour):02}:{minute}"


class Wanted(FactForm):
    """Who is driven where, on which days; or at once."""

    kind = "lift.wanted"
    household = Typed(max_length=80, label=gettext_lazy("Door: its number or its address"))
    to = Choice(choices=list, label=gettext_lazy("Where to"))
    why = field(kind, "why")
    seat = field(kind, "seat", required=True)
    companion = field(kind, "companion", required=False)
    days = field(kind, "days", required=False)
    once = field(kind, "once")
    hour = Clock(required=False, label=gettext_lazy("Leaves the door at (left empty: at once)"))
    stays_h = field(kind, "stays_h")
    until = field(kind, "until")
    lies = 0

    def __init__(self, *args: Any, houses: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"].choices = [("", "–"), *houses]  # type: ignore[attr-defined]

    def clean_household(self) -> int:
        try:
            number = addresses.find(self.cleaned_data["household"])
        except Malformed as problem:
            raise ValidationError(problem.detail) from None
        self.lies = (place_in_scope(number) if number else None) or 0
        if number is None or not self.lies:
            raise ValidationError(_("No door of yours has this number."))
        return number

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        days, once, hour = given.get("days"), given.get("once"), given.get("hour")
        if "hour" not in self.errors and not hour and (days or once):
            self.add_error("hour", _("The hour at which they leave the door."))
        if hour and bool(days) == bool(once):
            self.add_error("days", _("Days of the week, or one day."))
        return given

    def values(self) -> dict[str, Any]:
        found = super().values()
        return found | ({} if found.get("hour") else {"at_once": True})


class Sent(FactForm):
    """Which car drives: the proposed one stands first."""

    kind = "drive.planned"
    car = Choice(choices=list, label=gettext_lazy("Car"))

    def __init__(self, *args: Any, cars: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["car"].choices = list(cars)  # type: ignore[attr-defined]


class Given(Sent):
    kind = "drive.given"


class Sign(FactForm):
    """All of tomorrow's cars as proposed."""

    kind = "drive.planned"


Answered = fact_form("drive.answered")
NotReady = fact_form("drive.answered", "reason")
Skipped = fact_form("lift.skipped")
Ended = fact_form("lift.ended", "why")
