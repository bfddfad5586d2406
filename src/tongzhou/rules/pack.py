"""What a rule pack is: one dated edition of one rule, its numbers and where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

STATUSES = ("V", "V-", "M", "D")
ENDS = ("from", "until")
LEVELS = ("national_law", "national_rule", "province", "city", "county", "facility")


def trimmed(code: str) -> str:
    """420000 is Hubei, 420100 Wuhan: trailing pairs of noughts name nothing."""
    while code.endswith("00"):
        code = code[:-2]
    return code


@lru_cache(maxsize=4096)
def exactly(value: int | float) -> Fraction:
    """A number as it is written, without rounding: 11.6 is 58/5, so that a limit compares as it reads."""
    return Fraction(value) if isinstance(value, int) else Fraction(Decimal(str(value)))


class PackError(Exception):
    """A pack file that cannot be used; the message names the file, the rule and the field."""


@dataclass(frozen=True)
class Source:
    """A document a number was read in. Grade A–D as in the register."""

    id: str
    title: str
    issuer: str
    date: str
    grade: str
    zh: str

    @property
    def en(self) -> str:
        return f"{self.title}, {self.issuer}, {self.date}"


@dataclass(frozen=True)
class Pack:
    """One edition of one rule.

    Two times, never mixed: `valid_from … valid_to` (both days included) say when the rule applied in the
    world; `published` and `end_published` say when its text, and its end, became known. As known at a day
    before `end_published`, the edition is still open-ended, as it was to everybody then.

    `reviewed_until`: the last day as far as which somebody looked whether the edition holds. `read_in`: the source in
    which its first day (`from`) and its last (`until`) were read; a day without one is assumed. `in_fact`:
    a stricter order of a lower level that was in force in fact, its approval not read. `undated`: a worked case
    without any day is asked of this edition. `local_may_be_stricter`: places below the issuer may have an order of
    their own; `local_orders_read` are those of which it is known that they have none.
    """

    rule_id: str
    edition: str
    title_en: str
    title_zh: str
    called_en: str
    called_zh: str
    jurisdiction: str
    level: str
    issuer: str
    sources: tuple[Source, ...]
    status: str
    valid_from: date
    valid_to: date | None
    published: date
    end_published: date | None
    supersedes: str | None
    authored_by: str
    checked_by: str | None
    next_review: date
    approved_measure: str | None
    enabled: bool
    reviewed_until: date | None
    read_in: Mapping[str, Source]
    in_fact: bool
    undated: bool
    local_may_be_stricter: bool
    local_orders_read: tuple[str, ...]
    parameters: Mapping[str, Any]
    notes: str
    path: str

    @property
    def name(self) -> str:
        return f"{self.rule_id}@{self.edition}"

    @property
    def signed_off(self) -> bool:
        """Whether a person other than the author has checked the pack against its source."""
        return self.checked_by is not None

    def known_by(self, known_at: date | None) -> bool:
        return known_at is None or self.published <= known_at

    def applies_on(self, on: date, known_at: date | None = None) -> bool:
        """Whether the edition is in force on a day, as far as was known at `known_at` (None: today)."""
        if not self.known_by(known_at) or on < self.valid_from:
            return False
        end = self.valid_to
        if known_at is not None and self.end_published is not None and known_at < self.end_published:
            end = None
        return end is None or on <= end

    def covers(self, place_code: str | None, ancestors: tuple[str, ...] = ()) -> bool:
        """Whether the place lies in the pack's jurisdiction ("" is the whole country).

        Codes of the statistical tree nest by prefix. Units that do not (functional zones, merged urban units)
        are covered through `ancestors`, the codes of the places above them in the command tree.
        """
        if not self.jurisdiction or place_code is None:
            return True
        return any(code.startswith(self.jurisdiction) for code in (place_code, *ancestors))

    def unreviewed(self, on: date) -> bool:
        return self.reviewed_until is not None and on > self.reviewed_until

    @property
    def assumed(self) -> tuple[str, ...]:
        """Which of its two ends nobody read; of a design of ours, none."""
        return () if self.status == "D" else tuple(end for end in ENDS if end not in self.read_in)

    @property
    def named_en(self) -> str:
        """The edition in words: what it rules, and the document that says so."""
        return f"{self.title_en} ({self.document_en})"

    @property
    def named_zh(self) -> str:
        return f"{self.title_zh}（{self.document_zh}）"

    @property
    def document_en(self) -> str:
        """As the edition is called where its first source is not its text, else by that source."""
        return self.called_en or (self.sources[0].en if self.sources and self.status != "D" else self.issuer)

    @property
    def document_zh(self) -> str:
        return self.called_zh or (self.sources[0].zh if self.sources and self.status != "D" else "本平台设计")

    def is_unread_at(self, place_code: str) -> bool:
        """Whether nobody read what a place below the issuer ordered; the issuer's own place names no place below it."""
        return not any(place_code.startswith(code) for code in self.local_orders_read)

    @property
    def next_change(self) -> date | None:
        """The first day on which the edition no longer applies."""
        return self.valid_to + timedelta(days=1) if self.valid_to else None

    def number(self, name: str) -> int | float:
        value = self.parameters[name]
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise PackError(f"{self.path}: {self.name}: parameters.{name} is not a number")
        return value

    def whole(self, name: str) -> int:
        value = self.parameters[name]
        if isinstance(value, bool) or not isinstance(value, int):
            raise PackError(f"{self.path}: {self.name}: parameters.{name} is not a whole number")
        return value

    def exact(self, name: str) -> Fraction:
        return exactly(self.number(name))

    def terms(self, name: str) -> tuple[str, ...]:
        value = self.parameters[name]
        return value if isinstance(value, tuple) else tuple(str(term) for term in value)

    def day(self, name: str) -> date:
        value = self.parameters[name]
        if not isinstance(value, date):
            raise PackError(f"{self.path}: {self.name}: parameters.{name} is not a date")
        return value
