"""Places as lists name them: by code of any length, or by the names of province, city and county."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from typing import Any

from psycopg import Connection

from tongzhou.linelist.values import Unreadable

_SUFFIX = re.compile(r"(?:土家族苗族自治州|自治州|自治县|林区|新区|省|市|区|县|州|街道|镇|乡)$")
_DEEPER = (12, 9, 6)  # digits of a community, a township and a county: a code is cut down to what the tree knows


class Places:
    """The region's places by code, key and name, as they are today and as they were called before."""

    since: dt.date | None = None  # from when on there are any

    def __init__(self, connection: Connection[Any]) -> None:
        self._codes: dict[str, int] = {}
        self._names: dict[str, set[int]] = defaultdict(set)
        for id, key, code, zh, en in connection.execute(
            "select p.id, p.key, n.code, n.name_zh, n.name_en from places_place p join places_name n on n.place = p.id"
            " order by n.valid_from"
        ):
            self._codes[code] = self._codes[key] = id
            for name in (zh.partition("（")[0], en.lower()):
                self._names[name].add(id)
                self._names[_SUFFIX.sub("", name)].add(id)
        self._parents: dict[int, set[int]] = defaultdict(set)
        for place, parent in connection.execute("select place, parent from places_link where parent is not null"):
            self._parents[place].add(parent)
        row = connection.execute("select root, name_zh, name_en from places_region").fetchone()
        self.root: int | None = row[0] if row else None
        root = connection.execute("select code from places_name where place = %s", [self.root]).fetchone()
        self._own = str(root[0])[:2] if root else ""
        since = connection.execute("select min(valid_from) from places_cover where tree = 'command'").fetchone()
        self.since = since[0] if since else None

    def by_code(self, text: str) -> int | None:
        """The place with this code; None for a code of another province. Raises Unreadable: place_unknown.

        The national layout writes eight digits (42010600): a code is cut down to the deepest place known, but never to
        less than a county, since a wrong county is not a right prefecture.
        """
        if (found := self._codes.get(text)) is not None:
            return found
        if not text.isdecimal() or not 6 <= len(text) <= 12:
            raise Unreadable("place_unknown", text)
        for digits in _DEEPER:
            if len(text) > digits and (found := self._codes.get(text[:digits])) is not None:
                return found
        if self._own and not text.startswith(self._own):
            return None
        raise Unreadable("place_unknown", text)

    def by_names(self, names: list[str]) -> int | None:
        """The deepest place of these names, outermost first; each must lie within the one before it.

        None where the outermost is no place of this region: somebody who lives elsewhere. Raises Unreadable:
        place_unknown, place_ambiguous.
        """
        given = [name for name in names if name]
        if not given:
            return None
        within: set[int] | None = None
        for n, name in enumerate(given):
            low = name.lower()
            found = self._names.get(low) or self._names.get(_SUFFIX.sub("", low)) or set()
            if within is not None:
                found = {one for one in found if self._inside(one, within)} or (
                    within if name == given[n - 1] else set()
                )
            if not found:
                if n == 0:
                    return None
                raise Unreadable("place_unknown", " ".join(given[: n + 1]))
            within = found
        assert within is not None
        return self._only(within, " ".join(given))

    def _only(self, found: set[int], text: str) -> int:
        outer = [one for one in found if not any(other != one and self._inside(one, {other}) for other in found)]
        if len(outer) > 1:
            raise Unreadable("place_ambiguous", text)
        return outer[0]

    def _inside(self, place: int, above: set[int]) -> bool:
        """Does the place lie under one of these, in either tree?"""
        reached, edge = {place}, {place}
        while edge:
            edge = {parent for one in edge for parent in self._parents[one]} - reached
            if edge & above:
                return True
            reached |= edge
        return False
