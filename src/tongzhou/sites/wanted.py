"""Medicines that somebody needs, in words: which, of what strength, and how many of which unit or pack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tongzhou.rules.words import vocabulary
from tongzhou.sites.drafts import Draft


def words(sites: Mapping[str, Draft], medicines: Iterable[Mapping[str, Any]], *, english: bool) -> str:
    """`Amlodipine tablets 5 mg, 2 box`; a medicine that is not among `sites` is left out."""
    units = vocabulary("units").terms
    told = []
    for one in medicines:
        if site := sites.get(one["medicine"]):
            unit, name = units[one["of"]], site.name_en if english else site.name_zh
            called = " ".join(filter(None, (name, site.details.strength)))
            told.append(f"{called}, {one['quantity']} {unit.en if english else unit.zh}")
    return "; ".join(told)


def both(sites: Mapping[str, Draft], medicines: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    medicines = list(medicines)
    return {"zh": words(sites, medicines, english=False), "en": words(sites, medicines, english=True)}
