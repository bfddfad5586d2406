"""What a county says in a shift of ordinary work: cases, interviews, contacts, beds, needs, tasks, a directive.

A shift is a list of turns; a turn is one person's words, in the order in which they are said. Sent fact by fact or in
batches, the words are the same. Only kinds and fields that every edition since the first knows are used, so that an
older checkout can be measured with the same work.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import uuid_utils.compat as uuids

Turn = tuple[str, list[dict[str, Any]]]  # the speaker's token, and what they say
ROLES = ("epidemiologist", "clinician", "dispatcher", "ward_nurse", "community_lead", "grid_worker", "duty_officer")


@dataclass(frozen=True)
class Post:
    """A county, a community of it, its ward, and who speaks there: the token of each role."""

    province: int
    county: int
    community: int
    household: int
    ward: int
    tokens: Mapping[str, str]
    above: str  # the token of the province's duty officer


class Shift:
    """One shift of a county for as many persons as there are beds given."""

    def __init__(self, post: Post, beds: Sequence[int], start: dt.datetime) -> None:
        self.post, self.beds, self.at = post, beds, start

    def turns(self) -> Iterator[Turn]:
        here, county = self.post.tokens, self.post.county
        asked: dict[str, Any] = {"what": "service", "text": "Ask at every door", "to": [county], "evidence": "tasks",
                                 "task": "visit"}  # fmt: skip
        due = (self.at + dt.timedelta(days=1)).isoformat()
        directive = self._fact("directive.issued", self.post.province, **asked, due=due)
        yield self.post.above, [directive]
        yield here["duty_officer"], [self._fact("directive.acknowledged", county, directive=directive["id"])]
        yield from self._cases(here["epidemiologist"])
        yield from self._stays(here)
        yield from self._doors(here, directive["id"])
        yield (
            here["duty_officer"],
            [self._fact("directive.reported", county, directive=directive["id"], outcome="done")],
        )
        yield (
            self.post.above,
            [self._fact("directive.ended", self.post.province, directive=directive["id"], reason="done")],
        )

    def _cases(self, doctor: str) -> Iterator[Turn]:
        """Identified, reported, received, sampled; asked and traced; resulted and classified; contacts followed up."""
        county, community = self.post.county, self.post.community
        case: dict[str, Any] = {
            "classification": "suspected",
            "epi": ["E1"],
            "clinical": ["C1", "C2"],
            "age": 44,
            "sex": "female",
        }
        founded = [self._fact("case.identified", county, home=community, reporting=county, **case) for _ in self.beds]
        keys = [one["id"] for one in founded]
        yield doctor, founded
        yield (
            doctor,
            [
                fact
                for n, key in enumerate(keys)
                for fact in (
                    self._fact("case.reported", county, case=key, card=f"9801-{key[:8]}-{n}"),
                    self._fact("case.received", county, case=key),
                    self._fact("sample.taken", county, case=key, label="T1"),
                )
            ],
        )
        day = self.at.date().isoformat()
        yield (
            doctor,
            [
                fact
                for key in keys
                for fact in (
                    self._fact("interview.answered", county, case=key, line="first_symptom", answer="fever"),
                    self._fact("interview.answered", county, case=key, line="visits", answer="2"),
                    self._fact("exposure.stated", county, case=key, setting="market", first_day=day, last_day=day),
                )
            ],
        )
        near: dict[str, Any] = {
            "category": "household",
            "first_day": day,
            "last_day": day,
            "household": self.post.household,
        }
        named = [self._fact("contact.named", county, home=community, case=key, **near) for key in keys]
        yield doctor, named
        yield (
            doctor,
            [
                fact
                for key, contact in zip(keys, named, strict=True)
                for fact in (
                    self._fact("sample.resulted", county, case=key, label="T1", result="positive"),
                    self._fact("case.classified", county, case=key, classification="confirmed", basis="pcr"),
                    self._fact("case.investigated", county, case=key),
                    self._fact("observation.recorded", county, contact=contact["id"], temp10=366),
                )
            ],
        )

    def _stays(self, here: Mapping[str, str]) -> Iterator[Turn]:
        """A bed asked for, signed, accepted, lain in, left and cleaned."""
        county, ward = self.post.county, self.post.ward
        need: dict[str, Any] = {"infection": "confirmed", "severity": "mild", "age": 44, "self_care": True}
        asked = [self._fact("bed.requested", county, **need) for _ in self.beds]
        stays = [(one["id"], bed) for one, bed in zip(asked, self.beds, strict=True)]
        yield here["clinician"], asked
        yield (
            here["dispatcher"],
            [self._fact("bed.assigned", county, request=key, bed=bed, ward=ward) for key, bed in stays],
        )
        yield (
            here["ward_nurse"],
            [
                fact
                for key, bed in stays
                for fact in (
                    self._fact("ward.answered", county, request=key, bed=bed, ward=ward, answer="accepted"),
                    self._fact("patient.admitted", county, request=key, bed=bed, ward=ward),
                )
            ],
        )
        yield (
            here["clinician"],
            [self._fact("patient.examined", county, request=key, days_normal_temp=4) for key, _bed in stays],
        )
        yield (
            here["ward_nurse"],
            [
                fact
                for key, bed in stays
                for fact in (
                    self._fact("patient.left", county, request=key, bed=bed, how="discharged", destination="home"),
                    self._fact("bed.cleaned", county, bed=bed),
                )
            ],
        )

    def _doors(self, here: Mapping[str, str], directive: str) -> Iterator[Turn]:
        """Needs stated and met; tasks set for the directive and done."""
        community, household = self.post.community, self.post.household
        about = f"directive/{directive}"
        needs = [
            self._fact("need.stated", community, household=household, items={"food": 1, "medicine": 2})
            for _ in self.beds
        ]
        tasks = [self._fact("task.set", community, what="visit", household=household, about=about) for _ in self.beds]
        yield here["community_lead"], [fact for pair in zip(needs, tasks, strict=True) for fact in pair]
        yield (
            here["grid_worker"],
            [
                fact
                for need, task in zip(needs, tasks, strict=True)
                for fact in (
                    self._fact("need.met", community, need=need["id"]),
                    self._fact("task.done", community, task=task["id"], about=about),
                )
            ],
        )

    def _fact(
        self, kind: str, place: int, home: int | None = None, reporting: int | None = None, **body: Any
    ) -> dict[str, Any]:
        self.at += dt.timedelta(milliseconds=1)
        fact = {"id": str(uuids.uuid7()), "kind": kind, "effective_at": self.at.isoformat(), "place": place}
        elsewhere = {name: at for name, at in (("home", home), ("reporting", reporting)) if at is not None}
        return {**fact, **elsewhere, "body": body}
