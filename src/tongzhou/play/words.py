"""Words on their way to the server: what somebody will say, when it happened and when it is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tongzhou.ledger.kinds import KINDS
from tongzhou.ledger.story import stable_id
from tongzhou.play.chance import Chance
from tongzhou.play.epidemic import Ill

FOUNDING = frozenset({"exception.raised", "referral.made", "case.identified", "contact.named", "bed.requested",
                      "dependant.stated"})  # fmt: skip
MOST = 400  # facts of one queue sent together


@dataclass(frozen=True)
class Word:
    """What one speaker sends at once: facts under their token, or the form of a household's page."""

    send: dt.datetime
    speaker: str  # login; empty for a household's page
    facts: Sequence[dict[str, Any]] = ()
    household: int = 0
    form: dict[str, Any] = field(default_factory=dict)
    follows: bool = False  # the same speaker said something in turn before it

    @property
    def in_turn(self) -> bool:
        """Does it matter what came before? Numbers are given in the order in which persons are founded, and a decision
        is taken or refused by what stands; all else means the same in any order."""
        kinds = {fact["kind"] for fact in self.facts}
        decides = any(KINDS[kind].sort == "decision" for kind in kinds if kind in KINDS)
        return self.form.get("say") == "unwell" or self.follows or bool(kinds & FOUNDING) or decides

    @property
    def order(self) -> tuple[dt.datetime, str, int, str]:
        return (self.send, self.speaker, self.household, self.facts[0]["id"] if self.facts else self.form["id"])


@dataclass
class Teller:
    """Makes facts whose ids follow from the seed, the moment and what is said."""

    chance: Chance

    def id(self, at: dt.datetime, *name: object) -> str:
        return str(stable_id(at, f"play {self.chance.seed} {name}"))

    def fact(
        self, at: dt.datetime, kind: str, place: int | None, body: dict[str, Any], *salt: object, **envelope: Any
    ) -> dict[str, Any]:
        kept = {name: value for name, value in body.items() if value is not None}
        told = {"id": self.id(at, kind, place, sorted(map(str, kept.items())), *salt), "kind": kind,
                "effective_at": at.isoformat(), "body": kept}  # fmt: skip
        where = {"place": place, **envelope}
        return {**told, **{name: value for name, value in where.items() if value is not None}}

    def fever(self, at: dt.datetime, place: int, door: int, ill: Ill, channel: str) -> dict[str, Any]:
        """Somebody of the staff is told of a fever and asks that its door be called back."""
        ill.said = True
        body = {"household": door, "concerns": ill.concerns, "channel": channel, "temp10": ill.fever}
        return self.fact(at, "exception.raised", place, body)


def queues(words: Iterable[Word]) -> list[Word]:
    """The words of each speaker joined into queues of at most MOST facts, in the order in which they were said: what is
    said in turn, and whatever the same speaker said after it, apart."""
    joined: dict[tuple[str, bool], list[dict[str, Any]]] = {}
    when: dict[str, dt.datetime] = {}
    begun: set[str] = set()
    for word in sorted((one for one in words if one.facts), key=lambda one: one.order):
        begun |= {word.speaker} if word.in_turn else set()
        joined.setdefault((word.speaker, word.speaker in begun), []).extend(word.facts)
        when[word.speaker] = word.send
    return [
        Word(when[speaker], speaker, facts[at : at + MOST], follows=in_turn)
        for (speaker, in_turn), facts in sorted(joined.items())
        for at in range(0, len(facts), MOST)
    ]
