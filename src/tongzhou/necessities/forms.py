"""The forms of necessities: one fact each, or a supplier's list, a receipt, the doors of carriers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.necessities import kinds, lines  # noqa: F401  (its kinds register by being imported)
from tongzhou.pages.fields import Choice, Whole, Yuan, field
from tongzhou.pages.form import FactForm, Form, fact_form

SAID = {"required": True}
Returned = fact_form("offer.returned", "reason")
Stopped = fact_form("offer.stopped", "reason")
Counted = fact_form("basket.counted", "fen")
Explained = fact_form("basket.explained", "why")
Refused = fact_form("change.answered", "reason", reason=SAID)
Promised = fact_form("change.answered")
Settled = fact_form("offer.settled", "fen")


class Drawn(FactForm):
    """A supplier's offer: who sells, where it is brought to, until when, and the list as it was sent."""

    kind = "offer.drawn"
    draft = True
    supplier = field(kind, "supplier", offers=())
    point = field(kind, "point", offers=())
    closes = field(kind, "closes")
    delivers = field(kind, "delivers")
    fee = Yuan(most=1_000_000, required=False, label=gettext_lazy("For bringing it, each door"))
    listed = forms.CharField(
        max_length=6_000, label=gettext_lazy("What is offered: a line each, with weight, price and how many"),
        widget=forms.Textarea({"rows": 12, "spellcheck": "false"}),
        help_text=gettext_lazy("Name, weight, yuan, how many, group; then what is special: loose, cheap, dealt, tied1,"
                               " most4, not-needed; what a pack holds in [ ] parted by ;"),
    )  # fmt: skip

    def __init__(self, *args: Any, suppliers: Sequence[tuple[str, str]] = (), points: Sequence[tuple[str, str]] = (),
                 **options: Any) -> None:  # fmt: skip
        super().__init__(*args, **options)
        self.fields["supplier"].choices = [("", "–"), *suppliers]  # type: ignore[attr-defined]
        self.fields["point"].choices = [("", "–"), *points]  # type: ignore[attr-defined]
        self.fields["fee"].unit = _("yuan")  # type: ignore[attr-defined]

    def clean_listed(self) -> list[dict[str, Any]]:
        try:
            return lines.read(self.cleaned_data["listed"])
        except lines.Unread as wrong:
            told = _("Line %(n)d: %(what)s.") % {"n": wrong.n, "what": str(wrong)}
            raise forms.ValidationError(told) from None

    def values(self) -> dict[str, Any]:
        found = super().values()
        return {**{name: value for name, value in found.items() if name != "listed"}, "lines": found["listed"]}


class Stock(Form):
    """How many there are of a line, those that are ordered among them."""

    line = Choice(choices=list, number=True, label=gettext_lazy("Which thing"))
    stock = Whole(least=0, most=100_000, label=gettext_lazy("How many there are in all"))

    def __init__(self, *args: Any, offered: Sequence[Mapping[str, Any]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        named = [(str(n), line["name"]) for n, line in enumerate(offered, 1)]
        self.fields["line"].choices = [("", "–"), *named]  # type: ignore[attr-defined]


class Received(Form):
    """What came of each line that was ordered: units, and of what is weighed the grams of all of them."""

    def __init__(self, *args: Any, ordered: Sequence[tuple[int, Mapping[str, Any], int]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.ordered = ordered
        for n, line, units in ordered:
            told = _("%(name)s: %(units)d ordered") % {"name": line["name"], "units": units}
            self.fields[f"units_{n}"] = Whole(least=0, most=100_000, label=told)
            if line.get("loose"):
                told = _("%(name)s: grams, all together") % {"name": line["name"]}
                self.fields[f"grams_{n}"] = Whole(least=0, most=2_000_000_000, label=told)

    def came(self) -> list[dict[str, int]]:
        """By line; of what is weighed no more units than its weight holds."""
        found = []
        for n, line, _units in self.ordered:
            units = int(self.cleaned_data[f"units_{n}"])
            grams = self.cleaned_data.get(f"grams_{n}")
            if grams is not None:
                units = min(units, int(grams) // int(line["grams"]))
            found.append({"line": n, "units": units, "grams": units * line["grams"] if grams is None else int(grams)})
        return found


class Bags(Form):
    """Who carries each stairwell."""

    def __init__(self, *args: Any, stairs: Sequence[tuple[str, str, Sequence[tuple[str, str]]]] = (), **options: Any
                 ) -> None:  # fmt: skip
        super().__init__(*args, **options)
        for key, called, carriers in stairs:
            self.fields[f"stair_{key}"] = Choice(choices=lambda: [], number=True, label=called, required=False)
            self.fields[f"stair_{key}"].choices = [("", "–"), *carriers]  # type: ignore[attr-defined]

    def carriers(self) -> dict[str, int]:
        """By stairwell, who carries it."""
        return {name.removeprefix("stair_"): value for name, value in self.cleaned_data.items()
                if name.startswith("stair_") and value}  # fmt: skip

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not self.errors and not any(found.values()):
            raise forms.ValidationError(_("Nobody carries anything yet."))
        return found
