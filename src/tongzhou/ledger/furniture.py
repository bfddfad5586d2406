"""Where subjects lie that are furniture: a work folder tells for its noun, and the ledger keeps it with the fact."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from psycopg import Connection

# noun → (connection, keys) → {key: place}; a key that stands nowhere is left out.
Places = Callable[[Connection[Any], Sequence[str]], dict[str, int]]
FURNITURE: dict[str, Places] = {}


def furnishes(noun: str) -> Callable[[Places], Places]:
    """Register where the subjects of a noun stand."""

    def register(places: Places) -> Places:
        FURNITURE[noun] = places
        return places

    return register


def look_up(connection: Connection[Any], subjects: set[str]) -> dict[str, int]:
    """The places of furnished subjects (`noun/key`), asked once for each noun."""
    by_noun: dict[str, list[str]] = {}
    for subject in subjects:
        noun, _, key = subject.partition("/")
        by_noun.setdefault(noun, []).append(key)
    return {
        f"{noun}/{key}": place
        for noun, keys in by_noun.items()
        for key, place in FURNITURE[noun](connection, sorted(keys)).items()
    }


def numbers(keys: Sequence[str]) -> list[int]:
    """Keys that are numbers of rows, as numbers; what is none stands nowhere."""
    return [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 10]
