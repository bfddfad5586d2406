"""What can be said: the envelope of a fact and the registry of kinds.

Kinds live for ever. A body only grows (new fields have defaults); a changed meaning is a new kind.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta

Sort = Literal["observation", "decision"]
PlaceNumber = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Moment = Annotated[dt.datetime, Meta(tz=True)]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of every kind's body. No free text about persons: names and telephones go to the vault."""


class Said(msgspec.Struct, frozen=True):
    """One fact as it comes in through any door. Who says it comes from the session, never from here."""

    id: uuid.UUID
    kind: str
    effective_at: dt.datetime
    body: msgspec.Raw
    place: PlaceNumber | None = None
    home: PlaceNumber | None = None
    reporting: PlaceNumber | None = None
    recorded_at: Moment | None = None
    corrects: uuid.UUID | None = None


@dataclass(frozen=True)
class Fact:
    """One fact as the ledger holds it, with its body decoded."""

    id: uuid.UUID
    kind: str
    place: int
    home: int | None
    reporting: int | None
    effective_at: dt.datetime
    received_at: dt.datetime
    recorded_at: dt.datetime | None
    by: int | None
    corrects: uuid.UUID | None
    append: int
    body: Any

    @property
    def order(self) -> tuple[dt.datetime, dt.datetime, uuid.UUID]:
        """The total order of facts; never the id alone."""
        return (self.effective_at, self.received_at, self.id)


Touches = Callable[[uuid.UUID, Any], Iterable[str]]


@dataclass(frozen=True)
class Kind:
    name: str
    body: type[Body]
    sort: Sort
    sees: str  # the sort of data it is: the right needed to say it or read it (people/roles.py)
    touches: Touches
    mass: bool  # folded set-wise in SQL by its own work folder
    said_by: frozenset[str]  # roles that may say it; "resident" and "system" are not staff
    permanent: bool  # nobody, no superior either, can correct or withdraw it
    decode: Callable[[bytes | str | msgspec.Raw], Any]


KINDS: dict[str, Kind] = {}
B = TypeVar("B", bound=type[Body])


def kind(
    name: str,
    *,
    sees: str,
    said_by: Iterable[str],
    touches: Touches | None = None,
    sort: Sort = "observation",
    mass: bool = False,
    permanent: bool = False,
) -> Callable[[B], B]:
    """Register a body as a kind of fact. `touches(id, body)` names the subjects, as `noun/key`."""

    def register(body: B) -> B:
        if name in KINDS:
            raise ValueError(f"kind {name} is registered twice")
        if mass == (touches is not None):
            raise ValueError(f"kind {name}: a kind is either mass or names the subjects it touches")
        KINDS[name] = Kind(
            name,
            body,
            sort,
            sees,
            touches or (lambda _id, _body: ()),
            mass,
            frozenset(said_by),
            permanent,
            msgspec.json.Decoder(body).decode,
        )
        return body

    return register


def schema() -> dict[str, Any]:
    """JSON Schema of every kind's body, for other programs."""
    kinds = sorted(KINDS.values(), key=lambda k: k.name)
    schemas, components = msgspec.json.schema_components([k.body for k in kinds], ref_template="#/$defs/{name}")
    return {"$defs": components, "kinds": {k.name: s for k, s in zip(kinds, schemas, strict=True)}}


_CANONICAL = msgspec.json.Encoder(order="sorted", uuid_format="canonical")


def canonical(body: Body) -> str:
    """The bytes that are stored, compared and sealed: sorted keys, no blanks, defaults left out."""
    return _CANONICAL.encode(body).decode()
