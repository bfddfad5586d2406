"""One search: a person by number, a door, a place, a ward, a site, a rule, a page. Only what the reader may see is
found, and what was looked for is kept nowhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongzhou import rules
from tongzhou.console.nav import links
from tongzhou.ledger.time import local_day
from tongzhou.pages.ask import Ask, page
from tongzhou.people.roles import ROLES
from tongzhou.people.scope import NOWHERE
from tongzhou.persons import handles
from tongzhou.persons import queries as persons
from tongzhou.problems import NotFound, Problem
from tongzhou.sites import doors
from tongzhou.sites import queries as sites

MOST = 8  # of each sort; a list says how many more there are


@dataclass(frozen=True)
class Hit:
    text: str
    href: str = ""
    note: str = ""


@dataclass(frozen=True)
class Found:
    """What was found of one sort. `more`: how many are not shown."""

    name: str
    hits: list[Hit]
    more: int = 0
    href: str = ""  # where all of them stand


@page("persons", roles=ROLES, answers=("GET",))
def find(ask: Ask) -> HttpResponse:
    """What a search finds. The number of a person leads to the person; unknown and foreign are answered alike."""
    text = ask.given("q")[:80]
    if not text:
        return ask.show("console/search.html", q="")
    if _is_number(text):
        return _person(ask, text)
    found = [one for finder in FINDERS if (one := finder(ask, text)) and one.hits]
    return ask.show("console/search.html", q=text, found=found)


def _is_number(text: str) -> bool:
    """Does somebody mean a person's number? Digits alone, more than any door or room has."""
    plain = unicodedata.normalize("NFKC", text)
    return sum(char.isdecimal() for char in plain) >= 7 and not any(char.isalpha() for char in plain)


def _person(ask: Ask, text: str) -> HttpResponse:
    try:
        keys = [key for key in persons.by_handle(handles.read(text)) if persons.may_see(key)]
    except Problem as problem:
        return ask.show("console/search.html", q=text, problem=problem.as_dict(), status=problem.status)
    if len(keys) == 1:
        return redirect("person", key=keys[0])
    if not keys:
        return ask.show("console/search.html", q=text, nobody=True, status=NotFound.status)
    cards = persons.cards(keys)
    hits = [Hit(cards[key].code or "", reverse("person", args=[key])) for key in keys]
    return ask.show("console/search.html", q=text, found=[Found(_("This number was given twice"), hits)])


def _like(text: str) -> str:
    return "%" + re.sub(r"([\\%_])", r"\\\1", text.strip().lower()) + "%"


def _rows(sql: str, given: list[Any]) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())


def _pages(ask: Ask, text: str) -> Found:
    """Pages of the navigation that the reader holds."""
    sorts = {sort for sort in ask.holder.scopes if ask.holder.sees(sort)}
    named = [
        (_(words), href)
        for _group, href, _own, words, sort, held in links()
        if (not sort or sort in sorts) and (not held or held & ask.holder.roles.keys())
    ]
    return Found(_("Pages"), [Hit(words, href) for words, href in named if text.lower() in words.lower()])


_DOORS = """
select id, building, stairwell, floor, room, count(*) over () from community_household
where place <@ %s::int4multirange and (id::text = %s or room = %s or
  lower(building || stairwell || room) like %s) order by id limit %s
"""


def _doors(ask: Ask, text: str) -> Found | None:
    """Doors by running number, by room, or by building, stairwell and room as people say them."""
    covers = ask.holder.scopes.get("households", NOWHERE)
    if covers == NOWHERE:
        return None
    plain = re.sub(r"[\s\-号栋幢楼单元室]", "", text.lower())
    if not plain:
        return None
    rows = _rows(_DOORS, [covers, plain if plain.isdecimal() else "", text.strip(), _like(plain), MOST])
    english, hits = get_language() == "en", []
    for row in rows:
        building, stairwell, floor, room = row[1:5]
        door = doors.Door(str(building), str(stairwell), int(str(floor)) if floor is not None else None, str(room))
        written = doors.written(door, english=english) if building or room else ""
        hits.append(Hit(_("Door %(n)s") % {"n": row[0]}, f"/doorway/#d-{row[0]}", written))
    return Found(_("Doors"), hits, _more(rows))


