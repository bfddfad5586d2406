"""The count of a store: three numbers an item, of which the first is needed where one of the others was typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.forms import BooleanField, BoundField
from django.utils.translation import gettext as _

from tongzhou.api import say
from tongzhou.ledger.kinds import Said
from tongzhou.pages.fields import field
from tongzhou.pages.form import Form
from tongzhou.supply import kinds  # noqa: F401  (its kinds register by being imported)
from tongzhou.supply.policy import Item
from tongzhou.supply.queries import Line, Store
from tongzhou.supply.templatetags.supply import good, pieces

NUMBERS = ("usable", "used", "need")
TIMES = 10  # so many times as much or as little as was counted last is asked back


class Count(Form):
    """All items of a store in one form. The need stands in it as it was last `told`."""

    draft = True

    def __init__(self, *args: Any, items: Sequence[Item], told: Mapping[str, Line], **options: Any) -> None:
        super().__init__(*args, **options)
        self.items, self.told = items, told
        for item in items:
            for name in NUMBERS:
                self.fields[f"{name}-{item.code}"] = made = field("stock.counted", name, required=False)
                made.short = str(made.label)  # type: ignore[attr-defined]
                made.label = f"{good(item)}: {made.label}"
                made.widget.attrs["aria-label"] = made.label
            if item.code in told:
                self.initial[f"need-{item.code}"] = told[item.code].need
        self.fields["sure"] = BooleanField(required=False, label=_("I counted again: it is so"))

    def rows(self) -> Iterator[tuple[Item, Line | None, list[BoundField]]]:
        """Each item with what stood there last, and its three fields."""
        for item in self.items:
            yield item, self.told.get(item.code), [self[f"{name}-{item.code}"] for name in NUMBERS]

    @property
    def never(self) -> str:
        """The goods that nobody ever counted in this store."""
        return _(", ").join(good(item) for item in self.items if item.code not in self.told)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        counted = 0
        for item in self.items:
            usable, used, need = (given.get(f"{name}-{item.code}") for name in NUMBERS)
            last = self.told[item.code].need if item.code in self.told else None
            if usable is not None:
                counted += 1
            elif (used is not None or need not in (None, last)) and f"usable-{item.code}" not in self.errors:
                self.add_error(f"usable-{item.code}", _("How many pieces there are."))
        if (jumps := self._jumps(given)) and not given.get("sure"):
            self.add_error("sure", _("%(what)s: ten times more or less? Count again, or tick that it is so.")
                           % {"what": _("; ").join(jumps)})  # fmt: skip
        if not counted and not self.errors:
            self.add_error(None, _("How many pieces there are, of one item at least."))
        return given

    def _jumps(self, given: Mapping[str, Any]) -> list[str]:
        """What was counted ten times as high as last, or as low: a nought too many is typed sooner than delivered."""
        found = []
        for item in self.items:
            last, now = self.told.get(item.code), given.get(f"usable-{item.code}")
            if last and last.usable and now and not last.usable / TIMES < now < last.usable * TIMES:
                numbers = {"good": good(item), "was": pieces(last.usable), "now": pieces(now)}
                found.append(_("%(good)s: %(was)s before, %(now)s now") % numbers)
        return found

    @property
    def doubted(self) -> BoundField | None:
        """The tick, once it was asked for."""
        return self["sure"] if self.is_bound and (self["sure"].errors or self.data.get("sure")) else None

    def counts(self, store: Store, now: dt.datetime) -> list[Said]:
        """A fact for each item that has a count."""
        facts = []
        for n, item in enumerate(self.items):
            usable, used, need = (self.cleaned_data.get(f"{name}-{item.code}") for name in NUMBERS)
            if usable is not None:
                body = {"place": store.place, "house": store.house, "item": item.code, "usable": usable, "used": used,
                        "need": need}  # fmt: skip
                facts.append(say.said("stock.counted", say.next_id(self.fact_id, n), now, store.place, body))
        return facts
