"""The forms of sanitation: what was disinfected, what was weighed, what is cleaned, what was read out."""

from __future__ import annotations

from typing import Any

from tongzhou.pages.fields import field
from tongzhou.pages.form import FactForm, fact_form
from tongzhou.sanitation import kinds  # noqa: F401  (its kinds register by being imported)

SAID = {"required": True}
Done = fact_form("disinfection.done", "agent", "done_by", "litres", agent=SAID, done_by=SAID)
NotDone = fact_form("disinfection.done", "problem", problem=SAID)
Received = fact_form("waste.received", "bags", "weight10")
Explained = fact_form("waste.explained", "why")
Told = fact_form("cleanup.told", "people")
Called = fact_form("cleanup.called", "day", "works")
ReadOut = fact_form("announcement.read_out", "how")


class Collected(FactForm):
    """What the lorry takes: the manifest's number, what it is, bags and weight; from where and with which lorry where
    there is more than one."""

    kind = "waste.collected"
    sort = field(kind, "sort")
    slip = field(kind, "slip")
    bags = field(kind, "bags")
    weight10 = field(kind, "weight10")
    vehicle = field(kind, "vehicle", offers=())

    def __init__(self, *args: Any, lorries: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        if lorries:
            self.fields["vehicle"].choices = [("", "–"), *lorries]  # type: ignore[attr-defined]
        else:
            del self.fields["vehicle"]
