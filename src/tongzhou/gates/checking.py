"""Whether a pass is good at a gate at a moment. The phone asks the same without a network (static/gates/check.js): what
is unknown is never good, and nobody is asked who they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.utils.translation import gettext_noop

from tongzhou.gates import number
from tongzhou.gates.code import Forged, NoKey, Pass, Unreadable, mark, opened

Said = Literal["good", "unread", "slip", "unknown", "forged", "no_key", "other_gate", "not_yet", "expired",
               "taken_back", "spent"]  # fmt: skip
WORDS: dict[Said, str] = {
    "good": gettext_noop("May pass"),
    "unread": gettext_noop("This is no pass: neither eight digits nor a code of ours"),
    "slip": gettext_noop("A digit is wrong: have it read out once more"),
    "unknown": gettext_noop("No card with this number is known for this gate today"),
    "forged": gettext_noop("This code was not signed by the community"),
    "no_key": gettext_noop("The keys of its day are not here"),
    "other_gate": gettext_noop("It is for another gate"),
    "not_yet": gettext_noop("Its time has not come"),
    "expired": gettext_noop("Its time is over"),
    "taken_back": gettext_noop("It was taken back"),
    "spent": gettext_noop("It was used at this gate today"),
}


@dataclass(frozen=True)
class Known:
    """What a gate knows: its key, the cards issued for it by number, the numbers used today, the keys of the days, and
    the numbers that were taken back."""

    gate: str
    cards: Mapping[str, Pass]
    spent: Collection[str]
    keys: Mapping[int, Ed25519PublicKey]
    back: Collection[str] = ()


@dataclass(frozen=True)
class Verdict:
    """What is said of a pass, and what the pass says where that could be read."""

    said: Said
    told: Pass | None = None

    @property
    def good(self) -> bool:
        return self.said == "good"


def check(text: str, known: Known, now: dt.datetime) -> Verdict:
    """A card's number as it was typed, or a code as it was scanned."""
    plain = number.bare(text)
    if not plain.isascii() or not plain.isdigit():
        return Verdict("unread")
    if len(plain) <= 12:
        return _typed(plain, known, now)
    try:
        told = opened(plain, known.keys)
    except Unreadable:
        return Verdict("unread")
    except NoKey:
        return Verdict("no_key")
    except Forged:
        return Verdict("forged")
    verdict = _timely(told, told.gate == mark(known.gate), known, now)
    card = known.cards.get(told.number)
    if verdict.said not in ("good", "spent") or card is None:
        return verdict
    return Verdict(_timely(card, True, known, now).said, told)  # it was changed since the code was printed


def _typed(plain: str, known: Known, now: dt.datetime) -> Verdict:
    if len(plain) != 8:
        return Verdict("unread")
    if not number.fits(plain):
        return Verdict("slip")
    told = known.cards.get(plain)
    if told is None:
        return Verdict("taken_back" if plain in known.back else "unknown")
    return _timely(told, told.gate == known.gate, known, now)


def _timely(told: Pass, here: bool, known: Known, now: dt.datetime) -> Verdict:
    if not here:
        return Verdict("other_gate", told)
    if now < told.starts:
        return Verdict("not_yet", told)
    if now >= told.until:
        return Verdict("expired", told)
    if told.number in known.back:
        return Verdict("taken_back", told)
    return Verdict("spent" if told.number in known.spent else "good", told)
