"""What is computed from published figures alone is kept until one of them changes: everybody may see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Found = TypeVar("Found")
MOST = 200

# A new, altered or withdrawn figure leaves a row of a later transaction, or one row less; so does another region.
_VERSION = """
select count(*), max(xmin::text::bigint), (select max(xmin::text::bigint) from places_region)
from ledger_row where noun = any(%s)
"""
_kept: dict[tuple[Any, ...], Any] = {}


def kept(connection: Any, nouns: tuple[str, ...], what: tuple[Any, ...], compute: Callable[[], Found]) -> Found:
    """The answer to `what`, computed anew when a row of `nouns` changed."""
    key = (what, connection.info.dbname, nouns, *connection.execute(_VERSION, [list(nouns)]).fetchone())
    if key not in _kept:
        if len(_kept) > MOST:
            _kept.clear()
        _kept[key] = compute()
    found: Found = _kept[key]
    return found
