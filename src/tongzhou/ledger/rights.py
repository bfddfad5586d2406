"""Which of a subject's facts count, and where the subject lies: a pure function of its facts and their speakers'
standing, so that what was kept up equals what is built again.

A fact that may not touch its subject is kept and waits: it counts as soon as its subject is founded where the speaker
held, or when whoever holds the subject takes it over. Unknown and foreign subjects are the same thing here.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from tongzhou.ledger.kinds import Fact
from tongzhou.ledger.standing import Standing
from tongzhou.ledger.ways import Touch


@dataclass(frozen=True)
class Touched:
    """A fact on one subject. `standing` is None for facts of the first envelope, which were judged when they came."""

    fact: Fact
    touch: Touch
    standing: Standing | None
    dead: bool = False  # corrected or withdrawn: it still tells where the subject was founded


@dataclass(frozen=True)
class Verdict:
    """`place`: where the subject lies; `waiting`: facts that do not count; `invited`: places outside that see it;
    `offered`: places that it is offered to; `left`: waiting facts that the holder looked at and did not take."""

    place: int | None
    waiting: frozenset[uuid.UUID]
    invited: frozenset[int]
    offered: frozenset[int] = frozenset()
    left: frozenset[uuid.UUID] = frozenset()


TAKEN, LEFT = "word.taken", "word.left"
ABOUT_WORDS = frozenset({TAKEN, LEFT})
HANDING = frozenset({"subject.offered", "subject.accepted", "subject.declined"})
ON_BEHALF = frozenset({"behalf.confirmed", "behalf.contested"})

_NONE: frozenset[uuid.UUID] = frozenset()
_NOWHERE: frozenset[int] = frozenset()


def judge(facts: Sequence[Touched]) -> Verdict:
    """Judge the facts of one subject in the order in which they came."""
    ordered = sorted(facts, key=lambda t: (t.fact.append, t.fact.order))
    return _Judging(ordered).verdict()


class _Judging:
    def __init__(self, ordered: Sequence[Touched]) -> None:
        self.ordered = ordered
        founder = next((t for t in ordered if t.touch.how == "founds"), None)
        stands = (t.touch.place for t in ordered if t.touch.how == "holds" and t.touch.place is not None)
        self.place = founder.touch.place if founder else next(stands, None)  # furniture stands before it is spoken of
        self.waiting: set[uuid.UUID] = set()
        self.offers: set[int] = set()
        self.founder = founder.fact if founder else None
        self.touched: dict[uuid.UUID, Touched] = {t.fact.id: t for t in ordered}
        self.invites: set[int] = set()
        self.taken: set[uuid.UUID] = set()

    def verdict(self) -> Verdict:
        """Who is invited may only be known from words that come to count later, so it is gone over until it rests."""
        start, before = self.place, (set[uuid.UUID](), set[int](), set[uuid.UUID]())
        while True:
            self.place, self.offers, self.waiting = start, set(), set()
            for one in self.ordered:
                if one.fact.id in self.taken or self._counts(one):
                    self._take(one)
                else:
                    self.waiting.add(one.fact.id)
            if not self.waiting:
                break
            now = (self.waiting, set(self.invites), set(self.taken))
            if before == now:
                break
            before = now
        if not self.waiting and not self.invites and not self.offers:
            return Verdict(self.place, _NONE, _NOWHERE, _NOWHERE, _NONE)
        seen = self.invites | self.offers
        left = {t.fact.body.fact for t in self.ordered if t.fact.kind == LEFT and t.fact.id not in self.waiting}
        return Verdict(
            self.place,
            frozenset(self.waiting),
            frozenset(place for place in seen if place != self.place),
            frozenset(self.offers),
            frozenset(left & self.waiting),
        )

    def _counts(self, one: Touched) -> bool:
        standing, touch = one.standing, one.touch
        if standing is None or standing.system:
            return True
        roles = self._roles(one.fact)
        if touch.how == "founds":
            return touch.place is not None and standing.covers(touch.place, roles)
        if touch.how == "cites":
            return self._reaches(one, roles)
        here = touch.place if touch.how == "holds" and touch.place is not None else self.place
        if here is not None and standing.covers(here, roles):
            return True
        if touch.how == "invited":
            return any(standing.covers(place, roles) for place in self.invites)
        if touch.how in ("accepts", "declines") and touch.place in self.offers:
            return standing.covers(touch.place, roles)
        return False

    def _roles(self, fact: Fact) -> frozenset[str]:
        """Who may say it: a word about another word needs the right to say that; who hands a subject over needs the
        right to found it; only the post in whose name something was written down may confirm or contest it. What only
        judges other words nobody takes over: whoever may say it says it."""
        about = self.founder
        if fact.kind in ABOUT_WORDS:
            word = self.touched.get(fact.body.fact)
            if word is None or word.fact.kind in ABOUT_WORDS | ON_BEHALF:
                return frozenset()
            about = about if word.fact.kind in HANDING else word.fact
        elif fact.kind in ON_BEHALF:
            return frozenset({about.behalf.role}) if about and about.behalf else frozenset()
        elif fact.kind not in HANDING:
            return fact.spoken_roles
        return about.spoken_roles if about else frozenset()

    def _reaches(self, one: Touched, roles: frozenset[str]) -> bool:
        """A cited subject must be for a place that the speaker's place lies in; `via`, its fact must be theirs."""
        assert one.standing is not None
        if one.touch.via is not None:
            behind = self.touched.get(one.touch.via)
            return behind is not None and one.standing.covers(behind.fact.place, roles) and self._stands(behind)
        return self.place is not None and bool(set(one.touch.invites) & (self.invites | {self.place}))

    def _stands(self, behind: Touched) -> bool:
        """Does a fact count through which another one is cited?"""
        return behind.fact.id in self.taken or (behind.touch.via is None and self._counts(behind))

    def _take(self, one: Touched) -> None:
        touch = one.touch
        if one.dead:
            return
        if touch.how == "holds" and touch.place is not None:
            self.place = touch.place
        elif touch.how == "accepts" and touch.place in self.offers:
            self.place = touch.place
            self.offers.clear()
        elif touch.how == "declines" and touch.place is not None:
            self.offers.discard(touch.place)
        if touch.how != "cites":
            self.invites |= set(touch.invites)
            self.offers |= set(touch.offers)
        if one.fact.kind == TAKEN:
            self.taken.add(one.fact.body.fact)
