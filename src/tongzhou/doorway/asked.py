"""What a caller is asked: the questions of the household's page in its order, and what they said as facts."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.api.say import next_id, said
from tongzhou.doorway.household import CONCERNS, UNWELL, Wants
from tongzhou.ledger import worded
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.owed import moment_in
from tongzhou.pages.fields import Choice, Moment, Several, Telephone, Tenths, Whole, field
from tongzhou.people.telephone import too_short

DISAGREES = ("against", "held_up", "sort", "words", "urgent")


def disagreed(call: uuid.UUID) -> uuid.UUID:
    """The number of what was said against a measure in this call."""
    return next_id(call, 4)


class Spoken(Wants):
    """The questions of the household's page, in its order. Nothing is chosen before somebody says it. `standing`: the
    measures that hold at the door, of which the caller may disagree with one."""

    field_order = ("who", "state", "concern", "temp10", "people", "telephone", "item")

    who = field("household.rang", "who")
    state = Choice(choices=lambda: worded.choices("household.heard", "state")[:2], few=True,
                   label=gettext_lazy("1 Is everybody at home well today?"))  # fmt: skip
    concern = Several(
        choices=lambda: [(code, worded.choice("exception.raised", "concerns", code)) for code in CONCERNS],
        required=False, label=gettext_lazy("If not: fever? Short of breath? Alone, without anybody who helps?"),
    )  # fmt: skip
    temp10 = Tenths(least=300, most=450, required=False, label=gettext_lazy("Temperature, if measured"))
    people = Whole(least=1, most=30, required=False, initial=1, label=gettext_lazy("How many are unwell"))
    telephone = Telephone(required=False, label=gettext_lazy("On which number may the doctor ring back?"))
    item = Several(choices=lambda: worded.choices("need.stated", "items"), required=False,
                   label=gettext_lazy("3 What do you need?"))  # fmt: skip
    against = Choice(choices=list, required=False, label=gettext_lazy("With which do they not agree, or ask about it?"))
    held_up = field("appeal.made", "held_up", required=False)
    sort = field("appeal.made", "sort", required=False)
    words = field("appeal.made", "text", required=False)
    urgent = field("appeal.made", "urgent", required=False)
    read_back = field("household.rang", "read_back")
    unshown = forms.BooleanField(required=False, label=gettext_lazy("Never show this on the household's page"),
                                 help_text=gettext_lazy("Said under violence or in distress."))  # fmt: skip
    channel = Choice(choices=lambda: worded.choices("household.rang", "channel"), few=True, initial="phone",
                     label=gettext_lazy("How it was told"))  # fmt: skip
    at = Moment(required=False, label=gettext_lazy("At which minute, where not just now"))
    insisted = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, standing: Mapping[str, tuple[str, int]] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.standing = standing or {}
        if self.standing:
            offered = [("", "–"), *((key, title) for key, (title, _desk) in self.standing.items())]
            self.fields["against"].choices = offered  # type: ignore[attr-defined]
        else:
            for name in DISAGREES:
                del self.fields[name]
        if not self.is_bound:
            self.fields["who"].widget.attrs["autofocus"] = True

    def clean_telephone(self) -> str | None:
        """One with so few digits that it is rather a slip is asked back, and kept if it comes again."""
        number: str | None = self.cleaned_data["telephone"]
        short = too_short(number or "")
        if short and self.data.get("insisted") != number:
            kept: Any = self.data
            self.data = kept = kept.copy()
            kept["insisted"] = number
            raise forms.ValidationError(
                _("Only %(n)s digits: is that right? Send it again and it is kept.") % {"n": short}
            )
        return number

    def clean(self) -> dict[str, Any]:
        """A caller is on the line: the medicine has a name or words, and what they disagree with has both."""
        found = super().clean()
        if "medicine" in found.get("item", ()) and not (found.get("medicine") or found.get("text") or self.errors):
            self.add_error(
                "medicine" if "medicine" in self.fields else "text", _("Which one? Else it cannot be bought.")
            )
        if found.get("words") and not found.get("against") and len(self.standing) == 1:
            found["against"] = next(iter(self.standing))
        told = [name for name in DISAGREES if found.get(name) not in (None, "")]
        for name in ("against", "words"):
            if told and not found.get(name) and name not in self.errors:
                self.add_error(name, _("Not said yet."))
        return found

    def facts(self, household: int, place: int, now: dt.datetime) -> list[Said]:
        """What they said, each as a fact of its own, and that it was told by telephone."""
        given, at = self.cleaned_data, self.moment(now)
        own = {"household": household, "channel": given["channel"]}
        first = self.fact_id
        words = [said("household.heard", next_id(first, 1), at, place, {**own, "state": given["state"]})]
        if self.asks:
            body = {**own, "concerns": given.get("concern") or [UNWELL], "temp10": given.get("temp10"),
                    "people": given.get("people") or 1}  # fmt: skip
            callback = f"exception/{self.call}" if given.get("telephone") else None
            words.append(said("exception.raised", self.call, at, place, body | {"callback": callback}))
        if given.get("item"):
            words += self.wishes(own, next_id(first, 3), at, place)
        rang = {"household": household, "who": given["who"], "read_back": given["read_back"],
                "channel": given["channel"], "unshown": given["unshown"] or None,
                "said": [str(one.id) for one in words]}  # fmt: skip
        return [*words, said("household.rang", first, at, place, rang), *self._disagrees(at, place)]

    def _disagrees(self, at: dt.datetime, place: int) -> list[Said]:
        """What they disagree with, to the desk that answers: it names no door, and the call does not name it."""
        given = self.cleaned_data
        if not given.get("against"):
            return []
        channel = "telephone" if given["channel"] == "phone" else "paper"
        body = {"about": given["against"], "sort": given.get("sort") or "appeal", "text": given["words"],
                "urgent": bool(given.get("urgent")), "held_up": given.get("held_up"), "channel": channel}  # fmt: skip
        desk = self.standing[given["against"]][1]
        return [said("appeal.made", disagreed(self.fact_id), at, place, body, reporting=desk)]

    @property
    def asks(self) -> bool:
        """Is a call asked for: by whoever is unwell, or leaves a number to ring?"""
        given = self.cleaned_data
        return given["state"] == "unwell" or any(given.get(name) for name in ("concern", "temp10", "telephone"))

    @property
    def call(self) -> uuid.UUID:
        """The number of the call that is asked for."""
        return next_id(self.fact_id, 2)

    def moment(self, now: dt.datetime) -> dt.datetime:
        """The minute at which it was said, as it was written on paper; never one to come."""
        return min(moment_in(self.cleaned_data.get("at")) or now, now)
