"""Medicines in words: what may be chosen, and what somebody needs, by strength and by unit or declared pack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tongzhou.rules.words import vocabulary
from tongzhou.sites.drafts import Draft


def choice(site: Draft, of: str) -> dict[str, str]:
    """`Amlodipine tablets 5 mg · box`, in both languages."""
    unit = vocabulary("units").terms[of]
    return {"zh": f"{called(site, False)} · {unit.zh}", "en": f"{called(site, True)} · {unit.en}"}


def words(sites: Mapping[str, Draft], medicines: Iterable[Mapping[str, Any]], *, english: bool) -> str:
    """`Amlodipine tablets 5 mg, 2 box`; a medicine that is not among `sites` is left out."""
    units = vocabulary("units").terms
    told = []
    for one in medicines:
        if site := sites.get(one["medicine"]):
            unit = units[one["of"]]
            told.append(f"{called(site, english)}, {one['quantity']} {unit.en if english else unit.zh}")
    return "; ".join(told)


def both(sites: Mapping[str, Draft], medicines: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    medicines = list(medicines)
    return {"zh": words(sites, medicines, english=False), "en": words(sites, medicines, english=True)}


def called(site: Draft, english: bool) -> str:
    return " ".join(filter(None, (site.name_en if english else site.name_zh, site.details.strength)))
