"""What the lead of a community does every day, though nobody owes it before it is done: the text of the day, waste by
weight, clean-ups in villages. What follows from it is owed, and stands on Today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tongzhou.play.chance import Chance
from tongzhou.play.town import Community, Town
from tongzhou.play.words import Teller, Word

WORKS = ("rubbish", "ditches", "toilets", "sheds", "water")


@dataclass
class Daily:
    town: Town
    told: Mapping[str, Any]  # `daily` of scenarios/people.yaml
    chance: Chance
    teller: Teller
    zone: dt.tzinfo

    def day(self, day: dt.date) -> Iterator[Word]:
        """What the leads say on a day by themselves."""
        for one in self.town.communities:
            yield self._text(one, day)
            if not one.rural and self.chance.of("lorry", one.place, day) < self.told["lorry"]:
                yield self._waste(one, day)
            if one.rural and self.chance.of("clean-up", one.place, day) < self.told["clean_up"]:
                yield self._cleanup(one, day)

    def _text(self, one: Community, day: dt.date) -> Word:
        how = "loudspeaker" if one.rural else "posted"
        return self._word(one, day, "text", "announcement.read_out",
                          {"place": one.place, "day": day.isoformat(), "how": how})  # fmt: skip

    def _waste(self, one: Community, day: dt.date) -> Word:
        drawn = ("waste", one.place, day)
        body = {"slip": self.chance.whole(100_000, 999_999, "slip", *drawn), "sort": "masks",
                "bags": self.chance.whole(3, 7, "bags", *drawn),
                "weight10": self.chance.whole(80, 210, *drawn)}  # fmt: skip
        return self._word(one, day, "waste", "waste.collected", body, reporting=one.county)

    def _cleanup(self, one: Community, day: dt.date) -> Word:
        works = sorted({self.chance.one(WORKS, "works", one.place, day, n) for n in range(2)})
        return self._word(one, day, "clean_up_called", "cleanup.called", {"day": day.isoformat(), "works": works})

    def _word(self, one: Community, day: dt.date, hours: str, kind: str, body: dict[str, Any], **where: int) -> Word:
        at = self.chance.moment(day, self.told[hours], self.zone, hours, one.place)
        return Word(at, one.lead, [self.teller.fact(at, kind, one.place, body, **where)])
