"""Whether sites agree with each other, with the places, and with the boundaries of counties where they are known."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tongzhou.sites.drafts import Draft
from tongzhou.sites.words import Wrong

EDGE = 0.02  # degrees: another datum shifts a point by half a kilometre, outlines are simplified
Box = tuple[float, float, float, float]  # west, south, east, north


@dataclass(frozen=True)
class Span:
    """A site that is there already, from `since` until the day before `until`."""

    key: str
    since: dt.date
    until: dt.date | None
    plate: str = ""


@dataclass(frozen=True)
class Around:
    """What sites are held against. `box`: the name and box of the smallest bounded place around a place."""

    held: Sequence[Span] = ()
    invented: frozenset[int] = frozenset()  # places
    box: Callable[[int], tuple[str, Box] | None] = field(default=lambda _place: None)


def disagreements(drafts: Sequence[Draft], around: Around) -> Iterator[tuple[int, Wrong]]:
    """By the position of the draft; a draft takes the place of what is held under its key."""
    own = {draft.key for draft in drafts}
    spans = [one for one in around.held if one.key not in own]
    spans += [Span(one.key, one.since, one.until, one.details.plate) for one in drafts]
    by_key, by_plate = _grouped(spans, lambda one: one.key), _grouped(spans, lambda one: one.plate)
    seen: set[tuple[str, dt.date]] = set()
    for n, draft in enumerate(drafts):
        if (draft.key, draft.since) in seen:
            yield n, Wrong("key", "twice", draft.key)
        seen.add((draft.key, draft.since))
        yield from ((n, wrong) for wrong in _alone(draft, around))
        if (whole := draft.details.part_of) == draft.key:
            yield n, Wrong("part_of", "part_of_itself")
        elif whole and not any(_meet(draft, one) for one in by_key.get(whole, ())):
            yield n, Wrong("part_of", "no_part", whole)
        if plate := draft.details.plate:
            others = sorted({one.key for one in by_plate[plate] if one.key != draft.key and _meet(draft, one)})
            yield from ((n, Wrong("plate", "plate_taken", other)) for other in others[:1])


def _alone(draft: Draft, around: Around) -> Iterator[Wrong]:
    if draft.place in around.invented and not draft.invented:
        yield Wrong("invented", "invented_place")
    lon, lat = draft.details.lon, draft.details.lat
    if lon is not None and lat is not None and (found := around.box(draft.place)):
        name, (west, south, east, north) = found
        if not (west - EDGE <= lon <= east + EDGE and south - EDGE <= lat <= north + EDGE):
            yield Wrong("lon", "outside", name)


def _grouped(spans: Iterable[Span], key: Callable[[Span], str]) -> Mapping[str, list[Span]]:
    found: dict[str, list[Span]] = defaultdict(list)
    for one in spans:
        found[key(one)].append(one)
    return found


def _meet(draft: Draft, other: Span) -> bool:
    return (other.until is None or draft.since < other.until) and (draft.until is None or other.since < draft.until)
