"""The rule book: which edition of a rule is in force on a day at a place."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path

from tongzhou.rules.load import read_packs
from tongzhou.rules.pack import LEVELS, Pack, PackError

RULEBOOKS = Path(__file__).resolve().parents[3] / "rulebooks"
LOOKED_AT = 1.0  # seconds
_seen: dict[Path, tuple[float, RuleBook]] = {}


class RuleBook:
    """A loaded set of packs; immutable, so it may be held and shared."""

    def __init__(self, packs: Iterable[Pack]) -> None:
        self.packs = tuple(packs)
        by_rule: dict[str, list[Pack]] = defaultdict(list)
        for pack in self.packs:
            by_rule[pack.rule_id].append(pack)
        self._by_rule = {rule: tuple(found) for rule, found in by_rule.items()}

    def editions(self, rule_id: str) -> tuple[Pack, ...]:
        return self._by_rule.get(rule_id, ())

    def in_force(
        self,
        rule_id: str,
        on: date,
        place_code: str | None = None,
        *,
        ancestors: tuple[str, ...] = (),
        known_at: date | None = None,
    ) -> Pack | None:
        """The edition in force on the day `on` at a place, or None.

        `on` is the day of the event in the world; `known_at` hides what was published later (None: as known
        today). Where several levels have a rule, the higher level decides, unless the lower one stands inside
        an approved measure (a lower level may be stricter only there) or was in force in fact.
        """
        found = [
            pack
            for pack in self._by_rule.get(rule_id, ())
            if pack.applies_on(on, known_at) and pack.covers(place_code, ancestors)
        ]
        return min(found, key=lambda pack: _rank(pack, place_code), default=None)

    def edition(self, rule_id: str, name: str) -> Pack | None:
        return next((pack for pack in self.editions(rule_id) if pack.edition == name), None)

    def latest(self, rule_id: str, place_code: str | None = None) -> Pack | None:
        """For a question that carries no date: the edition kept for them, else the newest of the highest level."""
        found = [pack for pack in self.editions(rule_id) if pack.covers(place_code)]
        return min(found, key=lambda pack: (not pack.undated, *_rank(pack, place_code)), default=None)

    def next_edition(self, rule_id: str, after: date, place_code: str | None = None) -> date | None:
        """The first day after `after` on which another edition begins at a place."""
        begins = (pack.valid_from for pack in self.editions(rule_id) if pack.covers(place_code))
        return min((day for day in begins if day > after), default=None)


def book(root: Path | None = None) -> RuleBook:
    """The packs under `root` (default: rulebooks/), read again when a file there came, went or was replaced.

    Looks at the times of the folders only (a few stats), so a file overwritten in place needs `forget()`; at the
    program's own folder once a second, for every fold of a batch asks it.
    """
    if root is not None:
        return _as_it_is(root)
    now, seen = time.monotonic(), _seen.get(RULEBOOKS)
    if seen is None or now - seen[0] > LOOKED_AT:
        seen = _seen[RULEBOOKS] = (now, _as_it_is(RULEBOOKS))
    return seen[1]


def _as_it_is(root: Path) -> RuleBook:
    if not root.is_dir():
        raise PackError(f"{root}: there is no folder of rule packs here")
    with os.scandir(root) as entries:
        stamp = [(entry.name, entry.stat().st_mtime_ns) for entry in entries]
    return _load(root, (root.stat().st_mtime_ns, *sorted(stamp)))


def forget() -> None:
    """Drop the cache, for tests that want the files read afresh."""
    _load.cache_clear()
    _seen.clear()


def in_force(
    rule_id: str,
    on: date,
    place_code: str | None = None,
    *,
    ancestors: tuple[str, ...] = (),
    known_at: date | None = None,
) -> Pack | None:
    """`RuleBook.in_force` of the default book: which edition applied on the day `on` at this place."""
    return book().in_force(rule_id, on, place_code, ancestors=ancestors, known_at=known_at)


@lru_cache(maxsize=4)
def _load(root: Path, stamp: tuple[int | tuple[str, int], ...]) -> RuleBook:
    return RuleBook(read_packs(root))


def _rank(pack: Pack, place_code: str | None) -> tuple[bool, int, int]:
    """The higher level first, but for a stricter order that holds at the very place asked about."""
    stricter = place_code is not None and (pack.approved_measure is not None or pack.in_fact)
    return not stricter, LEVELS.index(pack.level), -pack.valid_from.toordinal()
