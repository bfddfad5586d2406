"""How a kind of fact touches its subjects, and who may: the one place where authority over a subject is declared.

    founds   a new subject under the fact's own id; it lies where the speaker's own branch puts it
    holds    the speaker must hold the place where the subject lies, for this kind
    invited  the subject's row names a place of the speaker (the clinic's reply, a letter's answer), or the speaker
             holds it
    cites    the subject is only counted or linked; it must reach the speaker's place, or stand behind a fact they hold
    offers   as holds: hands the subject to another place, which accepts or declines
    accepts  as invited: from now on the subject lies where the speaker accepts it
    declines as invited: the offer is over

The ledger checks it (`rights.py`); no fold and no page decides authority. See docs/adr/0031-authority.md.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

How = Literal["founds", "holds", "invited", "cites", "offers", "accepts", "declines"]
HOWS: tuple[How, ...] = ("founds", "holds", "invited", "cites", "offers", "accepts", "declines")


@dataclass(frozen=True)
class Envelope:
    """What a fact says of places, and which of them its speaker covers for the kind."""

    place: int
    home: int | None
    reporting: int | None
    covers: Callable[[int], bool]

    def own(self, name: str) -> int:
        """The place that the field names where the speaker covers it; elsewhere it only invites."""
        given: int | None = getattr(self, name)
        return given if given is not None and self.covers(given) else self.place


@dataclass(frozen=True)
class Touch:
    """One subject that a fact touches, and how. `place`: where the subject lies by its name, its furniture or its
    founding. `invites`: places whose desks may answer; `offers`: places that may take the subject over. `via`: the
    fact through which a subject is cited."""

    subject: str
    how: How
    place: int | None = None
    invites: tuple[int, ...] = ()
    offers: tuple[int, ...] = ()
    via: uuid.UUID | None = None
    at_furniture: bool = False  # the place is to be looked up where the noun is furnished
    invites_of: str | None = None  # furniture whose place is invited, too


Keys = Callable[[uuid.UUID, Any], Iterable[str]]
Invites = Callable[[Any, Envelope], Iterable[int | None]]


@dataclass(frozen=True)
class Way:
    """One declaration: `noun` and keys of the subjects, and how they are touched. Without a noun the keys are whole
    subjects."""

    how: How
    noun: str
    keys: Keys
    place: Callable[[Any, Envelope], int] | None = None
    invites: Invites | None = None
    offers: Invites | None = None
    via: Callable[[Any], str | None] | None = None
    furniture: bool = False
    invites_of: Callable[[Any], str] | None = None

    def touches(self, fact: uuid.UUID, body: Any, envelope: Envelope, corrects: bool) -> Iterable[Touch]:
        """The subjects of one fact. A correction of a founding fact founds nothing: it holds what is there."""
        how: How = "holds" if corrects and self.how == "founds" else self.how
        place = self.place(body, envelope) if self.place else None
        invites = tuple(sorted({p for p in self.invites(body, envelope) if p})) if self.invites else ()
        offers = tuple(sorted({p for p in self.offers(body, envelope) if p} - {place})) if self.offers else ()
        if corrects and self.how == "founds":
            place = None
        via = self.via(body) if self.via else None
        for key in self.keys(fact, body):
            yield Touch(
                f"{self.noun}/{key}" if self.noun else key,
                how,
                place,
                invites,
                offers,
                _uuid(via),
                self.furniture,
                self.invites_of(body) if self.invites_of else None,
            )


def founds(
    noun: str, *, at: str = "place", invites: Iterable[str] | Invites = (), offers: Iterable[str] | Invites = ()
) -> Way:
    """The fact's id is the key. `at`: the field of the envelope where it lies, where the speaker covers that; what is
    named elsewhere is an offer, never a place."""
    place = lambda _body, e: e.own(at)  # noqa: E731
    return Way("founds", noun, lambda fact, _body: (str(fact),), place, _invites(invites), _invites(offers))


def holds(
    noun: str,
    by: str | Callable[[Any], str | None],
    *,
    invites: Iterable[str] | Invites = (),
    invites_of: Callable[[Any], str] | None = None,
) -> Way:
    return Way("holds", noun, _keys(by), invites=_invites(invites), invites_of=invites_of)


def furnished(noun: str, by: str | Callable[[Any], str | None]) -> Way:
    """Holds what stands somewhere as furniture: a bed, a ward, a door, a unit of the tree."""
    return Way("holds", noun, _keys(by), furniture=True)


def named(
    noun: str, by: Callable[[Any], str], at: str | Callable[[Any], int] = "place", *, invites: Invites | None = None
) -> Way:
    """Holds what carries its place in its name: a desk, a store, a decision of a morning."""
    place = at if callable(at) else lambda body: int(getattr(body, at))
    return Way("holds", noun, _keys(by), lambda body, _e: place(body), invites=invites)


def invited(noun: str, by: str | Callable[[Any], str | None], *, invites_of: Callable[[Any], str] | None = None) -> Way:
    return Way("invited", noun, _keys(by), invites_of=invites_of)


def cites(noun: str, by: str | Callable[[Any], str | None], *, via: Callable[[Any], str | None] | None = None) -> Way:
    """Counted under a subject: within the branch of a place that the subject is for, or, with `via`, behind a fact of
    that subject whose place the speaker holds."""
    return Way("cites", noun, _keys(by), lambda _body, e: e.place, via=via)


def accepts(noun: str, by: str | Callable[[Any], str | None]) -> Way:
    """From now on the subject lies at the fact's place, where it was offered to that place."""
    return Way("accepts", noun, _keys(by), lambda _body, e: e.place)


def _keys(by: str | Callable[[Any], str | None]) -> Keys:
    if callable(by):
        return lambda _fact, body: (key,) if (key := by(body)) else ()
    return lambda _fact, body: (str(key),) if (key := getattr(body, by)) is not None else ()


def _invites(given: Iterable[str] | Invites) -> Invites | None:
    if callable(given):
        return given
    names = tuple(given)
    return (lambda _body, e: [getattr(e, name) for name in names]) if names else None


def _uuid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None
