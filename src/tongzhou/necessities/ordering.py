"""What a door orders: as numbers of lines on the telephone, as fields of a page, as a building's chain message."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.ledger import worded
from tongzhou.pages.fields import Choice, Several, Typed, Whole, field
from tongzhou.pages.form import Form

_WISH = re.compile(r"([0-9]{1,2})(?:[x*×]([0-9]{1,2}))?")
_ROW = re.compile(r"^\s*[0-9]{1,3}\s*[.、)）:：]\s*")
_MANY = re.compile(r"^(.*?)[x*×]?([0-9]{1,2})(?:份|包|个|斤|盒|袋)?$")


def wishes(offer: Mapping[str, Any], units: Mapping[int, int]) -> list[dict[str, Any]]:
    """Lines of an order, at the price, weight and group that the offer shows."""
    lines = offer["lines"]
    return [{"line": n, "units": amount} | {name: lines[n - 1][name] for name in ("price", "grams", "group")}
            for n, amount in sorted(units.items()) if amount]  # fmt: skip


def body(offer: Mapping[str, Any], household: int, units: Mapping[int, int], **more: Any) -> dict[str, Any]:
    return {"offer": offer["key"], "household": household, "lines": wishes(offer, units), "fee": offer["fee"], **more}


def total(offer: Mapping[str, Any], units: Mapping[int, int]) -> int:
    """Fen of an order, with what bringing it costs."""
    return int(sum(one["units"] * one["price"] for one in wishes(offer, units)) + offer["fee"])


class Spoken(Typed):
    """Numbers of lines, each with how many: `1x2 3 5x1`; one where nothing is said."""

    def __init__(self, *, most: int, **options: Any) -> None:
        self.most = most
        super().__init__(max_length=200, **options)
        self.widget.attrs |= {"autocomplete": "off", "autofocus": True, "inputmode": "text"}

    def read(self, text: str) -> dict[int, int]:
        found: dict[int, int] = {}
        for word in re.split(r"[\s,，、;；]+", unicodedata.normalize("NFKC", text).lower().strip()):
            wish = _WISH.fullmatch(word)
            if not wish or not 1 <= int(wish[1]) <= self.most:
                raise forms.ValidationError(
                    _("“%(word)s”: a number of the list, and how many, as in 1x2 3.") % {"word": word[:20]}
                )
            found[int(wish[1])] = found.get(int(wish[1]), 0) + int(wish[2] or 1)
        if not all(0 < units < 100 for units in found.values()):
            raise forms.ValidationError(_("From 1 to 99 of each."))
        return found


def _swaps(offer: Mapping[str, Any]) -> Callable[[], list[tuple[str, str]]]:
    groups = list(dict.fromkeys(line["group"] for line in offer["lines"]))
    return lambda: [(code, worded.choice("order.placed", "swaps", code)) for code in groups]


class Order(Form):
    """What is asked with each order. `ordered`: this door has ordered already, and says what becomes of that."""

    how = field("order.placed", "how", only=("replace", "add"), required=True)

    def __init__(self, *args: Any, offer: Mapping[str, Any], ordered: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer = offer
        label = worded.label("order.placed", "swaps")
        self.fields["swaps"] = Several(choices=_swaps(offer), required=False, label=label)
        if not ordered:
            del self.fields["how"]

    def units(self) -> dict[int, int]:
        raise NotImplementedError

    def more(self) -> dict[str, Any]:
        """The order beside its lines."""
        given = self.cleaned_data
        names = ("how", "swaps", "pays", "channel", "paper")
        return {name: given[name] for name in names if given.get(name) not in (None, "", [])}


class ByTelephone(Order):
    """The desk writes down numbers while somebody speaks."""

    pays = field("order.placed", "pays")
    channel = Choice(choices=lambda: worded.choices("order.placed", "channel")[1:4], few=True, initial="phone",
                     label=gettext_lazy("How it was told"))  # fmt: skip
    paper = field("order.placed", "paper")
    field_order = ("lines", "how", "swaps", "pays", "channel", "paper")

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("initial", {"pays": "door"})
        super().__init__(*args, **options)
        self.fields["lines"] = Spoken(most=len(self.offer["lines"]), label=_("Numbers, as in 1x2 3"))
        self.order_fields(self.field_order)

    def units(self) -> dict[int, int]:
        return dict(self.cleaned_data["lines"])


class OnPage(Order):
    """A household orders by itself: how many of each line."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for n, line in enumerate(self.offer["lines"], 1):
            self.fields[f"units_{n}"] = Whole(least=0, most=99, required=False, label=line["name"])
        self.order_fields([f"units_{n}" for n in range(1, len(self.offer["lines"]) + 1)])

    def units(self) -> dict[int, int]:
        found = {n: self.cleaned_data.get(f"units_{n}") or 0 for n in range(1, len(self.offer["lines"]) + 1)}
        return {n: amount for n, amount in found.items() if amount}

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not self.errors and not self.units():
            raise forms.ValidationError(_("Nothing is ordered yet: write how many."))
        return found


@dataclass(frozen=True)
class Draft:
    """A row of a chain message: a door and what it wants; or, in `why`, for what reason the row is dropped."""

    row: int
    household: int = 0
    units: Mapping[int, int] | None = None
    why: str = ""


def drafts(text: str, offer: Mapping[str, Any], find: Callable[[str], int | None]) -> list[Draft]:
    """What a building's chain message orders, row by row. `find` tells the door of an address. Of what does not fit
    only the number of its row and the reason are left: nothing else of the chat is kept."""
    found: list[Draft] = []
    seen = set[int]()
    for n, row in enumerate(text.splitlines(), 1):
        plain = _ROW.sub("", unicodedata.normalize("NFKC", row)).strip()
        if not plain:
            continue
        one = _draft(n, plain, offer, find)
        if one.household in seen:
            one = Draft(n, why=_("the same door twice: ask which holds"))
            found = [Draft(d.row, why=one.why) if d.household and d.household not in seen else d for d in found]
        if one.household:
            seen.add(one.household)
        found.append(one)
    return found


def _draft(n: int, row: str, offer: Mapping[str, Any], find: Callable[[str], int | None]) -> Draft:
    words = [word for word in re.split(r"[\s,、;+]+", row) if word]
    household = find(words[0]) if words else None
    if household is None:
        return Draft(n, why=_("no door is found in it"))
    units: dict[int, int] = {}
    for word in words[1:]:
        line, amount = _named(word, offer["lines"])
        if not line:
            return Draft(n, why=_("something that is not offered"))
        units[line] = units.get(line, 0) + amount
    if not units:
        return Draft(n, why=_("it says nothing that is offered"))
    return Draft(n, household, units)


def _named(word: str, lines: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """The line that a word names, and how many; the line is 0 where it names none, or several."""
    many = _MANY.fullmatch(word)
    for name, amount in ((word, 1), *([(many[1], int(many[2]))] if many else [])):
        exact = [n for n, line in enumerate(lines, 1) if line["name"] == name]
        near = exact or [n for n, line in enumerate(lines, 1) if name and name in line["name"]]
        if len(near) == 1 and amount:
            return near[0], amount
    return 0, 0
