"""Who depends on this person? Asked wherever somebody leaves home: at the clinic, for a bed, a transfer, isolation.

*Nobody, asked* is an answer, one tap; whoever is left at home is owed a carer from the same minute on.

    class Ask(Depends, FactForm):
        depends, others, agreed = who_depends(), other_adults(), agreement()
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.api.say import next_id, said
from tongzhou.ledger import worded
from tongzhou.ledger.kinds import Said
from tongzhou.pages.fields import Choices, Several, Whole, field
from tongzhou.pages.form import Form

NOBODY = "nobody"
FIRST = 20  # the statements of a form have numbers of their own among its facts
OWN = ("depends", "others", "agreed")


def who_depends(**options: Any) -> Several:
    return Several(choices=_whom, label=gettext_lazy("Who depends on this person"), **options)


def other_adults() -> Whole:
    return Whole(least=0, most=20, required=False, label=gettext_lazy("Other adults at home who can care"))


def agreement() -> Any:
    return field("dependant.stated", "agreed", required=False)


def _whom() -> Choices:
    return [*worded.choices("dependant.stated", "who"), (NOBODY, _("nobody, asked"))]


class Depends(Form):
    """What a form says of those who depend on whoever leaves home. It has the three fields, or none of them where it
    was asked before."""

    def clean_depends(self) -> list[str]:
        told: list[str] = self.cleaned_data["depends"]
        if NOBODY in told and len(told) > 1:
            raise ValidationError(_("Somebody, or nobody: not both."))
        return told

    def values(self) -> dict[str, Any]:
        plain = {name: value for name, value in super().values().items() if name not in OWN}
        return plain if self.depended is None else plain | {"dependants": self.depended}

    def drop(self) -> None:
        """It was asked before: it is not asked again."""
        for name in OWN:
            del self.fields[name]

    @property
    def left(self) -> list[str]:
        """Who is left at home, of which sort."""
        return [one for one in self.cleaned_data.get("depends") or () if one != NOBODY]

    @property
    def depended(self) -> bool | None:
        """Does anybody depend on them; None where that was not asked."""
        return bool(self.left) if self.cleaned_data.get("depends") else None

    def needs_door(self, door: int | None) -> None:
        """Whoever depends on somebody lives behind a door that the community can go to."""
        if self.left and not door and "household" not in self.errors:
            name = "household" if "household" in self.fields else "depends"
            self.add_error(name, _("Which door, so that the community can go there."))

    def stated(self, who: str, door: int, home: int | None, place: int, now: dt.datetime) -> list[Said]:
        """Each of them, who depend on `who` (`case/…`, `contact/…`, `request/…`)."""
        given = self.cleaned_data
        return [
            said("dependant.stated", next_id(self.fact_id, n), now, place, {
                "household": door, "who": sort, "on": [who], "others": given["others"] or 0,
                "agreed": given["agreed"] or None if sort == "child" else None}, home=home)
            for n, sort in enumerate(self.left, start=FIRST)
        ]  # fmt: skip

    def gone(self, who: str, door: int, home: int | None, place: int, now: dt.datetime) -> Said:
        """That `who` is not at home any more."""
        body = {"household": door, "who": who}
        return said("member.left", next_id(self.fact_id, FIRST - 1), now, place, body, home=home)

    def statements(self, who: str, door: int, home: int | None, place: int, now: dt.datetime) -> list[Said]:
        """Each of them, and that `who` is not at home any more; nothing where nobody is left there."""
        told = self.stated(who, door, home, place, now)
        return [*told, self.gone(who, door, home, place, now)] if told else []
