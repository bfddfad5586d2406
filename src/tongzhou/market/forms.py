"""The forms of the market: a basket of prices, one price with its invoice, a look, a decision, produce, its offers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.api import say
from tongzhou.directives import kinds as desks
from tongzhou.directives.forms import Among, Places, ToCome
from tongzhou.ledger import worded
from tongzhou.ledger.kinds import Said
from tongzhou.market import kinds, policy, watch
from tongzhou.market.shown import called, unit_of
from tongzhou.pages.fields import REQUIRED, Choice, Yuan, field
from tongzhou.pages.form import FactForm, Form, fact_form
from tongzhou.sites.drafts import Draft

SAID = {"required": True}
ASKED = ("fen", "stock", "days")
Look = fact_form("market.looked", "finding", "how")
Told = fact_form("produce.answered")
Part = fact_form("produce.answered", "kg", kg=SAID)
Refused = fact_form("produce.answered", "why", why=SAID)
Ended = fact_form("produce.ended", "outcome")
assert kinds and desks  # their kinds register by being imported


class Basket(Form):
    """Prices and stocks of a shop, in one go: what is left empty is not told. The unit stands beside each item and is
    the item's own."""

    draft = True
    source = field("price.quoted", "source")

    def __init__(
        self, *args: Any, goods: Sequence[watch.Good], told: Mapping[watch.Good, watch.Told], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.goods, self.told = goods, told
        for good in goods:
            for name in ASKED:
                made = field("price.quoted", name, required=False, offers=_stocks if name == "stock" else None)
                made.short = str(made.label)  # type: ignore[attr-defined]
                made.label = f"{called(good)}: {made.label}"
                made.widget.attrs["aria-label"] = made.label
                self.fields[f"{name}-{'.'.join(good)}"] = made

    def rows(self) -> Iterator[tuple[watch.Good, str, watch.Told | None, list[BoundField]]]:
        """Each item with its unit, what the shop told last, and its fields."""
        for good in self.goods:
            cells = [self[f"{name}-{'.'.join(good)}"] for name in ASKED]
            yield good, unit_of(good[0]), self.told.get(good), cells

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not any(given.get(f"{name}-{'.'.join(good)}") is not None
                                       for good in self.goods for name in ASKED):  # fmt: skip
            self.add_error(None, _("The price or the stock of one item at least."))
        return given

    def quoted(self, site: Draft, place: int, now: dt.datetime) -> list[Said]:
        """A fact for each item of which something was told."""
        facts: list[Said] = []
        for n, good in enumerate(self.goods):
            found = {name: self.cleaned_data.get(f"{name}-{'.'.join(good)}") for name in ASKED}
            body = {name: value for name, value in found.items() if value not in (None, "")}
            if body:
                body |= {"unit": policy.market().item[good[0]].unit} if "fen" in body else {}
                body |= {"site": site.key, "item": good[0], "grade": good[1], "source": self.cleaned_data["source"]}
                facts.append(say.said("price.quoted", say.next_id(self.fact_id, n), now, place, body))
        return facts


def _stocks() -> list[tuple[str, str]]:
    """In one list to open: a column of a phone has no room for three buttons."""
    return worded.choices("price.quoted", "stock")


def _goods() -> list[tuple[str, str]]:
    return [(f"{item.code}.{grade}", called((item.code, grade))) for item in policy.market().items
            for grade in item.grades]  # fmt: skip


def _units() -> list[tuple[str, str]]:
    return [(one.code, one.called) for one in policy.market().units]


def _items() -> list[tuple[str, str]]:
    return [(one.code, one.called) for one in policy.market().items]


class Single(FactForm):
    """One price in another unit, or with what the shop paid: the invoice tells whether the cost was passed on."""

    kind = "price.quoted"
    good = Choice(choices=_goods, label=gettext_lazy("Item"))
    fen = field(kind, "fen", required=True)
    unit = field(kind, "unit", offers=_units, required=True)
    cost = Yuan(required=False, least=1, label=gettext_lazy("What the shop paid for that, yuan"))
    source = field(kind, "source")

    def values(self) -> dict[str, Any]:
        given = super().values()
        item, _dot, grade = given.pop("good").partition(".")
        return given | {"item": item, "grade": grade}


class Decide(ToCome):
    """What the desk decides, and in the same act the directive that carries it out."""

    kind, draft = "market.decided", True
    action = field(kind, "action")
    to = Among(label=gettext_lazy("To"), required=False)
    text = field("directive.issued", "text", required=False)
    due = field("directive.issued", "due", required=False)

    def __init__(self, *args: Any, places: Places, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"].among(places)  # type: ignore[attr-defined]

    def clean_due(self) -> str:
        return self.to_come("due") if self.cleaned_data.get("due") else ""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        waits = given.get("action") == "wait"
        for name in ("to", "text", "due"):
            if waits and given.get(name):
                self.add_error(name, _("This is said only of what somebody is to do."))
            elif not waits and given.get("action") and not given.get(name) and name not in self.errors:
                self.add_error(name, REQUIRED["required"])
        return given

    def decided(self, alert: str, place: int, now: dt.datetime) -> list[Said]:
        """The directive, if there is one, and the decision that names it."""
        given = self.cleaned_data
        body: dict[str, Any] = {"alert": alert, "action": given["action"]}
        if given["action"] == "wait":
            return [say.said(self.kind, self.fact_id, now, place, body)]
        id = say.next_id(self.fact_id, 1)
        told = {"what": "market", "text": given["text"], "to": given["to"], "due": given["due"]}
        return [say.said("directive.issued", id, now, place, told),
                say.said(self.kind, self.fact_id, now, place, body | {"directive": str(id)})]  # fmt: skip


class Report(FactForm):
    """Produce that nobody bought."""

    kind = "produce.reported"
    item = field(kind, "item", offers=_items)
    kg = field(kind, "kg")
    until = field(kind, "until")
    fen_kg = Yuan(required=False, least=1, label=gettext_lazy("Price asked, yuan per kg"))


class Offer(ToCome):
    """Some of it to one or several delivery points, each with an hour by which it answers."""

    kind = "produce.offered"
    points = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, label=gettext_lazy("Delivery points"))
    kg = field(kind, "kg", label=gettext_lazy("Weight offered to each, kg"))
    due = field(kind, "due")

    def __init__(self, *args: Any, points: Sequence[tuple[Draft, str]], left: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.of, self.left = {site.key: site for site, _words in points}, left
        self.fields["points"].choices = [(site.key, words) for site, words in points]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("kg") and len(given.get("points") or ()) * given["kg"] > self.left:
            self.add_error("kg", _("%(kg)s kg are left to offer") % {"kg": self.left})
        return given

    def offered(self, produce: str, place: int, now: dt.datetime, where: Mapping[str, int]) -> list[Said]:
        given = self.cleaned_data
        return [
            say.said(self.kind, say.next_id(self.fact_id, n) if n else self.fact_id, now, place,
                     {"produce": produce, "point": key, "at": where[key], "kg": given["kg"], "due": given["due"]})
            for n, key in enumerate(given["points"])
        ]  # fmt: skip
