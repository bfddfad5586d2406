"""What can be said: the envelope of a fact and the registry of kinds.

Kinds live for ever. A body only grows (new fields have defaults); a changed meaning is a new kind.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta

from tongzhou.ledger import dated
from tongzhou.ledger.dated import Bounds
from tongzhou.ledger.ways import Envelope, Touch, Way

Sort = Literal["observation", "decision"]
PlaceNumber = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Moment = Annotated[dt.datetime, Meta(tz=True)]
ReadBack = Literal["as_written", "after_correction", "not_read_back"]  # of what was told by telephone
# Texts are of matters, never of persons: a telephone or an identity number has seven digits or more, also with blanks
# between them, and what looks like one is refused.
NO_NUMBER = r"^(?!.*(?:\d[\s\u200b]*){7})[^<>]*$"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of every kind's body. No free text about persons: names and telephones go to the vault."""


class Behalf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose word it is where somebody else writes it down: the post that spoke, and how. What may be said is the
    writer's own standing; the post is invited to confirm or contest it. `who`: the account of whoever spoke, where that
    is known; `read_back`: whether the writer read it back to them."""

    role: Annotated[str, Meta(pattern=r"^[a-z_]{1,40}$")]
    place: PlaceNumber
    channel: Literal["telephone", "glass", "paper", "radio", "stand_in"] = "telephone"
    who: Annotated[int, Meta(ge=1, le=2**31 - 1)] | None = None
    read_back: ReadBack | None = None


_decode_behalf = msgspec.json.Decoder(Behalf).decode


def behalf_of(stored: str | None) -> Behalf | None:
    """The post as a fact of the ledger has it."""
    return _decode_behalf(stored) if stored else None


Saw = dict[
    Annotated[str, Meta(pattern=r"^[a-z_]{1,40}/[0-9a-zA-Z._/-]{1,120}$")],
    dict[Annotated[str, Meta(pattern=r"^[a-z_0-9]{1,40}$")], str | int | bool | None],
]


class Said(msgspec.Struct, frozen=True):
    """One fact as it comes in through any door. Who says it comes from the session, never from here.

    `saw`: of each subject, the fields of its row that the author looked at and depends on. `because`: the fact that
    caused this one.
    """

    id: uuid.UUID
    kind: str
    effective_at: dt.datetime
    body: msgspec.Raw
    place: PlaceNumber | None = None
    home: PlaceNumber | None = None
    reporting: PlaceNumber | None = None
    recorded_at: Moment | None = None
    corrects: uuid.UUID | None = None
    saw: Saw | None = None
    because: uuid.UUID | None = None
    behalf: Behalf | None = None


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
    because: uuid.UUID | None = None
    behalf: Behalf | None = None

    @property
    def order(self) -> tuple[dt.datetime, dt.datetime, uuid.UUID]:
        """The total order of facts; never the id alone."""
        return (self.effective_at, self.received_at, self.id)

    @property
    def spoken_roles(self) -> frozenset[str]:
        """The roles that may say this; where it was written down for another post, also those that may record it."""
        kind = KINDS[self.kind]
        return kind.said_by | kind.recorded_by if self.behalf else kind.said_by


@dataclass(frozen=True)
class Kind:
    name: str
    body: type[Body]
    sort: Sort
    sees: str  # the sort of data it is: the right needed to say it or read it (people/roles.py)
    ways: tuple[Way, ...]  # how it touches its subjects, and who may
    mass: bool  # folded set-wise in SQL by its own work folder
    said_by: frozenset[str]  # roles that may say it; "resident" and "system" are not staff
    recorded_by: frozenset[str]  # roles that may write it down on behalf of one of those
    permanent: bool  # nobody, no superior either, can correct or withdraw it
    whole: bool  # counts on all its subjects or on none
    merges: Callable[[Any], dict[str, str]] | None  # subject → the one under which it counts from now on
    decode: dated.Read  # as it was said
    read: dated.Read  # as folds read it
    dated: dict[str, dated.Sort]  # its fields that hold days or moments
    called: str = ""  # what it is called, in words of the catalogue
    words: Mapping[str, str] = field(default_factory=dict)  # its own words for a field or a choice (worded.py)
    undone: Callable[[Any], tuple[str, dict[str, Any]] | None] | None = (
        None  # the decision that takes a permanent one back
    )
    parts: Callable[[Any], Iterable[str]] | None = None  # facts said together with it: they are taken back with it
    form: str = ""  # the form of the registry that says it, where the registry does not name the kind (rulebooks/forms)
    plans: bool = False  # its moment may lie ahead
    of_before: bool = False  # it may tell what was before its subject was entered
    from_known: bool = False  # it counts from when it is known, never earlier
    bounds: Mapping[str, Bounds] = field(default_factory=dict)  # how far its days may lie from its moment

    def touches(self, id: uuid.UUID, body: Any, envelope: Envelope, corrects: bool = False) -> Iterator[Touch]:
        """The subjects a fact touches, each with how. `id` is that of the fact which a correction corrects."""
        for way in self.ways:
            yield from way.touches(id, body, envelope, corrects)


KINDS: dict[str, Kind] = {}
B = TypeVar("B", bound=type[Body])


def kind(
    name: str,
    *,
    sees: str,
    said_by: Iterable[str],
    touches: Iterable[Way] | None = None,
    sort: Sort = "observation",
    mass: bool = False,
    permanent: bool = False,
    recorded_by: Iterable[str] = (),
    whole: bool = False,
    merges: Callable[[Any], dict[str, str]] | None = None,
    called: str = "",
    words: Mapping[str, str] | None = None,
    undone: Callable[[Any], tuple[str, dict[str, Any]] | None] | None = None,
    parts: Callable[[Any], Iterable[str]] | None = None,
    form: str = "",
    plans: bool = False,
    of_before: bool = False,
    from_known: bool = False,
) -> Callable[[B], B]:
    """Register a body as a kind of fact. `touches` declares how it touches its subjects (ways.py); a kind that does
    not say it is refused here, and with it the whole program. `called` is its name in words; `words` the words for its
    own fields (`field`) and choices (`field.code`) where those that all kinds share (worded.py) would mislead.
    `undone`: of a permanent kind, the kind and the body of the further decision by which its author takes it back
    (None: it cannot be);
    `parts`: of a kind that holds what was said together, those facts: one undo takes back all of them;
    `form`: the form of `rulebooks/forms/` to which it belongs, with that form's owner, basis and end.

    A moment is its speaker's word (docs/adr/0061-moments.md). `plans`: it may lie ahead, up to a day. `of_before`: what
    it tells may have been before its subject was entered (a sample, an exposure). `from_known`: it gives or takes a
    right, and counts from when it is known."""

    def register(body: B) -> B:
        if name in KINDS:
            raise ValueError(f"kind {name} is registered twice")
        ways = tuple(touches) if touches is not None else ()
        if mass == (touches is not None) or not all(isinstance(way, Way) for way in ways):
            raise ValueError(f"kind {name}: a kind is either mass or declares how it touches its subjects")
        decode, days = msgspec.json.Decoder(body).decode, dated.fields(body)
        KINDS[name] = Kind(
            name=name,
            body=body,
            sort=sort,
            sees=sees,
            ways=ways,
            mass=mass,
            said_by=frozenset(said_by),
            recorded_by=frozenset(recorded_by),
            permanent=permanent,
            whole=whole or merges is not None,
            merges=merges,
            decode=decode,
            read=dated.reader(decode, days),
            dated=days,
            called=called,
            words=words or {},
            undone=undone,
            parts=parts,
            form=form,
            plans=plans,
            of_before=of_before,
            from_known=from_known,
            bounds=dated.bounds(body),
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
