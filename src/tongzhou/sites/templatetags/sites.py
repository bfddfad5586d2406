"""How sites, their kinds, hours, telephones and packs are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from tongzhou.rules.words import vocabulary
from tongzhou.sites import hours
from tongzhou.sites.drafts import KEY, Details, Draft
from tongzhou.sites.wanted import words

register = template.Library()


def _english() -> bool:
    return get_language() == "en"


def _term(words: str, code: str) -> str:
    found = vocabulary(words).terms.get(code)
    return (found.en if _english() else found.zh) if found else code


@register.filter
def sitename(site: Draft) -> str:
    return site.name_en if _english() else site.name_zh


@register.filter
def kindname(kind: str) -> str:
    return _term("site_kinds", kind)


@register.filter
def hourswords(text: str) -> str:
    if not text:
        return ""
    read = hours.parse(text)
    return hours.written(read) if _english() else hours.written(read, hours.DAYS_ZH, "全天")


@register.filter
def telephone(number: str) -> str:
    """In groups, so that it can be said."""
    bare, _, extension = number.partition("x")
    bare = bare.replace("-", "").replace(" ", "")
    if len(bare) == 11 and bare[0] == "1":
        bare = f"{bare[:3]} {bare[3:7]} {bare[7:]}"
    elif len(bare) > 9 and bare[0] == "0":
        area = 3 if bare[1] in "012" else 4
        bare = f"{bare[:area]} {bare[area:-4]} {bare[-4:]}"
    return f"{bare} {gettext('ext.')} {extension}" if extension else bare


@register.filter
def ring(number: str) -> SafeString | str:
    """A telephone to be rung, in groups and never split over two lines; a dash where there is none."""
    if not number:
        return "–"
    line, _split, extension = number.partition(" #")
    dialled = "".join(char for char in line if char.isdigit() or char == "+")
    shown = telephone(f"{dialled}x{extension}" if extension else dialled)
    return format_html('<a class="ring" href="tel:{}">{}</a>', dialled, shown)


@register.filter
def packwords(details: Details) -> str:
    """`1 box = 24 tablet, 1 case = 10 box`"""
    return ", ".join(f"1 {_term('units', pack)} = {n} {_term('units', of)}" for pack, (n, of) in details.packs.items())


@register.filter
def unitname(code: str) -> str:
    return _term("units", code)


@register.filter
def carries(details: Details) -> str:
    """What a vehicle takes: seats, stretchers, crew."""
    told = (
        (details.seats, gettext("seats %(n)s")),
        (details.stretchers, gettext("stretchers %(n)s")),
        (details.crew, gettext("crew %(n)s")),
    )
    return ", ".join(words % {"n": n} for n, words in told if n is not None)


@register.filter
def vehiclewords(sites: Mapping[str, Draft], told: Mapping[str, str]) -> str:
    """` · Ambulance 1, 舟A00120, on a stretcher` of what was told of a vehicle."""
    vehicle = sites.get(told.get("vehicle", ""))
    ways = {"seat": gettext("sitting"), "stretcher": gettext("on a stretcher")}
    parts = [sitename(vehicle), vehicle.details.plate] if vehicle else []
    return "".join(f" · {part}" for part in (*parts, ways.get(told.get("carried", ""), "")) if part)


@register.filter
def sitenamed(sites: Mapping[str, Draft], key: str | None) -> str:
    """What a site is called; nothing where it is not among these."""
    found = sites.get(key or "")
    return sitename(found) if found else ""


@register.filter
def wanted(sites: Mapping[str, Draft], medicines: Iterable[Mapping[str, Any]]) -> str:
    """` · Amlodipine tablets 5 mg, 2 box`; nothing where none was chosen from the list."""
    told = words(sites, medicines or (), english=_english())
    return f" · {told}" if told else ""


@register.filter
def spelt(source: str) -> str:
    """A source that says something to a reader; a bare id of sources.yaml does not."""
    return "" if KEY.fullmatch(source) else source


@register.filter
def exposure(span: str) -> str:
    """`2020-01-22 08:00–12:30`; the second day only where it is another."""
    first, last = (one.replace("T", " ") for one in span.split("/"))
    return f"{first}–{last[11:] if first[:10] == last[:10] else last}"
