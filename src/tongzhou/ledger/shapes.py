"""The shape of rows: what a fold writes into a row's `data` only grows, and former versions are never rewritten.

Each row stands with the number of the shape it was written in. A field that is added, or means something else, is a
new shape: its noun registers how a row of the one before is read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Upcast = Callable[[dict[str, Any]], dict[str, Any]]
_UPCASTS: dict[str, list[Upcast]] = {}


def reshaped(noun: str, since: int) -> Callable[[Upcast], Upcast]:
    """Register how rows of the shape before `since` are read from then on. A noun begins with shape 1."""

    def register(upcast: Upcast) -> Upcast:
        known = _UPCASTS.setdefault(noun, [])
        if since != len(known) + 2:
            raise ValueError(f"{noun}: shape {since} does not follow {len(known) + 1}")
        known.append(upcast)
        return upcast

    return register


def shape(noun: str) -> int:
    """The shape that the noun's fold writes today."""
    return len(_UPCASTS.get(noun, ())) + 1


def upcast(noun: str, written: int, data: dict[str, Any]) -> dict[str, Any]:
    """A row's data, written in an older shape, as today's fold would have it."""
    for further in _UPCASTS.get(noun, ())[written - 1 :]:
        data = further(data)
    return data
