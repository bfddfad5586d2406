"""The forms of a desk's morning and of its handover, and what they say as facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.directives import kinds  # noqa: F401  (its kinds register by being imported)
from tongzhou.directives.asked_back import AskedBack
from tongzhou.directives.asks import next_serial
from tongzhou.directives.forms import Among, Places
from tongzhou.ledger import door
from tongzhou.ledger.kinds import Behalf, Said
from tongzhou.ledger.time import local_day
from tongzhou.pages.fields import Choice, Choices, Telephone, field
from tongzhou.pages.form import FactForm, fact_form
from tongzhou.problems import Malformed

MOST = 10  # decisions of a morning
ABOUT = 10  # subjects that one rests on


@dataclass(frozen=True)
class Differs:
    """Figures that do not agree, which a decision may find out: how the form calls them, and what the fact says of
    them: each as it stands now, and the subjects that tell it. `about` is the way to them, which further ones have
    too."""

    value: str
    words: str
    finds: Sequence[str]
    about: Sequence[str] = ()


class Decide(AskedBack):
    """A decision, and the post that carries it out. `held`: the numbers that are taken today; `further`: desks that may
    have a copy; `commander`: may it be signed on the commander's behalf?"""

    kind, draft = "decision.taken", True
    text = field(kind, "text")
    owner = field(kind, "owner")
    at = field(kind, "at", offers=list)
    due = field(kind, "due")
    signed_for = Choice(choices=list, required=False, label=gettext_lazy("Signed as"))
    finds = Choice(choices=list, required=False, label=gettext_lazy("Which difference it finds out"))
    rests = forms.BooleanField(required=False, label=gettext_lazy("rests on yesterday's figure"))
    copies = Among(required=False, label=gettext_lazy("Copy to"))

    def __init__(
        self, *args: Any, held: Sequence[int], places: Choices, figure: str, further: Places = (),
        commander: bool = False, lines: Sequence[Differs] = (), **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **options)
        self.lines = {one.value: one for one in lines}
        self.free = next((n for n in range(1, MOST + 1) if n not in held), None)
        self.figure = figure
        self.fields["at"].choices = [("", "–"), *places]  # type: ignore[attr-defined]
        self.fields["copies"].among(further)  # type: ignore[attr-defined]
        self.fields["signed_for"].choices = [  # type: ignore[attr-defined]
            ("", _("in my own post")),
            ("telephone", _("for the commander, who said so by telephone")),
            ("paper", _("for the commander, whose signature I have on paper")),
        ]
        finds = self.fields["finds"]
        finds.choices = [("", _("none of the differences above")), *((one.value, one.words) for one in lines)]  # type: ignore[attr-defined]
        finds.error_messages["invalid_choice"] = _("These figures stand otherwise by now: look at them again.")
        for name, offered in (("finds", lines), ("rests", figure), ("copies", further), ("signed_for", commander)):
            if not offered:
                del self.fields[name]

    def decided(self, desk: int) -> Said:
        """Under the first number of the day that is free, and the next one of the year. Raises Malformed where ten are
        taken."""
        if self.free is None:
            raise Malformed(_("at most ten decisions a morning; settle or correct one of them"))
        found = self.lines.get(self.cleaned_data.pop("finds", None) or "")
        about = [self.figure] if self.cleaned_data.pop("rests", False) else []
        about += [one for one in (found.about if found else ()) if one not in about]
        channel = self.cleaned_data.pop("signed_for", None)
        behalf = Behalf("commander", desk, channel) if channel else None
        day = local_day(self.now).isoformat()
        with door.ledger() as ledger:
            serial = next_serial(ledger, desk, day[:4])
        return self.said(self.now, desk, behalf=behalf, place=desk, day=day, number=self.free,
                         about=about[:ABOUT], serial=serial, finds=list(found.finds) if found else [])  # fmt: skip


class Told(FactForm):
    """A decision read to a desk by telephone, and whether it was read back."""

    kind = "decision.told"
    to = field(kind, "to", offers=list)
    who = field(kind, "who")
    read_back = field(kind, "read_back")

    def __init__(self, *args: Any, places: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"].choices = [("", "–"), *places]  # type: ignore[attr-defined]


class Settle(FactForm):
    """What became of a decision."""

    kind, buttons, grave = "decision.settled", "outcome", frozenset({"dropped"})
    text = field(kind, "text", label=gettext_lazy("What became of it"))
    outcome = field(kind, "outcome")

    def settled(self, key: str, at: int, now: dt.datetime) -> Said:
        """`key` of the decision: desk/day/number; said at the desk that decided, or at that of its owner."""
        place, day, number = key.split("/")
        return self.said(now, at, place=int(place), day=day, number=int(number))


class Give(FactForm):
    """Shift A gives the desk to shift B."""

    kind = "duty.handed_over"
    to = field(kind, "to", offers=list)
    note = field(kind, "note", label=gettext_lazy("Remark (no names of residents)"))

    def __init__(self, *args: Any, colleagues: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"].choices = [("", "–"), *((str(id), name) for id, name in colleagues)]  # type: ignore[attr-defined]


Take = fact_form("duty.taken_over")


class Number(FactForm):
    """The office's number, which the desks above ring."""

    kind = "desk.numbered"
    telephone = Telephone(label=gettext_lazy("The office's number, shown to the desks above"))
