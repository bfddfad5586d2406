"""What can be said of persons and of the numbers they are given. Names and telephones lie in the vault, never here."""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.ledger.kinds import Body, PlaceNumber, kind
from tongzhou.ledger.ways import cites, founds, holds, named
from tongzhou.persons.handles import BLOCK, HANDLE, block_of

PersonKey = Annotated[str, Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Handle = Annotated[str, Meta(pattern=HANDLE)]
Block = Annotated[str, Meta(pattern=BLOCK)]
MEETS = ["grid_worker", "community_doctor", "community_lead", "clinician", "epidemiologist", "dispatcher"]


@kind(
    "person.founded",
    called=gettext_noop("person founded"),
    sees="persons",
    said_by=[*MEETS, "system"],
    touches=[
        founds("person", invites=["home", "reporting"]),
        cites("block", lambda body: block_of(body.handle) if body.handle else None),
    ],
)
class PersonFounded(Body, frozen=True):
    """Somebody who must be acted on from now on. `handle`: the number they were given, off line from a leased block;
    one that was given to somebody else before, or whose block was never leased, is replaced (`person.numbered`)."""

    sex: Literal["female", "male"] | None = None
    age: Annotated[int, Meta(ge=0, le=130)] | None = None
    household: Annotated[int, Meta(ge=1, le=2**31 - 1)] | None = None
    handle: Handle | None = None


@kind(
    "person.numbered",
    called=gettext_noop("person numbered"),
    sees="persons",
    said_by=["system"],
    touches=[holds("person", "person"), cites("block", lambda body: block_of(body.handle))],
)
class PersonNumbered(Body, frozen=True):
    """A person is given a number: there was none, or the one they had was another's."""

    person: PersonKey
    handle: Handle


@kind(
    "person.merged",
    called=gettext_noop("person merged"),
    words={"into": gettext_noop("The same person as")},
    sees="persons",
    said_by=["epidemiologist", "community_doctor", "system"],
    touches=[holds("person", "person"), holds("person", "into")],
    merges=lambda body: {f"person/{body.person}": f"person/{body.into}"},
)
class PersonMerged(Body, frozen=True):
    """Two were one: `person` counts under `into` from now on, and both numbers lead there. Withdrawing this parts
    them."""

    person: PersonKey
    into: PersonKey


@kind(
    "block.leased",
    called=gettext_noop("block of numbers lent"),
    sees="persons",
    said_by=["system"],
    sort="decision",
    permanent=True,
    touches=[named("block", lambda body: body.block, "county")],
)
class BlockLeased(Body, frozen=True):
    """A hundred numbers of a county go to a phone, to a pad of paper, or to this server: to nobody else, ever."""

    block: Block  # four digits of the county, four of the block
    county: PlaceNumber
    to: Literal["device", "pad", "server"]
    name: Annotated[str, Meta(pattern=r"^[0-9A-Za-z-]{1,40}$")] | None = None  # of the device or the pad
    staff: Annotated[int, Meta(ge=1)] | None = None  # who asked for it
    days: Annotated[int, Meta(ge=1, le=3650)] | None = None  # for how long


@kind(
    "block.ended",
    called=gettext_noop("block of numbers given back"),
    sees="persons",
    said_by=["system"],
    touches=[named("block", lambda body: body.block, "county")],
)
class BlockEnded(Body, frozen=True):
    """The lease is over before its day. What is left of the block is never given; what was given comes back with its
    facts, whenever they come."""

    block: Block  # four digits of the county, four of the block
    county: PlaceNumber
    why: Literal["returned", "lost", "used_up"]
