"""How a finding is said besides yes and no: the words of each input, as data (rulebooks/terms/findings_said.yaml)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from tongzhou.rules.words import NO, TERMS, YES, folded, mentions

# A text with one of these may deny what it names: it flags nothing by its words.
_DENIED = re.compile(r"[无没未不非否]|\b(?:no|not|none|without|never|denies)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Said:
    """The words of one input. `flags` say yes anywhere in a text that denies nothing."""

    yes: frozenset[str] = frozenset()
    no: frozenset[str] = frozenset()
    flags: tuple[str, ...] = ()
    never: frozenset[str] = frozenset()

    def holds(self, text: str) -> bool | None:
        """Whether a text says yes or no, by the words of the input, then by those of every input."""
        word = folded(text)
        if word in self.yes or word in self.no:
            return word in self.yes
        if word in YES or word in NO:
            return word in YES
        return True if mentions(text, self.flags) and not _DENIED.search(text) else None


@lru_cache(maxsize=512)
def said_of(name: str, yes: tuple[str, ...] = (), no: tuple[str, ...] = ()) -> Said:
    """The words of one input, with those of its declaration."""
    words, never = _file()
    own = words.get(name, {})
    return Said(
        _folded((*own.get("is", ()), *yes)),
        _folded((*own.get("is_not", ()), *no)),
        tuple(own.get("flags", ())),
        _folded(never.get(name, ())),
    )


@lru_cache(maxsize=1)
def _file() -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    raw: Any = yaml.safe_load((TERMS / "findings_said.yaml").read_text(encoding="utf-8"))
    return raw["words"], raw["never"]


def _folded(words: Any) -> frozenset[str]:
    return frozenset(map(folded, words))
