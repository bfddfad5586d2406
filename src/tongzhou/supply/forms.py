"""The count of a store: three numbers an item, of which the first is needed where one of the others was typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.forms import BoundField
from django.utils.translation import gettext as _

from tongzhou.api import say
from tongzhou.ledger.kinds import Said
from tongzhou.pages.fields import field
from tongzhou.pages.form import Form
from tongzhou.supply import kinds  # noqa: F401  (its kinds register by being imported)
from tongzhou.supply.policy import Item
from tongzhou.supply.queries import Line, Store
from tongzhou.supply.templatetags.supply import good

NUMBERS = ("usable", "used", "need")


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

    def rows(self) -> Iterator[tuple[Item, Line | None, list[BoundField]]]:
        """Each item with what stood there last, and its three fields."""
        for item in self.items:
            yield item, self.told.get(item.code), [self[f"{name}-{item.code}"] for name in NUMBERS]

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
        if not counted and not self.errors:
            self.add_error(None, _("How many pieces there are, of one item at least."))
        return given

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
