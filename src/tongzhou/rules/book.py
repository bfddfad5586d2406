"""The rule book: which edition of a rule is in force on a day at a place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path

from tongzhou.rules.load import REGISTER, pack_files, read_packs
from tongzhou.rules.pack import LEVELS, Pack

RULEBOOKS = Path(__file__).resolve().parents[3] / "rulebooks"


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
        self, rule_id: str, on: date, place_code: str | None = None, *,
        ancestors: tuple[str, ...] = (), known_at: date | None = None,
    ) -> Pack | None:
        """The edition in force on the day `on` at a place, or None.

        `on` is the day of the event in the world; `known_at` hides what was published later (None: known today).
        Where several levels have a rule, the higher level's decides, unless the lower one stands inside an approved
        measure: a lower level may be stricter only there.
        """
        found = [
            pack for pack in self._by_rule.get(rule_id, ())
            if pack.applies_on(on, known_at) and pack.covers(place_code, ancestors)
        ]
        return min(found, key=_rank, default=None)

    def edition(self, rule_id: str, name: str) -> Pack | None:
        return next((pack for pack in self.editions(rule_id) if pack.edition == name), None)

    def latest(self, rule_id: str, place_code: str | None = None) -> Pack | None:
        """The newest edition of the highest level, for a question that carries no date."""
        found = [pack for pack in self.editions(rule_id) if pack.covers(place_code)]
        return min(found, key=_rank, default=None)


def book(root: Path | None = None) -> RuleBook:
    """The packs under `root` (default: rulebooks/), read again only when a file there changed.

    Costs one stat per file; a loop over many units should hold the returned book.
    """
    root = root or RULEBOOKS
    stamp = tuple(
        (str(path), path.stat().st_mtime_ns, path.stat().st_size)
        for path in (root / REGISTER, *pack_files(root)) if path.exists()
    )
    return _load(root, stamp)


def forget() -> None:
    """Drop the cache, for tests that want the files read afresh."""
    _load.cache_clear()


def in_force(rule_id: str, on: date, place_code: str | None = None) -> Pack | None:
    """`RuleBook.in_force` of the default book."""
    return book().in_force(rule_id, on, place_code)


@lru_cache(maxsize=4)
def _load(root: Path, stamp: tuple[tuple[str, int, int], ...]) -> RuleBook:
    return RuleBook(read_packs(root))


def _rank(pack: Pack) -> tuple[bool, int, int]:
    return pack.approved_measure is None, LEVELS.index(pack.level), -pack.valid_from.toordinal()
