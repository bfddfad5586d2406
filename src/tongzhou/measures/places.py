"""Where a measure holds, as people choose it: typed by name, found by a part of the name, or ticked in the tree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.http import QueryDict
from django.utils.translation import gettext as _

from tongzhou.ledger.ranges import contains
from tongzhou.pages import spoken
from tongzhou.pages.fields import Several, Typed
from tongzhou.places.queries import Name

_BELOW = """
select distinct on (n.place) n.place, n.name_zh, n.name_en from places_name n
where n.place <@ %s::int4multirange and (n.name_zh like any(%s) or lower(n.name_en) like any(%s))
order by n.place, n.valid_from desc
"""
_SPLIT = re.compile(r"[、,，;；\n]+")


class Where(Typed):
    """Places by their names, within `covers`, as people say them: without the mark of an invented place, and short
    where one place only begins so. A word that none or several of them begin with is refused, with what it may mean."""

    def __init__(self, *, covers: str = "{}", **options: Any) -> None:
        self.covers = covers
        super().__init__(max_length=600, **options)

    def read(self, text: str) -> list[int]:
        said = [_bare(word) for word in _SPLIT.split(text) if word.strip()]
        begins = [re.sub(r"([%_\\])", r"\\\1", word) + "%" for word in said]
        with connection.cursor() as cursor:
            cursor.execute(_BELOW, [self.covers, begins, [word.lower() for word in begins]])
            found = [(place, _bare(zh), _bare(en)) for place, zh, en in cursor.fetchall()]
        return list(dict.fromkeys(_meant(word, found) for word in said))


def _bare(name: str) -> str:
    """A name as people type it: without what stands behind it in brackets, such as "(invented)"."""
    return re.split(r"\s*[（(]", name, maxsplit=1)[0].strip()


def _meant(word: str, found: Sequence[tuple[int, str, str]]) -> int:
    """The one place that is called so, or whose name begins so. Raises ValidationError."""
    low = word.lower()
    exact = [one for one in found if word == one[1] or low == one[2].lower()]
    named = exact or [one for one in found if one[1].startswith(word) or one[2].lower().startswith(low)]
    if not named:
        raise ValidationError(_("“%(word)s” is no place of yours; as in the list of places.") % {"word": word[:40]})
    if exact[1:]:
        raise ValidationError(
            _("“%(word)s” is the name of several of your places; say the smaller ones.") % {"word": word[:40]}
        )
    if named[1:]:
        chinese = spoken.reader() == "zh"
        names = _(", ").join(one[1] if chinese else one[2] for one in named[:6])
        if beyond := len(named[6:]):
            names = _("%(names)s and %(n)d more") % {"names": names, "n": beyond}
        raise ValidationError(_("“%(word)s” may be %(names)s; say which.") % {"word": word[:40], "names": names})
    return named[0][0]


class Buildings(Typed):
    """Numbers of buildings: 3、5、12A."""

    def read(self, text: str) -> list[str]:
        found = [word.strip().removesuffix("栋").removesuffix("号楼") for word in _SPLIT.split(text) if word.strip()]
        if odd := next((word for word in found if not re.fullmatch(r"[0-9A-Za-z]{1,6}", word)), None):
            raise ValidationError(_("“%(word)s” is no number of a building.") % {"word": odd[:40]})
        return list(dict.fromkeys(found))


class Picked(Several):
    """Places that were ticked, by their numbers, within `covers`. Which are offered is drawn by the picker."""

    def __init__(self, *, covers: str = "{}", **options: Any) -> None:
        self.covers = covers
        super().__init__(choices=(), **options)

    def valid_value(self, value: Any) -> bool:
        return bool(re.fullmatch(r"[0-9]{1,9}", str(value))) and contains(self.covers, int(value))

    def clean(self, value: Any) -> list[int]:
        return [int(one) for one in super().clean(value)]


class Besides(Several):
    """Measures that look like this one, ticked where both are meant. Which they are, is told when it is refused."""

    def valid_value(self, value: Any) -> bool:
        return bool(re.fullmatch(r"[0-9a-f-]{36}", str(value)))


SHOWN = 30  # of what a search finds
_BELOW_IT = """
select c.place, n.name_zh, n.name_en, n.level, not c.leaf, up.name_zh, up.name_en
from places_cover c join places_name n on n.place = c.place and n.valid_to is null
left join places_name up on up.place = c.parent and up.valid_to is null
where c.tree = 'command' and c.valid_to is null and c.place <@ %(covers)s::int4multirange
"""
_CHILDREN = _BELOW_IT + "and c.parent = %(at)s order by n.code, c.place"
_FOUND = (
    _BELOW_IT
    + """and (n.name_zh like %(part)s or n.name_en ilike %(part)s)
order by c.depth, n.code, c.place limit %(most)s
"""
)
_CHOSEN = _BELOW_IT + "and c.place = any(%(ids)s) order by c.depth, n.code, c.place"
_ABOVE = """
select c.place, n.name_zh, n.name_en, n.level from places_cover c join places_name n on n.place = c.place
  and n.valid_to is null
where c.tree = 'command' and c.valid_to is null and c.covers @> %(at)s and c.place <@ %(covers)s::int4multirange
order by c.depth
"""


@dataclass(frozen=True)
class Offered:
    """A place that may be ticked: what it is called, within which, whether it opens."""

    place: int
    name: str
    within: str
    opens: bool
    ticked: bool


@dataclass(frozen=True)
class Picker:
    """What is drawn of the tree: what was ticked, the way from the top to the area that is open, what lies in it or
    was found, and how many more were found than are drawn."""

    chosen: Sequence[Offered]
    way: Sequence[tuple[int, str]]
    offered: Sequence[Offered]
    part: str
    more: bool


def picker(covers: str, own: int, sent: QueryDict | None, ticked: Sequence[int]) -> Picker:
    """The picker as it was left: `own` is the area that is open before anybody opens another."""
    part = (sent.get("find", "") if sent else "").strip()[:40]
    pressed = sent.get("pick", "") if sent else ""
    at = int(pressed) if re.fullmatch(r"[0-9]{1,9}", pressed) else own
    part = "" if pressed and pressed != "find" else part
    like = re.sub(r"([%_\\])", r"\\\1", part)
    asked: dict[str, Any] = {
        "covers": covers, "at": at, "ids": list(ticked), "most": SHOWN + 1, "part": f"%{like}%"
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_CHOSEN, asked)
        chosen = [_offered(row, True) for row in cursor.fetchall()]
        cursor.execute(_FOUND if part else _CHILDREN, asked)
        found = [_offered(row, False) for row in cursor.fetchall() if row[0] not in ticked]
        cursor.execute(_ABOVE, asked)
        way = [(row[0], _said(Name(*row))) for row in cursor.fetchall()]
    return Picker(chosen, way, found[:SHOWN] if part else found, part, bool(part and found[SHOWN:]))


def _offered(row: Sequence[Any], ticked: bool) -> Offered:
    place, zh, en, level, opens, up_zh, up_en = row
    within = _said(Name(0, up_zh or "", up_en or "", ""))
    return Offered(place, _said(Name(place, zh, en, level)), within, opens, ticked)


def _said(name: Name) -> str:
    return _bare(name.name_zh if spoken.reader() == "zh" else name.name_en or name.name_zh)