_PLACES = """
select n.place, n.name_zh, n.name_en, u.name_zh, u.name_en, count(*) over () from places_name n
left join places_link l on l.place = n.place and l.tree = 'command' and l.valid_to is null
left join lateral (
  select name_zh, name_en from places_name where place = l.parent and valid_to is null limit 1) u on true
where n.valid_to is null and n.level <> 'grid' and n.place <@ tongzhou_scope('counts') and (
  n.name_zh like %s or lower(n.name_en) like %s or n.pinyin like %s)
order by length(n.name_zh), n.pinyin limit %s
"""


def _places(ask: Ask, text: str) -> Found | None:
    if not ask.holder.sees("counts"):
        return None
    like = _like(text)
    rows = _rows(_PLACES, [like, like, like, MOST])
    at = 1 if get_language() == "en" else 0
    hits = [Hit(str(row[1 + at]), reverse("board", args=[row[0]]), str(row[3 + at] or "")) for row in rows]
    return Found(_("Places"), hits, _more(rows))


_WARDS = """
select w.id, w.facility_zh, w.facility_en, w.name_zh, w.name_en, count(*) over () from hospital_named w
where w.place <@ %s::int4multirange and (lower(w.facility_zh || w.name_zh) like %s
  or lower(w.facility_en || ' ' || w.name_en) like %s) order by w.facility_zh, w.id limit %s
"""


def _wards(ask: Ask, text: str) -> Found | None:
    covers = ask.holder.scopes.get("beds", NOWHERE)
    if covers == NOWHERE:
        return None
    rows = _rows(_WARDS, [covers, _like(text), _like(text), MOST])
    at = 1 if get_language() == "en" else 0
    hits = [Hit(str(row[3 + at]), reverse("ward", args=[row[0]]), str(row[1 + at])) for row in rows]
    return Found(_("Wards"), hits, _more(rows))


def _sites(ask: Ask, text: str) -> Found:
    found = sites.page(sites.Sought(local_day(ask.now), text), size=MOST)
    english = get_language() == "en"
    hits = [Hit(one.name_en if english else one.name_zh, reverse("site", args=[one.key])) for one in found.sites]
    return Found(_("Sites"), hits, found.total - len(hits), f"{reverse('sites')}?q={text}")


def _rules(ask: Ask, text: str) -> Found:
    """Rules by their name in the rule book or by the words of their title."""
    book, english = rules.book(), get_language() == "en"
    newest = {pack.rule_id: pack for pack in book.packs}
    named = [
        Hit(pack.title_en if english else pack.title_zh, reverse("rule", args=[rule]), rule)
        for rule, pack in sorted(newest.items())
        if text.lower() in f"{rule} {pack.title_en} {pack.title_zh}".lower()
    ]
    return Found(_("Rules"), named[:MOST], max(0, len(named) - MOST))


def _more(rows: list[tuple[object, ...]]) -> int:
    return int(str(rows[0][-1])) - len(rows) if rows else 0


FINDERS: tuple[Callable[[Ask, str], Found | None], ...] = (_doors, _places, _wards, _sites, _rules, _pages)


@page("persons", roles=ROLES, answers=("GET",))
def rule(ask: Ask, rule_id: str) -> HttpResponse:
    """One rule: what it is called, its editions with the days they hold, who issued them and where they were read."""
    editions = sorted(rules.book().editions(rule_id), key=lambda one: one.valid_from)
    if not editions:
        raise NotFound()
    today = local_day(ask.now)
    return ask.show(
        "console/rule.html", rule_id=rule_id, editions=editions[::-1], today=today,
        in_force=[one.name for one in editions if one.applies_on(today)],
    )  # fmt: skip
