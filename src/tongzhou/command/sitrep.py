"""The situation report: a page to read and print, and a file that stands alone. Every figure links to its source."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.contrib.staticfiles import finders
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from tongzhou.command import figures, queries
from tongzhou.ledger import clock, erased
from tongzhou.people.scope import EVERYWHERE, Holder, set_scope
from tongzhou.places import marked
from tongzhou.supply import queries as stores

GOODS, FLAGS = 8, 12  # on the report: what runs out first, the first cautions


def html(place: int, day: dt.date, at: dt.datetime | None = None, *, style: str | None = None, site: str = "") -> str:
    """Render the report in the active language and the caller's scope; a file's links lead to the console at `site`."""
    found = queries.board(place, day, at)
    region = queries.region()
    levels = figures.levels_by_place(queries.raw(), day, at)
    line = found.place
    series = queries.curve(place, day, 14, at) if line.published else []
    flags = figures.flags_of(queries.raw(), region, line.published.unit, day, at) if line.published else []
    goods = [one for one in stores.at_close(day, at, queries.covers_of(place)) if one.cover is not None]
    context: dict[str, Any] = {
        "board": found,
        "line": line,
        "day": day,
        "at": at,
        "levels": levels,
        "series": series[:14],  # the day before them told what was new on the first
        "days_without": queries.days_without_new(queries.curve(place, day, at=at)) if line.published else None,
        "flags": flags[:FLAGS],
        "flags_more": len(flags[FLAGS:]),
        "sum_below": sum(one.published.confirmed for one in found.below if one.published),
        "heads": queries.heads(),
        "erased": erased.tip(queries.raw().info.dbname),
        "clock": clock.read(queries.raw()),
        "invented": {"names": marked.names(queries.raw()), "here": line.invented},
        "english": translation.get_language() == "en",
        "style": style,
        "site": site,
        "asked": urlencode({"day": str(day)} | ({"as_known_at": at.isoformat()} if at else {})),
        "previous": day - dt.timedelta(days=1),
        "next": day + dt.timedelta(days=1),
        "judged": any(one.id in levels or one.level_published for one in found.below),
        "published_levels": ("high", "medium", "low"),
        "published_counts": figures.published_counts(region, day) if place == region.get("root") else None,
        "sources": region.get("sources", {}),
        "chain_names": _chain_names(),
        "counties": _county_figures(day),
        "communities": published_communities(day),
        "goods": goods[:GOODS],
        "goods_more": len(goods[GOODS:]),
    }
    return render_to_string("command/sitrep.html", context)


def write(place: int | None, day: dt.date, language: str, path: Path, site: str) -> Path:
    """Write the report of a place (None: the whole region) to a file that needs nothing beside it; the sources behind
    its figures are at `site`, the console's address."""
    style_path = finders.find("console/console.css")
    style = Path(str(style_path)).read_text() if style_path else ""
    everything = Holder(None, {}, {"counts": EVERYWHERE})
    with transaction.atomic(), translation.override(language):
        set_scope(everything)
        text = html(place or queries.region()["root"], day, style=style, site=site.rstrip("/"))
    draft = path.with_suffix(".part")
    draft.write_text(text)
    draft.replace(path)
    return path


def _county_figures(day: dt.date) -> bool:
    """Whether anything was published for a county that is no prefecture's double."""
    row = queries.raw().execute(
        "select exists (select from ledger_row r join places_name n on n.place = r.place and n.level = 'county'"
        " where r.noun = 'bulletin' and (r.data ->> 'day')::date <= %s)",
        [day],
    )
    return bool((row.fetchone() or [False])[0])


def _chain_names() -> dict[int, tuple[str, str]]:
    return {
        place: (zh, en)
        for place, zh, en in queries.raw()
        .execute("select place, name_zh, name_en from places_name where level = 'prefecture' and valid_to is null")
        .fetchall()
    }


@dataclass(frozen=True)
class Community:
    """A real community as a publication showed it."""

    name_zh: str
    name_en: str
    key: str
    confirmed: int
    days: int


def published_communities(day: dt.date) -> list[Community]:
    rows = (
        queries.raw()
        .execute(
            "select n.name_zh, n.name_en, r.key, (r.data ->> 'confirmed')::numeric, (r.data ->> "
            "'days_without_new_at_least')::numeric"
            " from ledger_row r join places_name n on n.place = r.place and n.valid_to is null"
            " where r.noun = 'published_community' and (r.data ->> 'as_of')::date <= %s",
            [day],
        )
        .fetchall()
    )
    return [Community(zh, en, key, int(confirmed), int(days)) for zh, en, key, confirmed, days in rows]
