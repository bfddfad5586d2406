"""The forms at a door: one press where all is as ordered, and one with its lines where something is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.necessities.apart import yuan
from tongzhou.pages.fields import Choice, Whole, Yuan
from tongzhou.pages.form import Form


class Quick(Form):
    """Everything is as ordered: taken and paid, taken and not paid, nobody there, a neighbour, not wanted."""

    buttons = "outcome"
    grave = frozenset({"refused"})
    outcome = Choice(choices=list, label=gettext_lazy("At the door"))

    def __init__(self, *args: Any, cash: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.cash = cash
        paid = _("Taken, %(fen)s yuan received") % {"fen": yuan(cash)}
        offered = [("paid", paid), ("unpaid", _("Taken, not paid today"))] if cash else [("taken", _("Taken"))]
        offered += [("nobody", _("Nobody opened")), ("neighbour", _("A neighbour took it"))]
        offered += [("refused", _("They do not want it"))]
        self.fields["outcome"].choices = [("", ""), *offered]  # type: ignore[attr-defined]

    def body(self) -> dict[str, Any]:
        outcome = self.cleaned_data["outcome"]
        cash = {"cash": self.cash} if outcome == "paid" else {}
        return {"outcome": "taken" if outcome in ("paid", "unpaid") else outcome, **cash}


class Otherwise(Form):
    """Something is missing, rotten, short or swapped: by line. What may come instead follows from what the household
    said when it ordered."""

    def __init__(self, *args: Any, offer: Mapping[str, Any], order: Mapping[str, Any], **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer, self.order = offer, order
        lines = offer["lines"]
        for wish in order["lines"]:
            n, line = wish["line"], lines[wish["line"] - 1]
            units = order["dealt"].get(str(n), wish["units"])
            if not units:
                continue
            name = {"name": line["name"]}
            self._whole(f"missing_{n}", _("%(name)s: how many are missing") % name, units)
            if wish["group"] in order["swaps"]:
                others = [(str(m), other["name"]) for m, other in enumerate(lines, 1)
                          if m != n and other["group"] == wish["group"]]  # fmt: skip
                if others:
                    label = _("%(name)s: of those that are missing, what came instead") % name
                    self.fields[f"instead_{n}"] = Choice(choices=list, number=True, required=False, label=label)
                    self.fields[f"instead_{n}"].choices = [("", "–"), *others]  # type: ignore[attr-defined]
            self._whole(f"rotten_{n}", _("%(name)s: how many are rotten") % name, units)
            self._whole(f"short_{n}", _("%(name)s: grams short") % name, units * line["grams"])
        self.fields["cash"] = Yuan(most=1_000_000, required=False, label=_("Cash taken"))
        self.fields["cash"].unit = _("yuan")  # type: ignore[attr-defined]

    def _whole(self, name: str, label: str, most: int) -> None:
        self.fields[name] = Whole(least=0, most=most, required=False, label=label)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for wish in self.order["lines"]:
            n = wish["line"]
            units = self.order["dealt"].get(str(n), wish["units"])
            if (found.get(f"missing_{n}") or 0) + (found.get(f"rotten_{n}") or 0) > units:
                self.add_error(f"rotten_{n}", _("There were only %(n)d.") % {"n": units})
        if not self.errors and not self.lines():
            raise forms.ValidationError(_("What was not as ordered?"))
        return found

    def lines(self) -> list[dict[str, Any]]:
        """What was not as ordered, by line."""
        given, found = self.cleaned_data, []
        for wish in self.order["lines"]:
            n = wish["line"]
            told = {name: given[f"{name}_{n}"] for name in ("missing", "rotten", "short") if given.get(f"{name}_{n}")}
            instead = given.get(f"instead_{n}")
            if instead and told.get("missing"):
                other = self.offer["lines"][instead - 1]
                told |= {
                    "swapped": told["missing"],
                    "instead": instead,
                    "price": other["price"],
                    "grams": other["grams"],
                }
            if told:
                found.append({"line": n, **told})
        return found

    def body(self) -> dict[str, Any]:
        return {"outcome": "taken", "lines": self.lines(), "cash": self.cleaned_data.get("cash") or 0}
